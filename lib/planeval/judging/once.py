"""What is worked out once for an evaluation and kept with it, however many tables and sentences ask for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from .evaluation import Evaluation

Found = TypeVar("Found")
Asked = ParamSpec("Asked")


def once(function: Callable[Concatenate[Evaluation, Asked], Found]) -> Callable[Concatenate[Evaluation, Asked], Found]:
    """The same function, which gives the same object for the same evaluation and what else it is given; nobody may change it."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def known(evaluation: Evaluation, *asked: Asked.args, **more: Asked.kwargs) -> Found:
        place = (name, *asked, *more.items())
        if place not in evaluation.kept:
            evaluation.kept[place] = function(evaluation, *asked, **more)
        return evaluation.kept[place]

    return known
