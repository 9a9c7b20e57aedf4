"""`planeval read`: how one department's file would be read, without a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from ..trust import series_checks
from ..trust.duplicates import without_repeats
from ..trust.rows import records
from ..trust.tables import Table, empty_table, read_table
from ..words.contracts import CONTRACTS, label
from ..words.paths import name_within
from ..words.problems import PROBLEM, Problem
from .reading import read_file

OBSERVATIONS = CONTRACTS["observations"]
TEXTS = {"指標ID": "indicator_id", "指標名": "indicator_name", "区分": "group_kind", "区分値": "group", "単位": "unit"}
NUMBERS = {"値": "value", "標本数": "sample_size", "該当数": "sample_count"}
FIELDS = (
    "指標ID",
    "指標名",
    "年度",
    "区分",
    "区分値",
    "値",
    "単位",
    "標本数",
    "該当数",
    "欠測",
    "旗",
    "シート",
    "セル",
    "行",
)


def examined(path: Path) -> tuple[Table, list[Problem]]:
    """The observations of one file and everything told of it."""
    file = name_within(path, path.parent)
    sheets, problems = read_file(path, file, OBSERVATIONS)
    own = [sheet for sheet in sheets if sheet.contract == OBSERVATIONS.name]
    for sheet in (sheet for sheet in sheets if sheet not in own):  # further tables of a collection workbook
        other, faults = read_table(CONTRACTS[sheet.contract], [sheet])
        problems += [*faults, *without_repeats(other, faults)[1]]
    table, faults = read_table(OBSERVATIONS, own) if own else (empty_table(OBSERVATIONS), [])
    table, repeats = without_repeats(table, faults)
    told = {problem.place for problem in problems if problem.severity == PROBLEM}
    faults = [problem for problem in (*faults, *repeats) if problem.place not in told]
    problems = [*problems, *faults, *series_checks.check(table), *series_checks.check_alone(table)]
    return table, sorted(dict.fromkeys(problems), key=lambda problem: problem.sort_key)


def answer(path: Path) -> dict:
    """What `planeval read FILE --json` prints: file, status, records, notes and messages; no record when it rejects."""
    table, told = examined(path)
    messages = [str(problem) for problem in told if problem.severity == PROBLEM]
    return {
        "file": name_within(path, path.parent),
        "status": "reject" if messages else "accept",
        "records": [] if messages else _records(table),
        "notes": [str(problem) for problem in told if problem.severity != PROBLEM],
        "messages": messages,
    }


def answer_text(found: dict) -> str:
    """The same for people."""
    words = {"accept": "読めます", "reject": "読めません。次の点を直してください"}
    lines = [f"{found['file']}：{words[found['status']]}（値 {len(found['records'])}件）"]
    lines += [f"  問題　{message}" for message in found["messages"]]
    lines += [f"  気づいた点　{note}" for note in found["notes"]]
    for record in found["records"]:
        shown = [
            f"{name} {record[name]}"
            for name in record
            if record[name] is not None and name not in {"シート", "セル", "行"}
        ]
        lines.append(f"  {record['セル'] or str(record['行']) + '行目'}　" + "、".join(shown))
    return "\n".join(lines)


def answer_json(found: dict) -> str:
    """The JSON of an answer."""
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)


def _records(table: Table) -> list[dict]:
    rows, places = records(table.frame), records(table.places)
    return [_record(table, index, *own) for index, own in enumerate(zip(rows, places, strict=True))]


def _record(table: Table, index: int, row: dict, place: dict) -> dict:
    letter = table.letters[(place["file"], place["sheet"])].get("value", "")
    number, letter = table.spots.get((index, "value"), (int(place["row"]), letter))
    flags = [label("flags", flag) for flag in row["flags"].split("、") if flag]
    texts = {header: row[name] or None for header, name in TEXTS.items()}
    numbers = {header: _number(row[name]) for header, name in NUMBERS.items()}
    year = None if pd.isna(row["fiscal_year"]) else int(row["fiscal_year"])
    own = (
        texts
        | numbers
        | {"年度": year, "欠測": label("missing", row["missing"]) or None, "旗": "、".join(flags) or None}
    )
    spot = {"シート": place["sheet"] or None, "セル": f"{letter}{number}" if place["sheet"] else None, "行": number}
    return {name: (own | spot)[name] for name in FIELDS}


def _number(value: float) -> float | int | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)
