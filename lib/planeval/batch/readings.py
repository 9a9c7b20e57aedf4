"""Reading a plan once for everybody: the workbook lies in the room of the run, where every worker finds it."""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..delivery.doors import open_plan
from ..judging.disclosure import disclosed
from ..judging.in_force import schemes_in_force
from ..trust.known import content_digest, known_by
from ..trust.workbook import Workbook
from ..words.problems import DataProblems, Place, Problem, WrongUse
from .sources import data_files
from .tasks import Examined, Task

MOST_KEPT = 32  # workbooks; more plans than that are never open at once


def examine(tasks: Sequence[Task]) -> Examined:
    """Read the plan of some tasks: its problems, or what each task rests on. The workbook is kept for `workbook_of`."""
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
    _keep(workbook)
    inputs = {key: dict(known.inputs) for key, known in found.items()}
    return Examined(plan, inputs=inputs, digests={key: content_digest(known) for key, known in found.items()})


def workbook_of(task: Task) -> Workbook:
    """The workbook that was read before a task, or read anew where this machine has not read it.

    Raises: DataProblems and WrongUse, as reading does.
    """
    try:
        return pickle.loads(_place(task.data_dir / task.plan).read_bytes())
    except FileNotFoundError:
        workbook = disclosed(open_plan(task.plan, task.data_dir))
        _keep(workbook)
        return workbook


def _place(plan: Path) -> Path:
    """Where the workbook of a plan folder lies as it is now: in the room of this machine's part of the run."""
    told = hashlib.sha256(repr((str(plan), sorted(data_files(plan).items()))).encode("utf-8"))
    return Path(tempfile.gettempdir()) / f"plan-{told.hexdigest()}.pickle"


def _keep(workbook: Workbook) -> None:
    place = _place(workbook.folder)
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
