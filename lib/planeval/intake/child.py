"""Workbooks are opened by a child process of little memory: what breaks or swells there takes nothing with it.

The child reads one JSON line (path, name in messages) at a time and answers with one; it lives as long as its parent.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from ..words.problems import Place, Problem
from .grids import Grid, packed, unpacked

MEMORY, STACK, SECONDS = 512 << 20, 256 << 10, 60
# openpyxl does without numpy, starts faster so and needs less memory.
START = "import sys; sys.modules['numpy'] = None; from planeval.intake.child import serve; serve()"
TOO_LARGE = ("開くのに要る記憶が多すぎる", "ふつうの大きさの表", "年度や施策ごとに分ける。余分な行や列の書式、絵も消す")


class _Child:
    """The process and the pipe to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        folder = Path(__file__).resolve().parents[2]
        paths = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))
        # One arena of memory: a second thread would else take a good part of what the child may have.
        settings = {"PYTHONUTF8": "1", "OPENPYXL_LXML": "False", "MALLOC_ARENA_MAX": "1"}
        environment = os.environ | {"PYTHONPATH": paths} | settings
        self.process = subprocess.Popen(
            [sys.executable, "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows no console flashes up
        )  # fmt: skip

    def ask(self, path: Path, file: str) -> dict | None:
        """The answer, or None where the child died or took too long."""
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(json.dumps([os.fspath(path), file]).encode("ascii") + b"\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            return json.loads(answer) if answer.endswith(b"\n") else None
        except OSError:
            return None
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the process."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.communicate()


_children: list[_Child] = []
_one_at_a_time = threading.Lock()


def open_workbook(path: Path, file: str) -> tuple[list[Grid], list[Problem]]:
    """The grids of a workbook, opened by the child, and its problems."""
    with _one_at_a_time:
        answer = _asked(path, file)
    if answer is None:
        return [], [Problem(Place(file), *TOO_LARGE)]
    problems = [Problem(Place(**facts.pop("place")), **facts) for facts in answer["problems"]]
    return [unpacked(facts) for facts in answer["grids"]], problems


def _asked(path: Path, file: str) -> dict | None:
    """The answer of a child that is alive; None where it died of the question."""
    if _children and (_children[0].owner != os.getpid() or _children[0].process.poll() is not None):
        close_child()
    if not _children:
        _children.append(_Child())
    answer = _children[0].ask(path, file)
    if answer is None:
        close_child()
    return answer


@atexit.register
def close_child() -> None:
    """End the child, if there is one; the next workbook gets a new one."""
    while _children:
        _children.pop().close()


def _limit_memory() -> None:
    """On systems that can, no more memory than MEMORY; elsewhere the look before opening is the limit."""
    try:
        import resource
    except ImportError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ValueError, OSError):
        return


def _answer(path: str, file: str) -> dict:
    from .workbook_files import read_workbook

    try:
        grids, problems = read_workbook(Path(path), file)
        return {"grids": [packed(grid) for grid in grids], "problems": [asdict(problem) for problem in problems]}
    except MemoryError:
        return {"grids": [], "problems": [asdict(Problem(Place(file), *TOO_LARGE))]}
    except PermissionError:
        closed = ("ほかのプログラムが開いていて読めない", "閉じたファイル", "Excel を閉じてから、もう一度行う")
        return {"grids": [], "problems": [asdict(Problem(Place(file), *closed))]}


def serve() -> None:
    """Answer until the parent closes the pipe, as it does by ending; a workbook that is being opened then is given up."""
    output, sys.stdout = sys.stdout.buffer, sys.stderr
    asked: SimpleQueue[bytes] = SimpleQueue()
    questions = os.fdopen(os.dup(0), "rb")
    os.dup2(
        os.open(os.devnull, os.O_RDONLY), 0
    )  # on Windows some libraries ask for it when they are loaded, and would wait
    threading.stack_size(STACK)
    threading.Thread(target=_listen, args=(questions, asked), daemon=True).start()
    _limit_memory()
    while True:
        output.write(json.dumps(_answer(*json.loads(asked.get()))).encode("ascii") + b"\n")
        output.flush()


def _listen(questions: BinaryIO, asked: SimpleQueue[bytes]) -> None:
    """Take in questions, and end this process with its parent."""
    for line in questions:
        asked.put(line)
    os._exit(0)
