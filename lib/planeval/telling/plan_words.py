"""Sentences on the whole plan, each computed: timeline, decisions, questions, sister plan, money, shocks, narratives."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..judging.cycle import TO_DO, carried_over, followed_decisions, is_last_period
from ..judging.evaluation import Evaluation
from ..judging.links import unmatched
from ..judging.money import compared_years, money_and_movement
from ..judging.questions import open_questions
from ..judging.shocks import letters_without_shock
from ..trust.rows import each_row
from ..words.contracts import label
from ..words.lists import ON_PACE
from .parts import Part, Parts, sentences, together, told
from .views.context import amount_words, kind_of_figure, pressures
from .views.cycle import next_words
from .views.narratives import TOLD, written_by_program
from .views.partner import joint_items, names
from .vocabulary import say


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"「{name}」" for name in names)


def reading_of_timeline(evaluation: Evaluation) -> Part:
    """Which years the plan spans, which of them this report is on, and what follows."""
    plan, period = evaluation.plan, evaluation.period
    parents = say("schedule.parents", parent_plan=plan.parent_plan) if plan.parent_plan else ""
    ahead = say("schedule.ahead", left=plan.last_year - period.last_year)
    if is_last_period(evaluation):
        ahead = say("schedule.ends", successor=next_words(evaluation))
    values = {"first": plan.first_year, "last": plan.last_year, "plan": plan.name, "period": period}
    return told("schedule.reading", **values, parents=parents, ahead=ahead)


def reading_of_decisions(evaluation: Evaluation) -> Part | None:
    """How many decisions of the last period were carried out, and which were not."""
    rows = followed_decisions(evaluation)
    if rows.empty:
        return None
    asked = rows[rows["decision"].isin(TO_DO)]
    if asked.empty:
        return told("followed_decisions.none")
    left = asked[asked["followed"].ne("done")]
    words = _quoted(label("decision", code) for code in TO_DO if code in set(asked["decision"]))
    own = say("followed_decisions.names", names=_quoted(left["project_name"])) if len(left) else ""
    counts = {"asked": len(asked), "done": len(asked) - len(left), "open": len(left)}
    return told("followed_decisions.reading", **counts, decisions=words, names=own)


def reading_of_carried(evaluation: Evaluation) -> Part:
    """How much goes on to the next period or plan."""
    counts = carried_over(evaluation)["kind"].value_counts()
    numbers = {kind: int(counts.get(kind, 0)) for kind in ("project", "indicator", "opinion")}
    return told("carried_over.reading", next=next_words(evaluation), **numbers)


def reading_of_questions(evaluation: Evaluation) -> Part:
    """How many questions there are, to how many departments, and who has most."""
    counts = open_questions(evaluation)["department"].replace("", say("unnamed")).value_counts()
    if counts.empty:
        return told("questions.none")
    most = {"most": counts.index[0], "highest": int(counts.iloc[0])}
    return told("questions.reading", departments=len(counts), count=int(counts.sum()), **most)


def reading_of_fields(evaluation: Evaluation) -> Part | None:
    """The field with the highest and the one with the lowest share on pace."""
    rows = evaluation.indicators[lambda f: f["outcome"].ne("not_rated") & f["field"].ne("")]
    shares = rows["outcome"].isin(ON_PACE).groupby(rows["field"]).mean()
    if len(shares) < 2:
        return None
    ends = {"best": shares.idxmax(), "high": shares.max(), "last": shares.idxmin(), "low": shares.min()}
    return told("letters_by_field.reading", **ends)


def reading_of_pillars(evaluation: Evaluation) -> Part | None:
    """What these numbers are: this plan's contribution, counted again where an indicator serves several goals."""
    return told("letters_by_pillar.reading") if evaluation.workbook.has("sdg_links") else None


def reading_of_crosswalk(evaluation: Evaluation) -> Part | None:
    """How many programmes have a counterpart, what has none, and where both sides disagree."""
    workbook = evaluation.workbook
    if not workbook.has("crosswalk"):
        return None
    programs, activities = unmatched(evaluation)
    counts = joint_items(evaluation)["agreement"].value_counts()
    pairs = {"same": int(counts.get("same", 0)), "differ": int(counts.get("differs", 0))}
    return told(
        "crosswalk.reading",
        **names(evaluation),
        programs=len(workbook["programs"]),
        matched=len(workbook["programs"]) - len(programs),
        alone=_quoted(programs["program_name"]) or say("nobody"),
        other=_quoted(activities["activity_name"]) or say("nobody"),
        pairs=int(counts.sum()),
        compared=pairs["same"] + pairs["differ"],
        differ=pairs["differ"],
    )


def reading_of_movement(evaluation: Evaluation) -> Part | None:
    """How the budget changed, and which programmes stand out beside their letters; no claim of cause."""
    if not evaluation.workbook.has("project_years") or compared_years(evaluation) is None:
        return None
    rows = money_and_movement(evaluation)
    found = {
        word: _quoted(rows.loc[rows["remark"].eq(word), "program_name"]) or say("nobody")
        for word in ("worse_and_less", "more_and_still")
    }
    before, now = rows["budget_before"].sum(), rows["budget"].sum()
    change = now / before - 1 if before else float("nan")
    values = {"before_total": before, "total": now, "change": change}
    return told("money_and_movement.reading", **values, less=found["worse_and_less"], still=found["more_and_still"])


def reading_of_context(evaluation: Evaluation) -> Part | Parts | None:
    """The pressure from population by age and from revenue, by their two ends."""
    if not evaluation.workbook.has("context"):
        return None
    rows = pressures(evaluation)
    if rows.empty:
        return told("context.no_pressure")
    # of each measure once: rather an actual figure than a projection, rather a published one than an example
    rows = rows.sort_values(["is_projection", "is_example"], kind="stable").drop_duplicates("measure").sort_index()
    items = [
        say(
            "context.item",
            **r._asdict()
            | {"start": amount_words(r, r.start), "end": amount_words(r, r.end), "mark": kind_of_figure(r)},
        )
        for r in each_row(rows)
    ]
    return together([told("context.reading"), sentences(items)])


def reading_of_shock(evaluation: Evaluation) -> Part | None:
    """How many letters would differ without the shock's years."""
    if not evaluation.plan.shocks:
        return None
    rows = letters_without_shock(evaluation)
    other = rows.loc[rows["differs"], "indicator_name"]
    own = say("letters_without_shock.names", names=_quoted(other)) if len(other) else ""
    return told("letters_without_shock.reading", total=int(rows["is_touched"].sum()), count=len(other), names=own)


def reading_of_narratives(evaluation: Evaluation) -> Part | None:
    """On how many programmes everything is written, and where something is missing."""
    if not evaluation.workbook.has("programs"):
        return None
    rows: pd.DataFrame = written_by_program(evaluation)
    complete = rows[list(TOLD)].ne("").all(axis=1)
    missing = _quoted(rows.loc[~complete, "program_name"])
    own = say("narratives.names", names=missing) if missing else ""
    return told("narratives.reading", total=len(rows), complete=int(complete.sum()), names=own)
