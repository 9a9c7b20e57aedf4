"""Typed tables: sheets of text in, one frame that obeys its contract out, with the place of every cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from ..words.contracts import Column, Contract
from ..words.fiscal_years import parse_fiscal_year
from ..words.problems import NOTE, Place, Problem, Reading, known_names
from .cells import Sheet
from .convert import TEXT_KINDS, CellFault, convert
from .rows import each_row

SheetReader = Callable[[Path, str, Contract], tuple[list[Sheet], list[Problem]]]
NO_HEADER = "見出しがない"
DTYPES = {"number": "float64", "whole": "Int64", "year": "Int64", "yes_no": "bool"}


@dataclass(frozen=True)
class Table:
    """A frame that obeys `contract`; `places` has file, sheet and row for each of its rows.

    `letters` are those of its columns by file and sheet, `spots` (row and letter) those of cells that stand elsewhere,
    by row and column. `readings`: what was read otherwise than it was written. `repeats`: the cells of rows that said the
    same as a row and were left out, by that row.
    """

    contract: Contract
    frame: pd.DataFrame
    places: pd.DataFrame
    letters: Mapping[tuple[str, str], Mapping[str, str]]
    spots: Mapping[tuple[int, str], tuple[int, str]] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    repeats: Mapping[int, tuple[Place, ...]] = field(default_factory=dict)

    def place(self, index: int, column: str = "") -> Place:
        """Where the cell of a row (by its index in the frame) and a column stands."""
        file, sheet, row = (self.places.at[index, name] for name in ("file", "sheet", "row"))
        spot = self.spots.get((index, column), (int(row), self.letters[(file, sheet)].get(column, "")))
        return Place(file, sheet, *spot)

    def cells(self, index: int) -> tuple[Place, ...]:
        """Where a row and each of its cells stand, and those of the rows that repeated it."""
        own = (self.place(index, name) for name in ("", *self.contract.names))
        return (*own, *self.repeats.get(index, ()))

    def problem(self, index: int, column: str, found: str, expected: str, remedy: str, **kind: str) -> Problem:
        """A problem at one cell of this table."""
        header = self.contract.column(column).header if column else ""
        return Problem(self.place(index, column), found, expected, remedy, column=header, **kind)


def empty_table(contract: Contract) -> Table:
    """The table of a plan that does not have it: no rows, all columns."""
    return _table(contract, [], [], {})


def read_table(contract: Contract, sheets: Iterable[Sheet]) -> tuple[Table, list[Problem]]:
    """One table from its sheets; every problem of all of them."""
    records, places, letters, spots, readings, problems = [], [], {}, {}, [], []
    for sheet in sheets:
        columns, faults = _match_header(contract, sheet)
        problems += faults
        readings += sheet.readings
        if contract.required and len(sheet.rows) == 1:
            problems.append(_headers_only(sheet))
        letters[(sheet.file, sheet.name)] = {column.name: sheet.letter(n) for n, column in columns.items()}
        spots |= {
            (len(records) + index - 1, columns[n].name): spot
            for (index, n), spot in sheet.spots.items()
            if n in columns
        }
        for index, (number, cells) in enumerate(sheet.rows[1:], 1):
            record, faults = _convert_row(columns, sheet, index, cells)
            records.append(record)
            places.append((sheet.file, sheet.name, number))
            problems += faults
    table = replace(_table(contract, records, places, letters), spots=spots, readings=tuple(readings))
    return table, problems + _contract_problems(table, problems)


def one_sheet(sheets: list[Sheet], file: str) -> tuple[list[Sheet], list[Problem]]:
    """The sheets of a tidy file, which has one."""
    if len(sheets) <= 1:
        return sheets, []
    names = "、".join(f"「{sheet.name}」" for sheet in sheets)
    found, remedy = f"シートが{len(sheets)}枚ある（{names}）", "使わないシートを消す"
    return [], [Problem(Place(file), found, "1ファイルに1枚", remedy)]


def _headers_only(sheet: Sheet) -> Problem:
    place = Place(sheet.file, sheet.name, sheet.rows[0][0])
    return Problem(place, "見出しだけで、値の行がない", "見出しの下に値の行", "値を書くか、ファイルを消す")


def _table(contract: Contract, records: list[dict], places: list[tuple], letters: Mapping) -> Table:
    series = {}
    for column in contract.columns:
        values = [record.get(column.name) for record in records]
        if column.kind in TEXT_KINDS:
            series[column.name] = pd.Series(["" if v is None else v for v in values], dtype="str")
        elif column.kind == "yes_no":
            series[column.name] = pd.Series([bool(v) for v in values], dtype="bool")
        else:
            series[column.name] = pd.Series(values, dtype=DTYPES[column.kind])
    return Table(contract, pd.DataFrame(series), pd.DataFrame(places, columns=["file", "sheet", "row"]), letters)


def header_key(text: str) -> str:
    """What two spellings of one header share: width, blanks and line breaks do not count."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _match_header(contract: Contract, sheet: Sheet) -> tuple[dict[int, Column], list[Problem]]:
    row, headers = sheet.rows[0]
    known = {header_key(column.header): column for column in contract.columns}
    columns, problems = {}, []
    for n, header in enumerate(headers):
        place = sheet.place(0, n)
        column = known.get(header_key(header))
        if column in columns.values():
            problems.append(Problem(place, f"見出し「{header}」が二度ある", "見出しは一度", "どちらかの列を消す"))
        elif column:
            columns[n] = column
        elif header:
            remedy = "使わない列なら、このままでよい。" + known_names(header, [c.header for c in contract.columns])
            problems.append(Problem(place, f"知らない列「{header}」は読まない", "", remedy, severity=NOTE))
    for column in contract.columns:
        if column.needed and column not in columns.values():
            place = Place(sheet.file, sheet.name, row)
            expected, remedy = f"表「{contract.title}」の見出し「{column.header}」", "1行目に足すか、見出しの字を直す"
            problems.append(Problem(place, NO_HEADER, expected, remedy, column=column.header))
    return columns, problems


def _convert_row(
    columns: Mapping[int, Column], sheet: Sheet, index: int, cells: tuple[str, ...]
) -> tuple[dict, list[Problem]]:
    record, problems = {}, []
    for n, column in columns.items():
        text = cells[n] if n < len(cells) else ""
        try:
            record[column.name] = convert(text, column)
        except CellFault as fault:
            found = f"「{shown(text)}」"
            problems.append(Problem(sheet.place(index, n), found, fault.expected, fault.remedy, column=column.header))
        else:
            problems += _year_notes(text, column, sheet.place(index, n))
    return record, problems


def shown(text: str) -> str:
    """The beginning of a text, its invisible characters written out."""
    visible = "".join(f"〈U+{ord(ch):04X}〉" if unicodedata.category(ch)[0] == "C" else ch for ch in text[:60])
    return visible + ("…" if len(text) > 60 else "")


def _year_notes(text: str, column: Column, place: Place) -> list[Problem]:
    """What is unusual in how a year is written, though it could be read."""
    note = parse_fiscal_year(text)[1] if column.kind == "year" and text else ""
    return (
        [Problem(place, f"「{text}」（{note}）", "", "西暦4桁の年度で書く", column=column.header, severity=NOTE)]
        if note
        else []
    )


def schema(contract: Contract) -> pa.DataFrameSchema:
    """The contract as a pandera schema: types, filled columns, ranges, and no other column."""
    columns = {}
    for column in contract.columns:
        checks = []
        if column.kind in TEXT_KINDS and column.filled:
            checks.append(pa.Check.str_length(min_value=1, error="filled"))
        if column.minimum is not None:
            checks.append(pa.Check.ge(column.minimum, error="minimum"))
        if column.maximum is not None:
            checks.append(pa.Check.le(column.maximum, error="maximum"))
        dtype = DTYPES.get(column.kind, "str")
        columns[column.name] = pa.Column(dtype, checks, nullable=not column.filled)
    return pa.DataFrameSchema(columns, strict=True)


def _contract_problems(table: Table, told: list[Problem]) -> list[Problem]:
    """What pandera finds, as problems with a place; a cell that was already told is not told twice."""
    try:
        schema(table.contract).validate(table.frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    told_places = {problem.place for problem in told}
    problems = []
    for case in each_row(cases):
        column = table.contract.column(case.column)
        place = table.place(int(case.index), column.name)
        missing_header = column.name not in table.letters[(place.file, place.sheet)]
        if place in told_places or missing_header:
            continue
        problems.append(Problem(place, *_contract_words(column, case.check, case.failure_case), column=column.header))
    return problems


def _contract_words(column: Column, check: str, value: object) -> tuple[str, str, str]:
    if check in {"not_nullable", "filled"}:
        return "空", "空でない値", f"「{column.header}」を書く"
    if check == "minimum":
        return f"{value:g}", f"{column.minimum:g}以上", "値を確かめて直す"
    return f"{value:g}", f"{column.maximum:g}以下", "値を確かめて直す"
