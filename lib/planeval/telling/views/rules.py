"""The same figures by other rules, and the letters of programmes and goals."""

from __future__ import annotations

import pandas as pd

from ...judging.aggregation import combine, reached_share
from ...judging.comparison import letters_by_scheme, rule_dependence, schemes_to_compare
from ...judging.evaluation import Evaluation
from ...judging.summary import worst
from ...trust.rows import each_row
from ...trust.schemes import Scheme, load_scheme
from ..formats import NONE
from ..marks import badge_of, letter_heads, letter_texts
from ..parts import Part, Parts, together
from ..tables import table
from ..vocabulary import say

LONGEST_LETTER = 3


def letters_by_rule(evaluation: Evaluation) -> Parts:
    """For each indicator the letters of all schemes side by side, what the columns mean, and which depend on the rule."""
    letters = letters_by_scheme(evaluation)
    depends = rule_dependence(evaluation, letters)
    schemes = schemes_to_compare(evaluation)
    heads = {scheme.name: say("rules.head", number=n) for n, scheme in enumerate(schemes, 1)}
    marks = {(r.indicator_id, r.scheme): _mark(schemes, r) for r in each_row(letters)}
    lines = [
        {"indicator_name": item.indicator_name, "depends": _word(depends.get(item.indicator_id))}
        | {name: marks[(item.indicator_id, name)] for name in heads}
        for item in each_row(evaluation.indicators)
    ]
    counted = letters[letters["outcome"].ne("not_rated")].groupby("scheme").size()
    legend = [
        {"head": heads[s.name], "name": s.name, "title": s.title, "sentence": s.sentence + s.warning,
         "rated": str(counted.get(s.name, 0)), "letters": _legend(s)}
        for s in schemes
    ]  # fmt: skip
    return together([table(evaluation, "rules", lines, more=heads), table(evaluation, "rules_legend", legend)])


def _mark(schemes: list[Scheme], row: object) -> str:
    """The symbol, and the letter where it is a short one."""
    scheme = next(scheme for scheme in schemes if scheme.name == row.scheme)
    letter = scheme.letter_of(row.letter, row.outcome)
    lean = row.lean if scheme.prints_lean else ""
    is_short = len(letter.letter) <= LONGEST_LETTER and letter.letter not in {letter.symbol, NONE}
    return f"{letter.symbol} {letter.letter}{lean}" if is_short else letter.symbol


def _legend(scheme: Scheme) -> str:
    """Every letter with its symbol, in the order of the file."""
    named = {f"{letter.symbol} {letter.letter}": letter.word for letter in scheme.letters}
    return "、".join(mark if mark.endswith(word) else f"{mark}（{word}）" for mark, word in named.items())


def _word(depends: object) -> str:
    return NONE if depends is None else say("rules.depends") if depends else say("rules.same")


def letters_by_program(evaluation: Evaluation) -> Part:
    """For each 施策 and 基本目標: the letters, the worst by name, and one letter for all where a rule has one."""
    rows = evaluation.indicators
    lines = []
    for goal, of_goal in rows.groupby("goal", sort=True):
        lines += [_line(evaluation, name, own) for name, own in of_goal.groupby("program_name", sort=False)]
        lines.append(_line(evaluation, goal or say("unnamed"), of_goal, is_total=True))
    return table(evaluation, "by_program", lines, more=letter_heads(evaluation))


def _line(evaluation: Evaluation, name: str, rows: pd.DataFrame, *, is_total: bool = False) -> dict:
    lowest = worst(rows)
    return {
        "name": name or say("unnamed"),
        "worst": NONE if lowest is None else lowest["indicator_name"],
        "combined": _combined(evaluation, rows),
        "reached": _reached(evaluation, rows),
        "is_total": is_total,
    } | letter_texts(evaluation, rows)


def _combined(evaluation: Evaluation, rows: pd.DataFrame) -> dict | None:
    """The one letter that the scheme gives to several indicators, where it has a rule for that."""
    scheme = evaluation.scheme
    if scheme.aggregation is None or not rows["scheme"].eq(scheme.name).all():
        return None
    return badge_of(scheme.of_letter(combine(rows, scheme).letter))


def _reached(evaluation: Evaluation, rows: pd.DataFrame) -> str:
    """The share of reached targets, in the words of the prefecture that judges fields by it."""
    rated, reached = int(rows["outcome"].ne("not_rated").sum()), int(rows["outcome"].eq("reached").sum())
    scheme = load_scheme("kanagawa", evaluation.workbook.folder)
    found = reached_share(reached, rated, len(rows), scheme)
    letter = scheme.of_letter(found.letter)
    return say("by_program.reached", reached=reached, rated=rated, word=letter.word) if rated else NONE
