"""A task is one period of one plan. This module is light: the parent imports it, the workers do the heavy work."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """What to run. `scheme` is None for the plan's own; `inputs` are the hashes of the data that was checked.

    `prints` asks for each report as PDF too.
    """

    plan: str
    period: str
    scheme: str | None
    data_dir: Path
    outputs: Path
    notebooks: Mapping[str, Path]
    inputs: Mapping[str, str]
    prints: bool = False

    @property
    def key(self) -> str:
        """Its place in the outputs folder."""
        return f"{self.plan}/{self.period}" + (f"/schemes/{self.scheme}" if self.scheme else "")

    @property
    def shown_parameters(self) -> dict[str, str]:
        """The parameters that a published notebook shows: no folder of this machine."""
        return {"plan": self.plan, "period": self.period} | ({"scheme": self.scheme} if self.scheme else {})


@dataclass(frozen=True)
class Result:
    """What became of a task; `reason` is empty when all went well."""

    task: Task
    seconds: float = 0.0
    reason: str = ""


def settle(lifeline: Connection, room: Path) -> None:
    """Prepare a worker process: it ends with its parent, is quiet, and lives in a room of its own."""
    from ..delivery.kernels import prepare_environment

    threading.Thread(target=_end_with_parent, args=(lifeline, room), daemon=True).start()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    prepare_environment(room)


def perform(task: Task) -> Result:
    """Run a task in a worker process."""
    from .worker import produce

    return produce(task)


def _end_with_parent(lifeline: Connection, room: Path) -> None:
    """Wait until the parent is gone or lets go; a kernel notices by itself that this process has ended."""
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        shutil.rmtree(room, ignore_errors=True)
        os._exit(1)
