"""Numbers and years as a reader sees them: fixed decimals, thousands, ％, 「－」 for what does not exist."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from ..words.fiscal_years import fiscal_year_label, short_year_label, years_label

NONE = "－"
MOST_DECIMALS = 4


def is_missing(value: object) -> bool:
    """Whether a number or year is absent."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ == "NAType"


def rounded(value: float, decimals: int) -> str:
    """A number with thousands and fixed decimals, halves away from zero. Example: 0.125, 2 → 0.13."""
    shown = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{shown:,f}" if shown else f"{abs(shown):f}"


def number(value: object, decimals: object = None, sign: str = "-") -> str:
    """A value at its indicator's decimals; without decimals as short as it is. Missing: 「－」."""
    if is_missing(value):
        return NONE
    if is_missing(decimals):
        exact = Decimal(repr(float(value))).normalize()
        decimals = min(max(-exact.as_tuple().exponent, 0), MOST_DECIMALS)
    return rounded(value, int(decimals)).replace("-", sign)


def money(value: object) -> str:
    """千円 with △ for minus, as budgets print it."""
    return number(value, 0, sign="△")


def percent(share: object, decimals: int = 0) -> str:
    """A fraction as ％. Example: 0.36 → 36％."""
    return NONE if is_missing(share) else f"{rounded(float(share) * 100, decimals)}％"


def change(share: object) -> str:
    """A change as ％ with its sign. Example: 0.12 → ＋12.0％; −0.05 → △5.0％."""
    return NONE if is_missing(share) else f"{_sign(share)}{rounded(abs(float(share)) * 100, 1)}％"


def points(share: object) -> str:
    """A difference of two rates with its sign, in points. Example: 0.031 → ＋3.1ポイント."""
    return NONE if is_missing(share) else f"{_sign(share)}{rounded(abs(float(share)) * 100, 1)}ポイント"


def _sign(share: float) -> str:
    shown = rounded(float(share) * 100, 1)
    return "" if shown == "0.0" else "△" if share < 0 else "＋"


def with_unit(value: object, unit: str, decimals: object = None) -> str:
    """A value with its unit. Example: 6.9, % → 6.9％; 41, 都道府県 → 41都道府県."""
    if is_missing(value):
        return NONE
    return number(value, decimals) + ("％" if unit in {"%", "％"} else unit)


def change_unit(unit: str) -> str:
    """The unit of a difference: percentages differ by points."""
    return "ポイント" if unit in {"%", "％"} else unit


def year(value: object) -> str:
    """For running text: 令和3(2021)年度. Missing: 「－」."""
    return NONE if is_missing(value) else fiscal_year_label(int(value))


def short_year(value: object) -> str:
    """For tables: R3(2021). Missing: ""."""
    return "" if is_missing(value) else short_year_label(int(value))


def short_years(years: list[int]) -> str:
    """One year, or the first and the last. Example: R2(2020)～R4(2022)."""
    return "～".join(short_year(year) for year in dict.fromkeys(years))


def ratio(value: object) -> str:
    """A ratio of two values with two decimals. Missing: 「－」."""
    return NONE if is_missing(value) else rounded(float(value), 2)


def count(value: object) -> str:
    """How many; none at all is 「－」."""
    return f"{value}" if value else NONE


def shortened(text: str, length: int) -> str:
    """A text cut in its middle to fit a picture, since names often differ at the end; the table has the whole."""
    if len(text) <= length:
        return text
    tail = (length - 1) // 2
    return f"{text[: length - 1 - tail]}…{text[-tail:]}"


# What a template of vocabulary.yaml may name after a colon.
SPECS = {
    "number": number, "rounded": rounded, "money": money, "percent": percent, "count": count, "year": year,
    "ratio": ratio, "change": change, "points": points, "short_year": short_year, "short_years": short_years, "named": lambda text: text or NONE,
    "beside": lambda text: f"（{text}）" if text else "", "years": lambda span: years_label(span.first_year, span.last_year),
}  # fmt: skip
