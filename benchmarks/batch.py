"""A whole plan by `planeval run`, against the flow that a user would write, and against the floor.

The naive flow: for each period and notebook one process of papermill, then one of nbconvert, one after the other.
`planeval run` also judges once more, writes tables, a workbook, text editions and an index, and publishes each period as
a whole; the naive flow does none of that. The two take turns, so that what else the machine does hits both alike.

Run: `python benchmarks/batch.py [PLAN] [--period ID …] [--pairs N] [--python PATH]`. `--python` names the interpreter of
another environment, for example one without jupyterlab.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from timing import PROJECT, Measured, facts, measured, megabytes, print_table

from planeval.delivery.choice import read_plan
from planeval.delivery.parameters import notebook_paths

# As the runner has it: as many processes as cores, one thread each.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
HEAD = ("flow", "seconds", "seconds a notebook", "processor seconds", "most memory")


def naive(python: str, plan: str, periods: Sequence[str], room: Path) -> Measured:
    """Every notebook by papermill and nbconvert, one process after the other; the sum of them."""
    steps = []
    for period in periods:
        for name, path in notebook_paths().items():
            made = room / period / f"{name}.ipynb"
            made.parent.mkdir(parents=True, exist_ok=True)
            given = ("-p", "plan", plan, "-p", "period", period)
            quiet = ("--no-progress-bar", "--log-level", "ERROR")
            steps.append(measured((python, "-m", "papermill", path, made, *given, *quiet)))
            steps.append(measured((python, "-m", "nbconvert", "--to", "html", "--no-input", made)))
            assert made.with_suffix(".html").stat().st_size > 0
    total = (sum(step.seconds for step in steps), sum(step.processor for step in steps))
    return Measured(*total, max(step.memory for step in steps), 0, "", "")


def batch(python: str, plan: str, periods: Sequence[str], room: Path, *words: str) -> Measured:
    """The same by this project, from nothing."""
    chosen = [word for period in periods for word in ("--period", period)]
    found = measured((python, "-m", "planeval", "run", plan, *chosen, "--force", "--outputs", room, *words))
    assert all((room / plan / period / f"{name}.html").is_file() for period in periods for name in notebook_paths())
    return found


def floor(python: str, plan: str, periods: Sequence[str]) -> Measured:
    """The cells alone, in a warm process per core; `seconds` is what the script itself measured."""
    script = Path(__file__).with_name("floor.py")
    found = measured((python, script, plan, *periods), **ONE_THREAD)
    return Measured(float(found.output), found.processor, found.memory, 0, "", "")


def compare(given: argparse.Namespace, room: Path) -> None:
    """Measure the pairs and print both tables."""
    plan = read_plan(PROJECT / "data", given.plan)
    if plan is None:
        raise SystemExit(f"no plan {given.plan}")
    periods = given.period or [period.id for period in plan.periods]
    python, count = given.python, len(periods) * len(notebook_paths())
    if not given.at_once:  # what Python compiles once is not what is measured
        batch(python, given.plan, periods[:1], room / "warm")
        naive(python, given.plan, periods[:1], room / "warm naive")
    found: dict[str, list[Measured]] = {"papermill, nbconvert": [], "planeval run": [], "floor": []}
    for turn in range(given.pairs):
        found["papermill, nbconvert"].append(naive(python, given.plan, periods, room / f"naive {turn}"))
        found["planeval run"].append(batch(python, given.plan, periods, room / f"batch {turn}", *given.more.split()))
        found["floor"].append(floor(python, given.plan, periods))
    print(facts(python))
    print_table(f"{given.plan}: {len(periods)} periods, {count} notebooks, median of {given.pairs}", HEAD, [
        (name, f"{middle(runs, 'seconds'):.1f}", f"{middle(runs, 'seconds') / count:.2f}",
         f"{middle(runs, 'processor'):.0f}", megabytes(max(run.memory for run in runs)))
        for name, runs in found.items()
    ])  # fmt: skip
    _print_ratios(*found.values())


def middle(runs: Sequence[Measured], name: str) -> float:
    """The median of one figure."""
    return statistics.median(getattr(run, name) for run in runs)


def _print_ratios(slow: Sequence[Measured], fast: Sequence[Measured], least: Sequence[Measured]) -> None:
    rows = []
    for name, pairs in {
        "papermill, nbconvert ÷ planeval run": zip(slow, fast, strict=True),
        "planeval run ÷ floor": zip(fast, least, strict=True),
    }.items():
        ratios = sorted(above.seconds / below.seconds for above, below in pairs)
        rows.append((name, *(f"{ratio:.2f}" for ratio in (ratios[0], statistics.median(ratios), ratios[-1]))))
    print_table("seconds, ratio in each pair", ("ratio", "least", "median", "most"), rows)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", default="tokorozawa")
    parser.add_argument("--period", action="append", help="only this period (may be given again); else all")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environment to measure")
    parser.add_argument("--at-once", action="store_true", help="without a first round that is not measured")
    parser.add_argument("--more", default="", help="more words for planeval run, for example --more=--plain-kernels")
    given = parser.parse_args()
    given.python = os.path.abspath(given.python)  # not resolved: a link in a venv is what makes it a venv
    with tempfile.TemporaryDirectory(prefix="bench-") as room:
        compare(given, Path(room))


if __name__ == "__main__":
    main()
