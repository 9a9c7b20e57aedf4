"""A planning aid: which change could the next evaluation tell from chance, and how large a sample would that take?

The answers use the tests of the evaluation itself. A true change of just the size given is found in only about half of
all surveys, because its estimate falls short of it as often as not: plan for a larger one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from . import intervals
from .change import share_scale
from .gap import Floats, better_sign

# Halving this often leaves less than the last digit of a binary fraction.
HALVINGS = 60
PLANNED = ["planned_n", "planned_design_effect", "planned_se", "planned_exposure"]
Answers = NDArray[np.bool_]


def smallest_detectable_change(cases: pd.DataFrame, settings: Mapping[str, float]) -> pd.DataFrame:
    """The smallest improvement and the smallest worsening that can be told from the baseline; index of `cases`.

    Besides the columns of cases: `planned_n`, `planned_design_effect` (else the baseline's), `planned_se`,
    `planned_exposure`; any may be absent. `improvement` and `worsening` are sizes, never negative; `planning_route`:
    interval (baseline_n, baseline_x), exact (baseline_count) or z (baseline_se), the first whose inputs exist, else "".
    Units: those of the indicator.
    Missing: NaN without the inputs, without a good direction, and where no possible value would be told from chance.
    """
    own = cases.reindex(columns=list(dict.fromkeys([*cases, *PLANNED])))
    own = own.assign(value=own["baseline"], n=own["baseline_n"], x=own["baseline_x"])
    up, down, route = np.full(len(own), np.nan), np.full(len(own), np.nan), np.full(len(own), "", dtype=object)
    for name, sizes in {"z": _by_error, "exact": _by_count, "interval": _by_interval}.items():  # the strongest last
        rise, fall, usable = sizes(own, settings["significance"])
        up, down, route = np.where(usable, rise, up), np.where(usable, fall, down), np.where(usable, name, route)
    sign = better_sign(own)
    better = np.select([sign > 0, sign < 0], [up, down], np.nan)
    worse = np.select([sign > 0, sign < 0], [down, up], np.nan)
    # A value beyond the middle of a range is judged as its mirror image: no more improvement than this is ever seen.
    room = np.abs((own["target"] + own["target_upper"]) / 2 - own["baseline"]).to_numpy(float)
    better = np.where(own["target_kind"].eq("range") & (better > room), np.nan, better)
    found = pd.DataFrame({"improvement": better, "worsening": worse, "planning_route": route}, index=cases.index)
    return found.astype({"planning_route": "str"})


def sample_needed(
    percent: ArrayLike, change: ArrayLike, *, design_effect: ArrayLike = 1.0, level: float = 0.05
) -> Floats:
    """How many answers are needed at each of two dates, so that this change of a percentage is told from chance.

    Units: percent, and percentage points up (+) or down (−). Missing: NaN for no change, or one beyond 0–100 %.
    Example: from 50 % to 55 %: 767 answers at each date.
    """
    start, wanted, effect = np.broadcast_arrays(*(np.asarray(part, float) for part in (percent, change, design_effect)))
    first, second = start / 100, (start + wanted) / 100
    is_possible = (first >= 0) & (first <= 1) & (second >= 0) & (second <= 1) & (wanted != 0) & (effect > 0)
    size = np.where(is_possible, np.abs(second - first), np.nan)
    most = np.ceil(effect * (4 * (intervals.normal_limit(level) / size) ** 2 + 100 / size))

    def is_enough(n: Floats) -> Answers:
        return _differ(first * n / effect, n / effect, second * n / effect, n / effect, level)

    return _nearest(is_enough, np.zeros(size.shape), most, is_whole=True)


def sampling_error(percent: ArrayLike, n: ArrayLike, limit: float = 1.96) -> Floats:
    """Half the width of the interval of a percentage: limit × √(percent × (100 − percent) ÷ n).

    `limit`: 1.96 for simple random sampling (95 %); 2√2 is printed for stratified two-stage samples.
    Units: percentage points. Example: 50 % of 1,430 answers → 2.59.
    """
    share, size = np.asarray(percent, float), np.asarray(n, float)
    return limit * np.sqrt(share * (100 - share) / np.where(size > 0, size, np.nan))


def _by_interval(own: pd.DataFrame, level: float) -> tuple[Floats, Floats, Answers]:
    """How far up and down to a proportion for which Newcombe's interval of the difference leaves out 0."""
    effect = own["baseline_design_effect"].fillna(1.0)
    n, x = ((own[name] / effect).to_numpy(float) for name in ("baseline_n", "baseline_x"))
    planned = (own["planned_n"] / own["planned_design_effect"].fillna(effect)).to_numpy(float)
    usable = (n > 0) & (x >= 0) & (x <= n) & (planned > 0) & ~own["is_count"].to_numpy(bool)
    n = np.where(usable, n, np.nan)
    share, scale = x / n, share_scale(own)

    def is_told(other: Floats) -> Answers:
        return _differ(x, n, other * planned, planned, level)

    high, low = (_nearest(is_told, share, np.full(len(own), end)) for end in (1.0, 0.0))
    return (high - share) * scale, (share - low) * scale, usable


def _by_count(own: pd.DataFrame, level: float) -> tuple[Floats, Floats, Answers]:
    """How far up and down to a count that the exact test tells from the baseline's; a rate changes with its count.

    Exposures count as equal unless both are known. Missing: NaN for a rate whose baseline count is 0.
    """
    names = ("baseline", "baseline_count", "baseline_exposure", "planned_exposure")
    value, count, exposure, planned = (own[name].to_numpy(float) for name in names)
    usable = own["is_count"].to_numpy(bool) & (count >= 0) & (count % 1 == 0)
    has_exposures = (exposure > 0) & (planned > 0)
    times = np.where(has_exposures, planned / np.where(exposure > 0, exposure, 1.0), 1.0)
    first, expected = np.where(usable, count, np.nan), np.where(usable, count, np.nan) * times

    def is_told(second: Floats) -> Answers:
        return intervals.conditional_binomial_p(first, second, times / (1 + times)) <= level

    # Ten standard errors above what is expected, and room for counts near 0.
    most = np.ceil(expected + 10 * (times * np.sqrt(first + 1) + np.sqrt(expected + 1)) + 10 * times + 20)
    high = _nearest(is_told, np.floor(expected), most, is_whole=True)
    low = _nearest(is_told, np.ceil(expected), np.zeros(len(own)), is_whole=True)
    unit = value / np.where(count > 0, count, np.nan)
    is_rate = (np.abs(value - count) > 1e-9 * count) | (has_exposures & (count == 0))
    # A count itself must also move to the side that its rate does.
    rise = np.where(
        is_rate, (high / times - count) * unit, np.where(np.isnan(high), np.nan, np.maximum(high - count, 1))
    )
    fall = np.where(is_rate, (count - low / times) * unit, np.where(np.isnan(low), np.nan, np.maximum(count - low, 1)))
    return rise, fall, usable


def _by_error(own: pd.DataFrame, level: float) -> tuple[Floats, Floats, Answers]:
    """The limit of the normal distribution times the error of the difference; the same up and down."""
    size = round(intervals.normal_limit(level), 2) * np.hypot(own["baseline_se"], own["planned_se"]).to_numpy(float)
    return size, size, ~np.isnan(size)


def _differ(x1: Floats, n1: Floats, x2: Floats, n2: Floats, level: float) -> Answers:
    """Whether two proportions are told from each other."""
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = intervals.newcombe(x1, n1, x2, n2, level)
    return (low > 0) | (high < 0)


def _nearest(is_found: Callable[[Floats], Answers], start: Floats, end: Floats, *, is_whole: bool = False) -> Floats:
    """By halving, the number nearest to `start`, on the way to `end`, for which something is found; NaN if it never is."""
    inner, outer = start, np.where(is_found(end), end, np.nan)
    for _ in range(HALVINGS):
        step = (outer - inner) / 2
        middle = inner + (np.trunc(step) if is_whole else step)
        if np.all((middle == inner) | (middle == outer) | np.isnan(middle)):
            break
        found = is_found(middle)
        inner, outer = np.where(found, inner, middle), np.where(found, middle, outer)
    return outer
