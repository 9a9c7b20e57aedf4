"""One cell: from what stands there to the text that its column promises, with all that was done on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ..trust.convert import LONGEST_TEXT, YES, CellFault, half_width
from ..trust.tables import header_key, shown
from ..words.contracts import Column
from ..words.guard import LIKE_A_FORMULA, unguarded
from .grids import DATE, ERROR, FORMULA, NUMBER, PADDED, PARTLY, PERCENT, SCALED, TEXT, WORDED, YES_NO, Cell
from .numbers import MINUS, NotANumber, read_number, without_invisible
from .text_files import clean
from .years import read_day, read_year

_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,14})?")
_NO_ID = re.compile(r"[【〔《\[]|[(](?:再掲|うち|参考|内数)|(?:注|出典|資料|備考|再掲|うち|内訳|以上|以下余白)$")
_PLAIN_WORD = re.compile(r"[0-9A-Za-z_.-]{1,60}|[\u3041-\u9fff]{1,200}")
_DATE_LIKE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}")
_TURNED = "日付の形になっている（Excel が直したらしい）"


@dataclass(frozen=True)
class Taken:
    """What a cell gives: `text`, the reasons why it differs from the cell (those that matter are `notes`), or a fault.

    `missing`, `flags` and `remark` belong to other columns of the same row.
    """

    text: str = ""
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fault: CellFault | None = None
    found: str = ""
    missing: str = ""
    flags: tuple[str, ...] = ()
    remark: str = ""
    unit: str = ""
    is_percent: bool = False


def take(cell: Cell, column: Column) -> Taken:
    """The cell as its column wants it; a fault says what was found, what was expected and how to mend it."""
    if cell.kind == ERROR:
        return _fault("エラー値のないセル", "元の計算を直し、値を入れ直す", f"エラー値 {cell.text}")
    if cell.kind == FORMULA:
        remedy = "Excel で開いて保存し直すか、値だけを貼り付ける"
        return _fault("計算結果のあるセル", remedy, f"計算結果のない数式「{cell.text[:40]}」")
    text = unguarded(clean(cell.text))
    if text == "":
        return Taken()
    if cell.kind == SCALED:
        remedy = "書式を「標準」にして、見えている数か中身の数かを確かめ、書き直す"
        return _fault("見えているとおりの数", remedy, f"「{text}」：書式が、中身と違う数を見せている")
    if cell.kind == PARTLY and column.kind != "text":
        remedy = "取り消し線や上付きの字を消し、残す字だけを書く"
        return _fault("全体が同じ書式の字", remedy, f"「{shown(text)}」：一部だけに取り消し線か上付き・下付きがある")
    return TAKERS[column.kind](Cell(text, cell.kind), column)


def _fault(expected: str, remedy: str, found: str) -> Taken:
    return Taken(fault=CellFault(expected, remedy), found=found)


def _text(cell: Cell, column: Column) -> Taken:
    text, notes = cell.text, []
    if _PLAIN_WORD.fullmatch(text):
        return Taken(text)
    if "\ufffd" in text:
        notes.append("文字が壊れている（U+FFFD）。元の表で確かめる")
    if cell.kind == PARTLY:
        notes.append("一部だけに取り消し線か上付き・下付きがある。すべて読んだ")
    if len(text) > 1 and LIKE_A_FORMULA.match(text) and cell.kind == TEXT:
        notes.append("式の記号で始まる。文字として扱う")
    if len(text) > LONGEST_TEXT:
        return _fault(f"{LONGEST_TEXT:,}文字以内の文章", "短くする", f"{len(text):,}文字の文章「{shown(text[:20])}」")
    return Taken(text, notes=tuple(notes))


def _identifier(cell: Cell, column: Column) -> Taken:
    if _PLAIN_WORD.fullmatch(cell.text) and cell.kind == TEXT:
        return Taken(cell.text)
    if cell.kind == DATE or _DATE_LIKE.fullmatch(cell.text):
        remedy = f"書式を「文字列」にして、{column.header}を書き直す"
        return _fault(f"{column.header}（文字）", remedy, f"「{cell.text}」：{_TURNED}")
    if cell.kind == PADDED:
        remedy = "書式を「文字列」にして、見えているとおりに書き直す"
        return _fault(f"{column.header}（文字）", remedy, f"「{cell.text}」：頭に0をつけて見せる書式の数")
    if _NO_ID.match(header_key(cell.text)):
        remedy = "見出し、注、再掲の行なら消す"
        return _fault(f"{column.header}（一つの指標や事業の記号）", remedy, f"「{shown(cell.text)}」")
    plain = half_width(without_invisible(cell.text)).strip()
    notes = ("見えない文字を除いた",) if without_invisible(cell.text) != cell.text else ()
    return Taken(plain, ("全角を半角にした",) if plain != cell.text and not notes else (), notes)


def _year(cell: Cell, column: Column) -> Taken:
    if cell.kind in {DATE, YES_NO}:
        remedy = "書式を「標準」にして、西暦4桁の年度（例 2021）を書く"
        return _fault("年度（例 2021、令和3年度）", remedy, f"「{cell.text}」：日付になっている")
    try:
        found = _known_year(cell.text)
    except ValueError as error:
        return _fault(f"年度（例 2021、令和3年度）。{error}", "西暦4桁の年度で書く", f"「{shown(cell.text)}」")
    text = str(found.year)
    flags = ("calendar_year",) if found.is_calendar else ()
    reasons = ("年度の書き方をそろえた",) if text != cell.text and not found.notes else ()
    return Taken(text, reasons, found.notes, flags=flags, remark=found.moment)


_known_year = cache(read_year)


def _number(cell: Cell, column: Column) -> Taken:
    if cell.kind in {NUMBER, PADDED} or (cell.kind == TEXT and _PLAIN_NUMBER.fullmatch(cell.text)):
        return Taken(cell.text)
    if cell.kind == PERCENT:
        return Taken(cell.text, notes=("百分率の書式なので、中身を100倍した％の数にした",), unit="%", is_percent=True)
    remedy = "数値だけを書く。"
    remedy += "値がないときは空にして、列「欠測」に理由を書く" if column.name == "value" else "ないときは空にする"
    if cell.kind in {DATE, YES_NO}:
        return _fault("数値（例 45.2、-3）", remedy, f"「{cell.text}」")
    if cell.kind == WORDED and cell.text[:1] in MINUS:
        return _fault("数値（例 45.2、-3）", remedy, f"「{cell.text}」：書式だけが負号を見せている")
    try:
        found = read_number(cell.text)
    except NotANumber:
        return _fault("数値（例 45.2、-3）", remedy, f"「{shown(cell.text)}」")
    if found.text and column.kind == "whole" and "." in found.text:
        return _fault("整数（例 12）", remedy, f"「{shown(cell.text)}」")
    notes = found.notes
    if without_invisible(cell.text) != cell.text:
        notes = (*notes, "見えない文字を除いた")
    reasons = ("数の書き方をそろえた",) if found.text != cell.text and not notes else ()
    return Taken(found.text, reasons, notes, missing=found.missing, flags=found.flags, unit=found.unit)


def _date(cell: Cell, column: Column) -> Taken:
    if cell.kind == DATE:
        return Taken(cell.text)
    try:
        day = read_day(cell.text)
    except ValueError:
        return Taken(cell.text)
    return Taken(day, ("日付の書き方をそろえた",) if day != cell.text else ())


def _word(cell: Cell, column: Column) -> Taken:
    """A word of a closed list, whatever its width and blanks; any other word is left for the contract to refuse."""
    words = {header_key(word): word for word in column.choices or {}}
    known = words.get(header_key(cell.text), cell.text)
    return Taken(known, ("字の幅をそろえた",) if known != cell.text else ())


def _words(cell: Cell, column: Column) -> Taken:
    parts = [part for part in re.split(r"[、，,;；・/／]", cell.text) if part.strip()]
    known = "、".join(_word(Cell(part.strip()), column).text for part in parts)
    return Taken(known, ("書き方をそろえた",) if known != cell.text else ())


def _yes_no(cell: Cell, column: Column) -> Taken:
    plain = header_key(cell.text)
    text = "はい" if plain in {*YES, "○", "〇", "True"} else plain
    return Taken(text, ("書き方をそろえた",) if text != cell.text else ())


TAKERS: dict[str, Callable[[Cell, Column], Taken]] = {
    "text": _text, "identifier": _identifier, "year": _year, "number": _number, "whole": _number,
    "yes_no": _yes_no, "date": _date, "choice": _word, "choices": _words,
}  # fmt: skip
