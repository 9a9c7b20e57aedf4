"""Reports as PDF, printed by the browser that is installed: tagged, on A4, without the network."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from ..telling.vocabulary import say
from ..words.paths import is_whole_pdf
from .browsers import find_browser

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
SECONDS = 120  # for one report; a long one takes about five
FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--no-pdf-header-footer", "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)  # fmt: skip


class NotPrinted(Exception):
    """Why there is no PDF, in words for the user."""


def browser() -> Path:
    """The browser to print with. Raises: NotPrinted where there is none."""
    found = find_browser()
    if found is None:
        raise NotPrinted(say("pdf.no_browser"))
    return found


def print_pages(pages: Iterable[Path], *, seconds: float = SECONDS) -> None:
    """Print each page to the PDF of its name beside it. Raises: NotPrinted."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="planeval-pdf-", ignore_cleanup_errors=True) as room:
        for page in pages:
            _print(program, page, Path(room), seconds)


def _print(program: Path, page: Path, room: Path, seconds: float) -> None:
    """Print into the room first: a PDF stands beside its page only when it is whole."""
    made = room / "page.pdf"
    made.unlink(missing_ok=True)
    words = [program, *FLAGS, *_as_root(), f"--user-data-dir={room / 'profile'}", f"--print-to-pdf={made}"]
    told = _done([*map(str, words), page.resolve().as_uri()], seconds, page)
    if not is_whole_pdf(made):
        raise NotPrinted(say("pdf.failed", page=page.name, browser=program.name, cause=_last_line(told)))
    target = page.with_suffix(".pdf")
    with target.open("wb") as file:
        file.write(made.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    target.chmod(page.stat().st_mode & 0o777)


def _as_root() -> list[str]:
    """Chromium refuses its sandbox to root."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _done(command: list[str], seconds: float, page: Path) -> str:
    """Run the browser in a session of its own and give what it said; it and its helpers end in time, and with this process."""
    own = {"start_new_session": True} if os.name == "posix" else {}
    if sys.platform == "linux":
        own["preexec_fn"] = partial(_end_with, os.getpid(), ctypes.CDLL(None).prctl)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **own
    ) as process:
        try:
            return process.communicate(timeout=seconds)[1].decode("utf-8", errors="replace")
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(say("pdf.slow", page=page.name, seconds=seconds)) from error
        finally:
            _end(process)


def _end_with(parent: int, prctl: Callable[[int, int], int]) -> None:
    """In the new process: let Linux end it once its parent is gone, however that ended."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # gone already
        os._exit(1)


def _end(process: subprocess.Popen) -> None:
    """End the browser where it still runs."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else say("pdf.silent")
