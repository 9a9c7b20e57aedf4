"""The run of an indicator's values, for pictures: everything observed up to the period, also what was not rated."""

from __future__ import annotations

import pandas as pd

from .evaluation import Evaluation


def total_series(evaluation: Evaluation) -> pd.DataFrame:
    """Totals by year. Columns: indicator_id, fiscal_year (int), value, is_rated; sorted; baselines included.

    A value is not rated where it is flagged 参考値. Bridged values are shown as they were observed.
    """
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].eq("") & seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year)]
    seen = seen.assign(is_rated=~seen["flags"].str.contains("reference", regex=False))
    given = evaluation.workbook["indicators"][["indicator_id", "baseline_year", "baseline"]].dropna()
    given = given.rename(columns={"baseline_year": "fiscal_year", "baseline": "value"}).assign(is_rated=True)
    columns = ["indicator_id", "fiscal_year", "value", "is_rated"]
    rows = pd.concat([seen[columns], given[columns]]).drop_duplicates(["indicator_id", "fiscal_year"])
    return rows.astype({"fiscal_year": int}).sort_values(["indicator_id", "fiscal_year"], ignore_index=True)


def group_series(evaluation: Evaluation) -> pd.DataFrame:
    """The values of groups by year, up to the period; withheld ones are absent.

    Columns: indicator_id, group_kind, group, fiscal_year (int), value; in the order of the evaluation table. Only groups
    with values of two years or more.
    """
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].ne("") & seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year)]
    keys = ["indicator_id", "group_kind", "group"]
    seen = seen[seen.groupby(keys)["fiscal_year"].transform("nunique").ge(2)]
    rows = seen[[*keys, "fiscal_year", "value"]].astype({"fiscal_year": int})
    order = evaluation.groups[keys].assign(place=range(len(evaluation.groups)))
    rows = rows.merge(order, on=keys, how="inner", validate="many_to_one")
    return rows.sort_values(["place", "fiscal_year"], ignore_index=True).drop(columns="place")
