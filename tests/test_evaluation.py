"""From files to letters: which value of which year counts, against which baseline and target, by which scheme."""

from __future__ import annotations

import shutil

import openpyxl
import pandas as pd
import pytest
from case_table import read_cases
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_folder import table_path, write_plan

from planeval.judging.evaluation import evaluate
from planeval.trust.schemes import FOLDER, load_scheme, scheme_paths
from planeval.trust.workbook import load_workbook
from planeval.words.lists import OUTCOMES, REASONS
from planeval.words.methods import SETTINGS, needed_outcomes
from planeval.words.problems import DataProblems, WrongUse

NOT_RATED = read_cases("not_rated")
MISSING = ("皆無", "不詳", "秘匿", "未調査", "調査中止")


def judged(folder, period: str = "first", scheme: str | None = None) -> pd.DataFrame:
    """The whole table of a plan's period."""
    return evaluate(load_workbook(folder.name, folder.parent), period, scheme).table


def only(folder, period: str = "first", scheme: str | None = None) -> pd.Series:
    """The one row of a plan with one indicator."""
    return judged(folder, period, scheme).squeeze()


def seen(text: str, **also: object) -> list[dict]:
    """Observations of one indicator. Example: "2021=45；2023=50 参考値；2022=秘匿"."""
    rows = []
    for part in text.split("；") if text else []:
        year, _, content = part.partition("=")
        value, _, flags = content.partition(" ")
        what = {"missing": value} if value in MISSING else {"value": value, "flags": flags}
        rows.append({"fiscal_year": year} | what | also)
    return rows


def breaks(text: str) -> list[dict]:
    """Example: "2022=接続*1.1；2023=再出発"."""
    rows = []
    for part in text.split("；") if text else []:
        year, _, content = part.partition("=")
        kind, _, ratio = content.partition("*")
        rows.append({"indicator_id": "I-1", "fiscal_year": year, "break_kind": kind, "bridge_ratio": ratio})
    return rows


def letter(row: pd.Series) -> str:
    return row["letter"] + row["lean"]


# --- which year is rated


def test_the_latest_value_up_to_the_end_of_the_period_is_rated(tiny_plan):
    folder = tiny_plan(observations=seen("2021=42；2022=46；2025=60"))
    first, second = only(folder, "first"), only(folder, "second")
    assert (first["fiscal_year"], first["value"], letter(first)) == (2022, 46, "B*")
    assert (second["fiscal_year"], second["value"], letter(second)) == (2025, 60, "A")


def test_order_of_years_in_the_file_does_not_decide_which_is_latest(tiny_plan):
    assert only(tiny_plan(observations=seen("2023=50；2021=42")))["fiscal_year"] == 2023


def test_a_row_of_period_years_says_which_year_is_rated(tiny_plan):
    chosen = [{"period": "first", "indicator_id": "I-1", "fiscal_year": 2021}]
    folder = tiny_plan(observations=seen("2021=42；2023=50；2024=55；2025=56"), period_years=chosen)
    first, second = only(folder), only(folder, "second")
    assert (first["fiscal_year"], first["n_points"], second["fiscal_year"]) == (2021, 2, 2025)


def test_a_chosen_year_may_be_older_than_the_period(tiny_plan):
    chosen = [{"period": "first", "indicator_id": "I-1", "fiscal_year": 2020}]
    folder = tiny_plan(indicators=[{"baseline_year": 2018}], observations=seen("2020=50"), period_years=chosen)
    assert (only(folder)["fiscal_year"], only(folder)["reason"]) == (2020, "")


def test_a_break_after_the_chosen_year_does_not_matter(tiny_plan):
    chosen = [{"period": "first", "indicator_id": "I-1", "fiscal_year": 2022}]
    usual = {"observations": seen("2021=45；2022=50；2023=80"), "period_years": chosen}
    found = only(tiny_plan(**usual, breaks=breaks("2023=再出発")))
    assert (found["fiscal_year"], found["baseline_year"], letter(found), found["marks"]) == (
        2022,
        2020,
        "B",
        "two_points",
    )


@pytest.mark.parametrize(("years", "reason"), [(0, "stale"), (1, ""), (5, "")])
def test_a_plan_says_how_many_years_before_the_period_a_value_may_be(years, reason, tiny_plan):
    folder = tiny_plan(plan={"stale_after": years}, indicators=[{"baseline_year": 2018}], observations=seen("2020=45"))
    assert (only(folder)["reason"], only(folder)["value"]) == (reason, 45)


@pytest.mark.parametrize(("plan", "own", "reason"), [(5, 0, "stale"), (0, 1, ""), (0, "", "stale")])
def test_the_limit_of_an_indicator_goes_before_that_of_the_plan(plan, own, reason, tiny_plan):
    indicators = [{"baseline_year": 2018, "valid_years": own}]
    folder = tiny_plan(plan={"stale_after": plan}, indicators=indicators, observations=seen("2020=45"))
    assert only(folder)["reason"] == reason


def test_a_value_for_reference_is_passed_over(tiny_plan):
    found = only(tiny_plan(observations=seen("2022=46；2023=60 参考値")))
    assert (found["fiscal_year"], found["n_points"]) == (2022, 2)


@pytest.mark.parametrize(("flag", "mark"), [("速報", "provisional"), ("見込み", "estimate"), ("コロナ影響", "covid")])
def test_a_flagged_value_is_rated_with_a_mark(flag, mark, tiny_plan):
    found = only(tiny_plan(observations=seen(f"2023=50 {flag}")))
    assert (letter(found), found["marks"]) == ("B", f"two_points、{mark}")


def test_several_flags_give_several_marks(tiny_plan):
    assert only(tiny_plan(observations=seen("2023=50 速報、コロナ影響")))["marks"] == "two_points、provisional、covid"


def test_a_flag_of_an_earlier_year_gives_no_mark(tiny_plan):
    assert only(tiny_plan(observations=seen("2022=46 速報；2023=50")))["marks"] == "two_points"


def test_the_baseline_of_the_table_counts_with_or_without_its_observation(tiny_plan):
    with_it = only(tiny_plan(observations=seen("2020=40；2023=50")))
    without = only(tiny_plan(observations=seen("2023=50")))
    assert (letter(with_it), with_it["n_points"]) == (letter(without), without["n_points"]) == ("B", 2)


def test_an_empty_baseline_is_taken_from_its_year(tiny_plan):
    found = only(tiny_plan(indicators=[{"baseline": ""}], observations=seen("2019=10；2020=40；2023=50")))
    assert (found["baseline"], letter(found), found["baseline_source"]) == (40, "B", "machi/observations/ka.csv 3行目")


def test_a_ceiling_below_a_baseline_that_was_only_observed_is_a_number_to_bring_down(tiny_plan):
    indicators = [{"target_kind": "抑制", "baseline": "", "target": 30}]
    found = only(tiny_plan(indicators=indicators, observations=seen("2020=40；2023=35")))
    assert (found["target_kind"], letter(found)) == ("decrease", "B")


def test_values_before_the_baseline_are_no_points_of_the_run(tiny_plan):
    found = only(tiny_plan(observations=seen("2017=30；2018=33；2019=36；2020=40；2021=42；2023=50")))
    assert (found["n_points"], found["route"]) == (3, "size")


def test_five_values_in_a_row_are_tested_as_a_run(tiny_plan):
    folder = tiny_plan(observations=seen("2021=42；2022=46；2023=50；2024=54；2025=57"))
    assert (only(folder, "second")["route"], only(folder, "second")["n_points"]) == ("run", 6)


# --- what cannot be rated


@pytest.mark.parametrize("row", NOT_RATED, ids=lambda row: f"{row['理由']}: {row['説明']}")
def test_what_cannot_be_rated_says_why(row, tiny_plan):
    own = dict(part.split("=") for part in row["指標"].split("；")) if row["指標"] else {}
    chosen = (
        [{"period": "first", "indicator_id": "I-1", "fiscal_year": row["評価する年度"]}] if row["評価する年度"] else []
    )
    others = seen("2023=50", indicator_id="I-2")
    folder = tiny_plan(
        indicators=[own, {"indicator_id": "I-2"}], observations=[*seen(row["実績値"]), *others],
        breaks=breaks(row["区切り"]), period_years=chosen,
    )  # fmt: skip
    found = judged(folder).set_index("indicator_id")
    kept = ["letter", "lean", "outcome", "reason", "route"]
    assert found.loc["I-1", kept].to_list() == ["E", "", "not_rated", row["理由"], ""]
    assert found.loc["I-2", "letter"] == "B"


def test_every_reason_is_tried():
    # `not_applicable` is a reason that only rules of other publishers give (tests/cases/scheme_rules.csv).
    assert {row["理由"] for row in NOT_RATED} == set(REASONS) - {"not_applicable"}


def test_a_value_before_a_withheld_one_is_rated_where_it_lies_in_the_period(tiny_plan):
    assert only(tiny_plan(observations=seen("2022=50；2023=秘匿")))["fiscal_year"] == 2022


def test_a_withheld_value_before_the_period_is_no_reason(tiny_plan):
    folder = tiny_plan(indicators=[{"baseline_year": 2018}], observations=seen("2018=40；2020=秘匿"))
    assert only(folder)["reason"] == "no_recent_value"


# --- targets


REVISED = {
    "observations": seen("2022=46；2023=50；2025=50"),
    "target_revisions": [
        {"indicator_id": "I-1", "applies_from": 2024, "target_year": 2026, "target": 50, "reason": "改定"}
    ],
}


def test_a_revised_target_counts_from_its_year_on_and_leaves_earlier_periods_as_they_were(tiny_plan):
    unrevised = judged(tiny_plan(observations=REVISED["observations"]))
    folder = tiny_plan(**REVISED)
    pd.testing.assert_frame_equal(judged(folder, "first"), unrevised)
    second = only(folder, "second")
    assert (second["target"], letter(second), second["target_source"]) == (50, "A", "machi/target_revisions.csv 2行目")
    assert unrevised["target_source"].item() == "machi/indicators.csv 2行目"


def test_the_last_of_several_revisions_counts(tiny_plan):
    usual = REVISED["target_revisions"][0]
    rows = [usual | {"applies_from": 2025, "target": 80}, usual | {"applies_from": 2027, "target": 99}, usual]
    folder = tiny_plan(plan={"years": [2021, 2027]}, observations=REVISED["observations"], target_revisions=rows)
    found = only(folder, "second")
    assert (found["target"], found["target_source"]) == (80, "machi/target_revisions.csv 2行目")


def test_a_revision_in_the_middle_of_a_period_counts_for_that_period(tiny_plan):
    rows = [REVISED["target_revisions"][0] | {"applies_from": 2023}]
    assert only(tiny_plan(observations=seen("2022=50"), target_revisions=rows))["target"] == 50


@pytest.mark.parametrize(
    ("kind", "baseline", "direction"),
    [("増加", 40, "up"), ("以上", 40, "up"), ("減少", 60, "down"), ("以下", 60, "down")],
)
def test_a_revision_without_a_number_leaves_a_wished_direction(kind, baseline, direction, tiny_plan):
    rows = [{"indicator_id": "I-1", "applies_from": 2021, "target_year": 2026}]
    indicators = [{"target_kind": kind, "baseline": baseline, "target": 50}]
    found = only(tiny_plan(indicators=indicators, observations=seen("2023=50"), target_revisions=rows))
    assert (found["target_kind"], found["direction"], letter(found), found["outcome"]) == (
        "none",
        direction,
        "B",
        "improved",
    )


def test_a_revised_range_has_both_its_limits(tiny_plan):
    rows = [{"indicator_id": "I-1", "applies_from": 2021, "target_year": 2026, "target": 45, "target_upper": 55}]
    indicators = [{"target_kind": "範囲", "target": 60, "target_upper": 70}]
    found = only(tiny_plan(indicators=indicators, observations=seen("2023=50"), target_revisions=rows))
    assert (found["target"], found["target_upper"], letter(found)) == (45, 55, "A")


def test_a_revision_of_one_limit_of_a_range_keeps_the_other(tiny_plan):
    rows = [{"indicator_id": "I-1", "applies_from": 2021, "target": 45}]
    indicators = [{"target_kind": "範囲", "target": 60, "target_upper": 70}]
    found = only(tiny_plan(indicators=indicators, observations=seen("2023=65"), target_revisions=rows))
    assert (found["target"], found["target_upper"], found["target_year"], letter(found)) == (45, 70, 2026, "A")


def test_milestones_make_the_planned_path(tiny_plan):
    usual = {"indicators": [{"path": "節目"}], "observations": seen("2023=45")}
    early = only(tiny_plan(**usual, milestones=[{"indicator_id": "I-1", "fiscal_year": 2023, "value": 50}]))
    late = only(tiny_plan(**usual, milestones=[{"indicator_id": "I-1", "fiscal_year": 2023, "value": 45}]))
    assert (letter(early), early["gap_planned"], letter(late), late["gap_planned"]) == ("B*", 10, "B", 15)


# --- breaks


def test_a_bridge_multiplies_the_values_before_it(tiny_plan):
    found = only(tiny_plan(observations=seen("2021=45；2022=47；2023=50"), breaks=breaks("2022=接続*1.1")))
    assert (found["baseline"], found["value"], found["marks"]) == (pytest.approx(44), 50, "two_points、bridged")
    assert (letter(found), found["gap_baseline"]) == ("B*", pytest.approx(16))


def test_a_bridge_may_make_values_smaller(tiny_plan):
    found = only(tiny_plan(observations=seen("2021=45；2023=50"), breaks=breaks("2022=接続*0.5")))
    assert (found["baseline"], found["reason"]) == (20, "")


def test_two_bridges_multiply_one_another(tiny_plan):
    found = only(tiny_plan(observations=seen("2021=45；2023=50"), breaks=breaks("2022=接続*1.1；2023=接続*2")))
    assert found["baseline"] == pytest.approx(88)


def test_the_values_of_a_bridged_run_are_on_one_scale(tiny_plan):
    rows = seen("2021=20.5；2022=21；2023=43；2024=44；2025=45")
    folder = tiny_plan(indicators=[{"baseline": 20}], observations=rows, breaks=breaks("2023=接続*2"))
    found = only(folder, "second")
    assert (found["route"], found["baseline"], found["change"], letter(found)) == ("run", 40, 5, "B*")


def test_a_bridged_value_equal_to_the_latest_has_no_lean(tiny_plan):
    # 30.4 × 1.15 is 34.96, but not quite so in binary fractions.
    usual = {"indicators": [{"baseline": 30.4}], "breaks": breaks("2022=接続*1.15")}
    assert letter(only(tiny_plan(**usual, observations=seen("2023=34.96")))) == "C0"


def test_a_bridge_takes_n_and_x_out_of_the_test_and_scales_the_standard_error(tiny_plan):
    counted = seen("2020=40", sample_size=400, sample_count=160) + seen("2023=60", sample_size=400, sample_count=240)
    usual = {"indicators": [{"unit": "％"}]}
    assert only(tiny_plan(**usual, observations=counted))["route"] == "interval"
    assert only(tiny_plan(**usual, observations=counted, breaks=breaks("2022=接続*1.1")))["route"] == "size"
    with_errors = seen("2020=40", standard_error=2) + seen("2023=48", standard_error=2)
    plain = only(tiny_plan(observations=with_errors))
    bridged = only(tiny_plan(observations=with_errors, breaks=breaks("2022=接続*1.1")))
    assert (plain["route"], bridged["route"]) == ("z", "z")
    assert plain["high"] - plain["low"] == pytest.approx(2 * 1.96 * 8**0.5)
    assert bridged["high"] - bridged["low"] == pytest.approx(2 * 1.96 * (4 + 2.2**2) ** 0.5)


def test_a_restart_makes_its_first_value_the_baseline(tiny_plan):
    rows = seen("2020=40；2021=45；2022=30；2023=33")
    found = only(tiny_plan(observations=rows, breaks=breaks("2022=再出発")))
    assert (found["baseline_year"], found["baseline"], letter(found)) == (2022, 30, "B*")
    assert (found["marks"], found["baseline_source"]) == ("two_points、restarted", "machi/observations/ka.csv 4行目")
    assert (found["time_share"], found["n_points"]) == (0.25, 2)


def test_a_restart_brings_its_own_n_and_x(tiny_plan):
    rows = seen("2020=40", sample_size=10, sample_count=4) + seen("2022=30", sample_size=400, sample_count=120)
    rows += seen("2023=45", sample_size=400, sample_count=180)
    found = only(tiny_plan(indicators=[{"unit": "%"}], observations=rows, breaks=breaks("2022=再出発")))
    assert (found["route"], letter(found)) == ("interval", "B")


def test_a_bridge_after_a_restart_bridges_the_new_baseline(tiny_plan):
    rows = seen("2021=30；2022=32；2023=36")
    found = only(tiny_plan(observations=rows, breaks=breaks("2021=再出発；2023=接続*1.1")))
    assert (found["baseline_year"], found["baseline"]) == (2021, pytest.approx(33))


@pytest.mark.parametrize("year", [2019, 2020, 2024])
def test_a_break_outside_the_years_compared_does_not_matter(year, tiny_plan):
    usual = only(tiny_plan(observations=seen("2021=45；2023=50")))
    found = only(tiny_plan(observations=seen("2021=45；2023=50"), breaks=breaks(f"{year}=再出発")))
    pd.testing.assert_series_equal(found, usual)


def test_a_break_of_another_indicator_does_not_matter(tiny_plan):
    two = [{}, {"indicator_id": "I-2"}]
    rows = [{"indicator_id": "I-2", "fiscal_year": 2022, "break_kind": "再出発"}]
    folder = tiny_plan(indicators=two, observations=seen("2023=50"), breaks=rows)
    assert judged(folder)["letter"].to_list() == ["B", "E"]


def test_a_break_counts_for_every_group(tiny_plan):
    rows = seen("2020=40；2023=50") + seen("2020=20；2023=30", group_kind="地区", group="東")
    found = judged(tiny_plan(observations=rows, breaks=breaks("2022=接続*1.1")))
    assert found["baseline"].to_list() == pytest.approx([44, 22])


def test_a_shock_is_kept_in_the_letter(tiny_plan):
    shocks = [{"years": [2020, 2023], "label": "感染症"}]
    usual = only(tiny_plan(observations=seen("2022=35；2023=50")))
    found = only(
        tiny_plan(
            plan={"shocks": shocks},
            observations=seen("2022=35；2023=50"),
            breaks=breaks("2022=外的ショック；2023=外的ショック"),
        )
    )
    pd.testing.assert_series_equal(found, usual)


# --- age-adjusted values, groups, corrections


def test_age_adjusted_values_are_never_compared_with_others(tiny_plan):
    adjusted = only(tiny_plan(observations=seen("2020=40 年齢調整；2022=50；2023=45 年齢調整")))
    assert (adjusted["fiscal_year"], adjusted["value"]) == (2023, 45)
    plain = only(tiny_plan(observations=seen("2020=40；2022=50；2023=45 年齢調整")))
    assert (plain["fiscal_year"], plain["value"]) == (2022, 50)


def test_a_group_has_its_own_baseline_and_the_target_of_the_whole(tiny_plan):
    rows = seen("2020=40；2023=50") + seen("2020=20；2023=22", group_kind="地区", group="西")
    found = judged(tiny_plan(observations=rows)).set_index("group")
    assert (letter(found.loc[""]), letter(found.loc["西"])) == ("B", "C+")
    assert found.loc["西", ["baseline", "target", "value"]].to_list() == [20, 60, 22]
    assert found.loc["西", "baseline_source"] == "machi/observations/ka.csv 4行目"


def test_a_group_without_a_baseline_of_its_own_cannot_be_rated(tiny_plan):
    rows = seen("2023=50") + seen("2023=50", group_kind="地区", group="西")
    assert judged(tiny_plan(observations=rows))["reason"].to_list() == ["", "no_baseline"]


def test_a_withheld_group_says_so(tiny_plan):
    rows = seen("2023=50") + seen("2020=秘匿；2023=50", group_kind="地区", group="西")
    rows += seen("2020=40；2023=秘匿", group_kind="地区", group="東")
    assert judged(tiny_plan(observations=rows))["reason"].to_list() == [
        "",
        "withheld_small_number",
        "withheld_small_number",
    ]


@pytest.mark.parametrize(
    ("asked", "counted", "threshold", "reason"),
    [
        (100, 10, 10, ""), (100, 9, 10, "withheld_small_number"), (100, 1, 10, "withheld_small_number"), (100, 0, 10, ""),
        (9, 0, 10, "withheld_small_number"), (10, 0, 10, ""), (100, 5, 5, ""), (100, 4, 5, "withheld_small_number"), (3, 1, 0, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("year", [2020, 2023])
def test_a_group_is_withheld_where_few_were_asked_or_counted_at_either_date(
    year, asked, counted, threshold, reason, tiny_plan
):
    group = {"group_kind": "地区", "group": "西"}
    rows = [{"fiscal_year": y, "value": 50, "sample_size": 1000, "sample_count": 500} | group for y in (2020, 2023)]
    rows[0 if year == 2020 else 1] |= {"sample_size": asked, "sample_count": counted, "value": 100 * counted / asked}
    folder = tiny_plan(plan={"disclosure_threshold": threshold}, indicators=[{"unit": "%"}], observations=rows)
    assert judged(folder).set_index("group").loc["西", "reason"] == reason


@pytest.mark.parametrize(("events", "reasons"), [(10, ["", ""]), (9, ["", "withheld_small_number"]), (0, ["", ""])])
def test_few_events_are_withheld_in_groups_and_told_of_the_whole(events, reasons, tiny_plan):
    rows = seen(f"2020=40；2023={events}") + seen(f"2020=40；2023={events}", group_kind="地区", group="西")
    found = judged(tiny_plan(indicators=[{"is_count": "はい"}], observations=rows))
    assert found["reason"].to_list() == reasons


def test_groups_stand_beneath_their_indicator_districts_in_the_order_of_the_plan(tiny_plan):
    groups = [("年齢", "若年"), ("地区", "西"), ("地区", "東"), ("地区", "中")]
    rows = [row for kind, name in groups for row in seen("2023=50", group_kind=kind, group=name)]
    folder = tiny_plan(plan={"districts": ["東", "中"]}, indicators=[{}, {"indicator_id": "A-1"}], observations=rows)
    assert judged(folder)[["indicator_id", "group"]].to_numpy().tolist() == [
        ["I-1", ""], ["I-1", "東"], ["I-1", "中"], ["I-1", "西"], ["I-1", "若年"], ["A-1", ""],
    ]  # fmt: skip


def test_a_correction_replaces_the_value_and_both_places_are_cited(tiny_plan):
    fix = {"indicator_id": "I-1", "fiscal_year": 2023, "reported": 83, "corrected": 38, "reason": "書き間違い"}
    found = only(tiny_plan(observations=seen("2022=45；2023=83"), corrections=[fix]))
    assert (found["value"], letter(found)) == (38, "D")
    assert found["value_source"] == "machi/corrections.csv 2行目（machi/observations/ka.csv 3行目 の訂正）"


def test_a_corrected_value_loses_the_standard_error_of_the_reported_one(tiny_plan):
    fix = {"indicator_id": "I-1", "fiscal_year": 2023, "reported": 83, "corrected": 41, "reason": "書き間違い"}
    rows = seen("2020=40；2023=83", standard_error=0.1)
    assert only(tiny_plan(observations=rows, corrections=[fix]))["route"] == "size"


def test_a_correction_can_fill_a_value_that_was_missing(tiny_plan):
    fix = {"indicator_id": "I-1", "fiscal_year": 2023, "corrected": 50, "reason": "後から届いた"}
    assert letter(only(tiny_plan(observations=seen("2023=未調査"), corrections=[fix]))) == "B"


def test_a_correction_of_one_group_leaves_the_others_alone(tiny_plan):
    rows = seen("2023=50") + seen("2023=50", group_kind="地区", group="西")
    fix = {
        "indicator_id": "I-1",
        "fiscal_year": 2023,
        "group_kind": "地区",
        "group": "西",
        "reported": 50,
        "corrected": 51,
        "reason": "集計の誤り",
    }
    assert judged(tiny_plan(observations=rows, corrections=[fix]))["value"].to_list() == [50, 51]


def test_the_baseline_may_be_a_corrected_value(tiny_plan):
    fix = {"indicator_id": "I-1", "fiscal_year": 2020, "reported": 4, "corrected": 40, "reason": "書き間違い"}
    found = only(tiny_plan(observations=seen("2020=4；2023=50"), corrections=[fix]))
    assert (found["baseline"], letter(found)) == (40, "B")


# --- counts and samples


def test_counts_are_tested_exactly_with_or_without_a_base(tiny_plan):
    usual = {"indicators": [{"is_count": "はい", "target_kind": "減少", "target": 10}]}
    plain = only(tiny_plan(**usual, observations=seen("2020=40；2023=20")))
    based = only(tiny_plan(**usual, observations=seen("2020=40", sample_size=1000) + seen("2023=20", sample_size=500)))
    assert (plain["route"], letter(plain), based["route"], letter(based)) == ("exact", "B", "exact", "C+")


def test_the_number_of_events_counts_where_the_value_is_a_rate(tiny_plan):
    usual = {"is_count": "はい", "target_kind": "減少", "target": 10}
    events = [
        {"fiscal_year": 2020, "value": 40, "sample_count": 4, "sample_size": 100},
        {"fiscal_year": 2023, "value": 20, "sample_count": 2, "sample_size": 100},
    ]
    found = only(tiny_plan(indicators=[usual], observations=events))
    assert (found["route"], found["p"], letter(found)) == ("exact", 0.6875, "C+")


def test_the_interval_of_a_rate_of_events_is_in_the_unit_of_the_rate(tiny_plan):
    usual = {"is_count": "はい", "target_kind": "以下", "target": 30}
    events = [
        {"fiscal_year": 2020, "value": 40, "sample_count": 2, "sample_size": 5},
        {"fiscal_year": 2023, "value": 20, "sample_count": 1, "sample_size": 5},
    ]
    found = only(tiny_plan(indicators=[usual], observations=events))
    # Byar's limits of one event are 0.013 and 5.56.
    assert found[["value_low", "value_high"]].to_list() == pytest.approx([20 * 0.0130721, 20 * 5.5637556], rel=1e-5)
    assert (letter(found), found["marks"]) == ("A", "borderline")


def test_a_number_of_events_known_for_one_year_only_is_not_compared_with_a_rate(tiny_plan):
    usual = {"is_count": "はい", "target_kind": "減少", "target": 10}
    rows = [
        {"fiscal_year": 2020, "value": 40},
        {"fiscal_year": 2023, "value": 36, "sample_count": 4, "sample_size": 100},
    ]
    assert letter(only(tiny_plan(indicators=[usual], observations=rows))) == "C+"  # 40 and 36, not 40 and 4


def test_a_bridged_count_is_no_count_of_events_any_more(tiny_plan):
    usual = {"is_count": "はい", "target_kind": "減少", "target": 10}
    found = only(tiny_plan(indicators=[usual], observations=seen("2020=40；2023=20"), breaks=breaks("2022=接続*1.1")))
    assert found["route"] == "size"


def test_the_design_effect_of_each_year_is_its_own(tiny_plan):
    def width(first: str, last: str) -> float:
        rows = seen("2020=30", sample_size=400, sample_count=120, design_effect=first)
        rows += seen("2023=37.5", sample_size=400, sample_count=150, design_effect=last)
        found = only(tiny_plan(indicators=[{"unit": "%", "baseline": 30}], observations=rows))
        return found["high"] - found["low"]

    plain, first, last, both = width("", ""), width("2", ""), width("", "2"), width("2", "2")
    assert plain < first < both and plain < last < both


# --- sources


def test_every_number_has_its_cell_as_source_in_csv_and_in_xlsx(tiny_plan):
    folder = tiny_plan(observations=seen("2020=40；2023=50"))
    found = only(folder)
    sources = ["value_source", "baseline_source", "target_source"]
    assert found[sources].to_list() == [
        "machi/observations/ka.csv 3行目",
        "machi/indicators.csv 2行目",
        "machi/indicators.csv 2行目",
    ]
    book = openpyxl.Workbook()
    book.active.title = "実績"
    for row in (["指標ID", "年度", "値"], ["I-1", 2020, 40], ["I-1", 2023, 50]):
        book.active.append(row)
    book.save(folder / "observations" / "ka.xlsx")
    (folder / "observations" / "ka.csv").unlink()
    assert only(folder)["value_source"] == "machi/observations/ka.xlsx シート「実績」セル C3"


def test_baseline_target_and_revised_target_have_their_cells_in_xlsx(tiny_plan):
    folder = tiny_plan(**REVISED)
    for name in ("indicators", "target_revisions"):
        path = table_path(folder, name)
        book = openpyxl.Workbook()
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            book.active.append(line.split(","))
        book.save(path.with_suffix(".xlsx"))
        path.unlink()
    places = [only(folder, period)[["baseline_source", "target_source"]].to_list() for period in ("first", "second")]
    assert places == [
        ["machi/indicators.xlsx シート「Sheet」セル M2", "machi/indicators.xlsx シート「Sheet」セル O2"],
        ["machi/indicators.xlsx シート「Sheet」セル M2", "machi/target_revisions.xlsx シート「Sheet」セル D2"],
    ]


def test_a_case_without_a_value_has_no_source_of_a_value(tiny_plan):
    assert only(tiny_plan(observations=seen("2020=40")))["value_source"] == ""


# --- schemes and settings


def test_a_setting_of_the_plan_changes_the_letter(tiny_plan):
    usual = {"observations": seen("2023=49.5")}  # 95 % of the planned half
    assert letter(only(tiny_plan(**usual))) == "B"
    assert letter(only(tiny_plan(**usual, plan={"settings": {"tolerance": 0.0}}))) == "B*"
    assert letter(only(tiny_plan(**usual, plan={"settings": {"material_share": 0.5}}))) == "C+"


def test_the_scheme_asked_for_goes_before_those_of_indicator_period_and_plan(tiny_plan):
    periods = [
        {"id": "first", "label": "前半", "kind": "evaluation", "years": [2021, 2023], "scheme": "kenko21_mid"},
        {"id": "second", "label": "後半", "kind": "evaluation", "years": [2024, 2026]},
    ]
    two = [{}, {"indicator_id": "I-2", "scheme": "gap"}]
    rows = seen("2023=50；2024=51") + seen("2023=50；2024=51", indicator_id="I-2")
    folder = tiny_plan(plan={"scheme": "kenko21", "periods": periods}, indicators=two, observations=rows)

    def schemes(*asked: str) -> list[str]:
        return judged(folder, *asked)["scheme"].to_list()

    assert (schemes("first"), schemes("second")) == (["kenko21_mid", "gap"], ["kenko21", "gap"])
    assert (schemes("first", "gap"), schemes("first", "kenko21")) == (["gap", "gap"], ["kenko21", "kenko21"])
    assert judged(folder, "first")["letter"].to_list() == ["a", "B"]


def test_each_scheme_judges_by_its_own_rule(tiny_plan):
    folder = tiny_plan(indicators=[{"target": 100}], observations=seen("2023=43"))
    assert (letter(only(folder)), letter(only(folder, "first", "kenko21"))) == ("C+", "B*")
    assert only(folder, "first", "kenko21_mid")["letter"] == "a*"


def test_a_plan_may_bring_its_own_scheme(tiny_plan):
    folder = tiny_plan(observations=seen("2023=49.5"))
    (folder / "schemes").mkdir()
    text = (FOLDER / "gap.yaml").read_text(encoding="utf-8")
    for before, after in (
        ("name: gap", "name: strict"),
        ("tolerance: 0.05", "tolerance: 0.0"),
        ('version: "1"', 'version: "7"'),
    ):
        text = text.replace(before, after, 1)
    (folder / "schemes" / "strict.yaml").write_text(text, encoding="utf-8")
    found = only(folder, "first", "strict")
    assert (letter(found), found["scheme"], found["rule_version"]) == ("B*", "strict", "7.2")
    assert set(scheme_paths(folder)) - set(scheme_paths()) == {"strict"}


def test_a_plans_own_scheme_goes_before_the_librarys_of_the_same_name(tiny_plan):
    folder = tiny_plan()
    (folder / "schemes").mkdir()
    shutil.copy(FOLDER / "gap.yaml", folder / "schemes")
    assert scheme_paths(folder)["gap"].parent.parent == folder
    assert load_scheme("gap", folder).name == "gap"


def test_an_unknown_scheme_or_period_is_refused_with_the_nearest(tiny_plan):
    workbook = load_workbook("machi", tiny_plan().parent)
    with pytest.raises(WrongUse, match=r"^評価基準「gepp」はありません。近い名前：gap。$"):
        evaluate(workbook, "first", "gepp")
    with pytest.raises(WrongUse, match=r"^期間「fist」はありません。近い名前：first。$"):
        evaluate(workbook, "fist")


@pytest.mark.parametrize("name", scheme_paths())
def test_a_scheme_has_a_letter_for_every_outcome_of_its_method(name):
    scheme = load_scheme(name)
    assert [scheme.of_outcome(outcome).letter for outcome in needed_outcomes(scheme.method, scheme.settings)]
    assert scheme.of_letter(scheme.letters[0].letter) is scheme.letters[0]
    assert scheme.of_letter("Z") is None
    assert set(scheme.settings) <= set(SETTINGS)


def test_a_scheme_of_an_unknown_method_is_told_with_the_nearest(tiny_plan):
    folder = tiny_plan()
    (folder / "schemes").mkdir()
    text = (
        (FOLDER / "gap.yaml")
        .read_text(encoding="utf-8")
        .replace("name: gap", "name: own")
        .replace("method: gap", "method: gapp")
    )
    (folder / "schemes" / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems, match=r"schemes/own.yaml 6行目：知らない方法「gapp」。.*直し方：近い名前：gap。"):
        judged(folder, "first", "own")


def test_a_faulty_scheme_stops_the_reading_of_the_plan(tiny_plan):
    folder = tiny_plan()
    (folder / "schemes").mkdir()
    (folder / "schemes" / "own.yaml").write_text("name: own\n", encoding="utf-8")
    with pytest.raises(DataProblems, match=r"schemes/own.yaml"):
        load_workbook(folder.name, folder.parent)


# --- the whole


def test_the_previous_evaluation_is_that_of_the_period_before_of_the_same_kind(tiny_plan):
    folder = tiny_plan(observations=seen("2022=46；2025=60"))
    evaluation = evaluate(load_workbook("machi", folder.parent), "second")
    assert (evaluation.previous.period.id, evaluation.previous.table["letter"].item()) == ("first", "B*")
    assert evaluation.previous.previous is None


@pytest.mark.parametrize(("asked", "before"), [(None, "kenko21_mid"), ("kenko21", "kenko21_mid"), ("gap", "gap")])
def test_the_previous_evaluation_is_made_by_its_own_scheme_unless_another_was_asked_for(asked, before, data_dir):
    evaluation = evaluate(load_workbook("kenko21", data_dir), "final", asked)
    assert evaluation.previous.scheme.name == before


def test_indicators_are_told_with_their_names_programs_and_departments(tiny_plan):
    programs = [{"program_id": "S-1", "program_name": "見守り", "goal": "1 つながり"}]
    folder = tiny_plan(
        indicators=[{"program_id": "S-1", "department": "福祉課"}, {"indicator_id": "I-2"}], programs=programs
    )
    evaluation = evaluate(load_workbook("machi", folder.parent), "first")
    kept = ["indicator_id", "indicator_name", "department", "program_name", "goal"]
    assert evaluation.indicators[kept].to_numpy().tolist() == [
        ["I-1", "見守りの数", "福祉課", "見守り", "1 つながり"], ["I-2", "見守りの数", "", "", ""],
    ]  # fmt: skip
    assert (len(evaluation.groups), evaluation.plan.id) == (0, "machi")


@pytest.mark.parametrize("period", ["R3-R5", "R6-R8"])
def test_the_sample_plan_has_every_letter_in_both_halves(period, data_dir):
    evaluation = evaluate(load_workbook("tokorozawa", data_dir), period)
    assert set(evaluation.indicators["letter"]) == {"A", "B", "B*", "C", "D", "E"}


@pytest.mark.parametrize("plan", ["tokorozawa", "kenko21"])
def test_the_plans_that_ship_can_be_evaluated_by_every_scheme(plan, data_dir):
    workbook = load_workbook(plan, data_dir)
    periods = [period for period in workbook.plan.periods if period.kind == "evaluation" or period.last_year == 2026]
    for period in periods:
        for scheme in scheme_paths():
            table = evaluate(workbook, period.id, scheme).table
            assert set(table["outcome"]) <= set(OUTCOMES)
            assert (table["reason"].eq("") == table["outcome"].ne("not_rated")).all()
            assert table["letter"].ne("").all() and set(table["period"]) == {period.id}


MANY = {
    "indicators": [{"indicator_id": f"I-{n}", "baseline": b, "target": t} for n, (b, t) in enumerate([(40, 60), (30, 80), (55, 60)])],
    "observations": [
        row for n in range(3) for row in seen(f"2020={[40, 30, 55][n]}；2021=4{n}；2022=4{n + 2}；2023=5{n}", indicator_id=f"I-{n}")
    ] + seen("2020=35；2023=45", indicator_id="I-0", group_kind="地区", group="東") + seen("2020=45；2023=40", indicator_id="I-0", group_kind="地区", group="西"),
    "breaks": [{"indicator_id": "I-1", "fiscal_year": 2022, "break_kind": "再出発"}, {"indicator_id": "I-2", "fiscal_year": 2021, "break_kind": "接続", "bridge_ratio": 1.1}],
    "target_revisions": [{"indicator_id": "I-0", "applies_from": 2022, "target_year": 2026, "target": 70}, {"indicator_id": "I-0", "applies_from": 2021, "target_year": 2026, "target": 65}],
}  # fmt: skip
WITHOUT_SOURCES = ["value_source", "baseline_source", "target_source"]


@settings(max_examples=5)
@given(st.fixed_dictionaries({name: st.permutations(rows) for name, rows in MANY.items() if name != "indicators"}))
def test_the_order_of_rows_changes_nothing(tmp_path_factory, tables):
    base = tmp_path_factory.getbasetemp() / "order"
    usual = judged(write_plan(base / "machi", **MANY)).drop(columns=WITHOUT_SOURCES)
    found = judged(write_plan(base / "machi", **(MANY | tables))).drop(columns=WITHOUT_SOURCES)
    pd.testing.assert_frame_equal(found, usual)


def test_how_rows_are_spread_over_files_changes_nothing(tiny_plan):
    folder = tiny_plan(**MANY)
    usual = judged(folder)
    path = folder / "observations" / "ka.csv"
    header, *lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    for n, line in enumerate(lines):
        (folder / "observations" / f"ka{n:02d}.csv").write_text(header + line, encoding="utf-8-sig")
    path.unlink()
    pd.testing.assert_frame_equal(judged(folder).drop(columns=WITHOUT_SOURCES), usual.drop(columns=WITHOUT_SOURCES))


def test_evaluating_changes_nothing_of_what_was_read(tiny_plan):
    workbook = load_workbook("machi", tiny_plan(**MANY).parent)
    before = {name: table.frame.copy() for name, table in workbook.tables.items()}
    first = evaluate(workbook, "first").table
    pd.testing.assert_frame_equal(evaluate(workbook, "first").table, first)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(workbook[name], frame)
