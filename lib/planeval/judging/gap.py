"""The gap to the target: how far away, how much of it is closed, how much should be closed by now.

Every function takes arrays of equal length, one item a case. Units: those of the indicator; shares are fractions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HIGHER = ("increase", "at_least")
LOWER = ("decrease", "at_most", "suppress")


def better_sign(cases: pd.DataFrame) -> Floats:
    """+1 where a higher value is better, −1 where a lower one is; for a range, seen from the baseline."""
    kind = cases["target_kind"]
    middle = (cases["target"] + cases["target_upper"]) / 2
    side = np.where(is_above_range(cases), -1.0, 1.0)
    wished = cases["direction"].map({"up": 1.0, "down": -1.0}).astype(float)
    signs = [kind.isin(HIGHER), kind.isin(LOWER), kind.eq("range") & middle.notna(), kind.eq("none")]
    return np.select(signs, [1.0, -1.0, side, wished.to_numpy()], np.nan)


def is_above_range(cases: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether the baseline lies above its range; a baseline within the range takes the side of the latest value."""
    middle = ((cases["target"] + cases["target_upper"]) / 2).to_numpy(float)
    baseline, value = cases["baseline"].to_numpy(float), cases["value"].to_numpy(float)
    inside = (baseline >= cases["target"].to_numpy(float)) & (baseline <= cases["target_upper"].to_numpy(float))
    return np.where(inside, value, baseline) > middle


def signed_distance(cases: pd.DataFrame, value: Floats) -> Floats:
    """h: what is missing to the target (negative beyond it); without a target, the value with the bad side up."""
    kind = cases["target_kind"]
    target, upper = cases["target"].to_numpy(float), cases["target_upper"].to_numpy(float)
    outside = np.maximum(np.maximum(target - value, value - upper), 0.0)
    wished = cases["direction"].map({"up": -1.0, "down": 1.0}).astype(float).to_numpy()
    forms = [kind.isin(HIGHER), kind.isin(LOWER), kind.eq("range"), kind.eq("none")]
    return np.select(forms, [target - value, value - target, outside, wished * value], np.nan)


def gap(distance: Floats) -> Floats:
    """g: the distance that is still to go, never below zero."""
    return np.maximum(distance, 0.0)


def time_share(cases: pd.DataFrame) -> Floats:
    """s: the share of the time from baseline to target year that has passed, at most 1."""
    first, last = cases["baseline_year"].to_numpy(float), cases["target_year"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum((cases["fiscal_year"].to_numpy(float) - first) / (last - first), 1.0)
    return np.where(last > first, share, np.where(np.isnan(last - first), np.nan, 1.0))


def planned_gap(cases: pd.DataFrame, milestones: pd.DataFrame) -> Floats:
    """P: the gap that the declared path leaves at the latest year.

    A geometric path runs to the near end of a range; where the baseline or the target is not positive, none exists
    and the straight line counts.
    """
    baseline, target = cases["baseline"].to_numpy(float), cases["target"].to_numpy(float)
    is_from_above = cases["target_kind"].eq("range").to_numpy() & is_above_range(cases)
    target = np.where(is_from_above, cases["target_upper"].to_numpy(float), target)
    at_baseline = gap(signed_distance(cases, baseline))
    share = time_share(cases)
    path = cases["path"]
    with np.errstate(divide="ignore", invalid="ignore"):
        geometric = np.abs(target - baseline * (target / baseline) ** share)
    is_geometric = path.eq("geometric").to_numpy() & (baseline > 0) & (target > 0)
    planned = np.where(is_geometric, geometric, at_baseline * (1 - share))
    if path.eq("milestones").any() and not milestones.empty:
        stepped = path.eq("milestones").to_numpy() & (share < 1)
        planned = np.where(stepped, _milestone_gap(cases, milestones, at_baseline), planned)
    return planned


def _milestone_gap(cases: pd.DataFrame, milestones: pd.DataFrame, at_baseline: Floats) -> Floats:
    """Linear interpolation of the gap through baseline, milestones and target, for all cases at once."""
    number = np.arange(len(cases))
    start, end = (cases[name].to_numpy(float)[milestones["case"]] for name in ("baseline_year", "target_year"))
    years = milestones["fiscal_year"].to_numpy(float)
    milestones = milestones[(years > start) & (years < end)]  # a restart or a revision may leave some outside
    own = cases.iloc[milestones["case"].to_numpy()].reset_index(drop=True)
    knots = (
        pd.concat(
            [
                pd.DataFrame({"case": number, "year": cases["baseline_year"].to_numpy(float), "gap": at_baseline}),
                pd.DataFrame(
                    {
                        "case": milestones["case"].to_numpy(),
                        "year": milestones["fiscal_year"].to_numpy(float),
                        "gap": gap(signed_distance(own, milestones["value"].to_numpy(float))),
                    }
                ),
                pd.DataFrame({"case": number, "year": cases["target_year"].to_numpy(float), "gap": 0.0}),
            ]
        )
        .dropna()
        .sort_values(["case", "year"], kind="stable")
    )
    span = 10_000.0
    places = knots["case"].to_numpy() * span + knots["year"].to_numpy()
    years = cases["fiscal_year"].to_numpy(float)
    after = np.clip(np.searchsorted(places, number * span + years, side="right"), 1, len(places) - 1)
    year0, year1 = knots["year"].to_numpy()[after - 1], knots["year"].to_numpy()[after]
    gap0, gap1 = knots["gap"].to_numpy()[after - 1], knots["gap"].to_numpy()[after]
    with np.errstate(divide="ignore", invalid="ignore"):
        return gap0 + (gap1 - gap0) * (years - year0) / (year1 - year0)


def reflected(cases: pd.DataFrame, value: Floats) -> Floats:
    """Values of a range target mirrored to the baseline's side of the range; all others unchanged."""
    low, high = cases["target"].to_numpy(float), cases["target_upper"].to_numpy(float)
    above, middle = is_above_range(cases), (low + high) / 2
    other_side = cases["target_kind"].eq("range").to_numpy() & np.where(above, value < middle, value > middle)
    return np.where(other_side, low + high - value, value)
