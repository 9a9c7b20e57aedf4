"""Cells of tidy CSV and xlsx files, as text, each with its address.

This is the door for files. `read_sheets` is the reader of tidy files; a reader for departments' really messy files
takes the same arguments, gives the same `Sheet`s, and is handed to `load_workbook(..., read_sheets=...)`.
"""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ..words.guard import unguarded
from ..words.problems import NOTE, Place, Problem, Reading

TEXT_FILES, WORKBOOK_FILES = (".csv",), (".xlsx",)
SUFFIXES = TEXT_FILES + WORKBOOK_FILES
# What openpyxl and the parsers beneath it raise for a file that is broken or no workbook; found by altering bytes.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, TypeError, ValueError,
    AttributeError, NotImplementedError, EOFError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A grid of text: row numbers as a spreadsheet shows them (CSV: the line where the row begins).

    Where a sheet was put in order before: `letters` of the columns as the file has them ("" for a column that it does
    not have), `spots` (row and letter) of single cells by place in `rows` and column, `readings` of what was read
    otherwise than written, and the table (`contract`) that it belongs to.
    """

    file: str
    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    letters: tuple[str, ...] | None = None
    spots: Mapping[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    contract: str = ""

    def letter(self, column: int) -> str:
        """The spreadsheet letter of a column, counted from 0."""
        return column_letter(column) if self.letters is None else self.letters[column]

    def place(self, index: int, column: int) -> Place:
        """Where a cell stands, by its place in `rows` and its column."""
        row, letter = self.spots.get((index, column), (self.rows[index][0], self.letter(column)))
        return Place(self.file, self.name, row, letter)


def read_sheets(path: Path, file: str) -> tuple[list[Sheet], list[Problem]]:
    """The visible sheets of one tidy file and what is wrong with it; `file` is the name used in messages."""
    if path.suffix.lower() in WORKBOOK_FILES:
        return _read_workbook(path, file)
    return _read_text(path, file)


def column_letter(index: int) -> str:
    """Spreadsheet letters of a column counted from 0. Example: 0 → A, 26 → AA."""
    return openpyxl.utils.get_column_letter(index + 1)


def _read_text(path: Path, file: str) -> tuple[list[Sheet], list[Problem]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        remedy = "Excel の「名前を付けて保存」で「CSV UTF-8（コンマ区切り）」を選び、保存し直す"
        return [], [Problem(Place(file, row=line), "文字コードが UTF-8 ではない", "UTF-8 の CSV", remedy)]
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            rows.append((start, tuple(_clean(cell) for cell in cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        found = f"CSV として読めない行がある（{_csv_fault(str(error))}）"
        return [], [Problem(Place(file, row=start), found, "引用符が閉じた CSV", 'この行の引用符「"」と区切りを直す')]
    filled = tuple(_filled(rows))
    return ([Sheet(file, "", filled)], _uneven(file, filled)) if filled else ([], [_empty(file)])


def _empty(file: str) -> Problem:
    return Problem(Place(file), "ファイルが空", "1行目に見出し、2行目から値", "元の表から保存し直す")


def _csv_fault(text: str) -> str:
    return "引用符が閉じていない" if "unexpected end" in text else "引用符か文字が正しくない"


def _filled(rows: list[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    return (row for row in rows if any(row[1]))


def _uneven(file: str, rows: tuple[tuple[int, tuple[str, ...]], ...]) -> list[Problem]:
    """Rows with more cells than the header (a comma inside a value that was not quoted), or with fewer."""
    width = len(rows[0][1])
    expected = f"見出しと同じ{width}列"
    too_many = "値の中のコンマ（12,345 など）を消すか、値を引用符で囲む"
    too_few = "足りない列の分だけ、行の終わりにコンマを足すか、Excel で開いて保存し直す"
    return [
        Problem(Place(file, row=number), f"{len(cells)}列ある", expected, too_few if len(cells) < width else too_many)
        for number, cells in rows
        if any(cells[width:]) or len(cells) < width
    ]


def _read_workbook(path: Path, file: str) -> tuple[list[Sheet], list[Problem]]:
    content = path.read_bytes()
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    except UNREADABLE:
        remedy = "Excel で開き直して「Excel ブック (.xlsx)」で保存する。パスワードは外す"
        return [], [Problem(Place(file), "xlsx として開けない", "パスワードのない xlsx", remedy)]
    sheets, problems = _workbook_sheets(values, formulas, file)
    return sheets, problems if sheets else [*problems, _empty(file)]


def _workbook_sheets(
    values: openpyxl.Workbook, formulas: openpyxl.Workbook, file: str
) -> tuple[list[Sheet], list[Problem]]:
    sheets, problems = [], []
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            found = "隠れたシートがある"
            problems.append(Problem(Place(file, sheet.title), found, "", "使う表なら再表示する", severity=NOTE))
            continue
        rows = []
        for shown, written in zip(sheet.iter_rows(), formulas[sheet.title].iter_rows(), strict=True):
            texts = []
            for cell, source in zip(shown, written, strict=True):
                text, fault = _cell_text(cell.value, source, cell.number_format)
                if fault:
                    place = Place(file, sheet.title, cell.row, cell.column_letter)
                    problems.append(Problem(place, fault, "値だけのセル", "値を入力し直す（書式は「標準」）"))
                texts.append(text)
            rows.append((shown[0].row, tuple(texts)))
        filled = tuple(_filled(rows))
        if filled:
            sheets.append(Sheet(file, sheet.title, filled))
        for merged in sheet.merged_cells.ranges:
            place = Place(file, sheet.title, merged.min_row, column_letter(merged.min_col - 1))
            problems.append(
                Problem(place, f"結合したセル {merged.coord}", "1セルに1つの値", "結合を解き、各セルに値を入れる")
            )
    return sheets, problems


def _cell_text(value: object, source: object, number_format: str) -> tuple[str, str]:
    """The text of a workbook cell and, where it cannot be trusted, what is wrong with it."""
    kind = getattr(source, "data_type", "")
    if kind == "e" or (isinstance(value, str) and value.startswith("#") and value.endswith(("!", "?", "/A"))):
        return "", f"エラー値 {value}"
    if kind == "f" and value is None:
        return "", "計算結果のない数式"
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return str(value).upper(), ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10], ""
    if isinstance(value, int | float):
        if "%" in number_format:
            return "", f"百分率の書式のセル（中身は{value}）"
        return format(Decimal(repr(value)).normalize(), "f"), ""
    return _clean(str(value)), ""


def _clean(text: str) -> str:
    """One Unicode form (NFC), no blanks at the ends, our own guard taken off; the characters themselves stay as sent."""
    return unguarded(unicodedata.normalize("NFC", text).strip())
