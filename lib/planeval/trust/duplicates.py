"""Rows that stand twice: what says the same is left out and told, what says something else is a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..words.problems import NOTE, Place, Problem
from .tables import Table


def without_repeats(table: Table, told: list[Problem]) -> tuple[Table, list[Problem]]:
    """The table with each key once where that loses nothing, and what is told of it; `told` are its problems so far."""
    repeated, problems = _duplicates(table, told)
    return _without(table, repeated), problems


def _without(table: Table, rows: Mapping[int, int]) -> Table:
    """The table without some of its rows, each of which says the same as the one it leads to."""
    if not rows:
        return table
    kept = table.frame.index.difference(list(rows))
    new = {old: n for n, old in enumerate(kept)}
    spots = {(new[row], column): spot for (row, column), spot in table.spots.items() if row in new}
    repeats: dict[int, tuple[Place, ...]] = {}
    for row, first in rows.items():
        repeats[new[first]] = (*repeats.get(new[first], ()), *table.cells(row))
    frame, places = (own.loc[kept].reset_index(drop=True) for own in (table.frame, table.places))
    return replace(table, frame=frame, places=places, spots=spots, repeats=repeats)


def _duplicates(table: Table, told: list[Problem]) -> tuple[dict[int, int], list[Problem]]:
    """Rows that repeat another's key; those (with the row that they repeat) that say the same in a folder of files."""
    told_places = {problem.place for problem in told}
    key = list(table.contract.key)
    frame = table.frame
    is_known = frame[key].notna().all(axis=1) & frame[key[0]].ne("")
    repeated = frame[frame.duplicated(key, keep=False) & is_known]
    # A row whose key could not be read is told for that; it repeats nothing.
    repeated = repeated.loc[[told_places.isdisjoint(table.place(n, name) for name in key) for n in repeated.index]]
    says = [name for name in frame.columns if name not in {"source", "remark", "indicator_name"}]
    headers = "、".join(table.contract.column(name).header for name in key)
    left_out, problems = {}, []
    for values, rows in repeated.groupby(key, dropna=False, sort=False):
        first, *others = rows.index
        names = "・".join(str(value) for value in values if value != "")
        for index in others:
            found = f"同じ行（{names}）が {table.place(first)} にもある"
            if table.contract.folder and rows.loc[[first, index], says].drop_duplicates().shape[0] == 1:
                left_out[index] = first
                found += "。中身も同じなので、一度だけ使う"
                problems.append(table.problem(index, key[0], found, "", "どちらかを消す", severity=NOTE))
            else:
                expected, remedy = f"{headers} の組は一度だけ", "どちらか正しい行だけを残す"
                problems.append(table.problem(index, key[0], found, expected, remedy))
    return left_out, problems
