"""The batch: every chosen period of every chosen plan, in parallel, each published as soon as it is complete."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from ..delivery.choice import Choice, read_plan
from ..delivery.examine import Examination, examine
from ..delivery.parameters import notebook_paths
from . import publish
from .index import write_indexes
from .lock import locked
from .pool import terminable, work_off
from .progress import Progress, table
from .tasks import Result, Task

MOST_JOBS = 4
BROKEN = "作業のプロセスが途中で止まりました（メモリの不足か、強制終了）"
BUG = "予期しない誤りで止まりました（上の記録）"


def run(choice: Choice, outputs: Path, *, jobs: int | None = None, prints: bool = False) -> int:
    """Run a choice and publish what succeeds. Gives the exit code: 0 all done, 1 something failed.

    Raises: WrongUse before anything is written; Busy where another run holds the outputs folder.
    """
    notebooks = notebook_paths()
    found = [_examined(choice, plan) for plan in choice.plans]
    broken = [examination for examination in found if examination.workbook is None]
    for examination in broken:
        print(_refusal(examination), file=sys.stderr)
    tasks = [task for examination in found for task in _tasks(choice, examination, outputs, notebooks)]
    tasks = [replace(task, prints=prints) for task in tasks]
    results = _published_all(tasks, choice, outputs, jobs or default_jobs()) if tasks else []
    if results:
        print(table(results))
        print(f"目次：{outputs / 'index.html'}")
    if any(result.reason for result in results):
        print(f"失敗した実行の記録：{outputs / publish.FAILED}", file=sys.stderr)
    return 1 if broken or any(result.reason for result in results) else 0


def default_jobs() -> int:
    """As many as there are processors for this process, at most four."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_JOBS)


def _examined(choice: Choice, plan: str) -> Examination:
    known = read_plan(choice.data_dir, plan)
    return examine(plan, choice.data_dir, periods=choice.periods_of(known) if known else (), scheme=choice.scheme)


def _refusal(examination: Examination) -> str:
    head = f"計画「{examination.plan}」のデータに問題が{len(examination.problems)}件あります。この計画は実行しません。"
    return "\n".join([head, *(f"- {problem}" for problem in examination.problems)])


def _tasks(choice: Choice, examination: Examination, outputs: Path, notebooks: Mapping[str, Path]) -> Iterator[Task]:
    """One task a period. To ask by name for the scheme that the period has anyway is the same as not to ask."""
    workbook = examination.workbook
    if workbook is None:
        return
    for period_id in choice.periods_of(workbook.plan):
        own = workbook.plan.period(period_id).scheme or workbook.plan.scheme
        scheme = None if choice.scheme == own else choice.scheme
        yield Task(examination.plan, period_id, scheme, choice.data_dir, outputs, notebooks, workbook.inputs)


def _published_all(tasks: Sequence[Task], choice: Choice, outputs: Path, jobs: int) -> list[Result]:
    publish.open_outputs(outputs)
    results: dict[str, Result] = {}
    with terminable(), locked(outputs):
        publish.sweep(outputs)
        try:
            with Progress(len(tasks)) as progress:

                def finished(task: Task, future: Future) -> None:
                    results[task.key] = _published(task, future)
                    progress.tell(results[task.key])

                work_off(tasks, jobs, finished)
        finally:
            publish.sweep(outputs)
            write_indexes(outputs, choice.data_dir)
    return [results[task.key] for task in tasks]


def _published(task: Task, future: Future) -> Result:
    """The result of a finished task, published if it is a good one."""
    error = future.exception()
    if error is None:
        return _switched(future.result())
    if not isinstance(error, BrokenProcessPool):
        traceback.print_exception(error)
    reason = BROKEN if isinstance(error, BrokenProcessPool) else BUG
    publish.keep_failed(task.outputs, task.key, {publish.FAILURE_FILE: reason.encode("utf-8")})
    return Result(task, reason=reason)


def _switched(result: Result) -> Result:
    if result.reason:
        return result
    try:
        publish.switch(result.task.outputs, result.task.key)
    except OSError as error:
        return replace(result, reason=f"公表の場所に置けませんでした（{publish.cause_of(error)}）")
    return result
