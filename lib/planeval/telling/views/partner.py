"""The city's plan beside the social-welfare council's: pairs, what is unmatched, where both sides disagree, meetings."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.links import money_by_program, unmatched
from ...judging.once import once
from ...trust.rows import each_row
from ..parts import Part, Parts, absent, together
from ..tables import table
from ..vocabulary import entry, say
from .links import programs_named


def crosswalk(evaluation: Evaluation) -> Parts | Part:
    """Pairs of programmes and activities, and what is unmatched on both sides."""
    if not evaluation.workbook.has("crosswalk"):
        return absent("crosswalk")
    pairs = joint_items(evaluation).replace({"progress": {"": say("unwritten")}})
    programs, activities = unmatched(evaluation)
    return together(
        [
            table(evaluation, "crosswalk", pairs, values=names(evaluation)),
            table(evaluation, "unmatched_programs", programs),
            table(evaluation, "unmatched_activities", activities),
        ]
    )


def names(evaluation: Evaluation) -> dict[str, str]:
    """How the two plans are called."""
    plan, partner = evaluation.plan, evaluation.plan.partner_plan
    other = partner.get("nickname") or partner.get("name") or say("partner_plan")
    return {"own": plan.nickname or plan.name, "partner": other}


def crosswalk_matrix(evaluation: Evaluation) -> Part:
    """Activities × programmes: which belong together, wholly or in part."""
    workbook = evaluation.workbook
    pairs = workbook["crosswalk"]
    programs = programs_named(evaluation, pairs["program_id"])
    codes = {(r.activity_id, r.program_id): r.relation for r in each_row(pairs)}
    lines = [
        {"head": f"{r.activity_id} {r.activity_name}"}
        | {program: codes.get((r.activity_id, program)) for program in programs}
        for r in each_row(workbook["partner_activities"])
    ]
    return table(evaluation, "crosswalk_matrix", lines, more=programs, values=names(evaluation))


@once
def joint_items(evaluation: Evaluation) -> pd.DataFrame:
    """The pairs with both sides' progress: `on_pace` of `rated` indicators, the partner's word, and `agreement`.

    Agreement: same, differs, or unknown where a side says nothing that can be compared.
    """
    workbook = evaluation.workbook
    pairs = workbook["crosswalk"][["program_id", "activity_id", "relation"]]
    pairs = pairs.merge(workbook["programs"][["program_id", "program_name", "goal"]], on="program_id")
    pairs = pairs.merge(
        workbook["partner_activities"][["activity_id", "activity_name", "pillar", "progress"]], on="activity_id"
    )
    counts = money_by_program(evaluation).set_index("program_id")[["on_pace", "rated"]]
    pairs = pairs.join(counts, on="program_id")
    own = [2 * r.on_pace > r.rated if r.rated else None for r in each_row(pairs)]
    known = entry("partner_progress")
    told = [known.get(word) for word in pairs["progress"]]
    agreement = [
        "unknown" if None in two else "same" if two[0] == two[1] else "differs" for two in zip(own, told, strict=True)
    ]
    return pairs.assign(own=pd.Series(own, dtype="object"), agreement=pd.Series(agreement, dtype="str"))


def joint_progress(evaluation: Evaluation) -> Part:
    """Shared items: how far either side says that it has come, and where they disagree."""
    rows = joint_items(evaluation)
    words = entry("joint_progress.own_words")
    rows = rows.assign(own_words=[words["None" if own is None else own] for own in rows["own"]])
    agreement = [say(f"joint_progress.agreement.{word}") for word in rows["agreement"]]
    return table(evaluation, "joint_progress", rows.assign(agreement=agreement))


def joint_meetings(evaluation: Evaluation) -> Part:
    """Meetings beside those of the plan's own two bodies, with how many opinions came up in each."""
    rows = other_meetings(evaluation)
    counts = evaluation.workbook["opinions"]["meeting_id"].value_counts()
    rows = rows.assign(opinions=[int(counts.get(ident, 0)) for ident in rows["meeting_id"]])
    return table(evaluation, "joint_meetings", rows.sort_values("held_on"))


def other_meetings(evaluation: Evaluation) -> pd.DataFrame:
    """The meetings that are not of the plan's own bodies (`meetings` contract)."""
    own = {body[key] for body in evaluation.plan.bodies for key in ("id", "name") if key in body}
    return evaluation.workbook["meetings"][lambda f: ~f["body"].isin(own) & f["body"].ne("")]
