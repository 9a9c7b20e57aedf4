"""How long reading and checking departments' files takes: half CSV in Shift_JIS, half xlsx, in the notations of offices.

Run: `python benchmarks/reading.py [FILES [ROWS]]` (200 files of 500 rows). Prints a table.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from timing import facts, megabytes, print_table

from planeval.delivery.doors import open_plan
from planeval.delivery.examine import examine

HEADER = ["指標ID", "指標名", "年度", "区分", "区分値", "値", "単位", "備考"]
FIRST, YEARS, INDICATORS_A_FILE = 2015, 10, 2
PLAN = """id: machi
name: 測るための計画
municipality: まち市
years: [2021, 2026]
periods:
  - {id: first, label: 前半, kind: evaluation, years: [2021, 2023]}
  - {id: second, label: 後半, kind: evaluation, years: [2024, 2026]}
"""


def make_plan(folder: Path, files: int, rows: int) -> None:
    """A plan folder with as many department files, each of two indicators by district and year."""
    (folder / "observations").mkdir(parents=True)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    names = [f"K{number:05d}" for number in range(files * INDICATORS_A_FILE)]
    facts = [[name, f"指標{name}", "件", "増加", 2015, 2026, 95000] for name in names]
    heads = ["指標ID", "指標名", "単位", "目標の型", "基準年度", "目標年度", "目標値"]
    _write_csv(folder / "indicators.csv", [heads, *facts], "utf-8-sig")
    luck = random.Random(1)
    for number in range(files):
        own = names[INDICATORS_A_FILE * number :][:INDICATORS_A_FILE]
        table = [HEADER, *(_row(own, place, luck) for place in range(rows))]
        if number % 2:
            _write_xlsx(folder / "observations" / f"ka{number}.xlsx", table)
        else:
            _write_csv(folder / "observations" / f"ka{number}.csv", table, "cp932")


def _row(names: list[str], place: int, luck: random.Random) -> list[str]:
    series, year = divmod(place, YEARS)
    group, name = divmod(series, len(names))
    written = f"令和{FIRST + year - 2018}年度" if FIRST + year > 2018 else f"H{FIRST + year - 1988}"
    where = ["地区", f"第{group}地区"] if group else ["", ""]
    return [names[name], f"指標{names[name]}", written, *where, f"{luck.randint(1000, 90000):,}", "件", ""]


def _write_csv(path: Path, table: list[list], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(table)


def _write_xlsx(path: Path, table: list[list]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("実績値")
    for row in table:
        sheet.append(row)
    book.save(path)


def main(words: Sequence[str] | None = None) -> None:
    """Make the plan, read it, read and check it, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=int, nargs="?", default=200)
    parser.add_argument("rows", type=int, nargs="?", default=500, help="in each file")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "data" / "machi"
        make_plan(folder, given.files, given.rows)
        start = time.perf_counter()
        count = len(open_plan("machi", folder.parent)["observations"])
        middle = time.perf_counter()
        found = examine("machi", folder.parent)
        end = time.perf_counter()
    assert found.problems == (), found.problems[:3]
    memory = megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    row = (given.files, f"{count:,}", f"{middle - start:.1f}", f"{end - middle:.1f}", memory)
    print(facts())
    print_table("reading", ("files", "values", "seconds to read", "seconds to read and check", "most memory"), [row])


if __name__ == "__main__":
    main()
