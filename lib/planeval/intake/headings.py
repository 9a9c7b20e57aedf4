"""The headings of a table: which columns of the contract, or which years, a row (or two) of texts names.

A heading is taken only when all of it is understood: 「R7（目標）」 is no year and 「値（n=1200）」 no value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ..trust.tables import header_key
from ..words.contracts import Contract
from .grids import NUMBER, Grid
from .years import YearReading, read_year

WIDE = ("fiscal_year", "value")
# What may stand beside or above a year and says only that the values are the values.
ACTUAL = frozenset(
    {"", "実績", "実績値", "数値", "値", "年度", "年度別", "推移", "年度別実績", "実績推移", "各年度の値"}
)
UNITS = frozenset(
    [
        "%",
        "人",
        "件",
        "円",
        "千円",
        "百万円",
        "億円",
        "万円",
        "万人",
        "千人",
        "回",
        "世帯",
        "団体",
        "か所",
        "箇所",
        "カ所",
        "ヶ所",
        "点",
        "名",
        "戸",
        "校",
        "台",
        "時間",
        "歳",
        "km",
        "m",
        "ha",
        "t",
        "kg",
        "施設",
        "地区",
        "組",
        "本",
        "冊",
        "床",
        "人日",
        "園",
        "店",
        "事業所",
        "チーム",
        "グループ",
    ]
)
_YEAR_TAIL = re.compile(r"の?(?:実績値?|数値|値)$")
_BRACKETS = re.compile(r"(?P<rest>.+)\((?:単位[:：]?)?(?P<unit>[^()]*)\)")
_YEAR_LIKE = re.compile(
    r"(?:令和|平成|(?<![A-Za-z])[RH])\.?(?:元|[0-9]{1,2})|(?<![0-9])20[0-4][0-9](?![0-9])|FY[0-9]{2}|令[0-9]"
)


@dataclass(frozen=True)
class Head:
    """Headings as one row (`first` = `last`) or two give them; `units` are those that a heading names in brackets.

    `strange` are columns under years or values whose heading says more than is understood (目標, 見込, 上期).
    """

    first: int
    last: int
    columns: dict[int, str]
    years: dict[int, tuple[YearReading, str]]
    others: dict[int, str]
    repeated: tuple[int, ...]
    units: dict[int, str]
    strange: dict[int, str]

    def is_complete(self, contract: Contract) -> bool:
        """Whether every needed heading is there, or years stand in the place of 年度 and 値."""
        needed = {column.name for column in contract.columns if column.needed}
        found = {*self.columns.values(), *(WIDE if self.years else ())}
        return needed <= found and not self.has_years_twice

    @property
    def has_years_twice(self) -> bool:
        """Whether there are both a column 年度 and columns of single years."""
        return bool(self.years) and "fiscal_year" in self.columns.values()


def is_like_a_year(text: str) -> bool:
    """Whether a heading has a year in it, understood or not."""
    return bool(_YEAR_LIKE.search(header_key(text)))


@cache
def _synonyms() -> dict[str, str]:
    text = Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8")
    return {header_key(other): own for own, others in yaml.safe_load(text).items() for other in others}


@cache
def _known(contract_name: str, headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    own = {header_key(header): name for name, header in headers}
    spelled = {header: name for name, header in headers}
    others = {key: spelled[header] for key, header in _synonyms().items() if header in spelled}
    return others | own


def _column_of(text: str, contract: Contract) -> tuple[str, str]:
    """The contract's column that a heading names, and the unit in brackets behind it."""
    key = header_key(text)
    known = _known(contract.name, tuple((column.name, column.header) for column in contract.columns))
    if key in known:
        return known[key], ""
    rest, unit = _without_unit(key)
    return known.get(rest, "") or known.get(re.sub(r"[※*]\d*$", "", key), ""), unit if rest in known else ""


def _without_unit(key: str) -> tuple[str, str]:
    match = _BRACKETS.fullmatch(key)
    return (match["rest"], match["unit"]) if match and match["unit"] in UNITS else (key, "")


def _year_of(text: str) -> tuple[YearReading | None, str]:
    """The year that a heading names, and the unit in brackets behind it."""
    rest, unit = _without_unit(header_key(text))
    rest = re.sub(r"\((?:実績値?|値)\)$", "", rest)
    for form in (rest, _YEAR_TAIL.sub("", rest)):
        try:
            return read_year(form), unit
        except ValueError:
            continue
    return None, ""


def one_row(grid: Grid, contract: Contract, row: int) -> Head:
    """The headings that one row gives."""
    return _head(contract, row, row, {column: cell.text for column, cell in grid.rows[row].items()}, {})


def is_second_row(grid: Grid, contract: Contract, row: int) -> bool:
    """Whether a row only goes on with the headings above it: words and years, and nothing where the key stands."""
    cells, above = grid.rows[row], one_row(grid, contract, row - 1).columns
    key = next((position for position, name in above.items() if name == contract.key[0]), -1)
    is_named = all(cell.kind != NUMBER or _year_of(cell.text)[0] for cell in cells.values())
    has_heading = any(_column_of(cell.text, contract)[0] or _year_of(cell.text)[0] for cell in cells.values())
    is_number = any(
        re.fullmatch(r"[-0-9,.%]+", header_key(cell.text)) and not _year_of(cell.text)[0] for cell in cells.values()
    )
    return key not in cells and is_named and has_heading and not is_number


def two_rows(grid: Grid, contract: Contract, row: int) -> Head:
    """Two rows of headings: the upper one, spread over its merged cells, and the lower one."""
    upper = {column: cell.text for column, cell in grid.rows[row].items()}
    for first, left, last, right in grid.merged:
        if first <= row <= last:
            upper |= dict.fromkeys(range(left, right + 1), grid.cell(first, left).text)
    lower = {column: cell.text for column, cell in grid.rows[row + 1].items()}
    return _head(contract, row, row + 1, lower, upper)


def _head(contract: Contract, first: int, last: int, texts: dict[int, str], above: dict[int, str]) -> Head:
    head = Head(first, last, {}, {}, {}, (), {}, {})
    repeated = []
    has_years = {*WIDE} <= set(contract.names)
    for position in sorted({*texts, *above}):
        text, over = texts.get(position, ""), above.get(position, "")
        name, unit = _column_of(text, contract)
        year, year_unit = _year_of(text) if has_years and not name else (None, "")
        above_year = _year_of(over)[0] if has_years and over else None
        above_name, above_unit = _column_of(over, contract) if over else ("", "")
        if above_year is not None and name:
            head.years[position] = (above_year, name)
        elif year is not None and (header_key(over) in ACTUAL or above_name):
            kind = above_name if above_name and contract.column(above_name).kind == "number" else "value"
            head.years[position] = (year, kind)
        elif year is not None or (above_year is not None and text):
            head.strange[position] = f"{over} {text}".strip()
        elif name or (above_name and not text):
            own = name or above_name
            repeated += [position] if own in head.columns.values() else []
            head.columns.setdefault(position, own)
        elif text or over:
            head.others[position] = text or over
        if position in head.columns or position in head.years:
            head.units[position] = unit or year_unit or above_unit
    # Above some years stands 目標 or the like: what stands above those beside, if their cells are not merged, is not certain.
    if any(above.get(position) for position in head.strange):
        for position in [position for position in head.years if not above.get(position)]:
            head.strange[position] = texts[position]
            del head.years[position]
    if has_years:
        head.strange.update({p: text for p, text in head.others.items() if is_like_a_year(text)})
    return Head(first, last, head.columns, head.years, head.others, tuple(repeated), head.units, head.strange)
