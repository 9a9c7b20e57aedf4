"""Pictures: each draws one view with seaborn and carries its own alternative text. No display state is touched."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..judging.evaluation import Evaluation
from ..judging.series import shocks_of, total_series
from .drawing import (
    COLOURS,
    INK,
    RULE,
    SHAPES,
    WIDTH,
    Chart,
    break_lines,
    drawn,
    plain,
    room_for_names,
    shock_bands,
    visible_shocks,
)
from .formats import percent, short_year
from .marks import rated
from .parts import Part, absent
from .plan_charts import group_series, money_beside_letters
from .vocabulary import say
from .words_of_rows import breaks_of, interruption_words, targets_of, with_way

__all__ = ["group_series", "groups_by_indicator", "money_beside_letters", "progress_bars", "series_by_indicator"]
LOW, HIGH = -0.4, 1.25
TICKS = (-0.25, 0, 0.25, 0.5, 0.75, 1)
SERIES_COLUMNS, SERIES_HEIGHT = 4, 1.75
DASHES = (0, (4, 3))


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
    labels = [f"{plain(item.indicator_name, 26)}　{item.letter}" for item in rows.itertuples()]

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.hlines(rows["place"], 0, rows["shown"], colors=[COLOURS[tone] for tone in rows["tone"]], linewidth=3)
        _points(axes, rows, "shown", "place", s=70, zorder=3)
        axes.vlines(rows["planned_share"], rows["place"] - 0.35, rows["place"] + 0.35, colors=INK, linewidth=3)
        axes.axvline(0, color=RULE, linewidth=1)
        axes.axvline(1, color=INK, linewidth=1.5)
        axes.set(xlim=(LOW, HIGH), ylim=(len(rows) - 0.5, -0.5), ylabel="", xlabel=say("progress.axis"))
        axes.set_xticks(TICKS, [say(f"progress.at_{x}") if x in (0, 1) else percent(x) for x in TICKS])
        axes.set_yticks(rows["place"], labels)

    behind = int((rows["closed_share"] < rows["planned_share"]).sum())
    best, last = rows.loc[rows["closed_share"].idxmax()], rows.loc[rows["closed_share"].idxmin()]
    alt = say("progress.alt", total=len(rows), behind=behind, best=best, worst=last)
    return Chart(drawn((WIDTH, 0.9 + 0.3 * len(rows)), draw), alt, say("progress.caption"), say("progress.note"))


def series_by_indicator(evaluation: Evaluation) -> Chart | Part:
    """The run of every indicator's values, with its baseline, target and the years of a shock."""
    runs = {indicator: own for indicator, own in total_series(evaluation).groupby("indicator_id")}
    rows = _drawable(evaluation, evaluation.indicators[lambda f: f["indicator_id"].isin(list(runs))])
    if rows.empty:
        return absent("series")
    seen = pd.concat([runs[indicator]["fiscal_year"] for indicator in runs])
    years = (seen.min() - 0.5, max(seen.max(), rows["target_year"].fillna(0).max()) + 0.5)
    lines = -(-len(rows) // SERIES_COLUMNS)
    height = SERIES_HEIGHT * lines

    def draw(figure: Figure) -> None:
        # fixed margins in inches: finding them anew for so many panels takes seconds
        figure.subplots_adjust(0.05, 0.3 / height, 0.99, 1 - 0.25 / height, wspace=0.24, hspace=0.42)
        for n, item in enumerate(rows.itertuples(), 1):
            axes = figure.add_subplot(lines, SERIES_COLUMNS, n)
            _small_series(axes, item, runs[item.indicator_id])
            breaks, shocks = breaks_of(evaluation, item.indicator_id), shocks_of(evaluation, item.indicator_id)
            room_for_names(axes, above=len(visible_shocks(shocks, years)), below=bool(breaks))
            shock_bands(axes, shocks, years)
            break_lines(axes, breaks, years)
            axes.set(xlim=years, xlabel="", ylabel="")

    told = "。".join(_run_words(item, runs[item.indicator_id]) for item in rows.itertuples())
    bands = interruption_words(evaluation)
    alt, note = say("series.alt", total=len(rows), runs=told, bands=bands), say("series.note", bands=bands)
    return Chart(drawn((WIDTH, height), draw, layout=None), alt, say("series.caption"), note)


def _small_series(axes: Axes, item: object, own: pd.DataFrame) -> None:
    colour = COLOURS[item.tone]
    look = {"color": colour, "linewidth": 1.8, "errorbar": None, "estimator": None, "legend": False}
    sns.lineplot(own, x="fiscal_year", y="value", units="segment", ax=axes, **look)
    for face, points in ((colour, own[own["is_rated"]]), ("white", own[~own["is_rated"]])):
        axes.scatter(points["fiscal_year"], points["value"], facecolors=face, edgecolors=colour, s=22, zorder=3)
    for target, words in targets_of(item):
        axes.axhline(target, color=INK, linestyle=DASHES, linewidth=1)
        place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "ha": "right", "va": "bottom"}
        axes.annotate(words, (1, target), (0, 1.5), fontsize=7.5, **place)
    axes.set_title(f"{item.letter}　{plain(item.indicator_name, 15)}", fontsize=9, loc="left")
    ticks = sorted({int(own["fiscal_year"].min()), int(own["fiscal_year"].max())})
    axes.set_xticks(ticks, [short_year(tick) for tick in ticks])
    axes.tick_params(labelsize=7.5)


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

    def draw(figure: Figure) -> None:
        grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
        for n, (whole, own) in enumerate(panels):
            _group_panel(figure.add_subplot(grid[n // columns, n % columns]), whole, own)

    told = "。".join(_spread_words(whole, own) for whole, own in panels)
    alt = say("group_chart.alt", spreads=told)
    return Chart(drawn((WIDTH, sum(heights)), draw), alt, say("group_chart.caption"), say("group_chart.note"))


def _group_panel(axes: Axes, whole: pd.Series, own: pd.DataFrame) -> None:
    _points(axes, own.assign(label=[plain(group, 12) for group in own["group"]]), "value", "label", s=60)
    axes.axvline(whole["value"], color=RULE, linewidth=1.2)
    for target, _ in targets_of(whole):
        axes.axvline(target, color=INK, linestyle=DASHES, linewidth=1)
    axes.set(ylabel="", xlabel=say("group_chart.axis", unit=whole["unit"]))
    goals = "、".join(words for _, words in targets_of(whole))
    axes.set_title(f"{plain(whole['indicator_name'], 18)}　{goals}", fontsize=9.5, loc="left")
    axes.grid(axis="y", color="#d3d6d9", linewidth=0.6)
    axes.set_axisbelow(True)


def _spread_words(whole: Mapping, own: pd.DataFrame) -> str:
    ends = {"low": own.loc[own["value"].idxmin()], "high": own.loc[own["value"].idxmax()]}
    return say("group_chart.spread", **dict(whole) | ends)
