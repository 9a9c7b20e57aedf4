"""Numbers as Japanese offices write them. What is not certainly a number is none; nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 30  # digits and signs
MINUS = "▲△−‐‑–—ー"
# Signs and words for a value that does not exist, after NFKC, with the code of their class.
MISSING = {
    **dict.fromkeys(["-", "−", "‐", "‑", "–", "—", "―", "ー", "─", "--", "---", "皆無", "該当なし", "該当無し"], "nil"),
    **dict.fromkeys(["...", "..", "....", "・・・", "不詳", "不明"], "unknown"),
    **dict.fromkeys(["x", "X", "χ", "**", "***", "****", "秘匿", "非公表"], "withheld"),
    **dict.fromkeys(["調査なし", "調査無し", "未調査", "未実施", "調査未実施"], "not_surveyed"),
    **dict.fromkeys(["調査中止", "中止"], "survey_cancelled"),
}
# Words in brackets beside a number, with the flag that they mean; "" for those that only point to a note.
REMARKS = {
    "速報": "provisional", "速報値": "provisional", "p": "provisional", "P": "provisional", "暫定": "provisional",
    "参考": "reference", "参考値": "reference", "見込": "estimate", "見込み": "estimate", "推計": "estimate",
    "推計値": "estimate", "確報": "", "確報値": "", "確定": "", "改定": "", "改訂": "", "訂正": "", "r": "", "R": "",
}  # fmt: skip
_REMARK = "|".join(sorted(map(re.escape, REMARKS), key=len, reverse=True))
_MARK = rf"[①-⑳㉑-㉟⓪⁰¹²³⁴-⁹†‡*＊]+|※[0-9０-９]*|[（(](?:{_REMARK}|注[0-9０-９]*|※[0-9０-９]*)[）)]|注[0-9０-９]+[)）]?|[rpRPｒｐ]"
_TRAILING = re.compile(rf"(?P<rest>.*?)\s*(?P<mark>{_MARK})", re.DOTALL)
_LEADING = re.compile(
    rf"(?P<mark>[（(](?:{_REMARK})[）)]|[※*＊]|[rpRPｒｐ](?=\s|[0-9０-９]))\s*(?P<rest>.*)", re.DOTALL
)
_NUMBER = re.compile(
    rf"(?P<sign>[{MINUS}+-]?)\s*(?P<whole>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?: [0-9]{{3}})+|[0-9]+)"
    r"(?P<part>\.[0-9]+)?\s*(?P<unit>[^0-9\s].*)?"
)
_SIMPLE = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_UNIT = re.compile(r"%|‰|(?:[^\W\d_]|[℃㎡㎢㎏㎞m²/・])+")
# Words after a number that make it another number than the one written, or no certain one.
_VAGUE = re.compile(
    r"以上|以下|未満|超|程度|前後|ほど|余|弱|強|位$|くらい|ぐらい|約|人中|分の|年|(?<![かヶカケ箇ヵ])月|日$|時(?!間)|[eE]$|inf|nan|[〇一二三四五六七八九十零]",
    re.IGNORECASE,
)
_SCALED = re.compile(r"[十百千万億兆]")


class NotANumber(ValueError):
    """Text that is no number and no sign for a missing one."""


@dataclass(frozen=True)
class Reading:
    """What a text says: a number as `text` (ASCII), or why there is none; what stood beside it."""

    text: str = ""
    missing: str = ""
    unit: str = ""
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The number; None where it is missing."""
        return float(self.text) if self.text else None

    @property
    def is_scaled(self) -> bool:
        """Whether the unit multiplies the number (千円, 万人)."""
        return bool(_SCALED.match(self.unit))


def read_number(text: str) -> Reading:
    """The number that a text writes, or the class of its missing value.

    Marks that point to notes are taken off before full-width forms are folded: 1,234① is 1234, never 12341.
    Missing: an empty text gives neither number nor class. Raises: NotANumber (a ValueError).
    Example: ▲１，２３４人 → -1234 with unit 人; 45.2（速報） → 45.2 with the flag provisional; … → unknown.
    """
    rest = without_invisible(text).strip()
    if not rest:
        return Reading()
    if rest.isascii() and len(rest) <= LONGEST and _SIMPLE.fullmatch(rest):
        return Reading(rest.replace(",", "").lstrip("0") or "0")
    if code := _missing_class(rest):
        return Reading(missing=code, notes=(f"「{rest}」は値がないことを表す記号",))
    rest, marks = _without_marks(rest)
    is_plain = all(unicodedata.category(ch) != "No" for ch in rest)  # ² and ⑫ would become digits
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", rest).strip()) if rest and is_plain else None
    if match is None or len(match[0]) > 2 * LONGEST or len(match["whole"] + (match["part"] or "")) > LONGEST:
        raise NotANumber(text)
    unit = (match["unit"] or "").strip()
    if unit and (not _UNIT.fullmatch(unit) or _VAGUE.search(unit) or len(unit) > 10):
        raise NotANumber(text)
    sign = "-" if match["sign"] not in {"", "+"} else ""
    digits = re.sub(r"[, ]", "", match["whole"]).lstrip("0") or "0"
    flags = tuple(dict.fromkeys(filter(None, (REMARKS.get(mark.strip("（）()"), "") for mark in marks))))
    notes = [f"注の印「{mark}」を外した" for mark in marks]
    notes += ["数の中の空白を除いた"] if " " in match["whole"] else []
    notes += [f"「{match['sign']}」を負号として読んだ"] if match["sign"] in set("ー—–‑") else []
    notes += [f"単位「{unit}」を外した"] if unit and unit != "%" else []
    return Reading(f"{sign}{digits}{match['part'] or ''}", unit=unit, flags=flags, notes=tuple(notes))


def without_invisible(text: str) -> str:
    """The text without characters that have no shape (zero width, direction)."""
    return text if text.isascii() else "".join(ch for ch in text if unicodedata.category(ch) != "Cf")


def _missing_class(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > 2 and plain[0] in "(〔[" and plain[-1] in ")〕]":
        plain = plain[1:-1].strip()
    return MISSING.get(plain, "")


def _without_marks(text: str) -> tuple[str, list[str]]:
    """The text without the marks of notes around it, and these marks."""
    marks = []
    while match := _TRAILING.fullmatch(text):
        text = match["rest"]
        marks.append(match["mark"])
    while match := _LEADING.fullmatch(text):
        text = match["rest"]
        marks.append(match["mark"])
    return text, marks
