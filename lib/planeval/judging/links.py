"""Letters and money by programme, SDG goal, actor, field and partner activity."""

from __future__ import annotations

import pandas as pd

from ..words.lists import ON_PACE
from .evaluation import Evaluation
from .once import once
from .summary import counted


@once
def with_goals(evaluation: Evaluation) -> pd.DataFrame:
    """One row per indicator (as `counted`) and SDG goal it serves (an indicator may serve several goals)."""
    links = evaluation.workbook["sdg_links"][["program_id", "sdg_goal", "strength"]]
    strongest = links.sort_values(["program_id", "sdg_goal", "strength"]).drop_duplicates(["program_id", "sdg_goal"])
    return counted(evaluation).merge(strongest, on="program_id", how="inner")


@once
def with_actors(evaluation: Evaluation) -> pd.DataFrame:
    """One row per indicator (as `counted`) and actor whose work its programme is."""
    links = evaluation.workbook["actor_links"][["program_id", "actor", "role"]]
    return counted(evaluation).merge(links, on="program_id", how="inner")


@once
def money_by_program(evaluation: Evaluation) -> pd.DataFrame:
    """Budget and spending of each programme within the period, beside its letters.

    Columns: program_id, program_name, goal, budget, spending, settled_budget and settled_spending (of the years that
    have both), execution_rate (the one ÷ the other), projects, on_pace, rated. Units: 千円.
    Missing: a programme without figures has NaN, never zero; projects without a known programme have a row of their own.
    """
    workbook, period = evaluation.workbook, evaluation.period
    years = workbook["project_years"].merge(workbook["projects"][["project_id", "program_id"]], on="project_id")
    years = years[years["fiscal_year"].between(period.first_year, period.last_year)]
    settled = years.dropna(subset=["budget", "spending"]).groupby("program_id")[["budget", "spending"]].sum()
    sums = years.groupby("program_id")[["budget", "spending"]].sum(min_count=1)
    rows = evaluation.indicators
    letters = pd.DataFrame(
        {
            "on_pace": rows["outcome"].isin(ON_PACE).groupby(rows["program_id"]).sum(),
            "rated": rows["outcome"].ne("not_rated").groupby(rows["program_id"]).sum(),
        }
    )
    programs = workbook["programs"].set_index("program_id")[["program_name", "goal"]]
    others = sums.index.difference(programs.index)
    table = programs.reindex([*programs.index, *others]).fillna("").join(sums).join(settled.add_prefix("settled_"))
    table = table.join(letters).fillna({"on_pace": 0, "rated": 0}).rename_axis("program_id")
    table["execution_rate"] = table["settled_spending"] / table["settled_budget"].where(table["settled_budget"] > 0)
    table["projects"] = years.groupby("program_id")["project_id"].nunique()
    return table.reset_index()


@once
def lone_programs(evaluation: Evaluation) -> pd.DataFrame:
    """Programmes that no actor leads, or that a single actor carries. Columns: program_id, program_name, actors, leads."""
    links = evaluation.workbook["actor_links"]
    programs = evaluation.workbook["programs"][["program_id", "program_name"]].set_index("program_id")
    programs["actors"] = links.groupby("program_id")["actor"].nunique()
    programs["leads"] = links[links["role"].eq("lead")].groupby("program_id")["actor"].nunique()
    programs = programs.fillna(0)
    return programs[(programs["leads"] == 0) | (programs["actors"] <= 1)].reset_index()


def unmatched(evaluation: Evaluation) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Programmes without a partner activity, and partner activities without a programme."""
    pairs = evaluation.workbook["crosswalk"]
    programs, activities = evaluation.workbook["programs"], evaluation.workbook["partner_activities"]
    return (
        programs[~programs["program_id"].isin(pairs["program_id"])],
        activities[~activities["activity_id"].isin(pairs["activity_id"])],
    )
