"""Plants defects in a plan folder, as `cases/planted_*.csv` describes them, and says where each one lies."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from case_table import Row, read_cases

from planeval.words.contracts import CONTRACTS

GOOD_ROW = {"指標ID": "I-105", "年度": "2025", "区分": "地区", "区分値": "", "値": "1"}


def planted(name: str) -> list[Row]:
    """The rows of `cases/<name>.csv`."""
    return read_cases(name)


def plant(folder: Path, rows: list[Row]) -> dict[str, str]:
    """Plant every defect in a plan folder; the place of each as a message names it, by its number."""
    places, line = {}, 0
    for row in rows:
        if row["手"] != "同上":  # one more message about what was planted last
            line = HANDS[row["手"]](folder / row["ファイル"], row)
        # A place in another file is written with that file.
        place = row["場所"] if ".csv" in row["場所"] else f"{row['ファイル']} {row['場所'] or _line_name(line)}"
        places[row["番号"]] = f"{folder.name}/{place}".rstrip()
    return places


def _line_name(line: int) -> str:
    return f"{line}行目" if line else ""


def _add(path: Path, row: Row) -> int:
    """A row at the end of a table, which is begun where there is none; its line."""
    lines = _lines(path) if path.exists() else [_headers(path)]
    cells = _cells(row["行"])
    lines.append([cells.pop(header, "") for header in lines[0]])
    assert not cells, f"{row['番号']}: no column {list(cells)} in {path.name}"
    _write(path, lines)
    return _line_of(path)


def _change(path: Path, row: Row) -> int:
    """Another text in one cell; its line."""
    lines = _lines(path)
    wanted = _cells(row["行"])
    matches = [n for n, line in enumerate(lines) if wanted.items() <= dict(zip(lines[0], line, strict=True)).items()]
    assert len(matches) == 1, f"{row['番号']}: {len(matches)} rows of {path.name} match {row['行']}"
    lines[matches[0]][lines[0].index(row["列"])] = row["書くこと"]
    _write(path, lines)
    return matches[0] + 1


def _put(path: Path, row: Row) -> int:
    """A whole file, of the kind that is named."""
    path.write_bytes(FILES[row["書くこと"]]())
    return 0


HANDS: dict[str, Callable[[Path, Row], int]] = {"追加": _add, "書換": _change, "ファイル": _put}


def _cells(text: str) -> dict[str, str]:
    """Example: "指標ID=I-105；年度=2025"; an invisible character is written 〈U+200B〉."""
    plain = re.sub(r"〈U\+([0-9A-F]{4})〉", lambda match: chr(int(match[1], 16)), text)
    return dict(part.split("=", maxsplit=1) for part in plain.split("；"))


def _headers(path: Path) -> list[str]:
    name = path.parent.name if path.parent.name in CONTRACTS else path.stem
    return [column.header for column in CONTRACTS[name].columns]


def _lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, lines: list[list[str]]) -> None:
    path.write_bytes(_csv(lines))


def _line_of(path: Path) -> int:
    """The number of the last line."""
    return path.read_text(encoding="utf-8-sig").count("\n")


def _csv(lines: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode(encoding)


def _observations(**cells: str) -> list[list[str]]:
    row = GOOD_ROW | cells
    return [list(row), list(row.values())]


def _workbook(alter: Callable[[openpyxl.Workbook], None], group: str) -> bytes:
    """A workbook with one good row of observations, altered."""
    book = openpyxl.Workbook()
    book.active.title = "実績"
    for line in _observations(区分値=group):
        book.active.append([float(cell) if cell == "1" else cell for cell in line])
    alter(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(place: str, value: object, number_format: str = "General") -> Callable[[openpyxl.Workbook], None]:
    def alter(book: openpyxl.Workbook) -> None:
        book.active[place].value = value
        book.active[place].number_format = number_format

    return alter


def _merged(book: openpyxl.Workbook) -> None:
    book.active.append([None, "2024", "地区", "結合", 1.0])
    book.active.merge_cells("A2:A3")


def _second_sheet(book: openpyxl.Workbook) -> None:
    for line in book.active.iter_rows(values_only=True):
        (book["控え"] if "控え" in book.sheetnames else book.create_sheet("控え")).append(line)


def _hidden_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("作業用").sheet_state = "hidden"


def _blank(book: openpyxl.Workbook) -> None:
    book.active.delete_rows(1, 2)


FILES: dict[str, Callable[[], bytes]] = {
    "シフトJIS": lambda: _csv([*_observations(区分値="富岡"), ["I-105", "2024", "地区", "髙﨑", "1"]], "cp932"),
    "UTF-16": lambda: _csv(_observations(区分値="富岡"), "utf-16"),
    "空のファイル": lambda: b"",
    "コンマだけ": lambda: b",,,\n,,,\n",
    "見出しだけ": lambda: _csv(_observations()[:1]),
    "閉じない引用符": lambda: _csv(_observations(区分値="引用符")) + 'I-105,2024,地区,"吾妻,1\n'.encode(),
    "引用符の後に文字": lambda: _csv(_observations(区分値="引用符2")) + 'I-105,2024,地区,"吾妻"町,1\n'.encode(),
    "桁区切りのコンマ": lambda: _csv(_observations(区分値="コンマ")) + "I-105,2024,地区,吾妻,12,345\n".encode(),
    "列の足りない行": lambda: _csv(_observations(区分値="不足")) + "I-105,2024,地区\n".encode(),
    "値の列がない": lambda: _csv([line[:-1] for line in _observations(区分値="なし")]),
    "値の列が二つ": lambda: _csv([[*line, line[-1]] for line in _observations(区分値="二つ")]),
    "NULを含む値": lambda: _csv(_observations(区分値="ヌル", 値="1\0")),
    "制御文字を含む備考": lambda: _csv(_observations(区分値="制御", 備考="前\x0b後")),
    "長すぎる備考": lambda: _csv(_observations(区分値="長い", 備考="あ" * 4001)),
    "知らない列": lambda: _csv(_observations(区分値="知らない", 標本教="5")),
    "計算結果のない数式": lambda: _workbook(_cell("E2", "=1+1"), "数式"),
    "エラー値": lambda: _workbook(_cell("E2", "#DIV/0!"), "エラー"),
    "文字の値": lambda: _workbook(_cell("E2", "約50"), "文字"),
    "日付の年度": lambda: _workbook(_cell("B2", "2022-03-31"), "日付"),
    "百分率の書式": lambda: _workbook(_cell("E2", 0.452, "0.0%"), "百分率"),
    "結合したセル": lambda: _workbook(_merged, "結合前"),
    "シートが二枚": lambda: _workbook(_second_sheet, "二枚"),
    "隠れたシート": lambda: _workbook(_hidden_sheet, "隠れ"),
    "空のブック": lambda: _workbook(_blank, ""),
    "途中で切れたブック": lambda: _workbook(_cell("E2", 2.0), "切れ")[:2000],
    "HTMLの表": lambda: "<html><table><tr><td>指標ID</td></tr></table></html>".encode(),
    "古いExcelのファイル": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504),
    "同じ施策の表": lambda: _workbook(_cell("A1", "施策ID"), "同じ"),
}
