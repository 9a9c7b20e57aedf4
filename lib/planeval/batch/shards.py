"""Job arrays: a batch in N parts that need not know of each other, each run by a job of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..words.problems import WrongUse

FORM = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)", re.ASCII)
REMEDY = "--shard は、何番目/いくつ の形で、3/8 のように指定してください（1/8 から 8/8 まで）。"
One = TypeVar("One")


@dataclass(frozen=True)
class Shard:
    """The `number`th of `count` parts, counted from 1."""

    number: int
    count: int

    @property
    def name(self) -> str:
        """For its lock and its staging folder: `3-of-8`."""
        return f"{self.number}-of-{self.count}"

    def own(self, plans: Mapping[str, Sequence[One]]) -> dict[str, list[One]]:
        """What of all plans falls to it, as cards are dealt: one after the other, in the order of plans and periods."""
        numbered: dict[str, list[One]] = {}
        dealt = 0
        for plan, tasks in plans.items():
            for task in tasks:
                if dealt % self.count == self.number - 1:
                    numbered.setdefault(plan, []).append(task)
                dealt += 1
        return numbered


def shard_of(words: str) -> Shard:
    """The part that `3/8` names. Raises: WrongUse."""
    found = FORM.fullmatch(words)
    if not found or int(found[1]) > int(found[2]):
        raise WrongUse(f"--shard の値「{words}」は正しくありません。{REMEDY}")
    return Shard(int(found[1]), int(found[2]))
