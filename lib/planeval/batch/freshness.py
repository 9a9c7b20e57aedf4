"""Which runs need not be done again: those that stand published as a new run from the same sources would make them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..words.paths import is_whole_pdf
from . import publish
from .sources import data_files, hash_of
from .tasks import OK, Examined, Task

FOLDER = ".examined"  # what a plan's files were found to hold; deleting it costs a reading of the plans, no more


def recall(tasks: Sequence[Task]) -> Examined | None:
    """What the last reading of the plan of some tasks found, if not a byte of it, nor of the program, has changed."""
    told = _told(_memory(tasks[0]))
    if told.get("read") != _read(tasks[0], data_files(tasks[0].data_dir / tasks[0].plan)) or any(
        task.key not in told["digests"] for task in tasks
    ):
        return None
    return Examined(tasks[0].plan, inputs=told["inputs"], digests=told["digests"], files=told["read"]["files"])


def remember(tasks: Sequence[Task], found: Examined) -> None:
    """Keep what was found in a plan without problems, for `recall`; other periods of the same files stay known."""
    path, read = _memory(tasks[0]), _read(tasks[0], found.files)
    earlier = _told(path)
    if earlier.get("read") != read:
        earlier = {"inputs": {}, "digests": {}}
    told = {
        "read": read,
        "inputs": earlier["inputs"] | dict(found.inputs),
        "digests": earlier["digests"] | dict(found.digests),
    }
    path.parent.mkdir(exist_ok=True)
    publish.write_page(path, json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))


def stands(task: Task) -> bool:
    """Whether what a run of this task would make is published already, whole and unharmed; the task was read."""
    home = task.outputs / task.key
    record = publish.read_record(home)
    if record is None or record.get("made_from") != task.sources.as_record():
        return False
    if set(record.get("notebooks", {}).values()) != {OK} or publish.is_failed(task.outputs, task.key):
        return False
    if task.is_strict and record.get("warnings"):
        return False
    if task.prints and not all(is_whole_pdf(home / f"{name}.pdf") for name in task.notebooks):
        return False
    outputs = record.get("outputs")
    return isinstance(outputs, dict) and all(hash_of(home / name) == digest for name, digest in outputs.items())


def refresh(task: Task) -> None:
    """Name in the record of a run that stands the files as they are now; what they told of its period is the same."""
    home = task.outputs / task.key
    record = publish.read_record(home)
    if record is not None and record.get("inputs") != dict(task.inputs):
        record["inputs"] = dict(task.inputs)
        publish.write_page(home / publish.RUN_FILE, publish.record_bytes(record).decode("utf-8"))


def _memory(task: Task) -> Path:
    return task.outputs / FOLDER / f"{task.plan}.json"


def _told(path: Path) -> dict:
    """What was kept; nothing where that cannot be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) and {"read", "inputs", "digests"} <= set(told) else {}


def _read(task: Task, files: Mapping[str, str]) -> dict[str, object]:
    """What a reading of a plan depends on; `files` with the hashes that they had when they were read."""
    return {"program": task.sources.program, "schemes": task.sources.schemes, "files": dict(files)}
