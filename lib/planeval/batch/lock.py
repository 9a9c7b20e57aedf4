"""One run at a time: a lock on the outputs folder that ends with the process, however that ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from ..words.problems import Busy

LOCK_FILE = ".lock"


@contextmanager
def locked(outputs: Path) -> Iterator[None]:
    """Hold the outputs folder. Raises: Busy at once, where another run holds it."""
    with (outputs / LOCK_FILE).open("a+", encoding="utf-8") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise Busy(_who(file)) from error
        file.truncate(0)
        file.write(f"開始 {datetime.now().astimezone():%Y-%m-%d %H:%M}、プロセス {os.getpid()}")
        file.flush()
        yield


def _who(file: TextIO) -> str:
    try:
        file.seek(0)
        told = file.read().strip()
    except OSError:  # Windows does not let others read a locked file
        told = ""
    return f"ほかの実行が進行中です{f'（{told}）' if told else ''}。終わってから、もう一度実行してください。"


if os.name == "nt":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
