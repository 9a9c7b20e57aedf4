"""Cells of tidy files, as text, each with its address: of CSV here, of xlsx in `workbook_cells`.

This is the door for files. `read_sheets` is the reader of tidy files; a reader for departments' really messy files
takes the same arguments, gives the same `Sheet`s, and is handed to `load_workbook(..., read_sheets=...)`.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..words.guard import unguarded
from ..words.problems import Place, Problem, Reading

TEXT_FILES, WORKBOOK_FILES = (".csv",), (".xlsx",)
SUFFIXES = TEXT_FILES + WORKBOOK_FILES
A_TO_Z = 26


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
        from .workbook_cells import read_workbook  # openpyxl takes a tenth of a second, and most plans are text

        return read_workbook(path, file)
    return _read_text(path, file)


def column_letter(index: int) -> str:
    """Spreadsheet letters of a column counted from 0. Example: 0 → A, 26 → AA."""
    before, own = divmod(index, A_TO_Z)
    return (column_letter(before - 1) if before else "") + chr(ord("A") + own)


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
            rows.append((start, tuple(clean(cell) for cell in cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        found = f"CSV として読めない行がある（{_csv_fault(str(error))}）"
        return [], [Problem(Place(file, row=start), found, "引用符が閉じた CSV", 'この行の引用符「"」と区切りを直す')]
    filled = tuple(filled_rows(rows))
    return ([Sheet(file, "", filled)], _uneven(file, filled)) if filled else ([], [empty_file(file)])


def empty_file(file: str) -> Problem:
    """What is said of a file without a single filled cell."""
    return Problem(Place(file), "ファイルが空", "1行目に見出し、2行目から値", "元の表から保存し直す")


def _csv_fault(text: str) -> str:
    return "引用符が閉じていない" if "unexpected end" in text else "引用符か文字が正しくない"


def filled_rows(rows: list[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows in which anything stands."""
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


def clean(text: str) -> str:
    """One Unicode form (NFC), no blanks at the ends, our own guard taken off; the characters themselves stay as sent."""
    return unguarded(unicodedata.normalize("NFC", text).strip())
