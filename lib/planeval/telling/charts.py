"""Pictures: each draws one view with seaborn and carries its own alternative text. No display state is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..judging.evaluation import Evaluation
from ..judging.series import moves, shocks_of, total_series
from ..trust.rows import each_row
from .drawing import COLOURS, SHAPES, WIDTH, Chart, drawn, fitting, plain, shown, visible_shocks, width_of
from .formats import percent, short_year
from .marks import rated
from .panels import Sheet
from .parts import Part, Parts, absent, together
from .plan_charts import group_series, money_beside_letters
from .scales import GAP, LINE, NAME, NORMAL, SMALL, TITLE, Panel, room_of, scale_of, ticks_across, ticks_between
from .vocabulary import say
from .words_of_rows import breaks_of, interruption_words, targets_of, with_way

__all__ = ["group_series", "groups_by_indicator", "money_beside_letters", "progress_bars", "series_by_indicator"]
LOW, HIGH = -0.4, 1.25
TICKS = (-0.25, 0, 0.25, 0.5, 0.75, 1)
SERIES_COLUMNS, SERIES_HEIGHT, SERIES_PANEL = 4, 1.75, 1.24  # inches
SERIES_LINES = 7  # of panels in a picture: as wide as a page of A4 it is then 22 cm high at most


def _drawable(evaluation: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `rating`, its `tone`, and a heading of its letter and the name."""
    rows = rated(evaluation, rows)
    return rows.assign(
        tone=[mark["tone"] for mark in rows["rating"]], letter=[mark["letter"] for mark in rows["rating"]]
    )


def _points(axes: Axes, rows: pd.DataFrame, x: str, y: str, **look: object) -> None:
    """Points in the colour and the shape of each row's tone."""
    sns.scatterplot(
        rows, x=x, y=y, hue="tone", style="tone", palette=COLOURS, markers=SHAPES, legend=False, ax=axes, **look
    )


def progress_bars(evaluation: Evaluation) -> Chart | Part:
    """How far each indicator has come from baseline (0 %) to target (100 %), beside where it should be by now."""
    rows = _drawable(evaluation, with_way(evaluation))
    if rows.empty:
        return absent("progress")
    rows = rows.assign(shown=rows["closed_share"].clip(LOW + 0.03, HIGH - 0.03), place=range(len(rows)))
    labels = [f"{plain(item.indicator_name, 26)}　{item.letter}" for item in each_row(rows)]
    height, margin = 0.9 + 0.3 * len(rows), max(width_of(label, NORMAL) for label in labels) + 0.15
    ticks = [(x, say(f"progress.at_{x}") if x in (0, 1) else percent(x)) for x in TICKS]

    def draw(figure: Figure) -> None:
        sheet = Sheet(figure)
        box = (margin, 0.55, WIDTH - margin - 0.1, height - 0.6)
        panel = Panel(box, (LOW, HIGH), (len(rows) - 0.5, -0.5))
        points = rows.assign(x=panel.x(rows["shown"]), y=panel.y(rows["place"]), by_now=panel.x(rows["planned_share"]))
        colours = points["tone"].map(COLOURS)
        sheet.frame(panel)
        sheet.across(panel, ticks, say("progress.axis"))
        sheet.rows(panel, labels, ruled=False)
        sheet.upright(panel, "whole", [0])
        sheet.upright(panel, "goal", [1])
        sheet.axes.hlines(points["y"], panel.x(0), points["x"], colors=colours, linewidth=3)
        sheet.lines["planned"] += [[(r.by_now, r.y - 0.11), (r.by_now, r.y + 0.11)] for r in each_row(points)]
        _points(sheet.axes, points, "x", "y", s=70, zorder=3)
        sheet.close()

    behind = int((rows["closed_share"] < rows["planned_share"]).sum())
    best, last = rows.loc[rows["closed_share"].idxmax()], rows.loc[rows["closed_share"].idxmin()]
    alt = say("progress.alt", total=len(rows), behind=behind, best=best, worst=last)
    return Chart(drawn((WIDTH, height), draw, layout=None), alt, say("progress.caption"), say("progress.note"))


def series_by_indicator(evaluation: Evaluation) -> Chart | Part | Parts:
    """The run of every indicator's values, with its baseline, target and the years of a shock.

    One picture where all have room on a page, else one or more for each 基本目標.
    """
    runs = total_series(evaluation)
    rows = _drawable(evaluation, evaluation.indicators[lambda f: f["indicator_id"].isin(runs["indicator_id"])])
    if rows.empty:
        return absent("series")
    last = max(runs["fiscal_year"].max(), rows["target_year"].fillna(0).max())
    years = (runs["fiscal_year"].min() - 0.5, last + 0.5)
    if len(rows) <= SERIES_COLUMNS * SERIES_LINES:
        return _series_chart(evaluation, rows, runs, years)
    pages = [
        (say("series.page", goal=goal or say("unnamed"), part=part), page)
        for goal, own in rows.groupby("goal", sort=True)
        for part, page in _pages(own)
    ]
    return together(shown(_series_chart(evaluation, page, runs, years), title) for title, page in pages)


def _pages(own: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of a 基本目標 in as few pictures as have room on a page, all about as long; with 「（1／2）」 where several."""
    lines = -(-len(own) // SERIES_COLUMNS)
    count = -(-lines // SERIES_LINES)
    size = -(-lines // count) * SERIES_COLUMNS
    starts = range(0, len(own), size)
    parts = [say("series.part", n=n, total=len(starts)) if len(starts) > 1 else "" for n in range(1, len(starts) + 1)]
    return [(part, own.iloc[start : start + size]) for part, start in zip(parts, starts, strict=True)]


def _series_chart(evaluation: Evaluation, rows: pd.DataFrame, runs: pd.DataFrame, years: tuple) -> Chart:
    """The panels of some indicators in one picture."""
    owns = {indicator: own for indicator, own in runs.groupby("indicator_id")}
    items = [_InPicture.of(evaluation, item, owns[item.indicator_id], years) for item in each_row(rows)]
    height = SERIES_HEIGHT * -(-len(items) // SERIES_COLUMNS)
    margin = max(width_of(text, SMALL) for one in items for _, text in one.ticks) + 0.1

    def draw(figure: Figure) -> None:
        sheet, width = Sheet(figure), (WIDTH - 0.05) / SERIES_COLUMNS
        for n, one in enumerate(items):
            left, foot = n % SERIES_COLUMNS * width + margin, height - (n // SERIES_COLUMNS + 1) * SERIES_HEIGHT
            box = (left, foot + 0.27, width - margin - 0.12, SERIES_PANEL)
            _small_series(sheet, Panel(box, years, one.up, one.ceiling), one)
        _draw_series(sheet)
        sheet.close()

    told, bands = "。".join(_run_words(one.item, one.own) for one in items), interruption_words(evaluation)
    moved = moves(evaluation, runs[runs["indicator_id"].isin(rows["indicator_id"])], ["indicator_id"])["good_change"]
    ways = {"moved": len(moved), "better": int(moved.gt(0).sum()), "worse": int(moved.lt(0).sum())}
    alt, note = say("series.alt", total=len(rows), runs=told, bands=bands, **ways), say("series.note", bands=bands)
    return Chart(drawn((WIDTH, height), draw, layout=None), alt, say("series.caption"), note)


@dataclass(frozen=True)
class _InPicture:
    """An indicator with all that its panel shows: its run, targets, breaks and shocks, and the scale that holds them."""

    item: object
    own: pd.DataFrame
    targets: list[tuple[float, str]]
    breaks: list[tuple[int, str]]
    shocks: list[dict]
    up: tuple[float, float]
    ceiling: float

    @classmethod
    def of(cls, evaluation: Evaluation, item: object, own: pd.DataFrame, years: tuple) -> _InPicture:
        """What the panel of one row of the evaluation table shows within `years`."""
        breaks, shocks = breaks_of(evaluation, item.indicator_id), shocks_of(evaluation, item.indicator_id)
        targets, ceiling = targets_of(item), NAME * len(visible_shocks(shocks, years))
        seen = pd.Series([*own["value"], *(target for target, _ in targets)], dtype=float)
        up = scale_of(seen, SERIES_PANEL, above=ceiling + LINE * bool(targets), below=room_of(breaks))
        return cls(item, own, targets, breaks, shocks, up, ceiling)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The numbers at the left of the panel."""
        return ticks_between(*self.up, 5)


def _small_series(sheet: Sheet, panel: Panel, one: _InPicture) -> None:
    letter = f"{one.item.letter}　"
    room = panel.box[2] + 0.15 - width_of(letter, TITLE)
    sheet.frame(panel, letter + fitting(one.item.indicator_name, TITLE, room, 15))
    ends = sorted({int(one.own["fiscal_year"].min()), int(one.own["fiscal_year"].max())})
    sheet.years(panel, ends, [short_year(year) for year in ends])
    sheet.values(panel, one.ticks)
    sheet.shocks(panel, one.shocks)
    sheet.breaks(panel, one.breaks)
    sheet.targets(panel, one.targets, one.own)
    sheet.run(panel, one.own, tone=[one.item.tone] * len(one.own), is_rated=one.own["is_rated"])


def _draw_series(sheet: Sheet) -> None:
    """All runs in the colours of their tones; points of values that are not rated are hollow."""
    runs = sheet.draw_runs(hue="tone", palette=COLOURS, linewidth=1.8)
    colours = runs["tone"].map(COLOURS)
    faces = colours.where(runs["is_rated"], "white")
    sheet.axes.scatter(runs["x"], runs["y"], facecolors=faces, edgecolors=colours, s=22, zorder=3)


def _run_words(item: object, own: pd.DataFrame) -> str:
    first, last = own.iloc[0], own.iloc[-1]
    ends = {"first": first["fiscal_year"], "start": first["value"], "last": last["fiscal_year"], "end": last["value"]}
    return say("series.run", **item._asdict() | ends)


def groups_by_indicator(evaluation: Evaluation) -> Chart | Part:
    """Where each group stands, beside the whole and the target; withheld groups are not drawn."""
    groups = evaluation.groups[evaluation.groups["value"].notna() & evaluation.groups["reason"].eq("")]
    if groups.empty:
        return absent("groups")
    wholes = evaluation.indicators.set_index("indicator_id")
    panels = [
        (wholes.loc[indicator], _drawable(evaluation, own))
        for (indicator, _), own in groups.groupby(["indicator_id", "group_kind"], sort=False)
    ]
    columns = min(2, len(panels))
    tallest = [max(len(own) for _, own in panels[n : n + columns]) for n in range(0, len(panels), columns)]
    heights = [0.9 + 0.3 * rows for rows in tallest]
    names = [plain(group, 12) for _, own in panels for group in own["group"]]
    margin = max(width_of(name, NORMAL) for name in names) + 0.15

    def draw(figure: Figure) -> None:
        sheet, points, width = Sheet(figure), [], WIDTH / columns
        for n, (whole, own) in enumerate(panels):
            foot, height = sum(heights[n // columns + 1 :]), heights[n // columns]
            box = (n % columns * width + margin, foot + 0.5, width - margin - 0.2, height - 0.75)
            points.append(_group_panel(sheet, box, whole, own))
        _points(sheet.axes, pd.concat(points), "x", "y", s=60, zorder=3)
        sheet.close()

    told = "。".join(_spread_words(whole, own) for whole, own in panels)
    alt = say("group_chart.alt", spreads=told)
    return Chart(
        drawn((WIDTH, sum(heights)), draw, layout=None), alt, say("group_chart.caption"), say("group_chart.note")
    )


def _group_panel(sheet: Sheet, box: tuple, whole: pd.Series, own: pd.DataFrame) -> pd.DataFrame:
    """One row for each group from the top down, on the scale of the values; the points with their places."""
    targets = targets_of(whole)
    seen = pd.concat([own["value"], pd.Series([whole["value"], *(target for target, _ in targets)], dtype=float)])
    panel = Panel(box, scale_of(seen, box[2], above=GAP, below=GAP), (len(own) - 0.5, -0.5))
    goals = "、".join(words for _, words in targets)
    sheet.frame(panel, f"{plain(whole['indicator_name'], 18)}　{goals}", size=9.5)
    sheet.across(panel, ticks_across(*panel.across, box[2]), say("group_chart.axis", unit=whole["unit"]))
    sheet.rows(panel, [plain(group, 12) for group in own["group"]])
    sheet.upright(panel, "target", [target for target, _ in targets])
    sheet.upright(panel, "whole", [whole["value"]])
    return own.assign(x=panel.x(own["value"]), y=[panel.y(place) for place in range(len(own))])


def _spread_words(whole: Mapping, own: pd.DataFrame) -> str:
    ends = {"low": own.loc[own["value"].idxmin()], "high": own.loc[own["value"].idxmax()]}
    return say("group_chart.spread", **dict(whole) | ends)
