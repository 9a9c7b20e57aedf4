"""The floor under every runner: the cells of the notebooks alone, in one warm process per core, without a kernel.

Imports are done before the clock starts; every table is made and every figure is drawn as a kernel would show it.
Run: `python benchmarks/floor.py PLAN PERIOD… [--data DIR] [--cores N]`. Prints the seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import time
import types
from pathlib import Path

import matplotlib_fontja  # noqa: F401  # what the notebooks import, done before the clock starts
import nbformat
import seaborn  # noqa: F401
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from scipy import stats  # noqa: F401

import planeval
from planeval.delivery.parameters import notebook_paths
from planeval.telling import charts, views, wording  # noqa: F401
from planeval.telling.vocabulary import entry


def warm() -> None:
    """Bring a process to where a kernel is after its imports."""
    # Under a name of its own: as `__main__` it would take the place of this module, in which the pool finds `run_cells`.
    InteractiveShell.instance(user_module=types.ModuleType("notebook"))
    entry("page")


def run_cells(work: tuple[str, str, str, str]) -> int:
    """Run the code cells of one notebook and give how many pieces they showed. Raises: whatever a cell raises."""
    path, plan, period, data = work
    shell, shown = InteractiveShell.instance(), 0
    shell.reset(new_session=True)
    given = f"plan, period, data_dir = {plan!r}, {period!r}, {data!r}"
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        for source in [cells[0].source, given, *(cell.source for cell in cells[1:])]:
            with capture_output() as captured:
                result = shell.run_cell(source, store_history=True)
            result.raise_error()
            shown += len(captured.outputs) + (result.result is not None)
    return shown


def main() -> None:
    """Run every notebook for every period and print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan")
    parser.add_argument("periods", nargs="+")
    parser.add_argument("--data", default=str(Path(__file__).resolve().parents[1] / "data"))
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    work = [
        (str(path), given.plan, period, given.data) for period in given.periods for path in notebook_paths().values()
    ]
    assert planeval.load  # as the first cell of a notebook imports it
    with multiprocessing.get_context("fork").Pool(given.cores, initializer=warm) as pool:
        pool.apply(len, ((),))
        begun = time.perf_counter()
        shown = pool.map(run_cells, work, chunksize=1)
        print(f"{time.perf_counter() - begun:.3f}")
    if min(shown) == 0:
        raise SystemExit("a notebook showed nothing")


if __name__ == "__main__":
    main()
