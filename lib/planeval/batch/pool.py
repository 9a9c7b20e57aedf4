"""Worker processes that end with the process that started them, whether it finishes, is interrupted or is killed."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from multiprocessing import forkserver, resource_tracker, util
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .workers import Workers

if TYPE_CHECKING:
    from ..delivery.kernels import QuietKernelManager

CAN_FORK = sys.platform == "linux"  # elsewhere a fork of what has been imported is not safe
# How this worker process starts its kernels; set once, when the process is prepared.
_prepared: list[Callable[[], type[QuietKernelManager]]] = []


class Lifeline(Protocol):
    """Tells a worker of the end of its parent."""

    def recv_bytes(self) -> bytes:
        """Wait for it. Raises: EOFError or OSError."""


class Terminated(KeyboardInterrupt):
    """The system asked this process to end (SIGTERM)."""


@contextmanager
def local_workers(jobs: int, *, forks: bool = CAN_FORK) -> Iterator[Executor]:
    """Up to `jobs` worker processes; with `forks` they and their kernels are forked from what has been imported once."""
    from ..delivery.environment import prepare_environment

    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(["planeval.batch.warm"])
    lifeline, held = context.Pipe(duplex=False)
    environment = dict(os.environ)
    util.get_temp_dir()  # that of multiprocessing outlives the room
    if os.name == "posix":
        resource_tracker.ensure_running()  # later it would let through what `uninterrupted` holds back
    with tempfile.TemporaryDirectory(prefix="planeval-", ignore_cleanup_errors=True) as room:
        prepare_environment(Path(room))
        if forks:
            with uninterrupted():
                forkserver.ensure_running()
        options = {"initializer": settle, "initargs": (lifeline, Path(room), forks)}

        def open_pool() -> Executor:
            pool = ProcessPoolExecutor(1, mp_context=context, **options)
            # The process that is forked from ignores Ctrl-C already, and takes seconds to be ready: whoever waits may interrupt.
            with nullcontext() if forks else uninterrupted():
                pool.submit(os.getpid)
            return pool

        pool = Workers(jobs, open_pool)
        try:
            yield pool
        except BaseException:
            held.close()  # the workers end at once
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            held.close()
            os.environ.clear()
            os.environ.update(environment)
            tempfile.tempdir = None


def settle(lifeline: Lifeline, room: Path, forks: bool) -> None:
    """Prepare a worker process: it ends with its parent, is quiet, and lives in the room of this run."""
    from ..delivery.environment import prepare_environment

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    _masked("SIG_UNBLOCK", {signal.SIGINT})
    prepare_environment(room)
    _prepared.append(_forked_kernels() if forks else _plain_kernels)
    kernels()  # what they need is imported now, in the right way
    threading.Thread(target=_end_with_parent, args=(lifeline, room), daemon=True).start()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def _forked_kernels() -> Callable[[], type[QuietKernelManager]]:
    """Kernels by a server that is forked here, before this process has a second thread; plain ones once it is gone."""
    from . import warm
    from .kernel_server import fork_kernel_server
    from .kernels import forked_by

    server = fork_kernel_server(warm.PATH, warm.FILTERS)
    forked = forked_by(server)
    return lambda: forked if server.is_alive else _plain_kernels()


def _plain_kernels() -> type[QuietKernelManager]:
    from .lean import import_nbformat

    import_nbformat()
    from ..delivery.kernels import QuietKernelManager

    return QuietKernelManager


def kernels() -> type[QuietKernelManager]:
    """What starts kernels in this worker process, just now."""
    return _prepared[0]()


def is_settled() -> bool:
    """Whether this process was prepared to work."""
    return bool(_prepared)


def _end_with_parent(lifeline: Lifeline, room: Path) -> None:
    """Wait until the parent is gone or lets go; the kernels notice that this process has ended."""
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        shutil.rmtree(room, ignore_errors=True)
        os._exit(1)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes started within it leave Ctrl-C to this one, which gets what comes meanwhile afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _masked("SIG_BLOCK", {signal.SIGINT})  # what is ignored and not held back is lost
    try:
        with _answering(signal.SIGINT, signal.SIG_IGN):
            yield
    finally:
        _masked("SIG_SETMASK", before)


def _masked(how: str, signals: Collection[signal.Signals]) -> Collection[signal.Signals]:
    """Hold signals back from this thread, or not any more; gives those that were held back. Windows has no such thing."""
    return signal.pthread_sigmask(getattr(signal, how), signals) if hasattr(signal, "pthread_sigmask") else ()


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
