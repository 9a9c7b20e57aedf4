"""Sentences with numbers and names: computed, never typed into a notebook."""

from __future__ import annotations

import pandas as pd

from ..judging.evaluation import Evaluation
from ..judging.links import lone_programs, money_by_program, with_goals
from ..judging.summary import summarize, to_discuss, worst
from ..words.contracts import SDG_GOALS
from .formats import money, percent
from .imprint import banner, colophon, glossary, period_words, shock_words, sources
from .parts import Part, absent, legend, sentence, sentences
from .views.groups import left_behind
from .vocabulary import name_of, say
from .words_of_rows import lag_words, previous_letter, rating_sentence

__all__ = [
    "banner", "colophon", "glossary", "headlines", "period_words", "reading_of_actors", "reading_of_change", "reading_of_groups",
    "reading_of_money", "reading_of_progress", "reading_of_published", "reading_of_ratings", "reading_of_sdgs",
    "reading_of_submissions", "sentences_of_ratings", "shock_words", "sources",
]  # fmt: skip

MOST_NAMES = 3


def headlines(evaluation: Evaluation) -> Part:
    """The five sentences of the first page, each with a number: on pace, behind, worse, unclear, not rated."""
    rows, found = evaluation.indicators, summarize(evaluation)
    first = say("headlines.on_pace", count=found.on_pace)
    coverage = "" if found.has_headline else say("headlines.no_headline")
    lines = [[first, say("headlines.on_pace_rest", rated=found.rated, percent=percent(found.on_pace_rate)) + coverage]]
    for outcome in ("behind", "worse", "unclear", "not_rated"):
        own = (
            to_discuss(rows)[lambda f, o=outcome: f["outcome"].eq(o)]
            if outcome != "unclear"
            else rows[rows["outcome"].eq(outcome)]
        )
        letter = evaluation.scheme.of_outcome(outcome)
        rest = _named(own) if len(own) else say("headlines.nothing")
        lines.append([say(f"headlines.{outcome}", letter=letter.letter, word=letter.word, count=len(own)), rest])
    return Part("summary", "headlines", (lines,))


def _named(rows: pd.DataFrame) -> str:
    names = list(rows["indicator_name"])[:MOST_NAMES]
    more = say("headlines.more", count=len(rows) - len(names)) if len(rows) > len(names) else ""
    text = say("headlines.named", names="、".join(f"「{name}」" for name in names), more=more)
    item = next(rows.head(1).itertuples())
    if item.outcome in {"worse", "behind"} and len(rows):
        text += say("headlines.first", why=lag_words(item))
    return text


def reading_of_submissions(evaluation: Evaluation) -> Part:
    """How complete the data of this period is."""
    rows = evaluation.indicators
    missing = rows[rows["outcome"].eq("not_rated")]
    found = summarize(evaluation)
    if missing.empty:
        return sentence(say("submission_words.complete", total=found.total))
    reasons = "、".join(
        say("submission_words.reason", reason=name_of("reason", reason), count=count)
        for reason, count in missing["reason"].value_counts().items()
    )
    return sentence(
        say(
            "submission_words.gaps",
            total=found.total,
            rated=found.rated,
            percent=percent(found.coverage_rate),
            reasons=reasons,
        )
    )


def reading_of_progress(evaluation: Evaluation) -> Part:
    """How many are behind, and the one furthest behind."""
    rows = evaluation.indicators
    rows = rows[rows["closed_share"].notna() & rows["planned_share"].notna() & rows["outcome"].ne("not_rated")]
    if rows.empty:
        return absent("progress")
    lag = rows["planned_share"] - rows["closed_share"]
    behind = rows[lag > 0]
    if behind.empty:
        return sentence(say("progress.none_behind", total=len(rows)))
    item = rows.loc[lag.idxmax()]
    return sentence(
        say(
            "progress.reading",
            total=len(rows),
            behind=len(behind),
            name=item["indicator_name"],
            closed=percent(item["closed_share"]),
            planned=percent(item["planned_share"]),
        )
    )


def reading_of_ratings(evaluation: Evaluation) -> Part:
    """The worst rated indicator by name, with its sentence."""
    item = worst(evaluation.indicators)
    if item is None:
        return sentence(say("worst.none"))
    own = next(evaluation.indicators[evaluation.indicators["indicator_id"].eq(item["indicator_id"])].itertuples())
    return sentence(
        [say("worst.lead"), {"strong": own.indicator_name}, say("worst.colon"), rating_sentence(evaluation, own)]
    )


def sentences_of_ratings(evaluation: Evaluation) -> Part:
    """One sentence with its numbers for every indicator."""
    return sentences(
        [
            {"strong": item.indicator_name},
            f"（{item.letter}{item.lean if evaluation.schemes[item.scheme].prints_lean else ''}）　",
            rating_sentence(evaluation, item),
        ]
        for item in evaluation.indicators.itertuples()
    )


def reading_of_published(evaluation: Evaluation) -> Part | None:
    """How many of the ratings already made public this evaluation reproduces."""
    published = evaluation.workbook["published_ratings"]
    published = published[
        published["period"].eq(evaluation.period.id) & published["scheme"].isin(["", evaluation.scheme.name])
    ]
    if published.empty:
        return None
    both = evaluation.indicators.merge(published[["indicator_id", "rating"]], on="indicator_id")
    other = both.loc[both["letter"].ne(both["rating"]), "indicator_name"]
    names = say("published.names", names="、".join(f"「{name}」" for name in other)) if len(other) else ""
    return sentence(say("published.reading", total=len(both), same=len(both) - len(other), other=len(other)) + names)


def reading_of_change(evaluation: Evaluation) -> Part | None:
    """How many letters changed since the period before."""
    before = evaluation.previous
    if before is None:
        return None
    now = {letter.letter: n for n, letter in enumerate(legend(evaluation)[:-1])}
    old = {letter.letter: n for n, letter in enumerate(legend(before)[:-1])}
    rows = [
        (previous_letter(evaluation, item.indicator_id), item.letter) for item in evaluation.indicators.itertuples()
    ]
    if before.scheme.name != evaluation.scheme.name:
        return sentence(say("change.other_scheme", before=before.scheme.title, now=evaluation.scheme.title))
    pairs = [(old[was], now[is_]) for was, is_ in rows if was in old and is_ in now]
    better, same = sum(a > b for a, b in pairs), sum(a == b for a, b in pairs)
    return sentence(
        say(
            "change.reading",
            period=before.period.label,
            total=len(pairs),
            better=better,
            same=same,
            worse=len(pairs) - better - same,
            other=len(rows) - len(pairs),
        )
    )


def reading_of_sdgs(evaluation: Evaluation) -> Part | None:
    """Which goals no indicator watches; contribution, never achievement."""
    if not evaluation.workbook.has("sdg_links"):
        return None
    watched = set(with_goals(evaluation)["sdg_goal"])
    missing = [f"{goal} {name}" for goal, name in SDG_GOALS.items() if goal not in watched]
    return sentence(
        say("sdgs.reading", watched=len(watched), missing=len(missing))
        + (say("sdgs.names", names="、".join(missing)) if missing else "")
    )


def reading_of_actors(evaluation: Evaluation) -> Part | None:
    """Who carries most, and which 施策 has no lead or a single carrier."""
    links = evaluation.workbook["actor_links"]
    if links.empty:
        return None
    load = links.groupby("actor")["program_id"].nunique().sort_values(ascending=False)
    lone = lone_programs(evaluation)
    without, single = lone[lone["leads"] == 0]["program_name"], lone[lone["actors"] == 1]["program_name"]
    return sentence(
        say(
            "actors.reading",
            actor=load.index[0],
            count=load.iloc[0],
            without="、".join(without) or say("none"),
            single="、".join(single) or say("none"),
        )
    )


def reading_of_groups(evaluation: Evaluation) -> Part | None:
    """Groups left behind by name."""
    if evaluation.groups.empty:
        return None
    rows = left_behind(evaluation)
    withheld = int(evaluation.groups["reason"].eq("withheld_small_number").sum())
    names = "、".join(f"「{r.whole_indicator_name}」の{r.group}" for r in rows.itertuples()) or say("none")
    return sentence(
        say("group_words.reading", total=len(evaluation.groups), count=len(rows), names=names)
        + (say("group_words.withheld", count=withheld) if withheld else "")
    )


def reading_of_money(evaluation: Evaluation) -> Part | None:
    """Budget, spending and 執行率 of the period, without a claim of cause."""
    if not evaluation.workbook.has("project_years"):
        return None
    frame = money_by_program(evaluation)
    settled = frame[frame["execution_rate"].notna()]
    rate = (
        (settled["execution_rate"] * settled["budget"]).sum() / settled["budget"].sum()
        if len(settled)
        else float("nan")
    )
    return sentence(
        say(
            "money.reading",
            budget=money(frame["budget"].sum()),
            spending=money(frame["spending"].sum()),
            rate=percent(rate, 1),
        )
    )
