"""CSV and other text tables as grids: which encoding, which separator, and every line that is not like the others."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ..trust.tables import header_key
from ..words.contracts import CONTRACTS
from ..words.problems import NOTE, Place, Problem
from .grids import Cell, Grid

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
NAMES = {"utf-8-sig": "UTF-8", "cp932": "Shift_JIS", "euc_jp": "EUC-JP", "utf-16": "UTF-16"}
SAVE_UTF_8 = "Excel の「名前を付けて保存」で「CSV UTF-8（コンマ区切り）」を選び、保存し直す"
MOST_LINES = 200_000
csv.field_size_limit(1 << 24)
# Japanese text in UTF-8: three-byte letters that begin so. Text in Shift_JIS does not happen to be like that.
_UTF_8_WORDS = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2,}")
_HEADERS = {header_key(column.header) for contract in CONTRACTS.values() for column in contract.columns}


def read_text(path: Path, file: str) -> tuple[list[Grid], list[Problem]]:
    """The one grid of a text file, and everything told of its encoding, its separator and its lines."""
    content = path.read_bytes()
    text, problems = _decoded(content, file)
    if text is None:
        return [], problems
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        found = "NUL 文字がある（途中で壊れたファイル）"
        return [], [*problems, Problem(Place(file, row=line), found, "文字だけの CSV", "元の表から保存し直す")]
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:
        found, remedy = "行が多すぎる", "年度や施策ごとに、いくつかのファイルに分ける"
        return [], [*problems, Problem(Place(file), found, f"{MOST_LINES:,}行まで", remedy)]
    separator = _separator(text)
    if separator == "\t":
        remedy = "このままでよい。次からは CSV UTF-8 で保存する"
        problems.append(Problem(Place(file, row=1), "タブ区切りの表として読んだ", "", remedy, severity=NOTE))
    rows, widths, faults = _lines(text, separator, file)
    return [Grid(file, "", rows, widths=widths)], problems + faults


def _decoded(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text and a note on its encoding; None where the encoding is not certain."""
    if content.startswith(UTF_16):
        try:
            return content.decode("utf-16"), [_encoding_note("utf-16", file)]
        except UnicodeDecodeError:
            found = "UTF-16 のファイルが途中で切れている"
            return None, [Problem(Place(file), found, "終わりまであるファイル", SAVE_UTF_8)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _japanese(content, error, file)
    return text, []


def _japanese(content: bytes, error: UnicodeDecodeError, file: str) -> tuple[str | None, list[Problem]]:
    """Text that is not UTF-8: which of the two older encodings has the headings that are known."""
    readings = {}
    for encoding in ("cp932", "euc_jp"):
        try:
            readings[encoding] = content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if line := _other_line(content):
        return None, [_mixed(file, line)]
    known = [encoding for encoding, text in readings.items() if _known_headers(text)]
    if known == ["euc_jp"]:
        return readings["euc_jp"], [_encoding_note("euc_jp", file)]
    if known[:1] == ["cp932"] or (not known and list(readings) == ["cp932"] and not _is_half_width(readings["cp932"])):
        return readings["cp932"], []
    if not readings and error.start >= len(content) - 3:
        line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        found = "文字の途中で切れている（ファイルが終わりまで届いていない）"
        return None, [Problem(Place(file, row=line), found, "終わりまであるファイル", "もう一度受け取る")]
    names = "、".join(NAMES[encoding] for encoding in readings)
    found = "文字コードが分からない" + (f"（{names}のどれとも読める）" if len(readings) > 1 else "")
    return None, [Problem(Place(file), found, "UTF-8 か Shift_JIS の CSV", SAVE_UTF_8)]


def _encoding_note(encoding: str, file: str) -> Problem:
    remedy = "このままでよい。次からは CSV UTF-8 で保存する"
    return Problem(Place(file), f"文字コード {NAMES[encoding]} として読んだ", "", remedy, severity=NOTE)


def _mixed(file: str, line: int) -> Problem:
    found = "この行の文字コードが、ほかの行と違うか壊れている"
    return Problem(Place(file, row=line), found, "一つの文字コードの CSV", f"元の表から作り直す。{SAVE_UTF_8}")


def _known_headers(text: str) -> bool:
    """Whether two headings of any table stand near the top."""
    top = re.split(r"[,\t\r\n;]", text[:5000])
    return (
        len(_HEADERS & {header_key(word.strip('" \ufeff')) for word in top if word.strip() and not word.isascii()}) >= 2
    )


def _is_half_width(text: str) -> bool:
    """Whether mostly half-width katakana came out, as when EUC-JP is taken for Shift_JIS."""
    wide = [ch for ch in text if ord(ch) > 0x7F]
    return sum(0xFF61 <= ord(ch) <= 0xFF9F for ch in wide) * 4 > len(wide)


def _other_line(content: bytes) -> int:
    """The first line that is not of the encoding of the first Japanese line; 0 where all are alike.

    A last line that is cut within a letter is none.
    """
    lines = re.split(rb"\r\n|\r|\n", content)
    first = next((line for line in lines if not line.isascii()), b"")
    encoding = next((name for name in ("utf-8", "cp932", "euc_jp") if _decodes(first, name)), "")
    if not encoding:
        return 0
    if encoding == "cp932" and not _known_headers(first.decode("cp932")) and _decodes(first, "euc_jp"):
        encoding = "euc_jp"
    for number, line in enumerate(lines, 1):
        is_other = not line.isascii() and not _decodes(line, encoding)
        is_utf_8 = encoding != "utf-8" and _UTF_8_WORDS.search(line) and _decodes(line, "utf-8")
        if (is_other and (number < len(lines) or _decodes(line, "cp932"))) or is_utf_8:
            return number
    return 0


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding.replace("utf-8", "utf-8-sig"))
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """A tab where the first lines have tabs and no comma; else the comma."""
    top = text[:5000]
    return "\t" if "\t" in top and top.count("\t") > top.count(",") else ","


def _lines(text: str, separator: str, file: str) -> tuple[dict, dict[int, int], list[Problem]]:
    """Rows and their numbers of fields by the line where each begins; a line that is no CSV is told, the next is read."""
    rows: dict[int, dict[int, Cell]] = {}
    widths: dict[int, int] = {}
    problems: list[Problem] = []
    reader = csv.reader(_with_ends(text), delimiter=separator, strict=True)
    start = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            is_open = "unexpected end" in str(error)
            found = '引用符「"」が閉じていない' if is_open else '引用符「"」か文字が正しくない'
            remedy = 'この行の引用符「"」と区切りを直す'
            problems.append(Problem(Place(file, row=start), found, "引用符が閉じた CSV", remedy))
        else:
            cells = {n: Cell(field) for n, field in enumerate(fields) if field.strip()}
            if cells:
                rows[start], widths[start] = cells, len(fields)
        start = reader.line_num + 1
    return rows, widths, problems


def _with_ends(text: str) -> Iterator[str]:
    """The lines with their ends, whichever kind of ends the file has."""
    return iter(io.StringIO(text, newline=None if "\r" in text.replace("\r\n", "") and "\n" not in text else ""))


def clean(text: str) -> str:
    """One Unicode form (NFC) and no blanks at the ends; the characters themselves stay as sent."""
    return unicodedata.normalize("NFC", text).strip()
