"""Run one notebook with papermill and decide whether it really succeeded."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from .kernels import QuietKernelManager

CELL_SECONDS, START_SECONDS, OUTPUT_SECONDS = 600, 120, 30
LONGEST_REASON = 400
NOT_STARTED = "before replying"


class RunFailed(Exception):
    """A run that must not be published: why, in which notebook, the traceback, the notebook as far as it came."""

    def __init__(self, reason: str, *, name: str = "", log: str = "", notebook: str = "") -> None:
        super().__init__(reason)
        self.name, self.log, self.notebook = name, log, notebook


def execute(path: Path, parameters: Mapping[str, str], *, seconds: int = CELL_SECONDS) -> NotebookNode:
    """The executed notebook; `seconds` limits each cell. Raises: RunFailed."""
    source = nbformat.read(path, as_version=4)
    _check_parameters_cell(source)
    saved = Path(tempfile.mkdtemp(prefix="w"), "executed.ipynb")
    try:
        notebook = _run(source, saved, parameters, seconds)
    except PapermillExecutionError as error:
        reason, log = f"{error.ename}：{error.evalue}", "\n".join(error.traceback)
    except CellTimeoutError as error:
        reason, log = f"{seconds}秒で終わりませんでした", str(error)
    except DeadKernelError as error:
        reason, log = "カーネルが止まりました（メモリの不足か、強制終了）", str(error)
    else:
        reason, log = fault_of(notebook), ""
        if not reason:
            return notebook
    found = saved.read_text(encoding="utf-8") if saved.exists() else ""
    raise RunFailed(_one_line(_place_reached(found) + reason), log=strip_ansi(log), notebook=found)


def _place_reached(saved: str) -> str:
    """The last code cell that was begun, by its number and first line."""
    cells = [cell for cell in json.loads(saved or "{}").get("cells", []) if cell["cell_type"] == "code"]
    begun = [n for n, cell in enumerate(cells) if cell["metadata"].get("papermill", {}).get("start_time")]
    if not begun:
        return ""
    first_line = "".join(cells[begun[-1]]["source"]).partition("\n")[0]
    return f"{begun[-1] + 1}番目のコードのセル「{first_line}」で、"


def _run(source: NotebookNode, saved: Path, parameters: Mapping[str, str], seconds: int) -> NotebookNode:
    """papermill, once more where the kernel died before it said anything. Braces in a path are no template."""
    options = {
        "parameters": dict(parameters),
        "kernel_name": "python3",
        "kernel_manager_class": QuietKernelManager,
        "cwd": os.fspath(saved.parent),
        "progress_bar": False,
        "log_output": False,
        "start_timeout": START_SECONDS,
        "execution_timeout": seconds,
        "iopub_timeout": OUTPUT_SECONDS,
    }
    target = os.fspath(saved).replace("{", "{{").replace("}", "}}")
    for is_last in (False, True):
        try:
            return papermill.execute_notebook(source, target, **options)
        except RuntimeError as error:
            if isinstance(error, DeadKernelError):
                raise
            if is_last or NOT_STARTED not in str(error):
                raise RunFailed("カーネルを始められませんでした", log=str(error)) from error
    raise AssertionError  # the loop returns or raises


def fault_of(notebook: NotebookNode) -> str:
    """Why a notebook that papermill returned is no success all the same; "" for a success.

    papermill says "completed" of cells that never ran, and calls `sys.exit(0)` a success.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in cells:
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors:
            return f"{errors[0].ename}：{errors[0].evalue}"
        if cell.execution_count is None or cell.metadata.get("papermill", {}).get("exception"):
            return "最後まで実行されませんでした"
    return "" if cells and cells[-1].outputs else "最後のコードのセルに出力がありません"


def _check_parameters_cell(source: NotebookNode) -> None:
    code = [cell for cell in source.cells if cell.cell_type == "code"]
    tagged = [number for number, cell in enumerate(code) if "parameters" in cell.metadata.get("tags", [])]
    if tagged != [0]:
        raise RunFailed("最初のコードのセルに、タグ parameters が一つだけ要ります")


def _one_line(text: str) -> str:
    line = " ".join(strip_ansi(text).split())
    return line if len(line) <= LONGEST_REASON else line[:LONGEST_REASON] + "…"
