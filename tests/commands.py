"""Running the project's commands in a process of their own, as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def plain_environment() -> dict[str, str]:
    """For programs that are not ours: under a locale that is not installed some complain, some open no Japanese name."""
    return os.environ | {"LC_ALL": "C.UTF-8"}


def run_module(
    module: str, *words: object, cwd: Path = PROJECT, umask: int = -1, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """`python -m MODULE WORDS…` with its output as text; `before` are the words of a command that runs it."""
    command = [*before, sys.executable, "-m", module, *map(str, words)]
    env = os.environ | {"PYTHONPATH": str(PROJECT / "lib"), "PYTHONUTF8": "1"} | environment
    return subprocess.run(command, cwd=cwd, env=env, umask=umask, capture_output=True, encoding="utf-8", timeout=1200)


def planeval(
    *words: object, cwd: Path = PROJECT, umask: int = -1, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command of this project."""
    return run_module("planeval", *words, cwd=cwd, umask=umask, before=before, **environment)
