"""A flat table of cases from CSV or xlsx: every cell checked, every fault told with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..words.fiscal_years import FIRST_YEAR, LAST_YEAR, parse_fiscal_year
from ..words.flat_cases import COLUMNS, NEEDED
from ..words.problems import DataProblems, Place, Problem, known_names
from .cells import Sheet, column_letter, read_sheets
from .rows import each_row

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_PLAIN = frozenset("0123456789.-")
_FLAGS = {"true": True, "false": False, "": False}
# Numbers beyond these sizes overflow when they are multiplied and divided; no indicator has one.
_SMALLEST, _LARGEST = 1e-20, 1e20
WORDS = {"year": "年度（例 2021）", "number": "半角の数（20桁まで）", "amount": "0以上の数", "size": "0より大きい数"}


@dataclass(frozen=True)
class FlatCases:
    """`header` and `cells`: the table as it was sent. `frame`: typed, one row a case; `series`, `milestones`: long."""

    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    frame: pd.DataFrame
    series: pd.DataFrame
    milestones: pd.DataFrame


def read_flat_cases(path: Path) -> FlatCases:
    """The cases of one file. Raises: DataProblems with every cell that cannot be read."""
    sheets, found = read_sheets(path, path.name)
    problems = [*DataProblems(found).problems]  # a note, as of a hidden sheet, is none
    if len(sheets) > 1:
        problems.append(
            Problem(Place(path.name), f"シートが{len(sheets)}枚ある", "1ファイルに1枚", "使わないシートを消す")
        )
    if problems:
        raise DataProblems(problems)
    table = _Reader(sheets[0])
    found = table.read()
    if table.problems:
        raise DataProblems(table.problems)
    return found


class _Reader:
    """Reads one sheet column by column and gathers what is wrong."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.problems = sheet, []
        self.header = sheet.rows[0][1]
        width = len(self.header)
        self.cells = tuple((*row, *[""] * (width - len(row)))[:width] for _, row in sheet.rows[1:])
        self.columns = dict(zip(self.header, zip(*self.cells, strict=True), strict=False)) if self.cells else {}

    def read(self) -> FlatCases:
        self._check_header()
        count = len(self.cells)
        frame = pd.DataFrame(index=range(count))
        pairs = {}
        for name, kind in COLUMNS.items():
            texts = self.columns.get(name, ("",) * count)
            if kind == "pairs":
                pairs[name] = self._pairs(name, texts)
            else:
                frame[name] = self._column(name, kind, texts)
        if not self.problems:
            self.problems += self._meaning_problems(frame, pairs["series"])
        return FlatCases(self.header, self.cells, frame, pairs["series"], pairs["milestones"])

    def problem(self, row: int, name: str, found: str, expected: str, remedy: str) -> Problem:
        place = Place(
            self.sheet.file, self.sheet.name, self.sheet.rows[row + 1][0], column_letter(self.header.index(name))
        )
        return Problem(place, found, expected, remedy, column=name)

    def _check_header(self) -> None:
        place = Place(self.sheet.file, self.sheet.name, self.sheet.rows[0][0])
        for name in NEEDED:
            if name not in self.header:
                near = known_names(name, [head for head in self.header if head not in COLUMNS])
                self.problems.append(
                    Problem(place, f"見出し「{name}」がない", "、".join(NEEDED), f"1行目に足す。{near}")
                )
        for name in {head for head in self.header if head in COLUMNS and self.header.count(head) > 1}:
            self.problems.append(Problem(place, f"見出し「{name}」が二度ある", "見出しは一度", "どちらかの列を消す"))

    def _column(self, name: str, kind: object, texts: tuple[str, ...]) -> pd.Series:
        if kind == "text":
            return pd.Series(texts, dtype="str")
        if isinstance(kind, tuple):
            self._choices(name, kind, texts)
            return pd.Series(texts, dtype="str")
        if kind == "flag":
            return self._flags(name, texts)
        numbers = self._years(name, texts) if kind == "year" else self._numbers(name, texts)
        if kind in {"amount", "size"}:
            wrong = numbers < 0 if kind == "amount" else numbers <= 0
            self._tell(name, texts, np.flatnonzero(wrong), WORDS[kind])
        return pd.Series(numbers).astype("Int64") if kind == "year" else pd.Series(numbers)

    def _numbers(self, name: str, texts: tuple[str, ...]) -> np.ndarray:
        """Numbers, the ordinary ones at once, the others cell by cell."""
        if set("".join(texts)) <= _PLAIN:
            try:
                numbers = np.array([text or "nan" for text in texts], dtype=float)
                if _is_usable(numbers[~np.isnan(numbers)]).all():
                    return numbers
            except ValueError:
                pass
        numbers = np.array([_number(text) for text in texts], dtype=float)
        wrong = [n for n, text in enumerate(texts) if text and np.isnan(numbers[n])]
        self._tell(name, texts, wrong, WORDS["number"])
        return numbers

    def _years(self, name: str, texts: tuple[str, ...]) -> np.ndarray:
        known: dict[str, float] = {"": np.nan}
        for text in set(texts) - {""}:
            known[text] = _year(text)
        wrong = [n for n, text in enumerate(texts) if text and np.isnan(known[text])]
        self._tell(name, texts, wrong, WORDS["year"])
        return np.array([known[text] for text in texts], dtype=float)

    def _flags(self, name: str, texts: tuple[str, ...]) -> pd.Series:
        known = {text: _FLAGS.get(text.lower()) for text in set(texts)}
        self._tell(name, texts, [n for n, text in enumerate(texts) if known[text] is None], "true、false、空のどれか")
        return pd.Series([bool(known[text]) for text in texts], dtype="bool")

    def _choices(self, name: str, words: tuple[str, ...], texts: tuple[str, ...]) -> None:
        unknown = set(texts) - {*words, ""}
        for n in [n for n, text in enumerate(texts) if text in unknown] if unknown else []:
            near = known_names(texts[n], words)
            self.problems.append(self.problem(n, name, f"「{texts[n][:60]}」", "、".join(words), near))

    def _pairs(self, name: str, texts: tuple[str, ...]) -> pd.DataFrame:
        rows, wrong = [], []
        for n, text in enumerate(texts):
            if text:
                found = [_pair(part) for part in text.split(";") if part.strip()]
                years = [pair[0] for pair in found if pair]
                is_wrong = None in found or len(set(years)) < len(years)
                rows += [] if is_wrong else [(n, *pair) for pair in found]
                wrong += [n] if is_wrong else []
        self._tell(name, texts, wrong, "年度=値 を「;」で区切ったもの（例 2015=40;2016=41.4）。年度は一度だけ")
        return pd.DataFrame(rows, columns=["case", "fiscal_year", "value"]).astype(
            {"case": "int64", "fiscal_year": "int64", "value": "float64"}
        )

    def _tell(self, name: str, texts: tuple[str, ...], rows: object, expected: str) -> None:
        for n in rows:
            remedy = "値を直す。分からないときは空にする"
            self.problems.append(self.problem(int(n), name, f"「{texts[n][:60]}」", expected, remedy))

    def _meaning_problems(self, frame: pd.DataFrame, series: pd.DataFrame) -> Iterator[Problem]:
        """Cells that contradict each other in one row."""
        for year, value in (("baseline_year", "baseline"), ("year", "actual")):
            seen = series["value"].ne(series["case"].map(frame[value])) & series["fiscal_year"].eq(
                series["case"].map(frame[year])
            )
            seen &= series["case"].map(frame[value]).notna()
            for row in each_row(series[seen.fillna(False)]):
                found = f"{row.fiscal_year}年度の値が {row.value:g}"
                expected = f"列「{value}」と同じ {frame[value][row.case]:g}"
                yield self.problem(row.case, "series", found, expected, "どちらが正しいかを確かめ、そろえる")
        for x, n in (("baseline_x", "baseline_n"), ("x", "n")):
            for row in np.flatnonzero(frame[x] > frame[n]):
                yield self.problem(
                    row, x, f"{frame[x][row]:g}", f"列「{n}」の {frame[n][row]:g} 以下", "値を確かめて直す"
                )
        for row in np.flatnonzero(frame["target"] > frame["target_upper"]):
            expected = f"列「target」の {frame['target'][row]:g} 以上"
            yield self.problem(
                row, "target_upper", f"{frame['target_upper'][row]:g}", expected, "下限と上限を確かめて直す"
            )


def _year(text: str) -> float:
    whole = re.fullmatch(r"(\d{4})\.0+", text)
    try:
        year = int(whole[1]) if whole else parse_fiscal_year(text)[0]
    except ValueError:
        return np.nan
    return float(year) if FIRST_YEAR <= year <= LAST_YEAR else np.nan


def _number(text: str) -> float:
    number = float(text) if _NUMBER.fullmatch(text) else np.nan
    return number if _is_usable(number) else np.nan


def _is_usable(number: np.ndarray | float) -> np.ndarray:
    size = np.abs(number)
    return (size == 0) | ((size >= _SMALLEST) & (size <= _LARGEST))


def _pair(text: str) -> tuple[int, float] | None:
    year, sign, value = unicodedata.normalize("NFKC", text).partition("=")
    number = _number(value.strip())
    if not sign or np.isnan(number) or np.isnan(_year(year.strip())):
        return None
    return int(_year(year.strip())), number
