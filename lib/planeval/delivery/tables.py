"""The tables beside the reports: CSV that Excel opens as it is, and in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ..judging.comparison import letters_by_scheme, rule_dependence
from ..judging.evaluation import Evaluation
from ..judging.history import history
from ..judging.summary import summarize
from ..telling.vocabulary import column_label, name_of, names_of, say
from ..trust.rows import each_row, records
from ..words.contracts import label
from ..words.guard import guarded

CHOICES = ("target_kind", "direction", "path", "survey", "status")
OUTLOOK = ("outlook", "outlook_low", "outlook_high", "outlook_with_shocks")
POINTS = ("indicator_id", "group_kind", "group", "fiscal_year", "value")
NOTES = ("file", "place", "column", "found", "remedy")
INTAKE = ("file", "place", "column", "written", "read", "why_read")


@dataclass(frozen=True)
class RunTable:
    """One table of a run: the names of its columns in order, and its rows as plain values."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]


def tables(evaluation: Evaluation) -> dict[str, bytes]:
    """Every table of a run as CSV, by its file name."""
    return csv_files(run_tables(evaluation))


def csv_files(found: Mapping[str, RunTable]) -> dict[str, bytes]:
    """Tables as CSV files, by their file names."""
    return {f"tables/{name}.csv": csv_bytes(table.rows, columns=table.columns) for name, table in found.items()}


def run_tables(evaluation: Evaluation) -> dict[str, RunTable]:
    """Every table of a run by its name: the one source of the CSV files and of every other form of them."""
    return {
        "evaluation": _table(_evaluation_rows(evaluation)),
        "schemes": _table(_scheme_rows(evaluation)),
        "history": _table(_history_rows(evaluation)),
        "points": _table(point_rows(evaluation), POINTS),
        "summary": _table(_summary_rows(evaluation)),
        "notes": _table(_note_rows(evaluation), NOTES),
        "intake": _table(_intake_rows(evaluation), INTAKE),
    }


def _table(rows: list[dict], columns: tuple[str, ...] = ()) -> RunTable:
    """A table of rows; `columns` names them where there may be no row."""
    return RunTable(tuple(rows[0]) if rows else columns, tuple(rows))


def csv_bytes(rows: Iterable[Mapping[str, object]], *, columns: Iterable[str] = ()) -> bytes:
    """Rows as CSV with Japanese headings; `columns` names them where there may be no row."""
    rows = list(rows)
    names = list(rows[0]) if rows else list(columns)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(guarded(column_label(name)) for name in names)
    writer.writerows([cell(row[name]) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def cell(value: object) -> str:
    """One cell: text guarded, numbers as short as they are exact, nothing for what does not exist."""
    if isinstance(value, str):
        return guarded(value)
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "はい" if value else ""
    return repr(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)


def _evaluation_rows(evaluation: Evaluation) -> list[dict]:
    """The evaluation table, groups included, with each indicator's name and status, and words instead of codes."""
    own = evaluation.workbook["indicators"][["indicator_id", "indicator_name", "status"]]
    beside = evaluation.outlook[list(OUTLOOK)].join(evaluation.stability["stability"])
    frame = evaluation.table.join(beside).merge(own, on="indicator_id", how="left", validate="many_to_one")
    first = ["period", "indicator_id", "indicator_name", "status"]
    frame = frame[first + [name for name in frame.columns if name not in first]]
    for name in CHOICES:
        frame[name] = [label(name, code) for code in frame[name]]
    for name in ("reason", "route", "lean", "outlook", "outlook_with_shocks", "stability"):
        frame[name] = [name_of(name.removesuffix("_with_shocks"), code) for code in frame[name]]
    frame["outcome"] = [
        evaluation.schemes[row.scheme].letter_of(row.letter, row.outcome).word for row in each_row(frame)
    ]
    frame["marks"] = [names_of("mark", codes) for codes in frame["marks"]]
    return records(frame)


def _scheme_rows(evaluation: Evaluation) -> list[dict]:
    """The letter of every indicator by every scheme, and whether the rule decides."""
    letters = letters_by_scheme(evaluation)
    depends = rule_dependence(evaluation, letters)
    wide = letters.pivot(index="indicator_id", columns="scheme", values="letter")[
        list(dict.fromkeys(letters["scheme"]))
    ]
    names = evaluation.indicators.set_index("indicator_id")["indicator_name"]
    frame = wide.assign(indicator_name=names, depends=depends.reindex(wide.index).fillna(False).astype(bool))
    first = ["indicator_name", "depends"]
    return records(frame.reindex(names.index)[[*first, *wide]].reset_index())


def _history_rows(evaluation: Evaluation) -> list[dict]:
    """The letters of the periods so far, with the cause of each change."""
    rows = history(evaluation).drop(columns="outcome")
    return records(rows.assign(cause=[names_of("cause", codes) for codes in rows["cause"]]))


def point_rows(evaluation: Evaluation) -> list[dict]:
    """Every value from baseline to latest that a letter rests on; none of a group whose numbers are withheld."""
    shown = evaluation.table[evaluation.table["reason"].ne("withheld_small_number")]
    points = evaluation.points.merge(shown[list(POINTS[:3])], left_on="case", right_index=True, validate="many_to_one")
    return records(points.sort_values(["case", "fiscal_year"])[list(POINTS)])


def _summary_rows(evaluation: Evaluation) -> list[dict]:
    """How many indicators have each letter, for each 基本目標 and for the whole plan."""
    rows = evaluation.indicators
    groups = [(goal, rows[rows["goal"].eq(goal)]) for goal in rows["goal"].drop_duplicates() if goal]
    lines = []
    for goal, own in [*groups, (say("whole_plan"), rows)]:
        found = summarize(evaluation, own)
        counts = {letter: int(count) for letter, count in found.counts.items()}
        lines.append({"goal": goal, "indicators": found.total, "rated": found.rated, "on_pace": found.on_pace} | counts)
    letters = dict.fromkeys((letter for line in lines for letter in line), 0)
    return [letters | line for line in lines]


def _note_rows(evaluation: Evaluation) -> list[dict]:
    return [
        {
            "file": note.place.file,
            "place": " ".join(filter(None, [note.place.sheet, note.place.spot])),
            "column": note.column,
            "found": note.found,
            "remedy": note.remedy,
        }
        for note in evaluation.workbook.notes
    ]


def _intake_rows(evaluation: Evaluation) -> list[dict]:
    """Every cell that was read otherwise than it was written."""
    return [
        {
            "file": reading.place.file,
            "place": " ".join(filter(None, [reading.place.sheet, reading.place.spot])),
            "column": reading.column,
            "written": reading.found,
            "read": reading.read,
            "why_read": reading.reason,
        }
        for reading in evaluation.workbook.readings
    ]
