"""What holds for every case of the default scheme: framing, units and company do not change a letter."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest
from case_table import judged, read_cases
from hypothesis import given, settings
from hypothesis import strategies as st

WORKED = read_cases("gap_worked_examples")
LETTER = ["letter", "lean", "reason", "route"]
# From best to worst, for the letters that a value alone can give.
ORDER = ["A", "B", "B*", "C+", "C0", "C-", "D"]
LEVELS = (3.0, 12.5, 30.0, 33.3, 50.0, 66.7, 80.0, 95.0)
IN_THE_UNIT = ("baseline", "target", "target_upper", "actual", "min_change", "baseline_se", "se")
FLIPPED = {"increase": "decrease", "decrease": "increase"}


def _case(number: int, **cells: object) -> dict[str, str]:
    usual = {"baseline_year": 2020, "target_year": 2030, "year": 2026, "better": ""}
    return {"case_id": str(number)} | {name: str(cell) for name, cell in (usual | cells).items()}


def _grid(unit: str) -> list[dict[str, str]]:
    """Every baseline, target and value of a few levels, to be raised."""
    levels = [triple for triple in product(LEVELS, repeat=3) if triple[0] < triple[1]]
    return [
        _case(n, direction="increase", unit=unit, baseline=b, target=t, actual=y) for n, (b, t, y) in enumerate(levels)
    ]


def _complement(row: dict[str, str]) -> dict[str, str]:
    values = {name: f"{100 - float(row[name]):.10g}" for name in ("baseline", "target", "actual")}
    return row | values | {"direction": FLIPPED[row["direction"]]}


def _scaled(row: dict[str, str], factor: int) -> dict[str, str]:
    """The same case in a smaller unit."""
    cells = {name: str(float(row[name]) * factor) for name in IN_THE_UNIT if row.get(name)}
    for name in ("series", "milestones"):
        parts = [part.split("=") for part in row[name].split(";") if part]
        cells[name] = ";".join(f"{year}={float(value) * factor}" for year, value in parts)
    return row | cells


def test_a_percentage_told_as_its_complement_gets_the_same_letter_everywhere():
    rows = _grid("%")
    told, other = judged(rows), judged([_complement(row) for row in rows])
    pd.testing.assert_frame_equal(told[LETTER], other[LETTER])
    assert set(told["letter"] + told["lean"]) == set(ORDER)


def test_a_complement_of_counted_answers_gets_the_same_letter_everywhere():
    rows = [
        _case(n, direction="increase", unit="%", baseline=x1 / 2, target=75, actual=x2 / 2,
              baseline_n=200, baseline_x=x1, n=200, x=x2)
        for n, (x1, x2) in enumerate(product(range(4, 148, 6), range(1, 200, 7)))
    ]  # fmt: skip
    mirrored = [
        _complement(row) | {"baseline_x": str(200 - int(row["baseline_x"])), "x": str(200 - int(row["x"]))}
        for row in rows
    ]
    told, other = judged(rows), judged(mirrored)
    pd.testing.assert_frame_equal(told[[*LETTER, "marks"]], other[[*LETTER, "marks"]])
    assert set(told["route"]) == {"interval"}


@pytest.mark.parametrize("unit", ["%", "件"])
def test_a_better_value_never_gets_a_worse_letter(unit):
    rows = _grid(unit)
    found = judged(rows).reset_index(drop=True)
    rank = (found["letter"] + found["lean"]).map(ORDER.index)
    own = pd.DataFrame(rows).astype({"actual": float}).assign(rank=rank).sort_values("actual")
    assert own.groupby(["baseline", "target"])["rank"].apply(lambda ranks: ranks.is_monotonic_decreasing).all()


@pytest.mark.parametrize("factor", [10, 1000])
def test_another_unit_changes_no_letter(factor):
    rows = [row for row in WORKED if row["unit"] != "%" and row["is_count"] != "true" and row["direction"] != "binary"]
    rows = [row for row in rows if not row["n"]]
    own, other = judged(rows), judged([_scaled(row, factor) for row in rows])
    pd.testing.assert_frame_equal(own[[*LETTER, "marks"]], other[[*LETTER, "marks"]])


@settings(max_examples=8)
@given(st.permutations(WORKED))
def test_the_company_of_other_cases_changes_nothing(rows):
    together, some = judged(WORKED), judged(rows[:20])
    pd.testing.assert_frame_equal(some, together.loc[some.index])


@pytest.mark.parametrize("row", [row for row in WORKED if row["milestones"]], ids=lambda row: row["case_id"])
def test_a_case_with_milestones_is_the_same_alone_and_in_company(row):
    pd.testing.assert_frame_equal(judged([row]), judged(WORKED).loc[[row["case_id"]]])


@pytest.mark.parametrize("year", [2030, 2031])
def test_from_the_target_year_on_nothing_of_the_gap_is_planned_to_be_left(year):
    usual = {"direction": "increase", "baseline": 40, "target": 60, "year": year, "actual": 58}
    rows = [
        _case(1, **usual),
        _case(2, **usual, path="milestones", milestones="2025=44"),
        _case(3, **usual, path="geometric"),
    ]
    found = judged([*rows, *WORKED]).loc[["1", "2", "3"]]
    assert found["gap_planned"].to_list() == pytest.approx([0, 0, 0])
    assert found["planned_share"].to_list() == pytest.approx([1, 1, 1])


def test_no_cases_give_no_letters():
    assert judged(WORKED[:1]).columns.to_list() == judged([]).columns.to_list()
    assert judged([]).empty


def test_a_case_keeps_its_inputs_beside_its_letter():
    row = next(row for row in WORKED if row["case_id"] == "W001")
    found = judged([row]).loc["W001"]
    kept = ["baseline_year", "baseline", "fiscal_year", "value", "target_year", "target"]
    assert found[kept].to_list() == [2020, 40.0, 2025, 49.5, 2030, 60.0]
    numbers = ["gap_baseline", "gap_now", "gap_planned", "time_share", "closed_share", "planned_share", "change"]
    assert found[numbers].to_list() == pytest.approx([20, 10.5, 10, 0.5, 0.475, 0.5, 9.5])
    assert (found["achievement_rate"], found["n_points"]) == (49.5 / 60, 2)


def test_shares_are_told_of_small_gaps_too():
    found = judged([_case(1, direction="increase", baseline=0.1, target=0.7, actual=0.385, year=2025)])
    assert found[["closed_share", "planned_share"]].squeeze().to_list() == pytest.approx([0.475, 0.5])


def test_after_a_restart_past_the_target_year_all_of_the_time_has_passed():
    row = _case(
        1, direction="increase", baseline_year=2028, baseline=40, target_year=2026, target=60, year=2030, actual=50
    )
    found = judged([row, row | {"case_id": "2", "target_year": ""}])
    assert (found["time_share"]["1"], found["gap_planned"]["1"]) == (1, 0)
    assert found["time_share"].isna()["2"]


@pytest.mark.parametrize(
    ("baseline", "actual", "letter"), [(-10, -9.6, "C+"), (-10, -9.5, "B"), (110, 115.4, "C+"), (110, 115.5, "B")]
)
def test_a_percentage_outside_0_to_100_is_material_by_its_level(baseline, actual, letter):
    row = _case(1, direction="none", better="up", unit="%", baseline=baseline, target="", actual=actual)
    found = judged([row]).squeeze()
    assert found["letter"] + found["lean"] == letter  # 5 % of the baseline


@pytest.mark.parametrize(("baseline", "actual"), [(40.5, 20), (40, 20.5), (-40, -20), (40, -20)])
def test_numbers_that_are_no_counts_are_not_tested_as_counts(baseline, actual):
    row = _case(1, direction="decrease", is_count="true", baseline=baseline, target=-100, actual=actual)
    assert judged([row])["route"].item() == "size"


def test_the_rate_of_achievement_of_a_target_to_go_below_is_target_over_value():
    down = _case(1, direction="decrease", baseline=60, target=40, actual=50)
    at_zero = _case(2, direction="decrease", baseline=60, target=40, actual=0)
    to_zero = _case(3, direction="increase", baseline=-10, target=0, actual=-5)
    found = judged([down, at_zero, to_zero])["achievement_rate"]
    assert (found["1"], found[["2", "3"]].isna().all()) == (0.8, True)


def test_shares_are_told_only_where_there_is_a_gap_to_close():
    kinds = ("none", "suppress", "binary")
    rows = [
        row
        for row in WORKED
        if row["direction"] in kinds and row["expected"] in {"A", "B", "C+"} and row["route"] != "size"
    ]
    shares = ["gap_baseline", "gap_now", "gap_planned", "closed_share", "planned_share"]
    assert judged(rows)[shares].isna().all(axis=None)
    no_gap = judged([_case(1, direction="maintain", better="up", baseline=80, target=80, actual=76)])
    assert no_gap[["closed_share", "planned_share"]].isna().all(axis=None)
    assert no_gap["gap_now"].item() == 4


def test_a_ceiling_has_its_line_beside_the_letter():
    rows = [
        row for row in WORKED if row["direction"] == "suppress" and row["baseline"] == "100" and row["year"] == "2025"
    ]
    lines = judged(rows)["ceiling_path"]
    assert lines.dropna().unique().tolist() == [150.0]
    assert judged(WORKED[:1])["ceiling_path"].isna().all()


@pytest.mark.parametrize(
    ("changes", "letter"),
    [
        ({"tolerance": 0.0}, "B*"), ({"tolerance": 0.05}, "B"), ({"tolerance": 0.05, "material_share": 0.5}, "C"),
        ({"tolerance": 0.05, "significance": 0.01}, "B"),
    ],
)  # fmt: skip
def test_a_setting_of_the_plan_goes_before_that_of_the_scheme(changes, letter):
    row = next(row for row in WORKED if row["case_id"] == "W001")
    assert judged([row], **changes)["letter"].item() == letter


def test_the_level_of_significance_is_a_setting():
    rows = [
        row for row in WORKED if row["route"] in {"run", "exact", "interval"} and row["expected"] in {"B", "B*", "D"}
    ]
    assert len(rows) > 10
    assert (judged(rows, significance=0.001)["letter"] == "C").sum() > 8


def test_the_level_share_is_a_setting():
    row = _case(1, direction="none", better="up", baseline=80, target="", actual=82)
    assert judged([row])["letter"].item() == "C"
    assert judged([row], level_share=0.02)["letter"].item() == "B"
