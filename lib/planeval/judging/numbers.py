"""Every number that a letter may rest on, whatever the method; pure arithmetic on arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..words.methods import Value
from .change import changes, value_interval
from .gap import gap, planned_gap, signed_distance, time_share

Settings = Mapping[str, Value]


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


def _ceiling_path(cases: pd.DataFrame, share: np.ndarray) -> np.ndarray:
    """The straight line from the baseline to the ceiling of a growing number."""
    baseline, ceiling = cases["baseline"].to_numpy(float), cases["target"].to_numpy(float)
    return baseline + (ceiling - baseline) * share
