"""Pictures of the whole plan: districts as small multiples, and money beside letters."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from ..judging.evaluation import Evaluation
from ..judging.money import compared_years, money_and_movement
from ..judging.series import group_series as runs_of_groups
from ..judging.series import shocks_of, total_series
from ..judging.summary import counted
from ..trust.rows import each_row
from .drawing import COLOURS, INK, WIDTH, Chart, drawn, fitting, plain, visible_shocks, width_of
from .formats import NONE, short_year
from .marks import bar
from .panels import Sheet
from .parts import Part, absent
from .scales import NAME, NORMAL, SMALL, TITLE, Panel, room_of, scale_of, ticks_across, ticks_between
from .views.groups import words_of_group_moves
from .views.money import program_words, span_words
from .vocabulary import say
from .words_of_rows import breaks_of, interruption_words, kind_words

COLUMNS, PANEL_HEIGHT, TITLE_HEIGHT = 6, 1.3, 0.32  # inches
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
        sheet = Sheet(figure)
        for n, (item, own) in enumerate(sets):
            top = sum(heights[n:])
            words = say("group_series.title", kind=own["kind"].iloc[0], unit=item["unit"] or NONE)
            title = f"{plain(item['indicator_name'], 40)}{plain(words, 30)}"
            sheet.write(0.1, top - 0.08, title, NORMAL, va="top")
            whole = wholes.get(item["indicator_id"], own.iloc[:0])
            _panels(sheet, top - TITLE_HEIGHT, own, whole, evaluation)
        sheet.draw_runs(color=COLOURS["A"], linewidth=2, marker="o")
        sheet.close()

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
    note, alt = say("group_series.note", bands=bands), _alt(evaluation, told, bands)
    return Chart(drawn((WIDTH, sum(heights)), draw, layout=None), alt, say("group_series.caption"), note)


def _alt(evaluation: Evaluation, runs: list[str], bands: str) -> str:
    """What the small pictures say together, then the ends of each."""
    return say("group_series.alt", reading=words_of_group_moves(evaluation), runs="。".join(runs), bands=bands)


def _panels(sheet: Sheet, top: float, own: pd.DataFrame, whole: pd.DataFrame, evaluation: Evaluation) -> None:
    """The panels of one indicator from a height down, all on one scale; the first of each row has its numbers."""
    indicator, ends = own["indicator_id"].iloc[0], (int(own["fiscal_year"].min()), int(own["fiscal_year"].max()))
    years, whole = (ends[0] - 0.6, ends[1] + 0.6), whole[whole["fiscal_year"].between(*ends)]
    shocks, breaks = shocks_of(evaluation, indicator), breaks_of(evaluation, indicator)
    above, height = NAME * len(visible_shocks(shocks, years)), PANEL_HEIGHT - 0.42
    up = scale_of(pd.concat([own["value"], whole["value"]]), height, above=above, below=room_of(breaks))
    ticks = ticks_between(*up, 4)
    margin = max(width_of(text, SMALL) for _, text in ticks) + 0.15
    width = (WIDTH - margin) / COLUMNS
    for n, (group, run) in enumerate(own.groupby("group", sort=False)):
        left, foot = margin + n % COLUMNS * width, top - (n // COLUMNS + 1) * PANEL_HEIGHT + 0.25
        panel = Panel((left, foot, width - 0.12, height), years, up, above)
        sheet.frame(panel, fitting(group, TITLE, width - 0.05, 12))
        sheet.years(panel, ends, [short_year(year).partition("(")[0] for year in ends])
        sheet.values(panel, ticks, named=not n % COLUMNS)
        sheet.shocks(panel, shocks)
        sheet.breaks(panel, breaks)
        sheet.whole(panel, whole)
        sheet.run(panel, run)


def money_beside_letters(evaluation: Evaluation) -> Chart | Part:
    """Left the yearly budget of each 施策 before and now, right its letters: side by side, without a claim of cause."""
    spans = compared_years(evaluation) if evaluation.workbook.has("project_years") else None
    if spans is None:
        return absent("money_change" if evaluation.workbook.has("project_years") else "project_years")
    rows = money_and_movement(evaluation).assign(place=lambda f: range(len(f)))
    if rows.empty or rows["budget"].isna().all():
        return absent("money_and_movement")
    rows = rows.assign(name=[program_words(r.program_id, r.program_name) for r in each_row(rows)])
    labels = [plain(name, 22) for name in rows["name"]]
    height, margin = 1 + 0.34 * len(rows), max(width_of(label, NORMAL) for label in labels) + 0.15
    width = WIDTH - margin - 0.5

    def draw(figure: Figure) -> None:
        sheet = Sheet(figure)
        most = float(rows[["budget_before", "budget"]].max().max()) or 1.0
        ends, box = (len(rows) - 0.5, -0.5), (0.55, height - 0.65)
        left = Panel((margin, box[0], width * 0.6, box[1]), (0, most * 1.05), ends)
        sheet.frame(left)
        sheet.across(left, ticks_across(*left.across, left.box[2]), say("money_chart.axis"))
        sheet.rows(left, labels)
        _budgets(sheet, left, rows)
        _letter_bars(sheet, (left.right + 0.25, box[0], width * 0.4, box[1]), evaluation, rows)
        sheet.close()

    items = "。".join(say("money_chart.item", **r._asdict()) for r in each_row(rows))
    totals = {name: rows[name].sum(min_count=1) for name in ("budget_before", "budget")}
    alt, note = say("money_chart.alt", items=items, **totals), say("money_chart.note", **span_words(spans))
    return Chart(drawn((WIDTH, height), draw, layout=None), alt, say("money_chart.caption"), note)


def _budgets(sheet: Sheet, panel: Panel, rows: pd.DataFrame) -> None:
    """Hollow the budget before, filled the budget now, and what lies between them."""
    points = rows.assign(before=panel.x(rows["budget_before"]), now=panel.x(rows["budget"]), y=panel.y(rows["place"]))
    known = points.dropna(subset=["before", "now"])
    sheet.lines["change"] += [[(item.before, item.y), (item.now, item.y)] for item in each_row(known)]
    sheet.axes.scatter(points["before"], points["y"], facecolors="white", edgecolors=INK, s=50, zorder=3)
    sns.scatterplot(points, x="now", y="y", color=INK, s=55, zorder=4, ax=sheet.axes, legend=False)


def _letter_bars(sheet: Sheet, box: tuple, evaluation: Evaluation, rows: pd.DataFrame) -> None:
    """The letters of each 施策 as a bar, one indicator as long as the other."""
    own = counted(evaluation)
    widest = int(own.groupby("program_id").size().max())
    panel = Panel(box, (0, widest + 0.2), (len(rows) - 0.5, -0.5))
    bars, fills = [], []
    for item in each_row(rows):
        for part in bar(evaluation, own[own["program_id"].eq(item.program_id)], 100):
            if not part["width"]:
                continue
            ends, edges = (part["x"], part["x"] + part["width"]), (item.place - 0.31, item.place + 0.31)
            (first, last), (top, foot) = map(panel.x, ends), map(panel.y, edges)
            bars.append([(first, foot), (last, foot), (last, top), (first, top)])
            fills.append(FILLS[part["tone"]])
            look = {"ha": "center", "va": "center", "color": "white" if part["tone"] in DARK else INK}
            sheet.write((first + last) / 2, panel.y(item.place), part["label"], 8.5, **look)
    sheet.axes.add_collection(PolyCollection(bars, facecolors=fills, edgecolors=INK, linewidths=0.8), autolim=False)
    sheet.frame(panel)
    whole = [(value, text) for value, text in ticks_across(0, widest, box[2]) if value == int(value)]
    sheet.across(panel, [(value, f"{value:.0f}") for value, _ in whole], say("money_chart.letters_axis"))
