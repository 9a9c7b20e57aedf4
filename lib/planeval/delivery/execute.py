"""Run one notebook with papermill and decide whether it really succeeded."""

from __future__ import annotations

import errno
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from .kernels import QuietKernelManager
from .parameters import CELL_SECONDS, FIRST, LAST

START_SECONDS, OUTPUT_SECONDS = 120, 30
LONGEST_REASON = 400
NOT_STARTED = "before replying"
# Why there can be no kernel: no room for another process and its sockets, or gone is what would have started it.
NO_KERNEL = dict.fromkeys([errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE], "メモリか、プロセスの数が足りない")
NO_KERNEL |= dict.fromkeys([errno.EPIPE, errno.ECONNRESET], "カーネルを始めるプロセスが止まった")


class RunFailed(Exception):
    """A run that must not be published: why, in which notebook, the traceback, the notebook as far as it came."""

    def __init__(self, reason: str, *, name: str = "", log: str = "", notebook: str = "") -> None:
        super().__init__(reason)
        self.name, self.log, self.notebook = name, log, notebook


class KeepingEngine(NBClientEngine):
    """papermill's own engine, which also lets its caller have the notebook of a run that broke off."""

    NAME = "planeval"

    @classmethod
    def execute_managed_notebook(  # type: ignore[override]  # one option more than the engine has
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, reached: list[NotebookNode], **options: Any
    ) -> None:
        """Execute; `reached` gets the notebook before its first cell runs."""
        reached.append(nb_man.nb)
        super().execute_managed_notebook(nb_man, kernel_name, **options)


def execute(
    path: Path,
    parameters: Mapping[str, str],
    *,
    seconds: int = CELL_SECONDS,
    kernels: type[AsyncKernelManager] = QuietKernelManager,
) -> NotebookNode:
    """The executed notebook; `seconds` limits each cell, `kernels` starts its kernel. Raises: RunFailed."""
    source = nbformat.read(path, as_version=4)
    _check_ends(source)
    reached: list[NotebookNode] = []
    try:
        notebook = _run(source, parameters, seconds, kernels, reached)
    except PapermillExecutionError as error:
        reason, log = _cause(error.ename, error.evalue), "\n".join(error.traceback)
    except CellTimeoutError as error:
        is_silent = "IOPub" in str(error)
        reason = "出力が届きませんでした" if is_silent else f"{seconds}秒で終わりませんでした"
        log = str(error)
    except DeadKernelError as error:
        reason, log = "カーネルが止まりました（メモリの不足か、強制終了）", str(error)
    else:
        reason, log = fault_of(notebook), ""
        if not reason:
            return notebook
    found = reached[-1]
    raise RunFailed(_one_line(_place_reached(found) + reason), log=strip_ansi(log), notebook=nbformat.writes(found))


def _place_reached(notebook: NotebookNode) -> str:
    """The last code cell that was begun, by its number and first line."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun = [n for n, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time")]
    if not begun:
        return ""
    first_line = cells[begun[-1]].source.partition("\n")[0]
    return f"{begun[-1] + 1}番目のコードのセル「{first_line}」で、"


def _run(
    source: NotebookNode,
    parameters: Mapping[str, str],
    seconds: int,
    kernels: type[AsyncKernelManager],
    reached: list[NotebookNode],
) -> NotebookNode:
    """papermill without a file, once more where the kernel died before it said anything."""
    papermill_engines.register(KeepingEngine.NAME, KeepingEngine)
    with tempfile.TemporaryDirectory(prefix="w", ignore_cleanup_errors=True) as folder:
        options = {
            "parameters": dict(parameters),
            "engine_name": KeepingEngine.NAME,
            "reached": reached,
            "kernel_name": "python3",
            "kernel_manager_class": kernels,
            "shutdown_kernel": "immediate",
            "resources": {
                "metadata": {"path": folder}
            },  # where the kernel works; papermill's `cwd` moves this process too
            "progress_bar": False,
            "log_output": False,
            "start_timeout": START_SECONDS,
            "execution_timeout": seconds,
            "iopub_timeout": OUTPUT_SECONDS,
        }
        return _run_or_again(source, options)


def _run_or_again(source: NotebookNode, options: dict[str, Any]) -> NotebookNode:
    parameters = options["parameters"]
    for is_last in (False, True):
        try:
            return papermill.execute_notebook(source, None, **options)
        except OSError as error:
            if error.errno not in NO_KERNEL:
                raise
            raise RunFailed(f"カーネルを始められませんでした（{NO_KERNEL[error.errno]}）", log=str(error)) from error
        except RuntimeError as error:
            if isinstance(error, DeadKernelError):
                raise
            if is_last or NOT_STARTED not in str(error):
                raise RunFailed("カーネルを始められませんでした", log=str(error)) from error
            place = "/".join(parameters[name] for name in ("plan", "period") if name in parameters)
            print(f"{place}：カーネルが返事の前に止まったため、もう一度だけ始めます。", file=sys.stderr)
    raise AssertionError  # the loop returns or raises


def fault_of(notebook: NotebookNode) -> str:
    """Why a notebook that papermill returned is no success all the same; "" for a success.

    papermill says "completed" of cells that never ran, and calls `sys.exit(0)` a success.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in cells:
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors:
            return _cause(errors[0].ename, errors[0].evalue)
        if cell.execution_count is None or cell.metadata.get("papermill", {}).get("exception"):
            return "最後まで実行されませんでした"
    shown = [output for output in cells[-1].outputs if output.get("name") != "stderr"] if cells else []
    return "" if shown else "最後のコードのセルに出力がありません"


def _cause(kind: str, text: str) -> str:
    return f"メモリが足りませんでした（{kind}）" if kind == "MemoryError" else f"{kind}：{text}"


def _check_ends(source: NotebookNode) -> None:
    """The first cell takes the parameters; what the last one prints shows that the notebook was run to its end."""
    code = [cell for cell in source.cells if cell.cell_type == "code"]
    for tag, place, name in ((FIRST, 0, "最初"), (LAST, len(code) - 1, "最後")):
        if [number for number, cell in enumerate(code) if tag in cell.metadata.get("tags", [])] != [place]:
            raise RunFailed(f"{name}のコードのセルにだけ、タグ {tag} が要ります")


def _one_line(text: str) -> str:
    line = " ".join(strip_ansi(text).split())
    return line if len(line) <= LONGEST_REASON else line[:LONGEST_REASON] + "…"
