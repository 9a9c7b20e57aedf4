"""The outlook to the target year: worked examples by hand, and the same line by numpy and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_table import frames, kind_of, read_cases, series_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from planeval.judging.outlook import outlook

CASES = read_cases("outlook")
NUMBERS = ["outlook_low", "outlook_middle", "outlook_high"]
VALUES = st.lists(st.floats(-50, 50).map(lambda value: round(value, 2)), min_size=5, max_size=15)


def _outlook(row: dict[str, str], years: set[int] = frozenset(), breaks: pd.DataFrame | None = None) -> pd.Series:
    cases, points, _ = frames([row])
    return outlook(cases, points, years, breaks).iloc[0]


def _years(row: dict[str, str]) -> set[int]:
    return {int(year) for year in row["shock_years"].split(";") if year}


def _case(values: list[float], target: float, kind: str = "increase") -> dict[str, str]:
    first, last = 2010, 2010 + len(values) - 1
    series = ";".join(f"{first + n}={value}" for n, value in enumerate(values))
    return {
        "case_id": "1", "direction": kind, "baseline_year": str(first), "baseline": str(values[0]), "year": str(last),
        "actual": str(values[-1]), "target_year": str(last + 4), "target": str(target), "series": series,
    }  # fmt: skip


def _by_numpy(years: list[int], values: list[float], due: int) -> tuple[float, float, float]:
    """Middle and limits from numpy's covariance of the line's two numbers, and the scatter around it."""
    line, covariance = np.polyfit(np.array(years) - 2010.0, values, 1, cov=True)
    place = np.array([due - 2010.0, 1.0])
    scatter = np.sum((values - np.polyval(line, np.array(years) - 2010.0)) ** 2) / (len(years) - 2)
    half = stats.t.ppf(0.9, len(years) - 2) * np.sqrt(place @ covariance @ place + scatter)
    return place @ line - half, place @ line, place @ line + half


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case_id"])
def test_an_example_has_the_outlook_worked_out_by_hand(row):
    found = _outlook(row, _years(row))
    assert (found["outlook"], found["outlook_with_shocks"]) == (row["outlook"], row["outlook_with_shocks"])
    expected = [float(row[name] or "nan") for name in ("low", "middle", "high")]
    assert found[NUMBERS].to_list() == pytest.approx(expected, abs=5e-4, nan_ok=True)
    assert found["outlook_points"] == int(row["points"])


@pytest.mark.parametrize("row", [row for row in CASES if row["low"]], ids=lambda row: row["case_id"])
def test_an_example_has_the_interval_that_numpy_gives(row):
    seen = {year: value for year, value in series_of(row).items() if year not in _years(row)}
    if kind_of(row) == "range":
        seen = {year: max(float(row["target"]) - value, 0) for year, value in seen.items()}
    expected = _by_numpy(list(seen), list(seen.values()), int(row["target_year"]))
    assert _outlook(row, _years(row))[NUMBERS].to_list() == pytest.approx(expected, abs=1e-6)


@settings(max_examples=20)
@given(VALUES)
def test_any_series_has_the_interval_that_numpy_gives(values):
    expected = _by_numpy([2010 + n for n in range(len(values))], values, 2010 + len(values) + 3)
    assert _outlook(_case(values, 0))[NUMBERS].to_list() == pytest.approx(expected, abs=1e-5)


@settings(max_examples=20)
@given(VALUES, st.integers(-80, 80))
def test_a_number_told_with_the_opposite_sign_has_the_same_outlook(values, target):
    found, mirrored = _outlook(_case(values, target)), _outlook(_case([-v for v in values], -target, "decrease"))
    assert found["outlook"] == mirrored["outlook"]
    assert found[NUMBERS].to_list() == pytest.approx((-mirrored[NUMBERS[::-1]]).to_list(), abs=1e-9)


@settings(max_examples=20)
@given(VALUES, st.integers(-80, 80))
def test_the_word_says_where_the_interval_lies(values, target):
    found = _outlook(_case(values, target))
    low, high = found["outlook_low"], found["outlook_high"]
    words = {"likely": low >= target - 1e-6, "unlikely": high < target + 1e-6, "open": low < target <= high + 1e-6}
    assert words[found["outlook"]]


def test_all_cases_at_once_have_the_outlook_of_each_alone():
    cases, points, _ = frames(CASES)
    together = outlook(cases, points, {2020})
    alone = [_outlook(row, {2020}) for row in CASES]
    pd.testing.assert_frame_equal(together, pd.DataFrame(alone).set_axis(together.index), check_dtype=False)


def test_the_outlook_has_the_index_of_the_cases():
    cases, points, _ = frames(CASES)
    assert (
        outlook(cases.set_index("indicator_id", drop=False), points).index.to_list() == cases["indicator_id"].to_list()
    )


def test_no_cases_have_no_outlook():
    cases, points, _ = frames(CASES)
    assert outlook(cases.iloc[:0], points.iloc[:0]).empty


def test_a_shock_of_an_indicator_counts_for_that_indicator_alone():
    row = next(row for row in CASES if row["case_id"] == "O10")
    breaks = pd.DataFrame({"indicator_id": ["O10"], "fiscal_year": [2020], "break_kind": ["shock"]})
    assert _outlook(row, breaks=breaks)["outlook"] == "likely"
    assert _outlook(row | {"case_id": "other"}, breaks=breaks)["outlook"] == "open"
    assert _outlook(row, breaks=breaks.assign(break_kind="bridge"))["outlook"] == "open"


def test_a_case_that_cannot_be_judged_has_no_outlook():
    cases, points, _ = frames(CASES[:1])
    assert outlook(cases.assign(reason="break_not_bridged"), points)["outlook"].item() == ""


def test_the_cases_and_points_handed_in_are_left_as_they_were():
    cases, points, _ = frames(CASES)
    copies = cases.copy(), points.copy()
    outlook(cases, points, {2020})
    pd.testing.assert_frame_equal(cases, copies[0])
    pd.testing.assert_frame_equal(points, copies[1])
