"""The forms that others read: the same figures as the tables, texts as they are displayed, and nothing withheld."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import yaml
from commands import PROJECT
from hypothesis import example, given
from hypothesis import strategies as st
from plan_folder import write_plan
from test_withheld_run import HIDDEN, SHOWN, occurrences
from test_withheld_run import plan as small_numbers

from planeval.delivery.cli import main
from planeval.delivery.notebooks import load
from planeval.delivery.tables import RunTable, csv_files, run_tables
from planeval.export.codebook import meanings, table_words, words
from planeval.export.file_names import RESERVED, file_name, identifier_of
from planeval.export.folders import MARK, check_replaceable, write_export
from planeval.export.open_sdg import open_sdg_files
from planeval.export.run_files import run_files
from planeval.judging.evaluation import Evaluation
from planeval.telling.wording import banner
from planeval.words.guard import guarded, unguarded
from planeval.words.problems import WrongUse

HOSTILE = [
    "=1+1", "+1", "-1", "@x", "＝1+1", "＋1", "－1", "＠x", "'=1+1", "''=1", "' @x", "=cmd|'/c calc'!A0", "a\n=1", "a\tb",
    "<script>alert(1)</script>", "\"引用\" 'と,コンマ", "😀🏥", "㈱髙﨑①", "_x0041_", "#N/A", "1E5", "TRUE", "2024/4/1",
    "A&B &lt;b&gt;", "{{7*7}}", "---", "a: b", "007", "[x](javascript:alert(1))",
]  # fmt: skip
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
PLANS = ["tokorozawa", "kenko21", "hostile"]
every_plan = pytest.mark.parametrize("name", PLANS)


class Kept(dict):
    """What is made of each plan, when a test first asks for it."""

    def __init__(self, make: Callable) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, name: str) -> object:
        self[name] = self.make(name)
        return self[name]


@pytest.fixture(scope="module")
def evaluations(tmp_path_factory) -> Kept:
    """Both plans that ship, a plan with hostile texts in every place, and one with small numbers."""
    home = tmp_path_factory.mktemp("exports")
    write_plan(home / "hostile" / "machi", **hostile_plan())
    write_plan(home / "small" / "machi", **small_numbers())
    periods = {"tokorozawa": "R3-R5", "kenko21": "final"}

    def evaluation(name: str) -> Evaluation:
        if name in periods:
            return load(plan=name, period=periods[name], data_dir=PROJECT / "data")
        return load(plan="machi", period="first", data_dir=home / name)

    return Kept(evaluation)


def hostile_plan() -> dict:
    indicators = [
        {
            "indicator_id": f"H-{n:02}",
            "indicator_name": guarded(text),
            "unit": text.replace("\n", ""),
            "definition": text,
            "source": text,
        }
        for n, text in enumerate(HOSTILE)
    ]
    seen = [
        {"indicator_id": row["indicator_id"], "fiscal_year": 2023, "value": 50.1 + n / 7}
        for n, row in enumerate(indicators)
    ]
    kinds = [("=区分", "@東"), ("=区分", "<b>西"), ("Year", "-1"), ("value", "㈱髙﨑①")]
    groups = [
        {"indicator_id": "H-00", "group_kind": kind, "group": group, "fiscal_year": year, "value": year - 1980.5}
        for kind, group in kinds for year in (2020, 2023)
    ]  # fmt: skip
    return {
        "plan": {"name": "=計画<i>", "municipality": "@市", "sources": [{"title": "=出典", "url": "javascript:x"}]},
        "indicators": indicators,
        "observations": seen + groups,
    }


@pytest.fixture(scope="module")
def made(evaluations) -> Kept:
    """The files of a run of each plan: the tables as CSV, and what is exported beside them."""

    def files_of(name: str) -> dict[str, bytes]:
        tables = run_tables(evaluations[name])
        files = csv_files(tables)
        return files | run_files(evaluations[name], tables, files)

    return Kept(files_of)


@pytest.fixture(scope="module")
def shared(evaluations) -> Kept:
    """The files for Open SDG of each plan."""
    return Kept(lambda name: open_sdg_files(evaluations[name]))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def front_of(content: bytes) -> dict:
    return yaml.safe_load(content.decode("utf-8").split("\n---\n")[0].removeprefix("---\n"))


def as_excel_shows(text: str) -> str:
    return text.replace("_x005F_", "_")


# --- the guard


ON_ONE_LINE = st.text(st.characters(blacklist_characters="\t\r\n", blacklist_categories=["Cs"]))


@given(st.text(st.sampled_from("'=+-@＝＋－＠ \u3000a"), max_size=6) | ON_ONE_LINE)
@example("=1").via("a formula")
@example("＝1").via("full width")
@example("'=1").via("the apostrophe is a part of the name")
@example("'' ＝1").via("two of them, a blank, full width")
def test_a_text_on_one_line_comes_back_exactly_and_never_begins_a_formula(text):
    assert unguarded(guarded(text)) == text
    assert not FORMULA.match(guarded(text))


# --- evaluation.xlsx


@every_plan
def test_the_workbook_has_the_tables_cell_by_cell(name, evaluations, made):
    book = book_of(made[name]["evaluation.xlsx"])
    tables = run_tables(evaluations[name])
    assert book.sheetnames == ["表紙", "注記", *(table_words(table)["title"] for table in tables)]
    for table in tables:
        lines, sheet = rows_of(made[name][f"tables/{table}.csv"]), book[table_words(table)["title"]]
        assert (sheet.max_row, sheet.max_column) == (len(lines), len(lines[0]))
        for line, cells in zip(lines, sheet.iter_rows(), strict=True):
            for text, cell in zip(line, cells, strict=True):
                is_same = (
                    float(text) == cell.value
                    if cell.data_type == "n" and text
                    else text == as_excel_shows(cell.value or "")
                )
                assert is_same, (table, cell.coordinate)


@every_plan
def test_numbers_are_numbers_and_texts_are_texts_in_every_column_of_their_kind(name, evaluations, made):
    book = book_of(made[name]["evaluation.xlsx"])
    for key, table in run_tables(evaluations[name]).items():
        columns = list(book[table_words(key)["title"]].iter_cols(min_row=2)) if table.rows else []
        for meaning, column in zip(meanings(key, table), columns, strict=bool(columns)):
            kinds = {cell.data_type for cell in column if cell.value is not None}
            assert kinds <= ({"s"} if meaning.kind in {"text", "yes_no"} else {"n"}), (key, meaning.name)
            assert all(cell.number_format == "@" for cell in column if cell.data_type == "s")


def test_values_are_shown_at_the_decimals_of_their_indicator_and_shares_at_three(made):
    sheet = book_of(made["tokorozawa"]["evaluation.xlsx"])["評価表"]
    places = {cell.value: cell.column for cell in sheet[1]}
    formats = {name: sheet.cell(2, place).number_format for name, place in places.items()}
    assert (formats["最新値"], formats["変化の区間下限"], formats["評価した年度"]) == ("#,##0.0", "#,##0.00", "0")
    assert formats["進捗率（進んだ割合）"] == "0.000"


@every_plan
def test_no_cell_is_a_formula_and_none_would_become_one_in_a_csv(name, made):
    for sheet in book_of(made[name]["evaluation.xlsx"]):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}, cell.coordinate
                assert not isinstance(cell.value, str) or not FORMULA.match(cell.value), cell.value
    with zipfile.ZipFile(io.BytesIO(made[name]["evaluation.xlsx"])) as file:
        assert not any(re.search(rb"<f[ >/]", file.read(entry)) for entry in file.namelist() if "sheets" in entry)


def test_a_hostile_name_is_displayed_as_it_was_written(made):
    sheet = book_of(made["hostile"]["evaluation.xlsx"])["評価表"]
    place = next(cell.column for cell in sheet[1] if cell.value == "指標名")
    shown = [unguarded(as_excel_shows(sheet.cell(row, place).value)) for row in range(2, sheet.max_row + 1)]
    assert list(dict.fromkeys(shown)) == [re.sub(r"[\n\t]", " ", text) for text in HOSTILE]


def test_a_sign_that_no_spreadsheet_can_hold_is_replaced_and_the_file_still_opens(evaluations):
    table = RunTable(("file", "place", "column", "found", "remedy"), ({"file": "a\x00b￾", "place": "", "column": "", "found": "", "remedy": ""},))  # fmt: skip
    files = csv_files({"notes": table})
    book = book_of(run_files(evaluations["kenko21"], {"notes": table}, files)["evaluation.xlsx"])
    assert book["読み込みで気づいた点"]["A2"].value == "a�b�"


@every_plan
def test_the_cover_says_what_the_pages_say_and_lists_every_sheet(name, evaluations, made):
    book = book_of(made[name]["evaluation.xlsx"])
    facts = [[unguarded(text or "") for text in row] for row in book["表紙"].iter_rows(values_only=True)]
    assert [text for key, text in facts if key == "おことわり"] == banner(evaluations[name])
    assert (name == "tokorozawa") == bool(banner(evaluations[name]))
    assert [key for key, _ in facts if key.startswith("シート")] == [f"シート「{title}」" for title in book.sheetnames]
    assert ["計画", evaluations[name].plan.name] in facts and all(text for _, text in facts)


@every_plan
def test_the_remarks_explain_every_column_and_every_letter(name, evaluations, made):
    book = book_of(made[name]["evaluation.xlsx"])
    found = {tuple(unguarded(cell or "") for cell in row[:3]) for row in book["注記"].iter_rows(values_only=True)}
    for sheet in book.worksheets[2:]:
        assert {("列", sheet.title, unguarded(cell.value)) for cell in sheet[1]} <= found
    letters = {letter.letter for letter in evaluations[name].scheme.letters}
    assert letters == {item for kind, _, item in found if kind == "評価の文字"}
    assert {kind for kind, _, _ in found} >= {"値がないとき", "出典", "利用条件"}


@every_plan
def test_every_sheet_has_a_heading_that_stays_a_filter_and_no_merged_cell(name, made):
    for sheet in book_of(made[name]["evaluation.xlsx"]):
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == sheet.dimensions
        assert not sheet.merged_cells.ranges
        assert all(8 <= column.width <= 48 for column in sheet.column_dimensions.values())


def test_the_workbook_knows_no_time_and_nobody(made):
    with zipfile.ZipFile(io.BytesIO(made["tokorozawa"]["evaluation.xlsx"])) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = file.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"1980-01-01T"}
    assert "<dc:creator>planeval</dc:creator>" in core and "lastModifiedBy" not in core


def test_the_codebook_has_every_column_and_no_other(evaluations):
    used = set()
    for name, table in run_tables(evaluations["tokorozawa"]).items():
        headings = [column.heading for column in meanings(name, table)]
        assert len(set(headings)) == len(headings), name
        used |= set(table_words(name).get("own", table.columns))
    assert used == set(words()["columns"])
    assert all(entry["text"].endswith("。") for entry in words()["columns"].values())


# --- datapackage.json


@every_plan
def test_the_data_package_agrees_with_the_tables_it_describes(name, made):
    package = json.loads(made[name]["datapackage.json"])
    assert package["profile"] == "tabular-data-package" and re.fullmatch(r"[-a-z0-9._]+", package["name"])
    files = {path for path in made[name] if path.endswith(".csv")}
    assert {resource["path"] for resource in package["resources"]} == files
    for resource in package["resources"]:
        content = made[name][resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        fields, (header, *rows) = resource["schema"]["fields"], rows_of(content)
        assert [field["name"] for field in fields] == header
        for place, field in enumerate(fields):
            assert field["title"] and field["description"]
            assert all(is_of(field, row[place]) for row in rows), field["name"]
        key = [header.index(column) for column in resource["schema"].get("primaryKey", [])]
        assert not key or len({tuple(row[place] for place in key) for row in rows}) == len(rows)


def is_of(field: dict, text: str) -> bool:
    if text == "":
        return not field.get("constraints", {}).get("required")
    if field["type"] == "boolean":
        return text in field["trueValues"]
    if field["type"] == "integer":
        return re.fullmatch(r"-?\d+", text) is not None
    return field["type"] == "string" or float(text) is not None


@every_plan
def test_the_data_package_says_no_time_no_licence_that_nobody_gave_and_no_address_that_is_none(name, made, evaluations):
    text = made[name]["datapackage.json"].decode("utf-8")
    package = json.loads(text)
    assert json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True) + "\n" == text
    assert not re.search(r"\d{4}-\d\d-\d\dT", text) and "licenses" not in package and "javascript" not in text
    assert [source["title"] for source in package["sources"]] == [s["title"] for s in evaluations[name].plan.sources]
    assert ("実績ではありません" in package["description"]) == (name == "tokorozawa")


# --- the same bytes everywhere

SCRIPT = """
import hashlib, sys
from planeval.delivery.notebooks import load
from planeval.delivery.tables import RunTable, csv_files, run_tables
from planeval.export.open_sdg import open_sdg_files
from planeval.export.run_files import run_files
evaluation = load(plan="tokorozawa", period="R3-R5", data_dir=sys.argv[1])
files = csv_files(run_tables(evaluation))
files |= run_files(evaluation, run_tables(evaluation), files) | open_sdg_files(evaluation)
for name, content in files.items():
    print(name, hashlib.sha256(content).hexdigest())
"""


def test_another_time_zone_locale_and_hash_seed_give_the_same_bytes(made, shared):
    env = os.environ | {"PYTHONPATH": str(PROJECT / "lib"), "PYTHONUTF8": "1"}
    env |= {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    command = [sys.executable, "-c", SCRIPT, str(PROJECT / "data")]
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    here = made["tokorozawa"] | shared["tokorozawa"]
    assert done.stdout.split("\n")[:-1] == [f"{k} {hashlib.sha256(v).hexdigest()}" for k, v in here.items()]


# --- Open SDG


@every_plan
def test_every_value_for_open_sdg_is_the_evaluations_own(name, evaluations, shared):
    evaluation = evaluations[name]
    points = [dict(row) for row in run_tables(evaluation)["points"].rows]
    rated = {row["indicator_id"] for row in points}
    for identifier in evaluation.indicators["indicator_id"]:
        header, *rows = rows_of(shared[name][f"data/indicator_{file_name(identifier)}.csv"])
        assert header[0] == "Year" and header[-1] == "Value" and len(set(header)) == len(header)
        own = [row for row in points if row["indicator_id"] == identifier]
        if identifier in rated:
            assert len(rows) == len(own)
        for row in own:
            line = rows[own.index(row)]
            groups = [unguarded(text) for text in line[1:-2] if text]
            assert (int(line[0]), groups, float(line[-1])) == (row["fiscal_year"], [row["group"]] if row["group"] else [], row["value"])  # fmt: skip
    assert len(shared[name]) == 2 * len(evaluation.indicators)


def test_an_indicator_without_a_baseline_still_shows_what_was_reported_up_to_the_period(shared, tiny_plan):
    assert rows_of(shared["kenko21"]["data/indicator_HJF-030.csv"])[1:] == [["2019", "人口10万対", "15.7"]]
    seen = [{"fiscal_year": year, "value": year / 10} for year in (2021, 2023, 2025)]
    folder = tiny_plan(indicators=[{"baseline": "", "baseline_year": ""}], observations=seen)
    files = open_sdg_files(load(plan="machi", period="first", data_dir=folder.parent))
    assert [row[0] for row in rows_of(files["data/indicator_I-1.csv"])[1:]] == ["2021", "2023"]


def test_texts_are_quoted_and_guarded_and_years_and_values_are_bare(shared):
    lines = shared["hostile"]["data/indicator_H-00.csv"].decode("utf-8").splitlines()
    assert lines[0] == '"Year","\'=区分","Year（区分）","value（区分）","Units","Value"'
    assert lines[1] == '2020,"","","","\'=1+1",40' and '2020,"\'@東","","","\'=1+1",39.5' in lines


@every_plan
def test_the_metadata_can_be_read_and_has_what_open_sdg_requires(name, evaluations, shared):
    for item in evaluations[name].indicators.itertuples():
        path = f"meta/{file_name(item.indicator_id)}.md"
        front, text = front_of(shared[name][path]), shared[name][path].decode("utf-8")
        shown = html.unescape(front["indicator_name"])
        is_example = name == "tokorozawa"
        assert shown == item.indicator_name + ("（例示）" if is_example else "")
        assert front["indicator_number"] == item.indicator_id and front["graph_type"] == "line"
        assert front["data_non_statistical"] is False and front["reporting_status"] == "complete"
        assert html.unescape(front["national_geographical_coverage"]) == evaluations[name].plan.municipality
        assert front["source_active_1"] is True and front["source_organisation_1"]
        assert not re.search(r"[<>]|\]\(", text) and front.get("source_url_1", "https:").startswith("https:")
        assert ("実績ではありません" in text) == is_example == ("data_notice_text" in front)


def test_the_metadata_of_an_indicator_has_its_goal_target_and_years(shared):
    front = front_of(shared["tokorozawa"]["meta/I-101.md"])
    assert (front["sdg_goal"], front["target_number"], front["tags"]) == (
        "11",
        "11.7",
        ["SDGs 11", "SDGs 10", "SDGs 17"],
    )
    assert front["graph_target_lines"] == [{"value": 55, "label_content": "2026年度の目標"}]
    assert front["progress_calculation_options"] == [
        {"direction": "positive", "base_year": 2020, "target_year": 2026, "target": 55}
    ]
    assert front["computation_units"] == "%" and front["auto_progress_calculation"] is False
    assert "所沢市の評価（上半期）：C 変化は不確か" in shared["tokorozawa"]["meta/I-101.md"].decode("utf-8")


def test_only_the_indicator_that_rests_on_examples_is_marked(tiny_plan):
    own = [{"indicator_id": "I-1", "status": "例示"}, {"indicator_id": "I-2"}, {"indicator_id": "I-3"}]
    seen = [{"indicator_id": row["indicator_id"], "fiscal_year": 2023, "value": 50} for row in own]
    seen[2]["status"] = "例示"
    folder = tiny_plan(indicators=own, observations=seen)
    files = open_sdg_files(load(plan="machi", period="first", data_dir=folder.parent))
    marked = ["実績ではありません" in files[f"meta/I-{n}.md"].decode("utf-8") for n in (1, 2, 3)]
    assert marked == [True, False, True]


def test_no_withheld_figure_leaves_in_any_form_and_the_page_says_that_some_are_withheld(made, shared):
    book = book_of(made["small"]["evaluation.xlsx"])
    texts = {name: content.decode("utf-8") for name, content in shared["small"].items()}
    texts |= {name: text.replace(",", "\n") for name, text in texts.items() if name.endswith(".csv")}  # a cell a line
    texts["xlsx"] = "\n".join(str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row)
    texts["json"] = re.sub(r"[0-9a-f]{64}", "", made["small"]["datapackage.json"].decode("utf-8"))
    for name, text in texts.items():
        for number in HIDDEN:
            assert occurrences(number, text) == [], name
    assert occurrences(SHOWN[2], texts["data/indicator_C-1.csv"])
    assert "東" not in texts["data/indicator_C-1.csv"] and "南" in texts["data/indicator_C-1.csv"]
    assert "地区「東」" in front_of(shared["small"]["meta/C-1.md"])["data_footnote"]


# --- names of files


@given(st.text(min_size=1, max_size=30))
@example("con").via("reserved in Windows")
@example("COM1").via("reserved in Windows")
def test_an_id_comes_back_from_its_file_name_which_is_safe_everywhere(identifier):
    name = file_name(identifier)
    assert identifier_of(name) == identifier
    assert re.fullmatch(r"[0-9A-Z_-]+", name) and not RESERVED.match(name)


def test_a_name_that_no_id_makes_is_refused():
    for name in ("a", "_", "__12", "I.1", "あ", "_1"):
        with pytest.raises(ValueError):
            identifier_of(name)


def test_an_id_that_is_too_long_for_a_file_is_refused_by_name():
    with pytest.raises(WrongUse, match="長すぎて"):
        file_name("あ" * 60)
    assert len(file_name("A" * 60)) == 60


# --- the folder


def exported(folder: Path, *words: str) -> int:
    usual = ["export", "kenko21", "--period", "final", "--to", "open_sdg", "--data", str(PROJECT / "data")]
    return main([*usual, "--output", str(folder), *words])


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_writes_the_export_and_replaces_an_earlier_one_as_a_whole(tmp_path, capsys, shared):
    folder = tmp_path / "新しい" / "open sdg"
    assert exported(folder) == 0
    assert str(folder) in capsys.readouterr().out
    first = files_in(folder)
    assert {name: content for name, content in first.items() if name != MARK} == shared["kenko21"]
    write_export(folder, {"form": "open_sdg"}, {"data/gone.csv": b"x"})
    assert set(files_in(folder)) == {MARK, "data/gone.csv"}
    assert exported(folder) == 0 and files_in(folder) == first
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_without_output_the_export_stands_in_the_outputs_folder_beside_the_plans(tmp_path, capsys):
    words = ["export", "tokorozawa", "--period", "R3-R5", "--to", "open_sdg", "--data", str(PROJECT / "data")]
    assert main([*words, "--outputs", str(tmp_path)]) == 0
    assert (tmp_path / "exports" / "open_sdg" / "tokorozawa" / "R3-R5" / "meta" / "I-101.md").is_file()
    assert "実績ではありません" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["大事.xlsx", "data/indicator_X.csv", ".git/config", "empty/"])
def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(tmp_path, capsys, name):
    folder = tmp_path / "out"
    write_export(folder, {}, {"data/indicator_A.csv": b"x"})
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if name.endswith("/") else path.write_bytes(b"mine")
    before = files_in(folder)
    assert exported(folder) == 2
    told = capsys.readouterr().err
    assert name.rstrip("/") in told and "--output" in told
    assert files_in(folder) == before


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path, capsys):
    (tmp_path / "out").write_bytes(b"mine")
    assert exported(tmp_path / "out") == 2
    assert "フォルダではありません" in capsys.readouterr().err


def test_a_mark_that_lists_nothing_makes_no_folder_ours(tmp_path):
    for mark in ("[]", "{}", '{"files": 1}', "broken"):
        (tmp_path / MARK).write_text(mark, encoding="utf-8")
        with pytest.raises(WrongUse):
            check_replaceable(tmp_path)


def test_a_disk_that_fails_leaves_the_earlier_export_as_it_was(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    write_export(folder, {}, {"a.csv": b"old", "b.csv": b"old"})
    before = files_in(folder)
    real = Path.write_bytes

    def failing(path: Path, content: bytes) -> int:
        if path.name == "b.csv":
            raise OSError(28, "full")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(OSError):
        write_export(folder, {}, {"a.csv": b"new", "b.csv": b"new"})
    assert files_in(folder) == before and [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["kenkou21", "--period", "final", "--to", "open_sdg"], "kenko21"),
        (["kenko21", "--period", "fina", "--to", "open_sdg"], "final"),
        (["kenko21", "--period", "final", "--to", "opensdg"], "open_sdg"),
        (["kenko21", "--period", "final"], "--to"),
        (["kenko21", "--to", "open_sdg"], "--period"),
    ],
)
def test_wrong_use_of_export_is_refused_with_the_nearest_known_name(tmp_path, capsys, words, told):
    assert main(["export", *words, "--data", str(PROJECT / "data"), "--output", str(tmp_path / "out")]) == 2
    assert told in capsys.readouterr().err and not (tmp_path / "out").exists()
