"""Sentences with numbers and names: computed, never typed into a notebook."""

from __future__ import annotations

from collections.abc import Iterable

from ..judging.evaluation import Evaluation
from ..judging.links import lone_programs, money_by_program, with_goals
from ..judging.summary import summarize, worst
from ..trust.rows import each_row
from ..words.contracts import SDG_GOALS
from .headlines import headlines
from .imprint import banner, colophon, glossary, period_words, shock_words, sources
from .marks import legend
from .parts import Part, absent, sentences, told
from .plan_words import (
    reading_of_carried,
    reading_of_context,
    reading_of_crosswalk,
    reading_of_decisions,
    reading_of_fields,
    reading_of_movement,
    reading_of_narratives,
    reading_of_pillars,
    reading_of_questions,
    reading_of_shock,
    reading_of_timeline,
)
from .readings import (
    reading_of_activity,
    reading_of_actor_letters,
    reading_of_discussion,
    reading_of_field_questions,
    reading_of_forms,
    reading_of_gaps,
    reading_of_goal_letters,
    reading_of_group_letters,
    reading_of_group_series,
    reading_of_hand_over,
    reading_of_joint,
    reading_of_loads,
    reading_of_money_change,
    reading_of_opinions,
    reading_of_projects,
    reading_of_what_if,
)
from .sureness_words import reading_of_chance, reading_of_rules, reading_of_stability
from .views.committee import published_pairs, three_ratings
from .views.data import SHOWN_READINGS
from .views.groups import left_behind
from .views.money import execution_rate
from .vocabulary import say
from .words_of_rows import previous_letters, rating_sentence, with_way

__all__ = [
    "banner", "colophon", "glossary", "headlines", "period_words", "reading_of_activity", "reading_of_actor_letters",
    "reading_of_actors", "reading_of_carried", "reading_of_chance", "reading_of_change", "reading_of_context",
    "reading_of_crosswalk", "reading_of_decisions", "reading_of_discussion", "reading_of_field_questions",
    "reading_of_fields", "reading_of_forms", "reading_of_gaps", "reading_of_goal_letters", "reading_of_group_letters",
    "reading_of_group_series", "reading_of_groups", "reading_of_hand_over", "reading_of_intake", "reading_of_joint",
    "reading_of_loads", "reading_of_money", "reading_of_money_change", "reading_of_movement", "reading_of_narratives",
    "reading_of_opinions", "reading_of_pillars", "reading_of_progress", "reading_of_projects", "reading_of_published",
    "reading_of_questions", "reading_of_ratings", "reading_of_rules", "reading_of_sdgs", "reading_of_shock",
    "reading_of_stability", "reading_of_submissions", "reading_of_three_ratings", "reading_of_timeline",
    "reading_of_what_if", "sentences_of_ratings", "shock_words", "sources",
]  # fmt: skip


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"「{name}」" for name in names)


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or say("none")


def reading_of_submissions(evaluation: Evaluation) -> Part:
    """How complete the data of this period is."""
    found, rows = summarize(evaluation), evaluation.indicators
    reasons = rows.loc[rows["outcome"].eq("not_rated"), "reason"].value_counts()
    if reasons.empty:
        return told("submission_words.complete", total=found.total)
    words = [say("submission_words.reason", reason=code, count=n) for code, n in reasons.items()]
    share = found.coverage_rate
    return told("submission_words.gaps", total=found.total, rated=found.rated, share=share, reasons="、".join(words))


def reading_of_intake(evaluation: Evaluation) -> Part:
    """How many cells were read otherwise than they were written, and where the whole record is."""
    count = len(evaluation.workbook.readings)
    shown = min(count, SHOWN_READINGS)
    return told(
        f"intake_summary.{'none' if not count else 'more' if shown < count else 'all'}", count=count, shown=shown
    )


def reading_of_progress(evaluation: Evaluation) -> Part:
    """How many are behind, and the one furthest behind."""
    rows = with_way(evaluation)
    if rows.empty:
        return absent("progress")
    lag = rows["planned_share"] - rows["closed_share"]
    if not (lag > 0).any():
        return told("progress.none_behind", total=len(rows))
    return told("progress.reading", total=len(rows), behind=int((lag > 0).sum()), **rows.loc[lag.idxmax()])


def reading_of_ratings(evaluation: Evaluation) -> Part:
    """The worst rated indicator by name, with its sentence."""
    rows = evaluation.indicators
    item = worst(rows)
    if item is None:
        return told("worst.none")
    own = next(each_row(rows[rows["indicator_id"].eq(item["indicator_id"])]))
    text = [say("worst.lead"), {"strong": own.indicator_name}, say("worst.colon"), rating_sentence(evaluation, own)]
    return Part("parts", "paragraph", (text,))


def sentences_of_ratings(evaluation: Evaluation) -> Part:
    """One sentence with its numbers for every indicator."""
    return sentences(
        [
            {"strong": item.indicator_name},
            f"（{item.letter}{item.lean if evaluation.schemes[item.scheme].prints_lean else ''}）　",
            rating_sentence(evaluation, item),
        ]
        for item in each_row(evaluation.indicators)
    )


def reading_of_published(evaluation: Evaluation) -> Part | None:
    """How many of the ratings already made public this evaluation reproduces."""
    both = published_pairs(evaluation)
    if both.empty:
        return None
    other = both.loc[~both["is_same"], "indicator_name"]
    names = say("published.names", names=_quoted(other)) if len(other) else ""
    return told("published.reading", total=len(both), same=len(both) - len(other), other=len(other), names=names)


def reading_of_three_ratings(evaluation: Evaluation) -> Part | None:
    """Where the computed rating, the department's and the committee's differ, by name."""
    rows = three_ratings(evaluation)
    if rows.empty:
        return None
    other = rows[rows["agreed"].eq("differs")]
    names = say("ratings.names", names=_quoted(other["indicator_name"])) if len(other) else ""
    return told("ratings.reading", total=len(rows), same=len(rows) - len(other), other=len(other), names=names)


def reading_of_change(evaluation: Evaluation) -> Part | None:
    """How many letters changed since the period before."""
    before, rows = evaluation.previous, evaluation.indicators
    if before is None:
        return None
    if before.scheme.name != evaluation.scheme.name:
        return told("change.other_scheme", before=before.scheme.title, now=evaluation.scheme.title)
    rank = {letter.letter: n for n, letter in enumerate(legend(evaluation)[:-1])}
    was = rows["indicator_id"].map(previous_letters(evaluation))
    steps = (was.map(rank) - rows["letter"].map(rank)).dropna()
    counts = {"better": int((steps > 0).sum()), "same": int((steps == 0).sum()), "worse": int((steps < 0).sum())}
    other = len(rows) - len(steps)
    return told("change.reading", period=before.period.label, total=len(steps), other=other, **counts)


def reading_of_sdgs(evaluation: Evaluation) -> Part | None:
    """Which goals no indicator watches; contribution, never achievement."""
    if not evaluation.workbook.has("sdg_links"):
        return None
    watched = set(with_goals(evaluation)["sdg_goal"])
    missing = [f"{goal} {name}" for goal, name in SDG_GOALS.items() if goal not in watched]
    names = say("sdgs.names", names="、".join(missing)) if missing else ""
    return told("sdgs.reading", watched=len(watched), missing=len(missing), names=names)


def reading_of_actors(evaluation: Evaluation) -> Part | None:
    """Who carries most, and which 施策 has no lead or a single carrier."""
    links = evaluation.workbook["actor_links"]
    if links.empty:
        return None
    load = links.groupby("actor")["program_id"].nunique().sort_values(ascending=False)
    lone = lone_programs(evaluation).set_index("program_name")
    without, single = lone.index[lone["leads"] == 0], lone.index[lone["actors"] == 1]
    most = {"actor": load.index[0], "count": load.iloc[0]}
    return told("actors.reading", **most, without=_listed(without), single=_listed(single))


def reading_of_groups(evaluation: Evaluation) -> Part | None:
    """Groups left behind by name."""
    groups = evaluation.groups
    if groups.empty:
        return None
    rows = left_behind(evaluation)
    withheld = int(groups["reason"].eq("withheld_small_number").sum())
    by_name = rows.groupby("whole_indicator_name", sort=False)["group"]
    names = _listed(f"「{name}」の{'・'.join(own)}" for name, own in by_name)
    rest = say("group_words.withheld", count=withheld) if withheld else ""
    return told("group_words.reading", total=len(groups), count=len(rows), names=names, rest=rest)


def reading_of_money(evaluation: Evaluation) -> Part | None:
    """Budget, spending and 執行率 of the period, without a claim of cause."""
    if not evaluation.workbook.has("project_years"):
        return None
    frame = money_by_program(evaluation)
    return told("money.reading", **frame[["budget", "spending"]].sum(), rate=execution_rate(frame))
