"""Indicator cards: one indicator by itself, its run, the plan's way, what stands behind its letter, and where it is from."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.path import limits_of_values, planned_values
from ...judging.series import shocks_of, total_series
from ...trust.rows import each_row
from ...words.contracts import label
from ..card_charts import Run, card_chart
from ..formats import NONE, is_missing
from ..imprint import source_of
from ..marks import rated
from ..parts import Part, Parts, absent, together
from ..tables import table
from ..vocabulary import entry, say
from ..words_of_rows import breaks_of, has_way, rating_sentence, reason_words
from .indicators import evidence_words, signed_change


def indicator_cards(evaluation: Evaluation) -> Parts | Part:
    """The card of every indicator, in the order of the evaluation."""
    cards = cards_of(evaluation, evaluation.indicators)
    return together(Part("cards", "card", (card,)) for card in cards.values()) if cards else absent("cards")


def cards_of(evaluation: Evaluation, rows: pd.DataFrame, *, is_short: bool = False) -> dict[str, dict]:
    """The cards of some indicators, by their ids. A short one has its numbers in one line where no interval is known."""
    values, limits = (_by_year(frame) for frame in (total_series(evaluation), limits_of_values(evaluation)))
    planned = _by_year(planned_values(evaluation))
    cards = {}
    for item in each_row(rated(evaluation, rows)):
        of = item.indicator_id
        way = {year: row.planned for year, row in planned.get(of, {}).items()}
        own = values.get(of, {}), way, limits.get(of, {})
        run = Run(item, *own, shocks_of(evaluation, of), breaks_of(evaluation, of))
        cards[item.indicator_id] = _card(evaluation, run, is_short)
    return cards


def _by_year(frame: pd.DataFrame) -> dict[str, dict[int, object]]:
    """Indicator → year → row."""
    found: dict[str, dict[int, object]] = {}
    for row in frame.itertuples(index=False):
        found.setdefault(row.indicator_id, {})[int(row.fiscal_year)] = row
    return found


def card_id(indicator: str) -> str:
    """Where the card of an indicator stands in a page."""
    return f"c-{indicator}"


def _card(evaluation: Evaluation, run: Run, is_short: bool) -> dict:
    item = run.item
    is_drawn = len(run.values) > 1 and item.target_kind != "binary"
    ways = {"row": f"#i-{item.indicator_id}", "summary": "#summary"}
    return {
        "id": card_id(item.indicator_id),
        "no": item.indicator_id,
        "title": item.indicator_name,
        "rating": item.rating,
        "lead": rating_sentence(evaluation, item),
        "chart": card_chart(run) | _told(run) if is_drawn else None,
        "facts": _facts(evaluation, run, is_short),
        "numbers": _numbers(evaluation, run) if is_drawn and not (is_short and not run.limits) else None,
        "links": [
            {"href": href, "text": say(f"card.{way}"), "label": say(f"card.to_{way}", name=item.indicator_name)}
            for way, href in ways.items()
        ],
    }


def _told(run: Run) -> dict:
    """The conclusion, how to read the drawing, and what it says to those who cannot see it."""
    item, values = run.item, list(run.values.values())
    words = item._asdict() | {"first": values[0].value, "last": values[-1].value}
    words |= {"first_year": values[0].fiscal_year, "last_year": values[-1].fiscal_year}
    words["way"] = say(_way(words["first"], words["last"]) if item.reason else _way(item.baseline, item.value))
    kind = "suppress" if item.target_kind == "suppress" else "usual"
    conclusions = entry(f"card.conclusion.{kind}")
    caption = say(f"card.conclusion.{kind}.{item.outcome if item.outcome in conclusions else 'not_rated'}", **words)
    planned = run.planned_in(item.fiscal_year)
    label = say("card.label", name=item.indicator_name, conclusion=caption, **words)
    if not is_missing(planned) and not item.reason:
        label += say("card.label_planned", **words | {"planned": planned})
    if run.planned:
        label += say("card.label_target", **words)
    notes = {
        "way": bool(run.planned),
        "ring": not is_missing(planned) and not item.reason,
        "limits": bool(run.limits),
        "reference": not all(own.is_rated for own in values),
        "always": True,
    }
    note = "".join(say(f"card.note.{name}", unit=item.unit or NONE) for name, is_there in notes.items() if is_there)
    return {"caption": caption, "note": note, "label": label, "way_text": say("card.way")}


def _way(first: float, last: float) -> str:
    return "card.up" if last > first else "card.down" if last < first else "card.same"


def _facts(evaluation: Evaluation, run: Run, is_short: bool) -> list:
    """Term and value of everything that is known of the indicator beside its numbers by year."""
    item = run.item
    values = {
        "definition": "" if is_short else item.definition,
        "numbers": _line_of_numbers(run) if is_short and not run.limits else "",
        "closed": say("card.closed", **item._asdict()) if has_way(item) else "",
        "change": "" if item.reason or is_missing(item.change) else signed_change(item),
        "sample": "" if item.reason or is_missing(item.x) else say("card.sample", **item._asdict()),
        "why": reason_words(item) or evidence_words(item),
        "actors": _actors(evaluation, item.program_id),
        "department": item.department,
        "source": source_of(evaluation, item.source),
        "remark": "" if is_short else item.remark,
    }
    return [[term, values[name]] for name, term in entry("card.facts").items() if values[name] and values[name] != NONE]


def _line_of_numbers(run: Run) -> str:
    """Year and value of every point in one line."""
    item = run.item._asdict()
    forms = {True: "trend.rated", False: "trend.reference"}
    return "、".join(say(forms[bool(own.is_rated)], **item | own._asdict()) for own in run.values.values())


def _actors(evaluation: Evaluation, program: str) -> str:
    links = evaluation.workbook["actor_links"][lambda f: f["program_id"].eq(program)]
    return "、".join(say("card.actor", actor=r.actor, role=label("role", r.role)) for r in each_row(links))


def _numbers(evaluation: Evaluation, run: Run) -> dict:
    """The numbers of the drawing by year: value, interval and sample where known, what is planned."""
    item = run.item
    years = sorted({*run.values, *([int(item.target_year)] if run.planned else [])})
    words = {"unit": item.unit, "decimals": item.decimals}
    rows = [words | _year(run, year) for year in years]
    key = "card_numbers_sampled" if run.limits else "card_numbers"
    shown = table(evaluation, key, rows, values={"name": item.indicator_name, "id": item.indicator_id})
    return shown.arguments[0] | {"id": f"t-{card_id(item.indicator_id)}"}


def _year(run: Run, year: int) -> dict:
    """One row of the numbers; 「－」 for what is not known."""
    item, own, limits = run.item, run.values.get(year), run.limits.get(year)
    names = {"baseline": item.baseline_year, "latest": item.fiscal_year, "target": item.target_year}
    told = [say(f"card.{name}_year") for name, of in names.items() if not is_missing(of) and year == of]
    told += [say("card.reference")] if own and not own.is_rated else []
    return {
        "fiscal_year": year,
        "value": own.value if own else None,
        "planned": run.planned_in(year),
        "remark": "、".join(told),
        "n": limits.n if limits else None,
        "limits": say("card.limits", low=limits.low, high=limits.high) if limits else NONE,
    }
