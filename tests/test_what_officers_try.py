"""Things that officers do with a plan, each of which once gave a wrong letter, a crash or silence."""

from __future__ import annotations

import shutil

import pytest

from planeval.delivery.tables import tables
from planeval.judging.evaluation import evaluate
from planeval.telling import wording
from planeval.trust.workbook import load_workbook
from planeval.words.problems import DataProblems

SURVEY = {"unit": "%", "survey": "標本", "baseline": 30, "target": 60}


def evaluated(folder, period="first"):
    return evaluate(load_workbook(folder.name, folder.parent), period)


def problems_of(folder):
    with pytest.raises(DataProblems) as caught:
        load_workbook(folder.name, folder.parent)
    return "\n".join(map(str, caught.value.problems))


def test_a_corrected_value_is_not_tested_by_the_counts_that_were_withdrawn(tiny_plan):
    base = {"fiscal_year": 2020, "value": 30, "sample_size": 1000, "sample_count": 300}
    wrong = {"fiscal_year": 2023, "value": 30, "sample_size": 1000, "sample_count": 300}
    fix = {"indicator_id": "I-1", "fiscal_year": 2023, "reported": 30, "corrected": 55, "reason": "転記の誤り"}
    row = evaluated(tiny_plan(indicators=[SURVEY], observations=[base, wrong], corrections=[fix])).table.iloc[0]
    assert (row["value"], row["route"], row["letter"]) == (55, "size", "B")


def test_a_revised_target_without_a_year_keeps_the_original_year(tiny_plan):
    revision = {"indicator_id": "I-1", "applies_from": 2022, "target": 70, "reason": "上方修正"}
    row = evaluated(tiny_plan(target_revisions=[revision])).table.iloc[0]
    assert (row["target"], row["target_year"], row["reason"]) == (70, 2026, "")


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ({"target": 40}, "改定した目標値が基準値と同じ"),
        ({"target": 70, "target_year": 2019}, "改定した目標年度2019が基準年度2020より後でない"),
    ],
)
def test_a_revised_target_obeys_the_rules_of_an_original_one(tiny_plan, revision, told):
    revision = {"indicator_id": "I-1", "applies_from": 2022, "reason": "改定"} | revision
    assert told in problems_of(tiny_plan(target_revisions=[revision]))


def test_a_percentage_above_a_hundred_is_not_worse_for_a_hair(tiny_plan):
    wish = {"unit": "%", "target_kind": "なし", "direction": "増加", "baseline": 110, "target": "", "target_year": ""}
    row = evaluated(tiny_plan(indicators=[wish], observations=[{"fiscal_year": 2023, "value": 109.99}])).table.iloc[0]
    assert row["letter"] + row["lean"] == "C-"


def test_an_indicator_named_twice_is_told_also_when_it_has_milestones(tiny_plan):
    milestones = [{"indicator_id": "I-1", "fiscal_year": year, "value": 50} for year in (2022, 2024)]
    folder = tiny_plan(indicators=[{"path": "節目"}, {"path": "節目"}], milestones=milestones)
    assert "同じ行（I-1）" in problems_of(folder)


def test_a_group_of_few_people_is_neither_rated_nor_shown(tiny_plan):
    totals = [
        {"fiscal_year": year, "value": value, "sample_size": 500, "sample_count": 5 * value}
        for year, value in ((2020, 30), (2023, 50))
    ]
    few = [
        {"fiscal_year": year, "group_kind": "地区", "group": "東", "value": 25, "sample_size": 8, "sample_count": 2}
        for year in (2020, 2023)
    ]
    evaluation = evaluated(tiny_plan(indicators=[SURVEY], observations=totals + few))
    group = evaluation.groups.iloc[0]
    assert (group["letter"], group["reason"]) == ("E", "withheld_small_number")
    assert group[["value", "baseline", "n", "x", "change", "closed_share"]].isna().all()
    assert not any(
        "東" in line and "25" in line
        for line in tables(evaluation)["tables/points.csv"].decode("utf-8-sig").splitlines()
    )


def test_observations_sorted_into_folders_are_read(tiny_plan):
    folder = tiny_plan()
    (folder / "observations" / "R5").mkdir()
    shutil.move(folder / "observations" / "ka.csv", folder / "observations" / "R5" / "ka.csv")
    assert evaluated(folder).table.iloc[0]["value_source"] == "machi/observations/R5/ka.csv 2行目"


@pytest.mark.parametrize(("year", "told"), [(2025, "期間「first」の後"), (2020, "基準年度より後でない")])
def test_a_year_that_a_period_cannot_rate_is_told(tiny_plan, year, told):
    named = {"period": "first", "indicator_id": "I-1", "fiscal_year": year}
    assert told in problems_of(tiny_plan(period_years=[named]))


@pytest.mark.parametrize("setting", [{"significance": 5}, {"significance": 0}, {"tolerance": 5}])
def test_a_share_written_as_a_percentage_is_refused(tiny_plan, setting):
    assert "0から1までの数" in problems_of(tiny_plan(plan={"settings": setting}))


@pytest.mark.parametrize(
    ("indicator", "value", "sentence"),
    [
        ({"target_kind": "有無", "baseline": 0, "target": 1}, 0, "期限の前で、まだ済んでいません。"),
        ({"target_kind": "有無", "baseline": 0, "target": 1, "target_year": 2023}, 0, "期限になっても済んでいません。"),
        ({"target_kind": "抑制", "baseline": 100, "target": 200}, 190, "上限の内ですが、予定の線を超えています。"),
        ({"target_kind": "抑制", "baseline": 100, "target": 200}, 210, "上限を超えています。"),
    ],
)
def test_done_or_not_and_ceilings_have_sentences_of_their_own(tiny_plan, indicator, value, sentence):
    evaluation = evaluated(tiny_plan(indicators=[indicator], observations=[{"fiscal_year": 2023, "value": value}]))
    assert sentence in wording.sentences_of_ratings(evaluation)._repr_html_()


def test_events_with_their_base_may_be_told_as_a_rate(tiny_plan):
    rate = {"unit": "人口10万対", "target_kind": "減少", "is_count": "はい", "baseline": 20, "target": 10}
    events = [
        {"fiscal_year": 2020, "value": 20, "sample_size": 340000, "sample_count": 68},
        {"fiscal_year": 2023, "value": 18.6, "sample_size": 340000, "sample_count": 63},
    ]
    row = evaluated(tiny_plan(indicators=[rate], observations=events)).table.iloc[0]
    assert (row["route"], row["count"], row["letter"]) == ("exact", 63, "C")


def test_a_table_that_refers_to_an_absent_table_is_read_with_a_note(tiny_plan):
    opinion = {"opinion_id": "O-1", "period": "first", "meeting_id": "M-1", "opinion": "続けてほしい"}
    workbook = load_workbook("machi", tiny_plan(opinions=[opinion]).parent)
    assert any("照合できない" in note.found for note in workbook.notes)
