"""The years of a shock: activity before, during and after, and the letters that would differ without them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..trust.rows import each_row
from .cases import Cases
from .evaluation import Evaluation
from .gap import better_sign
from .once import once
from .series import total_series
from .stability import with_other_end


@once
def activity_around_shock(evaluation: Evaluation) -> pd.DataFrame:
    """Last value before each shock, the worst during it, the latest after it, for activities (種別=活動).

    Columns: indicator_id, indicator_name, unit, decimals, shock, before, during, after, each with its `_year`, and `sign` (+1 higher is better).
    Missing: an indicator without a value in one of the three, or without a good direction, has no row.
    """
    rows = evaluation.indicators
    rows = rows.assign(sign=better_sign(rows))[rows["indicator_kind"].eq("output")]
    runs = {ident: own for ident, own in total_series(evaluation).groupby("indicator_id")}
    found = []
    for item in each_row(rows):
        own = runs.get(item.indicator_id)
        if own is None or not np.isfinite(item.sign):
            continue
        for shock in evaluation.plan.shocks:
            found.append(_phases(own, item, shock))
    return pd.DataFrame([row for row in found if row])


def _phases(own: pd.DataFrame, item: object, shock: dict) -> dict:
    first, last = shock["years"]
    year = own["fiscal_year"]
    before, during, after = own[year < first], own[year.between(first, last)], own[year > last]
    if before.empty or during.empty or after.empty:
        return {}
    worst = during.loc[(during["value"] * item.sign).idxmin()]
    told = {"before": before.iloc[-1], "during": worst, "after": after.iloc[-1]}
    row = {name: getattr(item, name) for name in ("indicator_id", "indicator_name", "unit", "decimals")}
    row |= {"shock": shock["label"], "sign": item.sign}
    return (
        row
        | {name: end["value"] for name, end in told.items()}
        | {f"{name}_year": int(end["fiscal_year"]) for name, end in told.items()}
    )


@once
def letters_without_shock(evaluation: Evaluation) -> pd.DataFrame:
    """The rows of whole indicators beside the letter they would have if no value of a shock's years existed.

    The baseline stays, since the plan fixed it; where the latest value falls into a shock, the last one outside counts.
    Adds `letter_without`, `outcome_without`, `is_touched` (a value was left out), `differs`, and `why`: series (the run
    between is another), latest (another latest value) or no_value (none is left).
    Missing: an indicator that is not rated is never touched.
    """
    table, frame = evaluation.table, evaluation.cases.frame
    kept, touched, lost = _left_out(evaluation)
    later = kept[kept["fiscal_year"].gt(kept["case"].map(frame["baseline_year"]))]
    latest = later.sort_values("fiscal_year").drop_duplicates("case", keep="last").set_index("case")
    empty = [case for case in lost if case not in latest.index]
    replaced = [case for case in lost if case in latest.index]
    judged = pd.Index([case for case in touched if case not in empty])
    changed = with_other_end(frame, latest.loc[replaced], "")
    without = table[["letter", "outcome"]].add_suffix("_without").assign(why="series")
    if len(judged):
        cases = Cases(changed, kept.reset_index(drop=True), evaluation.cases.milestones)
        result = evaluation.judged(cases, judged, changed.loc[judged].reset_index(drop=True))
        without.loc[judged, ["letter_without", "outcome_without"]] = result[["letter", "outcome"]].to_numpy()
    nothing = next((own.letter for own in evaluation.scheme.letters if "not_rated" in own.outcomes), "")
    without.loc[replaced, "why"] = "latest"
    without.loc[empty, ["letter_without", "outcome_without", "why"]] = [nothing, "not_rated", "no_value"]
    is_touched = table.index.isin(touched)
    differs = is_touched & without["letter_without"].ne(table["letter"])
    rows = without.assign(is_touched=is_touched, differs=differs, indicator_id=table["indicator_id"])
    rows = rows[table["group"].eq("")]
    return evaluation.indicators.merge(rows, on="indicator_id", how="left", validate="one_to_one")


def _left_out(evaluation: Evaluation) -> tuple[pd.DataFrame, list[int], list[int]]:
    """The points outside shocks (with baselines), the rated cases that lose a point, and those that lose their latest."""
    table, frame, points = evaluation.table, evaluation.cases.frame, evaluation.cases.points
    is_shock = evaluation.plan.is_shock
    is_out = points["fiscal_year"].map(is_shock).astype(bool)
    is_out &= points["fiscal_year"].ne(points["case"].map(frame["baseline_year"]))
    can = table["outcome"].ne("not_rated") & table["group"].eq("")
    touched = [int(case) for case in points.loc[is_out, "case"].unique() if can[case]]
    years = frame["fiscal_year"]
    lost = [case for case in touched if pd.notna(years[case]) and is_shock(int(years[case]))]
    return points[~is_out], touched, lost
