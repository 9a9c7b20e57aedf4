"""Worker processes that end with the process that started them, whether it finishes, is interrupted or is killed."""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from .tasks import Task, perform, settle


class Terminated(KeyboardInterrupt):
    """The system asked this process to end (SIGTERM)."""


def work_off(tasks: Sequence[Task], jobs: int, finished: Callable[[Task, Future], None]) -> None:
    """Perform every task in one of `jobs` fresh processes; `finished` is called here, as each is done."""
    context = multiprocessing.get_context("spawn")
    lifeline, held = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="planeval-", ignore_cleanup_errors=True) as room:
        prepared = {"initializer": settle, "initargs": (lifeline, Path(room))}
        pool = ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=context, **prepared)
        try:
            with _answering(signal.SIGINT, signal.SIG_IGN):  # the new processes leave Ctrl-C to this one
                futures = {pool.submit(perform, task): task for task in tasks}
            for future in as_completed(futures):
                finished(futures[future], future)
        except BaseException:
            held.close()  # the workers end at once
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def terminable() -> Iterator[None]:
    """Within it SIGTERM ends the run as Ctrl-C does, so that nothing is left behind. Raises: Terminated."""

    def end(*_: object) -> None:
        raise Terminated

    with _answering(signal.SIGTERM, end):
        yield


@contextmanager
def _answering(number: signal.Signals, answer: Callable | signal.Handlers) -> Iterator[None]:
    """Answer a signal in another way for a while; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, answer)
    try:
        yield
    finally:
        signal.signal(number, before)
