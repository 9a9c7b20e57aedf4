"""What holds for the default scheme whatever the case, tried on two thousand random cases each."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from case_table import judged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_folder import write_plan

from planeval.judging.evaluation import evaluate
from planeval.trust.workbook import load_workbook

# Fifty tables of forty cases each: a call judges a whole table.
TWO_THOUSAND = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SIZE = 40
LETTER = ["letter", "lean", "reason", "route"]
ORDER = ["A", "B", "B*", "C+", "C0", "C-", "D"]
FIRST, LAST = 2015, 2030
FLIPPED = {"increase": "decrease", "decrease": "increase", "up": "down", "down": "up", "": ""}
Case = dict[str, object]
percents = st.integers(10, 990).map(lambda tenths: Decimal(tenths) / 10)


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[str, ...] = ("increase", "decrease", "maintain", "none")) -> Case:
    """A percentage with a target on its good side, seen once or every year, with or without sampling information."""
    kind = draw(st.sampled_from(kinds))
    better = draw(st.sampled_from(["up", "down"])) if kind in {"maintain", "none"} else ""
    rises = kind == "increase" or better == "up"
    low, high = sorted(draw(st.lists(percents, min_size=2, max_size=2, unique=True)))
    year = draw(st.integers(FIRST + 1, LAST + 2))
    case: Case = {
        "direction": kind, "better": better, "unit": "%", "baseline_year": FIRST, "target_year": LAST, "year": year,
        "baseline": low if rises else high, "target": "" if kind == "none" else high if rises else low,
        "actual": draw(percents), "path": "linear",
    }  # fmt: skip
    if draw(st.booleans()):
        case |= {"path": "milestones", "milestones": {draw(st.integers(FIRST + 1, LAST - 1)): draw(percents)}}
    information = draw(st.sampled_from(["none", "sample", "error", "series"]))
    if information == "sample":
        case |= _sample(case, draw(st.sampled_from([100, 400, 1000])), draw(st.sampled_from(["", 2])))
    elif information == "error":
        case |= {"baseline_se": draw(st.integers(1, 30)) / Decimal(10), "se": draw(st.integers(1, 30)) / Decimal(10)}
    elif information == "series":
        case["series"] = {between: draw(percents) for between in range(FIRST + 1, year)}
    return case


def _sample(case: Case, n: int, effect: object) -> Case:
    """Counted answers that give just the percentages of the case."""
    hits = {f"{end}x": case[value] * n / 100 for end, value in (("baseline_", "baseline"), ("", "actual"))}
    return {"baseline_n": n, "n": n, "design_effect": effect} | hits


def _rows(drawn: list[Case]) -> list[dict[str, str]]:
    def text(value: object) -> str:
        return ";".join(f"{year}={own}" for year, own in value.items()) if isinstance(value, dict) else str(value)

    return [{"case_id": str(n)} | {name: text(value) for name, value in case.items()} for n, case in enumerate(drawn)]


def _mapped(case: Case, change: object, columns: tuple[str, ...]) -> Case:
    """A case with every value of some columns changed."""
    cells = {name: case[name] for name in columns if case.get(name, "") != ""}
    return case | {
        name: {year: change(own) for year, own in cell.items()} if isinstance(cell, dict) else change(cell)
        for name, cell in cells.items()
    }


def _complement(case: Case) -> Case:
    turned = _mapped(case, lambda value: 100 - value, ("baseline", "target", "actual", "series", "milestones"))
    turned |= {name: FLIPPED.get(case[name], case[name]) for name in ("direction", "better")}
    for end in ("baseline_", ""):
        if f"{end}x" in case:
            turned[f"{end}x"] = case[f"{end}n"] - case[f"{end}x"]
    return turned


@TWO_THOUSAND
@given(st.lists(cases(), min_size=SIZE, max_size=SIZE))
def test_a_percentage_and_its_complement_get_the_same_letter(drawn):
    told, other = judged(_rows(drawn)), judged(_rows([_complement(case) for case in drawn]))
    pd.testing.assert_frame_equal(told[[*LETTER, "marks"]], other[[*LETTER, "marks"]])


@TWO_THOUSAND
@given(st.lists(cases(), min_size=SIZE, max_size=SIZE), st.sampled_from([Decimal(10), Decimal("0.01"), Decimal(1000)]))
def test_another_unit_changes_no_letter(drawn, factor):
    columns = ("baseline", "target", "actual", "series", "milestones", "baseline_se", "se")
    plain = [
        {name: own for name, own in case.items() if name not in {"n", "x", "baseline_n", "baseline_x"}}
        for case in drawn
    ]
    plain = [case | {"unit": "km"} for case in plain]
    told, other = judged(_rows(plain)), judged(_rows([_mapped(case, lambda v: v * factor, columns) for case in plain]))
    pd.testing.assert_frame_equal(told[[*LETTER, "marks"]], other[[*LETTER, "marks"]])


@TWO_THOUSAND
@given(
    st.lists(
        st.tuples(cases(("increase", "decrease", "maintain", "none", "suppress")), percents),
        min_size=SIZE,
        max_size=SIZE,
    )
)
def test_a_better_value_never_gets_a_worse_letter(drawn):
    first, second = [], []
    for case, value in drawn:
        other = case | {"actual": value}
        if "n" in case:
            other |= _sample(other, case["n"], case["design_effect"])
        rises = case["direction"] == "increase" or case["better"] == "up"
        worse, better = sorted([case, other], key=lambda own: own["actual"], reverse=not rises)
        first.append(worse)
        second.append(better)
    ranks = [
        (found["letter"] + found["lean"]).replace("C", "C0").map(ORDER.index).to_numpy()
        for found in (judged(_rows(first)), judged(_rows(second)))
    ]
    assert (ranks[1] <= ranks[0]).all(), [case for case, ok in zip(drawn, ranks[1] <= ranks[0], strict=True) if not ok]


@TWO_THOUSAND
@given(st.lists(cases(), min_size=SIZE, max_size=SIZE), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn, random):
    rows = _rows(drawn)
    mixed = list(rows)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(judged(rows), judged(mixed).loc[[row["case_id"] for row in rows]])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.tuples(percents, percents, percents, percents, percents), min_size=200, max_size=200))
def test_adding_a_group_never_changes_the_letter_of_the_total(tmp_path_factory, drawn):
    indicators = [
        {"indicator_id": f"K-{n}", "indicator_name": f"K-{n}", "unit": "%", "target_kind": "増加", "baseline_year": 2018,
         "baseline": low, "target_year": 2028, "target": low + 5, "is_count": ""}
        for n, (low, *_) in enumerate(drawn)
    ]  # fmt: skip
    totals = [{"indicator_id": f"K-{n}", "fiscal_year": 2022, "value": value} for n, (_, value, *_) in enumerate(drawn)]
    groups = [
        {"indicator_id": f"K-{n}", "fiscal_year": year, "value": value, "group_kind": "地区", "group": name}
        for n, own in enumerate(drawn)
        for year, name, value in ((2018, "東", own[2]), (2022, "東", own[3]), (2022, "西", own[4]))
    ]
    found = []
    for rows in (totals, [*groups, *totals]):
        folder = write_plan(tmp_path_factory.mktemp("plan") / "machi", indicators=indicators, observations=rows)
        table = evaluate(load_workbook("machi", folder.parent), "first").table
        found.append(table[table["group"].eq("")].reset_index(drop=True))
    pd.testing.assert_frame_equal(*[own.drop(columns=[c for c in own if c.endswith("_source")]) for own in found])
