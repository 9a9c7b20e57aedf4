"""The default scheme gives the letters that its published method works out by hand."""

from __future__ import annotations

import pytest
from case_table import edge_case, judged, kind_of, plan_tables, read_cases
from plan_folder import write_plan

from planeval.judging.evaluation import evaluate
from planeval.trust.workbook import load_workbook

EDGES = read_cases("gap_edge_cases")
WORKED = read_cases("gap_worked_examples")
PAIRS = sorted({row["pair"] for row in WORKED if row["pair"]})
# The route that the words of `decided_by` mean; the others are letters that no test decides.
ROUTES = {"size", "run", "interval", "z", "exact"}
LONG = [{"id": "all", "label": "全期間", "kind": "evaluation", "years": [2000, 2040]}]


@pytest.fixture(scope="module")
def edges():
    return judged([edge_case(row) for row in EDGES])


@pytest.fixture(scope="module")
def worked():
    return judged(WORKED)


@pytest.fixture(scope="module")
def in_a_plan(tmp_path_factory):
    """Every worked example as an indicator of one plan, read from files and evaluated."""

    folder = write_plan(tmp_path_factory.mktemp("worked") / "machi", plan={"periods": LONG}, **plan_tables(WORKED))
    return evaluate(load_workbook("machi", folder.parent), "all").table.set_index("indicator_id")


@pytest.mark.parametrize("row", EDGES, ids=lambda row: row["case"])
def test_an_edge_case_gets_its_letter(row, edges):
    found = edges.loc[row["case"]]
    assert found["letter"] + found["lean"] == row["expected_proposed"], row["description"]


@pytest.mark.parametrize("row", [row for row in EDGES if row["decided_by"] in ROUTES], ids=lambda row: row["case"])
def test_an_edge_case_is_decided_by_its_route(row, edges):
    assert edges.loc[row["case"], "route"] == row["decided_by"]


def test_an_edge_case_that_cannot_be_judged_says_why(edges):
    assert edges.loc[["E28", "E29"], "reason"].to_list() == ["no_recent_value", "no_baseline"]


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row["case_id"])
def test_a_worked_example_gets_its_letter_route_reason_and_marks(row, worked):
    found = worked.loc[row["case_id"]]
    seen = (found["letter"] + found["lean"], found["route"], found["reason"], found["marks"])
    assert seen == (row["expected"], row["route"], row["reason"], row["marks"]), row["description"] + row["arithmetic"]


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row["case_id"])
def test_a_worked_example_gets_the_same_letter_as_an_indicator_of_a_plan(row, in_a_plan):
    found = in_a_plan.loc[row["case_id"]]
    reason = row["reason"] if row["year"] else "no_recent_value"
    seen = (found["letter"] + found["lean"], found["route"], found["reason"], found["marks"])
    assert seen == (row["expected"], row["route"], reason, row["marks"]), row["description"]


@pytest.mark.parametrize("pair", PAIRS)
def test_a_percentage_and_its_complement_get_the_same_letter(pair, worked):
    ids = [row["case_id"] for row in WORKED if row["pair"] == pair]
    assert len(ids) == 2
    assert worked.loc[ids, ["letter", "lean", "route"]].drop_duplicates().shape[0] == 1


def test_the_worked_examples_cover_every_letter_route_and_kind_of_target():
    assert {row["expected"] for row in WORKED} == {"A", "B", "B*", "C", "C+", "C-", "C0", "D", "E"}
    assert {row["route"] for row in WORKED} == ROUTES | {""}
    assert {kind_of(row) for row in WORKED} == {
        "increase", "decrease", "at_least", "at_most", "range", "suppress", "binary", "none",
    }  # fmt: skip
    assert {row["path"] for row in WORKED} == {"", "milestones", "geometric"}


def test_every_worked_example_shows_its_arithmetic_once():
    assert all(row["arithmetic"] for row in WORKED)
    assert len({row["case_id"] for row in WORKED}) == len(WORKED)
