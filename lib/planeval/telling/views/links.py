"""Letters, roles and money by SDG goal, actor, field, sister plan and 基本目標."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.links import money_by_program as program_money
from ...judging.links import unmatched, with_actors, with_goals
from ...words.contracts import SDG_GOALS
from ..formats import NONE, short_year
from ..marks import bar, letter_heads, letter_texts
from ..parts import Part, Parts, absent, together, told
from ..tables import table
from ..vocabulary import entry, fill, say

GOALS = {goal: {"sdg": goal, "text": name} for goal, name in SDG_GOALS.items()}


def sdg_goals(evaluation: Evaluation) -> Part:
    """17 goals × 施策: to which goal each 施策 contributes, mainly or also."""
    links = evaluation.workbook["sdg_links"].sort_values("strength", ascending=False)
    return _by_program(evaluation, "sdg_goals", GOALS, links[["sdg_goal", "program_id", "strength"]])


def actor_roles(evaluation: Evaluation) -> Part:
    """Who carries which 施策, and in which role."""
    links = evaluation.workbook["actor_links"][["actor", "program_id", "role"]]
    return _by_program(evaluation, "actor_roles", {actor: actor for actor in _actors(evaluation)}, links)


def _by_program(evaluation: Evaluation, key: str, heads: Mapping[object, object], links: pd.DataFrame) -> Part:
    """Heads × 施策 with the code of each link (its third column)."""
    programs = evaluation.workbook["programs"]
    codes = {(head, program): code for head, program, code in links.itertuples(index=False)}
    lines = [
        {"head": shown} | {program: codes.get((head, program)) for program in programs["program_id"]}
        for head, shown in heads.items()
    ]
    more = {r.program_id: f"{r.program_id} {r.program_name}" for r in programs.itertuples()}
    return table(evaluation, key, lines, more=more)


def _actors(evaluation: Evaluation) -> list[str]:
    return list(evaluation.plan.actors) or sorted(set(evaluation.workbook["actor_links"]["actor"]))


def letters_by_sdg_goal(evaluation: Evaluation) -> Part:
    """Letters of the indicators that contribute to each goal; goals that no indicator watches."""
    rows = with_goals(evaluation)
    groups = [(shown, rows[rows["sdg_goal"].eq(goal)]) for goal, shown in GOALS.items()]
    return _letters_by(evaluation, "letters_by_sdg_goal", groups)


def letters_by_field(evaluation: Evaluation) -> Part:
    """Letters by field of welfare, as the liaison conference shares them."""
    rows, known = evaluation.indicators, list(evaluation.plan.fields)
    fields = known + sorted(set(rows["field"]) - set(known)) if rows["field"].any() else []
    groups = [(field or say("unnamed"), rows[rows["field"].eq(field)]) for field in fields]
    return _letters_by(evaluation, "letters_by_field", groups)


def letters_by_actor(evaluation: Evaluation) -> Part:
    """Letters of the indicators of the 施策 that each actor works on."""
    rows = with_actors(evaluation)
    groups = [(actor, rows[rows["actor"].eq(actor)]) for actor in _actors(evaluation)]
    return _letters_by(evaluation, "letters_by_actor", groups)


def _letters_by(evaluation: Evaluation, key: str, groups: Iterable[tuple[object, pd.DataFrame]]) -> Part:
    groups = list(groups)
    widest = max((len(own) for _, own in groups), default=0)
    lines = [
        {"head": head, "bar": {"bar": bar(evaluation, own, widest)} if len(own) else {"gap": say("unwatched")}}
        | letter_texts(evaluation, own)
        for head, own in groups
    ]
    return table(evaluation, key, lines, more=letter_heads(evaluation))


def crosswalk(evaluation: Evaluation) -> Parts | Part:
    """The city's plan beside the social-welfare council's: pairs, and what is unmatched on both sides."""
    workbook, plan = evaluation.workbook, evaluation.plan
    if not workbook.has("crosswalk"):
        return absent("crosswalk")
    pairs = workbook["crosswalk"].merge(workbook["programs"], on="program_id")
    pairs = pairs.merge(workbook["partner_activities"], on="activity_id")
    pairs = pairs.replace({"progress": {"": say("unwritten")}})
    partner = plan.partner_plan.get("nickname") or plan.partner_plan.get("name") or say("partner_plan")
    programs, activities = unmatched(evaluation)
    return together(
        [
            table(evaluation, "crosswalk", pairs, values={"own": plan.nickname or plan.name, "partner": partner}),
            told("crosswalk.unmatched_programs", names="、".join(programs["program_name"]) or say("none")),
            told("crosswalk.unmatched_activities", names="、".join(activities["activity_name"]) or say("none")),
        ]
    )


def money_by_program(evaluation: Evaluation) -> Part:
    """Budget, spending and 執行率 of each 施策 in the period, beside its letters."""
    return table(evaluation, "money_by_program", program_money(evaluation))


def money_by_goal(evaluation: Evaluation) -> Part:
    """The same by 基本目標, with the bar of its letters."""
    programs, rows = program_money(evaluation), evaluation.indicators
    sums = programs.groupby("goal", as_index=False)[["budget", "spending", "on_pace", "rated"]].sum(min_count=1)
    widest = rows.groupby("goal").size().max()
    sums["execution_rate"] = [execution_rate(programs[programs["goal"].eq(goal)]) for goal in sums["goal"]]
    sums["letters"] = [{"bar": bar(evaluation, rows[rows["goal"].eq(goal)], widest)} for goal in sums["goal"]]
    return table(evaluation, "money_by_goal", sums)


def execution_rate(programs: pd.DataFrame) -> float:
    """spending ÷ budget of some programmes (rows of `links.money_by_program`) over the years that have both."""
    settled = programs[programs["execution_rate"].notna()]
    budget = settled["budget"].sum()
    return (settled["execution_rate"] * settled["budget"]).sum() / budget if budget else float("nan")


def context(evaluation: Evaluation) -> Part:
    """What changed around the plan: population, revenue; the last years that are known, with their source."""
    recent = evaluation.workbook["context"].sort_values("fiscal_year").groupby("item", sort=False).tail(2)
    formats = entry("context.formats")
    lines = []
    for _, own in recent.groupby("item", sort=True):
        texts = [fill(formats.get(r.unit, formats["other"]), r._asdict()) for r in own.itertuples()]
        cells = [{"text": t, "sub": short_year(y)} for t, y in zip(texts, own["fiscal_year"], strict=True)]
        before, latest = [NONE, *cells][-2:]
        lines.append(own.iloc[-1].to_dict() | {"before": before, "latest": latest})
    return table(evaluation, "context", lines)
