"""The tables beside the reports: CSV that Excel opens as it is, and in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

import pandas as pd

from ..judging.evaluation import Evaluation
from ..judging.summary import summarize
from ..telling.vocabulary import column_label, name_of, names_of, say
from ..words.contracts import label

FORMULA_STARTS = tuple("=+-@＝＋－＠")
CHOICES = ("target_kind", "direction", "path", "status")
POINTS = ("indicator_id", "group_kind", "group", "fiscal_year", "value")
NOTES = ("file", "place", "column", "found", "remedy")


def tables(evaluation: Evaluation) -> dict[str, bytes]:
    """Every table of a run by its file name."""
    return {
        "tables/evaluation.csv": csv_bytes(_evaluation_rows(evaluation)),
        "tables/points.csv": csv_bytes(_point_rows(evaluation), columns=POINTS),
        "tables/summary.csv": csv_bytes(_summary_rows(evaluation)),
        "tables/notes.csv": csv_bytes(_note_rows(evaluation), columns=NOTES),
    }


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


def guarded(text: str) -> str:
    """Text that a spreadsheet leaves as text: on one line, with an apostrophe before what looks like a formula."""
    line = text.replace("\r\n", " ").translate({13: " ", 10: " ", 9: " "})
    return f"'{line}" if line.lstrip().startswith(FORMULA_STARTS) else line


def unguarded(text: str) -> str:
    """What `guarded` was given, where it put an apostrophe."""
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(FORMULA_STARTS) else text


def _evaluation_rows(evaluation: Evaluation) -> list[dict]:
    """The evaluation table, groups included, with each indicator's name and status, and words instead of codes."""
    own = evaluation.workbook["indicators"][["indicator_id", "indicator_name", "status"]]
    frame = evaluation.table.merge(own, on="indicator_id", how="left", validate="many_to_one")
    first = ["period", "indicator_id", "indicator_name", "status"]
    frame = frame[first + [name for name in frame.columns if name not in first]]
    for name in CHOICES:
        frame[name] = [label(name, code) for code in frame[name]]
    for name in ("reason", "route", "lean"):
        frame[name] = [name_of(name, code) for code in frame[name]]
    frame["outcome"] = [evaluation.schemes[row.scheme].of_outcome(row.outcome).word for row in frame.itertuples()]
    frame["marks"] = [names_of("mark", codes) for codes in frame["marks"]]
    return frame.astype(object).to_dict("records")


def _point_rows(evaluation: Evaluation) -> list[dict]:
    """Every value from baseline to latest that a letter rests on; none of a group whose numbers are withheld."""
    shown = evaluation.table[evaluation.table["reason"].ne("withheld_small_number")]
    points = evaluation.points.merge(shown[list(POINTS[:3])], left_on="case", right_index=True, validate="many_to_one")
    return points.sort_values(["case", "fiscal_year"])[list(POINTS)].to_dict("records")


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
