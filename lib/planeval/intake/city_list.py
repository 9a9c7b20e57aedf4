"""A city's own list of indicators, one row each, with values by year in columns: read whole, or told what is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..trust.cells import SUFFIXES, Sheet, column_letter, read_sheets
from ..trust.convert import CellFault, convert
from ..trust.duplicates import without_repeats
from ..trust.rows import each_row
from ..trust.tables import Table, header_key, one_sheet, read_table
from ..words.contracts import CONTRACTS, LISTS
from ..words.fiscal_years import parse_fiscal_year
from ..words.guard import LIKE_A_FORMULA
from ..words.problems import NOTE, DataProblems, Place, Problem, WrongUse

INDICATORS, VALUES = CONTRACTS["indicators"], CONTRACTS["observations"]
VALUES_FILE = "observations/jisseki.csv"
Row = dict[str, str]  # cells by heading


@dataclass(frozen=True)
class CityList:
    """The tables made from a city's list; `origins` has the place in the list for file, row and heading of a table.

    `years`: first and last fiscal year of the plan, as the list's baselines, targets and values suggest them.
    """

    name: str
    files: dict[str, bytes]
    years: tuple[int, int]
    notes: tuple[str, ...]
    origins: dict[tuple[str, int], tuple[Place, dict[str, str]]]

    def told_at_source(self, error: DataProblems) -> DataProblems:
        """The same problems at the cells of the list that they come from."""
        return DataProblems(self._moved(problem) for problem in error.problems)

    def _moved(self, problem: Problem) -> Problem:
        place, letters = self.origins.get((problem.place.file, problem.place.row), (problem.place, {}))
        found = problem.found
        for (file, row), (origin, _) in self.origins.items():
            found = found.replace(str(Place(file, row=row)), str(origin))
        return replace(problem, place=replace(place, letter=letters.get(problem.column, place.letter)), found=found)


def read_city_list(path: Path, plan: str) -> CityList:
    """The list of one xlsx or CSV file. Raises: WrongUse without such a file; DataProblems with all its problems."""
    if not path.is_file():
        raise WrongUse(f"ファイル「{path.name}」がありません。場所と名前を確かめてください。")
    if path.suffix.lower() not in SUFFIXES:
        raise WrongUse(
            f"「{path.name}」は読めません。Excel で「Excel ブック (.xlsx)」か「CSV UTF-8」で保存し直してください。"
        )
    sheets, faults = read_sheets(path, path.name)
    if len(sheets) != 1:
        raise DataProblems([*faults, *one_sheet(sheets, path.name)[1]])
    table, problems = read_table(INDICATORS, sheets)
    table, repeats = without_repeats(table, problems)
    problems = [*faults, *problems, *repeats]
    years, wrong = _year_columns(sheets[0])
    headings = {column_letter(n) for n in years}
    found = [problem for problem in problems if problem.severity != NOTE or problem.place.letter not in headings]
    values, unreadable = _values(sheets[0], years, table)
    found += [*wrong, *unreadable, *_formulas(sheets[0])]
    if not values and not any(problem.severity != NOTE for problem in found):
        remedy = "基準年度と基準値を書くか、「2024年度」のような見出しの列に値を書く"
        found.append(Problem(Place(path.name), "値が一つもない", "一つ以上の値", remedy))
    if any(problem.severity != NOTE for problem in found):
        raise DataProblems(found)
    rows, letters = _indicator_rows(sheets[0], table)
    origins = {
        (f"{plan}/indicators.csv", n): (Place(path.name, sheets[0].name, row), letters)
        for n, (row, _) in enumerate(rows, 2)
    }
    origins |= {(f"{plan}/{VALUES_FILE}", n): (place, {}) for n, (place, _) in enumerate(values, 2)}
    files = {
        "indicators.csv": _csv([column.header for column in INDICATORS.columns], [cells for _, cells in rows]),
        VALUES_FILE: _csv([column.header for column in VALUES.columns], [cells for _, cells in values]),
    }
    span = _span(table, [int(cells["年度"]) for _, cells in values])
    return CityList(path.name, files, span, tuple(map(str, found)), origins)


def _year_columns(sheet: Sheet) -> tuple[dict[int, int], list[Problem]]:
    """Fiscal years by number of the column whose heading they are."""
    row, headers = sheet.rows[0]
    years: dict[int, int] = {}
    problems = []
    for n, header in enumerate(headers):
        try:
            year, note = parse_fiscal_year(header)
        except ValueError:
            continue
        place = Place(sheet.file, sheet.name, row, column_letter(n))
        if note:
            problems.append(
                Problem(
                    place, f"見出し「{header}」（{note}）", "年度の見出し（例 2024年度）", "年度の値なら「年度」と書く"
                )
            )
        elif year in years.values():
            problems.append(Problem(place, f"{year}年度の列が二つある", "一つの年度に一つの列", "どちらかの列を消す"))
        else:
            years[n] = year
    return years, problems


def _values(sheet: Sheet, years: dict[int, int], table: Table) -> tuple[list[tuple[Place, Row]], list[Problem]]:
    """One row of values a cell that says something, and the baseline where its year has no column."""
    columns = {header_key(header): n for n, header in enumerate(sheet.rows[0][1])}
    found, problems = [], []
    for (number, cells), own in zip(sheet.rows[1:], each_row(table.frame), strict=True):
        texts = {n: cells[n] for n in years if n < len(cells) and cells[n]}
        given = {years[n] for n in texts}
        with_year = [(n, years[n], text) for n, text in texts.items()]
        if pd.notna(own.baseline) and pd.notna(own.baseline_year) and own.baseline_year not in given:
            n = columns[INDICATORS.column("baseline").header]
            with_year.append((n, int(own.baseline_year), cells[n]))
        for n, year, text in with_year:
            place = Place(sheet.file, sheet.name, number, column_letter(n))
            if text not in LISTS["missing"]:
                problems += _number_fault(text, place, sheet.rows[0][1][n])
            is_missing = text in LISTS["missing"]
            source = f"{place.file} {place.spot}"
            found.append((place, {
                "指標ID": own.indicator_id, "指標名": own.indicator_name, "年度": str(year), "単位": own.unit,
                "値": "" if is_missing else text, "欠測": text if is_missing else "", "出典": source,
                "状態": "例示" if own.status == "example" else "",
            }))  # fmt: skip
    return found, problems


def _number_fault(text: str, place: Place, header: str) -> list[Problem]:
    try:
        convert(text, VALUES.column("value"))
    except CellFault as fault:
        remedy = f"数値だけを書く。値がないときは空にするか、理由（{'、'.join(LISTS['missing'])}）を書く"
        return [Problem(place, f"「{text[:60]}」", fault.expected, remedy, column=header)]
    return []


def _formulas(sheet: Sheet) -> Iterator[Problem]:
    """Texts that a spreadsheet would take for a formula once they stand in a CSV; a number or a dash is none."""
    for row, cells in sheet.rows:
        for n, text in enumerate(cells):
            if LIKE_A_FORMULA.match(text) and len(text) > 1 and _number_fault(text, Place(sheet.file), ""):
                place = Place(sheet.file, sheet.name, row, column_letter(n))
                remedy = "初めの記号を消すか、「」で囲む"
                yield Problem(place, f"「{text[:60]}」は計算式に見える", "記号で始まらない文字", remedy)


def _indicator_rows(sheet: Sheet, table: Table) -> tuple[list[tuple[int, Row]], dict[str, str]]:
    """The cells of every indicator as the list has them, with their rows; letters of the columns by heading."""
    known = {header_key(column.header): column.header for column in INDICATORS.columns}
    places = {n: known[header_key(header)] for n, header in enumerate(sheet.rows[0][1]) if header_key(header) in known}
    rows = [
        (number, {heading: cells[n] if n < len(cells) else "" for n, heading in places.items()})
        for number, cells in sheet.rows[1:]
    ]
    return rows, {heading: column_letter(n) for n, heading in places.items()}


def _span(table: Table, years: Iterable[int]) -> tuple[int, int]:
    """The plan begins after the earliest baseline and ends with the latest target, or with the latest value."""
    seen, frame = list(years), table.frame
    starts, ends = frame["baseline_year"].dropna(), frame["target_year"].dropna()
    last = max([*map(int, ends), *seen])
    first = int(starts.min()) + 1 if len(starts) else min(seen)
    return min(first, last), last


def _csv(headings: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
