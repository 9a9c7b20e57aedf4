"""The doors to the optional rooms that reading a plan needs; each opens when it is asked for."""

from __future__ import annotations

from pathlib import Path

from ..trust.tables import SheetReader
from ..trust.workbook import Workbook, load_workbook


def departments_reader() -> SheetReader:
    """The reader of departments' files."""
    from ..intake.reading import read_file

    return read_file


def open_plan(plan: str, data_dir: str | Path | None = None) -> Workbook:
    """A plan, its files read as departments send them.

    Raises: WrongUse for an unknown plan; DataProblems with all problems of all its files.
    """
    return load_workbook(plan, data_dir, reader=departments_reader())
