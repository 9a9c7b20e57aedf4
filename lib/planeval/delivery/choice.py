"""What the command line asked for, checked before anything is read or written. Light, so that a mistake is told at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..trust.plans import Plan, load_plan
from ..words.paths import PLAN_FILE, default_data_dir, plan_ids
from ..words.problems import DataProblems, WrongUse, unknown_name


@dataclass(frozen=True)
class Choice:
    """Which plans, periods (None: all) and scheme (None: the plans' own) of which data folder."""

    data_dir: Path
    plans: tuple[str, ...]
    periods: tuple[str, ...] | None = None
    scheme: str | None = None

    def periods_of(self, plan: Plan) -> list[str]:
        """The chosen periods that a plan has, in its own order."""
        return [period.id for period in plan.periods if self.periods is None or period.id in self.periods]


def choose(
    data: str | None, plans: Sequence[str] = (), *, periods: Sequence[str] = (), scheme: str | None = None
) -> Choice:
    """A choice in which everything exists. Raises: WrongUse with the nearest known names."""
    data_dir = (default_data_dir() if data is None else Path(data)).resolve()
    known = plan_ids(data_dir)
    if not known:
        raise WrongUse(f"データのフォルダ「{data_dir.name}」に計画がありません。場所（--data）を確かめてください。")
    folders = {unicodedata.normalize("NFC", name): name for name in known}  # macOS may write a name in another form
    for plan in plans:
        if unicodedata.normalize("NFC", plan) not in folders:
            raise unknown_name("計画", plan, folders)
    chosen = tuple(dict.fromkeys(folders[unicodedata.normalize("NFC", plan)] for plan in plans)) or tuple(known)
    _check_periods(data_dir, chosen, periods, are_named=bool(plans))
    if scheme is not None:
        _check_scheme(data_dir, chosen, scheme)
    return Choice(data_dir, chosen, tuple(periods) or None, scheme)


def read_plan(data_dir: Path, plan: str) -> Plan | None:
    """A plan's own file; None where it is absent or cannot be read, which the examination tells."""
    path = data_dir / plan / PLAN_FILE
    try:
        return load_plan(path, f"{plan}/{PLAN_FILE}") if path.is_file() else None
    except DataProblems:
        return None


def _check_periods(data_dir: Path, plans: Sequence[str], periods: Sequence[str], *, are_named: bool) -> None:
    """Every period belongs to some plan, and every plan that was asked for by name has one of them. Raises: WrongUse."""
    found = [read_plan(data_dir, plan) for plan in plans] if periods else []
    if not periods or None in found:  # the faults of that plan are told first; its periods are not known
        return
    known = [period.id for plan in found if plan for period in plan.periods]
    for period in periods:
        if period not in known:
            raise unknown_name("期間", period, known)
    for name, plan in zip(plans, found, strict=True):
        own = [period.id for period in plan.periods] if plan else []
        if are_named and not set(own) & set(periods):
            raise WrongUse(
                f"計画「{name}」には、期間「{'」「'.join(periods)}」がありません。この計画の期間：{'、'.join(own)}"
            )


def _check_scheme(data_dir: Path, plans: Sequence[str], scheme: str) -> None:
    from ..trust.schemes import scheme_paths

    for plan in plans:
        known = scheme_paths(data_dir / plan)
        if scheme not in known:
            raise unknown_name("評価基準", scheme, known)
