"""An export for Open SDG: for each indicator one CSV and one metadata file, from what the evaluation may show.

Source: open-sdg.readthedocs.io, "Data format" and "Indicator configuration".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from ..delivery.tables import point_rows
from ..judging.evaluation import Evaluation
from ..trust.rows import each_row, records
from ..words.guard import guarded
from .codebook import words
from .file_names import file_name
from .open_sdg_metadata import metadata_file

# Columns that mean something to Open SDG, so that a 区分 of that name needs another.
OWN_COLUMNS = {"year", "units", "value", "series", "geocode", "progress", "group"}


def open_sdg_files(evaluation: Evaluation) -> dict[str, bytes]:
    """`data/indicator_<id>.csv` and `meta/<id>.md` for every indicator, by path.

    The values are those that the letters rest on (tables/points.csv); where there are none, those that were reported.
    Disclosure control has gone over both, and a group that is withheld has no row.
    Raises: WrongUse for an id that no file can be named after.
    """
    rows: dict[str, list[Mapping]] = {name: [] for name in evaluation.indicators["indicator_id"]}
    points = point_rows(evaluation)
    for row in [*points, *_reported(evaluation, {_series(row) for row in points})]:
        rows[row["indicator_id"]].append(row)
    files = {}
    for place, item in enumerate(each_row(evaluation.indicators), 1):
        name, own = file_name(item.indicator_id), rows[item.indicator_id]
        files[f"data/indicator_{name}.csv"] = data_file(own, unit=item.unit)
        files[f"meta/{name}.md"] = metadata_file(evaluation, item, place=place, has_values=bool(own))
    return files


def _series(row: Mapping) -> tuple[str, str, str]:
    return row["indicator_id"], row["group_kind"], row["group"]


def _reported(evaluation: Evaluation, known: Set[tuple[str, str, str]]) -> Iterator[Mapping]:
    """What was reported up to the end of the period on indicators and groups that no point stands for (`known` have)."""
    seen, cases = evaluation.workbook["observations"], records(evaluation.table)
    shown = {_series(case) for case in cases if case["reason"] != "withheld_small_number"} - known
    kept = seen["value"].notna() & seen["missing"].eq("") & (seen["fiscal_year"] <= evaluation.period.last_year)
    rows = seen[kept].sort_values(["indicator_id", "group_kind", "group", "fiscal_year"], kind="stable")
    return (row for row in records(rows) if _series(row) in shown)


def data_file(rows: Sequence[Mapping], *, unit: str) -> bytes:
    """The values of one indicator: Year, a column for each 区分, Units (where it has one), Value; the total is blank.

    Texts are quoted and guarded, years and values are bare numbers. UTF-8 without BOM, as Open SDG's own files are.
    """
    kinds = list(dict.fromkeys(row["group_kind"] for row in rows if row["group_kind"]))
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(["Year", *_headings(kinds), *(["Units"] if unit else []), "Value"])
    for row in rows:
        groups = [guarded(row["group"]) if row["group_kind"] == kind else "" for kind in kinds]
        writer.writerow([int(row["fiscal_year"]), *groups, *([guarded(unit)] if unit else []), _number(row["value"])])
    return text.getvalue().encode("utf-8")


def _headings(kinds: Iterable[str]) -> list[str]:
    """The names of 区分, each once, none of which is a column of Open SDG's own."""
    found: list[str] = []
    for kind in map(guarded, kinds):
        while kind.casefold() in OWN_COLUMNS or kind in found:
            kind = words()["open_sdg"]["reserved"].format(name=kind)
        found.append(kind)
    return found


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)
