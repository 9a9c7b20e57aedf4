"""A departments' file from its bytes to sheets in order: the reader that `load_workbook` is given."""

from __future__ import annotations

from pathlib import Path

from ..trust.cells import Sheet
from ..words.contracts import CONTRACTS, Contract
from ..words.problems import NOTE, Place, Problem
from .child import open_workbook
from .grids import Grid
from .layout import find_table, incomplete
from .opening import TEXT_KIND, look_at
from .rows import sheet_of
from .text_files import read_text

BY_TITLE = {contract.title: contract for contract in CONTRACTS.values()}


def read_file(path: Path, file: str, contract: Contract) -> tuple[list[Sheet], list[Problem]]:
    """The tables of one file and all its problems and notes; `file` is the name used in messages.

    A workbook in a folder of files (`observations/`) may hold further tables on sheets named by their titles, as
    collection sheets do. Nothing is raised: a file that cannot be read is a problem.
    """
    kind, problems = look_at(path, file)
    if not kind:
        return [], problems
    try:
        grids, faults = (read_text if kind == TEXT_KIND else open_workbook)(path, file)
    except PermissionError:
        remedy = "Excel を閉じてから、もう一度行う"
        return [], [*problems, Problem(Place(file), "ほかのプログラムが開いていて読めない", "閉じたファイル", remedy)]
    problems += faults
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        if not any(problem.severity != NOTE for problem in problems):
            remedy = "元の表から保存し直す"
            problems.append(Problem(Place(file), "ファイルが空（値がない）", "1行目に見出し、2行目から値", remedy))
        return [], problems
    sheets, faults = _tables(filled, contract)
    return sheets, problems + faults


def _contract_of(grid: Grid, contract: Contract) -> Contract:
    return BY_TITLE.get(grid.name, contract) if contract.folder else contract


def _tables(grids: list[Grid], contract: Contract) -> tuple[list[Sheet], list[Problem]]:
    found, others, problems = [], [], []
    for grid in grids:
        own = _contract_of(grid, contract)
        layout, likeness = find_table(grid, own)
        if layout is None:
            others.append((likeness, grid, own))
        else:
            found.append((grid, own, layout))
    twice = [grid for grid, own, _ in found if own is contract]
    if len(twice) > 1:
        names = "、".join(f"「{grid.name}」" for grid in twice)
        found_text, remedy = (
            f"同じ表のシートが{len(twice)}枚ある（{names}）",
            "使わないシートを消すか、別のファイルに分ける",
        )
        return [], [twice[1].problem(0, None, found_text, "1ファイルに1枚", remedy)]
    if not found:
        _, grid, own = max(others, key=lambda other: other[0])
        return [], incomplete(grid, own)
    sheets = []
    for grid, own, layout in found:
        sheet, faults = sheet_of(grid, own, layout)
        sheets.append(sheet)
        problems += faults
    for _, grid, _ in others:
        remedy = "読む表なら、見出しをそろえる"
        problems.append(grid.problem(0, None, "表のないシートは読まない", "", remedy, severity=NOTE))
    return sheets, problems
