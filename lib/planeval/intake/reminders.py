"""What a department has not yet sent for a period, as a mail."""

from __future__ import annotations

import pandas as pd

from ..trust.plans import Period
from ..trust.workbook import Workbook
from ..words.contracts import CONTRACTS
from ..words.fiscal_years import fiscal_year_label
from .collection_rows import Department, years
from .collection_words import WORDS, period_label

SAY: dict[str, str] = WORDS["reminder"]
# What a project says of a year, and what a narrative says of a period: the former each, the latter any of them.
OF_A_YEAR = ("spending", "self_check", "decision")
OF_A_PERIOD = ("narrative", "cause", "next_action")
Missing = list[tuple[str, str, str]]  # id, name, what


def reminder(workbook: Workbook, period: Period, department: Department, file: str) -> str:
    """The mail to one department, naming the workbook to fill in; without anything missing, a mail of thanks."""
    parts = {
        "values": missing_values(workbook, period, department),
        "projects": missing_of_projects(workbook, period, department),
        "narratives": missing_narratives(workbook, period, department),
    }
    facts = {"plan": workbook.plan.name, "period": period_label(period), "department": department.name, "file": file}
    start = [SAY["to"].format(**facts), "", SAY["greeting"]]
    if not any(parts.values()):
        return "\n".join([SAY["complete_heading"].format(**facts), "", *start, SAY["complete"].format(**facts), ""])
    lines = [SAY["heading"].format(**facts), "", *start, SAY["opening"].format(**facts)]
    for part, missing in parts.items():
        if missing:
            form = SAY["item" if missing[0][2] else "narrative"]
            lines += ["", SAY[part].format(count=len(missing))]
            lines += [form.format(id=own_id, name=name, what=what) for own_id, name, what in missing]
    return "\n".join([*lines, "", SAY["closing"].format(**facts), "", SAY["contact"], ""])


def missing_values(workbook: Workbook, period: Period, department: Department) -> Missing:
    """Indicators with the years that have neither a value nor a reason why there is none.

    An indicator that was only ever sent by group has a year's value once it has one of a group.
    """
    rows = workbook["observations"]
    rows = rows[rows["value"].notna() | rows["missing"].ne("")]
    totals = rows[rows["group"].eq("")]
    by_group = rows[~rows["indicator_id"].isin(totals["indicator_id"])]
    given = {
        (own_id, int(year))
        for frame in (totals, by_group)
        for own_id, year in frame[["indicator_id", "fiscal_year"]].values
    }
    found = []
    for own in department.indicators:
        absent = [fiscal_year_label(year) for year in years(period) if (own["indicator_id"], year) not in given]
        if absent:
            found.append((str(own["indicator_id"]), str(own["indicator_name"]), "、".join(absent)))
    return found


def missing_of_projects(workbook: Workbook, period: Period, department: Department) -> Missing:
    """Projects with the years for which spending, self-check or decision is missing."""
    contract = CONTRACTS["project_years"]
    rows = workbook[contract.name].set_index(list(contract.key))
    found = []
    for own in department.projects:
        absent = []
        for year in years(period):
            key = (own["project_id"], year)
            empty = [name for name in OF_A_YEAR if key not in rows.index or _is_empty(rows.loc[key, name])]
            if empty:
                headers = "・".join(contract.column(name).header for name in empty)
                absent.append(f"{fiscal_year_label(year)}の{headers}")
        if absent:
            found.append((str(own["project_id"]), str(own["project_name"]), "、".join(absent)))
    return found


def missing_narratives(workbook: Workbook, period: Period, department: Department) -> Missing:
    """Indicators and projects of which nothing is told in words."""
    rows = workbook["narratives"]
    told = rows[rows["period"].eq(period.id) & rows[list(OF_A_PERIOD)].ne("").any(axis=1)]
    named = [(own["indicator_id"], own["indicator_name"]) for own in department.indicators]
    named += [(own["project_id"], own["project_name"]) for own in department.projects]
    return [(str(own_id), str(name), "") for own_id, name in named if own_id not in set(told["target_id"])]


def _is_empty(value: object) -> bool:
    return bool(pd.isna(value)) or value == ""
