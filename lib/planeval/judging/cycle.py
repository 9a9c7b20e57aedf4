"""Plan, do, check, act: what each project did, what was decided, what became of it, and what is handed on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..trust.plans import Period
from .evaluation import Evaluation
from .links import lone_programs, unmatched
from .once import once
from .summary import to_discuss

# Decisions that ask for something to be done, so that they are carried to the next period.
TO_DO = ("expand", "improve", "reduce", "end")


@once
def project_cycle(evaluation: Evaluation, period: Period | None = None) -> pd.DataFrame:
    """Each project's last year within a period: budget, activity, check and decision, with its name and programme.

    Missing: no row for a project of which nothing was written in the period.
    """
    workbook, period = evaluation.workbook, period or evaluation.period
    years = workbook["project_years"]
    years = years[years["fiscal_year"].between(period.first_year, period.last_year)].sort_values("fiscal_year")
    own = years.drop_duplicates("project_id", keep="last").drop(columns=["status", "source"])
    names = workbook["projects"][["project_id", "project_name", "program_id", "department"]]
    rows = names.merge(own, on="project_id", how="inner", validate="one_to_one")
    programs = workbook["programs"][["program_id", "program_name", "field"]]
    rows = rows.merge(programs, on="program_id", how="left", validate="many_to_one")
    return rows.fillna({"program_name": "", "field": ""})


@once
def followed_decisions(evaluation: Evaluation) -> pd.DataFrame:
    """What was decided on each project at the end of the period before, beside its last year of this one (`_now`).

    `followed`: done or not_done where the rule can say it (expand: a larger budget; reduce: a smaller one; end: no later
    year; improve: improving is no longer the decision), goes_on for continue, unknown without a later year.
    """
    earlier = evaluation.plan.earlier_period(evaluation.period)
    if earlier is None:
        return pd.DataFrame()
    now = project_cycle(evaluation).set_index("project_id")
    now = now[["fiscal_year", "budget", "activity", "self_check", "decision"]].add_suffix("_now")
    rows = project_cycle(evaluation, earlier)
    rows = rows[rows["decision"].ne("")].join(now, on="project_id")
    has_later = rows["fiscal_year_now"].notna()
    change = rows["budget_now"] - rows["budget"]
    done = np.select(
        [rows["decision"].eq(name) for name in ("expand", "reduce", "end", "improve")],
        [change > 0, change < 0, ~has_later, rows["decision_now"].ne("improve")],
        False,
    )
    known = [~has_later & rows["decision"].ne("end"), rows["decision"].eq("continue"), done.astype(bool)]
    followed = pd.Series(np.select(known, ["unknown", "goes_on", "done"], "not_done"), index=rows.index, dtype="str")
    return rows.assign(followed=followed).fillna({"activity_now": "", "self_check_now": "", "decision_now": ""})


def is_last_period(evaluation: Evaluation) -> bool:
    """Whether the plan ends with this period, so that what is left goes to the next plan."""
    return evaluation.period.last_year >= evaluation.plan.last_year


@once
def carried_over(evaluation: Evaluation) -> pd.DataFrame:
    """What goes on to the next period. Columns: kind (project, indicator, opinion), name, what, who, due.

    Projects whose decision asks for something, indicators that are not on course with what was said of their next
    action, and opinions that are not yet done with.
    """
    cycle = project_cycle(evaluation)
    cycle = cycle[cycle["decision"].isin(TO_DO)]
    projects = cycle.assign(kind="project", name=cycle["project_name"], what=cycle["difficulty"])
    projects = projects.assign(who=projects["person"].where(projects["person"].ne(""), projects["department"]))
    written = evaluation.workbook["narratives"]
    actions = written[written["period"].eq(evaluation.period.id)].set_index("target_id")["next_action"]
    points = to_discuss(evaluation.indicators)
    points = points.assign(
        kind="indicator", name=points["indicator_name"], who=points["department"], due="", decision=""
    )
    points = points.assign(what=[actions.get(ident, "") for ident in points["indicator_id"]])
    asked = open_opinions(evaluation)
    asked = asked.assign(kind="opinion", name=asked["opinion"], what=asked["answer"], who=asked["reflected_in"], due="")
    columns = ["kind", "name", "what", "who", "due", "decision"]
    parts = [projects, points, asked.assign(decision="")]
    return pd.concat([part[columns].astype("str") for part in parts], ignore_index=True)


def open_opinions(evaluation: Evaluation) -> pd.DataFrame:
    """Opinions of this period and of all before it that are not marked as done."""
    own = {period.id for period in evaluation.plan.periods if period.last_year <= evaluation.period.last_year}
    found = evaluation.workbook["opinions"]
    return found[found["period"].isin(own) & found["answer_state"].ne("done")]


@once
def hand_over(evaluation: Evaluation) -> pd.DataFrame:
    """What the next plan has to take up. Columns: kind, name. Missing: empty before the plan's last period.

    not_reached and not_rated indicators, programmes that a single actor carries or none leads, items without a
    counterpart in the sister plan (own_unmatched, partner_unmatched), and opinions that are left to it.
    """
    if not is_last_period(evaluation):
        return pd.DataFrame(columns=["kind", "name"])
    rows, workbook = evaluation.indicators, evaluation.workbook
    missed = rows[rows["outcome"].isin(["better", "behind", "unclear", "worse"])]
    found = {
        "not_reached": missed["indicator_name"],
        "not_rated": rows.loc[rows["outcome"].eq("not_rated"), "indicator_name"],
        "opinion": open_opinions(evaluation)["opinion"],
    }
    if workbook.has("actor_links"):
        found["lone"] = lone_programs(evaluation)["program_name"]
    if workbook.has("crosswalk"):
        programs, activities = unmatched(evaluation)
        found |= {"own_unmatched": programs["program_name"], "partner_unmatched": activities["activity_name"]}
    return pd.DataFrame([{"kind": kind, "name": name} for kind, names in found.items() for name in names])
