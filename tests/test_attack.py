"""The attack on withheld cells, and that no withheld cell gives way to it."""

from __future__ import annotations

import itertools

import hypothesis.strategies as st
import numpy as np
import pytest
from case_table import read_cases
from hypothesis import given, settings
from scipy.optimize import linprog

from planeval.judging.attack import Facts, _of_a_sum, _of_equations, attack, protect

THRESHOLD = 10.0
EXAMPLES = read_cases("suppression_attack")


def lines_of(names: list[tuple[str, str]]) -> np.ndarray:
    """The sum of each row and of each column of a table, given the row and the column of its cells."""
    heads = [(side, name) for side in (0, 1) for name in dict.fromkeys(cell[side] for cell in names)]
    return np.array([[float(cell[side] == name) for cell in names] for side, name in heads])


@pytest.mark.parametrize("case", dict.fromkeys(row["case"] for row in EXAMPLES))
def test_the_published_example_is_attacked_as_published(case):
    rows = [row for row in EXAMPLES if row["case"] == case]
    cells = np.array([float(row["true_value"]) for row in rows])
    facts = Facts.of(lines_of([(row["row"], row["col"]) for row in rows]), cells)
    smallest, largest = attack(cells, np.ones(cells.size, bool), facts)
    expected = np.array([[float(row["attacker_min"]), float(row["attacker_max"])] for row in rows])
    np.testing.assert_allclose(np.column_stack([smallest, largest]), expected, atol=1e-6)
    exact = [row["verdict"] == "exactly recomputable" for row in rows]
    assert (np.isclose(smallest, largest) == exact).all()


def test_an_attack_looks_at_nothing_that_is_withheld():
    cells, hidden = np.array([3.0, 12, 20]), np.array([True, True, False])
    facts = Facts.of(np.ones((1, 3)), cells)
    blind = np.where(hidden, np.nan, cells)
    np.testing.assert_allclose(attack(blind, hidden, facts), [[0, 0, np.nan], [15, 15, np.nan]])


def test_what_no_sum_and_no_limit_holds_may_be_anything():
    cells, hidden = np.array([3.0, 12]), np.array([True, False])
    assert [found[0] for found in attack(cells, hidden, Facts.of(np.zeros((0, 2)), cells))] == [0, np.inf]


def test_limits_of_the_cells_are_known_to_an_attacker():
    cells, hidden = np.array([3.0, 12]), np.array([True, True])
    facts = Facts(np.ones((1, 2)), np.array([15.0]), np.zeros(2), np.array([4.0, 40]))
    np.testing.assert_allclose(attack(cells, hidden, facts), [[0, 11], [4, 15]], atol=1e-6)


def test_sums_that_nothing_agrees_with_are_refused():
    facts = Facts(np.ones((1, 2)), np.array([2.0]), np.zeros(2), np.full(2, np.inf))
    with pytest.raises(ValueError, match="no cells agree"):
        attack(np.array([np.nan, 5.0]), np.array([True, False]), facts)


@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.sets(st.integers(0, 5), min_size=1, max_size=4))
@settings(max_examples=40)
def test_the_attack_finds_what_trying_every_whole_number_finds(values, withheld):
    names = list(itertools.product("ab", "xyz"))
    cells, hidden = np.array(values, float), np.isin(range(6), list(withheld))
    lines = lines_of(names)
    tries = np.tile(cells, (10 ** len(withheld), 1))
    tries[:, hidden] = list(itertools.product(range(10), repeat=len(withheld)))
    fitting = tries[(tries @ lines.T == lines @ cells).all(axis=1)]
    smallest, largest = attack(cells, hidden, Facts.of(lines, cells))
    np.testing.assert_allclose(smallest[hidden], fitting.min(axis=0)[hidden], atol=1e-6)
    np.testing.assert_allclose(largest[hidden], fitting.max(axis=0)[hidden], atol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 3)), min_size=1, max_size=6), st.data())
def test_of_a_single_sum_the_short_way_finds_what_a_linear_programme_finds(parts, data):
    low, width, weights = (np.array(column, float) for column in zip(*parts, strict=True))
    values = low + [data.draw(st.integers(0, int(size))) for size in width]
    places = np.array(data.draw(st.lists(st.integers(0, len(parts) - 1), min_size=1, unique=True)))
    total, limits = float(weights @ values), np.column_stack([low, low + width])
    short = _of_a_sum(places, weights, total, limits)
    exact = _of_equations(places, weights[None, :], np.array([total]), limits)
    for found in (short, exact):  # each line is a whole solution
        np.testing.assert_allclose(found @ weights, total, atol=1e-6)
        assert (found >= low - 1e-6).all() and (found <= low + width + 1e-6).all()
    line, place = np.arange(2 * places.size), np.tile(places, 2)
    np.testing.assert_allclose(short[line, place], exact[line, place], atol=1e-6)


def test_a_sum_that_its_parts_cannot_reach_is_refused():
    for total in (-1.0, 7.0):
        with pytest.raises(ValueError, match="sum"):
            _of_a_sum(np.array([0]), np.ones(2), total, np.array([[0.0, 3], [0, 3]]))


def cube(counts: np.ndarray, nested: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Cells and sums of a table with a total at the end of each axis; the first `nested` rows form an area of their own."""
    if nested:
        counts = np.concatenate([counts, counts[:nested].sum(0, keepdims=True)])  # an area beside its districts
    parts = [counts.shape[0] - bool(nested), *counts.shape[1:]]
    for axis, size in enumerate(parts):
        counts = np.concatenate([counts, counts.take(range(size), axis).sum(axis, keepdims=True)], axis)
    place = np.arange(counts.size).reshape(counts.shape)
    lines = []
    for axis, size in enumerate(parts):
        for line in np.moveaxis(place, axis, -1).reshape(-1, place.shape[axis]):
            lines.append((line[:size], line[-1]))
            if nested and axis == 0:
                lines.append((line[:nested], line[size]))
    coefficients = np.zeros((len(lines), counts.size))
    for row, (own, whole) in enumerate(lines):
        coefficients[row, own], coefficients[row, whole] = 1, -1
    return counts.ravel(), coefficients


# Districts × ages; districts within an area × ages; districts × ages × years; all three. Small ones are tried more often.
TABLE, AREAS, PERIODS, ALL = ((3, 4), 0), ((4, 2), 2), ((2, 2, 2), 0), ((3, 2, 2), 2)
SHAPES = (TABLE, AREAS, PERIODS, TABLE, AREAS, PERIODS, ALL)


def random_table(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells, sums and the cells that are small of the table of that number."""
    rng = np.random.default_rng(seed)
    shape, nested = SHAPES[seed % len(SHAPES)]
    counts = rng.poisson(rng.choice([0.5, 4, 15, 60], size=shape)).astype(float)
    counts.flat[0] += THRESHOLD  # a table of fewer people than the threshold cannot be made uncertain by as many
    cells, coefficients = cube(counts, nested)
    return cells, coefficients, (cells > 0) & (cells < THRESHOLD)


def protected(cells: np.ndarray, facts: Facts, is_small: np.ndarray) -> np.ndarray:
    cost = cells.copy()
    cost[-1] = np.inf  # the total of all is told
    return protect(cells, is_small, facts, width=np.full(cells.size, THRESHOLD), cost=cost)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 500, 50))
def test_no_withheld_cell_of_500_random_tables_can_be_recovered(first):
    for seed in range(first, first + 50):
        cells, coefficients, is_small = random_table(seed)
        facts = Facts.of(coefficients, cells)
        hidden = protected(cells, facts, is_small)
        assert (hidden >= is_small).all() and not hidden[-1]
        smallest, largest = attack(cells, hidden, facts)
        assert (largest - smallest)[hidden].min(initial=np.inf) >= THRESHOLD - 1e-3, seed
        # the same by linear algebra alone: a cell that the sums imply lies in the space of their rows
        if hidden.any():
            rows = coefficients[:, hidden]
            assert (np.linalg.pinv(rows) @ rows).diagonal().max() < 1 - 1e-6, seed


@pytest.mark.parametrize("seed", range(7))
def test_an_attacker_with_tools_of_his_own_finds_no_more(seed):
    cells, coefficients, is_small = random_table(seed)
    hidden = protected(cells, Facts.of(coefficients, cells), is_small)
    known = -coefficients[:, ~hidden] @ cells[~hidden]
    for aim in np.eye(hidden.sum()):
        ends = [
            linprog(sign * aim, A_eq=coefficients[:, hidden], b_eq=known, bounds=(0, None), method="highs-ipm").fun
            for sign in (1, -1)
        ]
        assert -ends[1] - ends[0] >= THRESHOLD - 1e-3


def test_without_protection_most_tables_give_way():
    ways = []
    for seed in range(21):
        cells, coefficients, is_small = random_table(seed)
        smallest, largest = attack(cells, is_small, Facts.of(coefficients, cells))
        ways.append((largest - smallest)[is_small].min(initial=np.inf) < THRESHOLD)
    assert sum(ways) > 15


def test_the_cheapest_cell_that_is_large_enough_goes():
    cells = np.array([3.0, 0, 5, 8, 20, 60])
    first = np.array([True, False, False, False, False, False])
    facts, width = Facts.of(np.ones((1, 6)), cells), np.full(6, THRESHOLD)
    assert protect(cells, first, facts, width=width, cost=cells).tolist() == [True, False, False, False, True, False]
    cost = np.array([3.0, 0, 5, 8, 20, 1])
    assert protect(cells, first, facts, width=width, cost=cost).tolist() == [True, False, False, False, False, True]


def test_where_none_is_large_enough_several_go_and_where_nothing_helps_all():
    cells, width = np.array([3.0, 4, 5, 0]), np.full(4, THRESHOLD)
    first = np.array([True, False, False, False])
    assert protect(cells, first, Facts.of(np.ones((1, 4)), cells), width=width, cost=cells).tolist() == [True] * 3 + [
        False
    ]
    few = np.array([3.0, 0, 1, 0])
    assert protect(few, first, Facts.of(np.ones((1, 4)), few), width=width, cost=few).all()


def test_a_cell_that_nobody_knows_is_protected_too():
    cells, first = np.array([np.nan, 12.0, 30]), np.array([True, False, False])
    facts = Facts(np.ones((1, 3)), np.array([45.0]), np.zeros(3), np.full(3, np.inf))
    assert protect(cells, first, facts, width=np.full(3, THRESHOLD), cost=cells).tolist() == [True, True, False]
