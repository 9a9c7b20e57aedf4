"""Data tables as `vocabulary.yaml` declares them: caption, note, look and columns stand there, the rows come from code.

A column has a label and one of
    text, number   a template (see `vocabulary.fill`); under: a second line, small: one in small print; href: a link; strong: bold
    chip           a field with a code, shown by its word (of the closed list `of`); strong: the code with a bold edge
    rating, lines  a field with a rating mark, or with texts that stand one below the other
    cell           a field with a finished cell (see templates/tables.html.j2)
and may have width (％ of the table), word (false: a mark without its word),
kind (else it follows from the above), empty (the word where there is nothing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import pandas as pd

from ..judging.evaluation import Evaluation
from ..trust.rows import records
from ..words.contracts import label
from .formats import NONE
from .parts import Part, absent
from .vocabulary import entry, fill, say

LOOKS = ("layout", "size", "head", "keep")
EACH = {"as": "cell", "kind": "number"}


def table(
    evaluation: Evaluation,
    key: str,
    rows: pd.DataFrame | Iterable[Mapping],
    *,
    more: Mapping[object, str] | None = None,
    values: Mapping[str, object] | None = None,
    number: int | None = None,
) -> Part:
    """The table declared under `key`; one line where it has no row, or where the plan lacks the table that it `needs`.

    `more` gives further columns, field → heading (as it is: it comes from data), declared all alike under `each`; `values` fill caption and headings;
    `number` tells several tables of one kind on a page apart.
    """
    words, values = entry(key), values or {}
    rows = records(rows) if isinstance(rows, pd.DataFrame) else list(rows)
    if "needs" in words and not evaluation.workbook.has(words["needs"]):
        return absent(words["needs"])
    if not rows:
        return absent(key)
    each = words.get("each", EACH)
    columns = [
        *words["columns"],
        *(each | {"heading": head, each["as"]: field} for field, head in (more or {}).items()),
    ]
    shown = {
        "id": f"t-{key}" if number is None else f"t-{key}-{number}",
        "caption": fill(words["caption"], values),
        "note": words.get("note"),
        "layout": words.get("layout", "wide"),
        "columns": [_head(c, values) for c in columns],
        "rows": [_row(columns, row) for row in rows],
    }
    looks = {name: words[name] for name in LOOKS if name in words}
    return Part("tables", "data_table", (shown | looks,), partial(figures, rows))


def grouped(rows: pd.DataFrame, by: str) -> list[dict]:
    """Rows in the order of their groups, a row with the group's name (`group_head`) before each."""
    told = []
    for head, own in rows.groupby(by, sort=False):
        told += [{"group_head": head or say("unnamed")}, *records(own)]
    return told


def _row(columns: Iterable[Mapping], row: Mapping) -> dict:
    if "group_head" in row:
        return {"group": True, "cells": [row["group_head"]]}
    return {"cells": [_cell(c, row) for c in columns], "total": row.get("is_total")}


def _head(column: Mapping, values: Mapping) -> dict:
    named = {name: column[name] for name in ("width", "word") if name in column}
    words = column["heading"] if "heading" in column else fill(column["label"], values)
    return {"label": words, "kind": _kind(column)} | named


def _kind(column: Mapping) -> str:
    return column.get("kind") or next((kind for kind in ("number", "rating") if kind in column), "text")


def _cell(column: Mapping, row: Mapping) -> object:
    if "text" in column or "number" in column:
        shown = _text(column, row)
    elif "cell" in column:
        shown = row[column["cell"]]
    else:
        form = next(form for form in ("rating", "lines", "chip") if form in column)
        value = row[column[form]]
        beside = {"strong": value == column["strong"]} if form == "chip" else {}
        word = label(column.get("of", column[form]), value) if form == "chip" else value
        shown = {form: word} | beside if value else NONE
    if "empty" not in column:
        return shown
    if isinstance(shown, dict) and shown.get("text") == NONE:
        return shown | {"text": say(column["empty"])}
    return {"gap": say(column["empty"])} if shown == NONE else shown


def _text(column: Mapping, row: Mapping) -> object:
    text = fill(column.get("text") or column["number"], row) or NONE
    beside = {name: fill(column[key], row) for key, name in (("under", "sub"), ("href", "href")) if key in column}
    if "small" in column and (small := fill(column["small"], row)):
        beside = {"sub": [{"small": small}]}
    return {"text": text, "strong": column.get("strong")} | beside if beside else text


def figures(rows: list[Mapping]) -> pd.DataFrame:
    """The plain values of rows as a frame, without bars, marks, lists and heads of groups."""
    frame = pd.DataFrame([row for row in rows if "group_head" not in row])
    return frame[[name for name in frame if not frame[name].map(lambda value: isinstance(value, (dict, list))).any()]]
