"""Pictures over years: bands and breaks are drawn and named, no line crosses a break, a range has both its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from planeval.judging.evaluation import evaluate
from planeval.telling import charts, plan_charts, views
from planeval.telling.drawing import WASH
from planeval.telling.panels import Sheet
from planeval.telling.scales import Panel
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


@dataclass
class Seen:
    """What is drawn within one panel of a picture: artists in inches, `years` and `numbers` turned back into values."""

    axes: Axes
    panel: Panel

    def holds(self, x: float, y: float) -> bool:
        left, foot, width, height = self.panel.box
        return left - 0.1 < x < left + width + 0.01 and foot - 0.3 < y < foot + height + 0.3

    def year(self, x: float) -> float:
        low, high = self.panel.across
        return low + (x - self.panel.box[0]) / self.panel.box[2] * (high - low)

    def number(self, y: float) -> float:
        low, high = self.panel.up
        return low + (y - self.panel.box[1]) / self.panel.box[3] * (high - low)

    def bands(self) -> list[tuple[float, float]]:
        left, foot, width, height = self.panel.box
        areas = [c for c in self.axes.collections if [to_hex(f) for f in c.get_facecolor()] == [WASH]]
        spans = [path.get_extents() for area in areas for path in area.get_paths()]
        whole = [span for span in spans if abs(span.y0 - foot) < 1e-9 and abs(span.height - height) < 1e-9]
        own = [span for span in whole if left - 1e-9 <= span.x0 and span.x1 <= left + width + 1e-9]
        return [(self.year(span.x0), self.year(span.x1)) for span in own]

    def texts(self) -> list[tuple[str, tuple[float, float]]]:
        found = [(text.get_text().replace("\n", ""), text.get_position()) for text in self.axes.figure.texts]
        return [(text, place) for text, place in found if self.holds(*place)]

    def runs(self) -> list[list[tuple[float, float]]]:
        """Drawn lines of two places or more that rise or fall, in inches: those of runs, not of frames."""
        bundles = [c for c in self.axes.collections if isinstance(c, LineCollection)]
        lines = [line.get_xydata() for line in self.axes.lines]
        lines += [path.vertices for c in bundles for path in c.get_paths()]
        lines = [line for line in lines if len(line) > 1 and len(set(line[:, 0])) > 1 and len(set(line[:, 1])) > 1]
        left, foot, _, height = self.panel.box
        steep = [line for line in lines if not {(left, foot), (left, foot + height)} <= set(map(tuple, line))]
        return [line for line in steep if all(self.holds(*place) for place in line)]

    def dashed(self) -> list:
        bundles = [c for c in self.axes.collections if isinstance(c, LineCollection) and c.get_linestyle()[0][1]]
        paths = [path.vertices for c in bundles if c.get_linestyle()[0][1][0] > 2 for path in c.get_paths()]
        return [path for path in paths if all(self.holds(*place) for place in path)]

    def dotted(self) -> list[float]:
        bundles = [c for c in self.axes.collections if isinstance(c, LineCollection) and c.get_linestyle()[0][1]]
        paths = [path.vertices for c in bundles if c.get_linestyle()[0][1][0] < 2 for path in c.get_paths()]
        return [self.year(path[0][0]) for path in paths if all(self.holds(*place) for place in path)]


@pytest.fixture
def panels(monkeypatch, evaluation):
    """What each panel of a picture shows, by the name of its function."""

    def drawn(name):
        figures, boxes, frame = [], [], Sheet.frame

        def keep(size, draw, layout=None):
            figures.append(Figure(size))
            draw(figures[-1])
            return b""

        def framed(sheet, panel, *rest, **look):
            boxes.append(panel)
            return frame(sheet, panel, *rest, **look)

        monkeypatch.setattr(Sheet, "frame", framed)
        for module in (charts, plan_charts):
            monkeypatch.setattr(module, "drawn", keep)
        getattr(charts, name)(evaluation)
        (axes,) = figures[0].axes
        return [Seen(axes, panel) for panel in boxes]

    return drawn


@pytest.mark.parametrize(("name", "number"), [("series_by_indicator", 1), ("group_series", 2)])
def test_every_picture_over_years_has_its_shocks_as_named_bands_and_its_breaks_as_named_lines(panels, name, number):
    seen = panels(name)
    assert len(seen) == number
    for panel in seen:
        ends = [(max(first, 2019.5), last) for first, last in panel.bands()]
        assert ends == [pytest.approx((2019.5, 2021.5)), pytest.approx((2024.5, 2025.5))]
        assert panel.dotted() == [pytest.approx(2022.5)]
        assert {"感染症の流行", "外的ショック", "再出発"} <= {text for text, _ in panel.texts()}


@pytest.mark.parametrize("name", ["series_by_indicator", "group_series"])
def test_no_line_joins_values_across_a_restart(panels, name):
    for panel in panels(name):
        runs = [[round(panel.year(x)) for x, _ in run] for run in panel.runs()]
        assert len(runs) == (2 if name == "series_by_indicator" else 4)  # beside the group stands the whole
        assert not any(min(run) < 2023 <= max(run) for run in runs)
        assert {year for run in runs for year in run} == set(YEARS)


@pytest.mark.parametrize(
    ("name", "start", "ends"), [("series_by_indicator", 38, "R2(2020) R8(2026)"), ("group_series", 40, "R2 R8")]
)
def test_years_and_numbers_at_the_edges_stand_where_the_run_has_them(panels, name, start, ends):
    panel = panels(name)[0]
    run = np.vstack([line.get_xydata() for line in panel.axes.lines])
    run = run[[panel.holds(*place) for place in run]]
    texts, (first, foot), (last, top) = dict(panel.texts()), run.min(axis=0), run.max(axis=0)  # falls by one each year
    assert [texts[year][0] for year in ends.split()] == pytest.approx([first, last])
    numbers = {int(text): place[1] for text, place in texts.items() if text.isdigit()}
    assert len(numbers) >= 2
    for number, place in numbers.items():
        assert place == pytest.approx(top - (start - number) * (top - foot) / (len(YEARS) - 1))


@pytest.mark.parametrize(("name", "axis"), [("series_by_indicator", 1), ("groups_by_indicator", 0)])
def test_a_range_is_drawn_by_both_its_limits(panels, name, axis):
    panel = panels(name)[0]
    low, high = panel.panel.up if axis else panel.panel.across
    start, length = panel.panel.box[axis], panel.panel.box[axis + 2]
    values = [low + (path[0][axis] - start) / length * (high - low) for path in panel.dashed()]
    assert values == pytest.approx([20, 30])


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


def test_the_text_of_a_picture_over_years_says_first_how_many_moved_the_good_way_and_then_first_and_last_values(
    tiny_plan,
):
    kinds = {"A": ("以上", 45), "B": ("以上", 38), "C": ("以下", 30), "D": ("以下", 52), "E": ("以上", 40)}
    indicators = [
        {"indicator_id": name, "indicator_name": f"割合{name}", "target_kind": kind}
        for name, (kind, _) in kinds.items()
    ]
    values = [
        {"indicator_id": name, "fiscal_year": year, "value": value}
        for name, (_, last) in kinds.items() for year, value in ((2018, 40), (2021, last))
    ]  # fmt: skip
    folder = tiny_plan(indicators=indicators, observations=values)
    told = charts.series_by_indicator(evaluate(load_workbook("machi", folder.parent), "first", None)).alt
    conclusion = "推移の分かる5指標のうち、はじめの値より良い方へ動いたものは2、悪い方へ動いたものは2。"
    assert conclusion in told and told.index(conclusion) < told.index("割合Bは")
    assert "40" in told.partition("割合Bは")[2] and "38" in told.partition("割合Bは")[2]
