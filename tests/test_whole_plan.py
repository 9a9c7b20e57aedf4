"""Decisions, questions, money, the sister plan and shocks: small plans in which the right answer is plain."""

from __future__ import annotations

import pytest

from planeval.judging.cycle import carried_over, followed_decisions, hand_over
from planeval.judging.evaluation import evaluate
from planeval.judging.money import money_and_movement, money_change, other_spreads
from planeval.judging.questions import open_questions
from planeval.judging.shocks import activity_around_shock, letters_without_shock
from planeval.telling import views, wording
from planeval.telling.views.context import pressures
from planeval.telling.views.partner import joint_items
from planeval.telling.vocabulary import entry
from planeval.trust.workbook import load_workbook
from planeval.words.contracts import SDG_GOALS

PROGRAM = {
    "program_id": "S-1",
    "program_name": "見守り",
    "goal": "1 支え合い",
    "field": "高齢者",
    "department": "福祉課",
}
OTHER = PROGRAM | {"program_id": "S-2", "program_name": "相談", "field": "障害者"}
GOOD, BAD = 55, 30  # values of 2026 for a rise from 40 in 2020 to 60 in 2026
SHOCK = [{"years": [2020, 2022], "label": "感染症", "reason": "休止した"}]


@pytest.fixture
def evaluation_of(tiny_plan):
    """Evaluates a small plan whose tables are given."""

    def evaluation(period="second", **tables):
        folder = tiny_plan(**tables)
        return evaluate(load_workbook(folder.name, folder.parent), period)

    return evaluation


def project(number: int, program: str = "S-1") -> dict:
    return {"project_id": f"P-{number}", "project_name": f"事業{number}", "program_id": program, "department": "福祉課"}


def year(number: int, fiscal_year: int, **said: object) -> dict:
    return {"project_id": f"P-{number}", "fiscal_year": fiscal_year} | said


@pytest.mark.parametrize(
    ("decision", "budgets", "later", "followed"),
    [
        ("拡充", (100, 120), "継続", "done"),
        ("拡充", (100, 100), "継続", "not_done"),
        ("縮小", (100, 80), "継続", "done"),
        ("縮小", (100, 120), "継続", "not_done"),
        ("改善", (100, 100), "継続", "done"),
        ("改善", (100, 100), "改善", "not_done"),
        ("継続", (100, 100), "継続", "goes_on"),
        ("終了", (100, 100), "継続", "not_done"),
        ("終了", (100, None), None, "done"),
        ("拡充", (100, None), None, "unknown"),
        ("拡充", (None, 120), "継続", "not_done"),
    ],
)
def test_what_became_of_a_decision_follows_from_budget_and_later_decision(
    evaluation_of, decision, budgets, later, followed
):
    years = [year(1, 2023, budget=budgets[0] or "", decision=decision)]
    years += [year(1, 2025, budget=budgets[1], decision=later)] if later else []
    rows = followed_decisions(evaluation_of(programs=[PROGRAM], projects=[project(1)], project_years=years))
    assert list(rows["followed"]) == [followed]


def test_the_first_period_has_no_decision_to_follow(evaluation_of):
    assert followed_decisions(evaluation_of("first")).empty


def test_what_is_carried_over_are_decisions_to_act_late_indicators_and_open_opinions(evaluation_of):
    evaluation = evaluation_of(
        "first",
        programs=[PROGRAM],
        observations=[{"fiscal_year": 2023, "value": BAD}],
        projects=[project(1), project(2)],
        project_years=[year(1, 2023, decision="改善", person="係", due="令和6年度"), year(2, 2023, decision="継続")],
        opinions=[
            {"opinion_id": "O-1", "period": "first", "opinion": "遅い", "answer_state": "対応中"},
            {"opinion_id": "O-2", "period": "first", "opinion": "済んだ", "answer_state": "対応済"},
            {"opinion_id": "O-3", "period": "second", "opinion": "後の意見", "answer_state": "次期へ"},
        ],
        narratives=[{"period": "first", "target_id": "I-1", "next_action": "人を増やす"}],
    )
    rows = carried_over(evaluation)
    assert list(zip(rows["kind"], rows["name"], rows["what"], rows["who"], strict=True)) == [
        ("project", "事業1", "", "係"),
        ("indicator", "見守りの数", "人を増やす", ""),
        ("opinion", "遅い", "", ""),
    ]
    assert hand_over(evaluation).empty


def test_the_last_period_hands_over_what_is_missed_lonely_or_unmatched(evaluation_of):
    rows = hand_over(
        evaluation_of(
            programs=[PROGRAM, OTHER],
            indicators=[{"program_id": "S-1"}],
            observations=[{"fiscal_year": 2026, "value": BAD}],
            actor_links=[{"program_id": "S-1", "actor": "市", "role": "主担当"}],
            partner_activities=[
                {"activity_id": "W-1", "activity_name": "会議"},
                {"activity_id": "W-2", "activity_name": "講座"},
            ],
            crosswalk=[{"program_id": "S-1", "activity_id": "W-1", "relation": "全部"}],
        )
    )
    assert list(zip(rows["kind"], rows["name"], strict=True)) == [
        ("not_reached", "見守りの数"),
        ("lone", "見守り"),
        ("lone", "相談"),
        ("own_unmatched", "相談"),
        ("partner_unmatched", "講座"),
    ]


def test_departments_answer_for_missing_values_causes_checks_and_opinions_that_name_their_work(evaluation_of):
    rows = open_questions(
        evaluation_of(
            programs=[PROGRAM],
            indicators=[
                {"indicator_id": "I-1", "department": "福祉課", "program_id": "S-1"},
                {"indicator_id": "I-2", "indicator_name": "遅れ", "department": "福祉課"},
                {"indicator_id": "I-3", "indicator_name": "書いた", "department": "防災課"},
            ],
            observations=[{"indicator_id": f"I-{n}", "fiscal_year": 2026, "value": BAD} for n in (2, 3)],
            narratives=[{"period": "second", "target_id": "I-3", "cause": "休止", "next_action": "再開"}],
            projects=[project(1)],
            project_years=[year(1, 2025)],
            opinions=[
                {
                    "opinion_id": "O-1",
                    "period": "second",
                    "opinion": "どうか",
                    "reflected_in": "指標I-3、事業P-1",
                    "answer_state": "対応中",
                },
                {
                    "opinion_id": "O-2",
                    "period": "second",
                    "opinion": "別",
                    "reflected_in": "指標I-33",
                    "answer_state": "対応中",
                },
            ],
        )
    )
    found = sorted(zip(rows["department"], rows["kind"], rows["name"], strict=True))
    assert found == sorted(
        [
            ("福祉課", "no_value", "見守りの数"),
            ("福祉課", "no_cause", "遅れ"),
            ("防災課", "cause", "書いた"),
            ("福祉課", "no_self_check", "事業1"),
            ("福祉課", "opinion", "どうか"),
            ("防災課", "opinion", "どうか"),
        ]
    )


@pytest.mark.parametrize(
    ("value", "progress", "agreement"),
    [
        (GOOD + 5, "順調", "same"),
        (GOOD + 5, "遅れ", "differs"),
        (BAD, "やや遅れ", "same"),
        (BAD, "予定どおり", "differs"),
        (BAD, "検討中", "unknown"),
        (None, "順調", "unknown"),
    ],
)
def test_both_sides_of_a_joint_item_agree_disagree_or_cannot_be_compared(evaluation_of, value, progress, agreement):
    pairs = joint_items(
        evaluation_of(
            programs=[PROGRAM],
            indicators=[{"program_id": "S-1"}],
            observations=[{"fiscal_year": 2026, "value": value}] if value else [{"fiscal_year": 2021, "value": 41}],
            partner_activities=[{"activity_id": "W-1", "activity_name": "会議", "progress": progress}],
            crosswalk=[{"program_id": "S-1", "activity_id": "W-1", "relation": "一部"}],
        )
    )
    assert list(pairs["agreement"]) == [agreement]


def money_of(evaluation_of, budgets: tuple[int, int], value: float):
    return evaluation_of(
        programs=[PROGRAM],
        indicators=[{"program_id": "S-1"}],
        observations=[{"fiscal_year": 2026, "value": value}],
        projects=[project(1)],
        project_years=[year(1, 2022, budget=budgets[0], spending=90), year(1, 2024, budget=budgets[1], spending=99)],
    )


@pytest.mark.parametrize(
    ("budgets", "value", "remark"),
    [
        ((100, 80), BAD, "worse_and_less"),
        ((100, 120), BAD, "more_and_still"),
        ((100, 120), 50, ""),
        ((100, 80), 60, ""),
    ],
)
def test_what_stands_out_beside_money_is_worse_with_less_and_still_with_more(evaluation_of, budgets, value, remark):
    assert list(money_and_movement(money_of(evaluation_of, budgets, value))["remark"]) == [remark]


def test_change_of_money_is_per_year_and_the_rate_needs_both_figures(evaluation_of):
    years = [year(1, 2021, budget=100, spending=50), year(1, 2022, budget=200), year(1, 2024, budget=300, spending=240)]
    evaluation = evaluation_of(programs=[PROGRAM], projects=[project(1)], project_years=years)
    for level in ("project", "program", "goal"):
        row = money_change(evaluation, level).iloc[0]
        assert (row["budget_before"], row["budget"], row["budget_change"]) == (150, 300, 1.0)
        assert (row["execution_rate_before"], row["execution_rate"]) == (0.5, 0.8)


def test_every_other_spread_adds_up_to_the_same_total(data_dir):
    evaluation = evaluate(load_workbook("tokorozawa", data_dir), "R6-R8")
    rows = other_spreads(evaluation)
    sums = rows.drop(columns=["program_id", "program_name"]).sum()
    assert set(sums.index) == {"now", *entry("what_if.rules")} and sums.nunique() == 1
    assert rows["equal"].max() - rows["equal"].min() <= 1
    by_program = money_change(evaluation, "program")["budget"].sum()
    assert sums["now"] == by_program == money_change(evaluation, "goal")["budget"].sum()
    assert by_program == money_change(evaluation, "project")["budget"].sum()


def test_a_letter_that_rests_on_the_shock_alone_is_named_and_the_baseline_stays(evaluation_of):
    plan = {"shocks": SHOCK, "stale_after": 3}
    rows = letters_without_shock(evaluation_of("first", plan=plan, observations=[{"fiscal_year": 2022, "value": BAD}]))
    assert rows.loc[0, ["is_touched", "differs", "why", "outcome_without"]].tolist() == [
        True,
        True,
        "no_value",
        "not_rated",
    ]
    values = [{"fiscal_year": 2022, "value": BAD}, {"fiscal_year": 2023, "value": 50}]
    rows = letters_without_shock(evaluation_of("first", plan=plan, observations=values))
    assert (
        rows.loc[0, "is_touched"]
        and not rows.loc[0, "differs"]
        and rows.loc[0, "letter_without"] == rows.loc[0, "letter"]
    )


def test_activity_is_told_before_during_and_after_a_shock(evaluation_of):
    values = {2018: 60, 2019: 70, 2020: 20, 2021: 10, 2023: 50, 2025: 63}
    rows = activity_around_shock(
        evaluation_of(
            plan={"shocks": SHOCK},
            indicators=[{"indicator_kind": "活動", "baseline_year": 2018, "baseline": 60, "target": 90}],
            observations=[{"fiscal_year": year, "value": value} for year, value in values.items()],
        )
    )
    assert rows.loc[0, ["before", "during", "after"]].tolist() == [70, 10, 63]
    assert rows.loc[0, ["before_year", "during_year", "after_year"]].tolist() == [2019, 2021, 2025]


def test_economy_society_and_environment_hold_each_of_the_17_goals_once():
    goals = [goal for own in entry("pillars").values() for goal in own]
    assert sorted(goals) == sorted(SDG_GOALS)


TOLD_AGAIN = ("letters_by_pillar", "letters_by_actor", "letters_by_sdg_goal")


@pytest.mark.parametrize("period", ["R3-R5", "R7"])
def test_letters_of_every_field_add_up_and_counts_told_again_say_so(data_dir, period):
    evaluation = evaluate(load_workbook("tokorozawa", data_dir), period)
    assert views.letters_by_field(evaluation).frame["total"].astype(int).sum() == len(evaluation.indicators)
    for name in ("letters_by_field", *TOLD_AGAIN):
        part = getattr(views, name)(evaluation)
        counts = part.frame[_letters(evaluation)].replace("－", "0").astype(int).sum(axis=1)
        assert counts.tolist() == part.frame["total"].astype(int).tolist(), name
        assert name == "letters_by_field" or "再掲" in part._repr_html_()


def _letters(evaluation) -> list[str]:
    return list(dict.fromkeys(letter.letter for letter in evaluation.scheme.letters))


@pytest.mark.parametrize("name", ["letters_by_field", *TOLD_AGAIN])
def test_the_last_row_counts_every_indicator_once_also_those_that_hang_on_nothing(evaluation_of, name):
    links = [{"program_id": "S-1", "sdg_goal": goal, "strength": "主"} for goal in (3, 8)]
    actors = [{"program_id": "S-1", "actor": actor, "role": "主担当"} for actor in ("市", "市民")]
    evaluation = evaluation_of(
        programs=[PROGRAM],
        indicators=[{"program_id": "S-1"}, *({"indicator_id": f"I-{n}", "indicator_name": f"数{n}"} for n in (2, 3))],
        observations=[{"indicator_id": f"I-{n}", "fiscal_year": 2026, "value": 20 * n} for n in (1, 2, 3)],
        sdg_links=links,
        actor_links=actors,
    )
    *_, alone, whole = getattr(views, name)(evaluation).arguments[0]["rows"]
    assert whole["total"] and whole["cells"][-1] == "3" and alone["cells"][-1] == "2"
    counts = [int(cell) for cell in whole["cells"][-1 - len(_letters(evaluation)) : -1] if cell != "－"]
    assert sum(counts) == len(evaluation.indicators)


def test_money_of_projects_without_a_programme_is_in_the_sum_and_rates_weigh_settled_years_alone(evaluation_of):
    projects = [project(1), project(2) | {"program_id": ""}]
    years = [year(1, 2024, budget=100, spending=50), year(1, 2025, budget=900), year(2, 2024, budget=100, spending=100)]
    evaluation = evaluation_of(programs=[PROGRAM, OTHER], projects=projects, project_years=years)
    for view in (views.money_by_program, views.money_by_goal):
        total = view(evaluation).arguments[0]["rows"][-1]
        assert total["total"] and total["cells"][1:4] == ["1,100", "150", "75.0％"]
    assert "予算は1,100千円、決算は150千円" in wording.reading_of_money(evaluation)._repr_html_()


def test_money_is_told_where_no_year_has_a_figure_or_every_budget_is_zero(evaluation_of):
    for budgets in ({}, {"budget": 0, "spending": 0}):
        years = [year(1, at, **budgets) for at in (2022, 2025)]
        evaluation = evaluation_of(programs=[PROGRAM], projects=[project(1)], project_years=years)
        assert "計算はできません" in views.what_if(evaluation)._repr_html_()
        assert "nan" not in wording.reading_of_movement(evaluation)._repr_html_()
    assert money_and_movement(evaluation_of(projects=[project(1)], project_years=[year(1, 2019)])).empty


PEOPLE = {
    "総人口（推計）": {2021: 500, 2025: 500, 2030: 700, 2040: 600},
    "総人口": {2021: 1000, 2025: 800},
    "生産年齢人口（15～64歳）": {2021: 600, 2025: 400},
    "65歳以上人口": {2021: 250, 2025: 320},
    "市税の収入": {2021: 5000, 2025: 4800},
    "市税の増減": {2021: 9, 2025: -9},
    "65歳以上人口（推計）": {2030: 280, 2040: 300},
    "高齢化率": {2021: 25.0, 2025: 40.0, 2027: 99.0},
}


def test_pressure_is_computed_from_population_by_age_and_revenue_and_says_what_is_example_or_projection(evaluation_of):
    units = {"高齢化率": "%", "市税の収入": "千円"}
    rows = [
        {"item": item, "fiscal_year": at, "value": value, "unit": units.get(item, "人"), "status": status}
        for item, own in PEOPLE.items()
        for status in ["例示" if item == "市税の収入" else "公表値"]
        for at, value in own.items()
    ]
    years = [year(1, 2021, budget=100), year(1, 2025, budget=160)]
    evaluation = evaluation_of(context=rows, projects=[project(1)], project_years=years)
    found = {(r.measure, r.is_projection): r for r in pressures(evaluation).itertuples()}
    assert {key: (round(r.start, 4), round(r.end, 4)) for key, r in found.items()} == {
        ("working_age", False): (600, 400),
        ("working_share", False): (0.6, 0.5),
        ("elderly_share", False): (0.25, 0.4),
        ("elderly_share", True): (0.4, 0.5),
        ("elderly_rate", False): (0.25, 0.4),
        ("support", False): (2.4, 1.25),
        ("tax_a_head", False): (5.0, 6.0),
        ("budget_a_head", False): (0.1, 0.2),
    }
    assert [key[0] for key, r in found.items() if r.is_example] == ["tax_a_head"]
    shown = views.pressure(evaluation)._repr_html_()
    assert "△10.0ポイント" in shown and "（推計）" in shown and shown.count("（例示）") == 1
    assert "1人あたりの税収（例示）は、" in wording.reading_of_context(evaluation)._repr_html_()
    assert "（例示）" in views.context(evaluation)._repr_html_() and "99" not in views.context(evaluation)._repr_html_()
