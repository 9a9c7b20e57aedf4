"""Letters, roles and money by SDG goal, actor, field, sister plan and 基本目標."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.links import money_by_program as program_money
from ...judging.links import unmatched, with_actors, with_goals
from ...judging.summary import letter_counts
from ...words.contracts import SDG_GOALS, label
from ..formats import NONE, money, number, percent, short_year
from ..parts import Part, Parts, absent, bar, legend, row, sentence, table, together
from ..vocabulary import entry, say


def sdg_goals(evaluation: Evaluation) -> Part:
    """17 goals × 施策: to which goal each 施策 contributes, mainly or also."""
    workbook = evaluation.workbook
    if not workbook.has("sdg_links"):
        return absent("sdg_links")
    programs = workbook["programs"]
    cells = {
        (r.sdg_goal, r.program_id): r.strength
        for r in workbook["sdg_links"].sort_values("strength", ascending=False).itertuples()
    }
    lines = []
    for goal, name in SDG_GOALS.items():
        marks = [cells.get((goal, program)) for program in programs["program_id"]]
        lines.append(row({"sdg": goal, "text": name}, *(_chip("strength", mark, "main") for mark in marks)))
    return _matrix("sdg_goals", lines, programs)


def _chip(name: str, code: str | None, strong: str) -> object:
    return {"chip": label(name, code), "strong": code == strong} if code else NONE


def _matrix(key: str, lines: list[dict], programs: pd.DataFrame) -> Part:
    heads = [entry(f"{key}.heads")[0], *(f"{r.program_id} {r.program_name}" for r in programs.itertuples())]
    return table(
        key,
        lines,
        " ".join(["text"] + ["matrix"] * len(programs)),
        layout="matrix",
        heads=heads,
        size="snug",
        widths={0: 20},
    )


def letters_by_sdg_goal(evaluation: Evaluation) -> Part:
    """Letters of the indicators that contribute to each goal; goals that no indicator watches."""
    if not evaluation.workbook.has("sdg_links"):
        return absent("sdg_links")
    rows = with_goals(evaluation)
    groups = [({"sdg": goal, "text": name}, rows[rows["sdg_goal"].eq(goal)]) for goal, name in SDG_GOALS.items()]
    return _letters_by("letters_by_sdg_goal", evaluation, groups)


def _letters_by(key: str, evaluation: Evaluation, groups: list[tuple[object, pd.DataFrame]]) -> Part:
    widest = max((len(own) for _, own in groups), default=1) or 1
    letters = [letter.letter for letter in legend(evaluation)]
    lines, frames = [], []
    for head, own in groups:
        counts = letter_counts(own, evaluation.scheme)
        frames.append(counts)
        shown = {"bar": bar(evaluation, counts, widest)} if len(own) else {"gap": say("unwatched")}
        lines.append(
            row(head, shown, *(f"{counts.get(x, 0)}" if counts.get(x, 0) else NONE for x in letters), f"{len(own)}")
        )
    heads = [*entry(f"{key}.heads"), *letters, say("sum")]
    kinds = " ".join(["text", "bar"] + ["number"] * (len(letters) + 1))
    return table(key, lines, kinds, heads=heads, layout="matrix", size="tight", frame=pd.DataFrame(frames))


def letters_by_field(evaluation: Evaluation) -> Part:
    """Letters by field of welfare, as the liaison conference shares them."""
    rows = evaluation.indicators
    if rows["field"].eq("").all():
        return absent("fields")
    order = list(evaluation.plan.fields) + sorted(set(rows["field"]) - set(evaluation.plan.fields))
    return _letters_by(
        "letters_by_field", evaluation, [(field or say("unnamed"), rows[rows["field"].eq(field)]) for field in order]
    )


def actor_roles(evaluation: Evaluation) -> Part:
    """Who carries which 施策, and in which role."""
    workbook = evaluation.workbook
    if not workbook.has("actor_links"):
        return absent("actor_links")
    programs, links = workbook["programs"], workbook["actor_links"]
    cells = {(r.actor, r.program_id): r.role for r in links.itertuples()}
    actors = list(evaluation.plan.actors) or sorted(set(links["actor"]))
    lines = [
        row(actor, *(_chip("role", cells.get((actor, program)), "lead") for program in programs["program_id"]))
        for actor in actors
    ]
    return _matrix("actor_roles", lines, programs)


def letters_by_actor(evaluation: Evaluation) -> Part:
    """Letters of the indicators of the 施策 that each actor works on."""
    if not evaluation.workbook.has("actor_links"):
        return absent("actor_links")
    rows = with_actors(evaluation)
    actors = list(evaluation.plan.actors) or sorted(set(rows["actor"]))
    return _letters_by("letters_by_actor", evaluation, [(actor, rows[rows["actor"].eq(actor)]) for actor in actors])


def crosswalk(evaluation: Evaluation) -> Parts | Part:
    """The city's plan beside the social-welfare council's: pairs, and what is unmatched on both sides."""
    workbook = evaluation.workbook
    if not workbook.has("crosswalk"):
        return absent("crosswalk")
    pairs = workbook["crosswalk"].merge(workbook["programs"][["program_id", "program_name"]], on="program_id")
    pairs = pairs.merge(
        workbook["partner_activities"][["activity_id", "activity_name", "pillar", "progress"]], on="activity_id"
    )
    lines = [
        row(
            f"{r.program_id} {r.program_name}",
            _chip("relation", r.relation or None, "whole"),
            f"{r.activity_id} {r.activity_name}",
            r.pillar or NONE,
            r.progress or say("unwritten"),
        )
        for r in pairs.itertuples()
    ]
    partner = evaluation.plan.partner_plan
    values = {
        "own": evaluation.plan.nickname or evaluation.plan.name,
        "partner": partner.get("nickname") or partner.get("name") or say("partner_plan"),
    }
    programs, activities = unmatched(evaluation)
    return together(
        table("crosswalk", lines, "text chip text text text", values=values, size="snug"),
        sentence(_unmatched("crosswalk.unmatched_programs", programs["program_name"])),
        sentence(_unmatched("crosswalk.unmatched_activities", activities["activity_name"])),
    )


def _unmatched(key: str, names: pd.Series) -> str:
    return say(key, names="、".join(names) if len(names) else say("none"))


def money_by_program(evaluation: Evaluation) -> Part:
    """Budget, spending and 執行率 of each 施策 in the period, beside its letters."""
    if not evaluation.workbook.has("project_years"):
        return absent("project_years")
    frame = program_money(evaluation)
    lines = [
        row(f"{r.program_id} {r.program_name}", *_money_cells(r), _shared(r.on_pace, r.rated))
        for r in frame.itertuples()
    ]
    return table("money_by_program", lines, "text number number number number", frame=frame, size="snug")


def money_by_goal(evaluation: Evaluation) -> Part:
    """The same by 基本目標, with the bar of its letters."""
    if not evaluation.workbook.has("project_years"):
        return absent("project_years")
    frame = program_money(evaluation)
    sums = frame.groupby("goal", as_index=False)[["budget", "spending", "on_pace", "rated"]].sum(min_count=1)
    settled = frame[frame["execution_rate"].notna()]
    closed = (settled["execution_rate"] * settled["budget"]).groupby(settled["goal"]).sum() / settled.groupby("goal")[
        "budget"
    ].sum()
    sums["execution_rate"] = sums["goal"].map(closed)
    rows = evaluation.indicators
    widest = rows.groupby("goal").size().max()
    lines = []
    for item in sums.itertuples():
        counts = letter_counts(rows[rows["goal"].eq(item.goal)], evaluation.scheme)
        lines.append(
            row(
                item.goal,
                *_money_cells(item),
                {"bar": bar(evaluation, counts, widest)},
                _shared(item.on_pace, item.rated),
            )
        )
    return table(
        "money_by_goal", lines, "text number number number bar number", frame=sums, size="snug", widths={4: 25}
    )


def _money_cells(item: object) -> tuple[str, str, str]:
    return money(item.budget), money(item.spending), percent(item.execution_rate, 1)


def _shared(part: float, whole: float) -> str:
    return f"{part:.0f}／{whole:.0f}"


def context(evaluation: Evaluation) -> Part:
    """What changed around the plan: population, revenue; the last years that are known, with their source."""
    frame = evaluation.workbook["context"]
    if frame.empty:
        return absent("context")
    recent = frame.sort_values("fiscal_year").groupby("item", sort=False).tail(2)
    lines = []
    for item, own in recent.groupby("item", sort=True):
        cells = [
            {"text": money(r.value) if r.unit == "千円" else number(r.value), "sub": short_year(r.fiscal_year)}
            for r in own.itertuples()
        ]
        before, latest = [NONE, *cells][-2:]
        lines.append(row(item, own.iloc[-1]["unit"] or NONE, before, latest, own.iloc[-1]["source"] or NONE))
    return table("context", lines, "text text number number text", size="snug", frame=frame, widths={4: 40})
