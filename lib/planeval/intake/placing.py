"""Putting several files into a folder: all of them or none, and never over what somebody may have filled in."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ..words.problems import WrongUse

UNSAFE = frozenset('\\/:*?"<>|')
LONGEST = 120  # bytes of a department's name within a file name, which systems limit to 255


def file_names(prefix: str, names: Iterable[str], ending: str) -> dict[str, str]:
    """A file name for each name, one that every system can hold and that no other of them has, whatever its case.

    Example: prefix R7, 高齢者支援課, ending .xlsx → R7_高齢者支援課.xlsx
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = "".join("_" if ch in UNSAFE or unicodedata.category(ch)[0] in "CZ" else ch for ch in name)
        plain = unicodedata.normalize("NFC", plain).encode("utf-8")[:LONGEST].decode("utf-8", "ignore").strip(" .")
        stem, count = f"{prefix}_{plain}", 1
        while f"{stem}{ending}".casefold() in taken:
            count += 1
            stem = f"{prefix}_{plain}_{count}"
        taken.add(f"{stem}{ending}".casefold())
        found[name] = f"{stem}{ending}"
    return found


def place_files(folder: Path, files: Mapping[str, bytes], *, replace: bool) -> list[Path]:
    """Write files (name → content) into a folder, made where it is absent; all of them appear, or none.

    Raises: WrongUse, naming them, where files with other content are there already and `replace` does not allow it.
    """
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"「{folder.name}」はフォルダではありません。書き出すフォルダを --output で指定してください。")
    changed = {name: content for name, content in files.items() if not _holds(folder / name, content)}
    kept = [name for name in changed if os.path.lexists(folder / name)]
    if kept and not replace:
        named = "、".join(f"「{name}」" for name in kept)
        raise WrongUse(
            f"内容の違うファイルがすでにあります：{named}。記入されたものかもしれないので、書き換えません。"
            "別のフォルダに移すか、--output で別のフォルダを指定してください。--force を付けると上書きします。"
        )
    made = _made_folders(folder)
    try:
        _exchange(folder, changed)
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise
    return [folder / name for name in files]


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _made_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; those that were made, the deepest first."""
    absent = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return absent


def _exchange(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write aside, then put everything in its place; where that fails, what was there before is put back."""
    aside = Path(tempfile.mkdtemp(dir=folder, prefix=".collect-"))
    placed: list[str] = []
    try:
        (aside / "old").mkdir()
        (aside / "new").mkdir()
        for name, content in files.items():
            (aside / "new" / name).write_bytes(content)
        try:
            for name in files:
                if os.path.lexists(folder / name):
                    (folder / name).rename(aside / "old" / name)
                placed.append(name)
                (aside / "new" / name).rename(folder / name)
        except BaseException:
            for name in placed:
                (folder / name).unlink(missing_ok=True)
            for old in (aside / "old").iterdir():
                old.rename(folder / old.name)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
