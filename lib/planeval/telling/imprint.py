"""What every page says of itself: examples, sources, terms, shocks, and the colophon at its end."""

from __future__ import annotations

from .. import __version__
from ..judging.evaluation import Evaluation
from ..trust.rows import each_row
from .formats import NONE
from .parts import Part, absent, facts, sentences
from .vocabulary import say

MOST_NAMES, DIGITS = 3, 12


def banner(evaluation: Evaluation) -> list[str]:
    """What every page says first: that rows are examples, where they are. No option removes it."""
    tables = list(_examples(evaluation))
    if not tables and evaluation.plan.status != "example":
        return []
    named = "、".join(tables[:MOST_NAMES]) + (say("banner.more") if len(tables) > MOST_NAMES else "")
    return [say("banner.example", tables=named or evaluation.plan.name, municipality=evaluation.plan.municipality)]


def _examples(evaluation: Evaluation) -> dict[str, int]:
    """How many rows are examples, for each table that has some."""
    tables = [table for table in evaluation.workbook.tables.values() if "status" in table.frame]
    counts = {table.contract.title: int(table.frame["status"].eq("example").sum()) for table in tables}
    return {title: count for title, count in counts.items() if count}


def period_words(evaluation: Evaluation) -> str:
    """The period with its years. Example: 上半期（令和3(2021)年度から令和5(2023)年度まで）."""
    return say("period_words", period=evaluation.period)


def sources(evaluation: Evaluation) -> Part:
    """Where the figures come from."""
    if not evaluation.plan.sources:
        return absent("sources")
    cited = _first_citing(evaluation)
    notes = [
        {
            "id": f"source-{n}",
            "text": [{"strong": s["title"]}, "　", s.get("note") or "", *_link(s.get("url"))],
            "back": {"href": f"#c-{cited[n]}", "text": say("sources.back")} if n in cited else None,
        }
        for n, s in enumerate(evaluation.plan.sources, 1)
    ]
    return Part("parts", "source_notes", ("sources", notes))


def source_of(evaluation: Evaluation, text: str) -> list:
    """What a row names as its source, and the way to the note on it; [] for nothing."""
    if not text:
        return []
    number = _source_number(evaluation, text)
    href = f"#source-{number}" if number else "#sources"
    return [text, "　", {"text": say("sources.note"), "href": href}] if evaluation.plan.sources else [text]


def _source_number(evaluation: Evaluation, text: str) -> int | None:
    """The source of the plan whose title or id a text names."""
    named = enumerate(evaluation.plan.sources, 1)
    return next((n for n, s in named if s["title"] in text or s.get("id") == text), None)


def _first_citing(evaluation: Evaluation) -> dict[int, str]:
    """For each source of the plan the first indicator that names it."""
    rows = evaluation.indicators.iloc[::-1]
    found = {_source_number(evaluation, r.source): r.indicator_id for r in each_row(rows) if r.source}
    return {number: indicator for number, indicator in found.items() if number}


def _link(url: object) -> list[dict]:
    is_address = isinstance(url, str) and url.startswith(("https://", "http://"))
    return [{"text": url, "href": url}] if is_address else []


def glossary(evaluation: Evaluation) -> Part:
    """The terms of the plan, explained."""
    terms = [
        {
            "id": f"term-{n}",
            "no": f"{n}",
            "term": r.term,
            "text": r.explanation + (say("glossary.first_use", place=r.first_use) if r.first_use else ""),
        }
        for n, r in enumerate(each_row(evaluation.workbook["glossary"]), 1)
    ]
    return Part("parts", "glossary", (terms,)) if terms else absent("glossary")


def shock_words(evaluation: Evaluation) -> Part:
    """What shook the plan's years, and that those years were rated all the same."""
    told = [
        say("shock.item", **dict(shock) | {"reason": shock.get("reason") or NONE}) for shock in evaluation.plan.shocks
    ]
    return sentences(told) if told else absent("shocks")


def colophon(evaluation: Evaluation) -> Part:
    """The end of every report: rule, data, their date and fingerprint, library version."""
    seen, inputs = evaluation.workbook["observations"], evaluation.workbook.inputs
    years = seen.loc[seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year), "fiscal_year"]
    return facts(
        evaluation,
        "colophon",
        "colophon",
        latest=years.max(),
        files=len(inputs),
        example=sum(_examples(evaluation).values()),
        version=__version__,
        digest=evaluation.fingerprint[:DIGITS],
    )
