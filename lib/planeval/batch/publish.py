"""Publishing: a run is staged beside the published ones and appears as a whole, or not at all.

A run's `key` is its place in the outputs folder: `<plan>/<period>` or `<plan>/<period>/schemes/<name>`. It is staged in
a folder of the batch, or of its shard (`name`). Every change of the disk is a step of `disk`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from secrets import token_hex

from ..words.problems import WrongUse
from . import disk
from .trees import cause_of, children, flush_folder, flush_tree, link_tree, make_folders, remove, write, write_page
from .verify import RUN_FILE, examined, read_record

__all__ = ["FAILED", "FAILURE_FILE", "RUN_FILE", "cause_of", "read_record", "write_page"]

TRIES = 3
STAGING, ALL, FAILED, FAILURE_FILE = ".staging", "all", ".failed", "failure.txt"
SCHEMES = "schemes"
HALF_WRITTEN = re.compile(r"^\..*\.[0-9a-f]+\.new$|^\.writable-[0-9a-f]+$")
OWN_FOLDER_MODE = 0o700
LEFT = "前の実行が途中で止まっていたので、残っていたもの（{}）を片づけました。公表済みの報告書はそのままです。"


def open_outputs(folder: Path) -> Path:
    """The outputs folder, made where it is absent and proved to be writable. Raises: WrongUse."""
    try:
        make_folders(folder, Path(folder.anchor))
        probe = folder / f".writable-{token_hex(8)}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        remedy = "書き込めるフォルダを --outputs で指定してください。"
        raise WrongUse(f"出力のフォルダ「{folder.name}」に書き込めません（{cause_of(error)}）。{remedy}") from error
    return folder


def room_of(outputs: Path, name: str = ALL) -> Path:
    """Where runs are put together."""
    return outputs / STAGING / name


def open_room(outputs: Path, name: str = ALL) -> None:
    """Make that folder; a worker that does not see it sees another outputs folder."""
    make_folders(room_of(outputs, name), outputs)


def sweep(outputs: Path, name: str | None = None) -> str:
    """Put a published run back that a crash left aside, remove leftovers, and say in one sentence what there was.

    Call it under the lock: that of the whole folder, or with the `name` of a shard under that of the shard.
    """
    rooms = [outputs / STAGING / name] if name else children(outputs / STAGING)
    found: set[str] = set()
    for room in rooms:
        staged = [path for path in (room / "new").glob("*/*") if any(child.is_file() for child in path.rglob("*"))]
        found |= {path.relative_to(room / "new").as_posix() for path in staged}
        found |= _put_back(room / "old", outputs)
        remove(room)
    if name is None:
        remove(outputs / STAGING)
        for pattern in (".*", "*/.*", "*/*/.*", "*/*/*/*/.*"):  # outputs, plans, periods, other schemes
            for path in outputs.glob(pattern):
                if HALF_WRITTEN.search(path.name):
                    disk.unlink(path)
    return LEFT.format("、".join(sorted(found))) if found else ""


def stage(
    outputs: Path, key: str, files: Mapping[str, bytes], record: Mapping[str, object], *, name: str = ALL
) -> Path:
    """Write a whole run aside, each file to the disk, and last its record with every file's hash; give its folder."""
    folder = _new(outputs, key, name)
    for file in files:
        _check_inside(file)
    remove(folder)
    make_folders(folder, outputs)
    for file, content in sorted(files.items()):
        make_folders((folder / file).parent, outputs)
        write(folder / file, content)
    flush_tree(folder)
    hashes = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    write(folder / RUN_FILE, record_bytes({**record, "outputs": hashes}))
    flush_folder(folder)
    return folder


def switch(outputs: Path, key: str, *, name: str = ALL) -> None:
    """Put the staged run in the place of the published one in one step, so that a reader sees the one or the other.

    Raises: OSError, and then the published run is as it was.
    """
    new, home, old = _new(outputs, key, name), outputs / key, outputs / STAGING / name / "old" / key
    if not examined(new).is_good:
        raise OSError(errno.EIO, "what was staged is not what was written", os.fspath(new))
    make_folders(home.parent, outputs)
    if (home / SCHEMES).is_dir() and not (new / SCHEMES).exists():
        link_tree(home / SCHEMES, new / SCHEMES)
        flush_tree(new / SCHEMES)
        flush_folder(new)
    if home.exists():
        _take_the_place(new, home, old)
    else:
        disk.rename(new, home)
    with suppress(OSError):
        _forget_failed(outputs / FAILED / key, outputs / FAILED)
    with suppress(OSError):  # it is published: what could not be cleared away is swept by the next run
        flush_folder(home.parent)
        for place in (new, old):
            disk.unlink(place / RUN_FILE)  # without its record nothing is put back
            remove(place)


def keep_failed(outputs: Path, key: str, files: Mapping[str, bytes]) -> None:
    """Keep what is left of a failed run where only its owner can read it, if the disk lets us."""
    folder = outputs / FAILED / key
    with suppress(OSError):
        _forget_failed(folder, outputs / FAILED)
    for _ in range(TRIES):  # another process may remove a folder above it that is empty
        with suppress(OSError):
            make_folders(folder, outputs, mode=OWN_FOLDER_MODE)
            for file, content in sorted(files.items()):
                write(folder / file, content, mode=disk.OWN_FILE_MODE)
            return


def published(outputs: Path, plan: str) -> list[str]:
    """The keys of the periods of a plan that stand published."""
    return [f"{plan}/{home.name}" for home in children(outputs / plan) if (home / RUN_FILE).is_file()]


def is_failed(outputs: Path, key: str) -> bool:
    """Whether the last try of a run failed."""
    return (outputs / FAILED / key / FAILURE_FILE).exists()


def _forget_failed(folder: Path, root: Path) -> None:
    """Remove what was kept of a failed run, but not of the same period by other schemes; and folders that are empty then."""
    for child in children(folder):
        if child.name != SCHEMES:
            remove(child)
    while folder != root and folder.is_dir() and not children(folder):
        disk.drop(folder)
        folder = folder.parent


def record_bytes(record: Mapping[str, object]) -> bytes:
    """A record as JSON with sorted keys."""
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _new(outputs: Path, key: str, name: str) -> Path:
    _check_inside(key)
    return outputs / STAGING / name / "new" / key


def _check_inside(name: str) -> None:
    """Nothing that is published may lie elsewhere than in its place. Raises: ValueError."""
    parts = name.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\\" in name or PureWindowsPath(name).drive:
        raise ValueError(name)


def _take_the_place(new: Path, home: Path, old: Path) -> None:
    """Exchange two folders; where the system cannot, one after the other, and back if the second step fails."""
    try:
        disk.exchange(new, home)
    except OSError as error:
        if error.errno not in disk.CANNOT_EXCHANGE:
            raise
        remove(old)
        make_folders(old.parent, Path(old.anchor))
        try:
            disk.rename(home, old)
            disk.rename(new, home)
        finally:
            if old.exists() and not home.exists():
                disk.rename(old, home)


def _put_back(old: Path, outputs: Path) -> set[str]:
    """Runs that were put aside and not replaced go back to their place; gives their keys."""
    runs = sorted(path.parent.relative_to(old).as_posix() for path in old.rglob(RUN_FILE))
    for key in runs:
        if (old / key).is_dir() and not (outputs / key).exists():
            make_folders((outputs / key).parent, outputs)
            disk.rename(old / key, outputs / key)
    return set(runs)
