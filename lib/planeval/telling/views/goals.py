"""Each 基本目標 by itself: indicators, what stands behind the numbers, next actions, room for opinions."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.summary import to_discuss
from ...trust.rows import each_row
from ..marks import listed, rated
from ..parts import Part, Parts, together
from ..tables import table
from ..vocabulary import say
from .cards import cards_of
from .indicators import goal_table

# From how many indicators on a goal starts a page in print, and up to how many it is never split.
LONG, SHORT = 10, 3


def goal_reports(evaluation: Evaluation) -> Parts:
    """Each 基本目標: its indicators, what stands behind the numbers, the next actions, room for opinions."""
    goals = enumerate(evaluation.indicators.groupby("goal", sort=True), 1)
    return together(
        _goal(evaluation, goal or say("unnamed"), goal_table(evaluation, goal, rows, n), n) for n, (goal, rows) in goals
    )


def _goal(evaluation: Evaluation, title: str, shown: Parts, n: int) -> Part:
    indicators, notes = shown.parts
    rows = indicators.frame
    number, _, name = title.partition(" ")
    written = _narratives(evaluation, rows)
    texts = [[{"strong": r.name}, "　", _told_of(r)] for r in each_row(written) if _told_of(r)]
    value = {
        "id": f"goal-{n}",
        "no": f"5-{n}",
        "title": name if number.isdigit() else title,
        "lead": say("goal_report.lead", total=len(rows), counts=listed(evaluation, rows, "goal_report.count", least=1)),
        "table": indicators.arguments[0],
        "notes": notes.arguments[0],
        "next": _next_actions(evaluation, rows, written, n),
        "cards": list(cards_of(evaluation, to_discuss(rows), is_short=True).values()),
        "qualitative": {"title": say("goal_report.qualitative"), "texts": texts, "empty": say("absent.narratives")},
        "opinion": say("goal_report.opinion", no=f"5-{n}", title=title),
        "long": len(rows) >= LONG,
        "keep": len(rows) <= SHORT and to_discuss(rows).empty,
        "back": {"href": "#summary", "text": say("page.back_to_summary")},
    }
    return Part("goals", "goal", (value,), rows)


def _told_of(row: object) -> str:
    """What was written in words; of a programme, which has no row among the next actions, also cause and next action."""
    parts = [row.narrative] if row.is_indicator else [row.narrative, row.cause, row.next_action]
    return "。".join(part.rstrip("。") for part in parts if part) + "。" if any(parts) else ""


def _narratives(evaluation: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    """What departments wrote in this period about the programmes and indicators of some rows, each with its name."""
    names = pd.concat([rows.set_index(f"{kind}_id")[f"{kind}_name"] for kind in ("program", "indicator")])
    written = evaluation.workbook["narratives"]
    written = written[written["period"].eq(evaluation.period.id) & written["target_id"].isin(names.index)]
    return written.assign(
        name=written["target_id"].map(names.to_dict()), is_indicator=written["target_id"].isin(rows["indicator_id"])
    )


def _next_actions(evaluation: Evaluation, rows: pd.DataFrame, written: pd.DataFrame, n: int) -> dict | None:
    """Cause and next action of what is not on course; where a department has written nothing, it says so."""
    own = written.set_index("target_id")[["cause", "next_action"]]
    told = own.index[own["cause"].ne("") | own["next_action"].ne("")]
    open_points = to_discuss(rows)
    also = rows[rows["indicator_id"].isin(told) & ~rows["indicator_id"].isin(open_points["indicator_id"])]
    rows = rated(evaluation, pd.concat([open_points, also]))
    if rows.empty or not evaluation.workbook.has("narratives"):
        return None
    lines = rows.join(own, on="indicator_id")
    return table(evaluation, "next", lines, values={"no": f"5-{n}"}, number=n).arguments[0]
