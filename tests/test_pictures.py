"""Pictures over years: bands and breaks are drawn and named, no line crosses a break, a range has both its limits."""

from __future__ import annotations

import re

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from planeval.judging.evaluation import evaluate
from planeval.telling import charts, plan_charts, views
from planeval.telling.drawing import WASH
from planeval.trust.workbook import load_workbook

SHOCKS = [{"years": [2020, 2021], "label": "感染症の流行"}]
RESTART = {"indicator_id": "I-1", "fiscal_year": 2023, "break_kind": "再出発"}
RANGE = {"target_kind": "範囲", "baseline": 38, "target": 20, "target_upper": 30}
YEARS = range(2020, 2027)


def values(start: int, **group: str) -> list[dict]:
    return [{"fiscal_year": year, "value": start - year + 2020} | group for year in YEARS]


@pytest.fixture
def evaluation(tiny_plan):
    """An indicator with a range, values of every year, a shock of the plan, one of its own, and a restart."""
    own = {"indicator_id": "I-1", "fiscal_year": 2025, "break_kind": "外的ショック"}
    seen = values(38) + values(40, group_kind="地区", group="東") + values(36, group_kind="地区", group="西")
    folder = tiny_plan(plan={"shocks": SHOCKS}, indicators=[RANGE], observations=seen, breaks=[RESTART, own])
    return evaluate(load_workbook(folder.name, folder.parent), "second")


@pytest.fixture
def panels(monkeypatch, evaluation):
    """The axes of a picture by the name of its function."""

    def drawn(name):
        seen = []

        def keep(size, draw, layout=None):
            figure = Figure(size)
            draw(figure)
            seen.append(figure)
            return b""

        for module in (charts, plan_charts):
            monkeypatch.setattr(module, "drawn", keep)
        getattr(charts, name)(evaluation)
        return [axes for axes in seen[0].axes if axes.get_visible()]

    return drawn


@pytest.mark.parametrize("name", ["series_by_indicator", "group_series"])
def test_every_picture_over_years_has_its_shocks_as_named_bands_and_its_breaks_as_named_lines(panels, name):
    for axes in panels(name):
        bands = [patch for patch in axes.patches if to_hex(patch.get_facecolor()) == WASH]
        ends = [(band.get_x(), band.get_x() + band.get_width()) for band in bands]
        assert [(max(x, 2019.5), end) for x, end in ends] == [(2019.5, 2021.5), (2024.5, 2025.5)]
        texts = "".join(text.get_text().replace("\n", "") for text in axes.texts)
        assert "感染症の流行" in texts and "外的ショック" in texts and "再出発" in texts


@pytest.mark.parametrize("name", ["series_by_indicator", "group_series"])
def test_no_line_joins_values_across_a_restart(panels, name):
    for axes in panels(name):
        runs = [line.get_xdata() for line in axes.lines if line.get_linestyle() == "-" and len(line.get_xdata()) > 2]
        assert runs and not any(min(run) < 2023 <= max(run) for run in runs)


@pytest.mark.parametrize(("name", "axis"), [("series_by_indicator", "ydata"), ("groups_by_indicator", "xdata")])
def test_a_range_is_drawn_by_both_its_limits(panels, name, axis):
    dashed = [getattr(line, f"get_{axis}")()[0] for line in panels(name)[0].lines if line.is_dashed()]
    assert {20, 30} <= set(dashed)


def test_the_small_run_in_the_table_has_band_and_break_and_says_so(evaluation):
    html = views.indicators_by_goal(evaluation)._repr_html_()
    run = re.search(r'<svg class="sparkline".*?</svg>', html, re.DOTALL)[0]
    assert run.count('class="shock"') == 2 and run.count('class="break"') == 1
    assert len(re.findall(r"<line x1", run)) == len(YEARS) - 2  # the pair 2022–2023 is not joined
    assert "感染症の流行 R2(2020)～R3(2021)" in run and "再出発 R5(2023)" in run
    assert "灰色の帯は外的ショックの年（感染症の流行 R2(2020)～R3(2021)）" in html


def test_names_in_the_timeline_stay_within_their_column_and_shocks_have_a_band(tiny_plan):
    name = "まち市の庁内の地域福祉を推進する連絡会議とその作業部会"
    plan = {
        "shocks": SHOCKS,
        "bodies": [{"id": "renraku", "name": name}],
        "schedule": [{"body": "renraku", "years": [2021, 2021], "activity": "進捗の確認と検討と改善"}],
    }
    folder = tiny_plan(plan=plan)
    evaluation = evaluate(load_workbook(folder.name, folder.parent), "first")
    figure = views.timeline(evaluation).arguments[0]
    (body,) = figure["bodies"]
    assert (
        body["lines"][0] == name[: len(body["lines"][0])]
        and len(body["lines"]) <= 3
        and max(map(len, body["lines"])) <= 7
    )
    assert max(len(line) for line in body["blocks"][0]["lines"]) <= 37 // len(figure["years"])
    assert [(band["text"], band["start"], band["span"]) for band in figure["shocks"]] == [("感染症の流行", 0, 1)]
    assert (
        name in views.schedule(evaluation)._repr_html_() and "感染症の流行" in views.schedule(evaluation)._repr_html_()
    )
