"""Methods of judging: from the numbers of a case to its outcome.

A method is a function of (cases, found, settings) that gives back `found` with `outcome`: one of
`words.lists.OUTCOMES`, or BAND where the limits of the scheme file decide by its `quantity`. It may also give
`quantity`, `limit_scale`, `score`, `fallback` (the outcome where no band holds) and `why` (a reason why it cannot rate).
To add one: write the function, add one key to `METHODS`, and declare its settings and outcomes in `words/methods.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from .change import EPSILON, at_least, difference_limits
from .foreign import rate_by_eurostat, rate_by_healthy_people, rate_by_open_sdg, rate_by_sdsn_trend
from .numbers import Settings
from .steps import rate_by_ratio_bands, rate_by_steps

Method = Callable[[pd.DataFrame, pd.DataFrame, Settings], pd.DataFrame]


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
    is_due = is_after_target_year(cases)
    in_time = at_least(planned + tolerance * (start - planned), now) & ~is_due
    forwards = np.where(kind.eq("none"), "improved", np.where(in_time, "on_pace", "behind"))
    general = np.where(is_reached, "reached", np.select([direction > 0, direction < 0], [forwards, "worse"], "unclear"))
    special = [kind.eq("binary"), kind.eq("suppress")]
    return np.select(special, [_binary(cases, is_due), _suppress(cases, found, is_due, tolerance)], general)


def is_after_target_year(cases: pd.DataFrame) -> np.ndarray:
    """Whether the value is of the target year or later."""
    return cases["fiscal_year"].to_numpy(float, na_value=np.nan) >= cases["target_year"].to_numpy(
        float, na_value=np.nan
    )


def _binary(cases: pd.DataFrame, is_due: np.ndarray) -> np.ndarray:
    """Done; not done and not due; overdue."""
    return np.where(cases["value"] >= 1, "reached", np.where(is_due, "worse", "unclear"))


def _suppress(cases: pd.DataFrame, found: pd.DataFrame, is_due: np.ndarray, tolerance: float) -> np.ndarray:
    """A ceiling on growth: under the line, between line and ceiling, above the ceiling."""
    value, ceiling, line = (
        column.to_numpy(float) for column in (cases["value"], cases["target"], found["ceiling_path"])
    )
    allowed = line + tolerance * (line - cases["baseline"].to_numpy(float))
    under_line, under_ceiling = at_least(np.minimum(allowed, ceiling), value), at_least(ceiling, value)
    return np.select([~under_ceiling, is_due, under_line], ["worse", "reached", "on_pace"], "behind")


METHODS: dict[str, Method] = {
    "gap": rate_by_gap,
    "kenko21": rate_by_kenko21,
    "steps": rate_by_steps,
    "ratio_bands": rate_by_ratio_bands,
    "healthy_people": rate_by_healthy_people,
    "eurostat": rate_by_eurostat,
    "open_sdg": rate_by_open_sdg,
    "sdsn_trend": rate_by_sdsn_trend,
}
