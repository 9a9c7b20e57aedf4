"""Views, charts and sentences: their numbers agree with the evaluation, and they work for any plan and period."""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from planeval.judging.evaluation import evaluate
from planeval.judging.summary import summarize
from planeval.telling import charts, formats, views, wording
from planeval.telling.vocabulary import column_label, entry, say
from planeval.trust.workbook import load_workbook
from planeval.words.lists import REASONS

PERIODS = [
    ("kenko21", "mid"),
    ("kenko21", "final"),
    ("tokorozawa", "R3-R5"),
    ("tokorozawa", "R6-R8"),
    ("tokorozawa", "R3"),
    ("tokorozawa", "R8"),
]
PICTURES = ["progress_bars", "series_by_indicator", "groups_by_indicator"]
SENTENCES = [name for name in wording.__all__ if name not in {"banner", "period_words"}]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> $x$ \\$ 𠮷 & |"


class Tables(HTMLParser):
    """Collects texts of cells, captions and attributes of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="module")
def evaluations(data_dir):
    workbooks = {plan: load_workbook(plan, data_dir) for plan in ("kenko21", "tokorozawa")}
    return {(plan, period): evaluate(workbooks[plan], period) for plan, period in PERIODS}


@pytest.mark.parametrize("case", PERIODS, ids="/".join)
@pytest.mark.parametrize("name", views.__all__)
def test_every_view_answers_for_every_plan_and_period(evaluations, case, name):
    part = getattr(views, name)(evaluations[case])
    assert part is None or part._repr_html_().strip()


@pytest.mark.parametrize("case", PERIODS, ids="/".join)
@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_is_computed_for_every_plan_and_period(evaluations, case, name):
    part = getattr(wording, name)(evaluations[case])
    html = "" if part is None else part._repr_html_()
    assert not re.search(r"\bnan\b|None|<NA>|\{\w*\}", html), html


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_has_an_alternative_text_with_numbers_and_the_same_bytes_each_time(evaluations, name):
    evaluation = evaluations[("tokorozawa", "R3-R5")]
    first, second = (getattr(charts, name)(evaluation) for _ in range(2))
    assert len(first.alt) > 20 and re.search(r"\d", first.alt) and first.caption and first.png == second.png
    data, about = first._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"} and about["image/png"]["alt"] == first.alt


@pytest.mark.parametrize("case", PERIODS, ids="/".join)
def test_letters_add_up_to_the_number_of_indicators(evaluations, case):
    evaluation = evaluations[case]
    whole = len(evaluation.workbook["indicators"])
    assert summarize(evaluation).counts.sum() == whole
    assert views.distribution(evaluation).frame["count"].sum() == whole
    assert views.goal_counts(evaluation).frame.to_numpy().sum() == whole


@pytest.mark.parametrize("case", PERIODS, ids="/".join)
def test_every_table_has_a_caption_and_every_heading_a_scope(evaluations, case):
    for name in views.__all__:
        part = getattr(views, name)(evaluations[case])
        tags = Tables(part._repr_html_() if part else "").tags
        assert sum(tag == "table" for tag, _ in tags) == sum(tag == "caption" for tag, _ in tags), name
        assert all("scope" in attributes for tag, attributes in tags if tag == "th"), name
        assert not any("style" in attributes for _, attributes in tags), name


def test_ids_are_unique_within_each_notebook(evaluations):
    for case in PERIODS:
        html = "".join(
            getattr(views, name)(evaluations[case])._repr_html_()
            for name in ("indicators_by_goal", "evidence", "groups_by_indicator", "discussion_points")
        )
        ids = [attributes["id"] for _, attributes in Tables(html).tags if "id" in attributes]
        assert len(ids) == len(set(ids))


def test_the_banner_names_examples_and_stays_away_from_real_plans(evaluations):
    assert wording.banner(evaluations[("kenko21", "final")]) == []
    told = wording.banner(evaluations[("tokorozawa", "R3-R5")])
    assert len(told) == 1 and "例示" in told[0] and "所沢市の実績ではありません" in told[0]


def test_the_published_ratings_of_kenko21_are_compared_by_name(evaluations):
    html = wording.reading_of_published(evaluations[("kenko21", "final")])._repr_html_()
    assert "35指標のうち、30指標で同じ評価" in html
    for name in ("糖尿病治療継続者の割合", "自殺者の減少", "健康寿命 男性", "健康寿命 女性", "COPDの認知度"):
        assert name in html
    table = views.published_comparison(evaluations[("kenko21", "final")])._repr_html_()
    assert "理由は未確認" not in table and table.count("<tr") == 6


def test_hostile_names_are_shown_as_text_everywhere(tiny_plan):
    folder = tiny_plan(indicators=[{"indicator_name": HOSTILE, "remark": HOSTILE, "department": HOSTILE}])
    evaluation = evaluate(
        load_workbook(folder.name, folder.parent), load_workbook(folder.name, folder.parent).plan.periods[0].id
    )
    shown = 0
    for name in views.__all__:
        part = getattr(views, name)(evaluation)
        found = Tables(part._repr_html_() if part else "")
        assert not any(
            tag in {"script", "img"} or any(key.startswith("on") for key in attributes)
            for tag, attributes in found.tags
        ), name
        shown += HOSTILE in "".join(found.texts)
    assert shown >= 5
    assert charts.series_by_indicator(evaluation).png


def test_a_plan_with_only_the_three_required_tables_gets_one_line_for_each_absent_one(tiny_plan):
    folder = tiny_plan()
    evaluation = evaluate(
        load_workbook(folder.name, folder.parent), load_workbook(folder.name, folder.parent).plan.periods[0].id
    )
    for name in (
        "sdg_goals",
        "letters_by_sdg_goal",
        "actor_roles",
        "crosswalk",
        "money_by_program",
        "context",
        "opinions",
        "groups_by_indicator",
        "ratings_side_by_side",
    ):
        html = getattr(views, name)(evaluation)._repr_html_()
        assert html.count('class="empty"') == 1 and "<table" not in html, name


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (2.5, 0, "3"),
        (1234567.0, 0, "1,234,567"),
        (45.199999999999996, 1, "45.2"),
        (-0.04, 1, "0.0"),
        (float("nan"), 1, "－"),
        (0.0, 0, "0"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero_with_thousands(value, decimals, text):
    assert formats.number(value, decimals) == text


def test_money_has_a_triangle_for_minus_and_percentages_a_full_width_sign():
    assert (
        formats.money(-1115832) == "△1,115,832"
        and formats.percent(0.36) == "36％"
        and formats.percent(float("nan")) == "－"
    )


def test_every_reason_and_every_column_of_the_evaluation_has_a_japanese_label(evaluations):
    assert set(entry("reason")) == set(REASONS)
    names = [column_label(name) for name in evaluations[("kenko21", "final")].table.columns]
    assert all(re.search(r"[ぁ-んァ-ヶ一-龠]", name) for name in names) and len(set(names)) == len(names)


def test_every_view_is_named_by_its_question_and_explained():
    for name in views.__all__:
        assert inspect.getdoc(getattr(views, name)), name


def test_an_unknown_key_of_the_vocabulary_is_an_error():
    with pytest.raises(KeyError):
        say("no.such.key")


def test_the_worst_rated_indicator_is_named_with_its_numbers(evaluations):
    html = wording.reading_of_ratings(evaluations[("kenko21", "final")])._repr_html_()
    assert "メタボリックシンドロームの該当者及び予備群の人数" in html and "1,516万人" in html


def test_the_money_of_the_programmes_adds_up_to_the_projects(evaluations):
    evaluation = evaluations[("tokorozawa", "R3-R5")]
    years = evaluation.workbook["project_years"]
    years = years[years["fiscal_year"].between(2021, 2023)]
    frame = views.money_by_program(evaluation).frame
    assert frame["budget"].sum() == years["budget"].sum() and frame["spending"].sum() == years["spending"].sum()
    assert pd.notna(frame["execution_rate"]).all()
