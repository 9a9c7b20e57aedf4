"""Which schemes a period is judged by. Light: it judges nothing."""

from __future__ import annotations

from collections.abc import Iterable

from ..trust.plans import Period, Plan
from ..trust.schemes import Scheme, load_scheme
from ..trust.workbook import Workbook


def main_scheme(plan: Plan, period: Period, asked: str | None = None) -> str:
    """The name of the scheme of a report: the one asked for, else the period's, else the plan's."""
    return asked or period.scheme or plan.scheme


def schemes_in_force(workbook: Workbook, period_id: str, scheme_name: str | None = None) -> dict[str, Scheme]:
    """The schemes that a period would be judged by, read and checked.

    Raises: WrongUse for an unknown period or scheme; DataProblems for a faulty scheme file.
    """
    period = workbook.plan.period(period_id)
    own = [] if scheme_name else [name for name in workbook["indicators"]["scheme"] if name]
    return read_schemes(workbook, period, [main_scheme(workbook.plan, period, scheme_name), *own])


def read_schemes(workbook: Workbook, period: Period, names: Iterable[str]) -> dict[str, Scheme]:
    """Schemes by name as they stand in a period."""
    return {name: load_scheme(name, workbook.folder).at(period.last_year) for name in dict.fromkeys(names)}
