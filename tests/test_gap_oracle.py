"""The default scheme against a second, plain computation of the same method, on two thousand small random plans."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random

import pandas as pd
import pytest
from gap_oracle import Verdict, rate
from plan_folder import write_plan

from planeval.judging.evaluation import evaluate
from planeval.trust import consistency, declarations, references
from planeval.trust.tables import Table
from planeval.trust.workbook import Workbook, load_workbook
from planeval.words.contracts import CONTRACTS, LISTS, Contract
from planeval.words.lists import REASONS
from planeval.words.problems import PROBLEM

# Plans of equal settings lie in one workbook, because evaluating each alone would take ten times as long.
CHUNKS, SHELVES, PLANS_ON_A_SHELF = 8, 10, 25
FIRST, LAST = 2015, 2024
PERIODS = {"first": (2016, 2019), "second": (2020, 2023)}
KINDS = tuple(LISTS["target_kind"].values())
TABLES = ("indicators", "observations", "period_years", "target_revisions", "milestones", "breaks")
TEXTS = ("text", "identifier", "choice", "choices", "date")
NUMBERS = ("gap_baseline", "gap_now", "closed_share", "planned_share", "change")
OF_THE_TEST = ("p", "low", "high")
EMPTY = {
    contract.name: {
        column.name: "" if column.kind in TEXTS else False if column.kind == "yes_no" else None
        for column in contract.columns
    }
    for contract in CONTRACTS.values()
}


# --- random plans


def random_settings(random: Random) -> dict:
    """What plan.yaml says, and the period to evaluate."""
    return {
        "period": random.choice(list(PERIODS)),
        "stale_after": random.choice([0, 0, 0, 1, 3]),
        "disclosure_threshold": 0,  # withholding looks at all groups together and has tests of its own
        "settings": random.choice([{}, {}, {}, _settings(random)]),
    }


def random_plan(random: Random, name: str, settings: Mapping) -> dict:
    """A plan as plain tables: up to three indicators, some with groups, and anything that may happen to them."""
    plan: dict = {**settings, **{table: [] for table in TABLES}}
    for number in range(random.choice([1, 2, 2, 3])):
        indicator = _indicator(random, f"{name}-{number}")
        about = _rows_about(random, indicator, plan["period"])
        plan["indicators"].append(EMPTY["indicators"] | indicator)
        for table, rows in about.items():
            plan[table] += [EMPTY[table] | {"indicator_id": indicator["indicator_id"]} | row for row in rows]
    return plan


def _settings(random: Random) -> dict[str, float]:
    choices = {
        "material_share": [0.05, 0.2, 0.3], "level_share": [0.0, 0.1], "significance": [0.01, 0.1],
        "tolerance": [0.0, 0.1, 0.25],
    }  # fmt: skip
    return {name: random.choice(values) for name, values in choices.items() if random.random() < 0.6}


def _chance(random: Random, share: float) -> bool:
    return random.random() < share


def _maybe(random: Random, value: object, share: float) -> object:
    return value if _chance(random, share) else None


def _indicator(random: Random, indicator_id: str) -> dict:
    """One row of `indicators` that is legal, whatever of it is missing."""
    kind = random.choice([*KINDS, "increase", "decrease", "range"])
    year = random.choice([2012, 2014, 2015, 2015, 2016, 2017])
    is_count = kind != "binary" and _chance(random, 0.2)
    baseline = float(random.choice([12, 20, 30, 40, 50, 60, 80, 96] + ([] if is_count else [12.5, 33.3, 44.4, 0, 0.8])))
    target, upper = _target(random, kind, baseline)
    if kind == "binary":
        baseline, target = float(_chance(random, 0.2)), random.choice([1.0, None])
    indicator = {
        "indicator_id": indicator_id, "indicator_name": indicator_id, "target_kind": kind,
        "unit": "" if kind == "binary" else random.choice(["%", "％", "人", "点", ""]),
        "direction": random.choice(["up", "down", "up", "down", ""]) if kind == "none" or _chance(random, 0.1) else "",
        "baseline_year": _maybe(random, year, 0.97), "baseline": _maybe(random, baseline, 0.85),
        "target_year": _maybe(random, random.choice([2018, 2020, 2022, 2023, 2025, 2028, 2030]), 0.95),
        "target": target if kind == "binary" else _maybe(random, target, 0.95),
        "target_upper": _maybe(random, upper, 0.95), "is_count": is_count,
        "min_change": _maybe(random, random.choice([0.0, 0.5, 2.0, 5.0]), 0.15),
        "valid_years": _maybe(random, random.choice([0, 1, 2, 5]), 0.15),
        "path": random.choice(["", "linear", "geometric", "milestones"]),
    }  # fmt: skip
    positive = all(indicator[name] is not None and indicator[name] > 0 for name in ("baseline", "target"))
    if indicator["path"] == "geometric" and not positive:
        indicator["path"] = ""
    return indicator


def _target(random: Random, kind: str, baseline: float) -> tuple[float | None, float | None]:
    step = float(random.choice([2, 5, 8, 10, 20, 40]))
    if kind == "none":
        return None, None
    if kind == "range":
        low = random.choice([baseline + step, baseline - step - 10, baseline - 3])
        return round(low, 1), round(low + random.choice([6.0, 10.0, 20.0]), 1)
    is_up = kind in {"increase", "at_least"} or (kind == "suppress" and _chance(random, 0.8))
    if kind in {"at_least", "at_most"} and _chance(random, 0.4):
        step = random.choice([0.0, -step])
    return round(baseline + step if is_up else baseline - step, 1), None


def _rows_about(random: Random, indicator: dict, period: str) -> dict[str, list[dict]]:
    """What the other tables say of one indicator."""
    start, end = indicator["baseline_year"] or 2015, indicator["target_year"] or 2031
    steps = random.sample(range(start + 1, end), min(end - start - 1, random.choice([1, 1, 2, 3])))
    if indicator["path"] == "milestones" and not steps:
        indicator["path"] = ""
    if indicator["path"] != "milestones":
        steps = []
    rows: dict[str, list[dict]] = {
        "milestones": [{"fiscal_year": year, "value": _on_the_way(random, indicator)} for year in steps],
        "breaks": [_break(random, year) for year in _some_years(random, steps)],
        "target_revisions": [
            row for year in _some_years(random, []) for row in _revision(random, indicator, year, steps)
        ],
    }
    wanted = range(start + 1, PERIODS[period][1] + 1)
    if wanted and _chance(random, 0.12):
        rows["period_years"] = [{"period": period, "fiscal_year": random.choice(wanted[-5:])}]
    return rows | {"observations": _observations(random, indicator, rows["breaks"])}


def _some_years(random: Random, likely: list[int]) -> list[int]:
    """Mostly none, else one or two years, now and then one that is named elsewhere too."""
    if not _chance(random, 0.25):
        return []
    years = random.sample(range(2014, 2025), random.choice([1, 1, 2]))
    return sorted({random.choice(likely), *years[1:]}) if likely and _chance(random, 0.5) else years


def _break(random: Random, year: int) -> dict:
    kind = random.choice(["bridge", "bridge", "bridge", "restart", "restart", "shock", ""])
    ratio = random.choice([0.5, 0.8, 1.0, 1.1, 1.15, 2.0, 0.0, None]) if kind == "bridge" else None
    return {"fiscal_year": year, "break_kind": kind, "bridge_ratio": ratio}


def _revision(random: Random, indicator: Mapping, year: int, steps: list[int]) -> Iterator[dict]:
    """A revision that is legal; now and then it names only some of what it may."""
    kind, baseline, old = (indicator[name] for name in ("target_kind", "baseline", "target_upper"))
    target, upper = _target(random, kind, 40.0 if baseline is None else baseline)
    target = _maybe(random, target, 0.75)
    if old is not None and target is not None and target < old:
        upper = _maybe(random, upper, 0.6)
    target_year = random.choice([2019, 2021, 2023, 2026, *steps])
    if target != baseline or kind not in {"increase", "decrease"}:
        yield {
            "applies_from": year, "target": target, "target_upper": upper,
            "target_year": _maybe(random, target_year, 0.5),
        }  # fmt: skip


def _on_the_way(random: Random, indicator: Mapping) -> float:
    """A value between the baseline and the target."""
    start, target = indicator["baseline"], indicator["target"]
    start = 40.0 if start is None else start
    target = start + 10.0 if target is None else target
    return round(start + (target - start) * random.choice([0.25, 0.5, 0.5, 0.75, 1.0]), random.choice([0, 1]))


def _observations(random: Random, indicator: Mapping, breaks: list[dict]) -> list[dict]:
    """Values of the whole, and now and then of groups, by year."""
    if _chance(random, 0.03):
        return []
    rows = _run(random, indicator, breaks, {})
    for kind, name in random.sample([("地区", "東"), ("地区", "西"), ("年齢", "若年")], random.choice([0, 0, 0, 1, 2])):
        rows += _run(random, indicator, breaks, {"group_kind": kind, "group": name})
    return rows


def _run(random: Random, indicator: Mapping, breaks: list[dict], group: dict[str, str]) -> list[dict]:
    """The values of one run, on the scales that its bridges tell of, with what is known of their errors."""
    start = 40.0 if indicator["baseline"] is None else indicator["baseline"]
    course = {
        "first": start if not group else max(start + random.choice([-10.0, -2.0, 0.0, 0.0, 4.0]), 0.0),
        "speed": random.choice([-1.0, -0.4, 0.0, 0.1, 0.5, 0.8, 0.95, 1.0, 1.1, 1.6]),
        "noise": random.choice([0, 0, 0.5, 4]),
        "rests": random.choice([0, 0, 0.3]),
    }
    is_bridged = indicator["target_kind"] != "binary" and _chance(random, 0.7)
    is_mirrored = indicator["target_kind"] == "range" and _chance(random, 0.5)
    sampling = random.choice(["", "", "", "", "n", "n", "n", "se", "se"])
    adjusted = random.choice([0, 0, 0, 0, 0, 0, 0.5, 1])
    rows: list[dict] = []
    value = None
    for year in _years_seen(random, indicator):
        row = _observation(random, indicator, year, course)
        if row["value"] is not None and value is not None and _chance(random, course["rests"]):
            row["value"] = value
        value = row["value"]
        if is_mirrored and value is not None and _chance(random, 0.4):
            row["value"] = _mirrored(indicator, value)
        if is_bridged:
            row["value"] = _before_bridges(row["value"], year, breaks, indicator)
        is_stated = not group and year == indicator["baseline_year"] and indicator["baseline"] is not None
        if is_stated and row["value"] is not None:
            row["value"] = indicator["baseline"]
        row |= _sampling(random, indicator, row["value"], sampling, is_free=not is_stated)
        if _chance(random, adjusted):
            row["flags"] = "、".join(filter(None, [row["flags"], "age_adjusted"]))
        rows.append(group | row)
    return rows


def _years_seen(random: Random, indicator: Mapping) -> list[int]:
    share = random.choice([0.3, 0.6, 1.0])
    years = {year for year in range(2013, LAST + 1) if _chance(random, share)}
    start = indicator["baseline_year"]
    return sorted(years | {start} if start and _chance(random, 0.8) else years)


def _mirrored(indicator: Mapping, value: float) -> float:
    """As far from the range, on its other side."""
    low, high = indicator["target"], indicator["target_upper"]
    mirrored = value if low is None or high is None else round(low + high - value, 2)
    return max(mirrored, 0.0) if indicator["is_count"] else mirrored


def _before_bridges(value: float | None, year: int, breaks: list[dict], indicator: Mapping) -> float | None:
    """The value on the scale of its time, where that has few digits."""
    for row in breaks:
        if value is not None and row["bridge_ratio"] and year < row["fiscal_year"] and not indicator["is_count"]:
            value = round(value / row["bridge_ratio"], 3)
    return value


def _observation(random: Random, indicator: Mapping, year: int, course: Mapping[str, float]) -> dict:
    """A value that drifts towards (or away from) the target, or the reason why there is none."""
    row = {"fiscal_year": year, "value": None, "missing": "", "flags": ""}
    if _chance(random, 0.1):
        return row | {"missing": random.choice(list(LISTS["missing"].values()))}
    if _chance(random, 0.15):
        flags = list(LISTS["flags"].values())[:4]
        row["flags"] = "、".join(random.sample(flags, random.choice([1, 1, 2])))
    if indicator["target_kind"] == "binary":
        return row | {"value": float(_chance(random, 0.3))}
    start, end = indicator["baseline_year"] or 2015, indicator["target_year"] or 2030
    first = course["first"]
    goal = indicator["target"] if indicator["target"] is not None else first + random.choice([10, -10])
    share = (year - start) / (end - start)
    value = first + (goal - first) * share * course["speed"] + random.uniform(-1, 1) * course["noise"]
    digits = 0 if indicator["is_count"] else random.choice([0, 1, 1, 2])
    return row | {"value": max(round(value, digits), 0.0) if indicator["is_count"] else round(value, digits)}


def _sampling(random: Random, indicator: Mapping, value: float | None, kind: str, *, is_free: bool) -> dict:
    """n and x, a standard error or an exposure; now and then they are missing."""
    if kind == "" or value is None or _chance(random, 0.08) or indicator["target_kind"] == "binary":
        return {}
    if kind == "se":
        return {"standard_error": random.choice([0.0, 0.5, 1.0, 2.0, 3.5])}
    size = float(random.choice([8, 60, 200, 400, 1500]))
    if indicator["is_count"]:
        if indicator["target_kind"] == "range" or _chance(random, 0.5):
            return {"sample_size": random.choice([size, 1000.0, 1100.0])}
        told = {"value": round(100 * value / 1500, 1)} if is_free and _chance(random, 0.5) else {}
        return {"sample_size": max(size, value), "sample_count": value} | told
    size = random.choice([size, size, size, size, 0.0])
    count = float(min(max(round(size * value / 100), 0), size))
    effect = {"design_effect": random.choice([0.8, 1.0, 1.5, 2.0])} if _chance(random, 0.3) else {}
    return {"sample_size": size} | ({"sample_count": count} if _chance(random, 0.95) else {}) | effect


# --- the library's side


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """A plan read from a folder, whose tables the random ones replace."""
    periods = [
        {"id": name, "label": name, "kind": "evaluation", "years": list(years)} for name, years in PERIODS.items()
    ]
    folder = write_plan(tmp_path_factory.mktemp("data") / "machi", plan={"years": [FIRST, LAST], "periods": periods})
    return load_workbook(folder.name, folder.parent)


def workbook_of(plan: Mapping, usual: Workbook) -> Workbook:
    """The same plan as the library has it after reading its files."""
    settings = {name: plan[name] for name in ("stale_after", "disclosure_threshold", "settings")}
    tables = {name: table_of(CONTRACTS[name], plan[name], usual.tables[name]) for name in TABLES}
    return replace(usual, plan=replace(usual.plan, **settings), tables={**usual.tables, **tables})


def table_of(contract: Contract, rows: list[dict], usual: Table) -> Table:
    """Rows of one table with the types and places that reading gives them."""
    columns = {
        column.name: pd.Series([row[column.name] for row in rows], dtype=usual.frame[column.name].dtype)
        for column in contract.columns
    }
    places = pd.DataFrame({"file": contract.name, "sheet": "", "row": range(2, len(rows) + 2)})
    letters = {(contract.name, ""): {column.name: "A" for column in contract.columns}}
    return Table(contract, pd.DataFrame(columns), places, letters)


@dataclass(frozen=True)
class Shelf:
    """Plans of equal settings, laid together, and what the plain computation says of each of them alone."""

    together: dict
    verdicts: dict[tuple[str, str, str], Verdict]


@cache
def chunk(number: int) -> list[Shelf]:
    """The shelves of one chunk."""
    random = Random(number)
    return [_shelf(random) for _ in range(SHELVES)]


def _shelf(random: Random) -> Shelf:
    settings = random_settings(random)
    plans = [random_plan(random, f"P{n}", settings) for n in range(PLANS_ON_A_SHELF)]
    period = {"id": settings["period"], **_years(settings["period"])}
    together = settings | {table: [row for plan in plans for row in plan[table]] for table in TABLES}
    return Shelf(together, {key: verdict for plan in plans for key, verdict in rate(plan, period).items()})


def _years(period: str) -> dict[str, int]:
    return dict(zip(("first_year", "last_year"), PERIODS[period], strict=True))


def differences(verdicts: Mapping[tuple, Verdict], table: pd.DataFrame) -> Iterator[str]:
    """Where the table of the library says something else."""
    rows = {(row.indicator_id, row.group_kind, row.group): row for row in table.itertuples()}
    assert set(rows) == set(verdicts)
    for key, verdict in verdicts.items():
        row = rows[key]
        for name in ("letter", "lean", "reason", "route"):
            if getattr(row, name) != getattr(verdict, name):
                yield f"{key} {name}: {getattr(row, name)!r}, by the method {getattr(verdict, name)!r}"
        compared = () if verdict.letter == "E" else NUMBERS + OF_THE_TEST if verdict.route else NUMBERS
        for name in compared:
            found, own = getattr(row, name), getattr(verdict, name)
            if not (math.isnan(found) if own is None else math.isclose(found, own, rel_tol=1e-9, abs_tol=1e-9)):
                yield f"{key} {name}: {found}, by the method {own}"


# --- tests


@pytest.mark.parametrize("number", range(CHUNKS))
def test_the_library_rates_as_the_method_says(number, usual):
    found = []
    for n, shelf in enumerate(chunk(number)):
        table = evaluate(workbook_of(shelf.together, usual), shelf.together["period"], "gap").table
        found += [f"shelf {n}: {difference}" for difference in differences(shelf.verdicts, table)]
    assert found == []


def test_the_random_plans_are_legal(usual):
    for shelf in chunk(0):
        workbook = workbook_of(shelf.together, usual)
        problems = [
            *references.check(workbook.plan, workbook.tables), *declarations.check(workbook.tables),
            *consistency.check(workbook.plan, workbook.tables, workbook.tables["observations"]),
        ]  # fmt: skip
        assert [problem for problem in problems if problem.severity == PROBLEM] == []


def test_the_random_plans_reach_everything():
    seen: dict[str, set[str]] = defaultdict(set)
    for shelf in (shelf for number in range(CHUNKS) for shelf in chunk(number)):
        rows = {row["indicator_id"]: row for row in shelf.together["indicators"]}
        for (indicator_id, *_), verdict in shelf.verdicts.items():
            seen["letter"].add(verdict.letter + verdict.lean)
            seen["reason"].add(verdict.reason)
            seen["route"].add(verdict.route)
            seen[rows[indicator_id]["target_kind"]].add(verdict.letter)
            seen[rows[indicator_id]["path"] or "linear"].add(verdict.letter)
    every = {"A", "B", "B*", "C", "D", "E"}
    assert seen["letter"] == every | {"C+", "C-", "C0"}
    assert seen["reason"] == {"", *REASONS} - {"not_applicable"}
    assert seen["route"] == {"", "interval", "exact", "z", "run", "size"}
    assert {kind: seen[kind] for kind in KINDS} == {kind: every for kind in KINDS} | {
        "binary": {"A", "C", "D", "E"}, "none": {"B", "C", "D", "E"},
    }  # fmt: skip
    assert [seen[path] for path in ("linear", "geometric", "milestones")] == [every] * 3
