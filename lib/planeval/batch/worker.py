"""The work of a task: its four notebooks, pages and tables, staged for publishing."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .. import __version__
from ..delivery.cleaning import clean
from ..delivery.execute import RunFailed, execute
from ..delivery.notebooks import load
from ..delivery.pages import page
from ..delivery.replies import replies
from ..delivery.tables import csv_files, run_tables
from ..judging.evaluation import Evaluation
from ..words.problems import DataProblems, WrongUse
from . import publish
from .tasks import Result, Task

OK, FAILED, NOT_RUN = "ok", "failed", "not_run"
PACKAGES = ["ipykernel", "matplotlib", "nbconvert", "openpyxl", "pandas", "pandera", "papermill", "scipy", "seaborn"]


def produce(task: Task) -> Result:
    """Run the notebooks of a task and stage what they give; what is left of a failed run is kept apart."""
    begun = time.monotonic()
    failure = _failure_of(task)
    if failure:
        _keep(task, failure)
    return Result(task, time.monotonic() - begun, f"{failure.name} {failure}".strip() if failure else "")


def _failure_of(task: Task) -> RunFailed | None:
    try:
        _stage(task)
    except RunFailed as failure:
        return failure
    except (DataProblems, WrongUse) as error:
        return RunFailed(f"実行の途中でデータが変わり、読めなくなりました。{error}")
    except OSError as error:
        return RunFailed(f"書き込めませんでした（{publish.cause_of(error)}）")
    return None


def _stage(task: Task) -> None:
    executed, warnings = {}, []
    for name, path in task.notebooks.items():
        with _in_notebook(name):
            executed[name], told = clean(execute(path, _parameters(task)), task.shown_parameters)
        warnings += [f"{name}：{line}" for line in told]
    evaluation = load(plan=task.plan, period=task.period, scheme=task.scheme, data_dir=task.data_dir)
    if dict(evaluation.workbook.inputs) != dict(task.inputs):
        raise RunFailed("実行の途中でデータのファイルが変わりました。もう一度実行してください")
    files = _table_files(evaluation)
    for name, notebook in executed.items():
        with _in_notebook(name):
            files |= _files_of(name, notebook, evaluation, is_variant=task.scheme is not None)
    states = dict.fromkeys(task.notebooks, OK)
    record = {**_record(task, states, evaluation.scheme.name), "warnings": warnings}
    folder = publish.stage(task.outputs, task.key, files, record)
    if task.prints:
        _print(folder, list(task.notebooks))


def _print(folder: Path, names: list[str]) -> None:
    """Print the staged reports. A PDF holds the time it was made, so the record names none."""
    from ..export.printing import NotPrinted, print_pages

    try:
        print_pages(folder / f"{name}.html" for name in names)
    except NotPrinted as error:
        raise RunFailed(str(error)) from error


def _table_files(evaluation: Evaluation) -> dict[str, bytes]:
    """The tables of a run in all their forms."""
    from ..export.run_files import run_files

    found = run_tables(evaluation)
    files = csv_files(found)
    return files | run_files(evaluation, found, files) | replies(evaluation.workbook)


@contextmanager
def _in_notebook(name: str) -> Iterator[None]:
    """Names the notebook in a failure."""
    try:
        yield
    except RunFailed as failure:
        raise RunFailed(str(failure), name=name, log=failure.log, notebook=failure.notebook) from failure


def _parameters(task: Task) -> dict[str, str]:
    return task.shown_parameters | {"data_dir": str(task.data_dir), "outputs_dir": str(task.outputs)}


def _files_of(name: str, notebook: NotebookNode, evaluation: Evaluation, *, is_variant: bool) -> dict[str, bytes]:
    """A report, its edition to be read aloud, and the notebook behind both."""
    from ..export.plain_text import text_edition

    text = page(name, notebook, evaluation, is_variant=is_variant)
    source = nbformat.writes(notebook).rstrip("\n") + "\n"
    return {
        f"{name}.html": text.encode("utf-8"),
        f"{name}.txt": text_edition(text),
        f"notebooks/{name}.ipynb": source.encode("utf-8"),
    }


def _record(task: Task, states: dict[str, str], scheme: str | None) -> dict[str, object]:
    """What a run was: no time, no path, no name of a user, so that the same inputs give the same record."""
    versions = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
    return {
        "plan": task.plan,
        "period": task.period,
        "scheme": scheme,
        "library": __version__,
        "versions": versions,
        "parameters": {"plan": task.plan, "period": task.period, "scheme": task.scheme},
        "inputs": dict(task.inputs),
        "outputs": {},
        "notebooks": states,
        "warnings": [],
    }


def _keep(task: Task, failure: RunFailed) -> None:
    """Keep a failed run apart, with what it was and how far it came."""
    names = list(task.notebooks)
    place = names.index(failure.name) if failure.name else len(names)
    states = {name: OK if n < place else FAILED if n == place else NOT_RUN for n, name in enumerate(names)}
    record = {**_record(task, states, task.scheme), "warnings": [str(failure)]}
    files = {
        publish.RUN_FILE: publish.record_bytes(record),
        publish.FAILURE_FILE: f"{failure.name}\n{failure}\n\n{failure.log}".encode(),
    }
    if failure.notebook:
        files[f"{failure.name}.ipynb"] = failure.notebook.encode("utf-8")
    publish.keep_failed(task.outputs, task.key, files)
