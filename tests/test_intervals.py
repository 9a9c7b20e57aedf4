"""Intervals and tests agree with published limits and with scipy."""

from __future__ import annotations

import numpy as np
import pytest
from case_table import read_cases
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from planeval.judging import intervals

LIMITS = {"wilson": intervals.wilson, "byar": intervals.byar}
COUNTS = st.integers(0, 300).map(float)
VALUES = st.lists(st.integers(-20, 20), min_size=5, max_size=30)


def _one(*numbers: float) -> tuple[np.ndarray, ...]:
    return tuple(np.array([float(number)]) for number in numbers)


@pytest.mark.parametrize("row", read_cases("intervals"), ids=lambda row: f"{row['method']} {row['x']} of {row['n']}")
def test_limits_of_one_value_are_the_published_ones(row):
    numbers = _one(row["x"], row["n"]) if row["n"] else _one(row["x"])
    low, high = LIMITS[row["method"]](*numbers, level=1 - float(row["confidence"]))
    # Where the formula falls below zero the publisher prints NA; no count is negative, so the limit here is zero.
    assert low[0] == pytest.approx(0.0 if row["lower"] == "NA" else float(row["lower"]), abs=1e-9)
    assert high[0] == pytest.approx(float(row["upper"]), abs=1e-9)


@pytest.mark.parametrize("row", read_cases("newcombe"), ids=lambda row: f"{row['x1']} of {row['n1']}")
def test_limits_of_a_difference_are_the_published_ones(row):
    low, high = intervals.newcombe(*_one(row["x1"], row["n1"], row["x2"], row["n2"]))
    assert (round(low[0], 4), round(high[0], 4)) == (float(row["lower"]), float(row["upper"]))


def test_limits_of_a_difference_follow_the_level():
    wide, narrow = (intervals.newcombe(*_one(48, 80, 56, 70), level=level) for level in (0.01, 0.10))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_a_count_of_zero_has_zero_as_its_lower_limit():
    low, high = intervals.byar(*_one(0))
    assert (low[0], round(high[0], 4)) == (0.0, 3.668)  # (1 − 1/9 + 1.96/3)³


@pytest.mark.parametrize(("level", "limit"), [(0.05, 1.959963985), (0.01, 2.575829304), (0.10, 1.644853627)])
def test_the_normal_limit_is_that_of_the_tables(level, limit):
    assert intervals.normal_limit(level) == pytest.approx(limit, abs=1e-9)


@given(COUNTS, COUNTS, st.floats(0.02, 0.98))
def test_the_exact_test_of_two_counts_is_scipys_binomial_test(first, second, share):
    p = intervals.conditional_binomial_p(*_one(first, second, share))[0]
    expected = stats.binomtest(int(second), int(first + second), share).pvalue if first + second else 1.0
    assert p == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=8))
def test_the_exact_test_of_many_pairs_at_once_is_that_of_each_pair(pairs):
    first, second = np.array(pairs).T
    share = np.full(len(pairs), 0.5)
    together = intervals.conditional_binomial_p(first, second, share)
    alone = [intervals.conditional_binomial_p(*_one(*pair, 0.5))[0] for pair in pairs]
    assert together == pytest.approx(alone, abs=1e-12)


@given(VALUES)
def test_the_run_test_is_scipys_kendall_test(values):
    method = "exact" if len(set(values)) == len(values) else "asymptotic"
    found = stats.kendalltau(range(len(values)), values, method=method)
    s, p = intervals.kendall_p(np.array([values], dtype=float))
    assert p[0] == pytest.approx(1.0 if np.isnan(found.pvalue) else found.pvalue, abs=1e-9)
    assert np.sign(s[0]) == np.sign(np.nan_to_num(found.statistic))


@given(st.permutations(range(12)))
def test_the_run_test_without_ties_is_scipys_exact_test(values):
    found = stats.kendalltau(range(12), values, method="exact")
    assert intervals.kendall_p(np.array([values], dtype=float))[1][0] == pytest.approx(found.pvalue, abs=1e-9)


@given(st.lists(st.permutations(range(7)), min_size=2, max_size=5))
def test_the_run_test_of_many_series_at_once_is_that_of_each_series(series):
    rows = np.array(series, dtype=float)
    assert intervals.kendall_p(rows)[1].tolist() == [intervals.kendall_p(row[None])[1][0] for row in rows]


@given(VALUES, st.integers(1, 4))
def test_the_slope_is_scipys_theil_sen_slope(values, step):
    years = np.array([2000.0 + step * n + n // 3 for n in range(len(values))])
    slope = intervals.theil_sen(years[None], np.array([values], dtype=float))[0]
    assert slope == pytest.approx(stats.theilslopes(values, years).slope, abs=1e-9)
