"""What the liaison conference works on: by department and by field, what each has to answer."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.questions import open_questions
from ...judging.summary import counted
from ...trust.rows import each_row
from ...words.contracts import label
from ..parts import Part, absent
from ..tables import table
from ..vocabulary import say


def questions_by_department(evaluation: Evaluation) -> Part:
    """What each department has to answer in the conference."""
    asked = open_questions(evaluation)
    known = pd.concat([evaluation.indicators["department"], asked["department"]])
    return table(evaluation, "departments", _asked(evaluation, asked, "department", list(dict.fromkeys(known))))


def questions_by_field(evaluation: Evaluation) -> Part:
    """The same by field of welfare (高齢者, 障害者 …), which share what they know."""
    asked = open_questions(evaluation)
    fields = pd.concat([evaluation.indicators["field"], asked["field"]])
    if not fields.ne("").any():
        return absent("fields")
    known = list(dict.fromkeys([*evaluation.plan.fields, *fields]))
    return table(evaluation, "fields", _asked(evaluation, asked, "field", known))


def _asked(evaluation: Evaluation, asked: pd.DataFrame, by: str, heads: list[str]) -> list[dict]:
    rows, lines = counted(evaluation), []
    for head in heads:
        own, questions = rows[rows[by].eq(head)], asked[asked[by].eq(head)]
        told = [_question(item) for item in each_row(questions)]
        if len(own) or told:
            counts = {"indicators": len(own), "rated": int(own["outcome"].ne("not_rated").sum()), "count": len(told)}
            lines.append({by: head or say("unnamed"), "lines": told} | counts)
    return lines


def _question(item: object) -> str:
    state = label("answer_state", item.state) if item.state else say("unwritten")
    return say(f"questions.{item.kind}", **item._asdict() | {"state": state})
