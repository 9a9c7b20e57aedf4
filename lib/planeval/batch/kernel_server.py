"""A process that has imported what notebooks need and forks a fresh kernel for each of them; POSIX only.

It has one thread, has opened no socket of zmq and evaluates nothing, so a fork of it is as good as a new process. What
differs silently in a fork is put right in `_become_kernel`.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection

STREAM = "planeval.batch.kernel_streams.PromptStream"
RUNNING = None  # what poll says of a process that has not ended, as Popen does


class KernelServer:
    """The worker's end of the line to its kernel server. Raises: OSError or EOFError once the server is gone."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def start(self, words: Sequence[str], folder: str, environment: Mapping[str, str]) -> ForkedKernel:
        """Fork a kernel; `words` are those of ipykernel's command line.

        Raises: OSError where the system has no room for another process, or the server is gone.
        """
        try:
            pid = self.ask("start", list(words), folder, dict(environment))
        except EOFError as error:
            raise OSError(errno.EPIPE, os.strerror(errno.EPIPE)) from error
        if pid < 0:
            raise OSError(-pid, os.strerror(-pid))
        return ForkedKernel(self, pid)

    @property
    def is_alive(self) -> bool:
        """Whether it still answers."""
        try:
            self.ask("poll", 0)
        except (EOFError, OSError):
            return False
        return True

    def ask(self, verb: str, *facts: object) -> int | None:
        """One question and its answer."""
        self._line.send((verb, *facts))
        return self._line.recv()


class ForkedKernel:
    """A kernel of the server as jupyter_client wants a process: like `subprocess.Popen`, without streams."""

    stdin = stdout = stderr = None

    def __init__(self, server: KernelServer, pid: int) -> None:
        self._server, self.pid, self.returncode = server, pid, RUNNING

    def poll(self) -> int | None:
        """The exit code; None while it runs, -9 where the server itself is gone."""
        if self.returncode is RUNNING:
            self.returncode = self._asked("poll")
        return self.returncode

    def wait(self) -> int | None:
        """The exit code, once it has ended."""
        if self.returncode is RUNNING:
            self.returncode = self._asked("wait")
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and what it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    terminate = kill

    def _asked(self, verb: str) -> int | None:
        try:
            return self._server.ask(verb, self.pid)
        except (EOFError, OSError):
            return -signal.SIGKILL


def fork_kernel_server(path: Sequence[str], filters: Sequence[tuple]) -> KernelServer:
    """Fork the server off this process, which must have one thread.

    `path` is where kernels look for modules, `filters` what they warn of.
    """
    warnings.filters[:] = filters  # type: ignore[index]  # a list, whatever its declaration says
    ours, theirs = Pipe()
    if os.fork():
        theirs.close()
        return KernelServer(ours)
    try:
        ours.close()
        _serve(theirs, path)
    finally:
        os._exit(0)


def _serve(line: Connection, path: Sequence[str]) -> None:
    """Answer until the worker is gone; then end every kernel that is left."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kernels: set[int] = set()
    try:
        while True:
            verb, *facts = line.recv()
            if verb == "start":
                try:
                    pid = os.fork()
                except OSError as error:
                    line.send(-(error.errno or errno.EAGAIN))
                    continue
                if pid == 0:
                    line.close()
                    _become_kernel(*facts, path)
                kernels.add(pid)
                line.send(pid)
            else:
                line.send(_ended(kernels, *facts, options=0 if verb == "wait" else os.WNOHANG))
    except (EOFError, OSError):
        for pid in kernels:
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)


def _ended(kernels: set[int], pid: int, *, options: int) -> int | None:
    if pid not in kernels:
        return -signal.SIGKILL
    found, status = os.waitpid(pid, options)
    if found == 0:
        return RUNNING
    kernels.discard(pid)
    with suppress(OSError):  # what a cell has started and left behind
        os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


def _become_kernel(words: list[str], folder: str, environment: dict[str, str], path: Sequence[str]) -> None:
    """Be in this process what `python -m ipykernel_launcher WORDS` is in a new one. Does not return."""
    code = 1
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        sys.argv, sys.path[:] = ["ipykernel_launcher", *words], path
        _reseed()
        code = _run_kernel(words)
    finally:
        os._exit(code)


def _reseed() -> None:
    """Forks share their parent's random streams."""
    import numpy as np

    random.seed()
    np.random.seed()


def _run_kernel(words: list[str]) -> int:
    import matplotlib as mpl
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.parent_handle = os.getppid()  # it ends with the server
    app.outstream_class = STREAM
    app.initialize(words)
    app.log.setLevel(app.log_level)  # else it makes every message of level DEBUG, which its own handler then drops
    # ipykernel names its backend for pictures in the environment, which a matplotlib imported before has not seen.
    mpl.rcParams["backend"] = os.environ["MPLBACKEND"]
    app.start()
    return 0
