"""Every Japanese label and sentence that readers see, by key, from one file: `vocabulary.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from ..words.contracts import CONTRACTS

FILE = Path(__file__).with_name("vocabulary.yaml")


@cache
def _entries() -> dict:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def entry(key: str) -> object:
    """What stands under a dotted key. Raises: KeyError for an unknown key."""
    found: object = _entries()
    for part in key.split("."):
        found = found[part]  # type: ignore[index]  # an unknown key is a bug and shows its name
    return found


def say(key: str, **values: object) -> str:
    """The text under a key, with values filled in."""
    return str(entry(key)).format(**values)


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
