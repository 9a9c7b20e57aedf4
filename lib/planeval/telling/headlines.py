"""The sentences of the first page: what is on pace, behind, worse, unclear and not rated, by number and name."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..judging.evaluation import Evaluation
from ..judging.summary import by_severity, summarize
from ..trust.rows import each_row
from ..trust.schemes import Letter, Scheme
from .parts import Part
from .vocabulary import fill, say
from .words_of_rows import lag_words

MOST_NAMES = 2
PLACE = "\0"  # stands for what is put into a sentence as pieces of its own; no text of a file holds it


def headlines(evaluation: Evaluation) -> Part:
    """The five sentences of the first page, each with a number: on pace, behind, worse, unclear, not rated."""
    rows, found = evaluation.indicators, summarize(evaluation)
    rest = say("headlines.on_pace_rest", rated=found.rated, share=found.on_pace_rate)
    wished = int(rows["outcome"].eq("improved").sum())
    rest += say("headlines.wished", count=wished) if wished else ""
    rest += "" if found.has_headline else say("headlines.no_headline")
    lines: list[list] = [[say("headlines.on_pace", count=found.on_pace), rest]]
    for letter, outcomes in _lagging(evaluation.scheme):
        own = rows[rows["outcome"].isin(outcomes)]
        head = say("headlines.other", letter=letter.letter, word=letter.word, count=len(own))
        lines.append([head, _named(own if outcomes == ["unclear"] else by_severity(own))])
    return Part("summary", "headlines", (lines,))


def _lagging(scheme: Scheme) -> list[tuple[Letter, list[str]]]:
    """The letters for behind, worse, unclear and not rated, in this order, each once; a scheme may lack or share them."""
    owners: dict[str, tuple[Letter, list[str]]] = {}
    for outcome in ("behind", "worse", "unclear", "not_rated"):
        letter = next((own for own in scheme.letters if outcome in own.outcomes), None)
        if letter:
            owners.setdefault(letter.letter, (letter, []))[1].append(outcome)
    return list(owners.values())


def _named(rows: pd.DataFrame) -> list:
    """The first few indicators by name, each with the way to its card, and why the first is to be talked about."""
    if rows.empty:
        return [say("headlines.nothing")]
    more = say("headlines.more", count=len(rows) - MOST_NAMES) if len(rows) > MOST_NAMES else ""
    before, after = say("headlines.named", names=PLACE, more=more).split(PLACE)
    item = next(each_row(rows))
    why = say("headlines.first", why=lag_words(item)) if item.outcome in {"worse", "behind"} else ""
    return [before, *_ways_to(rows.head(MOST_NAMES)), after + why]


def _ways_to(rows: pd.DataFrame) -> Iterator[object]:
    """「name」、「name」, each a link to its card."""
    for number, (ident, name) in enumerate(zip(rows["indicator_id"], rows["indicator_name"], strict=True)):
        yield "、「" if number else "「"
        yield {"text": fill("{name}", {"name": name}), "href": f"#c-{ident}"}
        yield "」"
