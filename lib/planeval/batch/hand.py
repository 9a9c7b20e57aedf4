"""A hand: a long-lived process that does what it reads from its standard input as a local worker would, and answers.

`python -m planeval.batch.hand ROOM`, in an environment and with a room that `crew` prepares. It ends with the process
that started it, and removes the room then.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from . import publish, work
from .pool import CAN_FORK, settle
from .sources import program
from .tasks import NotDone, Task

OTHER_PROGRAM = "作業する側の planeval かライブラリが、こちらと同じ版ではありません"
NOT_SEEN = (
    "作業する側から、データか出力のフォルダが見えません。どの機械からも同じ場所に見える共有フォルダに置いてください"
)


class Requests:
    """What is asked of a hand, read by the thread that so sees the end of its parent."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._asked: SimpleQueue[tuple] = SimpleQueue()

    def recv_bytes(self) -> bytes:
        """Take in requests, until there can be none any more. Raises: EOFError."""
        while True:
            try:
                self._asked.put(pickle.load(self._stream))
            except pickle.UnpicklingError as error:  # the parent ended in the middle of one
                raise EOFError from error

    def next(self) -> tuple:
        """The next request."""
        return self._asked.get()


def main(room: Path) -> None:
    """Answer until the parent is gone."""
    requests, answers = Requests(os.fdopen(os.dup(0), "rb")), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what is printed must not lie among the answers
    settle(requests, room, CAN_FORK)
    while True:
        answers.write(_answer(*requests.next()))
        answers.flush()


def _answer(verb: str, what: object, task: Task) -> bytes:
    """An answer, or the error that came instead, pickled."""
    try:
        fault = _fault_of(task)
        if fault:
            raise NotDone(fault)
        return pickle.dumps((True, getattr(work, verb)(what)))
    except Exception as error:  # whatever it is, the parent of the batch tells it
        error.add_note(traceback.format_exc())
        try:
            return pickle.dumps((False, error))
        except (pickle.PicklingError, TypeError, AttributeError):
            return pickle.dumps((False, RuntimeError(traceback.format_exc())))


def _fault_of(task: Task) -> str:
    """Why this process cannot work on a task as the parent of the batch would."""
    if task.sources.program != program():
        return OTHER_PROGRAM
    is_seen = task.data_dir.is_dir() and publish.room_of(task.outputs, task.staging).is_dir()
    return "" if is_seen else NOT_SEEN


if __name__ == "__main__":
    main(Path(sys.argv[1]))
