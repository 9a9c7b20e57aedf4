"""The evaluation in やさしい日本語: one page for people who read little Japanese, and for everybody in a hurry."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.summary import by_severity
from ...words.lists import OUTCOMES
from ..parts import Part, Parts, together, told
from ..tables import table
from ..vocabulary import entry, fill, say

MOST_NAMES = 3


def plain_words(evaluation: Evaluation) -> Parts:
    """What the plan is, how its indicators fared, and how to speak up, in short sentences with readings."""
    plan, period, rows = evaluation.plan, evaluation.period, evaluation.indicators
    values = {"plan": plan, "period": period, "total": len(rows)}
    texts = [fill(text, values) for text in entry("plain_words.sentences")]
    words = {"title": say("plain_words.title"), "steps": [], "paragraphs": texts, "sheet": True}
    box = Part("parts", "method", (words,))
    lines = [
        {"state": say(f"plain_words.outcomes.{outcome}"), "count": len(own), "names": _names(own)}
        for outcome in OUTCOMES
        if len(own := by_severity(rows[rows["outcome"].eq(outcome)]))
    ]
    return together([box, table(evaluation, "plain_words.table", lines), told("plain_words.closing", plan=plan)])


def _names(rows: pd.DataFrame) -> list[str]:
    more = len(rows) - MOST_NAMES
    names = [*rows["indicator_name"].head(MOST_NAMES)]
    return [*names, say("plain_words.more", count=more)] if more > 0 else names
