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
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing import forkserver, resource_tracker, util
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .signals import leave_ctrl_c, uninterrupted
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
        options = {"initializer": settle, "initargs": (lifeline, Path(room), forks)}

        def open_pool() -> Executor:
            pool = ProcessPoolExecutor(1, mp_context=context, **options)
            # The process that is forked from ignores Ctrl-C already, and takes seconds to be ready: whoever waits may interrupt.
            with nullcontext() if forks else uninterrupted():
                pool.submit(os.getpid)
            return pool

        pool = Workers(jobs, open_pool)
        try:
            if forks:
                with uninterrupted():
                    forkserver.ensure_running()
            yield pool
        except BaseException:
            held.close()  # the workers end at once
            if forks:
                _end_forkserver()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            held.close()
            os.environ.clear()
            os.environ.update(environment)
            tempfile.tempdir = None


def _end_forkserver() -> None:
    """End the process that workers are forked from, with what was asked of it and not done yet; a later run starts another."""
    own = getattr(forkserver._forkserver, "_forkserver_pid", None)  # multiprocessing has no public way
    if own is not None:
        with suppress(ProcessLookupError):
            os.kill(own, signal.SIGKILL)


def settle(lifeline: Lifeline, room: Path, forks: bool) -> None:
    """Prepare a worker process: it ends with its parent, is quiet, and lives in the room of this run."""
    from ..delivery.environment import prepare_environment

    leave_ctrl_c()
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
