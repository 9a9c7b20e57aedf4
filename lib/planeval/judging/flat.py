"""Flat tables of cases, without a plan: one row a case in, its letter and numbers out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..trust.flat_cases import FlatCases
from ..trust.schemes import Scheme
from .ratings import judge

KINDS = {"maintain": ""} | {name: name for name in ("increase", "decrease", "range", "suppress", "binary", "none")}
OWN = {"year": "fiscal_year", "actual": "value"}
ANSWERS = {
    "scheme": "scheme", "rating": "letter", "lean": "lean", "reason": "reason", "route": "route",
    "gap_baseline": "gap_baseline", "gap_now": "gap_now", "closed_share": "closed_share",
    "planned_share": "planned_share", "change": "change", "p": "p", "low": "low", "high": "high",
    "n_points": "n_points", "value": "quantity", "score": "score",
}  # fmt: skip


def rate(flat: FlatCases, scheme: Scheme, settings: Mapping[str, object] | None = None) -> pd.DataFrame:
    """The answers of `words.flat_cases.ANSWERS` for each case, in their order; limits are those of the case's year.

    Units: gaps and changes in the case's unit, shares as fractions; the closed and planned shares exist only where
    there is a gap to close.
    """
    cases, points = case_frames(flat)
    years = cases["fiscal_year"].to_numpy(float, na_value=np.inf)
    starts = sorted({change.year for change in scheme.since})
    version = np.searchsorted(starts, years, side="right")
    parts = []
    for number in np.unique(version) if len(cases) else [0]:
        rows = np.flatnonzero(version == number)
        own = [_of(frame, rows) for frame in (points, flat.milestones)]
        at = scheme.at(starts[number - 1]) if number else scheme
        parts.append(judge(cases.iloc[rows].reset_index(drop=True), *own, at, settings or {}).set_axis(rows))
    judged = pd.concat(parts).sort_index()
    return pd.DataFrame({name: judged[own] for name, own in ANSWERS.items()})


def case_frames(flat: FlatCases) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases and points, as `judge` takes them."""
    frame = flat.frame.rename(columns=OWN)
    better = frame["better"].map({"up": "at_least", "down": "at_most"}).fillna("unknown")
    kind = frame["direction"].map(KINDS).fillna("unknown").where(frame["direction"].ne("maintain"), better)
    is_count = frame["is_count"]
    cases = frame.assign(
        indicator_id=frame["case_id"],
        target_kind=kind.astype("str"),
        direction=frame["better"].where(kind.eq("none"), ""),
        path=frame["path"].replace("", "linear"),
        survey=pd.Series(np.where(frame["is_survey"], "sample", ""), dtype="str"),
        baseline_design_effect=frame["design_effect"],
        baseline_count=frame["baseline"].where(is_count),
        count=frame["value"].where(is_count),
        baseline_bridge=1.0,
        is_restarted=False,
        **{name: pd.Series("", index=frame.index, dtype="str") for name in ("group_kind", "group", "flags", "reason")},
    )
    return cases, _points(cases, flat.series)


def _points(cases: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Every value of a case from baseline to latest, both included; the ends are those of the row."""
    ends = [
        pd.DataFrame({"case": cases.index, "fiscal_year": cases[year], "value": cases[value]}).dropna()
        for year, value in (("baseline_year", "baseline"), ("fiscal_year", "value"))
    ]
    first, last = (series["case"].map(cases[name].astype(float)) for name in ("baseline_year", "fiscal_year"))
    inner = series[(series["fiscal_year"] > first) & (series["fiscal_year"] < last)]
    points = pd.concat([ends[0], inner, ends[1]]) if len(inner) else pd.concat(ends)
    points = points.astype({"case": "int64", "fiscal_year": "int64", "value": "float64"})
    return points.drop_duplicates(["case", "fiscal_year"]).sort_values(["case", "fiscal_year"], ignore_index=True)


def _of(rows_of_cases: pd.DataFrame, cases: np.ndarray) -> pd.DataFrame:
    """The rows that belong to some cases, numbered anew."""
    place = pd.Series(np.arange(len(cases)), index=cases)
    number = rows_of_cases["case"].map(place)
    return rows_of_cases[number.notna()].assign(case=number.dropna().astype("int64")).reset_index(drop=True)
