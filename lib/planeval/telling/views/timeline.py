"""The plan's years as a figure."""

from __future__ import annotations

from collections.abc import Iterable

from ...judging.evaluation import Evaluation
from ...trust.plans import Period, Plan
from ..formats import NONE, short_year, shortened
from ..parts import Part, absent
from ..tables import table
from ..vocabulary import say

# The figure is never narrower than 40 rem: 17 % of it for the bodies' names (letters of 0.94 rem) and 83 % for the
# years (letters of 0.88 rem). Three lines of a name fit into a row, two into a block.
LETTERS_OF_A_NAME, LETTERS_OF_ALL_YEARS = 7, 37
LINES_OF_A_NAME, LINES_OF_A_BLOCK = 3, 2
# How many headings of years fit side by side.
MOST_YEARS = 14


def timeline(evaluation: Evaluation) -> Part:
    """The plan's years, halves, bodies and what each does when."""
    plan = evaluation.plan
    if not plan.schedule:
        return absent("schedule")
    first = min([plan.first_year, *(item["years"][0] for item in plan.schedule)])
    last = max([plan.last_year, *(item["years"][1] for item in plan.schedule)])
    names = {body["id"]: body["name"] for body in plan.bodies}
    items = [dict(item) | {"name": names.get(item.get("body"), item.get("body") or "")} for item in plan.schedule]
    letters = max(1, LETTERS_OF_ALL_YEARS // (last - first + 1))
    seen = [(x, (max(x["years"][0], first), min(x["years"][1], last))) for x in plan.shocks]
    shocks = [(x, years) for x, years in seen if years[0] <= years[1]]
    bands = say("bands.plain") if shocks else ""
    halves = [period for period in plan.periods if period.kind == "evaluation"]
    value = {
        "id": "f-timeline",
        "caption": say("timeline.caption", plan=plan.name),
        "note": say("timeline.note", period=evaluation.period, parent=plan.parent_plan or NONE, bands=bands),
        "now": _now(evaluation.period, first, last),
        "label": say("timeline.label", plan=plan.name, items="。".join(_told(plan, items))),
        "years": _years(first, last),
        "periods": [_labelled(p.label, (p.first_year, p.last_year), first, letters) for p in halves],
        "whole": [],
        "bodies": _bodies([item for item in items if item.get("body")], first, letters),
        "shocks": [_labelled(x["label"], years, first, letters) for x, years in shocks],
        "shock_name": say("shock.plain"),
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
    if not plan.schedule:
        return absent("schedule")
    names = {body["id"]: body["name"] for body in plan.bodies}
    shocks = [{"years": x["years"], "body": say("shock.plain"), "activity": x["label"]} for x in plan.shocks]
    lines = [
        {
            "years": item["years"],
            "name": names.get(item.get("body"), item.get("body") or NONE),
            "activity": item["activity"],
        }
        | {"now": say("schedule.now") if _meets(item["years"], period) else NONE}
        for item in sorted([*plan.schedule, *shocks], key=lambda item: (item["years"][0], item["years"][1]))
    ]
    return table(evaluation, "schedule", lines)


def _meets(years: tuple[int, int], period: Period) -> bool:
    return years[0] <= period.last_year and years[1] >= period.first_year


def _told(plan: Plan, items: Iterable[dict]) -> list[str]:
    """What the figure shows, in words: who does what when, and the shocks."""
    shocks = [say("timeline.item", years=x["years"], name=say("shock.plain"), activity=x["label"]) for x in plan.shocks]
    return [say("timeline.item", **item) for item in items] + shocks


def _years(first: int, last: int) -> list[dict]:
    """The headings of the years; of many only every second (third …) one."""
    stride = -(-(last - first + 1) // MOST_YEARS)
    return [
        {"era": short_year(year).partition("(")[0], "year": str(year)}
        if (year - first) % stride == 0
        else {"era": "", "year": ""}
        for year in range(first, last + 1)
    ]


def _labelled(text: str, years: tuple[int, int], first: int, letters: int) -> dict:
    """A block of one line over some years."""
    place = _place(years, first)
    return {"text": shortened(text, max(2, letters * place["span"]))} | place


def _bodies(items: Iterable[dict], first: int, letters: int) -> list[dict]:
    """Who acts, each with its blocks over the years."""
    blocks: dict[str, list[dict]] = {}
    for item in items:
        place = _place(item["years"], first)
        lines = _folded(item["activity"], letters * place["span"], LINES_OF_A_BLOCK)
        blocks.setdefault(item["name"], []).append({"lines": lines} | place)
    return [{"lines": _folded(name, LETTERS_OF_A_NAME, LINES_OF_A_NAME), "blocks": own} for name, own in blocks.items()]


def _place(years: tuple[int, int], first: int) -> dict[str, int]:
    return {"start": years[0] - first, "span": years[1] - years[0] + 1}


def _folded(text: str, length: int, most: int) -> list[str]:
    """A text in lines of about the same length, none longer than `length`; cut where `most` lines do not hold it."""
    text = shortened(text, length * most)
    lines = -(-len(text) // length) or 1
    size = -(-len(text) // lines) or 1
    return [text[n : n + size] for n in range(0, len(text), size)]
