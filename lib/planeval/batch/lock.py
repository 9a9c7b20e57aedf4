"""One run at a time: a lock on the outputs folder that ends with the process, however that ends.

Shards run side by side: each shares the folder's lock and holds one of its own. Windows knows no shared lock of this
kind, so there a shard holds the whole folder.
"""

from __future__ import annotations

import errno
import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from ..words.problems import Busy, WrongUse

LOCK_FILE = ".lock"
TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}
LOCKED_BYTE = 1 << 30  # Windows lets nobody read a locked byte, so it lies behind the text


@contextmanager
def locked(outputs: Path, *, shard: str = "") -> Iterator[None]:
    """Hold the outputs folder, or one shard of it (example: "3-of-8"). Raises: Busy at once, where another run does."""
    whole, own = outputs / LOCK_FILE, outputs / f"{LOCK_FILE}.{shard}"
    with ExitStack() as stack:
        file = stack.enter_context(_held(whole, outputs, is_shared=bool(shard) and os.name != "nt"))
        if shard:
            file = stack.enter_context(_held(own, outputs))
        else:
            for left in outputs.glob(f"{LOCK_FILE}.*"):  # no shard can be at work now
                left.unlink(missing_ok=True)
        file.truncate(0)
        file.write(f"開始 {datetime.now().astimezone():%Y-%m-%d %H:%M}、{platform.node()} のプロセス {os.getpid()}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def check_free(outputs: Path, *, shard: str = "") -> None:
    """Refuse at once, before any work, where another run is at work. Raises: Busy."""
    if (outputs / LOCK_FILE).is_file():
        with locked(outputs, shard=shard):
            pass


@contextmanager
def _held(path: Path, outputs: Path, *, is_shared: bool = False) -> Iterator[TextIO]:
    try:
        opened = path.open("a+", encoding="utf-8")
    except PermissionError as error:
        remedy = "そのフォルダを使う人が実行するか、--outputs で別のフォルダを指定してください。"
        raise WrongUse(f"出力のフォルダ「{outputs.name}」に書き込めません（許可がない）。{remedy}") from error
    with opened as file:
        try:
            _lock(file.fileno(), is_shared=is_shared)
        except OSError as error:
            if error.errno in TAKEN:
                raise Busy(_who(outputs)) from error
            remedy = "--outputs で、この機械のディスクのフォルダを指定してください。"
            raise WrongUse(f"出力のフォルダ「{outputs.name}」では、同時の実行を防げません。{remedy}") from error
        yield file


def _who(outputs: Path) -> str:
    """That another run is at work, and since when."""
    told = [_text(path) for path in sorted(outputs.glob(f"{LOCK_FILE}*"))]
    known = "。".join(filter(None, told))
    return f"ほかの実行が実行中です{f'（{known}）' if known else ''}。終わってから、もう一度実行してください。"


def _text(path: Path) -> str:
    try:
        told = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
    shard = path.name.removeprefix(LOCK_FILE).removeprefix(".")
    return f"{shard}：{told}" if shard and told else told


if os.name == "nt":
    import msvcrt

    def _lock(descriptor: int, *, is_shared: bool) -> None:
        os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int, *, is_shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
