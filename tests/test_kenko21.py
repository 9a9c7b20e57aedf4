"""健康日本21（第二次）: the published figures go in, the published letters come out, and every exception is explained."""

from __future__ import annotations

import pandas as pd
import pytest
from case_table import judged, read_cases

from planeval.judging.evaluation import evaluate
from planeval.trust.workbook import load_workbook

PUBLISHED = read_cases("published_ratings")
FINAL = [row for row in PUBLISHED if row["scheme"] == "HJ21-2"]
MID = {row["case_id"]: row for row in PUBLISHED if row["scheme"] == "HJ21-2-mid"}
MID_ROWS = read_cases("kenko21_mid")
WORKED = read_cases("kenko21_worked_examples")
EXCEPTIONS = ["HJF-015", "HJF-030", "HJF-031", "HJF-032", "HJF-033"]
# What the publisher words as a wish ("減少傾向へ") or compares with another value has no number as its target.
KINDS = {"increase": {"increase", "none"}, "decrease": {"decrease", "none", "suppress"}}


@pytest.fixture(scope="module")
def workbook(data_dir):
    return load_workbook("kenko21", data_dir)


@pytest.fixture(scope="module")
def final(workbook):
    return evaluate(workbook, "final").indicators.set_index("indicator_id")


@pytest.fixture(scope="module")
def mid(workbook):
    return evaluate(workbook, "mid").indicators.set_index("indicator_id")


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:g}"


@pytest.fixture(scope="module")
def worked():
    return judged(WORKED, "kenko21")


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row["case_id"])
def test_a_worked_example_of_the_rule_gets_its_letter_route_reason_and_marks(row, worked):
    found = worked.loc[row["case_id"], ["letter", "route", "reason", "marks"]].to_list()
    assert found == [row["expected"], row["route"], row["reason"], row["marks"]], row["description"] + row["arithmetic"]


def test_the_planned_share_is_the_share_of_time_on_the_straight_line(worked):
    bent = next(row["case_id"] for row in WORKED if row["path"] == "geometric")
    assert (worked.loc[bent, "planned_share"], worked.loc[bent, "gap_planned"]) == (0.5, 37.5)
    assert worked.loc[bent, ["p", "low", "high"]].isna().all()


def test_a_wish_that_came_true_counts_as_reached(worked):
    wishes = [row["case_id"] for row in WORKED if row["direction"] == "none" and row["expected"] == "A"]
    assert set(worked.loc[wishes, "outcome"]) == {"reached"}


def test_the_relative_change_that_counts_is_a_setting():
    row = next(row for row in WORKED if row["arithmetic"].startswith("40の5%"))
    assert judged([row], "kenko21", relative_change=0.06)["letter"].item() == "C"


def test_the_final_evaluation_gives_the_published_letter_on_30_of_35_rows(final):
    differing = [row["case_id"] for row in FINAL if final.loc[row["case_id"], "letter"] != row["published_rating"]]
    assert len(FINAL) == len(final) == 35
    assert differing == EXCEPTIONS


def test_each_of_the_five_exceptions_is_explained_in_the_plan(workbook):
    assert list(workbook.plan.explanations) == EXCEPTIONS
    assert all(text.endswith("。") and len(text) > 30 for text in workbook.plan.explanations.values())


def test_the_final_evaluation_is_made_by_the_scheme_of_the_publisher(workbook):
    evaluation = evaluate(workbook, "final")
    assert (evaluation.scheme.name, set(evaluation.table["scheme"])) == ("kenko21", {"kenko21"})
    assert set(evaluate(workbook, "mid").table["scheme"]) == {"kenko21_mid"}


@pytest.mark.parametrize("row", FINAL, ids=lambda row: row["case_id"])
def test_the_figures_of_a_row_are_the_published_ones(row, final):
    found = final.loc[row["case_id"]]
    assert row["indicator"] == found["indicator_name"]
    assert row["unit"] == found["unit"]
    assert found["target_kind"] in KINDS[row["direction"]]
    for published, own in (("baseline", "baseline"), ("target", "target"), ("actual", "value")):
        assert _number(found[own]) == _number(float(row[published] or "nan")), published


@pytest.mark.parametrize("row", FINAL, ids=lambda row: row["case_id"])
def test_the_years_of_a_row_are_the_published_ones(row, final):
    found = final.loc[row["case_id"]]
    seen = [_number(found[name]) for name in ("baseline_year", "fiscal_year", "target_year")]
    assert seen == [row["baseline_year"], row["year"], row["target_year"]]


@pytest.mark.parametrize("row", FINAL, ids=lambda row: row["case_id"])
def test_the_published_letter_is_kept_with_its_source(row, workbook):
    kept = workbook["published_ratings"].set_index(["period", "indicator_id"]).loc[("final", row["case_id"])]
    assert kept["rating"] == row["published_rating"]
    assert row["source_url"] in kept["source"]


@pytest.mark.parametrize("row", MID_ROWS, ids=lambda row: row["case_id"])
def test_a_mid_term_letter_agrees_or_is_known_not_to(row, workbook, mid):
    published = MID[row["case_id"]]["published_rating"]
    kept = workbook["published_ratings"].set_index(["period", "indicator_id"]).loc[("mid", row["indicator_id"])]
    assert kept["rating"] == published
    assert (mid.loc[row["indicator_id"], "letter"] == published) == (row["agrees"] == "yes")
    assert bool(row["why"]) == (row["agrees"] == "no")


@pytest.mark.parametrize("row", [r for r in MID_ROWS if r["case_id"] != "HJM-009"], ids=lambda row: row["case_id"])
def test_the_figures_of_a_mid_term_row_are_the_published_ones(row, mid):
    found, published = mid.loc[row["indicator_id"]], MID[row["case_id"]]
    numbers = [found["baseline"], found["fiscal_year"], found["value"], found["target"], found["target_year"]]
    names = ("baseline", "year", "actual", "target", "target_year")
    assert [float(number) for number in numbers] == [float(published[name]) for name in names]


def test_every_published_mid_term_row_is_compared():
    assert sorted(row["case_id"] for row in MID_ROWS) == sorted(MID)


def test_every_row_of_the_plan_is_public_and_names_its_source(workbook):
    for name in ("indicators", "observations", "target_revisions", "period_years", "published_ratings"):
        assert set(workbook[name]["status"]) == {"published"}, name
        assert workbook[name]["source"].ne("").all(), name


def test_values_after_the_evaluation_are_shown_for_reference_and_never_rated(workbook, final):
    seen = workbook["observations"]
    reference = seen[seen["flags"].str.contains("reference")]
    assert not reference.empty
    rated = set(zip(final.index, final["fiscal_year"], strict=True))
    assert rated.isdisjoint(zip(reference["indicator_id"], reference["fiscal_year"], strict=True))
