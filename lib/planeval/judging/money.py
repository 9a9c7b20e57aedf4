"""Money over the years: change per project, programme and goal, beside what moved, and the same total spread otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..words.lists import ON_PACE
from .evaluation import Evaluation
from .once import once

# Outcomes of indicators that moved the good way, reached or late.
MOVED = frozenset({"reached", "on_pace", "better", "improved", "behind"})
MOVEMENT = [
    "program_id", "program_name", "budget_before", "budget", "budget_change", "rated", "on_pace", "moved", "worse", "remark"
]  # fmt: skip
YEARLY = ["budget", "spending", "execution_rate"]
CHANGES = ["budget_change", "spending_change", "execution_change"]
LEVELS = {"project": "project_id", "program": "program_id", "goal": "goal"}


@dataclass(frozen=True)
class Spans:
    """The two spans of years whose money is compared; each an inclusive pair."""

    before: tuple[int, int]
    now: tuple[int, int]


def compared_years(evaluation: Evaluation) -> Spans | None:
    """The period before and this one; for the first period its first and its last year; None for a single year."""
    period = evaluation.period
    earlier = evaluation.plan.earlier_period(period)
    if earlier is not None:
        return Spans((earlier.first_year, earlier.last_year), (period.first_year, period.last_year))
    years = evaluation.workbook["project_years"]["fiscal_year"]
    seen = years[years.between(period.first_year, period.last_year)]
    if seen.nunique() < 2:
        return None
    return Spans((int(seen.min()),) * 2, (int(seen.max()),) * 2)


@once
def money_change(evaluation: Evaluation, level: str) -> pd.DataFrame:
    """Budget and spending a year in both spans, by project, program or goal (`LEVELS`), and their change.

    Columns: the level's key, budget, spending, execution_rate (each also `_before`), budget_change, spending_change
    (now ÷ before − 1), execution_change (difference of rates). A sum of a span is divided by its years that have a figure.
    Units: 千円 a year; changes fractions. Missing: NaN where a span has no figure.
    """
    key, spans = LEVELS[level], compared_years(evaluation)
    years = _with_owners(evaluation)
    if spans is None or years.empty:
        return pd.DataFrame(columns=[key, *YEARLY, *(f"{name}_before" for name in YEARLY), *CHANGES])
    now, before = (_yearly(years[years["fiscal_year"].between(*span)], key) for span in (spans.now, spans.before))
    rows = now.join(before.add_suffix("_before"), how="outer")
    for name in ("budget", "spending"):
        rows[f"{name}_change"] = rows[name] / rows[f"{name}_before"].where(rows[f"{name}_before"] > 0) - 1
    rows["execution_change"] = rows["execution_rate"] - rows["execution_rate_before"]
    return rows.reset_index()


@once
def _with_owners(evaluation: Evaluation) -> pd.DataFrame:
    """Every year of every project with its programme and goal."""
    workbook = evaluation.workbook
    years = workbook["project_years"][["project_id", "fiscal_year", "budget", "spending"]]
    years = years.merge(workbook["projects"][["project_id", "program_id"]], on="project_id")
    goals = workbook["programs"][["program_id", "goal"]]
    return years.merge(goals, on="program_id", how="left").fillna({"goal": ""})


def _yearly(years: pd.DataFrame, key: str) -> pd.DataFrame:
    """The mean of the yearly sums, each over the years that have a figure, and the rate over years that have both."""
    sums = years.groupby([key, "fiscal_year"])[["budget", "spending"]].sum(min_count=1)
    settled = years.dropna(subset=["budget", "spending"]).groupby(key)[["budget", "spending"]].sum()
    rows = sums.groupby(key).mean()
    rows["execution_rate"] = settled["spending"] / settled["budget"].where(settled["budget"] > 0)
    return rows


@once
def money_and_movement(evaluation: Evaluation) -> pd.DataFrame:
    """Each programme's change of budget beside its letters. Adds rated, on_pace, moved, worse and `remark`.

    `remark`: worse_and_less (an indicator worsened, the budget fell), more_and_still (the budget rose, no rated indicator
    moved the good way), else "". It says what stands side by side, not that one causes the other.
    """
    rows = money_change(evaluation, "program")
    if rows.empty:
        return pd.DataFrame(columns=MOVEMENT)
    outcomes = evaluation.indicators[["program_id", "outcome"]]
    counts = {
        "rated": outcomes["outcome"].ne("not_rated"),
        "on_pace": outcomes["outcome"].isin(ON_PACE),
        "moved": outcomes["outcome"].isin(MOVED),
        "worse": outcomes["outcome"].eq("worse"),
    }
    sums = pd.DataFrame({name: flag.groupby(outcomes["program_id"]).sum() for name, flag in counts.items()})
    names = evaluation.workbook["programs"].set_index("program_id")["program_name"]
    rows = rows.join(sums, on="program_id").join(names, on="program_id")
    rows = rows.fillna(dict.fromkeys(counts, 0) | {"program_name": ""})
    less = rows["worse"].gt(0) & rows["budget_change"].lt(0)
    still = rows["rated"].gt(0) & rows["moved"].eq(0) & rows["budget_change"].gt(0)
    return rows.assign(
        remark=pd.Series(np.select([less, still], ["worse_and_less", "more_and_still"], ""), dtype="str")
    )


@once
def other_spreads(evaluation: Evaluation) -> pd.DataFrame:
    """What if the same yearly total were spread by another rule? One column a rule, in whole 千円 that add up to it.

    equal: the same for every programme; by_indicators: by the number of its indicators; by_lag: by the number of its
    rated indicators that are neither reached nor on pace; before: by the shares of the span before.
    Missing: a rule that has nothing to go by has no column; empty where no programme has a budget above zero.
    """
    rows = money_and_movement(evaluation)
    if not rows["budget"].sum() > 0:
        return pd.DataFrame()
    rows = rows[rows["budget"].notna()].reset_index(drop=True)
    indicators = rows["program_id"].map(evaluation.indicators["program_id"].value_counts()).fillna(0)
    rules = {
        "equal": pd.Series(1.0, index=rows.index),
        "by_indicators": indicators.astype(float),
        "by_lag": (rows["rated"] - rows["on_pace"]).astype(float),
        "before": rows["budget_before"].fillna(0.0),
    }
    total = round(float(rows["budget"].sum()))
    spread = rows[["program_id", "program_name"]].assign(now=_shared(total, rows["budget"]))
    return spread.assign(**{name: _shared(total, parts) for name, parts in rules.items() if parts.sum() > 0})


def _shared(total: int, parts: pd.Series) -> pd.Series:
    """A whole number spread by parts, in whole numbers that add up to it (largest remainders)."""
    exact = total * parts / parts.sum()
    whole = np.floor(exact)
    left = int(total - whole.sum())
    largest = (exact - whole).sort_values(ascending=False, kind="stable").index[:left]
    return (whole + exact.index.isin(largest)).astype(int)
