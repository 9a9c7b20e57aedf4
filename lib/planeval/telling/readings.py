"""One sentence for each table and picture that has none of its own elsewhere: what its numbers say, computed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..judging.cycle import hand_over, project_cycle
from ..judging.evaluation import Evaluation
from ..judging.links import with_actors, with_goals
from ..judging.money import compared_years, money_change, other_spreads
from ..judging.questions import open_questions
from ..judging.shocks import activity_around_shock
from ..judging.summary import to_discuss
from ..trust.rows import each_row
from ..words.contracts import LISTS, SDG_GOALS
from ..words.lists import ON_PACE
from .marks import listed
from .parts import Part, told
from .views.committee import opinions_so_far
from .views.context import tagged_projects
from .views.cycle import next_words
from .views.groups import known_gaps, words_of_group_moves
from .views.money import execution_rate_change, program_words
from .views.partner import joint_items, other_meetings
from .vocabulary import entry, say

MOST_NAMES = 3
LAGGING = ("behind", "worse")


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"「{name}」" for name in names) or say("nobody")


def _most(counts: pd.Series) -> dict[str, object]:
    """What comes most often, all of it by name where several do (`names`), and how often (`count`)."""
    names = list(counts.index[counts.eq(counts.max())])
    more = say("headlines.more", count=len(names) - MOST_NAMES) if len(names) > MOST_NAMES else ""
    return {"names": _quoted(names[:MOST_NAMES]) + more, "count": int(counts.max())}


def reading_of_goal_letters(evaluation: Evaluation) -> Part | None:
    """The goal that most indicators serve, and the one with most that are late or worse."""
    rows = with_goals(evaluation)
    if rows.empty:
        return None
    goals = rows["sdg_goal"].map(lambda goal: f"{goal} {SDG_GOALS[goal]}")
    late = goals[rows["outcome"].isin(LAGGING)]
    behind = say("letters_by_sdg_goal.late", **_most(late.value_counts())) if len(late) else ""
    values = _most(goals.value_counts()) | {"served": rows["indicator_id"].nunique(), "late": behind}
    return told("letters_by_sdg_goal.reading", total=len(evaluation.indicators), **values)


def reading_of_loads(evaluation: Evaluation) -> Part | None:
    """Who leads most, and which of the plan's actors has no role at all."""
    links = evaluation.workbook["actor_links"]
    if links.empty:
        return None
    leads = links[links["role"].eq("lead")].groupby("actor")["program_id"].nunique()
    lead = say("actor_loads.lead", **_most(leads)) if len(leads) else say("actor_loads.no_lead")
    idle = [actor for actor in evaluation.plan.actors if actor not in set(links["actor"])]
    return told("actor_loads.reading", lead=lead, idle=_quoted(idle))


def reading_of_actor_letters(evaluation: Evaluation) -> Part | None:
    """On whose work most indicators hang, and how many on nobody's."""
    rows = with_actors(evaluation)
    if rows.empty:
        return None
    total = len(evaluation.indicators)
    alone = total - rows["indicator_id"].nunique()
    return told("letters_by_actor.reading", total=total, alone=alone, **_most(rows["actor"].value_counts()))


def reading_of_field_questions(evaluation: Evaluation) -> Part | None:
    """The field with most questions."""
    counts = open_questions(evaluation)["field"].loc[lambda f: f.ne("")].value_counts()
    if counts.empty:
        return None
    return told("fields.reading", fields=len(counts), total=counts.sum(), **_most(counts))


def reading_of_group_letters(evaluation: Evaluation) -> Part | None:
    """How the groups are rated, all indicators together."""
    groups = evaluation.groups
    if groups.empty:
        return None
    good = int(groups["outcome"].isin(ON_PACE).sum())
    counts = listed(evaluation, groups, "goal_report.count", least=1)
    return told("groups.reading", total=len(groups), counts=counts, good=good)


def reading_of_gaps(evaluation: Evaluation) -> Part | None:
    """Where the best and the worst group are furthest apart, measured by their ratio."""
    rows = known_gaps(evaluation)
    if rows.empty:
        return None
    item = rows.loc[rows["ratio"].idxmax()] if rows["ratio"].notna().any() else rows.iloc[0]
    return told("gaps.reading", total=len(rows), **item)


def reading_of_group_series(evaluation: Evaluation) -> Part | None:
    """How many groups moved the good way and the bad way over their years."""
    text = words_of_group_moves(evaluation)
    return Part("parts", "paragraph", (text,)) if text else None


def reading_of_joint(evaluation: Evaluation) -> Part | None:
    """Which joint items the two sides see differently, and how many meetings there were beside the two bodies."""
    if not evaluation.workbook.has("crosswalk"):
        return None
    rows = joint_items(evaluation)
    other = rows[rows["agreement"].eq("differs")]
    pairs = "、".join(say("joint_progress.pair", **r._asdict()) for r in each_row(other))
    meetings = len(other_meetings(evaluation))
    return told(
        "joint_progress.reading", total=len(rows), count=len(other), names=pairs or say("nobody"), meetings=meetings
    )


def reading_of_money_change(evaluation: Evaluation) -> Part | None:
    """Which programme's budget rose and fell most, and how the execution rate changed."""
    if not evaluation.workbook.has("project_years") or compared_years(evaluation) is None:
        return None
    rows = money_change(evaluation, "program")
    rows = rows[rows["budget"].notna() & rows["budget_before"].notna()]
    if rows.empty:
        return None
    names = evaluation.workbook["programs"].set_index("program_id")["program_name"]
    step = rows["budget"] - rows["budget_before"]
    ends = [("rose", step.idxmax(), step.max() > 0), ("fell", step.idxmin(), step.min() < 0)]
    found = {
        word: say(f"money_change.{word}", name=program_words(own, names.get(own)), amount=abs(step[at]))
        for word, at, holds in ends
        if holds
        for own in [rows.loc[at, "program_id"]]
    }
    before, now = execution_rate_change(evaluation)
    return told(
        "money_change.reading", moved="".join(found.values()) or say("money_change.same"), before=before, now=now
    )


def reading_of_what_if(evaluation: Evaluation) -> Part | None:
    """What the rule that moves most money would move."""
    rows = other_spreads(evaluation) if evaluation.workbook.has("project_years") else pd.DataFrame()
    rules = [name for name in rows if name in entry("what_if.rules")]
    if not rules:
        return None
    moved = {name: int((rows[name] - rows["now"]).clip(lower=0).sum()) for name in rules}
    most = max(moved, key=lambda name: moved[name])
    values = {"total": rows["now"].sum(), "rule": say(f"what_if.rules.{most}"), "moved": moved[most]}
    return told("what_if.reading", share=moved[most] / values["total"], **values)


def reading_of_activity(evaluation: Evaluation) -> Part | None:
    """How much activity is back to where it was before the shock."""
    rows = activity_around_shock(evaluation) if evaluation.plan.shocks else pd.DataFrame()
    rows = rows[rows["before"].ne(0)] if len(rows) else rows
    if rows.empty:
        return None
    back = (rows["after"] / rows["before"]).where(
        rows["sign"] > 0, rows["before"] / rows["after"].where(rows["after"] != 0)
    )
    lowest = rows.loc[back.idxmin()] if back.notna().any() else rows.iloc[0]
    values = {"name": lowest["indicator_name"], "back": lowest["after"] / lowest["before"]}
    return told("activity_around_shock.reading", total=len(rows), count=int(back.ge(1).sum()), **values)


def reading_of_forms(evaluation: Evaluation) -> Part | None:
    """How many projects changed their form, and the form that most took."""
    rows = tagged_projects(evaluation)
    if rows.empty:
        return None
    counts = rows.groupby("tag", sort=False)["project_id"].nunique()
    return told("changed_forms.reading", tags=len(counts), total=rows["project_id"].nunique(), **_most(counts))


def reading_of_projects(evaluation: Evaluation) -> Part | None:
    """Where the projects stand: how many with which decision, and how many without a self-check."""
    rows = project_cycle(evaluation)
    if rows.empty:
        return None
    counts = rows["decision"].value_counts()
    words = [
        say("project_cycle.each", word=word, count=counts[code])
        for word, code in LISTS["decision"].items()
        if code in counts
    ]
    decided = say("project_cycle.decided", words="、".join(words)) if words else ""
    unchecked = int(rows["self_check"].eq("").sum())
    return told("project_cycle.reading", total=len(rows), decided=decided, unchecked=unchecked)


def reading_of_hand_over(evaluation: Evaluation) -> Part | None:
    """How much is handed to the next plan, by kind."""
    counts = hand_over(evaluation)["kind"].value_counts(sort=False)
    if counts.empty:
        return None
    words = [say("hand_over.each", kind=say(f"hand_over.kinds.{kind}"), count=n) for kind, n in counts.items()]
    return told("hand_over.reading", next=next_words(evaluation), words="、".join(words))


def reading_of_discussion(evaluation: Evaluation) -> Part:
    """How many points there are to discuss, letter by letter."""
    rows = to_discuss(evaluation.indicators)
    if rows.empty:
        return told("discussion.none")
    counts = listed(evaluation, rows, "goal_report.count", least=1)
    owners = rows["department"].replace("", say("unnamed")).value_counts()
    return told("discussion.reading", total=len(rows), counts=counts, **_most(owners))


def reading_of_opinions(evaluation: Evaluation) -> Part | None:
    """How many opinions there were, and in what state the answers are."""
    rows = opinions_so_far(evaluation)
    if rows.empty:
        return None
    counts = rows["answer_state"].value_counts()
    words = [
        say("opinions.each", word=word, count=counts[code])
        for word, code in LISTS["answer_state"].items()
        if code in counts
    ]
    words += [say("opinions.each", word=say("unwritten"), count=counts[""])] if "" in counts else []
    return told("opinions.reading", total=len(rows), words="、".join(words))
