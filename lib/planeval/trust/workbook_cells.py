"""Cells of tidy xlsx files, as text, each with its address."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ..words.problems import NOTE, Place, Problem
from .cells import Sheet, clean, column_letter, empty_file, filled_rows

# What openpyxl and the parsers beneath it raise for a file that is broken or no workbook; found by altering bytes.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, TypeError, ValueError,
    AttributeError, NotImplementedError, EOFError, OSError,
)  # fmt: skip


def read_workbook(path: Path, file: str) -> tuple[list[Sheet], list[Problem]]:
    """The visible sheets of one tidy workbook and what is wrong with it."""
    content = path.read_bytes()
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    except UNREADABLE:
        remedy = "Excel で開き直して「Excel ブック (.xlsx)」で保存する。パスワードは外す"
        return [], [Problem(Place(file), "xlsx として開けない", "パスワードのない xlsx", remedy)]
    sheets, problems = _workbook_sheets(values, formulas, file)
    return sheets, problems if sheets else [*problems, empty_file(file)]


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
        filled = tuple(filled_rows(rows))
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
    return clean(str(value)), ""
