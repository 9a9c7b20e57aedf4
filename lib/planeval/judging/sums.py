"""What the groups of one indicator and year tell of each other: those of a kind add up to the whole, districts to areas."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .attack import Facts, Flags, Floats

Areas = Mapping[str, tuple[str, ...]]
# Numbers made of rounded rates may miss their sum by half a person for each group.
ROUNDING = 0.5


def sums(
    groups: pd.DataFrame, figures: Floats, whole: float, *, high: Floats, rest_high: Mapping[str, float], areas: Areas
) -> tuple[Floats, Facts]:
    """The cells of some groups and what is known of their sums.

    `groups` has group_kind and group; `figures` their numbers (NaN: not known), `high` the limit of each. After the
    groups come cells that nobody sees: the whole where it is not told, and what the groups of a kind lack of it (people
    of no known district), at most `rest_high` of that kind. A single unknown number is what the others leave of the whole.
    """
    lines = _Lines(figures, high)
    kinds = groups["group_kind"].to_numpy(str)
    is_area = _is_area(groups, areas)
    own_of = {str(kind): (kinds == kind) & ~is_area for kind in dict.fromkeys(kinds)}
    known = [float(np.nansum(figures[own])) for own in own_of.values()]
    unseen = lines.add_cell(max(known, default=0.0), np.inf) if np.isnan(whole) else None
    told = whole if unseen is None else max(known, default=0.0)
    for kind, own in own_of.items():
        lines.add_sum(own, told, rest_high.get(kind, np.inf), unseen)
    for area, members in _area_rows(groups, areas):
        if not np.isnan(figures[area]):
            lines.add_sum(members, figures[area], np.inf, area)
    return lines.facts()


def _is_area(groups: pd.DataFrame, areas: Areas) -> Flags:
    """Areas whose districts are there too, so that a sum of the kind would count them twice."""
    rows = [row for row, _ in _area_rows(groups, areas, is_partial=True)]
    return np.isin(np.arange(len(groups)), rows)


def _area_rows(groups: pd.DataFrame, areas: Areas, *, is_partial: bool = False) -> list[tuple[int, Flags]]:
    """Each area that is among the groups, with its districts, where all of them (or `is_partial`: any) are there too."""
    found: list[tuple[int, Flags]] = []
    if not areas:
        return found
    kinds, names = groups["group_kind"].to_numpy(str), groups["group"].to_numpy(str)
    for row in np.flatnonzero(np.isin(names, list(areas))):
        members = areas[names[row]]
        is_member = (kinds == kinds[row]) & np.isin(names, members)
        if is_member.sum() >= (1 if is_partial else len(members)):
            found.append((int(row), is_member))
    return found


class _Lines:
    """Sums as they are gathered: cells, their limits, and for each line its coefficients and total."""

    def __init__(self, figures: Floats, high: Floats) -> None:
        self.cells, self.high = list(figures), list(high)
        self.lines: list[tuple[dict[int, float], float]] = []

    def add_cell(self, value: float, high: float) -> int:
        self.cells.append(value)
        self.high.append(high)
        return len(self.cells) - 1

    def add_sum(self, own: Flags, whole: float, rest_high: float, whole_cell: int | None) -> None:
        """Some cells sum to `whole` (which is `whole_cell`, where it is a cell), perhaps with a rest that nobody sees."""
        members = np.flatnonzero(own)
        unknown = [n for n in members if np.isnan(self.cells[n])]
        rest = whole - sum(self.cells[n] for n in members if n not in unknown)
        tolerance = ROUNDING * len(members)
        if rest < -tolerance:
            return  # groups that overlap, as where several answers may be given: their sum tells nothing
        if len(unknown) == 1:
            self.cells[unknown[0]] = min(max(rest, 0.0), self.high[unknown[0]])
            rest, unknown = rest - self.cells[unknown[0]], []
        coefficients = dict.fromkeys(map(int, members), 1.0)
        if rest - sum(self.high[n] for n in unknown) > tolerance:
            value = np.nan if unknown else rest
            coefficients[self.add_cell(value, max(rest, rest_high))] = 1.0
        if whole_cell is not None:
            coefficients[whole_cell] = -1.0
        self.lines.append((coefficients, whole - (whole if whole_cell is not None else 0)))

    def facts(self) -> tuple[Floats, Facts]:
        """The cells and what is known of them; a sum of known cells is exactly what they add up to."""
        cells = np.array(self.cells, float)
        coefficients = np.zeros((len(self.lines), cells.size))
        for row, (line, _) in enumerate(self.lines):
            coefficients[row, list(line)] = list(line.values())
        told = np.array([total for _, total in self.lines], float)
        exact = coefficients @ np.nan_to_num(cells)
        is_open = (coefficients != 0) @ np.isnan(cells)
        totals = np.where(is_open, np.maximum(told, exact), exact)
        return cells, Facts(coefficients, totals, np.zeros(cells.size), np.array(self.high, float))
