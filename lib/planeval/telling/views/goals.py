"""Each 基本目標 by itself: indicators, what stands behind the numbers, next actions, room for opinions."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.summary import letter_counts, to_discuss
from ..formats import NONE
from ..parts import Part, Parts, badge, legend, row, table, together
from ..vocabulary import say
from .indicators import goal_table


def goal_reports(evaluation: Evaluation) -> Parts:
    """Each 基本目標: its indicators, what stands behind the numbers, the next actions, room for opinions."""
    return together(
        *(
            _goal(evaluation, goal, rows, n)
            for n, (goal, rows) in enumerate(evaluation.indicators.groupby("goal", sort=True), 1)
        )
    )


def _goal(evaluation: Evaluation, goal: str, rows: pd.DataFrame, n: int) -> Part:
    shown = goal_table(evaluation, goal, rows, str(n)).parts
    counts = letter_counts(rows, evaluation.scheme)
    told = "、".join(
        say("goal_report.count", letter=x.letter, word=x.word, count=counts[x.letter])
        for x in legend(evaluation)
        if counts[x.letter]
    )
    title = goal or say("unnamed")
    number_, _, name = title.partition(" ")
    value = {
        "id": f"goal-{n}",
        "no": f"5-{n}",
        "title": name if number_.isdigit() else title,
        "lead": say("goal_report.lead", total=len(rows), counts=told),
        "table": shown[0].arguments[0],
        "notes": shown[1].arguments[0],
        "next": _next_actions(evaluation, rows, n),
        "cards": [],
        "qualitative": {
            "title": say("goal_report.qualitative"),
            "texts": _narratives(evaluation, rows),
            "empty": say("absent.narratives"),
        },
        "opinion": say("goal_report.opinion", no=f"5-{n}", title=title),
        "long": len(rows) >= 10,
        "keep": len(rows) <= 3,
        "back": None,
    }
    return Part("goals", "goal", (value,), rows)


def _narratives(evaluation: Evaluation, rows: pd.DataFrame) -> list[list[object]]:
    told = _told(evaluation, rows)
    return [[{"strong": name}, "　", text] for name, text in zip(told["name"], told["narrative"], strict=True) if text]


def _told(evaluation: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    """Narratives of this period about the indicators and programmes of some rows."""
    names = dict(zip(rows["program_id"], rows["program_name"], strict=True)) | dict(
        zip(rows["indicator_id"], rows["indicator_name"], strict=True)
    )
    told = evaluation.workbook["narratives"]
    told = told[told["period"].eq(evaluation.period.id) & told["target_id"].isin(names)]
    return told.assign(name=told["target_id"].map(names))


def _next_actions(evaluation: Evaluation, rows: pd.DataFrame, n: int) -> dict | None:
    """Cause and next action of what is not on course; where a department has written nothing, it says so."""
    open_rows = to_discuss(rows)
    if open_rows.empty or not evaluation.workbook.has("narratives"):
        return None
    told = _told(evaluation, rows).set_index("target_id")
    lines = []
    for item in open_rows.itertuples():
        own = told.loc[item.indicator_id] if item.indicator_id in told.index else {}
        lines.append(
            row(
                {"rating": badge(evaluation, item)},
                item.indicator_name,
                own.get("cause") or {"gap": say("unwritten")},
                own.get("next_action") or {"gap": say("unwritten")},
                item.department or NONE,
            )
        )
    part = table(
        "next_actions",
        lines,
        "rating text text text text",
        layout="rows",
        head=1,
        size="snug",
        id=f"t-next-{n}",
        values={"no": f"5-{n}"},
        widths={0: 15, 1: 25, 4: 12},
    )
    return part.arguments[0]
