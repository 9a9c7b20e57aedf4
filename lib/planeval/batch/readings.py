"""Reading a plan once for everybody: the workbook lies in the room of the run, where every worker finds it."""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ..delivery.doors import open_plan
from ..delivery.execute import RunFailed
from ..judging.disclosure import disclosed
from ..judging.in_force import schemes_in_force
from ..trust.known import content_digest, known_by
from ..trust.workbook import Workbook
from ..words.problems import DataProblems, Place, Problem, WrongUse
from .sources import data_files
from .tasks import Examined, Task

MOST_KEPT = 64  # workbooks; one that is needed again later is read again
CHANGED = "実行の途中でデータのファイルが変わりました。もう一度実行してください"
TRIES = 3  # a file may be saved while a plan is read
RESTLESS = "読んでいる間に、ファイルが何度も変わった"


def examine(tasks: Sequence[Task]) -> Examined:
    """Read the plan of some tasks: its problems, or what each task rests on. The workbook is kept for `workbook_of`.

    What is told is true of the files as they were before: where one has changed meanwhile, all are read again.
    """
    folder = tasks[0].data_dir / tasks[0].plan
    for _ in range(TRIES):
        files = data_files(folder)
        with suppress(FileNotFoundError):  # gone between the list of files and its reading
            found = _examine_once(tasks, files)
            if data_files(folder) == files:
                return found
    return Examined(
        tasks[0].plan, (Problem(Place(f"{tasks[0].plan}/"), RESTLESS, "", "保存が終わってから、もう一度実行する"),)
    )


def _examine_once(tasks: Sequence[Task], files: Mapping[str, str]) -> Examined:
    plan, data_dir = tasks[0].plan, tasks[0].data_dir
    try:
        workbook = disclosed(open_plan(plan, data_dir))
        found = {}
        for task in tasks:
            period = workbook.plan.period(task.period)
            schemes_in_force(workbook, task.period, task.scheme)
            found[task.key] = known_by(workbook, period)
    except DataProblems as error:
        return Examined(plan, error.problems)
    except WrongUse as error:  # the plan itself names a scheme that does not exist
        return Examined(plan, (Problem(Place(f"{plan}/"), str(error).rstrip("。"), "", "名前を直す"),))
    _keep(workbook, files)
    inputs = {key: dict(known.inputs) for key, known in found.items()}
    digests = {key: content_digest(known) for key, known in found.items()}
    return Examined(plan, inputs=inputs, digests=digests, files=files)


def workbook_of(task: Task) -> Workbook:
    """The workbook that was read before a task, or read anew where this machine has not read it.

    Raises: RunFailed where the files are not any more what they were; DataProblems and WrongUse, as reading does.
    """
    folder = task.data_dir / task.plan
    try:
        return pickle.loads(_place(folder, task.files).read_bytes())
    except FileNotFoundError:
        pass
    try:
        workbook = disclosed(open_plan(task.plan, task.data_dir))
    except FileNotFoundError as error:
        raise RunFailed(CHANGED) from error
    if data_files(folder) != task.files:
        raise RunFailed(CHANGED)
    _keep(workbook, task.files)
    return workbook


def _place(plan: Path, files: Mapping[str, str]) -> Path:
    """Where the workbook of a plan folder with such files lies: in the room of this machine's part of the run."""
    told = hashlib.sha256(repr((str(plan), sorted(files.items()))).encode("utf-8"))
    return Path(tempfile.gettempdir()) / f"plan-{told.hexdigest()}.pickle"


def _keep(workbook: Workbook, files: Mapping[str, str]) -> None:
    place = _place(workbook.folder, files)
    aside = place.with_suffix(f".{os.getpid()}")
    aside.write_bytes(pickle.dumps(workbook))
    aside.replace(place)
    for old in sorted(place.parent.glob("plan-*.pickle"), key=_age)[MOST_KEPT:]:
        old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Younger ones first; one that another worker has just removed comes last."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
