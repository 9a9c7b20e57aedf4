"""Departments' messy files: each is accepted, accepted with a note or rejected as the list of kinds says."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys

import pytest
from commands import PROJECT
from messy_case import Case, Record
from messy_files import CASES, HEAVY, KINDS, NOT_IN_ONE_FILE

KEYS = [
    "指標ID",
    "指標名",
    "年度",
    "区分",
    "区分値",
    "値",
    "単位",
    "標本数",
    "該当数",
    "欠測",
    "旗",
    "シート",
    "セル",
    "行",
]
PLACE = re.compile(r"セル|行|列|シート「")
ADDRESSLESS = re.compile(r"セル ?(?![A-Z]{1,3}\d)[0-9（「：]")
# The longest that one file may take, and the most memory, in seconds and in MB.
SECONDS, MEGABYTES = 30, 512
BY_NAME = {case.name: case for case in CASES}
# Reads one file in a process of its own and tells its status and, on Linux, the most memory it took in kB.
ALONE = """
import json, pathlib, re, sys
from planeval.intake.answers import answer
found = answer(pathlib.Path(sys.argv[1]))
memory = pathlib.Path("/proc/self/status")
most = re.search(r"VmHWM:\\s*(\\d+)", memory.read_text(encoding="utf-8")) if memory.exists() else None
print(json.dumps([found["status"], int(most[1]) if most else 0]))
"""

every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@pytest.fixture(scope="session")
def answered(tmp_path_factory):
    """The answer to a case; each file is written and read once, and is gone afterwards."""
    from planeval.intake.answers import answer

    folder, answers = tmp_path_factory.mktemp("messy"), {}

    def of(case: Case) -> dict:
        if case.name not in answers:
            path = folder / case.file
            case.write(path)
            answers[case.name] = answer(path)
            path.unlink()
        return answers[case.name]

    return of


@every_case
def test_a_messy_file_gets_the_right_answer(case, answered):
    found = answered(case)
    allowed = {"accept", "reject"} if case.expect == "either" else {case.expect}
    assert found["status"] in allowed, _told(case, found)
    sentences, expected = (
        (found["notes"], case.notes) if found["status"] == "accept" else (found["messages"], case.messages)
    )
    for wanted in expected:
        assert any(_says(sentence.replace(case.file, ""), wanted) for sentence in sentences), (
            f"nothing says {wanted!r}\n{_told(case, found)}"
        )


@every_case
def test_what_is_read_is_exactly_what_the_file_says(case, answered):
    found = answered(case)
    if found["status"] == "reject":
        assert found["records"] == [], _told(case, found)
        return
    assert all(list(row) == KEYS or set(row) == set(KEYS) for row in found["records"]), _told(case, found)
    records = [row for row in found["records"] if not (case.blanks_may_vanish and _is_blank(row))]
    assert len(records) == len(case.records), _told(case, found)
    for row, wanted in zip(sorted(records, key=_key), sorted(case.records, key=_key), strict=True):
        other = {name: row[name] for name, fact in wanted.items() if not _agrees(row[name], fact, name)}
        assert not other, f"found {other}, expected {wanted}\n{_told(case, found)}"


@every_case
def test_every_sentence_names_the_file_and_a_place(case, answered):
    found = answered(case)
    assert set(found) == {"file", "status", "records", "notes", "messages"}
    assert found["file"] == case.file
    assert bool(found["messages"]) == (found["status"] == "reject"), _told(case, found)
    for sentence in [*found["notes"], *found["messages"]]:
        assert case.file in sentence
        assert "\n" not in sentence
        assert len(sentence) < 1000, "a sentence must not repeat a huge cell"
        assert not ADDRESSLESS.search(sentence), f"a cell has a column and a row: {sentence!r}"
        named = PLACE.search(sentence.replace(case.file, ""))
        assert named or case.told_of_the_file, f"no place in {sentence!r}"


@every_case
def test_an_answer_can_be_printed_as_json(case, answered):
    text = json.dumps(answered(case), ensure_ascii=False, allow_nan=False)
    text.encode("utf-8")


@pytest.mark.parametrize("name", [case.name for case in HEAVY])
def test_a_bomb_is_answered_soon_and_in_little_memory(name, tmp_path):
    case = BY_NAME[name]
    path = tmp_path / case.file
    case.write(path)
    command = [sys.executable, "-c", ALONE, str(path)]
    env = {"PYTHONPATH": str(PROJECT / "lib"), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=SECONDS)
    path.unlink()
    assert done.returncode == 0, done.stderr
    status, kilobytes = json.loads(done.stdout)
    assert status in ({"accept", "reject"} if case.expect == "either" else {case.expect})
    assert kilobytes < MEGABYTES * 1024


def test_files_that_hold_nothing_are_told_apart(answered):
    """No bytes, a header alone and a broken download are three mistakes with three remedies."""
    names = ["no-bytes.csv", "header-only.csv", "cut-off.csv", "no-bytes.xlsx", "header-only.xlsx", "cut-off-half.xlsx"]
    told = [" ".join(answered(BY_NAME[name])["messages"]).replace(BY_NAME[name].file, "") for name in names]
    assert len(set(told[:3])) == 3
    assert len(set(told[3:])) == 3


def test_every_kind_of_dirt_is_shown_by_a_file_or_cannot_be():
    shown = {kind for case in CASES for kind in case.kinds}
    assert shown | set(NOT_IN_ONE_FILE) == set(KINDS)
    assert not shown & set(NOT_IN_ONE_FILE)


def test_no_two_messy_files_have_one_name():
    assert len(BY_NAME) == len(CASES)


def _says(sentence: str, wanted: str) -> bool:
    """Whether a sentence holds all facts of the expected one, each in one of its forms."""
    return all(any(_holds(sentence, form) for form in fact.split("|")) for fact in wanted.split(" "))


def _holds(sentence: str, form: str) -> bool:
    """Cell B5 is not cell B50, and line 3 is not line 13; a bare number is the number of a row."""
    if re.fullmatch(r"[A-Z]\d+", form):
        return re.search(rf"(?<![A-Z0-9]){form}(?!\d)", sentence) is not None
    if re.fullmatch(r"\d+行?目?", form):
        return re.search(rf"(?<!\d){form}(?!\d)", sentence) is not None
    return form in sentence


def _agrees(found: object, wanted: object, name: str) -> bool:
    if isinstance(wanted, tuple):
        return any(_agrees(found, one, name) for one in wanted)
    if name == "旗" and isinstance(found, list):
        found = "、".join(found) or None
    if isinstance(found, float):
        return math.isfinite(found) and found == wanted
    return type(found) is type(wanted) and found == wanted


def _key(row: Record) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("指標ID", "年度", "区分", "区分値"))


def _is_blank(row: Record) -> bool:
    return row["値"] is None and row["欠測"] is None


def _told(case: Case, found: dict) -> str:
    lines = [f"kinds {case.kinds}, expected {case.expect}, {case.about or case.name}"]
    lines += [f"status {found['status']}"]
    for name in ("notes", "messages", "records"):
        lines += [f"  {name}: {str(entry)[:300]}" for entry in found[name][:12]]
    return "\n".join(lines)
