"""`planeval run`: what the options of the command line ask of a batch."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ..delivery.choice import Choice
from ..words.problems import WrongUse

FAILED = 1  # the exit code


def run_command(given: argparse.Namespace, choice: Choice, outputs: Path) -> int:
    """Run a choice as the options say, and give the exit code. Raises: WrongUse for a number that is none."""
    for name, number in (("--jobs", given.jobs), ("--cell-seconds", given.cell_seconds)):
        if number is not None and number < 1:
            raise WrongUse(f"{name} は1以上の数で指定してください。")
    from .runs import Manner, run

    if given.pdf:
        from ..delivery.doors import can_print

        if not can_print():
            return FAILED
    manner = Manner(given.jobs, is_forced=given.force, prints=given.pdf)
    manner = replace(manner, is_strict=given.strict, cell_seconds=given.cell_seconds)
    return run(choice, outputs, replace(manner, forks=False) if given.plain_kernels else manner)
