"""A task is one period of one plan. This module is light: the parent imports it, the workers do the heavy work."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..delivery.parameters import CELL_SECONDS
from ..words.problems import Problem
from .sources import Sources

OK, FAILED, NOT_RUN, UNCHANGED = "ok", "failed", "not_run", "unchanged"


class NotDone(BrokenExecutor):
    """A job that was lost, not failed; the sentence says by what."""


@dataclass(frozen=True)
class Task:
    """What to run. `scheme` is None for the plan's own; `inputs` are the hashes of the data that was checked, of all `files` of the plan.

    `staging` names the folder in which the run is put together before it is published, that of the batch or of a shard; `prints` asks for PDF too;
    `is_strict`: a cell that warns fails; no cell may take longer than `cell_seconds`.
    """

    plan: str
    period: str
    scheme: str | None
    data_dir: Path
    outputs: Path
    notebooks: Mapping[str, Path]
    sources: Sources
    inputs: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    prints: bool = False
    is_strict: bool = False
    cell_seconds: int = CELL_SECONDS
    staging: str = "all"

    @property
    def key(self) -> str:
        """Its place in the outputs folder."""
        return f"{self.plan}/{self.period}" + (f"/schemes/{self.scheme}" if self.scheme else "")

    @property
    def shown_parameters(self) -> dict[str, str]:
        """The parameters that a published notebook shows: no folder of this machine."""
        return {"plan": self.plan, "period": self.period} | ({"scheme": self.scheme} if self.scheme else {})

    def reading(self, found: Examined) -> Task:
        """The same task, once the plan was read."""
        sources = replace(self.sources, data=found.digests[self.key])
        return replace(self, inputs=dict(found.inputs[self.key]), files=found.files, sources=sources)


@dataclass(frozen=True)
class Step:
    """One notebook of a task: what became of it, and in how many seconds."""

    notebook: str
    state: str = NOT_RUN
    seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What became of a task; `reason` is empty when all went well."""

    task: Task
    seconds: float = 0.0
    reason: str = ""
    steps: tuple[Step, ...] = ()
    warnings: int = 0

    @property
    def state(self) -> str:
        """The state of the whole."""
        if self.reason:
            return FAILED
        return UNCHANGED if self.steps and all(step.state == UNCHANGED for step in self.steps) else OK


@dataclass(frozen=True)
class Examined:
    """A plan as it was found: its problems, or for each task by its key the files it rests on and their fingerprint.

    `files` are the hashes of all files of the plan as they were read.
    """

    plan: str
    problems: tuple[Problem, ...] = ()
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def skipped(task: Task) -> Result:
    """The result of a task of which nothing has changed."""
    return Result(task, steps=tuple(Step(name, UNCHANGED) for name in task.notebooks))
