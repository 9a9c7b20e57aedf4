"""The page on the method shows worked examples that the library really works out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from case_table import judged, read_cases

from planeval.judging.planning import sampling_error
from planeval.trust.schemes import read_scheme, scheme_paths
from planeval.words.contracts import LISTS
from planeval.words.flat_cases import ANSWERS, COLUMNS, DIRECTIONS
from planeval.words.lists import OUTCOMES
from planeval.words.methods import COMMON_SETTINGS, METHODS, SETTINGS

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


RULES = {f"{row['scheme']} {row['case_id']}": row for row in read_cases("scheme_rules")}
RULE_LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in re.findall(r"^\| [a-z_]+ [A-Z]\d+ \|.*$", PAGE, re.MULTILINE)
]
FILES = re.findall(r"^```yaml\n(name: (\w+).*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def _table(heads: str) -> dict[str, list[str]]:
    """The rows of the table that begins with these headings, by their first cell without its quotes."""
    lines = PAGE.partition(f"\n| {heads} |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {line[0].strip("`"): line[1:] for line in cells}


def test_the_page_shows_an_example_of_every_other_scheme():
    shown = {line[0].split()[0] for line in RULE_LINES}
    assert shown == set(scheme_paths()) - {"gap", "kenko21", "kenko21_mid"} == set(_table("名前 | 方法"))


@pytest.mark.parametrize("line", RULE_LINES, ids=lambda line: line[0])
def test_an_example_of_another_scheme_is_the_tested_one(line):
    row = RULES[line[0]]
    numbers = [row[name] or "－" for name in ("baseline", "actual", "target")]
    assert [*line[2:5], *line[5:]] == [*numbers, row["expected"], row["arithmetic"]]


@pytest.mark.parametrize(("text", "name"), FILES, ids=[name for _, name in FILES])
def test_a_scheme_file_on_the_page_can_be_used_as_it_stands(text, name, tmp_path):
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_scheme(path).name == name


def test_the_page_shows_a_file_of_both_methods_that_cities_use():
    assert [text.partition("method: ")[2].split()[0] for text, _ in FILES] == ["steps", "ratio_bands"]


def test_the_page_names_every_setting_with_its_default_and_its_words():
    told = _table("設定 | 初めの値")
    assert list(told) == list(SETTINGS)
    for name, (default, words, meaning) in told.items():
        setting = SETTINGS[name]
        usual = list(setting.default) if isinstance(setting.default, tuple) else setting.default
        assert yaml.safe_load(default.replace("2/3", repr(2 / 3))) == usual
        assert not setting.words or re.findall(r"`(\w+)`", words) == list(setting.words)
        assert meaning == setting.meaning


def test_the_page_names_the_settings_and_outcomes_of_every_method():
    told = _table("方法 | 設定")
    assert list(told) == list(METHODS)
    for name, (settings, outcomes) in told.items():
        assert re.findall(r"`(\w+)`", settings) == [own for own in METHODS[name].settings if own not in COMMON_SETTINGS]
        assert re.findall(r"`(\w+)`", outcomes) == list(METHODS[name].outcomes)
    assert set(_table("結果 | 意味")) == set(OUTCOMES)


def test_the_page_names_every_column_of_a_flat_table():
    part = PAGE.partition("## 一行に一件の表を評価する（`planeval rate`）\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", part))
    assert set(COLUMNS) | set(ANSWERS) | set(DIRECTIONS) <= named


def test_the_sampling_errors_on_the_page_are_computed():
    assert "2.59ポイント" in PAGE and round(float(sampling_error(50, 1430)), 2) == 2.59
    assert "3.2ポイント" in PAGE and round(float(sampling_error(50, 1910, 8**0.5)), 1) == 3.2


def test_every_picture_on_the_page_is_there_and_described():
    pictures = re.findall(r"!\[(.+?)\]\((.+?)\)", PAGE)
    assert len(pictures) == 2
    assert all((Path(__file__).parents[1] / "docs" / place).is_file() and len(text) > 20 for text, place in pictures)


def test_the_page_tells_every_reason_for_not_judging():
    reasons = PAGE.partition("### 評価できないとき")[2].partition("## ")[0]
    assert reasons.count("、") >= 9
