"""Who is left behind? Groups and districts, each by the same rule with its own baseline."""

from __future__ import annotations

import pandas as pd

from ...judging.equity import group_gaps as gaps_to_best
from ...judging.evaluation import Evaluation
from ...judging.inequality import inequality
from ...judging.once import once
from ...judging.ratings import settings_of
from ...judging.series import group_series, moves, total_series
from ...trust.rows import each_row, records
from ..formats import NONE, change_unit, number, short_year
from ..marks import rated
from ..parts import Part, Parts, absent, together
from ..tables import table
from ..vocabulary import say
from ..words_of_rows import kind_words

# How many years fit beside the names.
MOST_YEARS = 9


def groups_by_indicator(evaluation: Evaluation) -> Parts | Part:
    """Every indicator that has figures by group: baseline, latest value, letter of each group, beside the whole."""
    if evaluation.groups.empty:
        return absent("groups")
    kinds = enumerate(evaluation.groups.groupby(["indicator_id", "group_kind"], sort=False), 1)
    return together(_groups(evaluation, own, kind, n) for n, ((_, kind), own) in kinds)


def _groups(evaluation: Evaluation, own: pd.DataFrame, kind: str, n: int) -> Part:
    whole = evaluation.indicators.set_index("indicator_id", drop=False).loc[own["indicator_id"].iloc[0]]
    own = rated(evaluation, own).assign(is_total=False, decimals=whole["decimals"])
    last = rated(evaluation, whole.to_frame().T).assign(is_total=True, group=say("whole"))
    lines = [*records(own), *records(last)]
    values = {"name": whole["indicator_name"], "kind": kind_words(kind), "unit": whole["unit"] or NONE}
    return table(evaluation, "groups", lines, values=values, number=n)


@once
def left_behind(evaluation: Evaluation) -> pd.DataFrame:
    """Groups that are unclear or worse while the whole is reached or on pace, or whose gap to the best group has grown.

    Adds `why`: the words for which of the two it is, or both.
    """
    whole = rated(evaluation, evaluation.indicators).set_index("indicator_id")
    whole = whole[["outcome", "indicator_name", "rating", "unit"]].add_prefix("whole_")
    settings = settings_of(evaluation.scheme, evaluation.plan.settings)
    gaps = gaps_to_best(evaluation.table, settings)[["gap_grew", "growth", "best_group"]]
    groups = evaluation.groups.join(whole, on="indicator_id").join(gaps)
    lags = groups["outcome"].isin(["unclear", "worse"]) & groups["whole_outcome"].isin(["reached", "on_pace"])
    grew = groups["gap_grew"].eq(True)
    words = [
        [
            say(f"left_behind.{name}", best_group=item.best_group)
            for name, holds in (("lags", lag), ("grew", grown))
            if holds
        ]
        for item, lag, grown in zip(each_row(groups), lags, grew, strict=True)
    ]
    return groups.assign(why=words)[lags | grew]


def groups_left_behind(evaluation: Evaluation) -> Part:
    """Groups left behind, by name."""
    if evaluation.groups.empty:
        return absent("groups")
    return table(evaluation, "left_behind", rated(evaluation, left_behind(evaluation)))


def gaps_by_indicator(evaluation: Evaluation) -> Part:
    """How unequal the groups of each indicator are: best and worst, difference and ratio, and the measures of inequality."""
    if evaluation.groups.empty:
        return absent("groups")
    rows = known_gaps(evaluation)
    return table(evaluation, "gaps", rows.assign(measures=[_measures(item) for item in each_row(rows)]))


@once
def known_gaps(evaluation: Evaluation) -> pd.DataFrame:
    """The measures of inequality of each indicator and kind of group, with the words that a table needs."""
    rows = inequality(evaluation.table, weights=_people(evaluation), order=evaluation.plan.group_orders)
    names = evaluation.indicators.set_index("indicator_id")[["indicator_name", "unit", "decimals"]]
    rows = rows.join(names, on="indicator_id")
    return rows.assign(change_unit=rows["unit"].map(change_unit), kind=rows["group_kind"].map(kind_words))


def group_values(evaluation: Evaluation) -> Parts | Part:
    """The numbers of the small pictures: every value of each group by year, the whole last."""
    runs, wholes = group_series(evaluation), total_series(evaluation)
    if runs.empty:
        return absent("group_series")
    sets = enumerate(runs.groupby(["indicator_id", "group_kind"], sort=False), 1)
    return together(
        _values(evaluation, own, wholes[wholes["indicator_id"].eq(key[0])], key, n) for n, (key, own) in sets
    )


def _values(evaluation: Evaluation, own: pd.DataFrame, whole: pd.DataFrame, key: tuple[str, str], n: int) -> Part:
    item = evaluation.indicators.set_index("indicator_id").loc[key[0]]
    years = sorted(set(own["fiscal_year"]))[-MOST_YEARS:]
    seen = pd.concat([own, whole.assign(group=say("whole"))])
    lines = [
        {"group": group, "is_total": group == say("whole") and run["group_kind"].isna().all()}
        | dict.fromkeys(years, NONE)
        | {r.fiscal_year: number(r.value, item["decimals"]) for r in each_row(run) if r.fiscal_year in years}
        for (group, _), run in seen.groupby(["group", seen["group_kind"].isna()], sort=False)
    ]
    values = {"name": item["indicator_name"], "kind": kind_words(key[1]), "unit": item["unit"] or NONE}
    return table(
        evaluation, "group_values", lines, more={year: short_year(year) for year in years}, values=values, number=n
    )


@once
def words_of_group_moves(evaluation: Evaluation) -> str:
    """How many groups moved the good way and the bad way over their years; "" where none can be told."""
    rows = moves(evaluation, group_series(evaluation), ["indicator_id", "group_kind", "group"])
    if rows.empty:
        return ""
    worse = rows[rows["good_change"] < 0]
    names = [f"{kind_words(kind)} {len(own)}" for kind, own in worse.groupby("group_kind", sort=False)]
    values = {"better": int(rows["good_change"].gt(0).sum()), "worse": len(worse)}
    where = say("group_series.worse", names="、".join(names)) if names else ""
    return say("group_series.reading", total=len(rows), where=where, **values)


def _measures(item: object) -> list[str]:
    """The measures that exist for one set of groups, in words."""
    told = [say(f"gaps.{'weighted' if item.is_weighted else 'unweighted'}", **item._asdict())]
    return told + ([say("gaps.slope", **item._asdict())] if item.slope else [])


def _people(evaluation: Evaluation) -> pd.Series:
    """How many people each group has, where that is known: of complete counts, the number that was counted."""
    table = evaluation.table
    return table["n"].fillna(table["exposure"]).where(table["survey"].ne("sample"))
