"""The steps by which publishing changes the disk, one function each, so that a test can let any of them fail.

It imports little and decides nothing: `publish` puts the steps in order.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from pathlib import Path

STEPS = ("create", "fill", "flush", "close", "allow", "make_folder", "rename", "exchange", "link", "unlink", "drop")
OWN_FILE_MODE = 0o600
# What a system says that cannot let two folders change places, or not on this kind of disk.
CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}
CANNOT_LINK = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.EACCES}
# From <linux/fs.h>, <fcntl.h> and the tables of system calls.
RENAME_EXCHANGE, AT_FDCWD = 2, -100
RENAMEAT2 = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347}
RENAME_SWAP = 2  # macOS, <sys/stdio.h>


def create(path: Path) -> int:
    """A new empty file that only its owner may read, open for writing."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), OWN_FILE_MODE)


def fill(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def flush(descriptor: int) -> None:
    """Wait until what was written is on the disk."""
    os.fsync(descriptor)


def close(descriptor: int) -> None:
    """Close a file; a disk across a network may refuse only now."""
    os.close(descriptor)


def allow(path: Path, mode: int) -> None:
    """Say who may read it."""
    path.chmod(mode)


def make_folder(path: Path) -> None:
    """A new folder, if another process did not make it meanwhile."""
    path.mkdir(exist_ok=True)


def rename(path: Path, target: Path) -> None:
    """Give it another name; a file takes the place of the file of that name."""
    path.replace(target)


def link(path: Path, target: Path) -> None:
    """Give a file a second name."""
    os.link(path, target)


def unlink(path: Path) -> None:
    """Remove a file; it may be gone already."""
    path.unlink(missing_ok=True)


def drop(path: Path) -> None:
    """Remove an empty folder."""
    path.rmdir()


def exchange(path: Path, other: Path) -> None:
    """Let two folders change places in one step. Raises: OSError, of `CANNOT_EXCHANGE` where there is no such step."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if sys.platform.startswith("linux"):
        places = (AT_FDCWD, os.fsencode(path), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
        if hasattr(libc, "renameat2"):
            done = libc.renameat2(*places)
        elif platform.machine() in RENAMEAT2:
            done = libc.syscall(RENAMEAT2[platform.machine()], *places)
        else:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    elif hasattr(libc, "renamex_np"):
        done = libc.renamex_np(os.fsencode(path), os.fsencode(other), RENAME_SWAP)
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if done:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), os.fspath(path), None, os.fspath(other))
