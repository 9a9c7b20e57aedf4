"""The plan's years as a figure."""

from __future__ import annotations

from collections.abc import Iterable

from ...judging.evaluation import Evaluation
from ...trust.plans import Period
from ..formats import NONE, short_year
from ..parts import Part, absent
from ..tables import table
from ..vocabulary import say

# How many letters of the timeline fit into one year, and into the column of the bodies' names.
LETTERS_A_YEAR, LETTERS_OF_A_NAME = 5, 9


def timeline(evaluation: Evaluation) -> Part:
    """The plan's years, halves, bodies and what each does when."""
    plan = evaluation.plan
    if not plan.schedule:
        return absent("schedule")
    first = min([plan.first_year, *(item["years"][0] for item in plan.schedule)])
    last = max([plan.last_year, *(item["years"][1] for item in plan.schedule)])
    names = {body["id"]: body["name"] for body in plan.bodies}
    items = [dict(item) | {"name": names.get(item.get("body"), item.get("body") or "")} for item in plan.schedule]
    halves = [period for period in plan.periods if period.kind == "evaluation"]
    value = {
        "id": "f-timeline",
        "caption": say("timeline.caption", plan=plan.name),
        "note": say("timeline.note", period=evaluation.period, parent=plan.parent_plan or NONE),
        "now": _now(evaluation.period, first, last),
        "label": say("timeline.label", plan=plan.name, items="。".join(say("timeline.item", **i) for i in items)),
        "years": [{"era": short_year(y).partition("(")[0], "year": str(y)} for y in range(first, last + 1)],
        "periods": [{"text": p.label} | _place((p.first_year, p.last_year), first) for p in halves],
        "whole": [],
        "bodies": _bodies([item for item in items if item.get("body")], first),
        "after": say("timeline.after", plan=plan.successor_plan) if plan.successor_plan else "",
    }
    return Part("parts", "timeline", (value,))


def _now(period: Period, first: int, last: int) -> dict[str, int] | None:
    """The years of this report within the figure; None where they lie outside."""
    ends = (max(period.first_year, first), min(period.last_year, last))
    return _place(ends, first) if ends[0] <= ends[1] else None


def schedule(evaluation: Evaluation) -> Part:
    """The same years as a table: when, who, what, and which of it falls into the period of this report."""
    plan, period = evaluation.plan, evaluation.period
    names = {body["id"]: body["name"] for body in plan.bodies}
    lines = [
        {
            "years": item["years"],
            "name": names.get(item.get("body"), item.get("body") or NONE),
            "activity": item["activity"],
        }
        | {"now": say("schedule.now") if _meets(item["years"], period) else NONE}
        for item in sorted(plan.schedule, key=lambda item: (item["years"][0], item["years"][1]))
    ]
    return table(evaluation, "schedule", lines)


def _meets(years: tuple[int, int], period: Period) -> bool:
    return years[0] <= period.last_year and years[1] >= period.first_year


def _bodies(items: Iterable[dict], first: int) -> list[dict]:
    """Who acts, each with its blocks over the years."""
    blocks: dict[str, list[dict]] = {}
    for item in items:
        place = _place(item["years"], first)
        lines = _folded(item["activity"], LETTERS_A_YEAR * place["span"])
        blocks.setdefault(item["body"], []).append({"lines": lines} | place)
    return [{"lines": _folded(name, LETTERS_OF_A_NAME), "blocks": own} for name, own in blocks.items()]


def _place(years: tuple[int, int], first: int) -> dict[str, int]:
    return {"start": years[0] - first, "span": years[1] - years[0] + 1}


def _folded(text: str, length: int) -> list[str]:
    """A text in one line, or in two where it is longer than `length` letters."""
    middle = max(length, -(-len(text) // 2))
    return [text] if len(text) <= length else [text[:middle], text[middle:]]
