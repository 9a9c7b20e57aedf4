"""What a department is asked for in a period: the rows of its forms, with what is already known filled in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from ..judging.cases import targets_in_force
from ..trust.plans import Period
from ..trust.rows import records
from ..trust.schemes import load_scheme
from ..trust.workbook import Workbook
from ..words.contracts import CONTRACTS, Contract, label
from ..words.problems import unknown_name

Row = dict[str, object]
Filled = Mapping[tuple, Mapping[str, object]]
UNASSIGNED = "所管課の記入なし"
_BETWEEN = re.compile(r"[、，,;；／/\n]+")
LAST_YEAR, LAST_VALUE, BASELINE, TARGET_YEAR, TARGET, UPPER, NAME = (
    "前回の年度", "前回の値", "基準値", "目標年度", "目標値", "目標上限", "名称",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One table to fill in: it comes back as `contract`; `locked` columns are given, `references` only looked at.

    A row holds cells by column name and by heading of a reference, None where empty; `letters` has the words of the
    drop-down of 評価 for each row.
    """

    contract: Contract
    locked: tuple[str, ...]
    references: tuple[str, ...]
    rows: tuple[Row, ...]
    letters: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Department:
    """A department with its own indicators and projects; `shared` names those that it has together with others."""

    name: str
    indicators: list[Row] = field(default_factory=list)
    projects: list[Row] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)


def departments(workbook: Workbook, names: list[str] | None = None, *, fiscal_year: int) -> list[Department]:
    """Every department of a plan (or those named) with what it answers for, targets as in force in a fiscal year.

    Of several departments in one cell the first is asked, so that nothing is sent twice.
    Missing: what no department has is asked of `UNASSIGNED`. Raises: WrongUse for an unknown name.
    """
    found: dict[str, Department] = {}
    for row in _records(targets_in_force(workbook, fiscal_year)):
        _owner(found, row, str(row["indicator_id"])).indicators.append(row)
    for row in _records(workbook["projects"]):
        _owner(found, row, str(row["project_id"])).projects.append(row)
    for name in names or ():
        if name not in found:
            raise unknown_name("所管課", name, found)
    return [department for name, department in found.items() if not names or name in names]


def _owner(found: dict[str, Department], row: Row, own_id: str) -> Department:
    names = [part.strip() for part in _BETWEEN.split(str(row["department"] or "")) if part.strip()]
    first, *others = names or [UNASSIGNED]
    department = found.setdefault(first, Department(first))
    if others:
        department.shared[own_id] = "、".join(others)
    return department


def forms(workbook: Workbook, period: Period, department: Department) -> list[Form]:
    """The forms of one department for one period; one without rows is left out."""
    found = [
        _values(workbook, period, department),
        _narratives(workbook, period, department),
        _project_years(workbook, period, department),
        _ratings(workbook, period, department),
    ]
    return [form for form in found if form.rows]


def _values(workbook: Workbook, period: Period, department: Department) -> Form:
    contract = CONTRACTS["observations"]
    known = _filled(workbook, contract, department)
    rows, keys_by_id = [], defaultdict(list)
    for key in sorted(known):
        keys_by_id[key[0]].append(key)
    for own in department.indicators:
        seen = keys_by_id[own["indicator_id"]]
        for year in years(period):
            for group in _groups(workbook, seen):
                key = (own["indicator_id"], year, *group)
                given = {name: own[name] for name in ("indicator_name", "unit", "target_kind")}
                rows.append(
                    _row(contract, key, known) | given | _last(known, seen, key) | (_aim(own) if key[3] == "" else {})
                )
    locked = ("indicator_id", "indicator_name", "fiscal_year", "group_kind", "group", "unit")
    return Form(contract, locked, (LAST_YEAR, LAST_VALUE, BASELINE, TARGET_YEAR, TARGET, UPPER), tuple(rows))


def _narratives(workbook: Workbook, period: Period, department: Department) -> Form:
    contract = CONTRACTS["narratives"]
    known = _filled(workbook, contract, department)
    named = [(own["indicator_id"], own["indicator_name"]) for own in department.indicators]
    named += [(own["project_id"], own["project_name"]) for own in department.projects]
    rows = [_row(contract, (period.id, target), known) | {NAME: name} for target, name in named]
    return Form(contract, contract.key, (NAME,), tuple(rows))


def _project_years(workbook: Workbook, period: Period, department: Department) -> Form:
    contract = CONTRACTS["project_years"]
    known = _filled(workbook, contract, department)
    rows = [
        _row(contract, (own["project_id"], year), known) | {"事業名": own["project_name"]}
        for own in department.projects
        for year in years(period)
    ]
    return Form(contract, contract.key, ("事業名",), tuple(rows))


def _ratings(workbook: Workbook, period: Period, department: Department) -> Form:
    contract = CONTRACTS["department_ratings"]
    known = _filled(workbook, contract, department)
    rows = [
        _row(contract, (period.id, own["indicator_id"]), known) | {NAME: own["indicator_name"]}
        for own in department.indicators
    ]
    named = [str(own["scheme"] or period.scheme or workbook.plan.scheme) for own in department.indicators]
    schemes = {name: load_scheme(name, workbook.folder).at(period.last_year) for name in dict.fromkeys(named)}
    words = {name: tuple(dict.fromkeys(one.letter for one in scheme.letters)) for name, scheme in schemes.items()}
    return Form(contract, contract.key, (NAME,), tuple(rows), tuple(words[name] for name in named))


def years(period: Period) -> range:
    """The fiscal years of a period."""
    return range(period.first_year, period.last_year + 1)


def _groups(workbook: Workbook, seen: list[tuple]) -> list[tuple[str, str]]:
    """The total, then the groups that an indicator had before: districts and ordered groups in the plan's order."""
    plan = workbook.plan

    def place(pair: tuple[str, str]) -> tuple[str, int, str]:
        kind, group = pair
        order = plan.group_orders.get(kind) or plan.districts
        return kind, order.index(group) if group in order else len(order), group

    return [("", ""), *sorted({(kind, group) for _, _, kind, group in seen if group}, key=place)]


def _last(known: Filled, seen: list[tuple], key: tuple) -> Row:
    """The latest earlier value of the same indicator and group."""
    earlier = [other for other in seen if other[2:] == key[2:] and other[1] < key[1]]
    with_value = [other for other in earlier if known[other]["value"] is not None]
    return {LAST_YEAR: with_value[-1][1], LAST_VALUE: known[with_value[-1]]["value"]} if with_value else {}


def _aim(own: Row) -> Row:
    return {
        BASELINE: own["baseline"], TARGET_YEAR: own["target_year"], TARGET: own["target"], UPPER: own["target_upper"],
    }  # fmt: skip


def _row(contract: Contract, key: tuple, known: Filled) -> Row:
    """The row of a key as it was submitted before, else with nothing but its key."""
    return dict(known.get(key, {})) | dict(zip(contract.key, key, strict=True))


def _filled(workbook: Workbook, contract: Contract, department: Department) -> dict[tuple, Row]:
    """What a department already submitted, by key."""
    own = {own["indicator_id"] for own in department.indicators} | {own["project_id"] for own in department.projects}
    frame = workbook[contract.name]
    frame = frame[frame[next(name for name in contract.key if name.endswith("_id"))].isin(own)]
    return {tuple(row[name] or "" for name in contract.key): row for row in _records(frame, contract)}


def _records(frame: pd.DataFrame, contract: Contract | None = None) -> Iterator[Row]:
    """Rows with plain Python cells, None for nothing; closed lists in the words of `contract`."""
    kinds = {column.name: column.kind for column in contract.columns} if contract else {}
    for record in records(frame):
        yield {str(name): _plain(str(name), value, kinds.get(str(name), "")) for name, value in record.items()}


def _plain(name: str, value: object, kind: str) -> object:
    if pd.isna(value) or value == "":
        return None
    if kind in {"choice", "choices"}:
        return "、".join(label(name, code) for code in str(value).split("、"))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.item() if hasattr(value, "item") else value
