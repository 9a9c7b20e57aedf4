"""What a messy file is: how it is written, which kind of dirt it shows and how the reader must answer."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER = ["指標ID", "年度", "指標名", "値", "単位", "備考"]
LETTERS = dict(zip(HEADER, "ABCDEF", strict=True))
# The usual table: the second row (line 3) is the one that cases make dirty.
ROWS = [
    ["K01", 2020, "健康診断の受診率", 44.1, "%", ""],
    ["K03", 2021, "満足している人の割合", 45.2, "", ""],
    ["K02", 2021, "相談件数", 1234, "件", ""],
]
DIRTY = 1
SHEET = "報告"
TABLE = [HEADER, *ROWS]

Write = Callable[[Path], None]
Record = dict[str, object]
# What dirties the sheet of a workbook.
Change = Callable[[Worksheet], None]
# Part of the zip → what to do with its XML.
Edits = Mapping[str, Callable[[str], str]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET_XML, STRINGS_XML = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@dataclass(frozen=True)
class Case:
    """One messy file and the answer to it.

    kinds: numbers of the kinds of dirt. expect: accept, reject, or either where both are right.
    records: compared when the file is accepted; a tuple as a value lists what is allowed.
    notes, messages: sentences of facts; the facts of one sentence stand apart by a blank, alternatives by |,
    and all facts must occur in one and the same note or message.
    told_of_the_file: the answer may name the file alone, without a place in it.
    blanks_may_vanish: a year without a number may give no record at all.
    """

    name: str
    kinds: tuple[int, ...]
    file: str
    write: Write
    expect: str
    records: tuple[Record, ...] = ()
    notes: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    told_of_the_file: bool = False
    blanks_may_vanish: bool = False
    about: str = ""


def accepted(
    name: str, kinds: int | tuple[int, ...], content: bytes | Write, records: Iterable[Record], *notes: str, **more
) -> Case:
    """A file that must be read; the extension stands in its name."""
    return _case("accept", name, kinds, content, records=tuple(records), notes=notes, **more)


def refused(name: str, kinds: int | tuple[int, ...], content: bytes | Write, *messages: str, **more) -> Case:
    """A file that must be rejected."""
    return _case("reject", name, kinds, content, messages=messages, **more)


def either(
    name: str, kinds: int | tuple[int, ...], content: bytes | Write, records: Iterable[Record], *notes: str, **more
) -> Case:
    """A file that may be rejected, but if it is read it must be read so."""
    return _case("either", name, kinds, content, records=tuple(records), notes=notes, **more)


def _case(expect: str, name: str, kinds: int | tuple[int, ...], content: bytes | Write, **more) -> Case:
    numbers = kinds if isinstance(kinds, tuple) else (kinds,)
    write = content if callable(content) else lambda path: _write_bytes(path, content)
    file = more.pop("file", name)
    return Case(name=name, kinds=numbers, file=file, write=write, expect=expect, **more)


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def record(indicator_id: str, year: int, value: object, place: str | int | None = None, **more: object) -> Record:
    """A record of the answer; `place` is the cell of a workbook ("D3") or the line of a CSV file.

    Missing: what is not named must be empty in the answer, except the texts beside the value.
    """
    empty = {"区分": None, "区分値": None, "欠測": None, "旗": None}
    return {"指標ID": indicator_id, "年度": year, "値": value} | empty | _place(place) | more


def _place(place: str | int | None) -> Record:
    if isinstance(place, int):
        return {"シート": None, "セル": None, "行": place}
    if isinstance(place, str):
        return {"セル": place, "行": int(re.sub(r"\D", "", place))}
    return {}


def usual_records(*, workbook: bool, **dirty: object) -> list[Record]:
    """What the usual table gives; `dirty` replaces what its second row gives."""
    places = ["D2", "D3", "D4"] if workbook else [2, 3, 4]
    rows = [record(row[0], row[1], row[3], place) for row, place in zip(ROWS, places, strict=True)]
    return [*rows[:DIRTY], rows[DIRTY] | dirty, *rows[DIRTY + 1 :]]


IN_CSV = usual_records(workbook=False)
IN_BOOK = usual_records(workbook=True)


def changed(**cells: object) -> list[list[object]]:
    """The usual table with other cells in its second row."""
    return with_rows([cells.get(name, cell) for name, cell in zip(HEADER, ROWS[DIRTY], strict=True)])


def with_rows(row: Sequence[object]) -> list[list[object]]:
    """The usual table with another second row."""
    return [HEADER, *ROWS[:DIRTY], list(row), *ROWS[DIRTY + 1 :]]


def as_csv(rows: Iterable[Sequence[object]], encoding="utf-8-sig", newline="\r\n", separator=",", **more) -> bytes:
    """A CSV file as a spreadsheet saves it."""
    text = io.StringIO()
    csv.writer(text, lineterminator=newline, delimiter=separator, **more).writerows(rows)
    return text.getvalue().encode(encoding)


def as_book(
    rows: Iterable[Sequence[object]] = tuple(TABLE), change: Change | None = None, edits: Edits | None = None
) -> Write:
    """A workbook with one sheet; texts stay texts, whatever they start with."""
    return lambda path: _write_bytes(path, book_bytes(rows, change, edits))


def book_bytes(
    rows: Iterable[Sequence[object]] = tuple(TABLE), change: Change | None = None, edits: Edits | None = None
) -> bytes:
    """The content of such a workbook."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    put(sheet, rows)
    if change:
        change(sheet)
    made = io.BytesIO()
    book.save(made)
    return with_parts(made.getvalue(), edits or {})


def put(sheet: Worksheet, rows: Iterable[Sequence[object]], row: int = 1, column: int = 1) -> None:
    """Writes a table into a sheet, its first cell at that row and column; empty cells stay untouched."""
    for down, cells in enumerate(rows):
        for right, content in enumerate(cells):
            if content is None or content == "":
                continue
            cell = sheet.cell(row + down, column + right, content)
            if isinstance(content, str):
                cell.data_type = "s"


def with_parts(zipped: bytes, edits: Edits) -> bytes:
    """The same workbook with its texts stored as Excel stores them, and then some of its parts edited.

    Raises: ValueError where an edit changes nothing.
    """
    with zipfile.ZipFile(io.BytesIO(zipped)) as old:
        parts = {part: old.read(part).decode("utf-8") for part in old.namelist()}
    parts = _with_shared_strings(parts)
    for part, edit in edits.items():
        if edit(parts[part]) == parts[part]:
            raise ValueError(f"the edit of {part} found nothing to change")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part, text in parts.items():
            new.writestr(part, edits[part](text) if part in edits else text)
    return made.getvalue()


def _with_shared_strings(parts: dict[str, str]) -> dict[str, str]:
    """openpyxl writes a text into its cell; Excel keeps all texts of a workbook in one list."""
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        texts.append(match[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    sheets = [part for part in parts if part.startswith("xl/worksheets/sheet")]
    moved = {part: re.sub(r't="inlineStr"><is>(.*?)</is>', shared, parts[part], flags=re.DOTALL) for part in sheets}
    items = "".join(f"<si>{text}</si>" for text in texts)
    strings = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{MAIN}" count="{len(texts)}">{items}</sst>'
    kind = f'<Override PartName="/{STRINGS_XML}" ContentType="{SPREADSHEET}.sharedStrings+xml"/></Types>'
    link = f'<Relationship Id="rIdStrings" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    types, links = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    named = {types: parts[types].replace("</Types>", kind), links: parts[links].replace("</Relationships>", link)}
    return parts | moved | named | {STRINGS_XML: strings}
