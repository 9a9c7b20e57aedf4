"""The page on the method shows worked examples that the library really works out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from case_table import judged, read_cases

from planeval.words.contracts import LISTS

PAGE = (Path(__file__).parents[1] / "docs" / "method.md").read_text(encoding="utf-8")
SHOWN = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| W\d.*$", PAGE, re.MULTILINE)
]
WORKED = {row["case_id"]: row for row in read_cases("gap_worked_examples")}


@pytest.fixture(scope="module")
def letters():
    found = judged([WORKED[line[0]] for line in SHOWN])
    return found["letter"] + found["lean"]


def test_the_page_shows_an_example_of_every_letter():
    assert {line[6].rstrip("+-0") for line in SHOWN} == {"A", "B", "B*", "C", "D", "E"} and len(SHOWN) > 20


@pytest.mark.parametrize("line", SHOWN, ids=lambda line: line[0])
def test_an_example_on_the_page_is_what_the_library_gives(line, letters):
    number, description, kind, baseline, actual, target, letter, arithmetic = line
    row = WORKED[number]
    assert letters[number] == letter
    assert LISTS["target_kind"][kind] == row["direction"]
    assert [description, baseline.replace("－", ""), actual] == [row["description"], row["baseline"], row["actual"]]
    assert target.replace("－", "") == "～".join(filter(None, [row["target"], row["target_upper"]]))
    assert arithmetic == row["arithmetic"]


def test_the_page_tells_every_reason_for_not_judging():
    reasons = PAGE.partition("### 評価できないとき")[2].partition("## ")[0]
    assert reasons.count("、") >= 9
