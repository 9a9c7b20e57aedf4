"""The way that the plan lays out, year by year, and how sure each value beside it is; for pictures and their numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..trust.rows import each_row
from .change import value_interval
from .evaluation import Evaluation
from .gap import better_sign, is_above_range, planned_gap
from .once import once

# Kinds of target without a way of numbers, and the column of the sample beside each name of a case.
WITHOUT_WAY = ("none", "binary")
LEVEL = 0.05  # of the intervals that are drawn, whatever the level of a scheme's test
SAMPLE = {"sample_size": "n", "sample_count": "x", "standard_error": "se", "design_effect": "design_effect"}


@once
def planned_values(evaluation: Evaluation) -> pd.DataFrame:
    """What each whole indicator should be in every year from its baseline to its target.

    Columns: indicator_id, fiscal_year (int), planned, in the indicator's unit. Missing: no row for an indicator without
    baseline, target or years. A ceiling is approached on a straight line.
    """
    frame = evaluation.cases.frame
    is_drawn = frame["group"].eq("") & ~frame["target_kind"].isin(WITHOUT_WAY)
    own = frame[is_drawn].dropna(subset=["baseline", "target", "baseline_year", "target_year"])
    own = own[own["target_year"] >= own["baseline_year"]]
    years = [range(int(r.baseline_year), int(r.target_year) + 1) for r in each_row(own)]
    rows = own.assign(fiscal_year=years).reset_index(names="case").explode("fiscal_year")
    if rows.empty:
        return pd.DataFrame({"indicator_id": [], "fiscal_year": [], "planned": []})
    rows = rows.astype({"fiscal_year": int}).reset_index(drop=True)
    place = {case: np.flatnonzero(rows["case"].eq(case)) for case in own.index}
    milestones = evaluation.cases.milestones
    milestones = milestones[milestones["case"].isin(own.index)]
    milestones = milestones.assign(case=milestones["case"].map(place)).explode("case")
    planned = _planned(rows, milestones.astype({"case": int}))
    return rows[["indicator_id", "fiscal_year"]].assign(planned=planned)


def _planned(rows: pd.DataFrame, milestones: pd.DataFrame) -> np.ndarray:
    """The near end of the target, less the gap that is planned to be left; a baseline beyond its target stays there."""
    baseline, target = rows["baseline"].to_numpy(float), rows["target"].to_numpy(float)
    is_from_above = rows["target_kind"].eq("range").to_numpy() & is_above_range(rows)
    target = np.where(is_from_above, rows["target_upper"].to_numpy(float), target)
    planned = target - better_sign(rows) * planned_gap(rows, milestones.reset_index(drop=True))
    span = (rows["target_year"] - rows["baseline_year"]).to_numpy(float)
    share = np.divide((rows["fiscal_year"] - rows["baseline_year"]).to_numpy(float), span, where=span > 0, out=span * 0)
    return np.where(rows["target_kind"].eq("suppress"), baseline + (target - baseline) * share, planned)


@once
def limits_of_values(evaluation: Evaluation) -> pd.DataFrame:
    """The 95 % interval of each observed total whose sample or standard error is known.

    Columns: indicator_id, fiscal_year, n, x, low, high.
    """
    frame = evaluation.cases.frame[lambda f: f["group"].eq("")]
    columns = ["indicator_id", "unit", "is_count", "baseline", "baseline_n", "baseline_x"]
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].eq("") & seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year)]
    seen = seen[["indicator_id", "fiscal_year", "value", *SAMPLE]].rename(columns=SAMPLE)
    rows = seen.merge(frame[columns], on="indicator_id", how="inner", validate="many_to_one")
    low, high = value_interval(rows.assign(count=np.nan), LEVEL)
    found = rows[["indicator_id", "fiscal_year", "n", "x"]].assign(low=low, high=high)
    return found[found["low"].notna()].reset_index(drop=True)
