"""Hands of a process whose executor knows nothing of planeval: a thread, a worker of dask or of any other system.

Notebooks need a process of their own that was prepared for them, so that they give the same bytes everywhere. Each call
takes a free hand or starts one; a hand that breaks takes only its own call with it.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

from ..delivery.environment import environment_in
from .tasks import NotDone, Task

BROKEN = "作業のプロセスが途中で止まりました（メモリの不足か、強制終了）"


class Hand:
    """One long-lived child process."""

    def __init__(self, room: Path) -> None:
        self.outputs: Path | None = None  # of the batch that it works for just now
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "planeval.batch.hand", str(room)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment_in(room, os.environ),
        )

    def ask(self, verb: str, what: object, task: Task) -> object:
        """Let it do something, and wait. Raises: NotDone where it breaks; what was raised in it."""
        try:
            self._process.stdin.write(pickle.dumps((verb, what, task)))
            self._process.stdin.flush()
            is_good, answer = pickle.load(self._process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            self.end()
            raise NotDone(BROKEN) from error
        if not is_good:
            raise answer
        return answer

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked again."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it at once, with the kernels that it has started: they notice."""
        self._process.kill()
        self._process.wait()


class Crew:
    """The hands of this process. They share a room, so that a plan is read once for all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hands: list[Hand] = []
        self._room: Path | None = None

    def prepare(self) -> None:
        """Start a hand where there is none, so that it imports what it needs before it is asked."""
        with self._lock:
            if not self._alive():
                self._hands = [Hand(self._own_room())]

    def ask(self, verb: str, what: object, task: Task) -> object:
        """Let a free hand do something, and wait; any number of threads may ask at once."""
        hand = self._free(task.outputs)
        try:
            return hand.ask(verb, what, task)
        finally:
            hand.outputs = None

    def dismiss(self, outputs: Path) -> None:
        """End the hands that are free, and those that work for a batch that was broken off."""
        with self._lock:
            for hand in self._hands:
                if hand.outputs in (None, outputs):
                    hand.end()
            if not self._alive() and self._room:
                shutil.rmtree(self._room, ignore_errors=True)
                self._room = None

    def _free(self, outputs: Path) -> Hand:
        with self._lock:
            free = [hand for hand in self._alive() if hand.outputs is None]
            hand = free[0] if free else Hand(self._own_room())
            hand.outputs = outputs
            self._hands += [] if free else [hand]
            return hand

    def _alive(self) -> list[Hand]:
        self._hands = [hand for hand in self._hands if hand.is_alive]
        return self._hands

    def _own_room(self) -> Path:
        if self._room is None or not self._room.is_dir():
            self._room = Path(tempfile.mkdtemp(prefix="planeval-"))
        return self._room


def crew() -> Crew:
    """The crew of this process."""
    return _crew(os.getpid())


def prepare() -> None:
    """Start a hand in this process; called in each worker of a cluster, which would else start one with its first job."""
    crew().prepare()


def dismiss(outputs: Path) -> None:
    """End what this process still has of a batch; called in each worker of a cluster."""
    crew().dismiss(outputs)


@cache
def _crew(process: int) -> Crew:
    """A fork has no hands of its parent's."""
    return Crew()
