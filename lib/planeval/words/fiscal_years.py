"""Fiscal years 年度: read from era or western notation, printed as 令和3(2021)年度."""

from __future__ import annotations

import re
import unicodedata

FIRST_YEAR, LAST_YEAR = 1900, 2100
# (era, letter, short, first western year, last year of the era), newest first. Source: 元号法に基づく政令.
ERAS = (("令和", "R", "令", 2019, None), ("平成", "H", "平", 1989, 31), ("昭和", "S", "昭", 1926, 64))
_ERA = r"(?P<era>令和|平成|昭和|[RHSrhs令平昭])\s*\.?\s*(?P<count>元|\d{1,2})"
_WEST = r"(?:FY|fy)?\s*(?P<west>\d{4})"
_UNIT = r"\s*(?P<unit>年度|年)?"
_BOTH = r"(?:\s*\(\s*(?P<beside>[^()]+?)\s*\)\s*(?P<unit2>年度|年)?)?"
_YEAR = re.compile(rf"^(?:{_ERA}|{_WEST}){_UNIT}{_BOTH}$")


def parse_fiscal_year(text: str) -> tuple[int, str]:
    """The fiscal year that a cell names, and a note where it was written in an unusual way.

    Missing: an empty cell is the caller's business. Raises: ValueError with a Japanese reason.
    Example: 令和元年度 → 2019; 令和3(2021)年度 → 2021; 平成32年度 → 2020 with a note.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _YEAR.match(plain)
    if match is None:
        raise ValueError("年度として読めません")
    year, note = _era_year(match) if match["era"] else (int(match["west"]), "")
    if match["beside"]:
        beside, _ = parse_fiscal_year(match["beside"])
        if beside != year:
            raise ValueError(f"和暦と西暦が食い違っています（{year}年度と{beside}年度）")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{FIRST_YEAR}年度から{LAST_YEAR}年度までの外です")
    if "年" in {match["unit"], match["unit2"]} and "年度" not in {match["unit"], match["unit2"]}:
        note = note or "暦年で書かれている"
    return year, note


def _era_year(match: re.Match[str]) -> tuple[int, str]:
    count = 1 if match["count"] == "元" else int(match["count"])
    if count == 0:
        raise ValueError("和暦に0年はありません")
    for era, letter, short, first, last in ERAS:
        if match["era"].upper() in {era, letter, short}:
            year = first + count - 1
            late = last is not None and count > last
            return year, f"{era}{last}年より後の{era}{count}年を{year}年度と読んだ" if late else ""
    raise ValueError("知らない元号です")


def era_year(year: int) -> str:
    """Example: 2019 → 令和元, 2018 → 平成30, 1925 → 西暦1925."""
    return _with_era(year, 0)


def _with_era(year: int, form: int) -> str:
    for era in ERAS:
        if year >= era[3]:
            count = year - era[3] + 1
            return f"{era[form]}{'元' if count == 1 else count}"
    return f"西暦{year}" if form == 0 else str(year)


def fiscal_year_label(year: int) -> str:
    """For running text. Example: 2021 → 令和3(2021)年度."""
    return f"{era_year(year)}({year})年度"


def short_year_label(year: int) -> str:
    """For tables and axes. Example: 2019 → R元(2019)."""
    return f"{_with_era(year, 1)}({year})"


def years_label(first: int, last: int) -> str:
    """A span for running text. Example: 2021, 2023 → 令和3(2021)年度から令和5(2023)年度まで."""
    if first == last:
        return fiscal_year_label(first)
    return f"{fiscal_year_label(first)}から{fiscal_year_label(last)}まで"
