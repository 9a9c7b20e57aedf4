"""The run of an indicator's values, for pictures: everything observed up to the period, also what was not rated."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from ..trust.rows import each_row
from .evaluation import Evaluation
from .gap import better_sign
from .once import once


@once
def total_series(evaluation: Evaluation) -> pd.DataFrame:
    """Totals by year. Columns: indicator_id, fiscal_year (int), value, is_rated, segment; sorted; baselines included.

    A value is not rated where it is flagged 参考値. Bridged values are shown as they were observed.
    """
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].eq("") & seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year)]
    seen = seen.assign(is_rated=~seen["flags"].str.contains("reference", regex=False))
    given = evaluation.workbook["indicators"][["indicator_id", "baseline_year", "baseline"]].dropna()
    given = given.rename(columns={"baseline_year": "fiscal_year", "baseline": "value"}).assign(is_rated=True)
    columns = ["indicator_id", "fiscal_year", "value", "is_rated"]
    rows = pd.concat([seen[columns], given[columns]]).drop_duplicates(["indicator_id", "fiscal_year"])
    rows = rows.astype({"fiscal_year": int}).sort_values(["indicator_id", "fiscal_year"], ignore_index=True)
    return rows.assign(segment=_segments(evaluation, rows))


@once
def group_series(evaluation: Evaluation) -> pd.DataFrame:
    """The values of groups by year, up to the period; withheld ones are absent.

    Columns: indicator_id, group_kind, group, fiscal_year (int), value, segment; in the order of the evaluation table.
    Only groups with values of two years or more.
    """
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].ne("") & seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year)]
    keys = ["indicator_id", "group_kind", "group"]
    seen = seen[seen.groupby(keys)["fiscal_year"].transform("nunique").ge(2)]
    rows = seen[[*keys, "fiscal_year", "value"]].astype({"fiscal_year": int})
    order = evaluation.groups[keys].assign(place=range(len(evaluation.groups)))
    rows = rows.merge(order, on=keys, how="inner", validate="many_to_one")
    rows = rows.sort_values(["place", "fiscal_year"], ignore_index=True).drop(columns="place")
    return rows.assign(segment=_segments(evaluation, rows))


def moves(evaluation: Evaluation, runs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The first and last value of each run since its last break, and `good_change`, above zero where it moved the good way.

    Columns: `keys`, first, last, size (number of values), good_change (in units of the indicator).
    Missing: a run whose indicator has no good direction, or with a single value since the break, has no row.
    """
    if runs.empty:
        return runs.assign(good_change=[])
    runs = runs[runs["segment"].eq(runs.groupby(keys)["segment"].transform("max"))]
    ends = runs.groupby(keys, sort=False)["value"].agg(["first", "last", "size"]).reset_index()
    rows = evaluation.indicators
    signs = dict(zip(rows["indicator_id"], better_sign(rows), strict=True))
    ends = ends.assign(good_change=(ends["last"] - ends["first"]) * ends["indicator_id"].map(signs))
    return ends[ends["size"].gt(1) & ends["good_change"].notna()]


@once
def series_breaks(evaluation: Evaluation) -> pd.DataFrame:
    """The breaks up to the period across which values cannot be compared as they stand (`breaks` contract, no shocks)."""
    own = evaluation.workbook["breaks"]
    return own[own["break_kind"].ne("shock") & own["fiscal_year"].le(evaluation.period.last_year).fillna(False)]


def shocks_of(evaluation: Evaluation, indicator: str) -> list[dict]:
    """The shocks that a picture of an indicator shows: the plan's own, and the indicator's years that none of them covers.

    Each with years (inclusive pair), label ("" where only the indicator's breaks tell of it) and reason.
    """
    shared = [{"label": "", "reason": ""} | dict(shock) for shock in evaluation.plan.shocks]
    return shared + _own_shocks(evaluation).get(indicator, [])


@once
def _own_shocks(evaluation: Evaluation) -> dict[str, list[dict]]:
    """The shocks of each indicator in years that are none for the whole plan."""
    breaks, found = evaluation.workbook["breaks"], defaultdict(list)
    for row in each_row(breaks[breaks["break_kind"].eq("shock")]):
        if not evaluation.plan.is_shock(int(row.fiscal_year)):
            own = {"years": (int(row.fiscal_year),) * 2, "label": "", "reason": row.reason}
            found[row.indicator_id].append(own)
    return dict(found)


def _segments(evaluation: Evaluation, rows: pd.DataFrame) -> list[int]:
    """How many breaks lie before each row; values of different numbers are not joined by a line."""
    years = series_breaks(evaluation).groupby("indicator_id")["fiscal_year"].agg(list).to_dict()
    return [sum(year <= r.fiscal_year for year in years.get(r.indicator_id, ())) for r in each_row(rows)]
