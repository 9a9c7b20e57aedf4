"""From the letters of several indicators to one: by the mean of their points, or by the share that is reached.

Which of the two, how a half is rounded and what counts is for the scheme file to say (`aggregation`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..trust.schemes import Scheme
from .letters import lettered
from .steps import BAND


@dataclass(frozen=True)
class Combined:
    """One letter for several (that for "cannot be judged" where none counts), the letter of the bare mean, and counts.

    `number` is the mean of the points, or the share that is reached (a fraction).
    """

    letter: str
    of_mean: str
    number: float
    counted: int
    total: int


def combine(rows: pd.DataFrame, scheme: Scheme) -> Combined:
    """One letter for rows with `letter` and `outcome`. Raises: ValueError where the scheme says nothing of it."""
    if scheme.aggregation is None:
        raise ValueError(f"the scheme {scheme.name} has no aggregation")
    if scheme.aggregation["kind"] == "points_mean":
        return points_mean(rows["letter"].to_list(), scheme)
    rated = int(rows["outcome"].ne("not_rated").sum())
    counted = len(rows) if scheme.aggregation.get("of") == "all" else rated
    return reached_share(int(rows["outcome"].eq("reached").sum()), counted, len(rows), scheme)


def points_mean(letters: Sequence[str], scheme: Scheme) -> Combined:
    """The letter of the mean of the points, without what could not be judged.

    Several letters may share the points of the mean (4: B and B*). Then the first of them counts, unless a later one
    is among the letters: in that case each letter is replaced by the one `expected` at the target year, averaged again.
    Example: kenko21, C and B* → (3 + 4) ÷ 2 = 3.5 → 3 → C.
    """
    points = {letter.letter: letter.points for letter in scheme.letters if letter.points is not None}
    rated = [letter for letter in letters if letter in points]
    if not rated:
        return _none(scheme, len(letters))
    mean = sum(points[letter] for letter in rated) / len(rated)
    ways = scheme.aggregation or {}
    found = _with_points(points, _rounded(mean, ways))
    if len(found) > 1:
        expected: Mapping[str, str] = ways.get("expected") or {}
        later = [expected.get(letter, letter) for letter in rated]
        again = _rounded(sum(points[letter] for letter in later) / len(later), ways)
        is_late = any(letter in found[1:] for letter in rated) and again <= points[found[0]]
        return Combined(found[1 if is_late else 0], found[0], mean, len(rated), len(letters))
    return Combined(found[0], found[0], mean, len(rated), len(letters))


def reached_share(reached: int, counted: int, total: int, scheme: Scheme) -> Combined:
    """The letter of the share of targets that are reached, by the bands of the scheme."""
    if counted == 0:
        return _none(scheme, total)
    share = reached / counted
    found = pd.DataFrame({"outcome": [BAND], "quantity": [share], "limit_scale": [1.0], "fallback": ["not_rated"]})
    _, number = lettered(found, np.array([True]), scheme)
    letter = scheme.letters[int(number[0])].letter
    return Combined(letter, letter, share, counted, total)


def _none(scheme: Scheme, total: int) -> Combined:
    letter = scheme.of_outcome("not_rated").letter
    return Combined(letter, letter, math.nan, 0, total)


def _rounded(mean: float, ways: Mapping[str, object]) -> int:
    """The nearest whole number; exactly a half goes down (五捨六入) or up (四捨五入), as the scheme says."""
    slack = 1e-9 if ways.get("half", "down") == "up" else -1e-9
    return math.floor(mean + 0.5 + slack)


def _with_points(points: Mapping[str, float], wanted: int) -> list[str]:
    """The letters that count as many points, else those nearest to them."""
    nearest = min(points.values(), key=lambda own: (abs(own - wanted), -own))
    return [letter for letter, own in points.items() if own == nearest]
