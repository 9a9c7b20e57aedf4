"""What every page says of itself: examples, sources, terms, shocks, and the colophon at its end."""

from __future__ import annotations

import hashlib

from .. import __version__
from ..judging.evaluation import Evaluation
from ..words.fiscal_years import years_label
from .formats import NONE, is_missing, year
from .parts import Part, Parts, absent, sentences, together
from .vocabulary import say

MOST_NAMES = 3


def banner(evaluation: Evaluation) -> list[str]:
    """What every page says first: that rows are examples, where they are. No option removes it."""
    tables = [
        t.contract.title
        for t in evaluation.workbook.tables.values()
        if "status" in t.frame and t.frame["status"].eq("example").any()
    ]
    if not tables and evaluation.plan.status != "example":
        return []
    named = "、".join(tables[:MOST_NAMES]) + (say("banner.more") if len(tables) > MOST_NAMES else "")
    return [say("banner.example", tables=named or evaluation.plan.name, municipality=evaluation.plan.municipality)]


def period_words(evaluation: Evaluation) -> str:
    """The period with its years. Example: 上半期（令和3(2021)年度から令和5(2023)年度まで）."""
    period = evaluation.period
    return f"{period.label}（{years_label(period.first_year, period.last_year)}）"


def _is_address(url: object) -> bool:
    return isinstance(url, str) and url.startswith(("https://", "http://"))


def sources(evaluation: Evaluation) -> Part:
    """Where the figures come from."""
    listed = [
        [
            {"strong": s["title"]},
            "　",
            s.get("note") or "",
            *([{"text": s["url"], "href": s["url"]}] if _is_address(s.get("url")) else []),
        ]
        for s in evaluation.plan.sources
    ]
    return sentences(listed) if listed else absent("sources")


def input_hash(evaluation: Evaluation) -> str:
    """A short fingerprint of every input file, the same for the same data."""
    told = "\n".join(f"{file} {digest}" for file, digest in sorted(evaluation.workbook.inputs.items()))
    return hashlib.sha256(told.encode("utf-8")).hexdigest()[:12]


def glossary(evaluation: Evaluation) -> Part:
    """The terms of the plan, explained."""
    terms = evaluation.workbook["glossary"]
    if terms.empty:
        return absent("glossary")
    lines = [
        {
            "id": f"term-{n}",
            "no": f"{n}",
            "term": r.term,
            "text": r.explanation + (say("glossary.first_use", place=r.first_use) if r.first_use else ""),
        }
        for n, r in enumerate(terms.itertuples(), 1)
    ]
    return Part("parts", "glossary", (lines,))


def shock_words(evaluation: Evaluation) -> Part:
    """What shook the plan's years, and that those years were rated all the same."""
    shocks = evaluation.plan.shocks
    if not shocks:
        return absent("shocks")
    return sentences(
        say(
            "shock.item",
            label=s["label"],
            first=year(s["years"][0]),
            last=year(s["years"][1]),
            reason=s.get("reason") or NONE,
        )
        for s in shocks
    )


def colophon(evaluation: Evaluation) -> Parts:
    """The end of every report: rule, data, their date and fingerprint, library version."""
    seen = evaluation.workbook["observations"]
    latest = seen.loc[seen["value"].notna() & (seen["fiscal_year"] <= evaluation.period.last_year), "fiscal_year"].max()
    example = sum(
        int(t.frame["status"].eq("example").sum()) for t in evaluation.workbook.tables.values() if "status" in t.frame
    )
    lines = [
        [say("colophon.plan"), f"{evaluation.plan.name}　{period_words(evaluation)}"],
        [
            say("colophon.rule"),
            say(
                "colophon.rule_words",
                title=evaluation.scheme.title,
                version=evaluation.scheme.version,
                source=evaluation.scheme.source,
            ),
        ],
        [
            say("colophon.data"),
            say(
                "colophon.data_words",
                latest=year(latest) if not is_missing(latest) else NONE,
                files=len(evaluation.workbook.inputs),
                example=example,
            ),
        ],
        [say("colophon.print"), say("colophon.print_words", version=__version__, digest=input_hash(evaluation))],
    ]
    return together(Part("parts", "colophon", (lines,)))
