"""The batch: every chosen period of every chosen plan that needs it, in parallel, each published as soon as it is complete."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..delivery.choice import Choice, read_plan
from ..delivery.parameters import CELL_SECONDS, notebook_paths
from . import publish
from .index import write_indexes
from .lock import check_free, locked
from .pool import CAN_FORK, local_workers
from .progress import table
from .schedule import Batch
from .shards import Shard
from .signals import terminable
from .sources import sources_of
from .tasks import Task

MOST_JOBS = 4
MOST_ELSEWHERE = 256  # jobs handed to other workers than our own; these wait in their queue
PART_DONE = "この部分は終わりました。すべての部分が終わったら、planeval index で目次を作ってください。"
NO_INDEX = "目次は、次の実行か planeval index で新しくなります。"
NO_PART = "この部分には、実行するものがありません。"


@dataclass(frozen=True)
class Manner:
    """How to run: `jobs` at once (None: as many as there are processors), all anew or only what has changed.

    A `shard` runs its part only and writes no index.
    """

    jobs: int | None = None
    is_forced: bool = False
    prints: bool = False
    is_strict: bool = False
    cell_seconds: int = CELL_SECONDS
    forks: bool = CAN_FORK
    shard: Shard | None = None


def run(
    choice: Choice,
    outputs: Path,
    manner: Manner = Manner(),
    *,
    notebooks: Mapping[str, Path] | None = None,
    workers: Callable[[], AbstractContextManager[Executor]] | None = None,
) -> int:
    """Run a choice and publish what succeeds. Gives the exit code: 0 all done, 1 something failed.

    `workers` opens the executor that does the work, local processes by default. It may be any executor whose workers
    see the same folders: a worker that was not prepared by `pool.settle` works through a process that is (`crew`).
    Raises: WrongUse before anything is written; Busy where another run holds the outputs folder.
    """
    shard = manner.shard.name if manner.shard else ""
    check_free(outputs, shard=shard)
    notebooks = notebook_paths() if notebooks is None else notebooks
    plans = {plan: list(_tasks(choice, plan, outputs, notebooks, manner)) for plan in choice.plans}
    plans = {plan: tasks for plan, tasks in plans.items() if tasks}  # not every plan has the periods asked for
    if manner.shard:
        plans = manner.shard.own(plans)
    publish.open_outputs(outputs)
    jobs = manner.jobs or default_jobs()
    width = (manner.jobs or MOST_ELSEWHERE) if workers else 2 * jobs
    open_workers = workers or (lambda: local_workers(jobs, forks=manner.forks))
    batch = Batch(plans, open_workers, width=width, is_forced=manner.is_forced)
    with terminable(), locked(outputs, shard=shard):
        left = publish.sweep(outputs, shard or None)
        if left:
            print(left, file=sys.stderr)
        publish.open_room(outputs, shard or publish.ALL)
        faults = _work_off(batch, outputs, choice.data_dir, shard)
    return _told(batch, outputs, faults, is_shard=bool(shard))


def _work_off(batch: Batch, outputs: Path, data_dir: Path, shard: str) -> list[OSError]:
    """Do the work and tidy up, also after a fault; who interrupts does not wait for the indexes of a country."""
    try:
        try:
            batch.work()
        except Exception:
            _tidied(batch, outputs, data_dir, shard)
            raise
        return _tidied(batch, outputs, data_dir, shard)
    except KeyboardInterrupt:
        with suppress(OSError):
            publish.sweep(outputs, shard or None)
        if (batch.results or batch.outdated) and not shard:
            print(NO_INDEX, file=sys.stderr)
        raise


def _tidied(batch: Batch, outputs: Path, data_dir: Path, shard: str) -> list[OSError]:
    """Clear away what a batch needed and write the indexes; what goes wrong here must not hide what became of the runs."""
    faults = []
    try:
        publish.sweep(outputs, shard or None)
    except OSError as error:
        faults.append(error)
    try:
        if (batch.results or batch.outdated) and not shard:  # else nothing was written
            write_indexes(outputs, data_dir)
    except OSError as error:
        faults.append(error)
    return faults


def default_jobs() -> int:
    """As many as there are processors for this process, at most four."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_JOBS)


def _told(batch: Batch, outputs: Path, faults: Sequence[OSError], *, is_shard: bool) -> int:
    """Say what became of everything, and give the exit code."""
    results = batch.in_order()
    if results or batch.refused:
        print(table(results, batch.refused))
    if is_shard:
        print(PART_DONE if results or batch.refused else NO_PART)
    elif results:
        print(f"目次：{outputs / 'index.html'}")
    is_failed = any(result.reason for result in results)
    if is_failed:
        print(f"失敗した実行の記録：{outputs / publish.FAILED}", file=sys.stderr)
    for error in faults:
        place = Path(error.filename or outputs).name
        print(f"片づけか目次で、「{place}」を読み書きできませんでした（{publish.cause_of(error)}）。", file=sys.stderr)
    return 1 if is_failed or batch.refused or faults else 0


def _tasks(
    choice: Choice, plan_id: str, outputs: Path, notebooks: Mapping[str, Path], manner: Manner
) -> Iterator[Task]:
    """One task a period. To ask by name for the scheme that the period has anyway is the same as not to ask."""
    plan = read_plan(choice.data_dir, plan_id)
    sources = sources_of(choice.data_dir / plan_id, notebooks)
    if plan is None:  # the examination tells why
        yield Task(plan_id, "", None, choice.data_dir, outputs, notebooks, sources)
        return
    for period_id in choice.periods_of(plan):
        own = plan.period(period_id).scheme or plan.scheme
        scheme = None if choice.scheme == own else choice.scheme
        task = Task(plan_id, period_id, scheme, choice.data_dir, outputs, notebooks, sources)
        asked = {"prints": manner.prints, "is_strict": manner.is_strict, "cell_seconds": manner.cell_seconds}
        yield replace(task, staging=manner.shard.name if manner.shard else publish.ALL, **asked)
