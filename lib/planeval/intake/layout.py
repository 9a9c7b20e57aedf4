"""Where on a sheet the table lies: its headings (one row or two, years side by side), its rows, and what is around it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..trust.tables import header_key
from ..words.collecting import REFERENCE
from ..words.contracts import Contract
from ..words.problems import NOTE, Problem, known_names
from .grids import NUMBER, Grid
from .headings import UNITS, Head, is_second_row, one_row, two_rows
from .years import YearReading

TOTALS = frozenset({"合計", "計", "総計", "小計", "総数", "平均", "合　計", "市計", "市全体"})
_NOTE_ROW = re.compile(r"[（(]?(?:注|※|\*|＊|出典|資料|出所|備考|参考[：:]|問い?合わせ)")


@dataclass(frozen=True)
class Layout:
    """`columns` and `years` by position: the contract's column, and in wide tables the year and column of each.

    `units` are those that headings name, by position; `unit` that of a line above the table.
    `header` is the last row of headings, `rows` are those of the table, `calendar` says that the years are calendar years
    by their heading, `problems` what is wrong with the headings or lies around the table.
    """

    header: int
    columns: Mapping[int, str]
    years: Mapping[int, tuple[YearReading, str]] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    is_calendar: bool = False
    is_collected: bool = False
    problems: tuple[Problem, ...] = ()
    units: Mapping[int, str] = field(default_factory=dict)
    unit: str = ""


def find_table(grid: Grid, contract: Contract) -> tuple[Layout | None, int]:
    """The layout of the table on a sheet, if it has one; and how many of the headings its best row has."""
    numbers = list(grid.rows)
    for n, row in enumerate(numbers):
        head = one_row(grid, contract, row)
        if numbers[n + 1 : n + 2] == [row + 1] and is_second_row(grid, contract, row + 1):
            two = two_rows(grid, contract, row)
            if two.is_complete(contract) and not one_row(grid, contract, row + 1).is_complete(contract):
                head = two
        if head.is_complete(contract):
            return _layout(grid, contract, head), len(contract.columns)
    found = {row: len(set(one_row(grid, contract, row).columns.values())) for row in numbers}
    best = max(numbers, key=lambda row: (found[row], -row), default=0)
    return None, found.get(best, 0)


def incomplete(grid: Grid, contract: Contract) -> list[Problem]:
    """What is missing on a sheet that has no complete headings."""
    numbers = list(grid.rows)
    heads = [one_row(grid, contract, row) for row in numbers]
    best = max(heads, key=lambda head: (len(head.columns), -head.first))
    if len(best.columns) < 2:
        headings = "、".join(f"「{column.header}」" for column in contract.columns if column.needed)
        found, remedy = f"表「{contract.title}」の見出しが見つからない", "見出しの行を足すか、見出しの字を直す"
        return [grid.problem(numbers[0], None, found, f"見出し{headings}のある行", remedy)]
    problems = [*_strange(grid, best, list(grid.rows))]
    if best.has_years_twice:
        found, remedy = "「年度」の列と、年度を見出しにした列の両方がある", "どちらか一方の形にする"
        problems.append(grid.problem(best.first, min(best.years), found, "縦か横の一つの形", remedy))
    for column in contract.columns:
        if column.needed and column.name not in best.columns.values():
            near = known_names(column.header, best.others.values()) if best.others else ""
            remedy = "見出しを足すか、見出しの字を直す" + (f"（{near}）" if near.startswith("近い") else "")
            expected = f"表「{contract.title}」の見出し「{column.header}」"
            problems.append(
                grid.problem(
                    best.first, None, f"見出し「{column.header}」がない", expected, remedy, column=column.header
                )
            )
    return problems


def _layout(grid: Grid, contract: Contract, head: Head) -> Layout:
    calendar = [column for column, name in head.columns.items() if name == "fiscal_year"]
    is_calendar = any(header_key(grid.cell(head.last, column).text) in {"年", "暦年"} for column in calendar)
    rows, problems = _rows(grid, contract, head)
    others = {position: text for position, text in head.others.items() if not text.startswith(REFERENCE)}
    return Layout(
        head.last, {position: name for position, name in head.columns.items() if position not in head.repeated},
        head.years, tuple(rows), is_calendar, len(others) < len(head.others),
        (*_about_headings(grid, contract, head, others), *_strange(grid, head, rows), *_nameless(grid, head, rows), *problems),
        units=head.units, unit=_unit_above(grid, head),
    )  # fmt: skip


def _strange(grid: Grid, head: Head, rows: list[int]) -> Iterator[Problem]:
    """Columns of figures whose heading has a year and more than that; targets and plans are known to be no values."""
    if not head.years and "fiscal_year" in head.columns.values():
        return
    for position, text in head.strange.items():
        if not any(grid.cell(row, position).text.strip() for row in rows if row > head.last):
            continue
        if re.search("目標|計画|予算", text):
            found = f"「{text[:40]}」の列は、実績ではないので読まない"
            yield grid.problem(head.last, position, found, "", "目標は指標の表に書く", severity=NOTE)
        else:
            found, expected = (
                f"見出し「{text[:40]}」の列に値があるが、どの年度の実績か分からない",
                "年度だけの見出し（例 R5）",
            )
            remedy = "実績なら見出しを年度だけにし、速報や見込みは列「旗」に書く。ほかの列なら消す"
            yield grid.problem(head.last, position, found, expected, remedy)


def _nameless(grid: Grid, head: Head, rows: list[int]) -> Iterator[Problem]:
    """Columns with cells but without a heading: figures there would be lost."""
    named = {*head.columns, *head.years, *head.others, *head.strange}
    width = grid.widths.get(head.last, 1 << 20)
    found: dict[int, list[int]] = {}
    for row in rows:
        for position in grid.rows[row]:
            if position not in named and position < width:
                found.setdefault(position, []).append(row)
    for position, own in sorted(found.items()):
        if any(re.search(r"\d", grid.cell(row, position).text) for row in own):
            remedy = "見出しを書くか、使わない列なら消す"
            yield grid.problem(own[0], position, "見出しのない列に数がある", "見出しのある列", remedy)
        else:
            yield grid.problem(
                own[0], position, "見出しのない列は読まない", "", "要る列なら見出しを書く", severity=NOTE
            )


def _unit_above(grid: Grid, head: Head) -> str:
    """The unit that a line above the table gives for all of it: 単位：千円."""
    texts = [header_key(cell.text) for row in grid.rows if row < head.first for cell in grid.rows[row].values()]
    found = [match[1] for text in texts if (match := re.search(r"単位[:：]?([^()（）、]+)", text))]
    return found[0] if len(found) == 1 and found[0] in UNITS else ""


def _about_headings(grid: Grid, contract: Contract, head: Head, others: Mapping[int, str]) -> Iterator[Problem]:
    needed = {column.name for column in contract.columns if column.needed}
    if len({head.columns[position] for position in head.repeated} & needed) > 1:
        found, remedy = "一つのシートに、横に並んだ二つの表がある", "別々のシートかファイルに分ける"
        yield grid.problem(head.last, min(head.repeated), found, "1シート1表", remedy)
    else:
        for position in head.repeated:
            header = contract.column(head.columns[position]).header
            found = f"見出し「{header}」が二度ある"
            yield grid.problem(head.last, position, found, "見出しは一度", "どちらかの列を消す", column=header)
    if unit := _unit_above(grid, head):
        found = f"表の上の「単位：{unit}」を、値の単位として読んだ"
        yield grid.problem(head.first, None, found, "", "列「単位」に書くと確かめやすい", severity=NOTE)
    for position, text in ((p, text) for p, text in others.items() if not (head.years and p in head.strange)):
        remedy = "使わない列なら、このままでよい。" + known_names(text, [column.header for column in contract.columns])
        yield grid.problem(head.last, position, f"知らない列「{text[:40]}」は読まない", "", remedy, severity=NOTE)
    for position, name in head.columns.items():
        text, header = grid.cell(head.last, position).text, contract.column(name).header
        if text and header_key(text) != header_key(header) and position not in head.repeated:
            found = f"見出し「{text[:40]}」を「{header}」として読んだ"
            yield grid.problem(head.last, position, found, "", f"見出しを「{header}」にする", severity=NOTE)
    if head.first != head.last:
        found = f"{head.first}行目と{head.last}行目を合わせて見出しとして読んだ"
        yield grid.problem(head.first, None, found, "", "見出しを1行にする", severity=NOTE)
    if head.years:
        years = "、".join(dict.fromkeys(f"{year.year}年度" for year, _ in head.years.values()))
        found = f"年度を横に並べた表を、1行に1つの値として読んだ（{years}）"
        yield grid.problem(head.last, min(head.years), found, "", "年度を縦に並べると確かめやすい", severity=NOTE)


def _rows(grid: Grid, contract: Contract, head: Head) -> tuple[list[int], list[Problem]]:
    """The rows of the table, and what is told of those before, among and after them."""
    problems = [
        grid.problem(
            row,
            None,
            f"表の上の行「{_line(grid, row)}」は読まない",
            "",
            "表に要る行なら見出しの下へ移す",
            severity=NOTE,
        )
        for row in grid.rows
        if row < head.first
    ]
    first_key = next((p for p, name in head.columns.items() if name == contract.key[0]), min(head.columns))
    values = {p for p, name in head.columns.items() if contract.column(name).kind == "number"} | set(head.years)
    headings = {cell.text for cell in grid.rows[head.last].values()} | {column.header for column in contract.columns}
    rows = []
    for row in (row for row in grid.rows if row > head.last):
        cells = grid.rows[row]
        is_like_head = any(cell.text in headings for cell in cells.values())
        if is_like_head and one_row(grid, contract, row).is_complete(contract):
            found, remedy = "見出しの行がもう一度ある（一つのシートに二つの表）", "別々のシートかファイルに分ける"
            problems.append(grid.problem(row, None, found, "1シート1表", remedy))
            break
        if _is_note(cells, first_key, values):
            found = f"表の下の行「{_line(grid, row)}」は読まない"
            problems.append(grid.problem(row, None, found, "", "値の行なら指標IDを書く", severity=NOTE))
        elif total := _total(cells, first_key, values):
            found = f"「{total}」の行がある"
            problems.append(grid.problem(row, None, found, "指標ごとの値だけの表", "合計や平均の行を消す"))
        else:
            rows.append(row)
    return rows, problems


def _line(grid: Grid, row: int) -> str:
    text = " ".join(cell.text.strip() for cell in grid.rows[row].values())
    return re.sub(r"\s+", " ", text)[:60]


def _is_note(cells: Mapping, first_key: int, values: set[int]) -> bool:
    """Whether a row is a remark on the table: few words that begin as remarks do, or one long text, and no number."""
    if len(cells) > 3 or any(position in values and cell.kind == NUMBER for position, cell in cells.items()):
        return False
    position, first = next(iter(cells.items()))
    text = unicodedata.normalize("NFKC", first.text).strip()
    is_alone = len(cells) == 1 and position <= first_key and (len(text) > 20 or "。" in text)
    return bool(_NOTE_ROW.match(text)) or is_alone


def _total(cells: Mapping, first_key: int, values: set[int]) -> str:
    """The word for a sum or a mean that stands where the first key should."""
    key = cells.get(first_key)
    others = [cell for position, cell in cells.items() if position not in values] if key is None else [key]
    words = [header_key(cell.text) for cell in others]
    return next((word for word in words if word in TOTALS), "")
