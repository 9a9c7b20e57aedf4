"""What a person sees on a sheet and the table does not say: hidden rows, struck text, lines of another length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ..trust.cells import column_letter
from ..trust.tables import shown
from ..words.problems import NOTE, Problem
from .grids import Grid
from .layout import Layout


def looks(grid: Grid, layout: Layout) -> Iterator[Problem]:
    """What a person sees and the reader does not act upon: hidden rows and columns, filters, struck text, comments."""
    rows, columns = set(layout.rows), {*layout.columns, *layout.years}
    if hidden := [row for row in grid.hidden_rows if row in rows]:
        numbers = "、".join(map(str, hidden[:10])) + ("など" if len(hidden) > 10 else "")
        yield grid.problem(
            hidden[0], None, f"隠れた行（{numbers}行目）も読んだ", "", "使わない行なら消す", severity=NOTE
        )
    for position in sorted(columns & set(grid.hidden_columns)):
        found = f"隠れた列 {column_letter(position)} も読んだ"
        yield grid.problem(layout.header, position, found, "", "使わない列なら消す", severity=NOTE)
    if grid.is_filtered:
        found = "フィルターで絞り込まれている。隠れた行も読んだ"
        yield grid.problem(layout.header, None, found, "", "使わない行なら消す", severity=NOTE)
    for row, position in grid.struck:
        if row in rows and position in columns:
            found, remedy = (
                f"取り消し線のある「{shown(grid.cell(row, position).text)}」も読んだ",
                "消す値なら行ごと消す",
            )
            yield grid.problem(row, position, found, "", remedy, severity=NOTE)
    for row, position in grid.commented:
        if row in rows:
            remedy = "伝えることなら列「備考」に書く"
            yield grid.problem(row, position, "セルのコメント（メモ）は読まない", "", remedy, severity=NOTE)


def widths(grid: Grid, layout: Layout) -> Iterator[Problem]:
    """Lines of a text file with more or fewer fields than the headings."""
    width = grid.widths.get(layout.header, 0)
    uneven = {
        row: grid.widths[row]
        for row in layout.rows
        if row in grid.widths
        and (
            grid.widths[row] < width
            or max(grid.rows[row]) >= width
            or (grid.widths[row] > width and _is_split(grid, row))
        )
    }
    many = "値の中のコンマ（12,345 など）を消すか、値を引用符で囲む"
    few = "足りない列の分だけ、行の終わりにコンマを足すか、Excel で開いて保存し直す"
    for row, found in uneven.items():
        last = "。ファイルが途中で切れているかもしれない" if row == layout.rows[-1] and found < width else ""
        remedy = (few if found < width else many) + last
        yield grid.problem(row, None, f"{found}列ある", f"見出しと同じ{width}列", remedy)


def _is_split(grid: Grid, row: int) -> bool:
    """Whether 12,345 may have become two cells: one to three digits, and exactly three beside them."""
    texts = [grid.cell(row, position).text.strip() for position in range(max(grid.rows[row]) + 1)]
    return any(re.fullmatch(r"-?\d{1,3}", left) and re.fullmatch(r"\d{3}", right) for left, right in pairwise(texts))
