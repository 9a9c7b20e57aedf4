"""The planning aid: what it calls detectable is detected by the evaluation's own tests, and a little less is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_table import frames, read_cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planeval.judging import intervals
from planeval.judging.change import changes
from planeval.judging.planning import PLANNED, sample_needed, sampling_error, smallest_detectable_change

EXAMPLES = read_cases("detectable_changes")
ERRORS = read_cases("sampling_errors")
NEEDED = read_cases("samples_needed")
LEVEL = {"significance": 0.05}
# The change alone decides, however small it is.
ANY_SIZE = LEVEL | {"material_share": 0.0, "level_share": 0.0}
FOUND = ["improvement", "worsening"]
SIZES = st.integers(5, 3000)


def _cases(rows: list[dict[str, str]]) -> pd.DataFrame:
    years = {"baseline_year": "2020", "target_year": "2026", "year": "", "actual": ""}
    own = frames([years | row for row in rows])[0]
    names = [*PLANNED, "baseline_count"]
    planned = {name: [float(row.get(name) or "nan") for row in rows] for name in names}
    exposure = [float(row.get("baseline_exposure") or "nan") for row in rows]
    return own.assign(**planned, baseline_exposure=exposure)


def _found(**cells: object) -> pd.Series:
    usual = {"case_id": "1", "direction": "increase", "target": "100", "unit": "%"}
    row = usual | {name: str(cell) for name, cell in cells.items()}
    return smallest_detectable_change(_cases([row]), LEVEL).iloc[0]


def _moved(row: dict[str, object]) -> float:
    """What the evaluation itself finds: 1 better, −1 worse, 0 no change."""
    usual = {"case_id": "1", "direction": "increase", "target": "1000000", "unit": "%"}
    years = {"baseline_year": "2020", "target_year": "2026", "year": "2023"}
    cases, points, _ = frames([{name: str(cell) for name, cell in (usual | years | row).items()}])
    return changes(cases, points, ANY_SIZE)["moved"].item()


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["case_id"])
def test_an_example_has_the_changes_worked_out_by_hand(row):
    found = smallest_detectable_change(_cases([row]), LEVEL).iloc[0]
    expected = [float(row[name] or "nan") for name in FOUND]
    # Shares are printed to three decimals, all others are exact.
    assert found[FOUND].astype(float).to_list() == pytest.approx(
        expected, abs=5e-4 if row["route"] == "interval" else 1e-9, nan_ok=True
    )
    assert found["planning_route"] == row["route"]


def test_all_cases_at_once_have_the_changes_of_each_alone():
    together = smallest_detectable_change(_cases(EXAMPLES), LEVEL)
    alone = pd.concat([smallest_detectable_change(_cases([row]), LEVEL) for row in EXAMPLES], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


def test_the_changes_have_the_index_of_the_cases_and_leave_them_as_they_were():
    cases = _cases(EXAMPLES).set_index("indicator_id", drop=False)
    copy = cases.copy()
    assert smallest_detectable_change(cases, LEVEL).index.equals(cases.index)
    pd.testing.assert_frame_equal(cases, copy)
    assert smallest_detectable_change(cases.iloc[:0], LEVEL).empty


def test_without_any_planned_column_nothing_but_a_count_can_be_told():
    found = smallest_detectable_change(_cases(EXAMPLES).drop(columns=PLANNED), LEVEL)
    assert set(found["planning_route"]) == {"", "exact"}


@settings(max_examples=20)
@given(SIZES, SIZES, st.floats(0, 1), st.sampled_from([1.0, 1.5, 2.0]))
def test_a_change_of_a_proportion_is_detected_and_a_slightly_smaller_one_is_not(n, planned, share, effect):
    x = round(n * share)
    own = {"baseline": 100 * x / n, "baseline_n": n, "baseline_x": x, "design_effect": effect}
    found = _found(**own, planned_n=planned)
    for name, sign in (("improvement", 1), ("worsening", -1)):
        end = 100 - own["baseline"] if sign > 0 else own["baseline"]
        if np.isnan(found[name]):
            assert (
                _moved(own | {"actual": own["baseline"] + sign * end, "n": planned, "x": planned * (sign > 0)}) != sign
            )
            continue
        for part, expected in ((1 + 1e-6, sign), (1 - 1e-6, 0)):
            value = min(max(own["baseline"] + sign * found[name] * part, 0.0), 100.0)
            beyond = found[name] * part > end
            assert beyond or _moved(own | {"actual": value, "n": planned, "x": value * planned / 100}) == expected


@settings(max_examples=20)
@given(st.floats(0.01, 50), st.floats(0.01, 50))
def test_a_change_beyond_its_standard_error_is_detected_and_a_slightly_smaller_one_is_not(error, planned):
    found = _found(baseline=200, unit="円", target=10000, baseline_se=error, planned_se=planned)
    for part, expected in ((1 + 1e-6, 1), (1 - 1e-6, 0)):
        own = {"baseline": 200, "unit": "円", "baseline_se": error, "se": planned, "target": 10000}
        assert _moved(own | {"actual": 200 + found["improvement"] * part}) == expected
        assert _moved(own | {"actual": 200 - found["worsening"] * part}) == -expected


@settings(max_examples=20)
@given(st.integers(0, 400))
def test_a_change_of_a_count_is_detected_and_one_less_is_not(count):
    own = {"baseline": count, "unit": "件", "is_count": "true", "target": 10000}
    found = _found(**own, baseline_count=count)
    for name, sign in (("improvement", 1), ("worsening", -1)):
        if np.isnan(found[name]):
            assert _moved(own | {"actual": 0}) == 0
            continue
        moved = [_moved(own | {"actual": count + sign * (found[name] - less)}) for less in (0, 1)]
        assert moved == [sign, 0]


@settings(max_examples=20)
@given(st.integers(1, 200), st.integers(100, 5000), st.integers(100, 5000))
def test_a_rate_of_other_exposure_is_told_by_its_count_and_one_less_is_not(count, exposure, planned):
    found = _found(baseline=count * 100000 / exposure, unit="人口10万対", is_count="true", baseline_count=count,
                   baseline_exposure=exposure, planned_exposure=planned)  # fmt: skip
    share = np.array([planned / (exposure + planned)])
    for name, sign in (("improvement", 1), ("worsening", -1)):
        if np.isnan(found[name]) or np.isclose(found["improvement"], count * 100000 / exposure):
            continue
        second = round((count / exposure + sign * found[name] / 100000) * planned)
        p = [
            intervals.conditional_binomial_p(np.array([float(count)]), np.array([float(other)]), share)[0]
            for other in (second, second - sign)
        ]
        assert p[0] <= 0.05 < p[1]


def test_a_stricter_level_asks_for_a_larger_change():
    cases = _cases(EXAMPLES)
    usual, strict = (smallest_detectable_change(cases, {"significance": level})[FOUND] for level in (0.05, 0.01))
    ratios = (strict / usual).stack()
    assert ratios.min() >= 1
    assert ratios.gt(1).sum() > 10


def test_a_larger_design_effect_asks_for_a_larger_change():
    own = {"baseline": 60, "baseline_n": 400, "baseline_x": 240, "planned_n": 400}
    sizes = [_found(**own, **effect)["improvement"] for effect in (
        {}, {"planned_design_effect": 2}, {"design_effect": 2}, {"design_effect": 2, "planned_design_effect": 1})]  # fmt: skip
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[3] == pytest.approx(_found(**own | {"baseline_n": 200, "baseline_x": 120})["improvement"])


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row['design'][:6]} {row['n']} {row['percent']}")
def test_a_sampling_error_is_the_published_one(row):
    found = sampling_error(float(row["percent"]), float(row["n"]), float(row["limit"]))
    digits = len(row["points"].split(".")[1])
    assert f"{found:.{digits}f}" == row["points"]


def test_a_sampling_error_of_nobody_is_not_known():
    assert np.isnan(sampling_error([50.0, 50.0], [0, np.nan])).all()


@pytest.mark.parametrize("row", NEEDED, ids=lambda row: f"{row['percent']} {row['change']}")
def test_the_sample_needed_is_the_first_that_is_enough_when_all_are_tried(row):
    found = sample_needed(float(row["percent"]), float(row["change"]), design_effect=float(row["design_effect"]))
    assert found == pytest.approx(float(row["needed"] or "nan"), nan_ok=True)


@settings(max_examples=60)
@given(st.floats(0, 100), st.floats(-60, 60), st.sampled_from([0.05, 0.01]))
def test_the_sample_needed_tells_the_change_and_one_answer_less_does_not(percent, change, level):
    assume(abs(change) >= 0.1 and 0 <= percent + change <= 100)
    needed = float(sample_needed(percent, change, level=level))
    for n, is_told in ((needed, True), (needed - 1, False)):
        if n > 0:
            n1 = np.array([n])
            low, high = intervals.newcombe(percent / 100 * n1, n1, (percent + change) / 100 * n1, n1, level)
            assert bool(low[0] > 0 or high[0] < 0) == is_told


def test_no_change_and_an_impossible_one_need_no_sample():
    assert np.isnan(sample_needed([50, 95, 5, np.nan], [0, 10, -10, 5])).all()
