"""What all benchmarks share: measuring a command with everything that it starts, facts of the machine, tables."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE_SECONDS = 0.2
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
PACKAGES = ("ipykernel", "papermill", "nbconvert", "pandas", "numpy", "matplotlib", "scipy", "pandera", "openpyxl")
# Asks the measured interpreter itself, which may be another one than this.
ASK = f"""
import importlib.metadata as m, json, platform
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return ""
found = {{name: version(name) for name in {(*PACKAGES, "jupyterlab")!r}}}
print(json.dumps({{"Python": platform.python_version(), **found}}))
"""


@dataclass(frozen=True)
class Measured:
    """A finished command: seconds passed, processor seconds of it and of all it started, most memory at once.

    Units: seconds; bytes. Memory is the sum over the tree of processes of the proportional set size, in which a page
    that several processes share counts once; where the system tells none, of the resident size.
    """

    seconds: float
    processor: float
    memory: int
    code: int
    output: str
    errors: str


def environment(**changes: str) -> dict[str, str]:
    """The environment of measured commands: this project's library, no settings of the person who measures."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "MPL"))}
    return kept | {"PYTHONPATH": str(PROJECT / "lib"), "PYTHONUTF8": "1"} | changes


def measured(command: Sequence[object], *, cwd: Path = PROJECT, check: bool = True, **changes: str) -> Measured:
    """Run a command and measure it. Raises: SystemExit with its messages where it fails and `check` is on."""
    _adopt_orphans()
    others = set(psutil.Process().children())
    before, begun = _processor_seconds(), time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=cwd, env=environment(**changes), encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    watch = _Watch(process.pid)
    watch.start()
    output, errors = process.communicate()
    seconds = time.perf_counter() - begun
    watch.is_over.set()
    watch.join()
    for orphan in set(psutil.Process().children()) - others:  # what the command has left to end by itself
        orphan.wait()
    if check and process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{output}{errors}")
    spent = _processor_seconds() - before
    return Measured(seconds, spent, watch.most, process.returncode, output, errors)


def _adopt_orphans() -> None:
    """Let processes whose parent has ended become children of this one, so that their processor time counts; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watch(threading.Thread):
    """Looks at the memory of a tree of processes until it is told to stop."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.most, self.is_over = root, 0, threading.Event()

    def run(self) -> None:
        """Sample."""
        while not self.is_over.wait(SAMPLE_SECONDS):
            self.most = max(self.most, memory_of_tree(self.root))


def memory_of_tree(root: int) -> int:
    """The memory of a process and all its descendants, in bytes."""
    return sum(_memory(process) for process in _tree(root))


def _tree(root: int) -> list[psutil.Process]:
    try:
        top = psutil.Process(root)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(process: psutil.Process) -> int:
    try:
        found = process.memory_full_info()
        return getattr(found, "pss", found.rss)
    except psutil.Error:
        return 0


def facts(python: str = sys.executable) -> str:
    """The machine and the libraries of the interpreter that is measured, in one line. No names of machines or people."""
    told = json.loads(subprocess.check_output([python, "-c", ASK], encoding="utf-8"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version}" for name, version in told.items() if version and name != "jupyterlab")
    lab = f"with jupyterlab {told['jupyterlab']}" if told["jupyterlab"] else "without jupyterlab"
    return f"{cores} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}; {versions}; {lab}"


def print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table that lines up on a terminal too: text to the left, numbers to the right."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(3, *(_width(row[n]) for row in cells)) for n in range(len(head))]
    is_text = [all(not any(ch.isdigit() for ch in row[n][:1]) for row in cells[1:]) for n in range(len(head))]
    print(f"\n### {title}\n")
    print(_line(cells[0], widths, is_text))
    rules = ["-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, is_text, strict=True)]
    print(_line(rules, widths, is_text))
    for row in cells[1:]:
        print(_line(row, widths, is_text))


def _line(row: Sequence[str], widths: Sequence[int], is_text: Sequence[bool]) -> str:
    spaces = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    shown = [cell + gap if text else gap + cell for cell, gap, text in zip(row, spaces, is_text, strict=True)]
    return f"| {' | '.join(shown)} |"


def _width(text: str) -> int:
    """Columns on a terminal: Japanese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def megabytes(size: float) -> str:
    """Bytes in words. Example: 1,234 MB."""
    return f"{size / 1e6:,.0f} MB"
