"""Would the letter be the same without one value? Without the latest value, and without the baseline year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from .cases import Cases

# Outcomes from best to worst, in the classes that a committee knows; a neighbour is one step away.
CLASSES = {"reached": 0, "on_pace": 1, "better": 1, "improved": 1, "behind": 2, "unclear": 3, "worse": 4}
POINT = ("fiscal_year", "value", "n", "x", "se", "design_effect")
Judge = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def stability(cases: Cases, table: pd.DataFrame, judge: Judge) -> pd.DataFrame:
    """The letter without the latest value, without the baseline year, and what both say of the letter in `table`.

    `judge` rates frames of cases and points as `table` was rated. Columns: `stability` (stable: the same class,
    sensitive: a neighbour, unstable: further away or better for worse), `without_latest`, `without_baseline` (outcomes).
    Missing: "" for a case that is not rated, or of which fewer than three values are known.
    """
    points = cases.points
    size = points.groupby("case")["value"].transform("size")
    order = points.groupby("case").cumcount()
    fit = size >= 3
    latest = points[fit & order.eq(size - 2)].set_index("case")
    first = points[fit & order.eq(1)].set_index("case")
    without = {
        "without_latest": (with_other_end(cases.frame, latest, ""), points[~fit | order.lt(size - 1)]),
        "without_baseline": (with_other_end(cases.frame, first, "baseline_"), points[~fit | order.gt(0)]),
    }
    can = table["outcome"].ne("not_rated") & table.index.isin(latest.index)
    found = pd.DataFrame(index=table.index)
    for name, (frame, own) in without.items():
        found[name] = judge(frame, own.reset_index(drop=True))["outcome"].where(can, "")
    return found.assign(stability=_mark(table["outcome"], found).where(can, ""))


def with_other_end(frame: pd.DataFrame, points: pd.DataFrame, end: str) -> pd.DataFrame:
    """Cases with another point at one end ("baseline_" or "": the latest); counts and exposures follow their rule."""
    is_count, rows = frame["is_count"], points.index
    names = {"fiscal_year": f"{end}year" if end else "fiscal_year", "value": "baseline" if end else "value"}
    frame = frame.copy()
    for name in POINT:
        column = names.get(name, f"{end}{name}")
        frame.loc[rows, column] = points[name].astype(frame[column].dtype)
    counted = rows[is_count[rows]]
    frame.loc[counted, f"{end}count"] = points.loc[counted, "value"]
    frame.loc[counted, f"{end}exposure"] = points.loc[counted, "n"]
    frame.loc[counted, [f"{end}n", f"{end}x"]] = np.nan
    return frame


def _mark(outcome: pd.Series, without: pd.DataFrame) -> pd.Series:
    """The furthest step between the letter and those without one value; a letter that cannot be given is no step."""
    own = outcome.map(CLASSES)
    steps = pd.DataFrame({name: (column.map(CLASSES) - own).abs() for name, column in without.items()}).max(axis=1)
    marks = np.select([steps.isna(), steps == 0, steps == 1], ["", "stable", "sensitive"], "unstable")
    return pd.Series(marks, index=outcome.index, dtype="str")
