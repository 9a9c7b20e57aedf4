"""Fiscal years and dates as departments write them, beyond the plain notations of `words.fiscal_years`."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from ..words.fiscal_years import parse_fiscal_year

FIRST_MONTH = 4  # of a Japanese fiscal year
CALENDAR = "calendar_year"
_POINT = re.compile(
    r"(?P<year>.+?年)\s*(?P<month>1[0-2]|0?[1-9])月\s*(?:(?P<day>[0-3]?\d)日|末日?)?\s*(?P<word>末?現在|末?時点|末)?"
)
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{4}年\d{1,2}月\d{1,2}日")
_DAY = re.compile(
    r"(?P<year>\d{4}|(?:令和|平成|昭和|[RHSrhs])\s*\.?\s*(?:元|\d{1,2}))\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?"
)
_RANGE = re.compile(r"[~～〜－―→]|から|(?<=\d)-(?=\d)")
_SERIAL = re.compile(r"[2-6]\d{4}")


@dataclass(frozen=True)
class YearReading:
    """A fiscal year, remarks on it, and whether a calendar year was written."""

    year: int
    notes: tuple[str, ...] = ()
    is_calendar: bool = False
    moment: str = ""


def read_year(text: str) -> YearReading:
    """The fiscal year that a text names.

    A point in time gives the fiscal year that it lies in. Raises: ValueError with a Japanese reason.
    Example: ㋿3 → 2021; 令和4年3月末現在 → 2021 with the moment; 2021年 → 2021 as a calendar year.
    """
    plain = unicodedata.normalize("NFKC", "".join(ch for ch in text if unicodedata.category(ch) != "Cf")).strip()
    plain = re.sub(r"\s+", "", plain)
    if match := _POINT.fullmatch(plain):
        year, _ = parse_fiscal_year(match["year"])
        return _moment(year, int(match["month"]), plain)
    if _DATE.fullmatch(plain):
        raise ValueError("日付になっています。年度（例 2021）を書いてください")
    if _SERIAL.fullmatch(plain):
        raise ValueError(
            "日付の通し番号のような数です。書式を「標準」か「文字列」にして、年度（例 2021）を書いてください"
        )
    if _RANGE.search(plain):
        raise ValueError("年度の範囲です。1行に1つの年度を書いてください")
    parts = [part for part in re.split(r"[・/,、=]", plain) if part.strip()]
    if len(parts) == 2:
        return _both(*parts)
    year, note = parse_fiscal_year(re.sub(r"年度(?:末|末現在|末時点|分|実績)$", "年度", plain))
    is_calendar = note == "暦年で書かれている"
    return YearReading(year, (note,) if note else (), is_calendar)


def _both(first: str, second: str) -> YearReading:
    """One year written in two ways, which must agree."""
    years = {parse_fiscal_year(part.strip())[0] for part in (first, second)}
    if len(years) > 1:
        raise ValueError("和暦と西暦が食い違っています（" + "と".join(f"{year}年度" for year in sorted(years)) + "）")
    return YearReading(years.pop())


def _moment(year: int, month: int, text: str) -> YearReading:
    fiscal = year if month >= FIRST_MONTH else year - 1
    return YearReading(fiscal, (f"時点「{text}」を{fiscal}年度と読んだ",), moment=text)


def read_day(text: str) -> str:
    """A day as ISO 8601. Raises: ValueError. Example: 令和6年7月31日 → 2024-07-31; R6.7.31 → 2024-07-31."""
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError("日付として読めません")
    year = int(match["year"]) if match["year"].isdigit() else parse_fiscal_year(match["year"].replace(" ", ""))[0]
    return datetime.date(year, int(match["month"]), int(match["day"])).isoformat()
