"""Breaks in a series: bridged by a ratio, restarted, or (where neither is declared) not judged across."""

from __future__ import annotations

import pandas as pd

SAMPLE_COLUMNS = ["n", "x", "se", "design_effect"]


def apply_breaks(
    cases: pd.DataFrame, points: pd.DataFrame, breaks: pd.DataFrame, last_year: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases and points after the breaks up to `last_year`.

    Adds to cases: `break_reason` ("" where judging may go on), `baseline_bridge` and `bridge` (the ratios applied),
    `is_restarted`. A break counts from its year on; values of earlier years are the old ones.
    """
    real = breaks[breaks["break_kind"].ne("shock") & (breaks["fiscal_year"] <= last_year)]
    cases = cases.assign(break_reason="", bridge=1.0, baseline_bridge=1.0, is_restarted=False)
    if real.empty or points.empty:
        return cases, points
    own = real.rename(columns={"fiscal_year": "break_year"})[
        ["indicator_id", "break_year", "break_kind", "bridge_ratio"]
    ]
    crossed = cases.reset_index(names="case")[["case", "indicator_id", "baseline_year"]].merge(own, on="indicator_id")
    crossed = crossed[(crossed["break_year"] > crossed["baseline_year"]).fillna(False)]
    latest = points.groupby("case")["fiscal_year"].max()
    crossed = crossed[(crossed["break_year"] <= crossed["case"].map(latest)).fillna(False)]
    cases, points = _restart(cases, points, crossed[crossed["break_kind"].eq("restart")])
    later = crossed[crossed["break_year"] > crossed["case"].map(cases["baseline_year"])]
    is_bridge = later["break_kind"].eq("bridge") & later["bridge_ratio"].gt(0)
    cases, points = _bridge(cases, points, later[is_bridge])
    torn = later.loc[~is_bridge & later["break_kind"].ne("restart"), "case"]
    cases.loc[cases.index.isin(torn) & cases["break_reason"].eq(""), "break_reason"] = "break_not_bridged"
    return cases, points


def _restart(cases: pd.DataFrame, points: pd.DataFrame, restarts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first value after the last restart becomes the baseline; with that value alone there is no change to judge."""
    if restarts.empty:
        return cases, points
    since = restarts.groupby("case")["break_year"].max()
    start = points["case"].map(since)
    points = points[start.isna() | (points["fiscal_year"] >= start).fillna(False)]
    first = points[points["case"].isin(since.index)].groupby("case").head(1).set_index("case")
    cases, rows = cases.copy(), first.index
    cases.loc[rows, "baseline_year"], cases.loc[rows, "baseline"] = first["fiscal_year"], first["value"]
    cases.loc[rows, "baseline_row"] = first["value_row"]
    for name in SAMPLE_COLUMNS:
        cases.loc[rows, f"baseline_{name}"] = first[name]
    cases.loc[rows, "is_restarted"], cases.loc[rows, "baseline_is_given"] = True, False
    alone = points.groupby("case").size().reindex(rows) < 2
    cases.loc[rows[alone], "break_reason"] = "definition_changed"
    return cases, points


def _bridge(cases: pd.DataFrame, points: pd.DataFrame, bridges: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Multiply every value before a break by its ratio; their n and x no longer describe them, their errors scale."""
    if bridges.empty:
        return cases, points
    pairs = points.reset_index(names="point").merge(bridges[["case", "break_year", "bridge_ratio"]], on="case")
    pairs = pairs[(pairs["fiscal_year"] < pairs["break_year"]).fillna(False)]
    ratio = pairs.groupby("point")["bridge_ratio"].prod().reindex(points.index, fill_value=1.0)
    changed = ratio.ne(1)
    points = points.assign(
        value=points["value"] * ratio, se=points["se"] * ratio, n=points["n"].mask(changed), x=points["x"].mask(changed)
    )
    at_baseline = points["fiscal_year"].eq(points["case"].map(cases["baseline_year"])).fillna(False)
    applied = pd.Series(ratio[at_baseline].to_numpy(), index=points.loc[at_baseline, "case"]).reindex(
        cases.index, fill_value=1.0
    )
    is_changed = applied.ne(1)
    cases = cases.assign(
        baseline_bridge=applied,
        baseline=cases["baseline"] * applied,
        baseline_se=cases["baseline_se"] * applied,
        baseline_n=cases["baseline_n"].mask(is_changed),
        baseline_x=cases["baseline_x"].mask(is_changed),
    )
    return cases, points
