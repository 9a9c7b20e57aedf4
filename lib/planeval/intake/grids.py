"""A sheet as it lies in its file: cells with their addresses, and what a person would see of their looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from ..trust.cells import column_letter
from ..words.problems import Place, Problem

TEXT, NUMBER, PERCENT, DATE, YES_NO, ERROR, FORMULA, PADDED = "s", "n", "%", "d", "b", "e", "f", "0"
# A text with a part struck out or raised; a number whose format shows another one, or puts words around it.
PARTLY, SCALED, WORDED = "r", "k", "w"


class Cell(NamedTuple):
    """The text of a cell and its kind; a percentage stands as it is shown (45.2 for 45.2%), PADDED shows zeros in front."""

    text: str
    kind: str = TEXT


EMPTY = Cell("")


@dataclass(frozen=True)
class Grid:
    """One sheet (`name` is "" for a text file): rows by number, in them cells by column from 0; only filled ones.

    `merged` are ranges (first row, first column, last row, last column); `widths` the number of fields of each line.
    """

    file: str
    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    struck: tuple[tuple[int, int], ...] = ()
    commented: tuple[tuple[int, int], ...] = ()
    is_filtered: bool = False
    widths: Mapping[int, int] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at an address; an empty one where nothing is."""
        return self.rows.get(row, {}).get(column, EMPTY)

    def place(self, row: int = 0, position: int | None = None) -> Place:
        """Where a cell stands; for a row of a sheet, where its first cell does."""
        if position is None and self.name and row:
            position = min(self.rows.get(row, {}), default=0)
        return Place(self.file, self.name, row, "" if position is None else column_letter(position))

    def problem(self, row: int, position: int | None, found: str, expected: str, remedy: str, **kind: str) -> Problem:
        """A problem at a row or a cell of this sheet."""
        return Problem(self.place(row, position), found, expected, remedy, **kind)


def packed(grid: Grid) -> dict:
    """A grid in what JSON can carry."""
    return asdict(grid) | {
        "rows": [[row, [[column, *cell] for column, cell in cells.items()]] for row, cells in grid.rows.items()],
        "widths": list(grid.widths.items()),
    }


def unpacked(facts: dict) -> Grid:
    """The grid that `packed` packed."""
    rows = {row: {column: Cell(*cell) for column, *cell in cells} for row, cells in facts["rows"]}
    pairs = {name: tuple(map(tuple, facts[name])) for name in ("merged", "struck", "commented")}
    hidden = {name: tuple(facts[name]) for name in ("hidden_rows", "hidden_columns")}
    return Grid(**facts | pairs | hidden | {"rows": rows, "widths": dict(facts["widths"])})
