"""The first page: how many indicators have which letter, and how to read the marks."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.ratings import settings_of
from ...judging.summary import letter_counts
from ..formats import percent
from ..marks import badge_of, bar, legend, letter_heads, letter_texts, listed
from ..parts import Part
from ..tables import table
from ..vocabulary import say


def distribution(evaluation: Evaluation) -> Part:
    """How many indicators have which letter: one bar, and every letter with its count."""
    rows = evaluation.indicators
    counts = letter_counts(rows, evaluation.scheme)
    shares = {letter: say("distribution.text", share=n / max(len(rows), 1)) for letter, n in counts.items()}
    value = {
        "label": say("distribution.label", counts=listed(evaluation, rows, "distribution.item"), total=len(rows)),
        "bar": bar(evaluation, rows, len(rows)),
        "legend": [
            {"rating": badge_of(x), "n": f"{counts[x.letter]}", "text": shares[x.letter]} for x in legend(evaluation)
        ],
    }
    return Part("summary", "distribution_bar", (value,), counts.rename_axis("letter").reset_index(name="count"))


def goal_counts(evaluation: Evaluation) -> Part:
    """How many indicators of each 基本目標 have which letter."""
    rows = evaluation.indicators
    groups = {goal or say("unnamed"): own for goal, own in rows.groupby("goal", sort=True)}
    widest = max(map(len, groups.values()), default=1)
    *letters, total = letter_heads(evaluation).values()
    value = {
        "id": "t-goal-counts",
        "caption": say("goal_counts.caption", total=len(rows)),
        "letters": letters,
        "rows": [
            _counts(evaluation, goal, own) | {"bar": bar(evaluation, own, widest)} for goal, own in groups.items()
        ],
        "heads": {"goal": say("goal"), "band": say("goal_counts.band"), "total": total},
        "total": _counts(evaluation, say("total"), rows),
    }
    frame = pd.DataFrame({goal: letter_counts(own, evaluation.scheme) for goal, own in groups.items()}).T
    return Part("summary", "goal_counts", (value,), frame)


def _counts(evaluation: Evaluation, title: str, rows: pd.DataFrame) -> dict:
    *counts, total = letter_texts(evaluation, rows).values()
    return {"title": title, "counts": counts, "total": total}


def letters(evaluation: Evaluation) -> Part:
    """The letters of the scheme: mark, meaning, rule."""
    lean = say("lean_words.both")
    lines = [
        {"rating": badge_of(letter), "meaning": letter.sentence.format(lean=lean), "rule": letter.rule}
        for letter in evaluation.scheme.letters
    ]
    return table(evaluation, "letters", lines, values={"scheme": evaluation.scheme.title})


def reading_guide(evaluation: Evaluation) -> Part | None:
    """How to read the strip from baseline to target, on an indicator of this very report."""
    rows = evaluation.indicators
    fit = rows[rows["closed_share"].between(0.1, 0.9) & rows["planned_share"].between(0.1, 0.95)]
    fit = fit[(fit["closed_share"] - fit["planned_share"]).abs() >= 0.15]
    if fit.empty:
        return None
    case = fit.iloc[0]
    keys = ("title", "label", "baseline", "target", "latest", "closed", "planned", "text")
    value = {key: say(f"guide.{key}", **case) for key in keys} | {
        "tone": evaluation.schemes[case["scheme"]].letter_of(case["letter"], case["outcome"]).tone,
        "reach": 100 * case["closed_share"],
        "plan": 100 * case["planned_share"],
    }
    return Part("indicators", "strip_guide", (value,))


def method_box(evaluation: Evaluation) -> Part:
    """The rule in words, letter by letter, with a worked example from this report."""
    scheme, rows = evaluation.scheme, evaluation.indicators
    level = percent(settings_of(scheme, evaluation.plan.settings)["significance"])
    is_worked = rows["outcome"].isin(["behind", "on_pace"]) & rows["target_kind"].isin(["increase", "decrease"])
    worked = rows[is_worked & rows["path"].eq("linear")]
    value = {
        "title": say("method.title", scheme=scheme.title),
        "steps": [[f"{letter.letter} {letter.word}：", letter.rule] for letter in scheme.letters],
        "paragraphs": [scheme.sentence, *(_worked_example(case) for _, case in worked.head(1).iterrows())],
        "note": say("method.note", source=scheme.source, version=scheme.version, level=level),
    }
    return Part("parts", "method", (value,))


def _worked_example(case: pd.Series) -> str:
    planned = case["baseline"] + (case["target"] - case["baseline"]) * min(case["time_share"], 1)
    return say("method.example", planned=planned, **case)
