"""Plan, do, check, act: each project's year, what became of decisions, and what goes on to the next period or plan."""

from __future__ import annotations

from ...judging.cycle import carried_over as carried
from ...judging.cycle import followed_decisions as followed
from ...judging.cycle import hand_over as handed
from ...judging.cycle import is_last_period
from ...judging.cycle import project_cycle as cycle
from ...judging.evaluation import Evaluation
from ...trust.rows import each_row
from ..parts import Part, absent
from ..tables import grouped, table
from ..vocabulary import say


def project_cycle(evaluation: Evaluation) -> Part:
    """Each project's plan (budget), doing, check and Act decision, of its last year in the period."""
    rows = cycle(evaluation)
    if not evaluation.workbook.has("project_years"):
        return absent("project_years")
    marks = [say("project_cycle.tags", tags=tags) if tags else "" for tags in rows["tags"]]
    rows = rows.assign(head=[_program(item) for item in each_row(rows)], marks=marks)
    return table(evaluation, "project_cycle", grouped(rows, "head"))


def _program(item: object) -> str:
    return f"{item.program_id} {item.program_name}".strip()


def followed_decisions(evaluation: Evaluation) -> Part:
    """What was decided at the end of the last period, and what became of it."""
    earlier = evaluation.plan.earlier_period(evaluation.period)
    if not evaluation.workbook.has("project_years") or earlier is None:
        return absent("project_years" if earlier else "previous")
    rows = followed(evaluation)
    rows = rows.assign(followed_words=[say(f"followed_decisions.{word}") for word in rows["followed"]])
    values = {"before": earlier.label, "now": evaluation.period.label}
    rows = rows.assign(head=[_program(item) for item in each_row(rows)])
    return table(evaluation, "followed_decisions", grouped(rows, "head"), values=values)


def carried_over(evaluation: Evaluation) -> Part:
    """What goes on to the next period, or to the next plan: projects, indicators, opinions."""
    rows = carried(evaluation)
    rows = rows.assign(kind=[say(f"carried_over.kinds.{kind}") for kind in rows["kind"]])
    return table(evaluation, "carried_over", grouped(rows, "kind"), values={"next": next_words(evaluation)})


def next_words(evaluation: Evaluation) -> str:
    """Where things go from here: the next period, or the plan after this one."""
    later = evaluation.plan.later_period(evaluation.period)
    if is_last_period(evaluation) or later is None:
        return evaluation.plan.successor_plan or say("next_plan")
    return later.label


def hand_over(evaluation: Evaluation) -> Part:
    """At the plan's end: what the next plan has to take up, by kind. Before it, one line."""
    if not is_last_period(evaluation):
        return absent("hand_over")
    rows = handed(evaluation)
    lines = [
        {"kind": say(f"hand_over.kinds.{kind}"), "count": len(own), "names": list(own["name"])}
        for kind, own in (rows.groupby("kind", sort=False) if len(rows) else [])
    ]
    return table(evaluation, "hand_over", lines, values={"next": next_words(evaluation)})
