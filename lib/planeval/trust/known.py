"""A plan as it was known by the end of a period: without what is dated later, so that a report never changes with the years after it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from ..words.paths import PLAN_FILE
from ..words.problems import Place
from .plans import Period, Plan
from .published import FOLDER
from .tables import Table
from .workbook import Workbook


def known_by(workbook: Workbook, period: Period) -> Workbook:
    """The workbook without rows, remarks, readings, published evaluations and files that concern only later years."""
    kept = {name: _known_rows(table, workbook.plan, period) for name, table in workbook.tables.items()}
    later = {name: table for name, table in workbook.tables.items() if len(kept[name]) < len(table.frame)}
    periods = {own.id for own in workbook.plan.periods if own.last_year <= period.last_year}
    published = {name: frame for name, frame in workbook.published.items() if name in periods}
    if not later and len(published) == len(workbook.published):
        return workbook
    is_later = {name: _later_cells(table, kept[name]) for name, table in later.items()}
    notes = tuple(note for note in workbook.notes if not any(own(note.place) for own in is_later.values()))
    tables = {name: _cut(table, kept[name], is_later.get(name)) for name, table in workbook.tables.items()}
    inputs = _known_files(workbook, tables, published)
    return replace(workbook, tables=tables, notes=notes, published=published, inputs=inputs)


def content_digest(workbook: Workbook) -> str:
    """A fingerprint of everything that is known of a plan, with the place of every row; the order of columns is none of it."""
    told = hashlib.sha256(workbook.inputs[f"{workbook.plan.id}/{PLAN_FILE}"].encode("ascii"))
    told.update(repr(sorted(workbook.inputs)).encode("utf-8"))  # reports name and count them
    for name, table in sorted(workbook.tables.items()):
        told.update(repr((name, len(table.frame), list(table.frame), _letters(table))).encode("utf-8"))
        told.update(_hashes(table.frame))
        told.update(_hashes(table.places.loc[table.frame.index]))
        told.update(repr((sorted(table.spots.items()), sorted(table.repeats.items()), table.readings)).encode("utf-8"))
    for name, frame in sorted(workbook.published.items()):
        told.update(repr((name, list(frame))).encode("utf-8"))
        told.update(_hashes(frame))
    told.update(repr((workbook.notes, sorted(workbook.withheld or ()))).encode("utf-8"))
    return told.hexdigest()


def _known_rows(table: Table, plan: Plan, period: Period) -> pd.Index:
    """The rows that are dated no later than the period; a row without a date holds at any time."""
    frame, column = table.frame, table.contract.dated_by
    if not column:
        return frame.index
    last_years = {own.id: own.last_year for own in plan.periods}
    dates = (frame[column].map(last_years) if column == "period" else frame[column]).astype("Float64")
    return frame.index[dates.le(period.last_year).fillna(True).to_numpy(bool)]


def _later_cells(table: Table, kept: pd.Index):
    """Tells of a place whether it is a cell or row of this table that is not kept."""
    own = table.places.loc[table.frame.index]
    rows: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for index, file, sheet, row in zip(own.index, own["file"], own["sheet"], own["row"], strict=True):
        rows[file, sheet, int(row)].append(index)
    for (index, _), (row, _) in table.spots.items():
        rows[own.at[index, "file"], own.at[index, "sheet"], row].append(index)
    known = set(kept)

    def is_later(place: Place) -> bool:
        found = dict.fromkeys(rows.get((place.file, place.sheet, place.row), ()))
        owners = [index for index in found if place in table.cells(index)] or list(found)
        return bool(owners) and known.isdisjoint(owners)

    return is_later


def _cut(table: Table, kept: pd.Index, is_later) -> Table:
    if is_later is None:
        return table
    known = set(kept)
    return replace(
        table,
        frame=table.frame.loc[kept],
        spots={key: spot for key, spot in table.spots.items() if key[0] in known},
        readings=tuple(reading for reading in table.readings if not is_later(reading.place)),
        repeats={index: places for index, places in table.repeats.items() if index in known},
    )


def _known_files(workbook: Workbook, tables: Mapping[str, Table], published: Mapping[str, object]) -> dict[str, str]:
    """The inputs without files of which every row is later, and without later published evaluations."""
    before = {file for table in workbook.tables.values() for file in _files(table)}
    after = {file for table in tables.values() for file in _files(table)}
    folder = f"{workbook.plan.id}/{FOLDER}/"
    gone = (before - after) | {f"{folder}{name}.csv" for name in workbook.published if name not in published}
    return {file: digest for file, digest in workbook.inputs.items() if file not in gone}


def _files(table: Table) -> Iterator[str]:
    """The files that a table's rows come from; a row made of several names all of them."""
    for named in table.places.loc[table.frame.index, "file"].unique():
        yield from named.split("、")


def _letters(table: Table) -> list:
    files = set(_files(table))
    return sorted((key, sorted(columns.items())) for key, columns in table.letters.items() if key[0] in files)


def _hashes(frame: pd.DataFrame) -> bytes:
    return pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
