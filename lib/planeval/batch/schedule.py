"""What is done when: plans are read where that is needed, then their periods run, a few at a time, each published at once."""

from __future__ import annotations

import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from . import freshness, publish
from .crew import BROKEN, dismiss
from .progress import Progress
from .tasks import Examined, NotDone, Result, Task, skipped
from .work import examine, perform

BUG = "予期しない誤りで止まりました（上の記録）"


class Batch:
    """Plans with their tasks, at work on the executor that `open_workers` opens, `width` jobs in its queue at most."""

    def __init__(
        self,
        plans: Mapping[str, Sequence[Task]],
        open_workers: Callable[[], AbstractContextManager[Executor]],
        *,
        width: int,
        is_forced: bool = False,
    ) -> None:
        self.plans, self._open_workers, self._width, self._is_forced = plans, open_workers, width, is_forced
        self._outputs = next((task.outputs for tasks in plans.values() for task in tasks), None)
        self.results: dict[str, Result] = {}
        self.refused: list[Examined] = []
        self.outdated: list[str] = []  # published runs of refused plans
        self._unread: deque[str] = deque()
        self._ready: deque[Task] = deque()

    def work(self) -> None:
        """Do everything that is to be done; where nothing is, no worker is started."""
        with Progress(sum(map(len, self.plans.values()))) as self._progress:
            for plan in self.plans:
                with self._apart(plan):
                    found = freshness.recall(self.plans[plan])
                    if found:
                        self._sort_out(found)
                    else:
                        self._unread.append(plan)
            if self._ready or self._unread:
                with self._open_workers() as pool:
                    self._work_off(pool)

    def in_order(self) -> list[Result]:
        """The results, in the order of plans and periods."""
        return [self.results[task.key] for own in self.plans.values() for task in own if task.key in self.results]

    def _work_off(self, pool: Executor) -> None:
        """Runs go before further plans, so that few plans are open at any time."""
        under_way: dict[Future, Task | str] = {}
        try:
            while self._ready or self._unread or under_way:
                while (self._ready or self._unread) and len(under_way) < self._width:
                    future, what = self._submitted(pool)
                    under_way[future] = what
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    what = under_way.pop(future)
                    if isinstance(what, Task):
                        self._finish(_published(what, future))
                    else:
                        with self._apart(what):
                            self._read(what, future)
        finally:  # of a batch that is broken off nothing more is begun, and no process is left that worked for it
            for future in under_way:
                future.cancel()
            dismiss(self._outputs)

    @contextmanager
    def _apart(self, plan: str) -> Iterator[None]:
        """What goes wrong with a plan here, in the one process of the whole batch, fails that plan and no other."""
        try:
            yield
        except Exception as error:
            ready = {task.key for task in self._ready}
            for task in self.plans[plan]:
                if task.key not in self.results and task.key not in ready:
                    self._finish(_broken(task, error))

    def _submitted(self, pool: Executor) -> tuple[Future, Task | str]:
        if self._ready:
            task = self._ready.popleft()
            return _submit(pool, perform, task), task
        plan = self._unread.popleft()
        return _submit(pool, examine, tuple(self.plans[plan])), plan

    def _read(self, plan: str, future: Future) -> None:
        """A plan was read: refuse it, or sort out what there is to do."""
        error = _error_of(future)
        if error is not None:
            for task in self.plans[plan]:
                self._finish(_broken(task, error))
            return
        found: Examined = future.result()
        if found.problems:
            self._refuse(found)
            return
        with suppress(OSError):  # the next run reads the plan again
            freshness.remember(self.plans[plan], found)
        self._sort_out(found)

    def _refuse(self, found: Examined) -> None:
        """Tell the problems of a plan; what is published of it is not new any more, and is marked so."""
        told, tasks = _refusal(found), self.plans[found.plan]
        self._progress.say(told)
        outputs, keys = tasks[0].outputs, [task.key for task in tasks if task.period]
        # Where the plan itself cannot be read, its periods are not known.
        for key in keys or publish.published(outputs, found.plan):
            if publish.read_record(outputs / key) is not None:
                publish.keep_failed(outputs, key, {publish.FAILURE_FILE: told.encode("utf-8")})
                self.outdated.append(key)
        self.refused.append(found)
        self._progress.leave_out(len(tasks))

    def _sort_out(self, found: Examined) -> None:
        """Which tasks of a plan must run, now that is known what they rest on."""
        for task in self.plans[found.plan]:
            own = task.reading(found)
            if self._is_forced or not freshness.stands(own):
                self._ready.append(own)
            else:
                with suppress(OSError):  # the record names files of the same content by their former hashes
                    freshness.refresh(own)
                self._finish(skipped(own))

    def _finish(self, result: Result) -> None:
        self.results[result.task.key] = result
        self._progress.tell(result)


def _submit(pool: Executor, function: Callable, what: object) -> Future:
    """Hand something to the executor; one that is broken answers as a job that failed would."""
    try:
        return pool.submit(function, what)
    except BrokenExecutor as error:
        future: Future = Future()
        future.set_exception(error)
        return future


def _refusal(found: Examined) -> str:
    head = f"計画「{found.plan}」のデータに問題が{len(found.problems)}件あります。この計画は実行しません。"
    return "\n".join([head, *(f"- {problem}" for problem in found.problems)])


def _published(task: Task, future: Future) -> Result:
    """The result of a finished task, published if it is a good one."""
    error = _error_of(future)
    if error is None:
        try:
            return _switched(future.result())
        except Exception as fault:
            error = fault
    return _broken(task, error)


def _error_of(future: Future) -> BaseException | None:
    """What came instead of an answer; an executor may also have thrown a job away."""
    try:
        return future.exception()
    except CancelledError as error:
        return error


def _broken(task: Task, error: BaseException) -> Result:
    """The result of a task whose worker ended, or met a fault of this program."""
    if isinstance(error, NotDone):
        reason = str(error)
    elif isinstance(error, BrokenExecutor | CancelledError):
        reason = BROKEN
    elif isinstance(error, OSError) and error.errno:  # what the system refused, not what a library calls an OSError
        name = Path(error.filename or task.plan).name
        reason = f"「{name}」を読み書きできませんでした（{publish.cause_of(error)}）"
    else:
        traceback.print_exception(error, file=sys.stderr)
        reason = BUG
    if task.period:  # else the plan itself could not be read, and its periods are not known
        publish.keep_failed(task.outputs, task.key, {publish.FAILURE_FILE: reason.encode("utf-8")})
    return Result(task, reason=reason)


def _switched(result: Result) -> Result:
    if result.reason:
        return result
    try:
        publish.switch(result.task.outputs, result.task.key, name=result.task.staging)
    except OSError as error:
        reason = f"公表の場所に置けませんでした（{publish.cause_of(error)}）"
        publish.keep_failed(result.task.outputs, result.task.key, {publish.FAILURE_FILE: reason.encode("utf-8")})
        return replace(result, reason=reason)
    return result
