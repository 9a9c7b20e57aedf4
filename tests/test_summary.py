"""From letters to the plan: the distribution, the worst by name, goals, actors, money and the sister plan."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from planeval.judging.evaluation import evaluate
from planeval.judging.links import lone_programs, money_by_program, unmatched, with_actors, with_goals
from planeval.judging.series import total_series
from planeval.judging.summary import by_severity, letter_counts, outcome_rank, summarize, to_discuss, worst
from planeval.trust.schemes import load_scheme
from planeval.trust.workbook import load_workbook
from planeval.words.lists import ON_PACE, OUTCOMES

# Each indicator is to rise from 40 in 2020 to 60 in 2026 and is judged in 2023, where 50 is on pace.
VALUES = {
    "I-reached": 60, "I-on-pace": 50, "I-behind": 48, "I-far-behind": 44, "I-unclear": 41, "I-worse": 30, "I-none": None,
}  # fmt: skip


def evaluated(folder, period: str = "first"):
    """The evaluation of a small plan."""
    return evaluate(load_workbook(folder.name, folder.parent), period)


def indicators_with(values: dict[str, float | None]) -> dict[str, list[dict]]:
    """Tables with one indicator for each value in 2023; None for no value."""
    given = {name: value for name, value in values.items() if value is not None}
    rows = [{"indicator_id": name, "fiscal_year": 2023, "value": value} for name, value in given.items()]
    return {"indicators": [{"indicator_id": name} for name in values], "observations": rows}


# --- the distribution


def test_the_summary_counts_letters_coverage_and_those_on_pace(tiny_plan):
    summary = summarize(evaluated(tiny_plan(**indicators_with(VALUES))))
    assert summary.counts.to_dict() == {"A": 1, "B": 1, "B*": 2, "C": 1, "D": 1, "E": 1}
    assert list(summary.counts.index) == ["A", "B", "B*", "C", "D", "E"]
    assert (summary.total, summary.rated, summary.on_pace, summary.has_headline) == (7, 6, 2, True)
    assert (summary.on_pace_rate, summary.coverage_rate) == (2 / 6, 6 / 7)


def test_an_improvement_without_a_target_is_never_counted_as_on_pace(tiny_plan):
    wish = {"target_kind": "なし", "direction": "増加", "target": ""}
    tables = indicators_with({"I-1": 50, "I-2": 50})
    tables["indicators"][0] |= wish
    summary = summarize(evaluated(tiny_plan(**tables)))
    assert (summary.counts["B"], summary.on_pace) == (2, 1)


@pytest.mark.parametrize(
    ("rated", "unrated", "headline"),
    [
        (3, 2, True),
        (3, 3, False),
        (2, 1, True),
        (1, 0, False),
        (2, 0, True),
        (0, 2, False),
        (6, 4, True),
        (5, 4, False),
    ],
)
def test_there_is_a_headline_from_60_percent_and_two_rated_on(rated, unrated, headline, tiny_plan):
    values = {f"I-{n}": 50 if n < rated else None for n in range(rated + unrated)}
    tables = indicators_with(values)
    tables["observations"].append({"indicator_id": "I-0", "fiscal_year": 2019, "value": 1})
    assert summarize(evaluated(tiny_plan(**tables))).has_headline is headline


def test_the_limits_of_the_headline_are_settings_of_the_plan(tiny_plan):
    values = {"I-1": 50, "I-2": None, "I-3": None}
    strict = tiny_plan(**indicators_with(values))
    assert not summarize(evaluated(strict)).has_headline
    loose = tiny_plan(**indicators_with(values), plan={"settings": {"headline_coverage": 0.3, "headline_minimum": 1}})
    assert summarize(evaluated(loose)).has_headline


def test_where_nothing_counts_there_are_no_rates(tiny_plan):
    evaluation = evaluated(tiny_plan(**indicators_with(VALUES)))
    summary = summarize(evaluation, evaluation.indicators.iloc[:0])
    assert (summary.total, summary.rated) == (0, 0)
    assert math.isnan(summary.on_pace_rate) and math.isnan(summary.coverage_rate)


def test_a_summary_of_some_indicators_counts_only_those(tiny_plan):
    evaluation = evaluated(tiny_plan(**indicators_with(VALUES)))
    some = evaluation.indicators[evaluation.indicators["outcome"].isin(["reached", "worse"])]
    summary = summarize(evaluation, some)
    assert (summary.total, summary.rated, summary.on_pace) == (2, 2, 1)


def test_letters_of_another_scheme_are_counted_behind_those_of_the_own():
    rows = pd.DataFrame({"letter": ["a*", "B", "a", "B"]})
    counts = letter_counts(rows, load_scheme("gap"))
    assert counts.to_dict() == {"A": 0, "B": 2, "B*": 0, "C": 0, "D": 0, "E": 0, "a": 1, "a*": 1}
    assert list(counts.index)[-2:] == ["a", "a*"]


def test_groups_are_not_counted_as_indicators(tiny_plan):
    tables = indicators_with({"I-1": 50})
    tables["observations"] += [
        {"indicator_id": "I-1", "fiscal_year": year, "value": value, "group_kind": "地区", "group": "東"}
        for year, value in ((2020, 40), (2023, 30))
    ]
    evaluation = evaluated(tiny_plan(**tables))
    assert (summarize(evaluation).total, len(evaluation.groups), len(evaluation.table)) == (1, 1, 2)


# --- the order of talking


def test_the_worst_stand_first_then_the_largest_lag_and_last_what_cannot_be_judged(tiny_plan):
    rows = by_severity(evaluated(tiny_plan(**indicators_with(VALUES))).indicators)
    assert rows["indicator_id"].to_list() == [
        "I-worse", "I-far-behind", "I-behind", "I-unclear", "I-on-pace", "I-reached", "I-none",
    ]  # fmt: skip


def test_equal_lags_stand_in_order_of_id_and_unknown_lags_last(tiny_plan):
    tables = indicators_with({"I-c": 30, "I-b": 30, "I-z": 20, "I-a": 30})
    tables["indicators"][3] |= {"target_kind": "なし", "direction": "増加", "target": ""}
    rows = by_severity(evaluated(tiny_plan(**tables)).indicators)
    assert rows["indicator_id"].to_list() == ["I-z", "I-b", "I-c", "I-a"]


def test_an_improvement_without_a_target_stands_between_on_pace_and_reached():
    rows = pd.DataFrame(
        {
            "outcome": ["reached", "improved", "on_pace"],
            "indicator_id": ["a", "b", "c"],
            "planned_share": 0.5,
            "closed_share": 0.5,
        }
    )
    assert by_severity(rows)["outcome"].to_list() == ["on_pace", "improved", "reached"]


def test_the_worst_rated_indicator_has_a_name_and_what_cannot_be_judged_is_never_it(tiny_plan):
    evaluation = evaluated(tiny_plan(**indicators_with(VALUES)))
    assert worst(evaluation.indicators)["indicator_id"] == "I-worse"
    unrated = evaluation.indicators[evaluation.indicators["outcome"].eq("not_rated")]
    assert worst(unrated) is None


def test_worse_behind_and_unrated_are_to_be_discussed_in_this_order(tiny_plan):
    rows = to_discuss(evaluated(tiny_plan(**indicators_with(VALUES))).indicators)
    assert rows["indicator_id"].to_list() == ["I-worse", "I-far-behind", "I-behind", "I-none"]


def test_outcomes_have_their_place_from_best_to_worst():
    assert [outcome_rank(outcome) for outcome in ("reached", "on_pace", "worse", "not_rated")] == [0, 1, 6, 7]
    assert sorted(OUTCOMES, key=outcome_rank) == list(OUTCOMES)
    assert {"reached", "on_pace"} == ON_PACE


# --- goals, actors, the sister plan


PROGRAMS = [
    {"program_id": "S-1", "program_name": "見守り", "goal": "1 つながり"},
    {"program_id": "S-2", "program_name": "相談", "goal": "2 安心"},
    {"program_id": "S-3", "program_name": "避難", "goal": "3 備え"},
]
TWO_OF_THEM = {
    "programs": PROGRAMS,
    "indicators": [{"program_id": "S-1"}, {"indicator_id": "I-2", "program_id": "S-2"}, {"indicator_id": "I-3"}],
    "observations": [{"fiscal_year": 2023, "value": 50}, {"indicator_id": "I-2", "fiscal_year": 2023, "value": 30}],
}


def test_an_indicator_serves_every_goal_of_its_program_once_by_the_stronger_link(tiny_plan):
    links = [
        ("S-1", 3, "3.8", "副"),
        ("S-1", 3, "3.4", "主"),
        ("S-1", 11, "11.7", "副"),
        ("S-2", 3, "", "副"),
        ("S-3", 13, "", "主"),
    ]
    rows = [dict(zip(("program_id", "sdg_goal", "sdg_target", "strength"), link, strict=True)) for link in links]
    found = with_goals(evaluated(tiny_plan(**TWO_OF_THEM, sdg_links=rows)))
    kept = sorted(map(tuple, found[["indicator_id", "sdg_goal", "strength", "letter"]].to_numpy().tolist()))
    assert kept == [("I-1", 3, "main", "B"), ("I-1", 11, "secondary", "B"), ("I-2", 3, "secondary", "D")]


def test_an_indicator_is_the_work_of_every_actor_of_its_program(tiny_plan):
    links = [("S-1", "市", "主担当"), ("S-1", "市民", "参加"), ("S-3", "市", "支援")]
    rows = [dict(zip(("program_id", "actor", "role"), link, strict=True)) for link in links]
    found = with_actors(evaluated(tiny_plan(**TWO_OF_THEM, actor_links=rows)))
    assert found[["indicator_id", "actor", "role"]].to_numpy().tolist() == [
        ["I-1", "市", "lead"],
        ["I-1", "市民", "take_part"],
    ]


def test_programs_that_nobody_leads_or_a_single_actor_carries_are_found(tiny_plan):
    programs = [*PROGRAMS, {"program_id": "S-4", "program_name": "教室"}]
    links = [
        ("S-1", "市", "主担当"),
        ("S-1", "市民", "参加"),
        ("S-2", "市", "支援"),
        ("S-2", "市民", "協働"),
        ("S-4", "市", "主担当"),
    ]
    rows = [dict(zip(("program_id", "actor", "role"), link, strict=True)) for link in links]
    found = lone_programs(evaluated(tiny_plan(**(TWO_OF_THEM | {"programs": programs}), actor_links=rows)))
    assert found[["program_id", "actors", "leads"]].to_numpy().tolist() == [["S-2", 2, 0], ["S-3", 0, 0], ["S-4", 1, 1]]


def test_programs_and_activities_without_a_counterpart_are_found(tiny_plan):
    activities = [{"activity_id": "W-1", "activity_name": "会議"}, {"activity_id": "W-2", "activity_name": "講座"}]
    pairs = [{"program_id": "S-1", "activity_id": "W-1"}, {"program_id": "S-3", "activity_id": "W-1"}]
    programs, others = unmatched(evaluated(tiny_plan(**TWO_OF_THEM, partner_activities=activities, crosswalk=pairs)))
    assert (programs["program_id"].to_list(), others["activity_id"].to_list()) == (["S-2"], ["W-2"])


# --- money


PROJECTS = [("P-1", "S-1"), ("P-2", "S-1"), ("P-3", "S-2")]
YEARS = [
    ("P-1", 2020, 999, 999), ("P-1", 2021, 100, 90), ("P-1", 2023, 200, ""), ("P-2", 2022, 50, 60), ("P-2", 2024, 999, 999),
    ("P-3", 2022, 0, 0), ("P-3", 2023, "", 70),
]  # fmt: skip


@pytest.fixture
def money(tiny_plan):
    """Three programmes: two projects; one project with half its figures; none."""
    projects = [{"project_id": one, "project_name": one, "program_id": program} for one, program in PROJECTS]
    names = ("project_id", "fiscal_year", "budget", "spending")
    years = [dict(zip(names, year, strict=True)) for year in YEARS]
    return money_by_program(evaluated(tiny_plan(**TWO_OF_THEM, projects=projects, project_years=years))).set_index(
        "program_id"
    )


def test_money_is_summed_over_the_years_of_the_period_and_stands_beside_the_letters(money):
    assert money.loc["S-1", ["program_name", "goal"]].to_list() == ["見守り", "1 つながり"]
    assert money.loc["S-1", ["budget", "spending", "projects", "on_pace", "rated"]].to_list() == [350, 150, 2, 1, 1]
    assert money.loc["S-2", ["budget", "spending", "projects", "on_pace", "rated"]].to_list() == [0, 70, 1, 0, 1]


def test_the_rate_of_execution_is_that_of_the_years_that_have_both_figures(money):
    assert money.loc["S-1", "execution_rate"] == 1.0  # (90 + 60) ÷ (100 + 50)
    assert math.isnan(money.loc["S-2", "execution_rate"])


def test_a_program_without_figures_has_none_and_not_zero(money):
    assert money.loc["S-3", ["budget", "spending", "execution_rate", "projects"]].isna().all()
    assert money.loc["S-3", ["on_pace", "rated"]].to_list() == [0, 0]


# --- series


def test_a_series_has_every_total_up_to_the_period_with_its_baseline(tiny_plan):
    rows = [(2018, 30, ""), (2022, 45, "参考値"), (2021, 43, ""), (2023, "", ""), (2024, 55, "")]
    seen = [
        {"fiscal_year": year, "value": value, "flags": flags, "missing": "" if value else "未調査"}
        for year, value, flags in rows
    ]
    seen.append({"fiscal_year": 2023, "value": 9, "group_kind": "地区", "group": "東"})
    series = total_series(evaluated(tiny_plan(observations=seen)))
    assert series[["fiscal_year", "value", "is_rated"]].to_numpy().tolist() == [
        [2018, 30, True], [2020, 40, True], [2021, 43, True], [2022, 45, False],
    ]  # fmt: skip
    assert set(series["indicator_id"]) == {"I-1"}


def test_a_baseline_that_was_also_observed_stands_once_in_the_series(tiny_plan):
    seen = [{"fiscal_year": 2020, "value": 40, "flags": "参考値"}, {"fiscal_year": 2023, "value": 50}]
    series = total_series(evaluated(tiny_plan(observations=seen)))
    assert series[["fiscal_year", "is_rated"]].to_numpy().tolist() == [[2020, False], [2023, True]]


def test_a_series_shows_values_as_they_were_observed_also_across_a_bridge(tiny_plan):
    breaks = [{"indicator_id": "I-1", "fiscal_year": 2022, "break_kind": "接続", "bridge_ratio": 2}]
    series = total_series(evaluated(tiny_plan(breaks=breaks)))
    assert series["value"].to_list() == [40, 50]
