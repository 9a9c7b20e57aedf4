"""Publishing: a run is staged beside the published ones and appears as a whole, or not at all.

A run's `key` is its place in the outputs folder: `<plan>/<period>` or `<plan>/<period>/schemes/<name>`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..words.problems import WrongUse

NEW, OLD, FAILED = ".staging/new", ".staging/old", ".failed"
RUN_FILE, FAILURE_FILE = "run.json", "failure.txt"
FILE_MODE, FOLDER_MODE = 0o644, 0o755  # whatever the umask: everybody may read what is published
OWN_FILE_MODE, OWN_FOLDER_MODE = 0o600, 0o700
CAUSES = {
    errno.ENOSPC: "空き容量がない",
    errno.EFBIG: "ファイルが大きすぎる",
    errno.EACCES: "許可がない",
    errno.EPERM: "許可がない",
    errno.ENOENT: "ファイルかフォルダがない",
    errno.EROFS: "読み取り専用の場所",
    errno.ENOTDIR: "途中にフォルダでないものがある",
    errno.EEXIST: "同じ名前のファイルがある",
}


def open_outputs(folder: Path) -> Path:
    """The outputs folder, made where it is absent and proved to be writable. Raises: WrongUse."""
    try:
        _make_folders(folder, Path(folder.anchor))
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        remedy = "書き込めるフォルダを --outputs で指定してください。"
        raise WrongUse(f"出力のフォルダ「{folder.name}」に書き込めません（{cause_of(error)}）。{remedy}") from error
    return folder


def cause_of(error: OSError) -> str:
    """Why the system refused to write, in words."""
    return CAUSES.get(error.errno or 0, error.strerror or type(error).__name__)


def sweep(outputs: Path) -> None:
    """Put a published run back that a crash left aside, and remove the leftovers. Call it under the lock."""
    for record in sorted((outputs / OLD).rglob(RUN_FILE)):
        key = record.parent.relative_to(outputs / OLD)
        if not (outputs / key).exists():
            _make_folders((outputs / key).parent, outputs)
            record.parent.rename(outputs / key)
    shutil.rmtree(outputs / ".staging", ignore_errors=True)


def stage(outputs: Path, key: str, files: Mapping[str, bytes], record: Mapping[str, object]) -> Path:
    """Write a whole run aside, each file to the disk, and its record with the hash of every file last; give its folder."""
    folder = outputs / NEW / key
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in sorted(files.items()):
        _make_folders((folder / name).parent, outputs)
        _write(folder / name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    _write(folder / RUN_FILE, record_bytes({**record, "outputs": hashes}))
    for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        _flush_folder(place)
    return folder


def switch(outputs: Path, key: str) -> None:
    """Put the staged run in the place of the published one, which stays as it was if anything fails before."""
    new, old, home = outputs / NEW / key, outputs / OLD / key, outputs / key
    old.parent.mkdir(parents=True, exist_ok=True)
    _make_folders(home.parent, outputs)
    try:
        if home.exists():
            home.rename(old)
        new.rename(home)
    except BaseException:
        if old.exists() and not home.exists():
            old.rename(home)
        raise
    if (old / "schemes").is_dir() and not (home / "schemes").exists():
        (old / "schemes").rename(home / "schemes")
    _flush_folder(home.parent)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(outputs / FAILED / key, ignore_errors=True)


def keep_failed(outputs: Path, key: str, files: Mapping[str, bytes]) -> None:
    """Keep what is left of a failed run where only its owner can read it, if the disk lets us."""
    folder = outputs / FAILED / key
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        (outputs / FAILED).mkdir(mode=OWN_FOLDER_MODE, exist_ok=True)
        folder.mkdir(mode=OWN_FOLDER_MODE, parents=True, exist_ok=True)
        for name, content in sorted(files.items()):
            _write(folder / name, content, mode=OWN_FILE_MODE)


def write_page(path: Path, text: str) -> None:
    """Write one page in the place of the earlier one, so that a reader sees the one or the other."""
    aside = path.with_name(f".{path.name}.new")
    try:
        _write(aside, text.encode("utf-8"))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def record_bytes(record: Mapping[str, object]) -> bytes:
    """A record as JSON with sorted keys."""
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def read_record(folder: Path) -> dict | None:
    """The record of a published or failed run; None where there is none."""
    try:
        return json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, content: bytes, *, mode: int = FILE_MODE) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), OWN_FILE_MODE)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)


def _make_folders(folder: Path, root: Path) -> None:
    """Make a folder and those above it, up to `root`, readable by everybody."""
    if folder != root and not folder.is_dir():
        _make_folders(folder.parent, root)
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODE)


def _flush_folder(folder: Path) -> None:
    """Make names durable; Windows has no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
