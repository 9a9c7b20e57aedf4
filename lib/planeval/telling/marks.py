"""Rating marks: the letters of a scheme, the mark of one row, and how many rows have which letter."""

from __future__ import annotations

import pandas as pd

from ..judging.evaluation import Evaluation
from ..judging.summary import letter_counts
from ..trust.rows import each_row
from ..trust.schemes import Letter
from .formats import count
from .vocabulary import say

RATED_BY = ("scheme", "letter", "outcome", "lean")


def rated(evaluation: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of an evaluation table with their `rating`, the mark in the words of its own scheme."""
    return rows.assign(rating=[badge(evaluation, row) for row in each_row(rows[list(RATED_BY)])])


def badge(evaluation: Evaluation, row: object) -> dict:
    """The rating mark of one row of an evaluation table, in the words of its own scheme."""
    scheme = evaluation.schemes[row.scheme]
    mark = badge_of(scheme.letter_of(row.letter, row.outcome))
    if scheme.prints_lean and row.lean:
        mark |= {"letter": mark["letter"] + row.lean, "lean": say(f"lean.{row.lean}")}
    return mark


def badge_of(letter: Letter) -> dict:
    """The rating mark of a letter."""
    return {name: getattr(letter, name) for name in ("letter", "symbol", "word", "tone")}


def legend(evaluation: Evaluation) -> list[Letter]:
    """The letters of the main scheme, each once, from best to worst."""
    return list({letter.letter: letter for letter in reversed(evaluation.scheme.letters)}.values())[::-1]


def letter_heads(evaluation: Evaluation) -> dict[str, str]:
    """Headings of `letter_texts`: the letters of the main scheme and the sum."""
    return {letter.letter: letter.letter for letter in legend(evaluation)} | {"total": say("sum")}


def letter_texts(evaluation: Evaluation, rows: pd.DataFrame) -> dict[str, str]:
    """How many rows have which letter of the main scheme, 「－」 for none; their number as `total`."""
    counts = letter_counts(rows, evaluation.scheme)
    return {letter.letter: count(counts[letter.letter]) for letter in legend(evaluation)} | {"total": f"{len(rows)}"}


def listed(evaluation: Evaluation, rows: pd.DataFrame, key: str, *, least: int = 0) -> str:
    """The letters with their counts (from `least` on) as a list in words."""
    counts = letter_counts(rows, evaluation.scheme)
    shown = [(letter, counts[letter.letter]) for letter in legend(evaluation)]
    return "、".join(say(key, letter=x.letter, word=x.word, count=n) for x, n in shown if n >= least)


def bar(evaluation: Evaluation, rows: pd.DataFrame, whole: float) -> list[dict]:
    """Parts of a bar of letters: one indicator = one length, `whole` indicators = the full width."""
    counts, parts, place = letter_counts(rows, evaluation.scheme), [], 0.0
    for letter in legend(evaluation):
        width = 100 * counts[letter.letter] / whole if whole else 0.0
        parts.append({"tone": letter.tone, "x": place, "width": width, "label": letter.letter})
        place += width
    return parts
