"""The tables of a plan folder and their closed lists, as `contracts.yaml` declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .own_files import own_yaml

FILE = Path(__file__).with_name("contracts.yaml")


@dataclass(frozen=True)
class Column:
    """One column of a table: `choices` maps the Japanese words of its closed list to codes."""

    name: str
    header: str
    kind: str = "text"
    filled: bool = False
    needed: bool = False
    choices: Mapping[str, str] | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Contract:
    """One table: its columns, its key, whether a plan can do without it, whether it is a folder of files.

    `dated_by` names the column, a fiscal year or a period, from which on a row is known; "" for what holds at any time.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    folder: bool = False
    dated_by: str = ""

    def column(self, name: str) -> Column:
        """The column of that name. Raises: KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        return [column.name for column in self.columns]


def _contract(name: str, declared: dict, lists: dict[str, dict[str, str]]) -> Contract:
    columns = []
    for column, facts in declared.pop("columns").items():
        choices = lists[column] if facts.get("kind") in {"choice", "choices"} else None
        needed = facts.pop("needed", False) or facts.get("filled", False)
        columns.append(Column(column, **facts, needed=needed, choices=choices))
    return Contract(name, columns=tuple(columns), **declared | {"key": tuple(declared["key"])})


_DECLARED = own_yaml(FILE)
LISTS: dict[str, dict[str, str]] = _DECLARED["lists"]
SDG_GOALS: dict[int, str] = _DECLARED["lists"]["sdg_goal"]
CONTRACTS: dict[str, Contract] = {name: _contract(name, table, LISTS) for name, table in _DECLARED["tables"].items()}


def label(name: str, code: str) -> str:
    """The Japanese word of a code in the closed list of a column; the code itself where the list has none."""
    return next((word for word, meaning in LISTS[name].items() if meaning == code), code)
