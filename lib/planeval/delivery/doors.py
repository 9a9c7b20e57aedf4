"""The doors to the optional rooms that the core asks something of; each opens when it is asked for."""

from __future__ import annotations

import sys
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


def can_print() -> bool:
    """Whether a browser is installed to print with; if none is, that is said at once and not after the work."""
    from ..export.printing import NotPrinted, browser

    try:
        browser()
    except NotPrinted as error:
        print(error, file=sys.stderr)
        return False
    return True
