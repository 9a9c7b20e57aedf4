"""What the committee decides on: points to discuss, changes since last time, goals one by one, opinions and answers."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.summary import letter_counts, to_discuss
from ...words.contracts import label
from ...words.fiscal_years import short_year_label
from ..formats import NONE, number, short_year
from ..parts import Part, Parts, absent, badge, badge_of, legend, row, sentence, table, together
from ..vocabulary import say
from ..words_of_rows import lag_words, previous_letter

# How many letters of the timeline fit into one year.
LETTERS_A_YEAR = 5


def discussion_points(evaluation: Evaluation, most: int | None = None) -> Part:
    """What to talk about: worse, behind by the size of the lag, and what cannot be judged."""
    found = to_discuss(evaluation.indicators)
    if found.empty:
        return absent("discussion")
    key = "discussion" if most is None else "discussion_first"
    lines = [
        row(
            {"rating": badge(evaluation, item)},
            {"text": item.indicator_name, "href": f"#i-{item.indicator_id}", "strong": True},
            lag_words(item),
            item.department or NONE,
        )
        for item in found.head(most or len(found)).itertuples()
    ]
    values = {"shown": len(lines), "total": len(found)}
    return table(
        key,
        lines,
        "rating text text text",
        layout="rows",
        head=1,
        size="snug",
        values=values,
        widths={0: 15, 1: 35, 3: 15},
        frame=found,
    )


def change_since_last(evaluation: Evaluation) -> Parts | Part:
    """From the letters of the period before to those of this one, as counts and by name."""
    before = evaluation.previous
    if before is None:
        return absent("previous")
    rows = evaluation.indicators.assign(before=lambda f: [previous_letter(evaluation, i) for i in f["indicator_id"]])
    lines = []
    for letter in legend(before):
        counts = letter_counts(rows[rows["before"].eq(letter.letter)], evaluation.scheme)
        cells = [f"{counts.get(x.letter, 0)}" if counts.get(x.letter, 0) else NONE for x in legend(evaluation)]
        lines.append(row({"rating": badge_of(letter)}, *cells, f"{int(rows['before'].eq(letter.letter).sum())}"))
    heads = [say("change.before", period=before.period.label), *(x.letter for x in legend(evaluation)), say("sum")]
    counts = table(
        "change",
        lines,
        " ".join(["rating"] + ["number"] * (len(heads) - 1)),
        heads=heads,
        layout="matrix",
        size="tight",
        values={"before": before.period.label, "now": evaluation.period.label},
    )
    return together(counts, _changed_by_name(evaluation, before, rows))


def _changed_by_name(evaluation: Evaluation, before: Evaluation, rows: pd.DataFrame) -> Part:
    old = {r.indicator_id: r for r in before.indicators.itertuples()}
    lines = []
    for item in rows.itertuples():
        was = old[item.indicator_id]
        if was.outcome == item.outcome:
            continue
        lines.append(
            row(
                item.indicator_name,
                {"text": number(was.value, item.decimals), "sub": short_year(was.fiscal_year)},
                {"text": number(item.value, item.decimals), "sub": short_year(item.fiscal_year)},
                {"rating": badge(before, was)},
                {"rating": badge(evaluation, item)},
            )
        )
    return table("changed", lines, "text number number rating rating", size="snug") if lines else absent("changed")


def timeline(evaluation: Evaluation) -> Part:
    """The plan's years, halves, bodies and what each does when."""
    plan = evaluation.plan
    if not plan.schedule:
        return absent("schedule")
    first = min([plan.first_year, *(entry["years"][0] for entry in plan.schedule)])
    last = max([plan.last_year, *(entry["years"][1] for entry in plan.schedule)])
    own = {body["id"]: body["name"] for body in plan.bodies}
    bodies: dict[str, list[dict]] = {}
    for item in plan.schedule:
        if item.get("body"):
            span = item["years"][1] - item["years"][0] + 1
            lines = _folded(item["activity"], LETTERS_A_YEAR * span)
            block = {"lines": lines, "start": item["years"][0] - first, "span": span}
            bodies.setdefault(item["body"], []).append(block)
    halves = [p for p in plan.periods if p.kind == "evaluation"]
    told = "。".join(
        say(
            "timeline.item",
            body=own.get(i.get("body"), i.get("body") or ""),
            years=_years(i["years"]),
            activity=i["activity"],
        )
        for i in plan.schedule
    )
    value = {
        "id": "f-timeline",
        "caption": say("timeline.caption", plan=plan.name),
        "label": say("timeline.label", plan=plan.name, items=told),
        "years": [{"era": short_year_label(y).partition("(")[0], "year": str(y)} for y in range(first, last + 1)],
        "periods": [
            {"text": p.label, "start": p.first_year - first, "span": p.last_year - p.first_year + 1} for p in halves
        ],
        "whole": [],
        "bodies": [{"lines": _folded(name, 9), "blocks": blocks} for name, blocks in bodies.items()],
        "after": say("timeline.after", plan=plan.successor_plan) if plan.successor_plan else "",
    }
    return Part("parts", "timeline", (value,))


def _folded(text: str, length: int) -> list[str]:
    """A text in one line, or in two where it is longer than `length` letters."""
    middle = max(length, -(-len(text) // 2))
    return [text] if len(text) <= length else [text[:middle], text[middle:]]


def _years(years: list[int]) -> str:
    return short_year(years[0]) if years[0] == years[1] else f"{short_year(years[0])}～{short_year(years[1])}"


def opinions(evaluation: Evaluation) -> Part:
    """What the committee said last time, what the city answered, and what came of it."""
    workbook, before = evaluation.workbook, evaluation.plan.earlier_period(evaluation.period)
    asked = {evaluation.period.id} | ({before.id} if before else set())
    found = workbook["opinions"]
    found = found[found["period"].isin(asked)]
    lines = [
        row(
            r.opinion,
            r.answer or {"gap": say("unwritten")},
            r.reflected_in or NONE,
            {"chip": label("answer_state", r.answer_state), "strong": r.answer_state == "done"}
            if r.answer_state
            else {"gap": say("unwritten")},
        )
        for r in found.itertuples()
    ]
    return (
        table("opinions", lines, "text text text chip", layout="rows", size="snug", widths={0: 35, 1: 40}, frame=found)
        if lines
        else absent("opinions")
    )


def opinion_sheets(evaluation: Evaluation) -> Parts:
    """Lined fields to write in by hand before the meeting."""
    return together(
        sentence(say("opinion_sheets.lead")),
        Part("parts", "opinion", (say("opinion_sheets.indicator"),)),
        Part("parts", "opinion", (say("opinion_sheets.plan"), 10, True)),
        Part("parts", "opinion", (say("opinion_sheets.next"),)),
    )
