"""All messy files of the tests, and the kinds of dirt that one file cannot show."""

from __future__ import annotations

from messy_case import Case
from messy_cells import CELL_CASES
from messy_containers import CONTAINER_CASES
from messy_csv import CSV_CASES
from messy_xlsx import XLSX_CASES

CASES: list[Case] = [*CELL_CASES, *CSV_CASES, *XLSX_CASES, *CONTAINER_CASES]
KINDS = range(1, 76)
# Kinds that no single file shows, each with the reason.
NOT_IN_ONE_FILE = {
    14: "copies and lock files are seen only beside the other files of a folder",
    15: "a sharing violation is a state of the computer, not of the file",
    63: "the baseline and the target stand in the plan's indicators, not in a department's file",
    64: "a changed definition is declared in the plan's breaks",
    65: "last year's value is known from the archived run",
    67: "which indicators must come is known from the plan",
    68: "small counts are withheld when the plan is told, and the file is read as it is",
}
# Hostile or huge files, which must be answered soon and in little memory.
HEAVY = [case for case in CASES if {12, 13} & set(case.kinds)]
