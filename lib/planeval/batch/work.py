"""What the workers of any executor are asked to do. Light: the heavy modules are imported where the work is done."""

from __future__ import annotations

from collections.abc import Sequence

from .pool import is_settled
from .tasks import Examined, Result, Task


def examine(tasks: Sequence[Task]) -> Examined:
    """Read the plan of some tasks."""
    if not is_settled():
        from .crew import crew

        return crew().ask("examine", tasks, tasks[0])
    from . import readings

    return readings.examine(tasks)


def perform(task: Task) -> Result:
    """Run one task and stage what it gives."""
    if not is_settled():
        from .crew import crew

        return crew().ask("perform", task, task)
    from .worker import produce

    return produce(task)
