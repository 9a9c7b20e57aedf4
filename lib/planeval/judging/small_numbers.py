"""Which rows of observations are withheld: groups of few people or events, and what would give those away.

A row is withheld with all its figures. What is told of the whole is never withheld (docs/disclosure.md).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..trust.consistency import PERCENT
from ..trust.workbook import Workbook
from .attack import Facts, Flags, Floats, attack, protect
from .sums import Areas, sums

WITHHELD = "withheld"
SERIES = ["indicator_id", "fiscal_year"]


def withheld_rows(workbook: Workbook) -> frozenset[int]:
    """Rows of `observations` (by index) whose figures may not be seen.

    First every group in which fewer than the plan's threshold were asked, or from 1 to under it counted. Then, for each
    indicator and year, as many others as it takes for no withheld number to be known more closely than the threshold.
    """
    plan = workbook.plan
    rows = counted(workbook)
    is_few = (rows["count"] > 0) & (rows["count"] < plan.disclosure_threshold)
    is_few |= rows["size"] < plan.disclosure_threshold
    rows = rows.assign(is_first=is_few & rows["group"].ne("") & rows["missing"].eq(""))
    is_in_danger = rows["is_first"] | (rows["is_gone"] & (plan.disclosure_threshold > 1))
    if not is_in_danger.any():
        return frozenset()
    found: set[int] = set()
    in_danger = rows.merge(rows.loc[is_in_danger, SERIES].drop_duplicates(), on=SERIES)
    for _, series in in_danger.groupby("indicator_id", sort=False):
        before: set[tuple[str, str]] = set()  # what is withheld in an earlier year goes first: no other series is lost
        for _, own in series.groupby("fiscal_year"):
            hidden = _hidden(own, plan.disclosure_threshold, plan.areas, before)
            found |= set(hidden["row"])
            before |= set(zip(hidden["group_kind"], hidden["group"], strict=True))
    return frozenset(found)


def counted(workbook: Workbook) -> pd.DataFrame:
    """Observations as people or events: `row`, `size` (標本数) and `count` (該当数, a count itself, or rate × size).

    `is_gone`: withheld by those who sent it. A baseline that stands only among the indicators is a total too (row −1).
    """
    indicators, seen = workbook["indicators"], workbook["observations"].reset_index(names="row")
    seen = seen[seen["group"].ne("") | seen["value"].notna()]
    names = ["row", *SERIES, "group_kind", "group", "value", "sample_size", "sample_count", "missing"]
    given = indicators[["indicator_id", "baseline_year", "baseline"]].dropna()
    given = given.rename(columns={"baseline_year": "fiscal_year", "baseline": "value"})
    given = given.assign(row=-1, group_kind="", group="", missing="", sample_size=np.nan, sample_count=np.nan)
    rows = pd.concat([seen[names], given[names]]).drop_duplicates([*SERIES, "group_kind", "group"])
    rows = rows.merge(indicators[["indicator_id", "unit", "is_count"]], on="indicator_id", validate="many_to_one")
    implied = (rows["value"] * rows["sample_size"] / 100).round().where(rows["unit"].isin(PERCENT))
    count = rows["sample_count"].fillna(rows["value"].where(rows["is_count"], implied))
    return rows.assign(
        size=rows["sample_size"],
        count=count.mask(rows["missing"].eq("nil"), 0.0),
        is_gone=rows["missing"].eq(WITHHELD) & rows["group"].ne(""),
    )


def _hidden(own: pd.DataFrame, threshold: int, areas: Areas, before: set[tuple[str, str]]) -> pd.DataFrame:
    """The rows of one indicator and year to withhold, out of its total and its groups."""
    groups, whole = own[own["group"].ne("")], own[own["group"].eq("")]
    pairs = zip(groups["group_kind"], groups["group"], strict=True)
    groups = groups.assign(is_before=[pair in before for pair in pairs])
    try:
        is_hidden = _by_count(groups, whole, *_by_size(groups, whole, threshold, areas), threshold, areas)
    except ValueError:  # what departments withheld does not fit the sums: nothing can be shown to be safe
        is_hidden = np.ones(len(groups), bool)
    return groups[is_hidden & groups["missing"].eq("").to_numpy()]


def _by_size(groups: pd.DataFrame, whole: pd.DataFrame, threshold: int, areas: Areas) -> tuple[Flags, Floats]:
    """Rows to withhold because few were asked; and of how many people each group is at most, as far as can be known."""
    sizes, no_limit = groups["size"].to_numpy(float), np.full(len(groups), np.inf)
    cells, facts = sums(groups, sizes, _only(whole["size"]), high=no_limit, rest_high={}, areas=areas)
    is_small = (cells[: len(groups)] < threshold) & ~(np.isnan(sizes) & groups["missing"].eq("").to_numpy())
    is_unseen = is_small | np.isnan(sizes)
    hidden = is_small | _protected(groups, cells, facts, is_unseen, is_small, threshold)
    if not (hidden | is_unseen).any():
        return hidden, sizes
    largest = attack(cells, _with_others(hidden | is_unseen, cells), facts)[1][: len(groups)]
    return hidden, np.where(np.isnan(largest), sizes, largest)


def _by_count(
    groups: pd.DataFrame, whole: pd.DataFrame, by_size: Flags, limit: Floats, threshold: int, areas: Areas
) -> Flags:
    """Rows to withhold, those withheld already included: a count is at most the size of its group."""
    told, asked, rest_high = _only(whole["count"]), groups.groupby("group_kind")["size"].sum(skipna=False), {}
    if not groups["is_count"].any():
        rest_high = (_only(whole["size"]) - asked).dropna().clip(lower=0).to_dict()
        if np.isnan(told) and groups["unit"].isin(PERCENT).any():  # the rate of the whole, and the sum of its parts
            told = _only(whole["value"]) * asked.max() / 100
    counts = groups["count"].to_numpy(float)
    cells, facts = sums(groups, counts, told, high=limit, rest_high=rest_high, areas=areas)
    hidden = groups["is_first"].to_numpy(bool) | by_size
    is_gone = groups["missing"].ne("").to_numpy()
    is_unseen, guarded = hidden | is_gone | np.isnan(counts), hidden | groups["is_gone"].to_numpy(bool)
    return hidden | _protected(groups, cells, facts, is_unseen, guarded, threshold)


def _protected(
    groups: pd.DataFrame, cells: Floats, facts: Facts, is_unseen: Flags, guarded: Flags, threshold: int
) -> Flags:
    """The rows that have to be withheld beside what is unseen already, so that each guarded number stays uncertain."""
    if not guarded.any():
        return guarded
    width, cost = np.zeros(cells.size), cells.copy()
    width[: len(groups)] = np.where(guarded, float(threshold), 0.0)
    cost[: len(groups)] = np.where(groups["is_before"], 0.0, cells[: len(groups)])
    before = _with_others(is_unseen, cells)
    return (protect(cells, before, facts, width=width, cost=cost) & ~before)[: len(groups)]


def _with_others(of_groups: Flags, cells: Floats) -> Flags:
    """Flags of some groups, and of every cell beyond the groups, which nobody sees."""
    return np.concatenate([of_groups, np.ones(cells.size - of_groups.size, bool)])


def _only(numbers: pd.Series) -> float:
    return float(numbers.iloc[0]) if len(numbers) else np.nan
