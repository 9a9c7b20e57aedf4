"""Is the data of this period complete?"""

from __future__ import annotations

from ...judging.evaluation import Evaluation
from ...trust.rows import each_row
from ..parts import Part, facts
from ..tables import table
from ..vocabulary import say

SHOWN_READINGS = 100


def plan_facts(evaluation: Evaluation) -> Part:
    """Which plan, which period, which rule, how much data."""
    workbook, partner = evaluation.workbook, evaluation.plan.partner_plan
    beside = partner.get("nickname") or partner.get("body", "")
    return facts(
        evaluation,
        "plan_facts",
        partner=f"{partner.get('name', '')}（{beside}）" if partner else "",
        indicators=len(evaluation.indicators),
        observations=len(workbook["observations"]),
        files=len(workbook.inputs),
    )


def submissions_by_department(evaluation: Evaluation) -> Part:
    """How many indicators of each department have a value for this period, and which do not."""
    rows = evaluation.indicators.assign(is_rated=lambda f: f["outcome"].ne("not_rated"))
    lines = [
        {
            "department": department or say("unnamed"),
            "indicators": len(own),
            "rated": int(own["is_rated"].sum()),
            "missing": [say("submissions.missing", **r._asdict()) for r in each_row(own[~own["is_rated"]])],
        }
        for department, own in rows.groupby("department", sort=False)
    ]
    whole = {"indicators": len(rows), "rated": int(rows["is_rated"].sum()), "missing": [], "is_total": True}
    return table(evaluation, "submissions", [*lines, {"department": say("total")} | whole])


def reading_notes(evaluation: Evaluation) -> Part:
    """What the reading of the files remarked; nothing here stopped the evaluation."""
    return table(evaluation, "reading_notes", [vars(note) for note in evaluation.workbook.notes])


def intake_record(evaluation: Evaluation) -> Part:
    """What was read otherwise than it was written, the first rows of it."""
    return table(evaluation, "intake_record", [vars(own) for own in evaluation.workbook.readings[:SHOWN_READINGS]])


def data_rows(evaluation: Evaluation) -> Part:
    """Each table of the plan: rows, and how many of them are published or examples."""
    lines = []
    for item in evaluation.workbook.tables.values():
        counts = item.frame["status"].value_counts() if "status" in item.frame else {}
        by_status = {status: int(counts.get(status, 0)) for status in ("published", "example")}
        lines.append({"title": item.contract.title, "rows": len(item.frame)} | by_status)
    return table(evaluation, "data_rows", lines)
