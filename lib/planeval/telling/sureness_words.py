"""Sentences on how sure the letters are: rules, chance, weights, single values."""

from __future__ import annotations

from ..judging.comparison import letters_by_scheme, rule_dependence, schemes_to_compare
from ..judging.evaluation import Evaluation
from ..judging.ratings import settings_of
from ..judging.summary import expected_false_alarms, weighted_on_pace
from .parts import Part, told
from .vocabulary import say


def reading_of_rules(evaluation: Evaluation) -> Part:
    """How many letters depend on the rule."""
    depends = rule_dependence(evaluation, letters_by_scheme(evaluation))
    count = {"schemes": len(schemes_to_compare(evaluation)), "total": len(depends), "depends": int(depends.sum())}
    return told("rules.reading", **count, same=len(depends) - int(depends.sum()))


def reading_of_chance(evaluation: Evaluation) -> Part:
    """How many false alarms to expect, and how far weights would change the share on pace."""
    rows = evaluation.indicators
    level = settings_of(evaluation.scheme, evaluation.plan.settings)["significance"]
    tested, alarms = expected_false_alarms(rows, level)
    text = say("chance.tested" if tested else "chance.untested", tested=tested, level=level, alarms=alarms)
    weights = weighted_on_pace(rows)
    if weights is not None:
        text += say("chance.weights", **vars(weights))
    return told("chance.text", text=text)


def reading_of_stability(evaluation: Evaluation) -> Part:
    """How many letters hang on one value, and what is likely, open or unlikely by the target year."""
    whole = evaluation.table["group"].eq("")
    marks = evaluation.stability.loc[whole, "stability"].value_counts()
    ahead = evaluation.outlook.loc[whole, "outlook"].value_counts()
    names = ("stable", "sensitive", "unstable", "likely", "open", "unlikely")
    counts = {name: int((marks if name in marks.index else ahead).get(name, 0)) for name in names}
    return told("beside.reading", **counts)
