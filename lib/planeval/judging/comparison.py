"""The same figures by other rules: the letters of every scheme side by side, and which of them depend on the rule."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from ..trust.rows import each_row
from ..trust.schemes import Scheme, load_scheme, scheme_paths
from .evaluation import Evaluation
from .once import once
from .ratings import Judge

# What outcomes say at their coarsest: as good as planned, better but not so far, no clear change, worse.
CLASS_OF = {
    "reached": "good", "on_pace": "good", "better": "better", "improved": "better", "behind": "better",
    "unclear": "unclear", "worse": "worse",
}  # fmt: skip
# A rule without a plan to compare with says "better" of what others call "as good as planned".
WITHOUT_PLAN = {"better": ("good", "better"), "improved": ("good", "better")}


@once
def schemes_to_compare(evaluation: Evaluation) -> list[Scheme]:
    """Every scheme that rates single indicators, the report's own first, then in order of name."""
    folder, main = evaluation.workbook.folder, evaluation.scheme.name
    known = [load_scheme(name, folder) for name in sorted(scheme_paths(folder), key=lambda name: (name != main, name))]
    return [scheme for scheme in known if (scheme.aggregation or {}).get("kind") != "reached_share"]


@once
def letters_by_scheme(evaluation: Evaluation) -> pd.DataFrame:
    """One row an indicator and scheme: indicator_id, scheme, letter, outcome, lean, reason."""
    cases, settings, year = evaluation.cases, evaluation.plan.settings, evaluation.period.last_year
    columns = ["indicator_id", "scheme", "letter", "outcome", "lean", "reason"]
    judge, found = Judge(cases.frame, cases.points, cases.milestones), []
    for scheme in schemes_to_compare(evaluation):
        table = judge.by(scheme.at(year), settings)
        found.append(table.loc[table["group"].eq(""), columns])
    return pd.concat(found, ignore_index=True)


def rule_dependence(evaluation: Evaluation, letters: pd.DataFrame) -> pd.Series:
    """Whether the letters of one indicator cannot all be true at once, by indicator_id; only rated letters count.

    A letter is taken for everything that it may mean: 未達成 says nothing of how the value has moved, so it
    contradicts no other letter.
    """
    known = {scheme.name: scheme for scheme in schemes_to_compare(evaluation)}
    rated = letters[letters["outcome"].ne("not_rated")]
    meanings = [_meaning(known[row.scheme], row.letter, row.outcome) for row in each_row(rated)]
    shared = pd.Series(meanings, index=rated.index, dtype=object).groupby(rated["indicator_id"], sort=False)
    return shared.apply(lambda own: not reduce(frozenset.intersection, own))


def _meaning(scheme: Scheme, name: str, outcome: str) -> frozenset[str]:
    """The classes that a letter may stand for; a rate of achievement says nothing of how the value has moved."""
    letter = scheme.letter_of(name, outcome)
    is_clear = letter.band is not None and scheme.method != "ratio_bands"
    outcomes = (outcome,) if is_clear else letter.outcomes
    return frozenset(kind for own in outcomes for kind in WITHOUT_PLAN.get(own, (CLASS_OF.get(own, own),)))
