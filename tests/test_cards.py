"""Indicator cards: what is drawn agrees with the evaluation and with the numbers beside it; ways lead there and back."""

from __future__ import annotations

import re

import pytest

from planeval.delivery.ways import without_dead_ways
from planeval.judging.evaluation import evaluate
from planeval.judging.path import limits_of_values, planned_values
from planeval.telling.card_charts import FOOT
from planeval.telling.views.cards import cards_of, indicator_cards
from planeval.trust.workbook import load_workbook


@pytest.fixture(scope="module")
def evaluations(data_dir):
    workbooks = {plan: load_workbook(plan, data_dir) for plan in ("kenko21", "tokorozawa")}
    return [evaluate(workbooks[plan], period) for plan, period in (("kenko21", "final"), ("tokorozawa", "R3-R5"))]


def test_the_way_drawn_passes_through_what_is_planned_for_the_evaluated_year(evaluations):
    for evaluation in evaluations:
        rows = evaluation.indicators.merge(planned_values(evaluation), on=["indicator_id", "fiscal_year"])
        rows = rows[rows["planned_share"].notna() & rows["target_kind"].ne("range")]
        share = (rows["planned"] - rows["baseline"]) / (rows["target"] - rows["baseline"])
        assert len(rows) > 10 and (share - rows["planned_share"]).abs().max() < 1e-9


def test_whiskers_stand_only_where_a_sample_is_known_and_equal_the_interval_of_the_evaluation(evaluations):
    for evaluation in evaluations:
        limits = limits_of_values(evaluation)
        rows = evaluation.indicators.merge(limits, on=["indicator_id", "fiscal_year"], suffixes=("", "_drawn"))
        assert len(rows) > 2 and (rows["low_drawn"] - rows["value_low"]).abs().max() < 1e-9
        for indicator, card in cards_of(evaluation, evaluation.indicators).items():
            known = limits["indicator_id"].eq(indicator).sum()
            assert len(card["chart"]["whiskers"]) == known if card["chart"] else known <= 1


def test_the_axis_starts_at_zero_and_every_point_of_a_chart_stands_in_its_table(evaluations):
    for evaluation in evaluations:
        drawn = [card for card in cards_of(evaluation, evaluation.indicators).values() if card["chart"]]
        assert len(drawn) > 20
        for card in drawn:
            chart = card["chart"]
            assert [tick["y"] for tick in chart["ticks"] if tick["is_zero"]] == [FOOT]
            values = [row["cells"][1] for row in card["numbers"]["rows"]]
            assert len([value for value in values if value != "－"]) == len(chart["points"])
            assert all(label["text"] in " ".join(values) for label in chart["labels"])
            assert all(value in chart["label"] for value in (values[0],)), card["id"]


def test_a_gap_is_drawn_only_for_what_lags_and_ends_at_the_ring_of_the_plan(evaluations):
    for evaluation in evaluations:
        outcomes = dict(zip(evaluation.indicators["indicator_id"], evaluation.indicators["outcome"], strict=True))
        for indicator, card in cards_of(evaluation, evaluation.indicators).items():
            if card["chart"] and card["chart"]["gap"]:
                assert outcomes[indicator] in {"behind", "worse"}
                assert abs(card["chart"]["gap"]["y2"] - card["chart"]["ring"]["y"]) <= 4


def test_every_mark_and_letter_lies_within_its_drawing(evaluations):
    for evaluation in evaluations:
        text = indicator_cards(evaluation)._repr_html_()
        places = [float(x) for x in re.findall(r'\b(?:x|x1|x2|cx)="(-?[\d.]+)%"', text)]
        heights = [float(y) for y in re.findall(r'<(?:text|circle|line)[^>]* (?:y|cy|y1|y2)="(-?[\d.]+)"', text)]
        assert min(places) >= 0 and max(places) <= 100 and min(heights) >= 0 and max(heights) <= 212


def test_a_way_to_a_part_that_a_page_leaves_out_becomes_plain_words_and_any_other_dead_link_stays():
    page = '<p id="c-1"><a class="x" href="#c-1">札</a><a href="#i-1">行</a><a href="#sources">出典</a><a href="#s9">節</a></p>'
    assert without_dead_ways(page) == '<p id="c-1"><a class="x" href="#c-1">札</a>行出典<a href="#s9">節</a></p>'
