"""Checks between tables: every id that is named exists, and no id means two things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from ..words.problems import NOTE, Problem, known_names
from .plans import Plan
from .tables import Table

# (table, column, the table that must hold it, the column there)
LINKS = (
    ("indicators", "program_id", "programs", "program_id"),
    ("observations", "indicator_id", "indicators", "indicator_id"),
    ("period_years", "indicator_id", "indicators", "indicator_id"),
    ("target_revisions", "indicator_id", "indicators", "indicator_id"),
    ("milestones", "indicator_id", "indicators", "indicator_id"),
    ("breaks", "indicator_id", "indicators", "indicator_id"),
    ("corrections", "indicator_id", "indicators", "indicator_id"),
    ("published_ratings", "indicator_id", "indicators", "indicator_id"),
    ("projects", "program_id", "programs", "program_id"),
    ("project_years", "project_id", "projects", "project_id"),
    ("sdg_links", "program_id", "programs", "program_id"),
    ("actor_links", "program_id", "programs", "program_id"),
    ("crosswalk", "program_id", "programs", "program_id"),
    ("crosswalk", "activity_id", "partner_activities", "activity_id"),
    ("opinions", "meeting_id", "meetings", "meeting_id"),
)
PERIOD_TABLES = (
    "period_years",
    "department_ratings",
    "committee_ratings",
    "narratives",
    "opinions",
    "published_ratings",
)
TARGET_TABLES = ("department_ratings", "committee_ratings", "narratives")
OWN_IDS = (("indicators", "indicator_id"), ("programs", "program_id"), ("projects", "project_id"))


def check(plan: Plan | None, tables: Mapping[str, Table]) -> list[Problem]:
    """Every reference to an unknown id, period, actor or field, and every id used for two kinds of thing."""
    problems = [*_links(tables), *_targets(tables), *_collisions(tables)]
    if plan is not None:
        problems += _plan_names(plan, tables)
    return problems


def _unknown(table: Table, column: str, known: set[str], kind: str) -> Iterator[Problem]:
    values = table.frame[column]
    for index in table.frame.index[values.ne("") & ~values.isin(known)]:
        found = f"「{values[index]}」は{kind}にない"
        yield table.problem(index, column, found, f"{kind}にあるもの", known_names(values[index], known))


def _links(tables: Mapping[str, Table]) -> Iterator[Problem]:
    for name, column, other, other_column in LINKS:
        home, table = tables[other], tables[name]
        named = table.frame.index[table.frame[column].ne("")]
        if not home.frame.empty or home.contract.required:
            yield from _unknown(table, column, set(home.frame[other_column]), f"表「{home.contract.title}」")
        elif len(named):
            found = (
                f"表「{home.contract.title}」がないため、「{home.contract.column(other_column).header}」を照合できない"
            )
            yield table.problem(named[0], column, found, "", f"{other}.csv を足すと照合できる", severity=NOTE)


def _targets(tables: Mapping[str, Table]) -> Iterator[Problem]:
    known = {value for name, column in OWN_IDS for value in tables[name].frame[column]}
    for name in TARGET_TABLES:
        yield from _unknown(tables[name], "target_id", known, "指標・施策・事業の表")


def _plan_names(plan: Plan, tables: Mapping[str, Table]) -> Iterator[Problem]:
    periods = {period.id for period in plan.periods}
    for name in PERIOD_TABLES:
        yield from _unknown(tables[name], "period", periods, "plan.yaml の期間")
    if plan.actors:
        yield from _unknown(tables["actor_links"], "actor", set(plan.actors), "plan.yaml の主体（actors）")
    if plan.fields:
        yield from _unknown(tables["programs"], "field", set(plan.fields), "plan.yaml の分野（fields）")


def _collisions(tables: Mapping[str, Table]) -> Iterator[Problem]:
    owners: dict[str, tuple[Table, object, str]] = {}
    for name, column in OWN_IDS:
        table = tables[name]
        for index, value in table.frame[column].items():
            if pd.isna(value) or value == "":
                continue
            if value in owners and owners[value][0] is not table:
                other, place, _ = owners[value]
                found = f"「{value}」は表「{other.contract.title}」（{other.place(place)}）でも使われている"
                yield table.problem(
                    index, column, found, "指標・施策・事業で重ならない記号", "頭の文字を変える（I-、S-、P- など）"
                )
            owners.setdefault(value, (table, index, column))
