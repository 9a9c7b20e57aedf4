"""What docs/intake.md promises of notations holds: its examples are read, or refused, as its tables say."""

from __future__ import annotations

import re

import pytest
from commands import PROJECT

from planeval.intake.grids import Cell
from planeval.intake.numbers import read_number
from planeval.intake.values import take
from planeval.intake.years import read_year
from planeval.words.contracts import CONTRACTS

PAGE = (PROJECT / "docs" / "intake.md").read_text(encoding="utf-8")
VALUE = CONTRACTS["observations"].column("value")
CLASSES = {"皆無": "nil", "不詳": "unknown", "秘匿": "withheld", "未調査": "not_surveyed"}


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> dict[str, str]:
    """The table of a section: what is written, and the answer."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return dict(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:])


def row(title: str, start: str) -> tuple[list[str], str]:
    """The examples of the row that begins so, and its answer."""
    (found,) = [(key, answer) for key, answer in rows(title).items() if key.startswith(start)]
    return re.sub(r"（[^（）]*ない）", "", found[0]).split("、"), found[1]


def test_the_years_said_to_be_read_are_read():
    plain = section("年度").strip().splitlines()[0].removesuffix("などは、そのまま読みます。").split("、")
    assert len(plain) >= 10
    assert {read_year(text).year for text in plain} == {2019, 2021}
    assert not any(read_year(text).notes for text in plain)


@pytest.mark.parametrize(("start", "year"), [("平成32", 2020), ("令和4年3月", 2021), ("2021年、", 2021)])
def test_the_years_said_to_be_read_with_a_note_are(start, year):
    texts, answer = row("年度", start)
    found = [read_year(text) for text in texts]
    assert {own.year for own in found} == {year} and all(own.notes for own in found) and "注" in answer


def test_the_years_said_to_be_refused_are():
    texts, _ = row("年度", "令和3年度（2022年度）")
    for text in texts[:3]:
        with pytest.raises(ValueError):
            read_year(text)


def test_the_signs_for_missing_values_have_the_classes_that_are_named():
    texts, answer = row("数", "－、…")
    classes = re.search(r"順に(.+?)（注）", answer)[1].split("、")
    assert [read_number(text).missing for text in texts] == [CLASSES[word] for word in classes]


@pytest.mark.parametrize(("start", "values"), [("1,234①", {1234, 45.2}), ("45.2（速報）", {45.2, 1234})])
def test_the_marks_said_to_be_taken_off_are_and_are_told(start, values):
    texts, _ = row("数", start)
    found = [read_number(text) for text in texts]
    assert {own.value for own in found} == values and all(own.notes for own in found)
    assert all(own.flags == (("provisional",) if "速報" in start else ()) for own in found)


def test_the_numbers_said_to_be_refused_are():
    texts, _ = row("数", "12,34")
    for text in (text for text in texts if text not in {"#N/A", "計算結果のない数式"}):
        assert take(Cell(text), VALUE).fault is not None, text
