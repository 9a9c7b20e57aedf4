"""What a cluster of dask costs: `planeval run --dask` on two workers of this machine against two local ones, taking turns.

The cluster is up before the clock starts, as a cluster is; the processes that do the work on it start anew in every run.
Run: `python benchmarks/cluster.py [PLAN] [--pairs N]`. Needs dask and distributed (`pip install -e ".[test]"`).
"""

from __future__ import annotations

import argparse
import filecmp
import os
import statistics
import sys
import tempfile
from pathlib import Path

from distributed import LocalCluster
from timing import PROJECT, Measured, facts, measured, print_table

HEAD = ("executor", "seconds, median", "least", "most")
WORKERS = 2


def run(plan: str, outputs: Path, *words: str) -> Measured:
    """All periods of a plan, from nothing."""
    return measured((sys.executable, "-m", "planeval", "run", plan, "--force", "--outputs", outputs, *words))


def differing(first: Path, second: Path) -> list[str]:
    """The published files that are not in both, or not alike, byte for byte."""
    names = {name for folder in (first, second) for name in _published(folder)}
    same, _, _ = filecmp.cmpfiles(first, second, sorted(names), shallow=False)
    return sorted(names - set(same))


def _published(folder: Path) -> set[str]:
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {str(name) for name in names if not any(part.startswith(".") for part in name.parts)}


def compare(plan: str, pairs: int, *, address: str, room: Path) -> None:
    """Measure the pairs and print both tables."""
    found: dict[str, list[float]] = {"local": [], "dask": []}
    for turn in range(pairs):
        for name, words in {"local": ("--jobs", str(WORKERS)), "dask": ("--dask", address)}.items():
            found[name].append(run(plan, room / f"{name} {turn}", *words).seconds)
        unlike = differing(room / f"local {turn}", room / f"dask {turn}")
        if unlike:
            raise SystemExit(f"not the same bytes: {unlike}")
    print(facts())
    print_table(f"{plan}, all periods, {WORKERS} at once, {pairs} pairs, the same bytes in each", HEAD, [
        (name, *(f"{pick(seconds):.1f}" for pick in (statistics.median, min, max))) for name, seconds in found.items()
    ])  # fmt: skip
    ratios = sorted(far / near for near, far in zip(*found.values(), strict=True))
    line = ("dask ÷ local", *(f"{ratio:.2f}" for ratio in (ratios[0], statistics.median(ratios), ratios[-1])))
    print_table("seconds, ratio in each pair", ("ratio", "least", "median", "most"), [line])


def main() -> None:
    """Read the command line, open a cluster, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", default="tokorozawa")
    parser.add_argument("--pairs", type=int, default=3)
    given = parser.parse_args()
    os.environ["PYTHONPATH"] = str(PROJECT / "lib")
    options = {"n_workers": WORKERS, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with tempfile.TemporaryDirectory(prefix="bench-") as room, LocalCluster(**options, local_directory=room) as workers:
        compare(given.plan, given.pairs, address=workers.scheduler_address, room=Path(room))


if __name__ == "__main__":
    main()
