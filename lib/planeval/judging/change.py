"""Is there a change, by which evidence, and towards which side?

The first route whose inputs exist decides: interval (n and x), exact (counts), z (standard errors), run (5 or more
values), size (the change alone).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from . import intervals
from .gap import Floats, better_sign, gap, reflected, signed_distance

PERCENT = ("%", "％")
RUN_LENGTH = 5
# A comparison of two computed numbers treats them as equal within this share of their size.
EPSILON = 1e-9


def at_least(left: Floats, right: Floats) -> np.ndarray:
    """left ≥ right, ties included whatever the rounding of binary fractions."""
    with np.errstate(invalid="ignore"):  # an endless value is compared as it is
        slack = EPSILON * np.maximum(np.maximum(np.abs(left), np.abs(right)), EPSILON)
        return (left >= right - slack) | (left >= right)


def changes(cases: pd.DataFrame, points: pd.DataFrame, settings: Mapping[str, float]) -> pd.DataFrame:
    """For each case: change (positive = better), route, `moved` (1 better, −1 worse, 0 no change found), p, low, high, n_points.

    `significant` is the sign that the route's test found, whatever the size of the change.
    `points` has case, fiscal_year, value: all values from baseline to latest. Missing inputs give route "" and NaN.
    """
    baseline, value = cases["baseline"].to_numpy(float), cases["value"].to_numpy(float)
    before, now = signed_distance(cases, baseline), signed_distance(cases, value)
    scale = np.maximum(np.maximum(np.abs(before), np.abs(now)), np.maximum(np.abs(baseline), np.abs(value)))
    change = np.where(np.abs(before - now) <= EPSILON * scale, 0.0, before - now)
    counts = points.groupby("case").size().reindex(range(len(cases)), fill_value=0).to_numpy()
    found = pd.DataFrame(
        {
            "change": change,
            "size": change,
            "route": "size",
            "sign": np.sign(change),
            "p": np.nan,
            "low": np.nan,
            "high": np.nan,
            "n_points": counts,
        }
    )
    level = settings["significance"]
    for route in (_run, _z, _exact, _interval):  # the strongest evidence is written last
        found = route(found, cases, points, level)
    is_material = at_least(found["size"].abs().to_numpy(), material_change(cases, settings))
    agrees = found["sign"].eq(np.sign(found["change"]))
    found["moved"] = np.where(is_material & agrees & found["change"].notna(), found["sign"], 0.0)
    found["route"] = found["route"].where(found["change"].notna(), "")
    return found.rename(columns={"sign": "significant"}).drop(columns="size")


def material_change(cases: pd.DataFrame, settings: Mapping[str, float]) -> Floats:
    """The smallest change that matters: 最小意味差, else a share of the gap at baseline, else of the level."""
    share, level_share = settings["material_share"], settings["level_share"]
    baseline = cases["baseline"].to_numpy(float)
    at_baseline = gap(signed_distance(cases, baseline))
    has_gap = (at_baseline > 0) & cases["target_kind"].ne("none").to_numpy()
    is_percent = cases["unit"].isin(PERCENT).to_numpy() & (baseline >= 0) & (baseline <= 100)
    level = np.where(is_percent, share * baseline * (100 - baseline) / 100, level_share * np.abs(baseline))
    own = cases["min_change"].to_numpy(float)
    return np.where(np.isnan(own), np.where(has_gap, share * at_baseline, level), own)


def _write(found: pd.DataFrame, where: np.ndarray, **columns: object) -> pd.DataFrame:
    return found.assign(**{name: np.where(where, values, found[name]) for name, values in columns.items()})


def _run(found: pd.DataFrame, cases: pd.DataFrame, points: pd.DataFrame, level: float) -> pd.DataFrame:
    """Route d: Kendall's test of the signed distance over time, size by the Theil-Sen slope."""
    long = found.index[(found["n_points"] >= RUN_LENGTH) & found["change"].notna()]
    if long.empty:
        return found
    series = points[points["case"].isin(long)].sort_values(["case", "fiscal_year"])
    own = cases.iloc[series["case"].to_numpy()].reset_index(drop=True)
    series = series.assign(distance=signed_distance(own, series["value"].to_numpy(float)))
    found = found.copy()
    for length, same in series.groupby(series.groupby("case")["case"].transform("size")):
        rows = same["case"].to_numpy().reshape(-1, int(length))[:, 0]
        distance = same["distance"].to_numpy(float).reshape(-1, int(length))
        years = same["fiscal_year"].to_numpy(float).reshape(-1, int(length))
        values = same["value"].to_numpy(float).reshape(-1, int(length))
        distance = _without_noise(distance, np.abs(values).max(axis=1, keepdims=True))
        _, p = intervals.kendall_p(distance)
        size = -intervals.theil_sen(years, distance) * (years[:, -1] - years[:, 0])
        found.loc[rows, "route"], found.loc[rows, "p"], found.loc[rows, "size"] = "run", p, size
        found.loc[rows, "sign"] = np.where(p <= level, np.sign(size), 0.0)
    return found


def _without_noise(numbers: Floats, size: Floats) -> Floats:
    """Numbers rounded to the tenth digit of `size`, so that what is equal in decimals ties whatever was subtracted."""
    unit = 10.0 ** (np.floor(np.log10(np.maximum(size, EPSILON))) - 9)
    return np.round(numbers / unit) * unit


def _z(found: pd.DataFrame, cases: pd.DataFrame, points: pd.DataFrame, level: float) -> pd.DataFrame:
    """Route c: the difference against its standard error; the limit is 1.96 at 5 %, as printed in textbooks."""
    limit = round(intervals.normal_limit(level), 2)
    error = np.hypot(cases["baseline_se"].to_numpy(float), cases["se"].to_numpy(float))
    difference = reflected(cases, cases["value"].to_numpy(float)) - reflected(cases, cases["baseline"].to_numpy(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = at_least(np.abs(difference) / error, np.full(len(cases), limit))
    sign = np.where(sure, np.sign(difference) * better_sign(cases), 0.0)
    return _write(
        found,
        ~np.isnan(error),
        route="z",
        sign=sign,
        p=np.nan,
        size=found["change"],
        low=difference - limit * error,
        high=difference + limit * error,
    )


def _exact(found: pd.DataFrame, cases: pd.DataFrame, points: pd.DataFrame, level: float) -> pd.DataFrame:
    """Route b: two counts, given their sum."""
    first = _mirrored_count(cases, cases["baseline_count"].to_numpy(float), "baseline")
    second = _mirrored_count(cases, cases["count"].to_numpy(float), "value")
    usable = cases["is_count"].to_numpy() & (first % 1 == 0) & (second % 1 == 0) & (first >= 0) & (second >= 0)
    if not usable.any():
        return found
    exposure1, exposure2 = cases["baseline_exposure"].to_numpy(float), cases["exposure"].to_numpy(float)
    share = np.where(np.isnan(exposure1) | np.isnan(exposure2), 0.5, exposure2 / (exposure1 + exposure2))
    p = np.ones(len(cases))
    p[usable] = intervals.conditional_binomial_p(first[usable], second[usable], share[usable])
    rise = np.sign(second - (first + second) * share)
    sign = np.where(p <= level, rise * better_sign(cases), 0.0)
    return _write(found, usable, route="exact", sign=sign, p=p, size=found["change"], low=np.nan, high=np.nan)


def _mirrored_count(cases: pd.DataFrame, count: Floats, column: str) -> Floats:
    """A count that is itself the value of a range target, mirrored like the value; never below zero."""
    is_value = (count == cases[column].to_numpy(float)) & (count >= 0)
    return np.where(is_value, np.maximum(reflected(cases, count), 0.0), count)


def _interval(found: pd.DataFrame, cases: pd.DataFrame, points: pd.DataFrame, level: float) -> pd.DataFrame:
    """Route a: Newcombe's interval of the difference, with n and x divided by the design effect."""
    low, high, usable = difference_limits(cases, level)
    sign = np.where(low > 0, 1.0, np.where(high < 0, -1.0, 0.0)) * better_sign(cases)
    scale = share_scale(cases)
    return _write(
        found, usable, route="interval", sign=sign, p=np.nan, size=found["change"], low=low * scale, high=high * scale
    )


def difference_limits(cases: pd.DataFrame, level: float) -> tuple[Floats, Floats, np.ndarray]:
    """Limits of the difference of two proportions (fractions), and where both have n and x."""
    sizes, hits = [], []
    scale = share_scale(cases)
    for prefix in ("baseline_", ""):
        effect = cases[f"{prefix}design_effect"].fillna(1.0).to_numpy(float)
        n, x = cases[f"{prefix}n"].to_numpy(float), cases[f"{prefix}x"].to_numpy(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            mirrored = n * reflected(cases, x / n * scale) / scale
        sizes.append(n / effect)
        hits.append(np.clip(mirrored, 0, n) / effect)
    usable = ~np.isnan(hits[0]) & ~np.isnan(hits[1]) & (sizes[0] > 0) & (sizes[1] > 0) & ~cases["is_count"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = intervals.newcombe(hits[0], sizes[0], hits[1], sizes[1], level)
    return low, high, usable


def share_scale(cases: pd.DataFrame) -> Floats:
    """What turns x/n into the indicator's unit: 100 for percentages (by unit, or by both values themselves), else 1."""
    off_by_share, off_by_percent = np.zeros(len(cases)), np.zeros(len(cases))
    for prefix, name in (("baseline_", "baseline"), ("", "value")):
        value = cases[name].to_numpy(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = cases[f"{prefix}x"].to_numpy(float) / cases[f"{prefix}n"].to_numpy(float)
        off_by_share += np.nan_to_num(np.abs(value - share))
        off_by_percent += np.nan_to_num(np.abs(value - 100 * share))
    return np.where(cases["unit"].isin(PERCENT) | (off_by_percent < off_by_share), 100.0, 1.0)


def value_interval(cases: pd.DataFrame, level: float) -> tuple[Floats, Floats]:
    """The interval of the latest value alone: Wilson (n, x), 1.96 se, Byar (counts); NaN where no error is known."""
    value, error = cases["value"].to_numpy(float), cases["se"].to_numpy(float)
    limit = round(intervals.normal_limit(level), 2)
    low, high = value - limit * error, value + limit * error
    count = cases["count"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        events_low, events_high = intervals.byar(count, level)
        unit = np.where((count > 0) & (value > 0), value / count, 1.0)
        effect = cases["design_effect"].fillna(1.0).to_numpy(float)
        n, x = cases["n"].to_numpy(float) / effect, cases["x"].to_numpy(float) / effect
        share_low, share_high = intervals.wilson(x, n, level)
    is_count = cases["is_count"].to_numpy() & ~np.isnan(count)
    has_share = ~np.isnan(x) & (n > 0) & ~cases["is_count"].to_numpy()
    scale = share_scale(cases)
    low = np.select([has_share, is_count], [share_low * scale, events_low * unit], low)
    high = np.select([has_share, is_count], [share_high * scale, events_high * unit], high)
    return low, high
