"""Whole files and folders: written to the disk, made durable, put in place, removed, each step by `disk`."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from . import disk

FILE_MODE, FOLDER_MODE = 0o644, 0o755  # whatever the umask: everybody may read what is published
CAUSES = {
    errno.ENOSPC: "空き容量がない",
    errno.EDQUOT: "割り当てられた容量を使い切った",
    errno.EFBIG: "ファイルが大きすぎる",
    errno.EIO: "ディスクの読み書きの誤り",
    errno.EACCES: "許可がない",
    errno.EPERM: "許可がない",
    errno.ENOENT: "ファイルかフォルダがない",
    errno.EROFS: "読み取り専用の場所",
    errno.ENOTDIR: "途中にフォルダでないものがある",
    errno.EEXIST: "同じ名前のファイルがある",
    errno.ENOTEMPTY: "フォルダが空でない",
    errno.EXDEV: "別のディスクにまたがっている",
    errno.ENAMETOOLONG: "名前が長すぎる",
    errno.ESTALE: "共有フォルダとの接続が切れた",
    errno.ETIMEDOUT: "時間内に応答がない",
    errno.EBUSY: "ほかのプログラムが使っている",
    errno.ENOLCK: "ロックを取れない場所",
    errno.EPIPE: "相手のプロセスが止まった",
    errno.EMFILE: "一度に開けるファイルの数を超えた",
    errno.ENFILE: "一度に開けるファイルの数を超えた",
    errno.EAGAIN: "メモリか、プロセスの数が足りない",
    errno.ENOMEM: "メモリが足りない",
}


def cause_of(error: OSError) -> str:
    """Why the system refused to read or write, in words."""
    return CAUSES.get(error.errno or 0, error.strerror or type(error).__name__)


def write(path: Path, content: bytes, *, mode: int = FILE_MODE) -> None:
    """One file, whole and on the disk."""
    descriptor = disk.create(path)
    try:
        disk.fill(descriptor, content)
        disk.flush(descriptor)
    finally:
        disk.close(descriptor)
    disk.allow(path, mode)


def write_page(path: Path, text: str) -> None:
    """Write one page in the place of the earlier one, so that a reader sees the one or the other."""
    aside = path.with_name(f".{path.name}.{token_hex(8)}.new")  # processes of other machines may have our number
    try:
        write(aside, text.encode("utf-8"))
        disk.rename(aside, path)
    except BaseException:
        with suppress(OSError):
            disk.unlink(aside)
        raise
    flush_folder(path.parent)


def make_folders(folder: Path, root: Path, *, mode: int = FOLDER_MODE) -> None:
    """Make a folder and those above it, up to `root`, readable by everybody unless `mode` says otherwise."""
    if folder != root and not folder.is_dir():
        make_folders(folder.parent, root, mode=mode)
        disk.make_folder(folder)
        disk.allow(folder, mode)


def link_tree(folder: Path, target: Path) -> None:
    """The same files under second names, or copies where a disk has no second names."""
    make_folders(target, target.parent)
    for child in children(folder):
        if child.is_dir():
            link_tree(child, target / child.name)
            continue
        try:
            disk.link(child, target / child.name)
        except OSError as error:
            if error.errno not in disk.CANNOT_LINK:
                raise
            write(target / child.name, child.read_bytes())


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it; nothing where there is none. Links are not followed."""
    if path.is_dir() and not path.is_symlink():
        for child in children(path):
            remove(child)
        disk.drop(path)
    else:
        disk.unlink(path)


def flush_tree(folder: Path) -> None:
    """Make the names in a folder and in those beneath it durable."""
    for child in children(folder):
        if child.is_dir():
            flush_tree(child)
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            disk.flush(descriptor)
        finally:
            os.close(descriptor)


def children(folder: Path) -> list[Path]:
    """What is in a folder, in order of name; nothing where there is none."""
    return sorted(folder.iterdir()) if folder.is_dir() else []
