"""`planeval run` and `planeval index`: what the options of the command line ask of a batch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

from ..delivery.choice import Choice
from ..words.problems import WrongUse
from .shards import shard_of

FAILED = 1  # the exit code


def run_command(given: argparse.Namespace, choice: Choice, outputs: Path) -> int:
    """Run a choice as the options say, and give the exit code. Raises: WrongUse for options that mean nothing."""
    for name, number in (("--jobs", given.jobs), ("--cell-seconds", given.cell_seconds)):
        if number is not None and number < 1:
            raise WrongUse(f"{name} は1以上の数で指定してください。")
    shard = None if given.shard is None else shard_of(given.shard)
    workers = None if given.dask is None else _cluster(given, outputs)
    from .pool import CAN_FORK
    from .runs import Manner, run

    if given.pdf:
        from ..delivery.doors import can_print

        if not can_print():
            return FAILED
    manner = Manner(
        given.jobs,
        is_forced=given.force,
        prints=given.pdf,
        is_strict=given.strict,
        cell_seconds=given.cell_seconds,
        forks=CAN_FORK and not given.plain_kernels,
        shard=shard,
    )
    return run(choice, outputs, manner, workers=workers)


def _cluster(given: argparse.Namespace, outputs: Path) -> Callable[[], AbstractContextManager[Executor]]:
    """What opens the cluster, once there is something to do. Raises: WrongUse where that cannot be."""
    from .cluster import check_installed, cluster

    if given.plain_kernels:
        raise WrongUse("--plain-kernels は、--dask と一緒には使えません。")
    check_installed()
    return lambda: cluster(given.dask, outputs)


def index_command(data_dir: Path, outputs: Path) -> None:
    """Write the index pages anew, as after a job array. Raises: Busy while a run or a shard is at work."""
    from .index import write_indexes
    from .lock import locked
    from .publish import open_outputs, sweep

    open_outputs(outputs)
    with locked(outputs):
        left = sweep(outputs)
        write_indexes(outputs, data_dir)
    if left:
        print(left, file=sys.stderr)
    print(f"目次：{outputs / 'index.html'}")
