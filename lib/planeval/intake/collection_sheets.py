"""A collection workbook as an xlsx: one datum a cell, nothing merged, drop-downs, protected where nothing is to be changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..trust.plans import Period, Plan
from ..words.collecting import GUIDE_SHEET, REFERENCE, WORDS_SHEET
from ..words.contracts import LISTS, Column
from ..words.fiscal_years import years_label
from ..words.guard import LIKE_A_FORMULA
from .collection_rows import NAME, Department, Form
from .collection_words import WORDS, period_label
from .same_bytes import workbook_bytes

TINTS = {"open": "FFF8DC", "locked": "EFEFEF", "reference": "E3EEF7", "heading": "3B4B5C"}
FILLS = {name: PatternFill("solid", start_color=tint, end_color=tint) for name, tint in TINTS.items()}
LINE = Side(style="thin", color="BFBFBF")
GRID = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
# Widths of columns in characters.
NARROW, MIDDLE, WIDE, WIDEST, LINE_HEIGHT = 9, 16, 30, 100, 15.0  # the last in points
WIDE_COLUMNS = frozenset(
    {"indicator_name", "remark", "activity", "difficulty", "narrative", "cause", "next_action", "reason"}
)
LARGEST = "1000000000000000"  # beyond this a spreadsheet no longer keeps every digit
NUMBERS = frozenset({"number", "whole", "year"})
Rule = tuple[str, str, str, str]


class _Lists:
    """The drop-downs of a workbook: each list of words once, in a column of its own of the sheet for them."""

    def __init__(self) -> None:
        self.words: dict[tuple[str, ...], str] = {}

    def formula(self, heading: str, words: tuple[str, ...]) -> str:
        """Where the list stands, as a drop-down names it."""
        self.words.setdefault(words, heading)
        letter = get_column_letter(list(self.words).index(words) + 1)
        return f"'{WORDS_SHEET}'!${letter}$2:${letter}${len(words) + 1}"


def collection_workbook(plan: Plan, period: Period, department: Department, forms: Sequence[Form]) -> bytes:
    """The workbook that one department fills in for a period; the same input gives the same bytes."""
    book, lists = openpyxl.Workbook(), _Lists()
    _guide(book.active, plan, period, department)
    for form in forms:
        _form(book.create_sheet(form.contract.title), form, lists)
    words = book.create_sheet(WORDS_SHEET)
    for number, (listed, heading) in enumerate(lists.words.items(), 1):
        for row, word in enumerate((heading, *listed), 1):
            _write(words.cell(row, number), word)
    words.sheet_state = "hidden"
    words.protection.enable()
    book.security = WorkbookProtection(lockStructure=True)
    return workbook_bytes(book)


def _guide(sheet: Worksheet, plan: Plan, period: Period, department: Department) -> None:
    """How to fill in: a heading and a text a row; two rows stay open for the city's own words."""
    sheet.title = GUIDE_SHEET
    shared = "、".join(f"{own_id}（{others}）" for own_id, others in department.shared.items())
    facts = {
        "plan": plan.name,
        "period": period_label(period),
        "department": department.name,
        "shared": shared or "なし",
    }
    facts["years"] = years_label(period.first_year, period.last_year)
    for row, (heading, text, *tint) in enumerate(WORDS["guide"], 1):
        is_explained = tint and text is not None
        _write(sheet.cell(row, 1), heading, fill=tint[0] if is_explained else "locked")
        sheet.cell(row, 1).protection = Protection(locked=True)
        _write(sheet.cell(row, 2), text and text.format(**facts), fill="open" if text is None else "")
    sheet.cell(1, 1).font = sheet.cell(1, 2).font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = MIDDLE + NARROW, WIDEST
    _print_and_protect(sheet)


def _form(sheet: Worksheet, form: Form, lists: _Lists) -> None:
    """A table: one row of headings, given columns first, then what is for reference, then what is filled in."""
    given = [form.contract.column(name) for name in form.locked]
    asked = [column for column in form.contract.columns if column.name not in form.locked]
    columns: list[Column | str] = [*given, *form.references, *asked]
    rules: dict[tuple, list[tuple[str, int]]] = defaultdict(list)
    for number, column in enumerate(columns, 1):
        is_asked = isinstance(column, Column) and column.name not in form.locked
        name, heading = (column.name, column.header) if isinstance(column, Column) else (column, REFERENCE + column)
        fill = "open" if is_asked else "locked" if isinstance(column, Column) else "reference"
        is_text = not isinstance(column, Column) or column.kind not in NUMBERS
        _write(sheet.cell(1, number), heading, fill="heading")
        for row, cells in enumerate(form.rows, 2):
            cell = sheet.cell(row, number)
            _write(cell, cells.get(name), fill=fill, is_text=is_text)
            rule = _rule(column, form, row - 2, lists) if is_asked else None
            if rule:
                rules[rule].append((cell.column_letter, row))
        sheet.column_dimensions[get_column_letter(number)].width = _width(name)
    for rule, cells in rules.items():
        sheet.add_data_validation(_validation(rule, _spans(cells)))
    sheet.freeze_panes, sheet.print_title_rows = "C2", "1:1"
    _print_and_protect(sheet)


def _width(name: str) -> int:
    is_name = name.endswith("名") or name in {"source", "self_check", "person", "tags", "flags"}
    return WIDE if name in WIDE_COLUMNS or name == NAME else MIDDLE if is_name else NARROW


def _rule(column: Column, form: Form, index: int, lists: _Lists) -> Rule | None:
    """What a cell may hold: the kind of rule, its limits (or where its list stands), the words of the refusal."""
    if column.name == "flags":
        return "prompt", "", "", "flags"
    if column.name == "rating":
        return "list", lists.formula(column.header, form.letters[index]), "", "choice"
    if column.choices:
        return "list", lists.formula(column.header, tuple(column.choices)), "", "choice"
    if column.name == "value" and form.rows[index]["target_kind"] == "binary":
        return "whole", "0", "1", "binary"
    if column.kind == "number":
        return (
            ("decimal", "0", LARGEST, "amount")
            if column.minimum == 0
            else ("decimal", f"-{LARGEST}", LARGEST, "number")
        )
    return None


def _spans(cells: list[tuple[str, int]]) -> str:
    """Cells of a column (letter, row) as ranges. Example: K2, K3, K5 → K2:K3 K5:K5."""
    spans: list[list] = []
    for letter, row in cells:
        if spans and spans[-1][0] == letter and spans[-1][2] == row - 1:
            spans[-1][2] = row
        else:
            spans.append([letter, row, row])
    return " ".join(f"{letter}{first}:{letter}{last}" for letter, first, last in spans)


def _validation(rule: Rule, cells: str) -> DataValidation:
    """A rule as a spreadsheet keeps it; what does not fit is refused, with how to put it right."""
    kind, low, high, words = rule
    found = DataValidation(sqref=cells, allow_blank=True)
    if kind == "prompt":
        found.showInputMessage, found.promptTitle = True, "旗"
        found.prompt = WORDS["flags_prompt"].format(words="、".join(LISTS["flags"]))
        return found
    found.type, found.formula1 = kind, low
    if kind != "list":
        found.operator, found.formula2 = "between", high
    found.showErrorMessage, found.errorStyle = True, "stop"
    found.errorTitle, found.error = "記入を確かめてください", WORDS["refusals"][words]
    return found


def _write(cell: Cell, value: object, *, fill: str = "", is_text: bool = True) -> None:
    """One datum: a text stays a text whatever it begins with, a number a number; open cells can be changed."""
    if value not in (None, ""):
        cell.value = value
    if isinstance(value, str) and value:
        cell.data_type = "s"
        cell.quotePrefix = bool(LIKE_A_FORMULA.match(value))
    if is_text and not isinstance(value, int | float):
        cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.protection = Protection(locked=fill != "open")
    if fill:
        cell.fill, cell.border = FILLS[fill], GRID
    if fill == "heading":
        cell.font = Font(bold=True, color="FFFFFF")


def _print_and_protect(sheet: Worksheet) -> None:
    """A4 landscape, as wide as the page, headings on each; protected without a password, columns may be widened."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "&P / &N"
    for row in sheet.iter_rows():
        sheet.row_dimensions[row[0].row].height = LINE_HEIGHT * max(map(_lines, row))
    sheet.protection.enable()
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _lines(cell: Cell) -> int:
    """How many lines a text takes in its column; a Japanese letter is as wide as two others."""
    room = int(cell.parent.column_dimensions[cell.column_letter].width) - 1
    text = str(cell.value or "")
    return sum(max(1, -(-sum(2 if ord(ch) > 255 else 1 for ch in part) // room)) for part in text.split("\n"))
