"""`planeval read`: how one department's file would be read, without a plan."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pandas as pd

from ..trust import series_checks
from ..trust.tables import Table, empty_table, read_table
from ..words.contracts import CONTRACTS, label
from ..words.problems import PROBLEM, Problem
from .reading import read_file

OBSERVATIONS = CONTRACTS["observations"]
TEXTS = {"指標ID": "indicator_id", "指標名": "indicator_name", "区分": "group_kind", "区分値": "group", "単位": "unit"}
NUMBERS = {"値": "value", "標本数": "sample_size", "該当数": "sample_count"}


def examined(path: Path) -> tuple[Table, list[Problem]]:
    """The observations of one file and everything told of it."""
    file = unicodedata.normalize("NFC", path.name)
    sheets, problems = read_file(path, file, OBSERVATIONS)
    own = [sheet for sheet in sheets if sheet.contract == OBSERVATIONS.name]
    table, faults = read_table(OBSERVATIONS, own) if own else (empty_table(OBSERVATIONS), [])
    problems = [*problems, *faults, *series_checks.check(table), *series_checks.check_alone(table)]
    return table, sorted(dict.fromkeys(problems), key=lambda problem: problem.sort_key)


def answer(path: Path) -> dict:
    """What `planeval read FILE --json` prints: file, status, records, notes and messages; no record when it rejects."""
    table, told = examined(path)
    messages = [str(problem) for problem in told if problem.severity == PROBLEM]
    return {
        "file": unicodedata.normalize("NFC", path.name),
        "status": "reject" if messages else "accept",
        "records": [] if messages else [_record(table, index) for index in table.frame.index],
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


def _record(table: Table, index: int) -> dict:
    row, place = table.frame.loc[index], table.place(index, "value")
    flags = [label("flags", flag) for flag in row["flags"].split("、") if flag]
    return {
        **{header: row[name] or None for header, name in list(TEXTS.items())[:2]},
        "年度": None if pd.isna(row["fiscal_year"]) else int(row["fiscal_year"]),
        **{header: row[name] or None for header, name in list(TEXTS.items())[2:4]},
        "値": _number(row["value"]),
        "単位": row["unit"] or None,
        **{header: _number(row[name]) for header, name in list(NUMBERS.items())[1:]},
        "欠測": label("missing", row["missing"]) if row["missing"] else None,
        "旗": "、".join(flags) or None,
        "シート": place.sheet or None,
        "セル": f"{place.letter}{place.row}" if place.sheet else None,
        "行": place.row,
    }


def _number(value: float) -> float | int | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)
