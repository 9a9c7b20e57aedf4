"""The attack on withheld cells: what anyone can work out of them from everything that is published beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Flags = NDArray[np.bool_]
# A linear programme is solved exactly to about this share of its largest number.
EXACT = 1e-6
# Nothing that the facts limit lies beyond this multiple of all they name; what reaches it has no limit.
BEYOND = 1000.0


@dataclass(frozen=True)
class Facts:
    """What everyone knows of some cells: `coefficients` @ cells = `totals`, and the limits of each cell.

    A sum of cells with a known total is one row of `coefficients`; a difference (area − its districts = 0) is another.
    """

    coefficients: Floats
    totals: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, coefficients: Floats, cells: Floats) -> Facts:
        """The facts that hold for `cells`, none of which is below zero."""
        return cls(coefficients, coefficients @ cells, np.zeros(cells.size), np.full(cells.size, np.inf))


def attack(cells: Floats, is_withheld: Flags, facts: Facts) -> tuple[Floats, Floats]:
    """The smallest and the largest value of each withheld cell that agree with everything else; NaN for published ones.

    Only the published of `cells` are looked at.
    Raises: ValueError where nothing agrees with the facts.
    Example: of 3 + 12 + 20 = 35, with the first two withheld, each may be 0 to 15.
    """
    smallest, largest = np.full(cells.size, np.nan), np.full(cells.size, np.nan)
    targets = np.flatnonzero(is_withheld)
    if targets.size:
        least, most = _extremes(targets, cells, is_withheld, facts)
        smallest[targets], largest[targets] = least[:, targets].diagonal(), most[:, targets].diagonal()
    return smallest, largest


def protect(cells: Floats, is_withheld: Flags, facts: Facts, *, width: Floats, cost: Floats) -> Flags:
    """Which cells to withhold so that each withheld cell stays uncertain by its `width`: those given, and the cheapest.

    `cost` says how much is lost with a cell: the cheapest that is large enough goes first; infinity is never withheld.
    Cells of width 0 need no protection. Where nothing is left to withhold, a cell stays as uncertain as it is.
    Missing: a withheld cell whose value is not known (NaN) is protected like the others.
    """
    hidden, given_up = is_withheld.copy(), np.zeros(cells.size, bool)
    # What agrees with the facts goes on agreeing when more is withheld: the span of the solutions found only grows.
    least, most = cells.copy(), cells.copy()
    while True:
        targets = np.flatnonzero(hidden & ~given_up & (width > 0) & ~(most - least >= width * (1 - EXACT)))
        if not targets.size:
            return hidden
        for solutions in _extremes(targets, cells, hidden, facts):
            least, most = np.fmin(least, solutions.min(axis=0)), np.fmax(most, solutions.max(axis=0))
        lacking = width - (most - least)
        helped = np.zeros(cells.size, bool)
        for cell in targets[lacking[targets] > width[targets] * EXACT]:
            if helped[cell]:
                continue
            row, partner = _partner(cell, lacking[cell], hidden, facts, cost, cells)
            if partner is None:
                given_up[cell] = True
            else:
                hidden[partner] = True
                helped |= facts.coefficients[row] != 0


def _extremes(targets: Integers, cells: Floats, is_withheld: Flags, facts: Facts) -> tuple[Floats, Floats]:
    """All cells, a row for each target: where that target is smallest, and where it is largest; infinite without a limit.

    Raises: ValueError where nothing agrees with the facts.
    """
    columns = np.flatnonzero(is_withheld)
    rows = np.flatnonzero((facts.coefficients[:, columns] != 0).any(axis=1))
    rest = facts.totals[rows] - facts.coefficients[np.ix_(rows, ~is_withheld)] @ cells[~is_withheld]
    beyond = BEYOND * (
        1 + np.abs(rest).sum() + np.where(np.isfinite(facts.high[columns]), facts.high[columns], 0).sum()
    )
    limits = np.column_stack([facts.low[columns], np.minimum(facts.high[columns], beyond)])
    places, equations = np.searchsorted(columns, targets), facts.coefficients[np.ix_(rows, columns)]
    is_sum = rows.size == 1 and (equations > 0).all()
    found = (
        _of_a_sum(places, equations[0], rest[0], limits) if is_sum else _of_equations(places, equations, rest, limits)
    )
    solutions = np.tile(cells, (found.shape[0], 1))
    solutions[:, columns] = np.where(found >= beyond * (1 - EXACT), np.inf, found)
    return solutions[: targets.size], solutions[targets.size :]


def _of_a_sum(places: Integers, weights: Floats, total: float, limits: Floats) -> Floats:
    """What `_of_equations` gives for a single sum, without a linear programme, whose library is slow to import.

    The smallest of a cell is what all others at their largest leave to it; its largest is what they leave at their smallest.
    """
    low, room = limits[:, 0], weights * (limits[:, 1] - limits[:, 0])
    spare = total - weights @ low  # what is to be spread above the lower limits, in units of the sum
    if not -EXACT * (1 + abs(total)) <= spare <= room.sum() * (1 + EXACT):
        raise ValueError("no cells agree with the published sum")
    spare = min(max(spare, 0.0), room.sum())
    own = np.concatenate([np.clip(spare - (room.sum() - room[places]), 0, None), np.minimum(room[places], spare)])
    others = np.tile(room, (own.size, 1))
    line, place = np.arange(own.size), np.tile(places, 2)
    others[line, place] = 0
    filled = np.clip((spare - own)[:, None] - (others.cumsum(axis=1) - others), 0, others)  # one cell after the other
    filled[line, place] = own
    return low + filled / weights


def _of_equations(places: Integers, equations: Floats, totals: Floats, limits: Floats) -> Floats:
    """Cells that agree with the equations: a row where each of the places is smallest, then one where each is largest.

    `equations` @ cells = `totals`; `limits`: a row (low, high) for each cell.
    One linear programme for all places, each in a block of its own, is solved many times faster than one for each.
    Raises: ValueError where nothing agrees.
    """
    from scipy.optimize import linprog  # slow to import, and most plans withhold nothing or parts of one sum
    from scipy.sparse import identity, kron

    blocks, cells = 2 * places.size, np.arange(limits.shape[0])
    aims = np.concatenate([cells == place for place in places] + [-1.0 * (cells == place) for place in places])
    together = kron(identity(blocks), equations, format="csr") if totals.size else None
    done = linprog(
        aims, A_eq=together, b_eq=np.tile(totals, blocks) if totals.size else None, bounds=np.tile(limits, (blocks, 1)),
        method="highs",
    )  # fmt: skip
    if done.status != 0:
        raise ValueError(f"no cells agree with the published sums ({done.message})")
    return done.x.reshape(blocks, -1)


def _partner(
    cell: int, lacking: float, hidden: Flags, facts: Facts, cost: Floats, cells: Floats
) -> tuple[int, int | None]:
    """The cell to withhold next and the fact it is in: where fewest are withheld, the cheapest that is large enough.

    Where none is large enough the largest goes; where the cell's own facts have none left, facts further away.
    """
    involved = facts.coefficients != 0
    reach, free = np.zeros(hidden.size, bool), ~hidden & np.isfinite(cost)
    reach[cell] = True
    while True:
        touching = np.flatnonzero(involved[:, reach].any(axis=1))
        useful = [row for row in touching if (involved[row] & free).any()]
        if useful:
            row = int(min(useful, key=lambda row: (involved[row] & hidden).sum()))
            offered = np.flatnonzero(involved[row] & free)
            enough = offered[cells[offered] >= lacking]
            if enough.size:
                return row, int(min(enough, key=lambda n: (cost[n], n)))
            return row, int(max(offered, key=lambda n: (cells[n], -cost[n], -n)))
        wider = reach | (involved[touching].any(axis=0) & hidden)
        if (wider == reach).all():
            return -1, None
        reach = wider
