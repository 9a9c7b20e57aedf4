"""The first page: how many indicators have which letter, and how to read the marks."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation, settings_of
from ...judging.summary import letter_counts, summarize
from ..formats import NONE, number, percent, rounded, with_unit
from ..parts import Part, badge_of, bar, legend, row, table
from ..vocabulary import say


def distribution(evaluation: Evaluation) -> Part:
    """How many indicators have which letter: one bar, and every letter with its count."""
    found = summarize(evaluation)
    letters = legend(evaluation)
    told = "、".join(
        say("distribution.item", letter=x.letter, word=x.word, count=found.counts.get(x.letter, 0)) for x in letters
    )
    value = {
        "label": say("distribution.label", counts=told, total=found.total),
        "bar": bar(evaluation, found.counts, found.total),
        "legend": [
            {
                "rating": badge_of(x),
                "n": f"{found.counts.get(x.letter, 0)}",
                "text": say("distribution.text", percent=percent(found.counts.get(x.letter, 0) / max(found.total, 1))),
            }
            for x in letters
        ],
    }
    return Part("summary", "distribution_bar", (value,), found.counts.rename_axis("letter").reset_index(name="count"))


def goal_counts(evaluation: Evaluation) -> Part:
    """How many indicators of each 基本目標 have which letter."""
    rows = evaluation.indicators
    letters = [letter.letter for letter in legend(evaluation)]
    groups = [(goal or say("unnamed"), own) for goal, own in rows.groupby("goal", sort=True)]
    widest = max((len(own) for _, own in groups), default=1)
    lines, frames = [], []
    for title, own in groups:
        counts = letter_counts(own, evaluation.scheme)
        frames.append(counts.rename(title))
        lines.append(
            {
                "title": title,
                "bar": bar(evaluation, counts, widest),
                "counts": _counts(counts, letters),
                "total": f"{len(own)}",
            }
        )
    whole = letter_counts(rows, evaluation.scheme)
    value = {
        "id": "t-goal-counts",
        "caption": say("goal_counts.caption", total=len(rows)),
        "letters": letters,
        "rows": lines,
        "heads": {"goal": say("goal"), "band": say("goal_counts.band"), "total": say("sum")},
        "total": {"title": say("total"), "counts": _counts(whole, letters), "total": f"{len(rows)}"},
    }
    return Part("summary", "goal_counts", (value,), pd.DataFrame(frames))


def _counts(counts: pd.Series, letters: list[str]) -> list[str]:
    return [f"{counts.get(letter, 0)}" if counts.get(letter, 0) else NONE for letter in letters]


def letters(evaluation: Evaluation) -> Part:
    """The letters of the scheme: mark, meaning, rule."""
    lines = []
    for letter in evaluation.scheme.letters:
        meaning = letter.sentence.format(lean=say("lean_words.both"))
        lines.append(row({"rating": badge_of(letter)}, meaning, letter.rule))
    return table(
        "letters",
        lines,
        "rating text text",
        layout="rows",
        values={"scheme": evaluation.scheme.title},
        widths={0: 25, 1: 35},
    )


def reading_guide(evaluation: Evaluation) -> Part | None:
    """How to read the strip from baseline to target, on an indicator of this very report."""
    rows = evaluation.indicators
    fit = rows[rows["closed_share"].between(0.1, 0.9) & rows["planned_share"].between(0.1, 0.95)]
    fit = fit[(fit["closed_share"] - fit["planned_share"]).abs() >= 0.15]
    if fit.empty:
        return None
    case = fit.iloc[0]
    tone = evaluation.schemes[case["scheme"]].of_outcome(case["outcome"]).tone
    shown = {name: with_unit(case[name], "", case["decimals"]) for name in ("baseline", "target", "value")}
    shares = {"closed": percent(case["closed_share"]), "planned": percent(case["planned_share"])}
    value = {
        key: say(f"guide.{key}", name=case["indicator_name"], **shown, **shares)
        for key in ("title", "label", "baseline", "target", "latest", "closed", "planned", "text")
    }
    value |= {"tone": tone, "reach": 100 * case["closed_share"], "plan": 100 * case["planned_share"]}
    return Part("indicators", "strip_guide", (value,))


def method_box(evaluation: Evaluation) -> Part:
    """The rule in words, letter by letter, with a worked example from this report."""
    scheme = evaluation.scheme
    settings = settings_of(scheme, evaluation.plan.settings)
    steps = [[f"{letter.letter} {letter.word}：", letter.rule] for letter in scheme.letters]
    paragraphs = [scheme.sentence]
    rows = evaluation.indicators
    worked = rows[
        rows["outcome"].isin(["behind", "on_pace"])
        & rows["target_kind"].isin(["increase", "decrease"])
        & rows["path"].eq("linear")
    ]
    if not worked.empty:
        paragraphs.append(_worked_example(worked.iloc[0]))
    note = say(
        "method.note", source=scheme.source, version=scheme.version, level=rounded(settings["significance"] * 100, 0)
    )
    value = {"title": say("method.title", scheme=scheme.title), "steps": steps, "paragraphs": paragraphs, "note": note}
    return Part("parts", "method", (value,))


def _worked_example(case: pd.Series) -> str:
    planned = case["baseline"] + (case["target"] - case["baseline"]) * min(case["time_share"], 1)
    return say(
        "method.example",
        name=case["indicator_name"],
        baseline=number(case["baseline"]),
        target=number(case["target"]),
        value=number(case["value"]),
        year=case["fiscal_year"],
        first=case["baseline_year"],
        last=case["target_year"],
        planned=rounded(planned, 2),
        closed=percent(case["closed_share"]),
        share=percent(case["planned_share"]),
        letter=case["letter"],
    )
