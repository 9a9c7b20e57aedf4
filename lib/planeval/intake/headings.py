"""The headings of a table: which columns of the contract, or which years, a row (or two) of texts names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ..trust.tables import header_key
from ..words.contracts import Contract
from .grids import Grid
from .years import YearReading, read_year

_YEAR_TAIL = re.compile(r"(?:の?(?:実績値?|数値|値)|\([^()\d]*\))$")
WIDE = ("fiscal_year", "value")


@dataclass(frozen=True)
class Head:
    """Headings as one row (`first` = `last`) or two give them."""

    first: int
    last: int
    columns: dict[int, str]
    years: dict[int, tuple[YearReading, str]]
    others: dict[int, str]
    repeated: tuple[int, ...]

    def is_complete(self, contract: Contract) -> bool:
        """Whether every needed heading is there, or years stand in the place of 年度 and 値."""
        needed = {column.name for column in contract.columns if column.needed}
        found = {*self.columns.values(), *(WIDE if self.years else ())}
        return needed <= found and not (self.years and "fiscal_year" in self.columns.values())


@cache
def _synonyms() -> dict[str, str]:
    text = Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8")
    return {header_key(other): own for own, others in yaml.safe_load(text).items() for other in others}


@cache
def _known(contract_name: str, headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    own = {header_key(header): name for name, header in headers}
    spelled = {header: name for name, header in headers}
    others = {key: spelled[header] for key, header in _synonyms().items() if header in spelled}
    return others | own


def _names(contract: Contract) -> dict[str, str]:
    return _known(contract.name, tuple((column.name, column.header) for column in contract.columns))


def _column_of(text: str, contract: Contract) -> str:
    """The contract's column that a heading names; a unit in brackets behind it does not count."""
    key = header_key(text)
    known = _names(contract)
    return known.get(key) or known.get(re.sub(r"\([^()]*\)$", "", key)) or known.get(re.sub(r"[※*]\d*$", "", key)) or ""


def _year_of(text: str) -> YearReading | None:
    key = header_key(text)
    for form in (key, _YEAR_TAIL.sub("", key)):
        try:
            return read_year(form)
        except ValueError:
            continue
    return None


def one_row(grid: Grid, contract: Contract, row: int) -> Head:
    """The headings that one row gives."""
    texts = {column: cell.text for column, cell in grid.rows[row].items()}
    return _head(contract, row, row, texts, {})


def is_second_row(grid: Grid, contract: Contract, row: int) -> bool:
    """Whether a row only goes on with the headings above it: headings, and nothing where the key stands."""
    cells = grid.rows[row]
    above = one_row(grid, contract, row - 1).columns
    key = next((position for position, name in above.items() if name == contract.key[0]), -1)
    return key not in cells and all(_column_of(cell.text, contract) for cell in cells.values())


def two_rows(grid: Grid, contract: Contract, row: int) -> Head:
    """Two rows of headings: the upper one, spread over its merged cells, and the lower one."""
    upper = {column: cell.text for column, cell in grid.rows[row].items()}
    for first, left, last, right in grid.merged:
        if first <= row <= last:
            upper |= dict.fromkeys(range(left, right + 1), grid.cell(first, left).text)
    lower = {column: cell.text for column, cell in grid.rows[row + 1].items()}
    return _head(contract, row, row + 1, lower, upper)


def _head(contract: Contract, first: int, last: int, texts: dict[int, str], above: dict[int, str]) -> Head:
    columns, years, others, repeated = {}, {}, {}, []
    has_years = {*WIDE} <= set(contract.names)
    for position in sorted({*texts, *above}):
        text, over = texts.get(position, ""), above.get(position, "")
        year = _year_of(over) if over and has_years else None
        name = _column_of(text, contract) if text else ""
        if year is not None and name:
            years[position] = (year, name)
            continue
        name = name or (_column_of(over, contract) if over else "")
        year = _year_of(text) if text and has_years and not name else None
        if name:
            repeated += [position] if name in columns.values() else []
            columns.setdefault(position, name)
        elif year is not None:
            years[position] = (year, "value")
        elif text or over:
            others[position] = text or over
    return Head(first, last, columns, years, others, tuple(repeated))
