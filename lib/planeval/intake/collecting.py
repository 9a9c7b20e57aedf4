"""`planeval collect`: one workbook a department to fill in for a period, and what is still missing as reminders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..trust.workbook import Workbook
from .collection_rows import departments, forms
from .collection_sheets import collection_workbook
from .placing import file_names, place_files
from .reminders import reminder


def collect(
    workbook: Workbook, period_id: str, folder: Path, *, only: Sequence[str] = (), force: bool = False
) -> list[Path]:
    """Write the workbooks of every department (or those in `only`) into a folder and give their paths.

    The figures are those submitted, before disclosure control: the files are for the departments alone.
    Raises: WrongUse for an unknown period or department, or where a file that is there has other content and `force`
    does not allow to replace it; then nothing is written.
    """
    period = workbook.plan.period(period_id)
    names = sheet_names(workbook, period_id)
    asked = departments(workbook, list(only), fiscal_year=period.last_year)
    files = {
        names[department.name]: collection_workbook(
            workbook.plan, period, department, forms(workbook, period, department)
        )
        for department in asked
    }
    return place_files(folder, files, replace=force)


def remind(workbook: Workbook, period_id: str, *, only: Sequence[str] = ()) -> dict[str, str]:
    """A mail for every department (or those in `only`): what it has not yet sent for a period.

    Raises: WrongUse for an unknown period or department.
    """
    period = workbook.plan.period(period_id)
    names = sheet_names(workbook, period_id)
    asked = departments(workbook, list(only), fiscal_year=period.last_year)
    return {department.name: reminder(workbook, period, department, names[department.name]) for department in asked}


def place_reminders(period_id: str, texts: dict[str, str], folder: Path) -> list[Path]:
    """Write each mail as a text file in the place of the earlier one, and give their paths."""
    names = file_names(period_id, texts, "_提出のお願い.txt")
    return place_files(folder, {names[name]: text.encode("utf-8") for name, text in texts.items()}, replace=True)


def sheet_names(workbook: Workbook, period_id: str) -> dict[str, str]:
    """The file name of every department's workbook, the same whichever departments are asked."""
    period = workbook.plan.period(period_id)
    found = departments(workbook, fiscal_year=period.last_year)
    return file_names(period_id, (department.name for department in found), ".xlsx")
