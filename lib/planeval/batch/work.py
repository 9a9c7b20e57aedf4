"""What a worker process is asked to do. Light: the heavy modules are imported in the worker."""

from __future__ import annotations

from collections.abc import Sequence

from .tasks import Examined, Result, Task


def examine(tasks: Sequence[Task]) -> Examined:
    """Read the plan of some tasks."""
    from . import readings

    return readings.examine(tasks)


def perform(task: Task) -> Result:
    """Run one task and stage what it gives."""
    from .worker import produce

    return produce(task)
