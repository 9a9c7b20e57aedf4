"""Pictures: each draws one view with seaborn and carries its own alternative text. No display state is touched."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from ..judging.evaluation import Evaluation
from ..judging.series import total_series
from .drawing import COLOURS, INK, RULE, SHAPES, WASH, WIDTH, Chart, drawn, plain
from .formats import number, percent, short_year, with_unit
from .parts import Part, absent, badge
from .vocabulary import say

LOW, HIGH = -0.4, 1.25


def progress_bars(evaluation: Evaluation) -> Chart | Part:
    """How far each indicator has come from baseline (0 %) to target (100 %), beside where it should be by now."""
    rows = evaluation.indicators
    rows = rows[rows["closed_share"].notna() & rows["planned_share"].notna() & rows["outcome"].ne("not_rated")]
    if rows.empty:
        return absent("progress")
    rows = rows.assign(
        tone=[badge(evaluation, item)["tone"] for item in rows.itertuples()],
        label=[f"{plain(item.indicator_name, 26)}　{badge(evaluation, item)['letter']}" for item in rows.itertuples()],
        shown=rows["closed_share"].clip(LOW + 0.03, HIGH - 0.03),
        place=range(len(rows)),
    )

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.hlines(rows["place"], 0, rows["shown"], colors=[COLOURS[tone] for tone in rows["tone"]], linewidth=3)
        sns.scatterplot(
            rows,
            x="shown",
            y="place",
            hue="tone",
            style="tone",
            palette=COLOURS,
            markers=SHAPES,
            s=70,
            legend=False,
            ax=axes,
            zorder=3,
        )
        axes.vlines(rows["planned_share"], rows["place"] - 0.35, rows["place"] + 0.35, colors=INK, linewidth=3)
        axes.axvline(0, color=RULE, linewidth=1)
        axes.axvline(1, color=INK, linewidth=1.5)
        axes.set(xlim=(LOW, HIGH), ylim=(len(rows) - 0.5, -0.5), ylabel="", xlabel=say("progress.axis"))
        axes.set_xticks(
            [-0.25, 0, 0.25, 0.5, 0.75, 1],
            [percent(x) if x not in (0, 1) else say(f"progress.at_{x:.0f}") for x in (-0.25, 0, 0.25, 0.5, 0.75, 1)],
        )
        axes.set_yticks(rows["place"], rows["label"])

    behind = rows[rows["closed_share"] < rows["planned_share"]]
    first, last = rows.loc[rows["closed_share"].idxmax()], rows.loc[rows["closed_share"].idxmin()]
    alt = say(
        "progress.alt",
        total=len(rows),
        behind=len(behind),
        best=first["indicator_name"],
        best_share=percent(first["closed_share"]),
        worst=last["indicator_name"],
        worst_share=percent(last["closed_share"]),
    )
    return Chart(drawn((WIDTH, 0.9 + 0.3 * len(rows)), draw), alt, say("progress.caption"), say("progress.note"))


def series_by_indicator(evaluation: Evaluation) -> Chart | Part:
    """The run of every indicator's values, with its baseline, target and the years of a shock."""
    series = total_series(evaluation)
    rows = evaluation.indicators[evaluation.indicators["indicator_id"].isin(series["indicator_id"])]
    if rows.empty:
        return absent("series")
    years = (
        series["fiscal_year"].min() - 0.5,
        max(
            series["fiscal_year"].max(),
            rows["target_year"].max(skipna=True) if rows["target_year"].notna().any() else 0,
        )
        + 0.5,
    )
    columns = 4
    lines = -(-len(rows) // columns)

    def draw(figure: Figure) -> None:
        height = 1.75 * lines  # fixed margins in inches: finding them anew for so many panels takes seconds
        figure.subplots_adjust(0.05, 0.3 / height, 0.99, 1 - 0.25 / height, wspace=0.24, hspace=0.42)
        for n, item in enumerate(rows.itertuples(), 1):
            _small_series(
                figure.add_subplot(lines, columns, n),
                evaluation,
                item,
                series[series["indicator_id"].eq(item.indicator_id)],
                years,
            )

    told = "。".join(
        _run_words(item, series[series["indicator_id"].eq(item.indicator_id)]) for item in rows.itertuples()
    )
    alt = say("series.alt", total=len(rows), runs=told)
    note = say("series.note", shocks="、".join(shock["label"] for shock in evaluation.plan.shocks) or say("none"))
    return Chart(drawn((WIDTH, 1.75 * lines), draw, layout=None), alt, say("series.caption"), note)


def _small_series(
    axes: object, evaluation: Evaluation, item: object, own: pd.DataFrame, years: tuple[float, float]
) -> None:
    mark = badge(evaluation, item)
    colour = COLOURS[mark["tone"]]
    for shock in evaluation.plan.shocks:
        axes.axvspan(shock["years"][0] - 0.5, shock["years"][1] + 0.5, color=WASH, zorder=0)
    if len(own):
        sns.lineplot(own, x="fiscal_year", y="value", color=colour, ax=axes, linewidth=1.8, errorbar=None)
    rated, other = own[own["is_rated"]], own[~own["is_rated"]]
    axes.scatter(rated["fiscal_year"], rated["value"], color=colour, s=22, zorder=3)
    axes.scatter(other["fiscal_year"], other["value"], facecolors="white", edgecolors=colour, s=22, zorder=3)
    if pd.notna(item.target):
        axes.axhline(item.target, color=INK, linestyle=(0, (4, 3)), linewidth=1)
        axes.annotate(
            say("series.target", target=number(item.target, item.decimals)),
            (1, item.target),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            xytext=(0, 1.5),
            textcoords="offset points",
            fontsize=7.5,
        )
    axes.set(xlim=years, xlabel="", ylabel="")
    axes.set_title(f"{mark['letter']}　{plain(item.indicator_name, 16)}", fontsize=9, loc="left")
    ticks = sorted({int(own["fiscal_year"].min()), int(own["fiscal_year"].max())}) if len(own) else []
    axes.set_xticks(ticks, [short_year(tick) for tick in ticks])
    axes.tick_params(labelsize=7.5)


def _run_words(item: object, own: pd.DataFrame) -> str:
    first, last = own.iloc[0], own.iloc[-1]
    return say(
        "series.run",
        name=item.indicator_name,
        first=short_year(first["fiscal_year"]),
        start=with_unit(first["value"], item.unit, item.decimals),
        last=short_year(last["fiscal_year"]),
        end=with_unit(last["value"], item.unit, item.decimals),
    )


def groups_by_indicator(evaluation: Evaluation) -> Chart | Part:
    """Where each group stands, beside the whole and the target; withheld groups are not drawn."""
    groups = evaluation.groups[evaluation.groups["value"].notna() & evaluation.groups["reason"].eq("")]
    if groups.empty:
        return absent("groups")
    pairs = groups[["indicator_id", "group_kind"]].drop_duplicates().itertuples(index=False)
    panels = [
        (pair, groups[groups["indicator_id"].eq(pair.indicator_id) & groups["group_kind"].eq(pair.group_kind)])
        for pair in pairs
    ]
    whole = evaluation.indicators.set_index("indicator_id")
    columns = min(2, len(panels))
    lines = -(-len(panels) // columns)
    tallest = [max(len(own) for _, own in panels[n * columns : (n + 1) * columns]) for n in range(lines)]

    def draw(figure: Figure) -> None:
        grid = figure.add_gridspec(lines, columns, height_ratios=[0.9 + 0.3 * rows for rows in tallest])
        for n, (pair, own) in enumerate(panels):
            axes = figure.add_subplot(grid[n // columns, n % columns])
            own = own.assign(
                tone=[badge(evaluation, item)["tone"] for item in own.itertuples()],
                label=[plain(g, 12) for g in own["group"]],
            )
            sns.scatterplot(
                own,
                x="value",
                y="label",
                hue="tone",
                style="tone",
                palette=COLOURS,
                markers=SHAPES,
                s=60,
                legend=False,
                ax=axes,
            )
            axes.axvline(whole.at[pair.indicator_id, "value"], color=RULE, linewidth=1.2)
            unit = whole.at[pair.indicator_id, "unit"]
            axes.set(ylabel="", xlabel=say("group_chart.axis", unit=unit))
            axes.set_title(plain(whole.at[pair.indicator_id, "indicator_name"], 24), fontsize=10, loc="left")
            axes.grid(axis="y", color="#d3d6d9", linewidth=0.6)
            axes.set_axisbelow(True)

    told = "。".join(_spread_words(own, whole.loc[pair.indicator_id]) for pair, own in panels)
    height = sum(0.9 + 0.3 * rows for rows in tallest)
    return Chart(
        drawn((WIDTH, height), draw),
        say("group_chart.alt", spreads=told),
        say("group_chart.caption"),
        say("group_chart.note"),
    )


def _spread_words(own: pd.DataFrame, whole: pd.Series) -> str:
    low, high = own.loc[own["value"].idxmin()], own.loc[own["value"].idxmax()]
    return say(
        "group_chart.spread",
        name=whole["indicator_name"],
        low=low["group"],
        low_value=with_unit(low["value"], whole["unit"], whole["decimals"]),
        high=high["group"],
        high_value=with_unit(high["value"], whole["unit"], whole["decimals"]),
    )
