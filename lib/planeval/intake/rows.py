"""From the rows of a found table to a sheet in the contract's order, with the address of every cell kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..trust.cells import Sheet, column_letter
from ..trust.tables import header_key, shown
from ..words.contracts import Contract, label
from ..words.problems import NOTE, Problem, Reading
from .grids import EMPTY, Cell, Grid
from .layout import Layout
from .looks import looks, widths
from .numbers import Reading as NumberReading
from .values import Taken, take

PERCENT_UNITS = frozenset({"%", "％"})
PREFILLED = frozenset({"indicator_name", "unit"})


@dataclass
class _Row:
    """One row of the table to come: taken cells by column and where each stands."""

    number: int
    taken: dict[str, Taken] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    spots: dict[str, tuple[int, int]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a column; "" where the row has none."""
        return self.taken[name].text if name in self.taken else ""


def sheet_of(grid: Grid, contract: Contract, layout: Layout) -> tuple[Sheet, list[Problem]]:
    """The table on a grid as a sheet that the contract can check; problems are those of single cells and rows."""
    return _Builder(grid, contract, layout).build()


class _Builder:
    """Builds one sheet and gathers what is told on the way."""

    def __init__(self, grid: Grid, contract: Contract, layout: Layout) -> None:
        self.grid, self.contract, self.layout = grid, contract, layout
        self.problems: list[Problem] = [*layout.problems]
        self.readings: list[Reading] = []
        self.filled = dict(self._filled_cells())
        self.is_observed = contract.name == "observations"

    def build(self) -> tuple[Sheet, list[Problem]]:
        """The sheet and all problems."""
        self.problems += looks(self.grid, self.layout)
        self.problems += widths(self.grid, self.layout)
        rows = [row for number in self.layout.rows for row in self._rows(number)]
        names = self._names(rows)
        header = tuple(self.contract.column(name).header for name in names)
        positions = {name: position for position, name in self.layout.columns.items()}
        letters = tuple(column_letter(positions[name]) if name in positions else "" for name in names)
        spots = {
            (index, n): (row.spots[name][0], column_letter(row.spots[name][1]))
            for index, row in enumerate(rows, 1)
            for n, name in enumerate(names)
            if name in row.spots
        }
        lines = ((row.number, tuple(row.text(name) for name in names)) for row in rows)
        sheet = Sheet(
            self.grid.file, self.grid.name, ((self.layout.header, header), *lines), letters, spots,
            tuple(self.readings), self.contract.name,
        )  # fmt: skip
        return sheet, self.problems + [reading.as_note() for reading in self.readings if reading.is_note]

    def _names(self, rows: list[_Row]) -> list[str]:
        used = {*self.layout.columns.values(), *(name for row in rows for name in row.taken)}
        if self.layout.years:
            used |= {"fiscal_year", *(name for _, name in self.layout.years.values())}
        return [name for name in self.contract.names if name in used]

    def _rows(self, number: int) -> Iterator[_Row]:
        """One row of the sheet: one of the table, or in a wide one as many as have a value."""
        own = _Row(number)
        for position, name in self.layout.columns.items():
            self._take(own, name, self._cell(number, position), (number, position))
        if self.layout.is_collected and not self._is_answered(own):
            return
        if not self.layout.years:
            yield self._finished(own)
            return
        by_year: dict[tuple[int, int], list[int]] = {}
        seen: Counter[tuple[int, str]] = Counter()
        for position, (year, name) in self.layout.years.items():
            seen[year.year, name] += 1  # 平成31 beside 令和元: two values of one year, for the contract to refuse
            by_year.setdefault((year.year, seen[year.year, name]), []).append(position)
        for positions in by_year.values():
            if any(self.grid.cell(number, position).text.strip() for position in positions):
                yield self._finished(self._of_year(own, positions))

    def _of_year(self, own: _Row, positions: list[int]) -> _Row:
        """The row of one year of a wide table; its cells stand in several rows and columns."""
        year = self.layout.years[positions[0]][0]
        row = _Row(own.number, dict(own.taken), dict(own.cells))
        flags = ("calendar_year",) if year.is_calendar else ()
        row.taken["fiscal_year"] = Taken(str(year.year), flags=flags, remark=year.moment)
        row.spots["fiscal_year"] = (self.layout.header, positions[0])
        for position in positions:
            name = self.layout.years[position][1]
            self._take(row, name, self._cell(own.number, position), (own.number, position))
            row.spots[name] = (own.number, position)
        return row

    def _cell(self, row: int, position: int) -> Cell:
        return self.filled.get((row, position)) or self.grid.cell(row, position)

    def _take(self, row: _Row, name: str, cell: Cell, spot: tuple[int, int]) -> None:
        column = self.contract.column(name)
        taken = take(cell, column) if cell is not EMPTY else Taken()
        row.taken[name], row.cells[name] = taken, cell
        place = self.grid.place(*spot)
        if taken.fault is not None:
            fault = taken.fault
            self.problems.append(Problem(place, taken.found, fault.expected, fault.remedy, column=column.header))
        for reasons, is_note in ((taken.reasons, False), (taken.notes, True)):
            if reasons:
                read = taken.text or (label("missing", taken.missing) if taken.missing else "")
                found = shown(cell.text)
                self.readings.append(Reading(place, column.header, found, read, "。".join(reasons), is_note))

    def _is_answered(self, row: _Row) -> bool:
        own = {*self.contract.key, *(PREFILLED if self.is_observed else ())}
        return any(taken.text or taken.missing or taken.fault for name, taken in row.taken.items() if name not in own)

    def _finished(self, row: _Row) -> _Row:
        """The row with what its cells say of each other."""
        if self.is_observed:
            self._name_unit(row)
        self._check_units(row)
        if not self.is_observed:
            return row
        value = row.taken.get("value", Taken())
        if value.missing and not row.text("missing"):
            row.taken["missing"] = Taken(label("missing", value.missing))
        flags = [flag for name in ("fiscal_year", "value") if name in row.taken for flag in row.taken[name].flags]
        if self.layout.is_calendar and "度" not in row.cells.get("fiscal_year", EMPTY).text:
            flags.append("calendar_year")
        if flags:
            words = [label("flags", flag) for flag in dict.fromkeys(flags)]
            before = [word for word in row.text("flags").split("、") if word]
            row.taken["flags"] = Taken("、".join(dict.fromkeys([*before, *words])))
        if moment := row.taken.get("fiscal_year", Taken()).remark:
            row.taken["remark"] = Taken("、".join(filter(None, [row.text("remark"), f"時点：{moment}"])))
        if not value.text and not value.missing and not row.text("missing") and value.fault is None:
            self._told_empty(row)
        return row

    def _told_empty(self, row: _Row) -> None:
        position = next((p for p, name in self.layout.columns.items() if name == "value"), None)
        remedy = "列「欠測」に理由（未調査、秘匿など）を書く"
        self.problems.append(
            self.grid.problem(row.number, position, "値が空で、理由もない", "", remedy, column="値", severity=NOTE)
        )

    def _name_unit(self, row: _Row) -> None:
        """The unit that the heading of the value, or a line above the table, gives for it."""
        position = row.spots["value"][1] if "value" in row.spots else self._position("value")
        unit = self.layout.units.get(position, "") or self.layout.unit
        if unit and not row.text("unit"):
            row.taken["unit"] = Taken(unit)
        elif unit and header_key(row.text("unit")) != unit:
            found = f"見出しか表の上の単位が「{unit}」で、列「単位」は「{row.text('unit')}」"
            remedy = "どちらの単位かを確かめ、列「単位」にだけ書く（換算はしない）"
            self.problems.append(self.grid.problem(row.number, position, found, "一つの単位", remedy, column="値"))

    def _check_units(self, row: _Row) -> None:
        """A unit beside a number must be the one of the column 単位; a scaled one (千円) must stand there."""
        told = header_key(row.text("unit"))
        for name, taken in row.taken.items():
            if not taken.unit or not taken.text:
                continue
            own, written = told if name == "value" else "", header_key(taken.unit)
            if own == written or (own in PERCENT_UNITS and taken.is_percent):
                continue
            is_scaled = NumberReading(unit=taken.unit).is_scaled
            if own or is_scaled or (self.is_observed and name != "value" and taken.unit == "%"):
                column = self.contract.column(name)
                spot = row.spots.get(name) or (row.number, self._position(name))
                found = f"「{row.cells[name].text}」の単位が「{taken.unit}」" + (
                    f"で、列「単位」は「{row.text('unit')}」" if own else ""
                )
                expected = f"「{row.text('unit')}」の値" if own else "数だけ"
                remedy = "どちらの単位かを確かめ、数だけを書く（換算はしない）"
                self.problems.append(Problem(self.grid.place(*spot), found, expected, remedy, column=column.header))

    def _position(self, name: str) -> int | None:
        return next((position for position, own in self.layout.columns.items() if own == name), None)

    def _filled_cells(self) -> Iterator[tuple[tuple[int, int], Cell]]:
        """What merged cells mean for the rows that they cover; values are never spread."""
        rows = set(self.layout.rows)
        for first, left, last, right in self.grid.merged:
            inside = [row for row in range(first, min(last, max(rows, default=0)) + 1) if row in rows]
            used = [position for position in {*self.layout.columns, *self.layout.years} if left <= position <= right]
            if not inside or not used or (first == last and left == right):
                continue
            name = self.layout.columns.get(left, "value")
            column, source = self.contract.column(name), self.grid.cell(first, left)
            span = f"結合したセル {column_letter(left)}{first}:{column_letter(right)}{last}"
            if len(used) > 1 or column.kind in {"number", "whole"} or left not in self.layout.columns:
                remedy = "結合を解き、各セルに値を入れる"
                self.problems.append(
                    self.grid.problem(first, left, span, "1セルに1つの値", remedy, column=column.header)
                )
                continue
            found = f"{span}の「{shown(source.text)}」を、{inside[0]}〜{inside[-1]}行目のすべてに当てはめた"
            self.problems.append(
                self.grid.problem(first, left, found, "", "結合を解き、各行に書く", column=column.header, severity=NOTE)
            )
            yield from (((row, left), source) for row in inside if row != first)
