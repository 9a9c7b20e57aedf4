"""From the text of a cell to the value that its column promises."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable

from ..words.contracts import Column
from ..words.fiscal_years import parse_fiscal_year
from ..words.problems import known_names

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,9}")
_WIDE = re.compile(r"[\u3000\uff01-\uff5e\uff61-\uff9f]+")
_SPLIT = re.compile(r"[、，,;；・/／]")
YES = frozenset({"はい", "○", "〇", "true", "TRUE", "1"})
NO = frozenset({"", "いいえ", "×", "false", "FALSE", "0"})
LONGEST_TEXT, LONGEST_ID = 4000, 60


class CellFault(ValueError):
    """A cell that does not hold what its column promises: found, expected and remedy, in Japanese."""

    def __init__(self, expected: str, remedy: str) -> None:
        super().__init__(expected)
        self.expected, self.remedy = expected, remedy


def convert(text: str, column: Column) -> object:
    """The typed value of a cell.

    Missing: an empty cell gives "" for text and choices, False for `yes_no`, None for numbers and years.
    Raises: CellFault with what was expected and how to mend it.
    """
    if text == "" and column.kind != "yes_no":
        return "" if column.kind in TEXT_KINDS else None
    return CONVERTERS[column.kind](text, column)


def _text(text: str, column: Column) -> str:
    if len(text) > LONGEST_TEXT:
        raise CellFault(f"{LONGEST_TEXT}文字以内の文章", "短くする")
    if any(unicodedata.category(ch) == "Cc" and ch not in "\n\r\t" for ch in text):
        raise CellFault("制御文字を含まない文章", "見えない文字を消す")
    return text


def half_width(text: str) -> str:
    """Full-width letters, digits and signs in half width, half-width katakana in full; ①, ㈱ and ² stay as they are."""
    return _WIDE.sub(lambda own: unicodedata.normalize("NFKC", own[0]), text)


def _identifier(text: str, column: Column) -> str:
    plain = half_width(text)
    if len(plain) > LONGEST_ID or any(ch.isspace() or unicodedata.category(ch)[0] == "C" for ch in plain):
        raise CellFault(f"空白と制御文字を含まない{LONGEST_ID}文字以内の記号", "空白や見えない文字を消す")
    return plain


def _number(text: str, column: Column) -> float:
    if not _ascii_match(_NUMBER, text):
        raise CellFault(
            "半角の数値（例 45.2、-3）。単位、コンマ、記号は付けない", _number_remedy(text, column, _NUMBER)
        )
    return float(text)


def _whole(text: str, column: Column) -> int:
    if not _ascii_match(_WHOLE, text):
        raise CellFault("半角の整数（例 12）", _number_remedy(text, column, _WHOLE))
    return int(text)


def _ascii_match(pattern: re.Pattern[str], text: str) -> bool:
    return text.isascii() and pattern.fullmatch(text) is not None and len(text) <= 30


def _number_remedy(text: str, column: Column, pattern: re.Pattern[str]) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    plain = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", plain)
    if _ascii_match(pattern, plain) and not re.search(r"[①-⑳⁰-⁹²³¹]", text):
        return f"「{plain}」と書く"
    absent = (
        "値がないときは空にして、列「欠測」に理由を書く"
        if column.name == "value" and not column.filled
        else "ないときは空にする"
    )
    return f"数値だけを書く。{absent}"


def _year(text: str, column: Column) -> int:
    try:
        return parse_fiscal_year(text)[0]
    except ValueError as error:
        raise CellFault(f"年度（例 2021、令和3年度）。{error}", "西暦4桁の年度で書く") from None


def _yes(text: str, column: Column) -> bool:
    if text not in YES | NO:
        raise CellFault("「はい」か空", "「はい」と書くか、空にする")
    return text in YES


def _date(text: str, column: Column) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise CellFault("日付（例 2024-07-31）", "西暦年-月-日の形で書く") from None


def _choice(text: str, column: Column) -> str:
    words = column.choices or {}
    if text not in words:
        raise CellFault("次のどれか：" + "、".join(words), known_names(text, words))
    return words[text]


def _choices(text: str, column: Column) -> str:
    return "、".join(_choice(part.strip(), column) for part in _SPLIT.split(text) if part.strip())


TEXT_KINDS = frozenset({"text", "identifier", "choice", "choices", "date"})
CONVERTERS: dict[str, Callable[[str, Column], object]] = {
    "text": _text,
    "identifier": _identifier,
    "number": _number,
    "whole": _whole,
    "year": _year,
    "yes_no": _yes,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
}
