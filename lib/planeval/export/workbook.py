"""evaluation.xlsx: cover, remarks and one table a sheet, from the rows of the CSV tables; the same bytes every time."""

from __future__ import annotations

import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from ..delivery.tables import RunTable, cell
from ..judging.evaluation import Evaluation
from ..words.guard import guarded
from .codebook import Meaning, meanings, table_words, words
from .notes import cover_rows, remark_rows

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say
CORE = "docProps/core.xml"
TEXT, GENERAL = "@", "General"
FORMATS = {"year": "0", "whole": "0", "share": "0.000", "number": GENERAL}
NARROWEST, WIDEST = 8, 48  # characters of Latin width
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read _x0041_ as A


def evaluation_workbook(evaluation: Evaluation, tables: Mapping[str, RunTable]) -> bytes:
    """The workbook of a run. Every text is a text cell and guarded as in the CSV, every number is a number."""
    book = Workbook()
    book.remove(book.active)
    for key, rows in (("cover", cover_rows(evaluation, tables)), ("remarks", remark_rows(evaluation, tables))):
        sheet = book.create_sheet(words()[key]["title"])
        for row, texts in enumerate(rows, 1):
            for column, text in enumerate(texts, 1):
                _write_text(sheet.cell(row, column), guarded(text), wraps=True)
        _finish(sheet)
    decimals = _decimals(evaluation)
    for name, table in tables.items():
        sheet = book.create_sheet(table_words(name)["title"])
        _write_table(sheet, table, meanings(name, table), decimals)
        _finish(sheet)
    return _saved(book, evaluation)


def _decimals(evaluation: Evaluation) -> dict[str, int]:
    """The decimals of each indicator that says how many it has."""
    own = evaluation.workbook["indicators"].dropna(subset="decimals")
    return {name: int(count) for name, count in zip(own["indicator_id"], own["decimals"], strict=True)}


def _write_table(sheet: Worksheet, table: RunTable, columns: list[Meaning], decimals: Mapping[str, int]) -> None:
    for place, column in enumerate(columns, 1):
        _write_text(sheet.cell(1, place), guarded(column.heading))
    for line, row in enumerate(table.rows, 2):
        digits = decimals.get(row.get("indicator_id"))
        for place, column in enumerate(columns, 1):
            _write_value(sheet, line, place, row[column.name], _number_format(column.kind, digits))


def _number_format(kind: str, digits: int | None) -> str:
    """How a number is shown: values at their indicator's decimals, what is calculated from them at one more."""
    if kind in FORMATS:
        return FORMATS[kind]
    if digits is None:
        return GENERAL
    digits += kind == "derived"
    return "#,##0" + ("." + "0" * digits if digits else "")


def _write_value(sheet: Worksheet, line: int, place: int, value: object, number_format: str) -> None:
    """The same text as in the CSV, and as a number where it is one; nothing where nothing is."""
    text = cell(value)
    if text == "":
        return
    if isinstance(value, str | bool) or not math.isfinite(float(text)):
        _write_text(sheet.cell(line, place), text)
        return
    target = sheet.cell(line, place)
    target.value, target.data_type = text, "n"  # as text it keeps all its digits; openpyxl writes 16 of a float
    target.number_format = number_format


def _write_text(target: Cell, text: str, *, wraps: bool = False) -> None:
    """A text that stays one, also when somebody edits the cell."""
    if text == "":
        return
    target.value = ESCAPED.sub("_x005F_", NOT_XML.sub("\ufffd", text))
    target.data_type, target.number_format = "s", TEXT
    if wraps:
        target.alignment = Alignment(wrap_text=True, vertical="top")


def _finish(sheet: Worksheet) -> None:
    """A bold heading that stays in sight, a filter, and columns as wide as their contents."""
    for heading in sheet[1]:
        heading.font = Font(bold=True)
        heading.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for place, column in enumerate(sheet.iter_cols(), 1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)


def _width(cells: Iterable[Cell]) -> int:
    """The width of the longest text, within limits; a wide character counts two. Numbers need few."""
    longest = max((_columns_of(cell.value) for cell in cells if cell.data_type == "s"), default=0)
    return min(max(longest + 2, NARROWEST), WIDEST)


def _columns_of(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(sign) in "WFA") for sign in text[:WIDEST])


def _saved(book: Workbook, evaluation: Evaluation) -> bytes:
    """The bytes of a workbook, without the time, the machine and its user."""
    made = io.BytesIO()
    book.save(made)
    then = datetime(*FIXED_TIME)
    about = DocumentProperties(title=guarded(evaluation.plan.name), creator="planeval", created=then, modified=then)
    fixed = {CORE: tostring(about.to_tree())}
    again = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(again, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, fixed.get(name) or source.read(name))
    return again.getvalue()
