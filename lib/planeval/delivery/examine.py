"""Reading and checking whole plans: what `check` lists, and what `run` wants to know before it starts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..judging.disclosure import disclosed
from ..judging.in_force import schemes_in_force
from ..trust.workbook import Workbook
from ..words.problems import DataProblems, Place, Problem, WrongUse
from .doors import open_plan


@dataclass(frozen=True)
class Examination:
    """One plan as it was found: its workbook, or the problems that stand against it; notes stop nothing."""

    plan: str
    workbook: Workbook | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def examine(
    plan: str, data_dir: Path, *, periods: Iterable[str] | None = None, scheme: str | None = None
) -> Examination:
    """Read a plan and the schemes of its periods (all, or those named): its own, or the one named."""
    try:
        workbook = disclosed(open_plan(plan, data_dir))
        for period in [period.id for period in workbook.plan.periods] if periods is None else periods:
            schemes_in_force(workbook, period, scheme)
    except DataProblems as error:
        return Examination(plan, None, error.problems, error.notes)
    except WrongUse as error:  # the plan itself names a scheme that does not exist
        return Examination(plan, None, (Problem(Place(f"{plan}/"), str(error).rstrip("。"), "", "名前を直す"),))
    return Examination(plan, workbook, notes=workbook.notes)


def report(examinations: Sequence[Examination]) -> str:
    """Every problem and note as text, plan by plan."""
    lines = []
    for found in examinations:
        lines.append(f"{found.plan}：問題 {len(found.problems)}件、気づいた点 {len(found.notes)}件")
        lines += [f"  問題　{problem}" for problem in found.problems]
        lines += [f"  気づいた点　{note}" for note in found.notes]
    return "\n".join(lines)


def report_json(examinations: Sequence[Examination]) -> str:
    """The same for programs."""
    plans = [
        {
            "plan": found.plan,
            "problems": [_fields(problem) for problem in found.problems],
            "notes": [_fields(note) for note in found.notes],
        }
        for found in examinations
    ]
    return json.dumps({"plans": plans}, ensure_ascii=False, indent=1)


def _fields(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": place.file,
        "sheet": place.sheet,
        "place": place.spot,
        "row": place.row or None,
        "column": problem.column,
        "found": problem.found,
        "expected": problem.expected,
        "remedy": problem.remedy,
        "message": str(problem),
    }
