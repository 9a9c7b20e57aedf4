"""What departments have to answer in the liaison conference: missing values, causes, self-checks, open opinions."""

from __future__ import annotations

import re

import pandas as pd

from ..trust.rows import each_row
from .cycle import open_opinions, project_cycle
from .evaluation import Evaluation
from .once import once
from .summary import to_discuss

COLUMNS = ["kind", "target_id", "name", "department", "field", "letter", "reason", "fiscal_year", "state"]


@once
def open_questions(evaluation: Evaluation) -> pd.DataFrame:
    """One row per question. Columns: kind, target_id, name, department, field, letter, reason, fiscal_year, state.

    kind: no_value (an indicator that cannot be judged), no_cause (not on course, and cause or next action are not
    written), cause (written: has it been done?), no_self_check (a project of the period without one), opinion (not yet
    done, one row for each department that it names).
    """
    parts = [_of_indicators(evaluation), _of_projects(evaluation), _of_opinions(evaluation)]
    parts = [part.reindex(columns=COLUMNS).astype("object") for part in parts if len(part)]
    empty = {"letter": "", "reason": "", "state": "", "department": "", "field": ""}
    return pd.concat(parts, ignore_index=True).fillna(empty) if parts else pd.DataFrame(columns=COLUMNS)


def _of_indicators(evaluation: Evaluation) -> pd.DataFrame:
    points = to_discuss(evaluation.indicators)
    written = evaluation.workbook["narratives"]
    written = written[written["period"].eq(evaluation.period.id)]
    is_told = written["cause"].ne("") & written["next_action"].ne("")
    told = points["indicator_id"].isin(written.loc[is_told, "target_id"])
    kind = told.map({True: "cause", False: "no_cause"}).astype("str")
    kind = kind.where(points["outcome"].ne("not_rated"), "no_value")
    return points.assign(kind=kind, target_id=points["indicator_id"], name=points["indicator_name"], fiscal_year=None)


def _of_projects(evaluation: Evaluation) -> pd.DataFrame:
    rows = project_cycle(evaluation)
    rows = rows[rows["self_check"].eq("")]
    return rows.assign(kind="no_self_check", target_id=rows["project_id"], name=rows["project_name"])


def _of_opinions(evaluation: Evaluation) -> pd.DataFrame:
    owners = _owners(evaluation)
    found = []
    for item in each_row(open_opinions(evaluation)):
        named = [ident for ident in owners.index if _names(item.reflected_in, ident)]
        for own in each_row(owners.loc[named].drop_duplicates("department")):
            place = {"department": own.department, "field": own.field, "target_id": item.opinion_id}
            found.append(place | {"kind": "opinion", "name": item.opinion, "state": item.answer_state})
    return pd.DataFrame(found)


def _names(text: str, ident: str) -> bool:
    """Whether a text names an id, which is no part of a longer one. Example: 指標I-3 names I-3, I-33 does not."""
    return ident in text and bool(re.search(rf"(?<![0-9A-Za-z_-]){re.escape(ident)}(?![0-9A-Za-z_-])", text))


def _owners(evaluation: Evaluation) -> pd.DataFrame:
    """Department and field of every programme, indicator and project, by its id."""
    workbook = evaluation.workbook
    programs = workbook["programs"].set_index("program_id")
    fields = programs["field"].to_dict()
    parts = [programs[["department", "field"]]]
    for name in ("indicator", "project"):
        own = workbook[f"{name}s"].set_index(f"{name}_id")
        parts.append(own[["department"]].assign(field=[fields.get(ident, "") for ident in own["program_id"]]))
    return pd.concat(parts)
