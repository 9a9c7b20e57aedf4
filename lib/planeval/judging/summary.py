"""From letters to the plan: the distribution, coverage, the share on pace, the worst by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..trust.schemes import Scheme
from ..words.lists import ON_PACE, OUTCOMES
from .evaluation import Evaluation
from .once import once
from .ratings import settings_of

# What indicators are counted by.
COUNTED = ("indicator_id", "program_id", "goal", "department", "field", "letter", "outcome")


@once
def counted(evaluation: Evaluation) -> pd.DataFrame:
    """`evaluation.indicators` with the columns alone by which they are counted: to part all of them into groups takes long."""
    return evaluation.indicators[list(COUNTED)]


@dataclass(frozen=True)
class Summary:
    """Counts of one set of indicators. `on_pace_rate` and `coverage_rate` are fractions; NaN where nothing counts."""

    counts: pd.Series
    total: int
    rated: int
    on_pace: int
    has_headline: bool

    @property
    def on_pace_rate(self) -> float:
        """(reached + on pace) ÷ rated."""
        return self.on_pace / self.rated if self.rated else float("nan")

    @property
    def coverage_rate(self) -> float:
        """rated ÷ all."""
        return self.rated / self.total if self.total else float("nan")


def summarize(evaluation: Evaluation, indicators: pd.DataFrame | None = None) -> Summary:
    """Distribution, coverage and share on pace of some indicators (rows of `evaluation.indicators`), or of all."""
    rows = evaluation.indicators if indicators is None else indicators
    settings = settings_of(evaluation.scheme, evaluation.plan.settings)
    rated = int(rows["outcome"].ne("not_rated").sum())
    covered = rated >= settings["headline_minimum"] and rated >= settings["headline_coverage"] * len(rows)
    return Summary(
        letter_counts(rows, evaluation.scheme), len(rows), rated, int(rows["outcome"].isin(ON_PACE).sum()), covered
    )


def letter_counts(rows: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """How many rows have each letter of the scheme, in its order; letters of other schemes follow."""
    counts = Counter(rows["letter"].tolist())
    own = list(dict.fromkeys(letter.letter for letter in scheme.letters))
    letters = pd.Index(own + sorted(set(counts) - set(own)), name="letter")
    return pd.Series([counts[letter] for letter in letters], letters, name="count", dtype="int64")


TESTED = ("interval", "exact", "z", "run")
# An indicator without a weight counts as one; the sensitivity halves and doubles each weight in turn.
DEFAULT_WEIGHT, FACTORS = 1.0, (0.5, 2.0)


@dataclass(frozen=True)
class Weighted:
    """The share on pace with weights and with equal ones; `low` and `high`: when one weight is halved or doubled."""

    weighted: float
    equal: float
    low: float
    high: float
    lowest: str
    highest: str


def weighted_on_pace(rows: pd.DataFrame) -> Weighted | None:
    """How far the share on pace depends on the weights (重み) of the rated indicators; None where no weight counts.

    Units: fractions. `lowest` and `highest` are the indicators whose weight moves the share most.
    """
    rated = rows[rows["outcome"].ne("not_rated")]
    if rated["weight"].isna().all():
        return None
    weights = rated["weight"].fillna(DEFAULT_WEIGHT).to_numpy(float)
    if not weights.sum():
        return None
    on_pace = rated["outcome"].isin(ON_PACE).to_numpy(float)
    # One row a factor, one column an indicator whose weight is multiplied.
    changes = weights * (np.array(FACTORS)[:, None] - 1)
    with np.errstate(invalid="ignore"):
        shares = ((weights * on_pace).sum() + changes * on_pace) / (weights.sum() + changes)
        share = (weights * on_pace).sum() / weights.sum()
    names = np.tile(rated["indicator_name"].to_numpy(), len(FACTORS))
    low, high = int(np.argmin(shares)), int(np.argmax(shares))
    return Weighted(share, on_pace.mean(), shares.min(), shares.max(), names[low], names[high])


def expected_false_alarms(rows: pd.DataFrame, level: float) -> tuple[int, float]:
    """How many indicators were tested against chance, and how many of them would "change" if none really had.

    `level`: the two-sided level of the tests (a share). Indicators told by the size of their change alone are not counted.
    """
    tested = int((rows["route"].isin(TESTED) & rows["outcome"].ne("not_rated")).sum())
    return tested, tested * level


def by_severity(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows from worst to best: worse first, then the largest lag behind the plan; what cannot be judged last."""
    rank = {
        outcome: n
        for n, outcome in enumerate(
            ["worse", "behind", "unclear", "on_pace", "better", "improved", "reached", "not_rated"]
        )
    }
    lag = rows["planned_share"] - rows["closed_share"]
    order = pd.DataFrame(
        {"rank": rows["outcome"].map(rank), "lag": -lag.fillna(-1e9), "id": rows["indicator_id"]}, index=rows.index
    )
    return rows.loc[order.sort_values(["rank", "lag", "id"]).index]


def worst(rows: pd.DataFrame) -> pd.Series | None:
    """The worst rated indicator, by letter and then by lag; None where none is rated."""
    rated = by_severity(rows[rows["outcome"].ne("not_rated")])
    return None if rated.empty else rated.iloc[0]


def to_discuss(rows: pd.DataFrame) -> pd.DataFrame:
    """What a committee should talk about: worse, behind and not rated, in this order."""
    ordered = by_severity(rows)
    return ordered[ordered["outcome"].isin(["worse", "behind", "not_rated"])]


def outcome_rank(outcome: str) -> int:
    """The place of an outcome from best (0) to worst."""
    return OUTCOMES.index(outcome)
