"""From a workbook to cases: which value of which year is judged against which baseline and target.

A case is one indicator, or one of its groups, in one period. `reason` says why a case cannot be judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..trust.plans import Period
from ..trust.workbook import Workbook
from .breaks import apply_breaks

CASE_KEY = ["indicator_id", "group_kind", "group"]
OWN_COLUMNS = [
    "indicator_id",
    "target_kind",
    "direction",
    "unit",
    "baseline_year",
    "baseline",
    "target_year",
    "target",
    "target_upper",
    "path",
    "min_change",
    "is_count",
    "survey",
    "valid_years",
    "scheme",
]
SAMPLE = {"sample_size": "n", "sample_count": "x", "standard_error": "se", "design_effect": "design_effect"}
# What is still wished for where a revision takes the number away.
WISHES = {"increase": "up", "at_least": "up", "decrease": "down", "at_most": "down", "suppress": "down"}
REASON_OF_MISSING = {"withheld": "withheld_small_number", "survey_cancelled": "survey_cancelled"}


@dataclass(frozen=True)
class Cases:
    """`frame`: one row a case; `points`: case, fiscal_year, value and its sample, from baseline to latest; `milestones`."""

    frame: pd.DataFrame
    points: pd.DataFrame
    milestones: pd.DataFrame


def assemble(workbook: Workbook, period: Period) -> Cases:
    """The cases of one period, by the rules of which value counts (docs/method.md)."""
    observations = _observations(workbook, period)
    cases = _with_baseline(_case_rows(workbook, period, observations), observations)
    points = _usable_points(cases, observations, workbook.withheld)
    cases, points = apply_breaks(cases, points, workbook["breaks"], period.last_year)
    cases = _with_latest(cases, points)
    cases["reason"] = _reasons(cases, observations, workbook, period)
    points = _between_baseline_and_latest(cases, points)
    return Cases(_as_counts(cases), points, _milestones(workbook, cases))


def targets_in_force(workbook: Workbook, fiscal_year: int) -> pd.DataFrame:
    """Indicators with the target that was in force in a year; a revision without a value leaves a direction only.

    Adds `target_revision`: the row of `target_revisions` that is in force, NaN where the original target is.
    """
    indicators = workbook["indicators"]
    revisions = workbook["target_revisions"].reset_index(names="target_revision")
    revisions = revisions[revisions["applies_from"] <= fiscal_year].sort_values("applies_from")
    kept = ["target_year", "target_upper"]  # what a revision leaves empty stays as the one before it had it
    revisions[kept] = revisions.groupby("indicator_id")[kept].ffill()
    latest = revisions.drop_duplicates("indicator_id", keep="last").set_index("indicator_id")
    targets = indicators.assign(target_revision=indicators["indicator_id"].map(latest["target_revision"]))
    is_revised = targets["target_revision"].notna()
    for name in ("target_year", "target", "target_upper"):
        revised = targets["indicator_id"].map(latest[name]).where(is_revised, targets[name])
        if name in kept:
            revised = revised.fillna(targets[name])
        targets[name] = revised.astype(targets[name].dtype)
    wish = targets["target_kind"].map(WISHES)
    is_wish = is_revised & targets["target"].isna() & wish.notna()
    direction = targets["direction"].mask(is_wish, wish)
    return targets.assign(direction=direction, target_kind=targets["target_kind"].mask(is_wish, "none"))


def _observations(workbook: Workbook, period: Period) -> pd.DataFrame:
    frame = workbook["observations"].reset_index(names="value_row")
    frame = frame[frame["fiscal_year"] <= period.last_year]
    flags = frame["flags"]
    return frame.assign(
        is_reference=flags.str.contains("reference", regex=False),
        is_adjusted=flags.str.contains("age_adjusted", regex=False),
    )


def _case_rows(workbook: Workbook, period: Period, observations: pd.DataFrame) -> pd.DataFrame:
    targets = targets_in_force(workbook, period.last_year)
    totals = targets[["indicator_id"]].assign(group_kind="", group="")
    groups = observations.loc[observations["group"].ne(""), CASE_KEY].drop_duplicates()
    rows = pd.concat([totals, groups], ignore_index=True)
    order = {name: n for n, name in enumerate(workbook.plan.districts)}
    rows = rows.assign(
        place=rows["indicator_id"].map({name: n for n, name in enumerate(targets["indicator_id"])}),
        group_place=rows["group"].map(order).fillna(len(order)),
    ).sort_values(["place", "group_kind", "group_place", "group"], kind="stable", ignore_index=True)
    own = targets[[*OWN_COLUMNS, "target_revision"]].rename(columns={"scheme": "own_scheme"})
    cases = rows[CASE_KEY].merge(own, on="indicator_id", how="left", validate="many_to_one")
    chosen = workbook["period_years"].query("period == @period.id").set_index("indicator_id")["fiscal_year"]
    return cases.assign(path=cases["path"].replace("", "linear"), named_year=cases["indicator_id"].map(chosen))


def _with_baseline(cases: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """The baseline: 基準値 for totals, else the observation of the baseline year; no other year replaces it."""
    seen = observations.rename(
        columns={"fiscal_year": "baseline_year", "value": "baseline_seen", "value_row": "baseline_row"}
    )
    seen = seen.rename(columns={name: f"baseline_{short}" for name, short in SAMPLE.items()})
    columns = [
        *CASE_KEY,
        "baseline_year",
        "baseline_seen",
        "baseline_row",
        "is_adjusted",
        *(f"baseline_{s}" for s in SAMPLE.values()),
    ]
    seen = seen.assign(baseline_seen=seen["baseline_seen"].mask(seen["is_reference"]))
    cases = cases.merge(
        seen[[*columns, "missing"]], on=[*CASE_KEY, "baseline_year"], how="left", validate="many_to_one"
    )
    is_total = cases["group"].eq("")
    given = cases["baseline"].where(is_total)
    return cases.assign(
        baseline=given.fillna(cases["baseline_seen"]),
        baseline_is_given=given.notna(),
        is_adjusted=cases["is_adjusted"].eq(True),
        baseline_missing=cases["missing"].fillna(""),
    ).drop(columns=["baseline_seen", "missing"])


def _usable_points(cases: pd.DataFrame, observations: pd.DataFrame, withheld: frozenset[int] | None) -> pd.DataFrame:
    """Values that may be rated: not 参考値, and age-adjusted only where the baseline is; the baseline itself is one.

    Where `period_years` names the year, nothing after it counts. A withheld value keeps its place without its number.
    """
    keyed = cases.reset_index(names="case")[[*CASE_KEY, "case", "is_adjusted", "baseline_year", "named_year"]]
    is_there = observations["value"].notna() | observations["value_row"].isin(withheld or ())
    usable = observations[is_there & ~observations["is_reference"]]
    points = usable.merge(keyed, on=CASE_KEY, how="inner", suffixes=("", "_case"), validate="many_to_one")
    points = points[points["is_adjusted"].eq(points["is_adjusted_case"])]
    points = points[points["fiscal_year"].ne(points["baseline_year"]).fillna(True)]
    points = points[(points["fiscal_year"] <= points["named_year"]).fillna(True)]
    points = points[["case", "fiscal_year", "value", "value_row", "flags", *SAMPLE]].rename(columns=SAMPLE)
    is_given = cases["baseline"].notna() | cases["baseline_row"].isin(withheld or ())
    given = cases[is_given & cases["baseline_year"].notna()]
    first = pd.DataFrame(
        {
            "case": given.index,
            "fiscal_year": given["baseline_year"],
            "value": given["baseline"],
            "value_row": given["baseline_row"],
            "flags": "",
        }
    )
    first = first.assign(**{short: given[f"baseline_{short}"] for short in SAMPLE.values()})
    return pd.concat([first, points], ignore_index=True).sort_values(["case", "fiscal_year"], ignore_index=True)


def _with_latest(cases: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """The year rated: the row of `period_years` if there is one, else the latest usable year after the baseline."""
    is_later = (points["fiscal_year"] > points["case"].map(cases["baseline_year"])).fillna(True)
    later = points[is_later | points["case"].map(cases["break_reason"]).eq("definition_changed")]
    named = later["case"].map(cases["named_year"])
    later = later[named.isna() | later["fiscal_year"].eq(named)]
    latest = later.groupby("case").tail(1).set_index("case")
    return cases.join(latest)


def _reasons(cases: pd.DataFrame, observations: pd.DataFrame, workbook: Workbook, period: Period) -> pd.Series:
    """Why a case cannot be judged, before its numbers are looked at; "" where it may be."""
    limit = cases["valid_years"].fillna(workbook.plan.stale_after)
    is_stale = (cases["fiscal_year"] < period.first_year - limit).fillna(False) & cases["named_year"].isna()
    wanted = observations["indicator_id"].map(
        cases.drop_duplicates("indicator_id").set_index("indicator_id")["named_year"]
    )
    in_period = observations["fiscal_year"].ge(period.first_year) & wanted.isna() | observations["fiscal_year"].eq(
        wanted
    )
    told = observations[in_period.fillna(False) & observations["missing"].ne("")].sort_values("fiscal_year")
    told = told.drop_duplicates(CASE_KEY, keep="last")[[*CASE_KEY, "missing"]]
    missing = (
        cases[CASE_KEY].merge(told, on=CASE_KEY, how="left")["missing"].map(REASON_OF_MISSING).set_axis(cases.index)
    )
    has_none = cases["fiscal_year"].isna()
    is_absent = ~cases["indicator_id"].isin(observations["indicator_id"])
    rules = [
        cases["break_reason"].ne(""),
        (has_none | is_stale) & missing.notna(),
        has_none & is_absent,
        has_none,
        is_stale,
        cases["baseline"].isna() & cases["baseline_missing"].eq("withheld"),
        _is_withheld(cases, workbook.withheld),
    ]
    small = "withheld_small_number"
    reasons = [cases["break_reason"], missing, "not_submitted", "no_recent_value", "stale", small, small]
    return pd.Series(np.select(rules, reasons, ""), index=cases.index, dtype="str")


def _is_withheld(cases: pd.DataFrame, withheld: frozenset[int] | None) -> pd.Series:
    """Groups whose baseline or latest value disclosure control has withheld."""
    return cases["baseline_row"].isin(withheld or ()) | cases["value_row"].isin(withheld or ())


def _between_baseline_and_latest(cases: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    first, last = points["case"].map(cases["baseline_year"]), points["case"].map(cases["fiscal_year"])
    kept = (points["fiscal_year"] >= first) & (points["fiscal_year"] <= last) & points["value"].notna()
    columns = ["case", "fiscal_year", "value", *SAMPLE.values()]
    return points.loc[kept.fillna(False), columns].reset_index(drop=True)


def _as_counts(cases: pd.DataFrame) -> pd.DataFrame:
    """Counts of events: 該当数 where both years have it, else the value; 標本数 is the exposure. They have no n and x."""
    is_count, have_hits = cases["is_count"], cases["baseline_x"].notna() & cases["x"].notna()
    for prefix, value in (("baseline_", "baseline"), ("", "value")):
        size, hits = cases[f"{prefix}n"], cases[f"{prefix}x"]
        cases[f"{prefix}count"] = hits.where(have_hits, cases[value]).where(is_count & cases[f"{prefix}bridge"].eq(1))
        cases[f"{prefix}exposure"] = size.where(is_count)
        cases[f"{prefix}n"], cases[f"{prefix}x"] = size.mask(is_count), hits.mask(is_count)
    return cases


def _milestones(workbook: Workbook, cases: pd.DataFrame) -> pd.DataFrame:
    keyed = cases.reset_index(names="case")[["case", "indicator_id"]]
    found = workbook["milestones"].merge(keyed, on="indicator_id", how="inner")
    return found[["case", "fiscal_year", "value"]]
