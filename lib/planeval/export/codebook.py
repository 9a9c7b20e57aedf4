"""What the tables of a run are and what each of their columns means, from `codebook.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..delivery.tables import RunTable
from ..telling.vocabulary import column_label
from ..words.own_files import own_yaml

FILE = Path(__file__).with_name("codebook.yaml")


@dataclass(frozen=True)
class Meaning:
    """A column as a reader sees it: heading, kind (see `codebook.yaml`), unit ("" for text), one sentence."""

    name: str
    heading: str
    kind: str
    unit: str
    text: str


@cache
def words() -> dict:
    """The whole codebook."""
    return own_yaml(FILE)


def table_words(name: str) -> Mapping:
    """Title, sentence, key and other columns of a table. Raises: KeyError for a table without an entry."""
    return words()["tables"][name]


def meanings(name: str, table: RunTable) -> list[Meaning]:
    """The columns of a table in its order. Raises: KeyError for a column without an entry."""
    own, found = table_words(name).get("own", table.columns), []
    for column in table.columns:
        entry = words()["columns"][column] if column in own else table_words(name)["others"]
        kind, unit = entry.get("kind", "text"), entry.get("unit", "")
        found.append(Meaning(column, column_label(column), kind, unit, entry["text"]))
    return found
