"""The work of a task: its notebooks, pages and tables, staged for publishing."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .. import __version__
from ..delivery.cleaning import clean
from ..delivery.execute import RunFailed, execute
from ..delivery.pages import page
from ..delivery.prepared import hand_over, take_back
from ..delivery.replies import replies
from ..delivery.tables import csv_files, run_tables
from ..judging.evaluation import Evaluation, evaluate
from ..telling.ahead import work_out_ahead
from ..words.problems import DataProblems, WrongUse
from . import publish, sources
from .pool import kernels
from .readings import CHANGED, workbook_of
from .tasks import FAILED, OK, Result, Step, Task
from .trees import flush_folder

OTHER_SOURCES = "実行の途中でノートブックか評価基準のファイルが変わったか、作業する機械にあるものが違います。もう一度実行してください"


class Work:
    """A task at work: how far its notebooks have come, and what they warned of."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.steps = {name: Step(name) for name in task.notebooks}
        self.warnings: list[str] = []

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Work on one notebook; a failure within it is named after it."""
        begun = time.monotonic() - self.steps[name].seconds
        state = FAILED
        try:
            yield
            state = OK
        except RunFailed as failure:
            raise RunFailed(str(failure), name=name, log=failure.log, notebook=failure.notebook) from failure
        finally:
            self.steps[name] = Step(name, state, time.monotonic() - begun)

    def record(self, scheme: str | None) -> dict[str, object]:
        """What the run was: no time, no path, no name of a user, so that the same inputs give the same record."""
        task = self.task
        return {
            "plan": task.plan,
            "period": task.period,
            "scheme": scheme,
            "library": __version__,
            "versions": sources.versions(),
            "parameters": {"plan": task.plan, "period": task.period, "scheme": task.scheme},
            "made_from": task.sources.as_record(),
            "inputs": dict(task.inputs),
            "outputs": {},
            "notebooks": {name: step.state for name, step in self.steps.items()},
            "warnings": self.warnings,
        }


def produce(task: Task) -> Result:
    """Run the notebooks of a task and stage what they give; what is left of a failed run is kept apart."""
    begun, work = time.monotonic(), Work(task)
    failure = _failure_of(work)
    if failure:
        _keep(work, failure)
    reason = f"{failure.name} {failure}".strip() if failure else ""
    return Result(task, time.monotonic() - begun, reason, tuple(work.steps.values()), len(work.warnings))


def _failure_of(work: Work) -> RunFailed | None:
    try:
        _stage(work)
    except RunFailed as failure:
        return failure
    except (DataProblems, WrongUse) as error:
        return RunFailed(f"実行の途中でデータが変わり、読めなくなりました。{error}")
    except OSError as error:
        return RunFailed(f"書き込めませんでした（{publish.cause_of(error)}）")
    finally:
        take_back()
    return None


def _stage(work: Work) -> None:
    task = work.task
    _check_unchanged(task)
    evaluation = evaluate(workbook_of(task), task.period, task.scheme)
    files = _table_files(evaluation)
    _work_out_ahead(evaluation)
    parameters = task.shown_parameters | {"data_dir": str(task.data_dir), "outputs_dir": str(task.outputs)}
    key = (task.plan, task.period, task.scheme, str(task.data_dir))
    hand_over(evaluation, key, Path(tempfile.gettempdir()) / f"evaluation-{os.getpid()}.pickle")
    for name, path in task.notebooks.items():
        with work.on(name):
            done = execute(path, parameters, seconds=task.cell_seconds, kernels=kernels())
            executed, told = clean(done, task.shown_parameters)
            if told and task.is_strict:
                raise RunFailed("、".join(told), notebook=nbformat.writes(done))
            work.warnings += [f"{name}：{line}" for line in told]
            files |= _files_of(name, executed, evaluation, is_variant=task.scheme is not None)
    _check_unchanged(task)
    record = work.record(evaluation.scheme.name)
    folder = publish.stage(task.outputs, task.key, files, record, name=task.staging)
    if task.prints:
        _print(folder, list(task.notebooks))


def _check_unchanged(task: Task) -> None:
    """See that what is read here is what the record will name. Raises: RunFailed."""
    if sources.changed_files(task.data_dir / task.plan, task.inputs):
        raise RunFailed(CHANGED)
    if not task.sources.are_those_of(task.data_dir / task.plan, task.notebooks):
        raise RunFailed(OTHER_SOURCES)


def _work_out_ahead(evaluation: Evaluation) -> None:
    """Spare the notebooks what they share; what cannot be worked out fails in the notebook that asks for it, with its cell."""
    with suppress(Exception):
        work_out_ahead(evaluation)


def _print(folder: Path, names: list[str]) -> None:
    """Print the staged reports. A PDF holds the time it was made, so the record names none."""
    from ..export.printing import NotPrinted, print_pages

    try:
        print_pages(folder / f"{name}.html" for name in names)
    except NotPrinted as error:
        raise RunFailed(str(error)) from error
    flush_folder(folder)


def _table_files(evaluation: Evaluation) -> dict[str, bytes]:
    """The tables of a run in all their forms."""
    from ..export.run_files import run_files

    found = run_tables(evaluation)
    files = csv_files(found)
    return files | run_files(evaluation, found, files) | replies(evaluation.workbook)


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


def _keep(work: Work, failure: RunFailed) -> None:
    """Keep a failed run apart, with what it was and how far it came."""
    work.warnings = [str(failure)]
    files = {
        publish.RUN_FILE: publish.record_bytes(work.record(work.task.scheme)),
        publish.FAILURE_FILE: f"{failure.name}\n{failure}\n\n{failure.log}".encode(),
    }
    if failure.notebook:
        files[f"{failure.name}.ipynb"] = failure.notebook.encode("utf-8")
    publish.keep_failed(work.task.outputs, work.task.key, files)
