"""The codebook data/README.md and the files of data/ say what the contracts say, and the contracts what they say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from planeval.trust.plans import PLAN_KEYS
from planeval.words.contracts import CONTRACTS, LISTS, Column
from planeval.words.problems import nearest_names

DATA = Path(__file__).resolve().parents[1] / "data"
CODEBOOK = (DATA / "README.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^### (.+)\n((?:(?!^### ).*\n)*)", CODEBOOK, re.MULTILINE))
KINDS = {
    "text": "文章", "identifier": "記号", "year": "年度", "number": "数", "whole": "整数", "yes_no": "はい",
    "date": "日付", "choice": "選ぶ", "choices": "選ぶ（複数）",
}  # fmt: skip
# Closed lists whose words need more than the phrase of their column.
EXPLAINED = {"目標の型", "道筋", "種類", "欠測", "旗", "関与", "状況"}
FILES = sorted(
    path for path in DATA.glob("*/**/*") if path.suffix in {".csv", ".xlsx"} and path.parent.name != "schemes"
)

every_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DATA).as_posix())


def _rows(text: str) -> list[list[str]]:
    """The rows of the Markdown tables in a text, without their headers."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    rules = [n for n, line in enumerate(lines) if set(line[0]) == {"-"}]
    return [line for n, line in enumerate(lines) if n not in rules and n + 1 not in rules]


def _section(title: str) -> str:
    return CODEBOOK.split(f"\n## {title}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]


def _allowed(column: Column) -> str:
    if column.choices:
        return "、".join(column.choices)
    if column.minimum is None:
        return "" if column.maximum is None else f"{column.maximum:g}以下"
    return f"{column.minimum:g}以上" if column.maximum is None else f"{column.minimum:g}～{column.maximum:g}"


def test_the_codebook_has_every_table_and_no_other_in_the_order_of_the_contracts():
    assert list(PARTS) == [contract.title for contract in CONTRACTS.values()]


@every_contract
def test_the_codebook_names_file_key_and_need_of_a_table(contract):
    facts = dict(
        line[2:].split("：", maxsplit=1) for line in PARTS[contract.title].splitlines() if line.startswith("- ")
    )
    name = f"`{contract.name}/`" if contract.folder else f"`{contract.name}.csv`"
    assert facts["ファイル"].startswith(name)
    assert ("必ず要ります" in facts["ファイル"]) == contract.required
    assert facts["一行を決める列"].split("、") == [contract.column(key).header for key in contract.key]


@every_contract
def test_the_codebook_says_of_every_column_what_its_contract_says(contract):
    told = [row[:4] for row in _rows(PARTS[contract.title])]
    needs = ["値" if column.filled else "見出し" if column.needed else "" for column in contract.columns]
    assert told == [
        [column.header, KINDS[column.kind], need, _allowed(column)]
        for column, need in zip(contract.columns, needs, strict=True)
    ]


@every_contract
def test_the_codebook_has_a_phrase_for_every_table_and_column(contract):
    part = PARTS[contract.title]
    assert part.strip().splitlines()[0].endswith("。")
    assert [row[0] for row in _rows(part) if len(row) != 5 or not row[4]] == []


def test_the_codebook_explains_the_words_of_lists_that_need_it():
    told = {(header, word) for header, word, _ in _rows(_section("選べる語の意味"))}
    columns = {column.header: column for contract in CONTRACTS.values() for column in contract.columns}
    assert told == {(header, word) for header in EXPLAINED for word in columns[header].choices}


def test_the_codebook_has_every_key_of_the_plan_file():
    assert {row[0].strip("`") for row in _rows(_section("plan.yaml"))} == set(PLAN_KEYS)


@every_file
def test_every_file_of_a_plan_is_in_the_codebook_with_all_its_headers(path):
    name = path.parent.name if path.parent.name in CONTRACTS else path.stem
    headers = _table(path)[0]
    known = [column.header for column in CONTRACTS[name].columns]
    assert [header for header in headers if header not in known] == []
    assert sorted(headers, key=known.index) == headers


@every_file
def test_the_rows_of_a_file_stand_in_order_of_its_key_each_once(path):
    contract = CONTRACTS[path.parent.name if path.parent.name in CONTRACTS else path.stem]
    headers, *rows = _table(path)
    places = [
        headers.index(contract.column(key).header) for key in contract.key if contract.column(key).header in headers
    ]
    keys = [tuple(row[place] for place in places) for row in rows]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(
        keys, key=lambda key: [(not cell.isdigit(), int(cell) if cell.isdigit() else 0, cell) for cell in key]
    )


@every_file
def test_every_row_of_a_plan_says_whether_it_is_real_and_where_it_comes_from(path):
    headers, *rows = _table(path)
    states, sources = ([row[headers.index(name)] for row in rows] for name in ("状態", "出典"))
    assert set(states) <= set(LISTS["status"])
    assert all(sources)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix == ".csv"], ids=lambda path: path.relative_to(DATA).as_posix()
)
def test_a_csv_of_a_plan_has_a_byte_order_mark_unix_lines_and_one_newline_at_its_end(path):
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n") and not content.endswith(b"\n\n")


def _table(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_plan_has_a_readme_of_its_own():
    assert [path.parent.name for path in DATA.glob("*/plan.yaml") if not (path.parent / "README.md").exists()] == []


# --- the contracts themselves


@every_contract
def test_a_contract_has_a_key_of_columns_that_are_filled_or_may_be_empty_together(contract):
    assert set(contract.key) <= set(contract.names)
    assert contract.column(contract.key[0]).filled
    assert {"status", "source"} <= set(contract.names)


@every_contract
def test_headers_of_a_table_are_different_and_columns_that_choose_have_a_list(contract):
    headers = [column.header for column in contract.columns]
    assert len(set(headers)) == len(headers)
    for column in contract.columns:
        assert (column.choices is not None) == (column.kind in {"choice", "choices"}), column.name
        assert column.needed or not column.filled
        assert len(set((column.choices or {}).values())) == len(column.choices or {})


def test_a_column_that_a_contract_does_not_have_is_refused():
    with pytest.raises(KeyError):
        CONTRACTS["indicators"].column("nothing")


@pytest.mark.parametrize(
    ("found", "nearest"), [("I-1O1", "I-101"), ("gapp", "gap"), ("自冶会", "自治会"), ("TOKOROZAWA", "tokorozawa")]
)
def test_a_misspelt_name_finds_the_one_that_was_meant(found, nearest):
    assert nearest_names(found, ["I-101", "I-303", "gap", "自治会", "市民", "tokorozawa"])[0] == nearest


def test_a_name_like_no_other_finds_none():
    assert nearest_names("zzz", ["gap", "kenko21"]) == []
