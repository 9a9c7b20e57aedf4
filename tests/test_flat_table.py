"""`planeval rate`: a flat table in, the same table with letters out; faults all told, nothing half-written."""

from __future__ import annotations

import csv
import io
import shutil

import openpyxl
import pytest
from case_table import read_cases
from commands import planeval

from planeval.judging.flat import rate
from planeval.trust.flat_cases import read_flat_cases
from planeval.trust.schemes import FOLDER, load_scheme, scheme_paths
from planeval.words.flat_cases import ANSWERS, COLUMNS

HEADER = "case_id,unit,direction,baseline_year,baseline,target_year,target,year,actual,note"
GOOD = f"{HEADER}\n1,%,increase,2015,40,2030,60,2020,50,=SUM(A1)\n2,%,decrease,2015,-5,2030,,2020,-6,-3\n"
BAD = f"{HEADER}\n1,%,rising,2015,40,2030,60,2020,五十,\n2,%,increase,15,40,2030,60,2020,50,\n"


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "cases.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_columns_of_the_input_stay_in_order_and_the_answers_follow(table, tmp_path):
    output = tmp_path / "out.csv"
    assert planeval("rate", table(GOOD), "--scheme", "gap", "--output", output).returncode == 0
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = _rows(output.read_text(encoding="utf-8"))
    assert list(rows[0]) == [*HEADER.split(","), *ANSWERS]
    first = {name: rows[0][name] for name in ("rating", "lean", "reason", "route", "change", "gap_now", "n_points")}
    assert first == {
        "rating": "B",
        "lean": "",
        "reason": "",
        "route": "size",
        "change": "10",
        "gap_now": "10",
        "n_points": "2",
    }
    assert (rows[1]["rating"], rows[1]["reason"]) == ("E", "target_missing")


def test_text_that_looks_like_a_formula_is_guarded_and_numbers_are_not(table):
    rows = _rows(planeval("rate", table(GOOD), "--scheme", "gap").stdout)
    assert [row["note"] for row in rows] == ["'=SUM(A1)", "-3"]
    assert rows[1]["baseline"] == "-5"


def test_all_schemes_give_a_column_of_letters_each(table):
    rows = _rows(planeval("rate", table(GOOD), "--scheme", "all").stdout)
    assert list(rows[0])[len(HEADER.split(",")) :] == [f"rating_{name}" for name in sorted(scheme_paths())]
    assert (rows[0]["rating_kakogawa"], rows[1]["rating_sagamihara"]) == ("○", "－")


def test_every_unreadable_cell_is_told_and_an_earlier_output_stays_as_it_was(table, tmp_path):
    output = tmp_path / "out.csv"
    output.write_text("earlier", encoding="utf-8")
    done = planeval("rate", table(BAD), "--scheme", "gap", "--output", output)
    assert (done.returncode, output.read_text(encoding="utf-8")) == (1, "earlier")
    for words in (
        "cases.csv 2行目 列「direction」：「rising」",
        "cases.csv 2行目 列「actual」：「五十」",
        "cases.csv 3行目 列「baseline_year」：「15」",
    ):
        assert words in done.stderr
    assert list(tmp_path.glob(".out*")) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,%,increase,2015,40,2030,60,2020,50,2015=41;2020=50,,,,", "2015年度の値が 41"),
        ("1,%,increase,2015,40,2030,60,2020,50,2015=40;2020=49,,,,", "2020年度の値が 49"),
        ("1,%,increase,2015,40,2030,60,2020,50,2015:40,,,,", "「2015:40」"),
        ("1,%,increase,2015,40,2030,60,2020,50,,10,12,,", "列「x」：12"),
        ("1,%,increase,2015,40,2030,60,2020,50,,0,,,", "列「n」：「0」"),
        ("1,%,increase,2015,40,2030,60,2020,50,,,,はい,", "列「is_count」：「はい」"),
        ("1,%,range,2015,40,2030,60,2020,50,,,,,55", "列「target_upper」：55"),
        ("1,%,increase,2015,1e999,2030,60,2020,50,,,,,", "列「baseline」：「1e999」"),
        ("1,%,increase,2015,nan,2030,60,2020,50,,,,,", "列「baseline」：「nan」"),
    ],
)
def test_a_row_that_contradicts_itself_is_a_problem(row, told, table):
    header = HEADER.removesuffix(",note") + ",series,n,x,is_count,target_upper"
    done = planeval("rate", table(f"{header}\n{row}\n"), "--scheme", "gap")
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--scheme", "gapp"], "近い名前：gap"),
        ([], "--scheme が要ります"),
        (["--scheme", "no.yaml"], "「no.yaml」がありません"),
        (["--scheme", "gap", "--output", "nowhere/out.csv"], "フォルダ「nowhere」がありません"),
    ],
)
def test_wrong_use_is_told_in_japanese(words, told, table):
    done = planeval("rate", table(GOOD), *words)
    assert done.returncode == 2 and told in done.stderr


def test_a_file_that_is_not_there_is_wrong_use():
    done = planeval("rate", "no.csv", "--scheme", "gap")
    assert done.returncode == 2 and "「no.csv」がありません" in done.stderr


def test_a_missing_column_is_named(table):
    done = planeval("rate", table("case_id,unit\n1,%\n"), "--scheme", "gap")
    assert done.returncode == 1 and "見出し「actual」がない" in done.stderr


def test_a_workbook_is_read_too(tmp_path):
    book = openpyxl.Workbook()
    for line in GOOD.splitlines():
        book.active.append(
            [float(cell) if cell.lstrip("-").isdigit() else cell or None for cell in line.split(",")[:9]]
        )
    book.save(tmp_path / "cases.xlsx")
    assert [row["rating"] for row in _rows(planeval("rate", tmp_path / "cases.xlsx", "--scheme", "gap").stdout)] == [
        "B",
        "E",
    ]


OWN = (FOLDER / "sagamihara.yaml").read_text(encoding="utf-8").replace("name: sagamihara", "name: own")
DATED = OWN + 'since:\n  - year: 2020\n    bands:\n      B: {at_least: "90%"}\n'
RATIOS = f"{HEADER}\n1,%,increase,,,,100,2019,85,\n2,%,increase,,,,100,2020,85,\n3,%,increase,,,,100,,85,\n"


def test_older_years_keep_older_limits(table):
    path = table(DATED, "own.yaml")
    found = _rows(planeval("rate", table(RATIOS), "--scheme", path).stdout)
    assert [row["rating"] for row in found] == ["B", "C", "C"]  # a row without a year has the limits of today


@pytest.mark.parametrize("place", ["schemes", "machi/schemes"])
def test_schemes_of_the_data_folder_and_of_its_plans_have_names(place, table, tmp_path, data_dir):
    data = tmp_path / "data"
    shutil.copytree(data_dir / "kenko21", data / "machi")
    (data / place).mkdir(parents=True)
    (data / place / "own.yaml").write_text(OWN, encoding="utf-8")
    done = planeval("rate", table(RATIOS), "--scheme", "own", "--data", data)
    assert [row["rating"] for row in _rows(done.stdout)] == ["B", "B", "B"]


WORKED = [
    row
    for row in read_cases("gap_worked_examples")
    if row["year"] and row["reason"] in {"", "target_missing", "no_baseline"}
]


def test_the_worked_examples_get_the_same_letters_as_rows_of_a_flat_table(tmp_path):
    names = [name for name in WORKED[0] if name in COLUMNS]
    path = tmp_path / "worked.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(WORKED)
    flat = read_flat_cases(path)
    found = rate(flat, load_scheme("gap"))
    got = dict(zip(flat.frame["case_id"], found["rating"] + found["lean"], strict=True))
    assert got == {row["case_id"]: row["expected"] for row in WORKED}
