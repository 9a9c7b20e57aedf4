"""Rules of other publishers: Healthy People, Eurostat, Open SDG, SDSN. They exist to reproduce what those published.

Notation: b baseline, y latest value, T target, d = +1 where higher is better, else −1. Growth rules need b, y and T of
one sign; where they cannot be computed, the case is not rated (`not_applicable`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .change import at_least
from .gap import Floats, better_sign, signed_distance
from .intervals import normal_limit
from .numbers import Settings
from .steps import BAND, is_reached

WITHOUT_GROWTH = ("range", "binary")
# Open SDG: what stands for a target or baseline of 0, and the power that lowers the limits near a natural limit.
SMALLEST, LIMIT_POWER = 0.001, 4.44


def rate_by_healthy_people(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Met; improving or getting worse where the change is significant or, without errors, at least 10 %.

    Quantity: the share of the targeted change, else of the baseline. Source: Healthy People 2030, progress statuses.
    """
    baseline, change = cases["baseline"].to_numpy(float), found["change"].to_numpy(float)
    way, share = found["gap_baseline"].to_numpy(float), settings["improving_share"]
    error = np.hypot(cases["baseline_se"].to_numpy(float), cases["se"].to_numpy(float))
    limit = round(normal_limit(settings["significance"]), 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        targeted, relative = change / np.where(way > 0, way, np.nan), change / np.abs(baseline)
        significant = at_least(np.abs(change) / error, np.full(len(cases), limit))
    quantity = np.where((change > 0) & ~np.isnan(targeted), targeted, np.where(change == 0, 0.0, relative))
    large = at_least(np.abs(quantity), np.full(len(cases), share))
    moved = np.where(np.where(np.isnan(error), large, significant), np.sign(change), 0.0)
    outcome = np.select([_reached(cases), moved > 0, moved < 0], ["reached", "better", "worse"], "unclear")
    is_undefined = np.isnan(error) & ~np.isfinite(quantity) & (outcome != "reached")
    return found.assign(
        outcome=outcome,
        moved=moved,
        quantity=np.where(np.isfinite(quantity), quantity, np.nan),
        route=np.where(np.isnan(error), "relative", "z"),
        why=_why(cases["target_kind"].isin(WITHOUT_GROWTH) | is_undefined),
    )


def rate_by_eurostat(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Actual over required yearly growth; without a target the yearly growth itself.

    Source: Eurostat, Sustainable development in the EU, annex on the assessment of indicator trends.
    """
    growth, needed, sign = _growth(cases, cases["baseline"].to_numpy(float), cases["target"].to_numpy(float))
    is_flat = ~_has_no_target(cases) & (needed == 0)  # the target is the baseline: any loss leads away
    return _by_growth(cases, found, growth, needed, sign, worse=is_flat & (found["change"].to_numpy(float) < 0))


def rate_by_open_sdg(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Open SDG's automated progress: growth against the growth needed, and a score from −5 to 5.

    Source: Open SDG documentation, progress calculation; checked against series that two national sites published.
    """
    baseline, target = (_not_zero(cases[name].to_numpy(float)) for name in ("baseline", "target"))
    cases = cases.assign(target=target)
    growth, needed, sign = _growth(cases, baseline, target)
    found = _by_growth(cases, found, growth, needed, sign, worse=np.zeros(len(cases), bool))
    scale = np.where(_has_no_target(cases), _limit_scale(np.abs(baseline), np.abs(cases["limit"].to_numpy(float))), 1.0)
    return found.assign(limit_scale=scale, score=_score(cases, found, scale))


def rate_by_sdsn_trend(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Actual yearly change over the yearly change needed, both on straight lines. Source: Sustainable Development Report."""
    way, change = found["gap_baseline"].to_numpy(float), found["change"].to_numpy(float)
    span, passed = _years(cases)
    with np.errstate(divide="ignore", invalid="ignore"):
        quantity = np.where(way > 0, (change / passed) / (way / span), np.nan)
    reached, never = _reached(cases), cases["target_kind"].isin(["none", "range", "binary"]).to_numpy()
    outcome = np.select([reached, (way <= 0) & (change < 0)], ["reached", "worse"], BAND)
    why = np.where(_has_no_target(cases), "target_missing", _why(never | ((outcome == BAND) & np.isnan(quantity))))
    return found.assign(outcome=outcome, quantity=quantity, route="size", why=why)


def _by_growth(
    cases: pd.DataFrame, found: pd.DataFrame, growth: Floats, needed: Floats, sign: Floats, *, worse: np.ndarray
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(needed != 0, sign * growth / np.abs(needed), np.nan)
    quantity = np.where(_has_no_target(cases), sign * growth, ratio)
    outcome = np.select([_reached(cases), worse], ["reached", "worse"], BAND)
    never = cases["target_kind"].isin(WITHOUT_GROWTH).to_numpy()
    why = _why(never | ((outcome == BAND) & np.isnan(quantity)))
    return found.assign(outcome=outcome, quantity=np.where(never, np.nan, quantity), route="size", why=why)


def _growth(cases: pd.DataFrame, baseline: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
    """Compound yearly growth seen and needed, and the sign that makes an improvement positive."""
    value, (span, passed) = cases["value"].to_numpy(float), _years(cases)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(passed > 0, (value / baseline) ** (1 / passed) - 1, np.nan)
        needed = np.where(span > 0, (target / baseline) ** (1 / span) - 1, np.nan)
    return np.where(baseline == 0, np.nan, growth), needed, np.sign(baseline) * better_sign(cases)


def _years(cases: pd.DataFrame) -> tuple[Floats, Floats]:
    """Years from the baseline to the target and to the latest value."""
    first, last, now = (
        cases[name].to_numpy(float, na_value=np.nan) for name in ("baseline_year", "target_year", "fiscal_year")
    )
    return last - first, now - first


def _limit_scale(baseline: Floats, limit: Floats) -> Floats:
    """What the limits of growth are multiplied by as a baseline comes near to a natural limit; 1 without one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        below, above = 1 - (baseline / limit) ** LIMIT_POWER, 1 - ((2 * limit - baseline) / limit) ** LIMIT_POWER
    return np.select([np.isnan(limit) | (baseline >= 2 * limit), baseline <= limit], [1.0, below], above)


def _score(cases: pd.DataFrame, found: pd.DataFrame, scale: Floats) -> Floats:
    """−5 to 5: how far along, by pieces of straight lines."""
    quantity, outcome = found["quantity"].to_numpy(float), found["outcome"].to_numpy()
    with_target = np.where(
        quantity >= 0.6, np.minimum(7.1429 * quantity - 4.2857, 5), np.maximum(4.1667 * quantity - 2.5, -5)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        reduced = quantity / scale
    pieces = [quantity < 0, scale == 0, quantity >= 0.015 * scale, quantity >= 0.005 * scale]
    scores = [np.maximum(125 * quantity - 2.5, -5), 5.0, np.minimum(500 * reduced - 5, 5), 250 * reduced - 1.25]
    without = np.select(pieces, scores, 500 * reduced - 2.5)
    score = np.where(_has_no_target(cases), without, with_target)
    score = np.where(outcome == "reached", 5.0, np.where(np.isnan(quantity), np.nan, score))
    return np.where(found["why"] == "", score, np.nan)


def _not_zero(values: Floats) -> Floats:
    return np.where(values == 0, SMALLEST, values)


def _has_no_target(cases: pd.DataFrame) -> np.ndarray:
    return cases["target_kind"].eq("none").to_numpy()


def _reached(cases: pd.DataFrame) -> np.ndarray:
    return is_reached(cases, signed_distance(cases, cases["value"].to_numpy(float)), "at_target")


def _why(cannot: np.ndarray) -> np.ndarray:
    return np.where(cannot, "not_applicable", "")
