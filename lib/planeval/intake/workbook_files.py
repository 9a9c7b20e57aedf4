"""Excel workbooks as grids: every cell with what a person sees of it. Runs in the memory-limited child."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell as Source
from openpyxl.cell.rich_text import CellRichText
from openpyxl.worksheet.worksheet import Worksheet

from ..trust.workbook_cells import UNREADABLE
from ..words.collecting import GUIDE_SHEET, WORDS_SHEET
from ..words.problems import NOTE, Place, Problem
from .grids import DATE, ERROR, FORMULA, NUMBER, PADDED, PARTLY, PERCENT, SCALED, TEXT, WORDED, YES_NO, Cell, Grid
from .numbers import MINUS

SPREADSHEET_DIGITS = 15  # what Excel keeps and shows of a number
_PADDED = re.compile(r"0{2,}")
# Colours, conditions and places of a format, then what stands for the digits.
_FORMAT_PARTS = re.compile(r"\[[^\]]*\]")
_DIGITS = re.compile(r"[#0?][#0?,. ]*(?:[eE][+-]0+)?,*")
PLAIN_FORMATS = frozenset({"General", "@", "0", "0.0", "0.00", "#,##0", "#,##0.0", "#,##0.00", "0%", "0.0%", "0.00%"})
_ERROR = re.compile(r"#[A-Z0-9/]+[!?A]?")


def read_workbook(path: Path, file: str) -> tuple[list[Grid], list[Problem]]:
    """The visible sheets of a workbook that passed `look_at`, and what is told of the others.

    Values are read twice only where a formula stands, whose last result is the value.
    """
    content = path.read_bytes()
    try:
        written = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
        results = {}
        if any(cell.data_type == "f" for sheet in written.worksheets for cell in _cells(sheet)):
            shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
            results = {sheet.title: {cell.coordinate: cell for cell in _cells(sheet)} for sheet in shown.worksheets}
        sheets = written.worksheets
        grids = [_grid(sheet, file, results.get(sheet.title, {})) for sheet in sheets if sheet.sheet_state == "visible"]
    except MemoryError:
        raise
    except UNREADABLE:
        remedy = "Excel で開き直して「Excel ブック (.xlsx)」で保存する"
        return [], [Problem(Place(file), "xlsx として開けない（壊れている）", "壊れていない xlsx", remedy)]
    if not sheets:
        remedy = "Excel で開き直して「Excel ブック (.xlsx)」で保存する"
        return [], [Problem(Place(file), "読めるシートがない（壊れている）", "壊れていない xlsx", remedy)]
    notes = [
        Problem(Place(file, sheet.title), "隠れたシートは読まない", "", "使う表なら再表示する", severity=NOTE)
        for sheet in sheets
        if sheet.sheet_state != "visible" and sheet.title not in {GUIDE_SHEET, WORDS_SHEET} and _is_filled(sheet)
    ]
    return [grid for grid in grids if grid.name not in {GUIDE_SHEET, WORDS_SHEET}], notes


def _cells(sheet: Worksheet) -> list[Source]:
    """The cells that the file holds; walking rows and columns would visit a million where one blank lies far below."""
    return list(sheet._cells.values())


def _is_filled(sheet: Worksheet) -> bool:
    return any(cell.value is not None for cell in _cells(sheet))


def _grid(sheet: Worksheet, file: str, results: Mapping[str, Source]) -> Grid:
    rows: dict[int, dict[int, Cell]] = {}
    struck, commented = [], []
    styles: dict[int, tuple[bool, bool, bool]] = {}
    for source in _cells(sheet):
        if source.comment is not None:
            commented.append((source.row, source.column - 1))
        looks = styles.get(source.style_id)
        if looks is None:
            number_format = source.number_format
            is_padded = bool(_PADDED.fullmatch(number_format))
            looks = styles[source.style_id] = (_is_percent(number_format), is_padded, bool(source.font.strike))
        cell = _cell(source, results.get(source.coordinate), *looks[:2])
        if cell is not None and (cell.text.strip() or cell.kind != TEXT):
            rows.setdefault(source.row, {})[source.column - 1] = cell
            if looks[2]:
                struck.append((source.row, source.column - 1))
    return Grid(
        file, sheet.title, {row: dict(sorted(rows[row].items())) for row in sorted(rows)},
        merged=tuple((own.min_row, own.min_col - 1, own.max_row, own.max_col - 1) for own in sheet.merged_cells.ranges),
        hidden_rows=tuple(sorted(row for row in rows if row in sheet.row_dimensions and sheet.row_dimensions[row].hidden)),
        hidden_columns=_hidden_columns(sheet), struck=tuple(sorted(struck)), commented=tuple(sorted(commented)),
        is_filtered=bool(sheet.auto_filter.ref and sheet.auto_filter.filterColumn),
    )  # fmt: skip


def _is_percent(number_format: str) -> bool:
    return "%" in re.sub(r'"[^"]*"|\\.', "", number_format)


def _hidden_columns(sheet: Worksheet) -> tuple[int, ...]:
    hidden = [own for own in sheet.column_dimensions.values() if own.hidden and own.min]
    columns = {column - 1 for own in hidden for column in range(own.min, min(own.max or own.min, own.min + 500) + 1)}
    return tuple(sorted(columns))


def _cell(source: Source, result: Source | None, is_percent: bool, is_padded: bool) -> Cell | None:
    """The cell as text and kind; None for a cell that holds nothing."""
    value, kind = source.value, source.data_type
    if kind == "f":
        if result is None or result.value is None:
            return Cell(str(value) if isinstance(value, str) else "", FORMULA)
        value, kind = result.value, result.data_type
    if value is None:
        return None
    if kind == "e" or (isinstance(value, str) and kind != "s" and _ERROR.fullmatch(value)):
        return Cell(str(value), ERROR)
    if isinstance(value, bool):
        return Cell(str(value).upper(), YES_NO)
    if isinstance(value, datetime.datetime | datetime.date):
        return Cell(value.isoformat()[:10], DATE)
    if isinstance(value, datetime.time | datetime.timedelta):
        return Cell(str(value), DATE)
    if isinstance(value, int | float | Decimal):
        return _number(value, is_percent, is_padded, source.number_format)
    if isinstance(value, CellRichText):
        return Cell(str(value), PARTLY if any(map(_is_special, value)) else TEXT)
    return Cell(str(value).strip("\ufeff"), TEXT)


def _is_special(run: object) -> bool:
    """Whether a part of a text is struck out, or is a figure above or below the line."""
    font = getattr(run, "font", None)
    if font is None:
        return False
    is_raised = font.vertAlign in {"superscript", "subscript"}
    return bool(font.strike) or (is_raised and re.search(r"[0-9０-９]", str(run)) is not None)


def _shown_format(number_format: str, value: float) -> tuple[str, str, bool]:
    """The words that a format puts before and after a number, and whether it shows another number than the cell holds."""
    sections = _FORMAT_PARTS.sub("", number_format).split(";")
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    digits = _DIGITS.search(re.sub(r'"[^"]*"|\\.', lambda own: "\0" * len(own[0]), section))
    if digits is None:
        return "", "", section.strip() not in {"", "General", "@"} or len(sections) > 2
    before, after = section[: digits.start()], section[digits.end() :]
    words = tuple(re.sub(r'["\\]', "", re.sub(r"[_*].", "", part)).strip(" +-()") for part in (before, after))
    if value < 0:  # ▲ is how this format writes the minus sign
        words = (words[0].strip(MINUS), words[1])
    return (
        words[0],
        words[1].replace("%", "") if "%" in after and '"%' not in after else words[1],
        digits[0].endswith(","),
    )


def _number(value: float, is_percent: bool, is_padded: bool, number_format: str = "General") -> Cell:
    try:
        exact = Decimal(f"{value:.{SPREADSHEET_DIGITS}g}")
    except InvalidOperation:
        return Cell(str(value), ERROR)
    if not exact.is_finite():
        return Cell(str(value), ERROR)
    if number_format not in PLAIN_FORMATS:
        before, after, is_other = _shown_format(number_format, value)
        if is_other:
            return Cell(plain(exact), SCALED)
        if before or after:
            return Cell(f"{before}{plain(exact)}{after}", WORDED)
    if is_percent:
        return Cell(plain(exact * 100), PERCENT)
    return Cell(plain(exact), PADDED if is_padded else NUMBER)


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end. Example: Decimal('1E+3') → 1000."""
    return format(number.normalize() + 0, "f")
