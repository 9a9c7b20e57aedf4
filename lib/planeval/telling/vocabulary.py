"""Every Japanese label and sentence that readers see, by key, from one file: `vocabulary.yaml`."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..words.contracts import CONTRACTS
from ..words.own_files import own_yaml
from .formats import SPECS, is_missing, number, with_unit

# Kinds of codes that a template may name after a colon, to be told by their labels.
CODES = ("reason", "route", "outlook")
# Characters that turn the direction of writing until something ends them, and the pair that encloses them (Unicode Annex 9).
TURNS = frozenset("\u200f\u061c\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
FILE = Path(__file__).with_name("vocabulary.yaml")


@cache
def _entries() -> dict:
    return own_yaml(FILE)


def entry(key: str) -> object:
    """What stands under a dotted key. Raises: KeyError for an unknown key."""
    found: object = _entries()
    for part in key.split("."):
        found = found[part]  # type: ignore[index]  # an unknown key is a bug and shows its name
    return found


def say(key: str, **values: object) -> str:
    """The text under a key, with values filled in."""
    return fill(str(entry(key)), values)


def fill(template: str, values: Mapping[str, object]) -> str:
    """A template with its values; `{share:percent}` and the like name a format of `formats.SPECS`.

    `{value:measured}` adds the row's own `unit`, `{value:decimals}` keeps the row's own decimals without it.
    """
    return _Template(values).vformat(template, (), values)


class _Template(string.Formatter):
    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values

    def format_field(self, value: object, spec: str) -> str:
        name, _, digits = spec.partition(".")
        if name == "measured":
            return with_unit(value, self.values["unit"], self.values["decimals"])
        if name == "decimals":
            return number(value, self.values["decimals"])
        if name in CODES:
            return name_of(name, value)
        if name in SPECS:
            return SPECS[name](value, *([int(digits)] if digits else []))
        return "" if is_missing(value) else _enclosed(str(value))


def _enclosed(text: str) -> str:
    """A text that turns the direction of writing, kept from turning the words around it; any other as it is."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if TURNS & set(text) else text


def name_of(kind: str, code: str) -> str:
    """The label of a code (route, reason, mark, flag …); "" for an empty code."""
    return say(f"{kind}.{code}") if code else ""


def names_of(kind: str, codes: str) -> str:
    """The labels of several codes joined by 、."""
    return "、".join(name_of(kind, code) for code in codes.split("、") if code)


@cache
def column_label(name: str) -> str:
    """The Japanese heading of a column: from the vocabulary, else from the contracts."""
    labels = {column.name: column.header for contract in reversed(CONTRACTS.values()) for column in contract.columns}
    return (labels | entry("columns")).get(name, name)
