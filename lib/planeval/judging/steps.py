"""The two methods that most cities' rules are made of; everything that differs between them is a setting.

`steps` asks: reached? – better, unchanged or worse, beyond a tolerance? – as far as planned? `ratio_bands` cuts a
quantity (the rate of achievement, the share of the way …) at the limits of the scheme file.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .change import EPSILON, at_least
from .gap import HIGHER, LOWER, Floats
from .numbers import Settings

BAND = "band"


def rate_by_steps(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Reached, better (compared with the plan where the scheme does so), unchanged or worse."""
    moved, route = _moved(cases, found, settings)
    kind = cases["target_kind"]
    planned = _planned_gap(found, settings)
    start, now = found["gap_baseline"].to_numpy(float), found["gap_now"].to_numpy(float)
    in_time = at_least(start - now, settings["pace_share"] * (start - planned))
    unmet = "better" if settings["pace"] == "none" else np.where(in_time, "on_pace", "behind")
    forwards = np.where(kind.eq("none"), "improved", unmet)
    general = np.select([moved > 0, moved < 0], [forwards, "worse"], "unclear")
    special = np.where(kind.eq("binary"), "unclear", general)
    reached = is_reached(cases, found["distance"].to_numpy(float), settings["reached"])
    found = found.assign(moved=moved, route=route, why=_excluded(cases, found, settings))
    if settings["pace"] != "path":
        found = found.assign(gap_planned=planned, planned_share=found["time_share"].where(found["gap_baseline"] > 0))
    return found.assign(outcome=np.where(reached, "reached", special))


def rate_by_ratio_bands(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The quantity of the scheme, cut at its limits; what no band holds is told as `steps` would tell it."""
    found = rate_by_steps(cases, found, settings)
    quantity = QUANTITIES[settings["quantity"]](cases, found, settings)
    is_missing = np.isnan(quantity) & found["why"].eq("")
    without_target = cases["target_kind"].eq("none") & (settings["quantity"] not in {"change", "change_rate"})
    why = np.select([without_target & is_missing, is_missing], ["target_missing", "not_applicable"], found["why"])
    # Without a baseline a band may hold, but nothing is known of a change.
    is_open = cases["baseline"].isna() & cases["target_kind"].ne("binary") & found["outcome"].ne("reached")
    fallback = found["outcome"].mask(is_open, "not_rated")
    return found.assign(quantity=quantity, fallback=fallback, outcome=BAND, why=why)


def is_reached(cases: pd.DataFrame, distance: Floats, limit: str) -> np.ndarray:
    """At the target or, where `limit` is "beyond_target", past it; a range counts from its limits on."""
    value, kind = cases["value"].to_numpy(float), cases["target_kind"]
    slack = EPSILON * np.maximum(np.abs(value), np.abs(cases["target"].to_numpy(float)))
    has_no_beyond = kind.eq("range").to_numpy() | (limit == "at_target")
    reached = np.where(has_no_beyond, distance <= slack, distance < -slack)
    return np.select([kind.eq("none"), kind.eq("binary")], [False, value >= 1], reached)


def attainment(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> Floats:
    """目標達成率: value ÷ target; where lower is better target ÷ value, or (2 × target − value) ÷ target.

    Missing: NaN for a target below 0, and for one of 0 unless it is reached. A value of 0 that should be low is infinite.
    """
    upper, kind = cases["target_upper"].to_numpy(float), cases["target_kind"]
    value, target = cases["value"].to_numpy(float), cases["target"].mask(kind.eq("binary"), 1.0).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        higher = np.where(target > 0, value / target, np.where((target == 0) & (value >= 0), 1.0, np.nan))
        inverse = np.where(value > 0, target / value, np.where(target > value, np.inf, 1.0))
        mirrored = np.where(target > 0, (2 * target - value) / target, np.where(value <= 0, 1.0, np.nan))
        lower = np.where(target >= 0, mirrored if settings["lower_is_better"] == "mirrored" else inverse, np.nan)
        in_range = np.where(value < target, value / target, np.where(value > upper, upper / value, 1.0))
    lower, in_range = np.where(np.isnan(value), np.nan, lower), np.where(target > 0, in_range, np.nan)
    forms = [kind.isin((*HIGHER, "binary")), kind.isin(LOWER), kind.eq("range")]
    return np.select(forms, [higher, lower, in_range], np.nan)


def progress(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> Floats:
    """進捗率: the share of the way from baseline to target, beyond 1 where the target is passed; NaN without a way."""
    before = found["distance"].to_numpy(float) + found["change"].to_numpy(float)
    reached = np.where(found["distance"] <= 0, 1.0, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before > 0, found["change"].to_numpy(float) / before, reached)


def change_rate(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> Floats:
    """The change as a share of the baseline, positive where it is better; NaN for a baseline of 0."""
    baseline = np.abs(cases["baseline"].to_numpy(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(baseline > 0, found["change"].to_numpy(float) / baseline, np.nan)


def _of_time(rate: Floats, found: pd.DataFrame) -> Floats:
    share = found["time_share"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, rate / share, np.nan)


QUANTITIES = {
    "attainment": attainment,
    "attainment_pace": lambda cases, found, settings: _of_time(attainment(cases, found, settings), found),
    "progress": progress,
    "progress_pace": lambda cases, found, settings: _of_time(progress(cases, found, settings), found),
    "change_rate": change_rate,
    "change": lambda cases, found, settings: found["change"].to_numpy(float),
}


def _moved(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> tuple[Floats, pd.Series]:
    """+1 better, −1 worse, 0 unchanged within the tolerance of the scheme; and what decided it."""
    kind, change = settings["tolerance_kind"], found["change"].to_numpy(float)
    applies = np.full(len(cases), kind != "none")
    if settings["tolerance_for"] == "sample":
        applies &= cases["survey"].eq("sample").to_numpy()
    unit = 1.0 if kind == "points" else np.abs(cases["baseline"].to_numpy(float))
    width = np.where(change > 0, settings["tolerance_better"], settings["tolerance_worse"]) * unit
    size, slack = np.abs(change), EPSILON * np.maximum(np.abs(change), width)
    outside = size >= width - slack if settings["tolerance_edge"] == "changed" else size > width + slack
    moved = np.where(~applies | outside, np.sign(change), 0.0)
    route = np.where(applies & (kind in {"relative", "points"}), kind, "size")
    if kind == "significance":
        tested = applies & found["route"].isin(["interval", "exact", "z", "run"]).to_numpy()
        moved = np.where(tested, found["significant"].to_numpy(float), moved)
        route = np.select([tested, applies], [found["route"], "relative"], "size")
    return moved, pd.Series(route, index=cases.index).where(found["change"].notna(), "")


def _planned_gap(found: pd.DataFrame, settings: Settings) -> Floats:
    """What should be left of the gap: on the straight line, or on the indicator's own path."""
    start, share = found["gap_baseline"].to_numpy(float), found["time_share"].to_numpy(float)
    return found["gap_planned"].to_numpy(float) if settings["pace"] == "path" else start * (1 - share)


def _excluded(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> np.ndarray:
    """What this scheme says it does not rate."""
    names, kind = settings["not_rated"], cases["target_kind"]
    has_none = kind.eq("none").to_numpy() & ("no_target" in names)
    was_there = found["distance"] + found["change"] <= 0
    excluded = kind.isin(names).to_numpy() | (was_there & ~kind.eq("none") & ("baseline_at_target" in names))
    return np.select([has_none, excluded], ["target_missing", "not_applicable"], "")
