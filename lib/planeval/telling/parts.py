"""Parts of a page: a macro of `templates/` with its plain input. Everything that is shown is escaped by Jinja."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import jinja2
import pandas as pd

from ..judging.evaluation import Evaluation
from ..trust.schemes import Letter
from .vocabulary import entry, say


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("planeval.telling", "templates")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@dataclass(frozen=True)
class Part:
    """One piece of a page. `frame` holds its figures as a table for those who want to calculate on."""

    template: str
    macro: str
    arguments: tuple
    frame: pd.DataFrame | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return f"<{self.macro}>"

    def _repr_html_(self) -> str:
        module = _environment().get_template(f"{self.template}.html.j2").module
        return str(getattr(module, self.macro)(*self.arguments))


@dataclass(frozen=True)
class Parts:
    """Several pieces, one below the other."""

    parts: tuple[Part, ...]

    def __repr__(self) -> str:
        return "<" + " ".join(part.macro for part in self.parts) + ">"

    def _repr_html_(self) -> str:
        return "".join(part._repr_html_() for part in self.parts)


def together(*parts: Part | Parts | None) -> Parts:
    """Pieces in order; None leaves nothing."""
    flat: list[Part] = []
    for part in parts:
        flat += part.parts if isinstance(part, Parts) else [part] if part else []
    return Parts(tuple(flat))


def table(key: str, rows: Sequence[dict], kinds: str, *, frame: pd.DataFrame | None = None, **more: object) -> Part:
    """A data table: caption, note and headings from the vocabulary under `key`, one kind a column (see tables.html.j2).

    `more` may hold layout, size, head, keep, id, heads (instead of the vocabulary's), values (for the caption), widths.
    """
    words = entry(key)
    values = more.pop("values", {})
    heads = more.pop("heads", None) or words["heads"]
    widths = more.pop("widths", {})
    columns = [{"label": head, "kind": kind} for head, kind in zip(heads, kinds.split(), strict=True)]
    for n, width in widths.items():
        columns[n]["width"] = width
    value = {
        "id": "t-" + key.replace(".", "-"),
        "caption": words["caption"].format(**values),
        "columns": columns,
        "rows": list(rows),
        "layout": "wide",
    } | more
    if words.get("note"):
        value["note"] = words["note"].format(**values)
    return Part("tables", "data_table", (value,), frame)


def row(*cells: object, **more: object) -> dict:
    """One row of a data table."""
    return {"cells": list(cells)} | more


def absent(key: str, **values: object) -> Part:
    """The one line that stands where a plan does not have a table."""
    return Part("parts", "empty", (say(f"absent.{key}", **values),))


def sentence(text: object) -> Part:
    """One paragraph."""
    return Part("parts", "paragraph", (text,))


def sentences(texts: Iterable[object]) -> Part:
    """A paragraph or, from four on, a list."""
    return Part("parts", "sentences", (list(texts),))


def badge(evaluation: Evaluation, row: object) -> dict:
    """The rating mark of one row of an evaluation table, in the words of its own scheme."""
    scheme = evaluation.schemes[row.scheme]
    letter = scheme.of_outcome(row.outcome)
    mark = badge_of(letter)
    if scheme.prints_lean and row.lean:
        mark |= {"letter": letter.letter + row.lean, "lean": say(f"lean.{row.lean}")}
    return mark


def badge_of(letter: Letter) -> dict:
    """The rating mark of a letter."""
    return {"letter": letter.letter, "symbol": letter.symbol, "word": letter.word, "tone": letter.tone}


def legend(evaluation: Evaluation) -> list[Letter]:
    """The letters of the main scheme, each once, from best to worst."""
    return list({letter.letter: letter for letter in reversed(evaluation.scheme.letters)}.values())[::-1]


def bar(evaluation: Evaluation, counts: pd.Series, whole: float) -> list[dict]:
    """Parts of a bar: one indicator = one length, `whole` indicators = the full width."""
    parts, place = [], 0.0
    for letter in legend(evaluation):
        width = 100 * counts.get(letter.letter, 0) / whole if whole else 0.0
        parts.append({"tone": letter.tone, "x": place, "width": width, "label": letter.letter})
        place += width
    return parts
