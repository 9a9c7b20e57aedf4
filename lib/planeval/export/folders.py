"""A folder of exported files: written aside, put in place as a whole, and never over files of somebody else."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..words.problems import WrongUse

MARK = "planeval_export.json"  # says that a folder is ours, and which files are
FILE_MODE, FOLDER_MODE = 0o644, 0o755
REMEDY = "空のフォルダか、まだない場所を --output で指定してください。"


def check_replaceable(folder: Path) -> None:
    """A place that is free, empty, or an earlier export. Raises: WrongUse with the first file that is not ours."""
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"出力先「{folder.name}」はフォルダではありません。{REMEDY}")
    ours = _own_files(folder)
    for path in _leaves(folder):
        name = path.relative_to(folder).as_posix()
        if name not in ours:
            raise WrongUse(
                f"出力先のフォルダ「{folder.name}」に、planeval の書き出しでないもの（{name}）があります。{REMEDY}"
            )


def write_export(folder: Path, about: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    """Put the files in place at once; an earlier export goes as a whole, and stays as it was if anything fails.

    Raises: WrongUse for a folder with other files; OSError where it cannot be written.
    """
    check_replaceable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in sorted({**files, MARK: _mark(about, files)}.items()):
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(FOLDER_MODE)
            path.write_bytes(content)
            path.chmod(FILE_MODE)
        _put_in_place(staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _mark(about: Mapping[str, object], files: Mapping[str, bytes]) -> bytes:
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return (json.dumps({**about, "files": hashes}, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _own_files(folder: Path) -> set[str]:
    """The files of an earlier export by its mark; none where there is no mark."""
    try:
        return {*json.loads((folder / MARK).read_text(encoding="utf-8"))["files"], MARK}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _leaves(folder: Path) -> Iterator[Path]:
    """Files, links and empty folders in a folder, in order; only as far as somebody asks."""
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        is_folder = path.is_dir() and not path.is_symlink()
        yield from _leaves(path) if is_folder and any(path.iterdir()) else [path]


def _put_in_place(staged: Path, folder: Path) -> None:
    if not folder.exists():
        staged.rename(folder)
        return
    aside = staged.with_name(f"{staged.name}.old")
    folder.rename(aside)
    try:
        staged.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
