"""Pictures of the whole plan: districts as small multiples, and money beside letters."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..judging.evaluation import Evaluation
from ..judging.money import compared_years, money_and_movement
from ..judging.series import group_series as runs_of_groups
from ..judging.series import shocks_of, total_series
from .drawing import COLOURS, INK, RULE, WIDTH, Chart, break_lines, drawn, plain, shock_bands, visible_shocks
from .formats import NONE, short_year
from .marks import bar
from .parts import Part, absent
from .views.money import program_words, span_words
from .vocabulary import say
from .words_of_rows import breaks_of, interruption_words, kind_words

COLUMNS, PANEL_HEIGHT, TITLE_HEIGHT = 6, 1.25, 0.45
# Light fills of the tones, as areas have them on the page; letters stand inside, so that they read in grey too.
FILLS = {"A": "#005a9c", "B": "#8ccbb0", "B*": "#f0d9a8", "C": "#dcdcdc", "D": "#7d0017", "E": "#ffffff"}
DARK = ("A", "D")


def group_series(evaluation: Evaluation) -> Chart | Part:
    """Every district or other group in a small picture of its own, beside the whole, on one scale per indicator."""
    runs = runs_of_groups(evaluation)
    if runs.empty:
        return absent("group_series")
    wholes = {ident: own for ident, own in total_series(evaluation).groupby("indicator_id")}
    names = evaluation.indicators.set_index("indicator_id", drop=False)
    sets = [
        (names.loc[key[0]], own.assign(kind=kind_words(key[1])))
        for key, own in runs.groupby(["indicator_id", "group_kind"], sort=False)
    ]
    heights = [TITLE_HEIGHT + PANEL_HEIGHT * -(-own["group"].nunique() // COLUMNS) for _, own in sets]

    def draw(figure: Figure) -> None:
        parts = figure.subfigures(len(sets), 1, height_ratios=heights, squeeze=False)[:, 0]
        for part, (item, own) in zip(parts, sets, strict=True):
            words = say("group_series.title", kind=own["kind"].iloc[0], unit=item["unit"] or NONE)
            part.suptitle(f"{plain(item['indicator_name'], 40)}{plain(words, 30)}", fontsize=10, x=0.01, ha="left")
            _panels(part, own, wholes.get(item["indicator_id"], own.iloc[:0]), evaluation)

    told = []
    for item, own in sets:
        for group, run in own.groupby("group", sort=False):
            first, last = run.iloc[0], run.iloc[-1]
            ends = {
                "first": first["fiscal_year"],
                "start": first["value"],
                "last": last["fiscal_year"],
                "end": last["value"],
            }
            told.append(say("group_series.run", **dict(item) | ends | {"group": group}))
    bands = interruption_words(evaluation)
    note, alt = say("group_series.note", bands=bands), say("group_series.alt", runs="。".join(told), bands=bands)
    return Chart(drawn((WIDTH, sum(heights)), draw), alt, say("group_series.caption"), note)


def _panels(part: Figure, own: pd.DataFrame, whole: pd.DataFrame, evaluation: Evaluation) -> None:
    groups, indicator = list(dict.fromkeys(own["group"])), own["indicator_id"].iloc[0]
    ends = (int(own["fiscal_year"].min()), int(own["fiscal_year"].max()))
    years = (ends[0] - 0.6, ends[1] + 0.6)
    whole = whole[whole["fiscal_year"].between(*ends)]
    shocks, breaks = shocks_of(evaluation, indicator), breaks_of(evaluation, indicator)
    seen = pd.concat([own["value"], whole["value"]])
    space = 0.5 * (seen.max() - seen.min() or 1)
    above = space * max(1, len(visible_shocks(shocks, years)))
    grid = part.subplots(-(-len(groups) // COLUMNS), COLUMNS, sharex=True, sharey=True, squeeze=False)
    look = {"x": "fiscal_year", "y": "value", "units": "segment", "estimator": None, "errorbar": None, "legend": False}
    for axes, group in zip(grid.flat, groups, strict=False):
        sns.lineplot(whole, color=RULE, linewidth=1.2, ax=axes, **look)
        run = own[own["group"].eq(group)]
        sns.lineplot(run, color=COLOURS["A"], linewidth=2, marker="o", ax=axes, **look)
        shock_bands(axes, shocks, years)
        break_lines(axes, breaks, years)
        axes.set(xlim=years, ylim=(seen.min() - space / 3, seen.max() + above), xlabel="", ylabel="")
        axes.set_title(plain(group, 12), fontsize=9, loc="left", pad=2)
        axes.set_xticks(ends, [short_year(year).partition("(")[0] for year in ends])
        axes.tick_params(labelsize=7.5)
    for axes in list(grid.flat)[len(groups) :]:
        axes.set_visible(False)


def money_beside_letters(evaluation: Evaluation) -> Chart | Part:
    """Left the yearly budget of each 施策 before and now, right its letters: side by side, without a claim of cause."""
    spans = compared_years(evaluation) if evaluation.workbook.has("project_years") else None
    if spans is None:
        return absent("money_change" if evaluation.workbook.has("project_years") else "project_years")
    rows = money_and_movement(evaluation).assign(place=lambda f: range(len(f)))
    if rows.empty or rows["budget"].isna().all():
        return absent("money_and_movement")
    rows = rows.assign(name=[program_words(r.program_id, r.program_name) for r in rows.itertuples()])
    labels = [plain(name, 22) for name in rows["name"]]

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        left.hlines(rows["place"], rows["budget_before"], rows["budget"], color=RULE, linewidth=2)
        left.scatter(rows["budget_before"], rows["place"], facecolors="white", edgecolors=INK, s=50, zorder=3)
        sns.scatterplot(rows, x="budget", y="place", color=INK, s=55, zorder=4, ax=left, legend=False)
        left.set(xlabel=say("money_chart.axis"), ylabel="", ylim=(len(rows) - 0.5, -0.5), xlim=(0, None))
        left.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        left.set_yticks(rows["place"], labels)
        left.grid(axis="y", color="#d3d6d9", linewidth=0.6)
        _letter_bars(right, evaluation, rows)

    items = "。".join(say("money_chart.item", **r._asdict()) for r in rows.itertuples())
    alt, note = say("money_chart.alt", items=items), say("money_chart.note", **span_words(spans))
    return Chart(drawn((WIDTH, 1 + 0.34 * len(rows)), draw), alt, say("money_chart.caption"), note)


def _letter_bars(axes: Axes, evaluation: Evaluation, rows: pd.DataFrame) -> None:
    own = evaluation.indicators
    for item in rows.itertuples():
        letters = own[own["program_id"].eq(item.program_id)]
        for part in bar(evaluation, letters, 100):
            if not part["width"]:
                continue
            axes.barh(
                item.place,
                part["width"],
                left=part["x"],
                color=FILLS[part["tone"]],
                edgecolor=INK,
                linewidth=0.8,
                height=0.62,
            )
            middle = part["x"] + part["width"] / 2
            shade = "white" if part["tone"] in DARK else INK
            axes.text(middle, item.place, part["label"], ha="center", va="center", fontsize=8.5, color=shade)
    widest = int(own.groupby("program_id").size().max())
    axes.set(xlabel=say("money_chart.letters_axis"), xlim=(0, widest + 0.2))
    axes.set_xticks(range(widest + 1))
    axes.tick_params(axis="y", length=0)
