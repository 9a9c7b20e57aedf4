"""Running the project's commands in a process of their own, as a user does."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def plain_environment() -> dict[str, str]:
    """For programs that are not ours: under a locale that is not installed some complain, some open no Japanese name."""
    return os.environ | {"LC_ALL": "C.UTF-8"}


def run_module(
    module: str, *words: object, cwd: Path = PROJECT, umask: int = -1, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """`python -m MODULE WORDS…` with its output as text; `before` are the words of a command that runs it."""
    command = [*before, sys.executable, "-m", module, *map(str, words)]
    env = os.environ | {"PYTHONPATH": str(PROJECT / "lib"), "PYTHONUTF8": "1"} | environment
    return subprocess.run(command, cwd=cwd, env=env, umask=umask, capture_output=True, encoding="utf-8", timeout=1200)


class Line:
    """A named pipe that another process opens for writing, says something on, and holds as long as it lives."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path, self._end = path, os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def is_heard(self) -> bool:
        """Whether something is said on it."""
        return self._comes(select.POLLIN)

    def is_let_go(self) -> bool:
        """Whether the process ends, long before it would by itself."""
        return self._comes(select.POLLHUP)

    def _comes(self, event: int, seconds: float = 60) -> bool:
        poller = select.poll()
        poller.register(self._end, event & select.POLLIN)
        return any(found & event for _, found in poller.poll(seconds * 1000))


def planeval(
    *words: object, cwd: Path = PROJECT, umask: int = -1, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command of this project."""
    return run_module("planeval", *words, cwd=cwd, umask=umask, before=before, **environment)
