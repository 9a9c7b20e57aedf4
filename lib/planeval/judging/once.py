"""What is worked out once for an evaluation and kept with it, however many tables and sentences ask for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from .evaluation import Evaluation

Found = TypeVar("Found")


def once(function: Callable[[Evaluation], Found]) -> Callable[[Evaluation], Found]:
    """The same function, which gives the same object for the same evaluation; nobody may change it."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def known(evaluation: Evaluation) -> Found:
        if name not in evaluation.kept:
            evaluation.kept[name] = function(evaluation)
        return evaluation.kept[name]

    return known
