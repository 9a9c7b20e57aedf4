"""Letters and roles by SDG goal, actor and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.links import lone_programs, with_actors, with_goals
from ...judging.summary import counted
from ...trust.rows import each_row
from ...words.contracts import LISTS, SDG_GOALS
from ..formats import NONE, count
from ..marks import bar, letter_heads, letter_texts
from ..parts import Part, absent
from ..tables import figures, table
from ..vocabulary import entry, say

GOALS = {goal: {"sdg": goal, "text": name} for goal, name in SDG_GOALS.items()}


def programs_named(evaluation: Evaluation, linked: Iterable[str]) -> dict[str, str]:
    """Every 施策 by its id with its heading: those of the plan, then those that only links name."""
    own = evaluation.workbook["programs"]
    known = {r.program_id: f"{r.program_id} {r.program_name}" for r in each_row(own)}
    return known | {ident: ident for ident in sorted(set(linked) - set(known))}


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
    programs = programs_named(evaluation, links["program_id"])
    codes = {(head, program): code for head, program, code in links.itertuples(index=False)}
    lines = [
        {"head": shown} | {program: codes.get((head, program)) for program in programs} for head, shown in heads.items()
    ]
    return table(evaluation, key, lines, more=programs)


def _actors(evaluation: Evaluation) -> list[str]:
    return list(evaluation.plan.actors) or sorted(set(evaluation.workbook["actor_links"]["actor"]))


def letters_by_sdg_goal(evaluation: Evaluation) -> Part:
    """Letters of the indicators that contribute to each goal; goals that no indicator watches."""
    rows = with_goals(evaluation)
    groups = [(shown, rows[rows["sdg_goal"].eq(goal)]) for goal, shown in GOALS.items()]
    return _letters_by(evaluation, "letters_by_sdg_goal", groups)


def letters_by_field(evaluation: Evaluation) -> Part:
    """Letters by field of welfare, as the liaison conference shares them."""
    rows, known = counted(evaluation), list(evaluation.plan.fields)
    fields = known + sorted(set(rows["field"]) - {*known, ""}) if rows["field"].any() else []
    return _letters_by(evaluation, "letters_by_field", [(field, rows[rows["field"].eq(field)]) for field in fields])


def letters_by_actor(evaluation: Evaluation) -> Part:
    """Letters of the indicators of the 施策 that each actor works on."""
    rows = with_actors(evaluation)
    groups = [(actor, rows[rows["actor"].eq(actor)]) for actor in _actors(evaluation)]
    return _letters_by(evaluation, "letters_by_actor", groups)


def letters_by_pillar(evaluation: Evaluation) -> Part:
    """The goals in their groups 経済, 社会, 環境: which are served, which no indicator watches, and the letters."""
    rows, served = with_goals(evaluation), set(evaluation.workbook["sdg_links"]["sdg_goal"])
    watched, groups, told = set(rows["sdg_goal"]), [], {}
    for name, goals in entry("pillars").items():
        groups.append((name, rows[rows["sdg_goal"].isin(goals)].drop_duplicates("indicator_id")))
        alone = [f"{goal} {SDG_GOALS[goal]}" for goal in goals if goal not in watched]
        told[name] = {"served": f"{len(served & set(goals))}／{len(goals)}", "alone": alone}
    whole = {"served": f"{len(served)}／{len(SDG_GOALS)}", "alone": []}
    return _letters_by(evaluation, "letters_by_pillar", groups, told | {None: whole})


def _letters_by(
    evaluation: Evaluation,
    key: str,
    groups: Iterable[tuple[object, pd.DataFrame]],
    told: Mapping[object, Mapping] | None = None,
) -> Part:
    """Letters of groups of indicators, those in no group, and all indicators, each counted once, as the last row.

    `told`: more fields of the row of each group, and of the last one under None.
    """
    groups, told, rows = list(groups), told or {}, counted(evaluation)
    grouped = {ident for _, own in groups for ident in own["indicator_id"]}
    alone = rows[~rows["indicator_id"].isin(grouped)]
    widest = max((len(own) for _, own in [*groups, ("", alone)]), default=0)
    shown = [
        {"head": head, "bar": _bar(evaluation, own, widest)} | letter_texts(evaluation, own) | dict(told.get(n, {}))
        for n, head, own in ((head if isinstance(head, str) else "", head, own) for head, own in groups)
    ]
    rest = {"head": say(f"{key}.alone"), "bar": _bar(evaluation, alone, widest)} | letter_texts(evaluation, alone)
    rest |= dict.fromkeys(told.get(None, ()), NONE) | ({"alone": []} if told else {})
    whole = {"head": say(f"{key}.whole"), "bar": NONE, "is_total": True} | letter_texts(evaluation, rows)
    lines = [*shown, *([rest] if len(alone) else []), whole | dict(told.get(None, {}))] if groups else []
    part = table(evaluation, key, lines, more=letter_heads(evaluation))
    return Part(part.template, part.macro, part.arguments, partial(figures, lines[:-1]))


def _bar(evaluation: Evaluation, own: pd.DataFrame, widest: int) -> dict:
    return {"bar": bar(evaluation, own, widest)} if len(own) else {"gap": say("unwatched")}


def actor_loads(evaluation: Evaluation) -> Part:
    """How many 施策 each actor works on, in which role, and how many indicators hang on them."""
    links, rows = evaluation.workbook["actor_links"], with_actors(evaluation)
    counts = links.groupby(["actor", "role"])["program_id"].nunique().to_dict()
    lines = [
        {"head": actor, "total": len(set(links.loc[links["actor"].eq(actor), "program_id"]))}
        | {role: count(counts.get((actor, role), 0)) for role in LISTS["role"].values()}
        | {"indicators": int(rows["actor"].eq(actor).sum())}
        for actor in _actors(evaluation)
    ]
    return table(evaluation, "actor_loads", lines)


def lonely_programs(evaluation: Evaluation) -> Part:
    """施策 that no actor leads, or that a single actor carries, by name."""
    if not evaluation.workbook.has("actor_links"):
        return absent("actor_links")
    links = evaluation.workbook["actor_links"]
    rows = lone_programs(evaluation)
    who = links.groupby("program_id")["actor"].agg("、".join)
    why = ["none" if not r.actors else "no_lead" if not r.leads else "single" for r in each_row(rows)]
    words = [say(f"lonely_programs.{word}") for word in why]
    return table(evaluation, "lonely_programs", rows.assign(why=words, who=rows["program_id"].map(who).fillna("")))
