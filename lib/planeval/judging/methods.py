"""Methods of judging: from the numbers of a case to its outcome.

A method is a function of (cases, numbers, settings) that gives back the numbers with `outcome` (one of
`words.lists.OUTCOMES`) and the `route` that decided, and one key in `METHODS`. A scheme file names its method; adding
a scheme of a known method needs no code. Methods of other publishers stand in modules of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from .change import EPSILON, at_least, changes, difference_limits, value_interval
from .gap import gap, planned_gap, signed_distance, time_share

Settings = Mapping[str, float]
Method = Callable[[pd.DataFrame, pd.DataFrame, Settings], pd.DataFrame]


def numbers(cases: pd.DataFrame, points: pd.DataFrame, milestones: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Every number that a letter may rest on, one row a case; see `docs` for the columns.

    Units: gaps and changes in the indicator's unit, shares as fractions.
    """
    baseline, value = cases["baseline"].to_numpy(float), cases["value"].to_numpy(float)
    found = changes(cases, points, settings)
    found["distance"] = signed_distance(cases, value)
    found["gap_baseline"], found["gap_now"] = gap(signed_distance(cases, baseline)), gap(found["distance"].to_numpy())
    found["gap_planned"] = planned_gap(cases, milestones)
    found["time_share"] = time_share(cases)
    with np.errstate(divide="ignore", invalid="ignore"):
        start = np.where(found["gap_baseline"] > 0, found["gap_baseline"], np.nan)
        found["closed_share"] = (start - found["gap_now"]) / start
        found["planned_share"] = (start - found["gap_planned"]) / start
        target, higher = cases["target"].to_numpy(float), cases["target_kind"].isin(["increase", "at_least"]).to_numpy()
        lower = cases["target_kind"].isin(["decrease", "at_most"]).to_numpy()
        found["achievement_rate"] = np.select(
            [higher & (target != 0), lower & (value != 0)], [value / target, target / value], np.nan
        )
    without_shares = cases["target_kind"].isin(["none", "suppress", "binary"]).to_numpy()
    found.loc[without_shares, ["gap_baseline", "gap_now", "gap_planned", "closed_share", "planned_share"]] = np.nan
    found["ceiling_path"] = np.where(
        cases["target_kind"].eq("suppress"), _ceiling_path(cases, found["time_share"].to_numpy()), np.nan
    )
    found["value_low"], found["value_high"] = value_interval(cases, settings["significance"])
    return found


def rate_by_gap(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The default scheme: reached? – a distinguishable change? – as far as planned?"""
    return found.assign(outcome=_outcomes(cases, found, found["moved"].to_numpy(), settings["tolerance"]))


def rate_by_kenko21(cases: pd.DataFrame, found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """健康日本21（第二次）: a test for sample surveys, else 5 % of the baseline; the straight line without tolerance.

    Source: 健康日本21（第二次）最終評価報告書（厚生労働省、令和4年10月）第2章.
    """
    baseline, value = cases["baseline"].to_numpy(float), cases["value"].to_numpy(float)
    low, high, has_counts = difference_limits(cases, settings["significance"])
    is_survey = cases["survey"].eq("sample").to_numpy()
    tested = is_survey & (has_counts | found["route"].eq("z").to_numpy())
    significant = np.where(has_counts, (low > 0) | (high < 0), (found["low"] > 0) | (found["high"] < 0))
    relative = at_least(np.abs(value - baseline), settings["relative_change"] * np.abs(baseline)) & (value != baseline)
    moved = np.where(np.where(tested, significant, relative), np.sign(found["change"]), 0.0)
    planned = found["gap_baseline"] * (1 - found["time_share"])
    found = found.assign(
        moved=moved,
        route=found["route"].where(tested, "relative"),
        gap_planned=planned,
        planned_share=found["time_share"].where(found["gap_baseline"] > 0),
        p=found["p"].where(tested),
        low=found["low"].where(tested),
        high=found["high"].where(tested),
    )
    outcomes = _outcomes(cases, found, moved, 0.0)
    return found.assign(outcome=np.where(outcomes == "improved", "reached", outcomes))


def _outcomes(cases: pd.DataFrame, found: pd.DataFrame, direction: np.ndarray, tolerance: float) -> np.ndarray:
    """What all kinds of target share, once it is known whether and where to the value has moved."""
    kind = cases["target_kind"]
    start, now, planned = (found[name].to_numpy(float) for name in ("gap_baseline", "gap_now", "gap_planned"))
    scale = np.maximum(np.abs(cases["value"].to_numpy(float)), np.abs(cases["target"].to_numpy(float)))
    is_reached = now <= EPSILON * scale
    is_due = (cases["fiscal_year"] >= cases["target_year"]).fillna(False).to_numpy(bool)
    in_time = at_least(planned + tolerance * (start - planned), now) & ~is_due
    forwards = np.where(kind.eq("none"), "improved", np.where(in_time, "on_pace", "behind"))
    general = np.where(is_reached, "reached", np.select([direction > 0, direction < 0], [forwards, "worse"], "unclear"))
    special = [kind.eq("binary"), kind.eq("suppress")]
    return np.select(special, [_binary(cases, is_due), _suppress(cases, found, is_due, tolerance)], general)


def _binary(cases: pd.DataFrame, is_due: np.ndarray) -> np.ndarray:
    """Done; not done and not due; overdue."""
    return np.where(cases["value"] >= 1, "reached", np.where(is_due, "worse", "unclear"))


def _ceiling_path(cases: pd.DataFrame, share: np.ndarray) -> np.ndarray:
    """The straight line from the baseline to the ceiling of a growing number."""
    baseline, ceiling = cases["baseline"].to_numpy(float), cases["target"].to_numpy(float)
    return baseline + (ceiling - baseline) * share


def _suppress(cases: pd.DataFrame, found: pd.DataFrame, is_due: np.ndarray, tolerance: float) -> np.ndarray:
    """A ceiling on growth: under the line, between line and ceiling, above the ceiling."""
    value, ceiling, line = (
        column.to_numpy(float) for column in (cases["value"], cases["target"], found["ceiling_path"])
    )
    allowed = line + tolerance * (line - cases["baseline"].to_numpy(float))
    under_line, under_ceiling = at_least(np.minimum(allowed, ceiling), value), at_least(ceiling, value)
    return np.select([~under_ceiling, is_due, under_line], ["worse", "reached", "on_pace"], "behind")


METHODS: dict[str, Method] = {"gap": rate_by_gap, "kenko21": rate_by_kenko21}
