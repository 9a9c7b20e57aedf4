"""How long judging takes, from one indicator-period to a million, beside a version that goes row by row.

Run: `python benchmarks/evaluation.py [LARGEST]`. Prints a table; each size is timed three times, the median counts.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from timing import facts, megabytes, print_table

from planeval.judging.ratings import judge
from planeval.trust.schemes import load_scheme

SIZES = (1, 100, 10_000, 1_000_000)
KINDS = ("increase", "decrease", "at_least", "at_most", "range", "none", "suppress", "binary")
# The row-by-row version is timed on so many rows at most, and told per row.
MOST_ROWS_BY_ROW = 50
REPEATS = 3


def make_cases(count: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Indicator-periods of all kinds of target with two points each; a third have a sample, a tenth are counts."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(KINDS, count)
    baseline, value, target = (rng.integers(100, 600, count) / 10 for _ in range(3))
    years = rng.integers(2016, 2031, count)
    has_sample, is_count = rng.random(count) < 1 / 3, rng.random(count) < 0.1
    n = np.where(has_sample & ~is_count, 400.0, np.nan)
    texts = dict.fromkeys(("group_kind", "group", "flags", "reason", "survey"), "")
    cases = pd.DataFrame({
        "indicator_id": np.arange(count).astype(str), "unit": "%", "target_kind": kind, "path": "linear",
        "direction": np.where(kind == "none", "up", ""), "is_count": is_count, "is_restarted": False,
        "baseline": np.where(is_count, np.floor(baseline), baseline), "value": np.where(is_count, np.floor(value), value),
        "target": target, "target_upper": target + 5, "min_change": np.nan, "baseline_bridge": 1.0,
        "baseline_se": np.nan, "se": np.nan, "baseline_design_effect": np.nan, "design_effect": np.nan,
        "baseline_n": n, "n": n, "baseline_x": n * baseline / 100, "x": n * value / 100,
        "baseline_exposure": np.nan, "exposure": np.nan, **texts,
    })  # fmt: skip
    words = ("indicator_id", "unit", "target_kind", "path", "direction", *texts)
    cases = cases.astype({name: "str" for name in words}).assign(
        baseline_count=cases["baseline"].where(is_count),
        count=cases["value"].where(is_count),
        baseline_year=pd.array(np.full(count, 2015), dtype="Int64"),
        fiscal_year=pd.array(years, dtype="Int64"),
        target_year=pd.array(np.full(count, 2030), dtype="Int64"),
    )
    number = np.arange(count)
    points = pd.DataFrame({
        "case": np.repeat(number, 2),
        "fiscal_year": np.column_stack([np.full(count, 2015), years]).ravel(),
        "value": np.column_stack([cases["baseline"], cases["value"]]).ravel(),
    })  # fmt: skip
    return cases, points, points.iloc[:0]


def seconds(action: Callable[[], object]) -> float:
    """The median time of a few runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def row_by_row(cases: pd.DataFrame, points: pd.DataFrame, milestones: pd.DataFrame) -> pd.DataFrame:
    """The straightforward version: one case at a time."""
    scheme = load_scheme("gap")
    judged = []
    for number in range(len(cases)):
        own = points[points["case"].eq(number)].assign(case=0)
        judged.append(judge(cases.iloc[[number]].reset_index(drop=True), own, milestones, scheme, {}))
    return pd.concat(judged, ignore_index=True)


def main(words: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("largest", type=int, nargs="?", default=SIZES[-1], help="leave out larger sizes")
    largest, scheme, rows = parser.parse_args(words).largest, load_scheme("gap"), []
    for size in [size for size in SIZES if size <= largest]:
        case = make_cases(size)
        together = seconds(lambda case=case: judge(*case, scheme, {}))
        few = make_cases(min(size, MOST_ROWS_BY_ROW))
        single = seconds(lambda few=few: row_by_row(*few)) / len(few[0])
        peak = megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        ratio = single / (together / size)
        rows.append((f"{size:,}", f"{together:.3f}", f"{together / size * 1e6:.1f}", peak, f"{ratio:,.0f}"))
    print(facts())
    print_table("judging", ("indicator-periods", "seconds", "µs each", "most memory", "row by row ÷ at once"), rows)


if __name__ == "__main__":
    main()
