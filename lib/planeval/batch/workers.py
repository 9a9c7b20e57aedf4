"""Local workers, each the only process of its own pool, so that one that is lost takes no other's job with it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

from .signals import hold_back_ctrl_c
from .tasks import NotDone
from .trees import CAUSES, cause_of

NOT_STARTED = "作業のプロセスを始められませんでした（{}）"
# Where the system has no room for a process; of the process that is forked from (EOFError), or for a thread (RuntimeError).
NO_PROCESS = (OSError, EOFError, RuntimeError)


class Workers(Executor):
    """At most `jobs` pools of one process, opened as they are needed; `open_pool` opens one and starts its process."""

    def __init__(self, jobs: int, open_pool: Callable[[], Executor]) -> None:
        self._jobs, self._open_pool = jobs, open_pool
        # Each thread waits for the answer of one pool; Ctrl-C is the main thread's.
        self._threads = ThreadPoolExecutor(jobs, initializer=hold_back_ctrl_c)
        self._free: SimpleQueue[Executor] = SimpleQueue()
        self._count = 0
        self._unfinished: list[Future] = []
        self._is_closed = False

    def submit(self, function: Callable, /, *what: object) -> Future:
        """Let the next free worker do something. Raises: NotDone where not a single one could be started."""
        self._unfinished = [job for job in self._unfinished if not job.done()]
        if len(self._unfinished) >= self._count and self._count < self._jobs:
            self._open_another()
        try:
            job = self._threads.submit(self._work, function, what)
        except RuntimeError as error:  # no room for another thread
            raise NotDone(NOT_STARTED.format(CAUSES[errno.EAGAIN])) from error
        self._unfinished.append(job)
        return job

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all workers, once they have done what they are at."""
        self._is_closed = True
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        while True:
            try:
                self._free.get_nowait().shutdown(wait, cancel_futures=True)
            except Empty:
                return

    def _open_another(self) -> None:
        try:
            self._free.put(self._open_pool())
        except NO_PROCESS as error:
            if not self._count:
                raise NotDone(NOT_STARTED.format(_cause(error))) from error
        else:
            self._count += 1

    def _work(self, function: Callable, what: tuple) -> Any:  # whatever the function gives
        pool = self._free.get()
        try:
            try:
                job = pool.submit(function, *what)
            except BrokenExecutor:  # its process was lost while it had nothing to do
                pool = self._instead_of(pool)
                job = pool.submit(function, *what)
            return job.result()
        except BrokenExecutor:
            pool = self._instead_of(pool)
            raise
        finally:
            self._free.put(pool)

    def _instead_of(self, pool: Executor) -> Executor:
        """A new pool in the place of a broken one, unless all are about to end or none can be had."""
        if self._is_closed:
            return pool
        pool.shutdown(wait=False)
        try:
            return self._open_pool()
        except NO_PROCESS:
            return pool


def _cause(error: Exception) -> str:
    """Why none could be started; only the system itself gives a reason of its own."""
    return cause_of(error) if isinstance(error, OSError) else CAUSES[errno.EAGAIN]
