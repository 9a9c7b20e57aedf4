"""The outlook to the target year: where would the straight line through all values lead, if things went on as so far?

The line is drawn through the signed distance to the target (for a range through the gap) by ordinary least squares;
around it stands the interval in which four values of five are to be expected.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from .change import EPSILON
from .gap import HIGHER, signed_distance

# Two-sided share of values that the prediction interval holds, and the fewest points of a line.
LEVEL, FEWEST_POINTS = 0.80, 5
# Kinds of target that no value lies at a distance to.
WITHOUT = ("none", "binary")


def outlook(
    cases: pd.DataFrame, points: pd.DataFrame, shock_years: Collection[int] = (), breaks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The outlook of each case without the years of a shock, and with them; index of `cases`.

    `points`: case (place in `cases`), fiscal_year, value; `shock_years`: for all cases; `breaks`: contract of that name,
    whose rows of kind shock count for their own indicator. `outlook`: likely (the whole interval reaches the target),
    unlikely (none of it does), open, or ""; `outlook_low`, `outlook_middle`, `outlook_high` at the target year and
    `outlook_points` on the line; the same with `outlook_with_shocks`.
    Units: those of the indicator; for a range the gap to it, at or below zero within the range.
    Missing: "" and NaN for fewer than five points, a target that is missing or already due, `none` and `binary`, and a
    case that cannot be judged.
    """
    lines = _on_lines(cases, points)
    is_shock = lines["fiscal_year"].isin(list(shock_years)) | _is_own_shock(cases, lines, breaks)
    without, everything = _predictions(cases, lines[~is_shock]), _predictions(cases, lines)
    return without.add_prefix("outlook").join(everything.add_prefix("outlook_with_shocks")).set_axis(cases.index)


def _on_lines(cases: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """The points of the cases that may have an outlook, with `distance`, what is missing to the target."""
    is_ahead = (cases["fiscal_year"] < cases["target_year"]).fillna(False).to_numpy(bool)
    may_have = is_ahead & ~cases["target_kind"].isin(WITHOUT).to_numpy() & cases["reason"].eq("").to_numpy()
    lines = points[may_have[points["case"].to_numpy(int)]]
    own = cases.iloc[lines["case"].to_numpy(int)].reset_index(drop=True)
    distance = signed_distance(own, lines["value"].to_numpy(float))
    return lines.assign(year=lines["fiscal_year"].astype(float), distance=distance).dropna(subset=["year", "distance"])


def _is_own_shock(cases: pd.DataFrame, lines: pd.DataFrame, breaks: pd.DataFrame | None) -> NDArray[np.bool_]:
    """Whether a point lies in a year that the breaks name as a shock of its indicator."""
    if breaks is None:
        return np.zeros(len(lines), bool)
    shocks = pd.MultiIndex.from_frame(breaks.loc[breaks["break_kind"].eq("shock"), ["indicator_id", "fiscal_year"]])
    names = cases["indicator_id"].to_numpy()[lines["case"].to_numpy(int)]
    return pd.MultiIndex.from_arrays([names, lines["fiscal_year"]]).isin(shocks)


def _predictions(cases: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """One row per case: the word, the limits and the middle in the indicator's unit, the number of points."""
    count = lines.groupby("case").size().reindex(range(len(cases)), fill_value=0)
    due = cases["target_year"].astype(float).reset_index(drop=True)
    middle, half = _line(lines, due, count)
    low, high = middle - half, middle + half
    target, is_range = cases["target"].reset_index(drop=True), cases["target_kind"].eq("range").to_numpy()
    # As far as rounding goes, a limit on the target is in the target region.
    touch = EPSILON * np.maximum(target.abs(), cases["value"].reset_index(drop=True).abs())
    words = np.select([high.isna(), high <= touch, low > touch], ["", "likely", "unlikely"], "open")
    is_higher = cases["target_kind"].isin(HIGHER).to_numpy() & ~is_range
    side = np.where(is_higher, -1.0, 1.0)
    from_zero = target.mask(is_range, 0.0)
    return pd.DataFrame(
        {
            "": pd.Series(words, dtype="str"),
            "_low": from_zero + np.where(is_higher, -high, low),
            "_middle": from_zero + side * middle,
            "_high": from_zero + np.where(is_higher, -low, high),
            "_points": count,
        }
    )


def _line(lines: pd.DataFrame, due: pd.Series, count: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The distance on the line at the target year, and half the width of its prediction interval.

    half = t × s × √(1 + 1/n + (target year − mean year)² ÷ Σ(year − mean year)²), s² = Σ residual² ÷ (n − 2).
    Source: Draper and Smith, Applied Regression Analysis (3rd ed.), section 3.1.
    """
    sets = lines["case"]
    year = lines["year"] - lines["year"].groupby(sets).transform("mean")
    mean = lines["distance"].groupby(sets).mean()
    distance = lines["distance"] - sets.map(mean)
    spread = (year**2).groupby(sets).sum()
    slope = (year * distance).groupby(sets).sum() / spread
    residual = ((distance - year * sets.map(slope)) ** 2).groupby(sets).sum()
    ahead = due - lines["year"].groupby(sets).mean()
    free = (count - 2).where(count >= FEWEST_POINTS)
    limit = special.stdtrit(free.astype(float), (1 + LEVEL) / 2)
    half = limit * np.sqrt(residual / free * (1 + 1 / count + ahead**2 / spread))
    return (mean + slope * ahead).where(half.notna()), half
