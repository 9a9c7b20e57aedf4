"""Groups side by side: the published numbers of inequality, and examples that a planning officer can redo."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_table import read_cases
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.special import expit

from planeval.judging import disparities
from planeval.judging.equity import group_gaps
from planeval.judging.inequality import inequality

PUBLISHED = {row["measure"]: row for row in read_cases("equity_ordered")}
GAPS, SETS = read_cases("group_gaps"), read_cases("inequality")
SETTINGS = {"significance": 0.05, "material_share": 0.10, "level_share": 0.05}
NUMBERS = [
    *("fiscal_year", "baseline", "value", "baseline_se", "se", "baseline_n", "baseline_x", "n", "x", "design_effect"),
    *("target", "target_upper", "min_change"),
]
TEXTS = ["target_kind", "direction", "unit", "group", "outcome"]
PEOPLE = np.array([float(people) for people in PUBLISHED["input_population"]["computed"].split()])
PERCENT = np.array([float(percent) for percent in PUBLISHED["input_estimate_percent"]["computed"].split()])
# The publisher's logistic curve counts whole persons.
PERSONS = 100 * np.round(PEOPLE * PERCENT / 100) / PEOPLE
SHARES = st.lists(st.tuples(st.floats(1, 99), st.floats(1, 100)), min_size=3, max_size=7)


def _curve(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return disparities.logistic_ends(PERSONS, disparities.ranks(PERSONS, PEOPLE), weights)


LINE = disparities.line_ends(PERCENT, disparities.ranks(PERCENT, PEOPLE), PEOPLE)
FOUND = {
    "weighted_mean": disparities.weighted_mean(PERCENT, PEOPLE),
    "PAR": disparities.attributable_to_reference(PERCENT, PEOPLE, PERCENT[-1]),
    "ACI": disparities.absolute_concentration(PERCENT, PEOPLE),
    "RCI": disparities.relative_concentration(PERCENT, PEOPLE),
    "SII_linear": disparities.slope_index(LINE),
    "SII_logit_pop": disparities.slope_index(_curve(PEOPLE)),
    "SII_logit_pop_squared": disparities.slope_index(_curve(PEOPLE**2)),
    "RII_logit_pop": disparities.relative_index(_curve(PEOPLE)),
    "RII_logit_pop_squared": disparities.relative_index(_curve(PEOPLE**2)),
    "difference": disparities.difference_to_best(PERCENT).max(),
    "ratio": 1 / disparities.ratio_to_best(PERCENT).min(),
    "MDB": disparities.mean_difference_from_best(PERCENT, PEOPLE),
    "MDM": disparities.mean_difference_from_mean(PERCENT, PEOPLE),
    "BGV": disparities.between_group_variance(PERCENT, PEOPLE),
}


def _table(rows: list[dict[str, str]]) -> pd.DataFrame:
    """The rows of an example as an evaluation table."""
    numbers = {name: [float(row.get(name) or "nan") for row in rows] for name in NUMBERS}
    texts = {name: [row.get(name, "") for row in rows] for name in TEXTS} | {
        "indicator_id": [row["example"] for row in rows],
        "group_kind": ["地区" if row["group"] else "" for row in rows],
    }
    columns = {name: pd.Series(cells, dtype="str") for name, cells in texts.items()}
    columns |= {name: pd.Series(cells, dtype="float") for name, cells in numbers.items()}
    return pd.DataFrame(columns).assign(baseline_year=2020, baseline_design_effect=columns["design_effect"])


def _sets(rows: list[dict[str, str]]) -> pd.DataFrame:
    table = _table([row | {"outcome": "behind", "fiscal_year": "2024", "baseline": row["value"]} for row in rows])
    people = pd.Series([float(row["people"] or "nan") for row in rows])
    # Each example has its own order, so each is a kind of group of its own.
    steps = sorted((row for row in rows if row["order"]), key=lambda row: row["order"])
    order = {name: [row["group"] for row in steps if row["example"] == name] for name in table["indicator_id"].unique()}
    return inequality(table.assign(group_kind=table["indicator_id"]), weights=people, order=order)


@pytest.mark.parametrize("name", list(FOUND))
def test_a_number_of_inequality_is_the_computed_one(name):
    assert FOUND[name] == pytest.approx(float(PUBLISHED[name]["computed"]), abs=1e-8)


@pytest.mark.parametrize("name", [name for name, row in PUBLISHED.items() if row["published_expected"]])
def test_a_number_of_inequality_is_the_published_one(name):
    row = PUBLISHED[name]
    # Published with weights that count each person twice, the slope index is smaller than with each counted once.
    assert FOUND[name] == pytest.approx(float(row["published_expected"]), abs=float(row["tolerance"]))


def test_weights_that_count_each_person_twice_give_another_slope():
    assert FOUND["SII_logit_pop"] - FOUND["SII_logit_pop_squared"] == pytest.approx(0.46, abs=0.005)


def test_every_number_of_the_example_is_tested():
    assert set(FOUND) == {name for name in PUBLISHED if not name.startswith("input")}


@settings(max_examples=30)
@given(SHARES)
def test_the_logistic_curve_is_the_likeliest_one(groups):
    values, weights = np.array(groups).T
    at, share = disparities.ranks(values, weights), values / 100

    def unlikeliness(line: np.ndarray) -> float:
        eta = line[0] + line[1] * at
        return -np.sum(weights * (share * eta - np.logaddexp(0, eta)))

    line = optimize.minimize(unlikeliness, [0.0, 0.0], method="BFGS", options={"gtol": 1e-9}).x
    expected = 100 * expit(line[0]), 100 * expit(line.sum())
    assert disparities.logistic_ends(values, at, weights) == pytest.approx(expected, abs=0.02)


@given(SHARES)
def test_the_straight_line_with_equal_weights_is_scipys(groups):
    values = np.array(groups)[:, 0]
    at = disparities.ranks(values, np.ones(len(values)))
    line = stats.linregress(at, values)
    ends = disparities.line_ends(values, at, np.ones(len(values)))
    assert ends == pytest.approx((line.intercept, line.intercept + line.slope), abs=1e-8)


@given(SHARES)
def test_the_concentration_index_is_the_convenient_regression(groups):
    values, weights = np.array(groups).T
    at = disparities.ranks(values, weights)
    spread = np.average((at - np.average(at, weights=weights)) ** 2, weights=weights)
    slope = np.polyfit(at, 2 * spread * values, 1, w=np.sqrt(weights))[0]
    assert disparities.absolute_concentration(values, weights) == pytest.approx(slope, abs=1e-8)


@given(SHARES, st.sampled_from([1.0, -1.0]))
def test_the_mean_difference_from_the_best_is_the_gain_if_all_were_as_the_best(groups, sign):
    values, weights = np.array(groups).T
    gain = disparities.attributable_to_reference(values, weights, disparities.best(values, sign), sign)
    assert disparities.mean_difference_from_best(values, weights, sign) == pytest.approx(gain, abs=1e-9)


def test_a_group_without_a_value_is_left_out_with_its_weight():
    values, weights = np.append(PERCENT, np.nan), np.append(PEOPLE, 1000.0)
    at = disparities.ranks(values, weights)
    assert disparities.weighted_mean(values, weights) == FOUND["weighted_mean"]
    assert disparities.mean_difference_from_best(values, weights) == FOUND["MDB"]
    assert np.array(disparities.line_ends(values, at, weights)) == pytest.approx(np.array(LINE))
    expected = disparities.logistic_ends(PERCENT, at[:-1], PEOPLE)
    assert np.array(disparities.logistic_ends(values, at, weights)) == pytest.approx(np.array(expected))


def test_many_sets_at_once_have_the_numbers_of_each_alone():
    values, weights = np.stack([PERCENT, PERCENT[::-1], PERSONS]), np.stack([PEOPLE, PEOPLE, PEOPLE**2])
    at = disparities.ranks(values, weights)
    together = np.stack(disparities.logistic_ends(values, at, weights), axis=-1)
    alone = [disparities.logistic_ends(*one) for one in zip(values, at, weights, strict=True)]
    assert together == pytest.approx(np.array(alone), abs=1e-9)


@pytest.mark.parametrize("values", [[0, 0, 100], [0, 0, 0], [10, 20, 101], [-1, 20, 30]])
def test_where_no_logistic_curve_fits_there_is_none(values):
    own, weights = np.array(values, float), np.ones(3)
    assert np.isnan(disparities.logistic_ends(own, disparities.ranks(own, weights), weights)).all()


def test_a_ratio_to_nothing_is_not_known():
    assert np.isnan(disparities.ratio_to_best(np.array([0.0, 8.0]), -1.0)).all()
    assert np.isnan(disparities.relative_index((np.array([-5.0, 0.0]), np.array([20.0, 20.0])))).all()


@pytest.mark.parametrize("name", list(dict.fromkeys(row["example"] for row in GAPS)))
def test_the_groups_of_an_example_have_the_gaps_worked_out_by_hand(name):
    table = _table(GAPS)
    rows = [(n, row) for n, row in enumerate(GAPS) if row["example"] == name and row["best_group"]]
    own = group_gaps(table, SETTINGS).query("indicator_id == @name")
    assert own.index.to_list() == [n for n, _ in rows]
    assert own["best_group"].to_list() == [row["best_group"] for _, row in rows]
    assert own["gap_route"].to_list() == [row["route"] for _, row in rows]
    assert own["gap_grew"].to_list() == [row["grew"] == "yes" for _, row in rows]
    for column in ("baseline_difference", "difference", "ratio", "growth", "limit"):
        expected = [float(row[column] or "nan") for _, row in rows]
        assert own[column].to_list() == pytest.approx(expected, abs=5e-5, nan_ok=True), column


def test_the_best_group_may_be_another_one_than_at_the_baseline():
    own = group_gaps(_table(GAPS), SETTINGS).query("indicator_id == 'G3'")
    assert own["baseline_best_group"].unique().tolist() == ["東"]
    assert own[["baseline_best_value", "best_value"]].to_numpy().tolist() == [[15, 12], [15, 12]]
    assert own["baseline_ratio"].to_list() == pytest.approx([1, 22 / 15])


def test_a_design_effect_makes_the_growth_less_sure():
    table = _table(GAPS)
    doubled = table.assign(design_effect=2.0, baseline_design_effect=2.0)
    usual, wide = (group_gaps(own, SETTINGS).query("indicator_id == 'G4'") for own in (table, doubled))
    assert (wide["limit"] > 1.3 * usual["limit"]).all()
    assert usual["gap_grew"].any() and not wide["gap_grew"].any()


def test_the_level_of_significance_and_the_material_share_are_those_of_the_plan():
    table = _table(GAPS)
    strict = group_gaps(table, SETTINGS | {"significance": 0.001, "material_share": 0.2})
    assert strict.loc[strict["indicator_id"].isin(["G2", "G4"]), "gap_grew"].eq(False).all()


@pytest.mark.parametrize("rows", [[], [row for row in GAPS if not row["group"]]])
def test_a_table_without_groups_has_no_gaps_and_no_inequality(rows):
    table = _table(rows)
    assert group_gaps(table, SETTINGS).empty
    assert inequality(table).empty
    assert inequality(table).columns.equals(inequality(_table(GAPS)).columns)


def test_the_tables_handed_in_are_left_as_they_were():
    table = _table(GAPS)
    copy = table.copy()
    group_gaps(table, SETTINGS)
    inequality(table, weights=pd.Series(1.0, index=table.index))
    pd.testing.assert_frame_equal(table, copy)


@pytest.mark.parametrize("row", [row for row in SETS if row["n_groups"]], ids=lambda row: row["example"])
def test_an_example_has_the_inequality_worked_out_by_hand(row):
    found = _sets(SETS).set_index("indicator_id").loc[row["example"]]
    words = ["best_group", "worst_group", "slope"]
    assert found[words].to_list() == [row[name] for name in words]
    assert (found["n_groups"], found["n_ordered"]) == (int(row["n_groups"]), int(row["n_ordered"]))
    assert found["is_weighted"] == (row["is_weighted"] == "yes")
    for name in ("difference", "ratio", "mdb", "par", "sii", "rii"):
        assert found[name] == pytest.approx(float(row[name] or "nan"), abs=5e-5, nan_ok=True), name


@pytest.mark.parametrize("at", ["value", "baseline"])
def test_percentages_of_ordered_groups_have_the_slope_of_the_logistic_curve(at):
    row = {
        "example": "1",
        "target_kind": "increase",
        "unit": "%",
        "target": "90",
        "outcome": "behind",
        "fiscal_year": "2024",
    }
    table = _table([row | {"group": name, "baseline": "50", "value": "40"} for name in "edcba"])
    table[at] = PERSONS[::-1]
    people = pd.Series(PEOPLE[::-1], index=table.index)
    found = inequality(table, weights=people, order={"地区": "abcde"}, at=at).iloc[0]
    expected = [float(PUBLISHED[name]["computed"]) for name in ("SII_logit_pop", "RII_logit_pop")]
    assert found[["sii", "rii"]].to_list() == pytest.approx(expected, abs=1e-8)
    assert (found["best_group"], found["is_weighted"], found["slope"]) == ("e", True, "logit")
