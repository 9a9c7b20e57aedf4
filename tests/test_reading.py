"""Everything that is wrong with a plan's files is told at once, each with its place, and nothing else is."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from case_table import read_cases
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plan_folder import GOOD_ROWS, csv_text, table_path, write_plan
from planting import plant, planted

from planeval.trust.plans import load_plan
from planeval.trust.schemes import FOLDER, read_scheme
from planeval.trust.workbook import load_workbook
from planeval.words.contracts import CONTRACTS
from planeval.words.fiscal_years import parse_fiscal_year
from planeval.words.problems import NOTE, PROBLEM, DataProblems, WrongUse

DEFECTS, NOTES = planted("planted_defects"), planted("planted_notes")
GOOD_PLAN = (Path(__file__).parent / "cases" / "plan.yaml").read_text(encoding="utf-8")
GOOD_SCHEME = (FOLDER / "gap.yaml").read_text(encoding="utf-8")
PLAN_FAULTS, SCHEME_FAULTS = read_cases("plan_faults"), read_cases("scheme_faults")
YEARS = read_cases("fiscal_years")


def _words(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["列"], row["見つけたもの"], row["正しい形"], row["直し方"]


def _told(problem) -> tuple[str, str, str, str]:
    return problem.column, problem.found, problem.expected, problem.remedy


def _problems(folder: Path) -> tuple:
    with pytest.raises(DataProblems) as caught:
        load_workbook(folder.name, folder.parent)
    return caught.value.problems


@pytest.fixture(scope="module")
def defects(data_dir, tmp_path_factory):
    """All defects planted in one copy of a real plan: the place of each, and what is told."""
    folder = shutil.copytree(data_dir / "tokorozawa", tmp_path_factory.mktemp("defects") / "tokorozawa")
    places = plant(folder, DEFECTS)
    return places, _problems(folder)


@pytest.mark.parametrize("row", [row for row in DEFECTS if row["見つけたもの"]], ids=lambda row: row["番号"])
def test_a_planted_defect_is_told_with_its_place_and_its_remedy(row, defects):
    places, problems = defects
    told = [_told(problem) for problem in problems if str(problem.place) == places[row["番号"]]]
    column, *words = _words(row)
    assert tuple(words) in [tuple(told_words) for _, *told_words in told]
    assert column in {told_column for told_column, *_ in told} | {""}


def test_all_planted_defects_are_told_at_once_and_nothing_else_is(defects):
    places, problems = defects
    expected = Counter((places[row["番号"]], row["見つけたもの"]) for row in DEFECTS if row["見つけたもの"])
    assert Counter((str(problem.place), problem.found) for problem in problems) == expected
    assert sum(expected.values()) >= 140


def test_every_problem_has_a_remedy_and_none_is_only_a_note(defects):
    _, problems = defects
    assert all(problem.remedy and problem.severity == PROBLEM for problem in problems)


def test_problems_stand_in_order_of_file_and_row_and_the_message_lists_them_all(defects):
    _, problems = defects
    rows = [(problem.place.file, problem.place.sheet, problem.place.row) for problem in problems]
    assert rows == sorted(rows)
    lines = str(DataProblems(problems)).splitlines()
    assert lines[0] == f"データに問題が{len(problems)}件あります。"
    assert lines[1:] == [f"- {problem}" for problem in problems]


def test_a_problem_reads_as_one_japanese_sentence_after_another(defects):
    _, problems = defects
    by_found = {problem.found: str(problem) for problem in problems}
    assert by_found["「４５．２」"] == (
        "tokorozawa/observations/shin_ka.csv 21行目 列「値」：「４５．２」。"
        "正しい形：半角の数値（例 45.2、-3）。単位、コンマ、記号は付けない。直し方：「45.2」と書く。"
    )
    assert by_found["「約50」"].startswith("tokorozawa/observations/")
    assert by_found["計算結果のない数式"].startswith("tokorozawa/observations/x_suushiki.xlsx シート「実績」セル E2：")


def test_remarks_stop_nothing_and_are_all_kept_with_their_place(data_dir, tmp_path):
    folder = shutil.copytree(data_dir / "tokorozawa", tmp_path / "tokorozawa")
    places = plant(folder, NOTES)
    notes = load_workbook("tokorozawa", tmp_path).notes
    expected = sorted((places[row["番号"]], *_words(row)) for row in NOTES)
    assert sorted((str(note.place), *_told(note)) for note in notes) == expected
    assert {note.severity for note in notes} == {NOTE}


@pytest.mark.parametrize("plan", ["tokorozawa", "kenko21"])
def test_the_plans_that_ship_have_no_problem(plan, data_dir):
    assert load_workbook(plan, data_dir).plan.id == plan


def test_the_small_plan_has_neither_problem_nor_note(tiny_plan):
    folder = tiny_plan()
    workbook = load_workbook(folder.name, folder.parent)
    assert workbook.notes == ()
    assert sorted(workbook.inputs) == ["machi/indicators.csv", "machi/observations/ka.csv", "machi/plan.yaml"]


@pytest.mark.parametrize("name", [name for name, contract in CONTRACTS.items() if contract.required])
def test_a_required_table_that_is_missing_is_told(name, tiny_plan):
    folder = tiny_plan(**{name: None})
    place = f"machi/{name}/" if CONTRACTS[name].folder else f"machi/{name}.csv"
    told = {str(problem) for problem in _problems(folder)}
    assert (
        f"{place}：表「{CONTRACTS[name].title}」のファイルがない。正しい形：CSV か xlsx。直し方：{place} を置く。"
        in told
    )


def test_every_table_may_be_left_out_but_the_required_ones(tiny_plan):
    folder = tiny_plan()
    workbook = load_workbook(folder.name, folder.parent)
    assert {name for name in CONTRACTS if workbook.has(name)} == {"indicators", "observations"}
    assert all(list(workbook[name].columns) == CONTRACTS[name].names for name in CONTRACTS)


def test_an_optional_table_may_hold_only_its_headers(tiny_plan):
    folder = tiny_plan(breaks=[], programs=[])
    assert not load_workbook(folder.name, folder.parent).has("breaks")


def test_a_required_header_that_is_misspelt_is_told_with_the_nearest(tiny_plan):
    folder = tiny_plan()
    path = folder / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("目標の型", "目標の形"), encoding="utf-8-sig")
    assert [str(problem) for problem in _problems(folder)] == [
        "machi/indicators.csv 1行目 列「目標の型」：見出しがない。正しい形：表「指標」の見出し「目標の型」。"
        "直し方：1行目に足すか、見出しの字を直す。"
    ]


@pytest.mark.parametrize("header", ["指標 ID", "指標\nID", "指標ＩＤ", " 指標ID "])
def test_a_header_may_be_spaced_broken_or_wide(header, tiny_plan):
    folder = tiny_plan()
    path = folder / "observations" / "ka.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("指標ID", f'"{header}"', 1), encoding="utf-8-sig")
    assert load_workbook(folder.name, folder.parent).notes == ()


def test_order_of_columns_blank_rows_and_trailing_blanks_do_not_count(tiny_plan):
    folder = tiny_plan(observations=[{"fiscal_year": 2022, "value": 45}, {"fiscal_year": 2023, "value": 50}])
    good = load_workbook(folder.name, folder.parent)
    path = folder / "observations" / "ka.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [[*reversed(row), "", ""] for row in csv.reader(file)]
    lines = [",".join(row) for row in rows]
    path.write_text("\n".join(["", lines[0], ",,", *lines[1:], ",,,", ""]), encoding="utf-8")
    same = load_workbook(folder.name, folder.parent)
    pd.testing.assert_frame_equal(same["observations"], good["observations"])
    assert [str(same.tables["observations"].place(n, "value")) for n in (0, 1)] == [
        "machi/observations/ka.csv 4行目", "machi/observations/ka.csv 5行目",
    ]  # fmt: skip


def test_a_line_break_within_quotes_is_part_of_the_cell_and_lines_are_still_counted(tiny_plan):
    rows = [{"fiscal_year": 2022, "value": 45, "remark": "上\n中\n下"}, {"fiscal_year": 2023, "value": "五十"}]
    folder = tiny_plan(observations=rows)
    assert [str(problem.place) for problem in _problems(folder)] == ["machi/observations/ka.csv 5行目"]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_lines_may_end_as_on_windows_or_on_an_old_mac(ends, tiny_plan):
    folder = tiny_plan()
    path = folder / "observations" / "ka.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", ends.encode()))
    assert load_workbook(folder.name, folder.parent)["observations"]["value"].to_list() == [50.0]


def _as_workbook(path: Path) -> Path:
    """The same table as an xlsx file, its numbers as numbers."""
    book = openpyxl.Workbook()
    contract = CONTRACTS[path.parent.name if path.parent.name in CONTRACTS else path.stem]
    numbers = {column.header for column in contract.columns if column.kind in {"number", "whole", "year"}}
    with path.open(encoding="utf-8-sig", newline="") as file:
        headers, *rows = csv.reader(file)
    book.active.append(headers)
    for row in rows:
        cells = zip(headers, row, strict=True)
        book.active.append([float(cell) if cell and header in numbers else cell for header, cell in cells])
    book.save(path.with_suffix(".xlsx"))
    path.unlink()
    return path.with_suffix(".xlsx")


def test_xlsx_and_csv_of_the_same_tables_read_alike(data_dir, tmp_path):
    folder = shutil.copytree(data_dir / "tokorozawa", tmp_path / "tokorozawa")
    for path in [*folder.glob("*.csv"), *folder.glob("observations/*.csv")]:
        _as_workbook(path)
    own, other = load_workbook("tokorozawa", data_dir), load_workbook("tokorozawa", tmp_path)
    for name, contract in CONTRACTS.items():
        keys = list(contract.key)
        frames = [workbook[name].sort_values(keys, ignore_index=True) for workbook in (own, other)]
        pd.testing.assert_frame_equal(*frames, obj=name)


def test_a_cell_of_a_workbook_has_its_sheet_and_cell_as_place(tiny_plan):
    folder = tiny_plan()
    _as_workbook(folder / "observations" / "ka.csv")
    observations = load_workbook(folder.name, folder.parent).tables["observations"]
    assert str(observations.place(0, "value")) == "machi/observations/ka.xlsx シート「Sheet」セル F2"
    assert observations.place(0, "value").spot == "F2"


def test_numbers_and_years_may_be_texts_in_a_workbook(tiny_plan):
    folder = tiny_plan()
    path = _as_workbook(folder / "observations" / "ka.csv")
    book = openpyxl.load_workbook(path)
    for cell in book.active[2]:
        cell.value = str(cell.value or "").removesuffix(".0")
    book.save(path)
    assert load_workbook(folder.name, folder.parent)["observations"]["value"].to_list() == [50.0]


@pytest.mark.parametrize("name", ["~$ka.xlsx", ".ka.csv", "Thumbs.db", "desktop.ini", "読み方.md", "メモ.txt"])
def test_files_that_are_no_data_are_left_alone(name, tiny_plan):
    folder = tiny_plan()
    (folder / "observations" / name).write_bytes(b"\x00\x01")
    assert len(load_workbook(folder.name, folder.parent).inputs) == 3


def test_ids_are_texts_and_wide_letters_are_the_same_as_narrow_ones(tiny_plan):
    names = ["001", "1", "NA", "R1", "K1", "K01"]
    indicators = [{"indicator_id": name, "indicator_name": name} for name in names]
    rows = [
        {"indicator_id": name, "fiscal_year": 2023, "value": 50}
        for name in ["００１", "1", "NA", "R1", "Ｋ１", "K０１"]
    ]
    folder = tiny_plan(indicators=indicators, observations=rows)
    assert load_workbook(folder.name, folder.parent)["observations"]["indicator_id"].to_list() == names


def test_names_are_kept_as_they_were_sent(tiny_plan):
    name = "①㈱髙﨑～<b>&=1+1|$x$𠮷"
    folder = tiny_plan(indicators=[{"indicator_name": name}])
    assert load_workbook(folder.name, folder.parent)["indicators"]["indicator_name"].to_list() == [name]


def test_empty_is_not_zero(tiny_plan):
    rows = [{"fiscal_year": 2022, "value": 0}, {"fiscal_year": 2023, "missing": "未調査"}]
    folder = tiny_plan(observations=rows)
    frame = load_workbook(folder.name, folder.parent)["observations"]
    assert (frame["value"][0], frame["value"].isna()[1], frame["missing"].to_list()) == (
        0.0,
        True,
        ["", "not_surveyed"],
    )


def test_flags_may_be_several(tiny_plan):
    folder = tiny_plan(observations=[{"fiscal_year": 2023, "value": 50, "flags": "速報、コロナ影響"}])
    assert load_workbook(folder.name, folder.parent)["observations"]["flags"].to_list() == ["provisional、covid"]


@pytest.mark.parametrize("text", ["はい", "○", "1"])
def test_yes_may_be_written_in_several_ways(text, tiny_plan):
    folder = tiny_plan(indicators=[{"is_count": text}])
    assert load_workbook(folder.name, folder.parent)["indicators"]["is_count"].to_list() == [True]


@pytest.mark.parametrize("text", ["", "いいえ", "×", "0"])
def test_no_may_be_written_in_several_ways(text, tiny_plan):
    folder = tiny_plan(indicators=[{"is_count": text}])
    assert load_workbook(folder.name, folder.parent)["indicators"]["is_count"].to_list() == [False]


def test_an_unknown_plan_is_refused_with_the_nearest_name(data_dir):
    with pytest.raises(WrongUse, match=r"^計画「tokorosawa」はありません。近い名前：tokorozawa。$"):
        load_workbook("tokorosawa", data_dir)


def test_a_data_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(WrongUse, match=r"^データのフォルダ「none」がありません。"):
        load_workbook("machi", tmp_path / "none")


def test_faults_of_plan_and_tables_are_told_together(tiny_plan):
    folder = tiny_plan(plan={"nicknam": "x"}, observations=[{"fiscal_year": 203, "value": "約5"}])
    assert [problem.found for problem in _problems(folder)] == ["「203」", "「約5」", "知らない見出し「nicknam」"]


def test_a_scheme_of_the_plan_that_is_faulty_or_unknown_is_told(tiny_plan):
    folder = tiny_plan(plan={"scheme": "gapp"}, indicators=[{"scheme": "kenko12"}])
    (folder / "schemes").mkdir()
    (folder / "schemes" / "own.yaml").write_text(GOOD_SCHEME, encoding="utf-8")
    assert [(problem.found, problem.remedy) for problem in _problems(folder)] == [
        ("知らない評価基準「kenko12」", "近い名前：kenko21、kenko21_mid"),
        ("知らない評価基準「gapp」", "近い名前：gap"),
        ("name が「gap」", "どちらかをそろえる"),
    ]


def _altered(text: str, row: dict[str, str]) -> str:
    before, after = (row[name].replace("⏎", "\n").replace("⇥", "\t") for name in ("替える前", "替えた後"))
    assert before in text
    return text.replace(before, after, 1)


@pytest.mark.parametrize("row", PLAN_FAULTS, ids=lambda row: row["番号"])
def test_a_fault_of_the_plan_file_is_told_with_its_line(row, tmp_path):
    path = tmp_path / "machi" / "plan.yaml"
    path.parent.mkdir()
    path.write_text(_altered(GOOD_PLAN, row), encoding="utf-8")
    with pytest.raises(DataProblems) as caught:
        load_plan(path, "machi/plan.yaml")
    expected = (row["場所"], row["見つけたもの"], row["正しい形"], row["直し方"])
    assert expected in [(p.place.spot, p.found, p.expected, p.remedy) for p in caught.value.problems]


@pytest.mark.parametrize("row", SCHEME_FAULTS, ids=lambda row: row["番号"])
def test_a_fault_of_a_scheme_file_is_told_with_its_line(row, tmp_path):
    path = tmp_path / "gap.yaml"
    path.write_text(_altered(GOOD_SCHEME, row), encoding="utf-8")
    with pytest.raises(DataProblems) as caught:
        read_scheme(path)
    expected = (row["場所"], row["見つけたもの"], row["正しい形"], row["直し方"])
    assert expected in [(p.place.spot, p.found, p.expected, p.remedy) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "「見出し: 値」の形でない"), (b"- 1\n- 2\n", "「見出し: 値」の形でない"), (b"text", "「見出し: 値」の形でない"),
        ("name: まち".encode("cp932"), "文字コードが UTF-8 ではない"), (b"id: x\n" + b"#" * 1_000_001, "大きすぎる"),
        (b"a: " + b"[" * 1500, "YAML として読めない"), (b"name: \x00", "YAML として読めない"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_told(content, found, tmp_path):
    path = tmp_path / "machi" / "plan.yaml"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DataProblems) as caught:
        load_plan(path, "machi/plan.yaml")
    assert [problem.found for problem in caught.value.problems] == [found]


def test_several_faults_of_the_plan_file_are_told_at_once(tmp_path):
    path = tmp_path / "machi" / "plan.yaml"
    path.parent.mkdir()
    rows = [row for row in PLAN_FAULTS if row["番号"] in {"P01", "P07", "P16", "P25"}]
    text = GOOD_PLAN
    for row in rows:
        text = _altered(text, row)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems) as caught:
        load_plan(path, "machi/plan.yaml")
    assert sorted(p.found for p in caught.value.problems) == sorted(row["見つけたもの"] for row in rows)


def test_the_good_plan_file_is_read_as_it_stands(tmp_path):
    path = tmp_path / "machi" / "plan.yaml"
    path.parent.mkdir()
    path.write_text(GOOD_PLAN, encoding="utf-8")
    plan = load_plan(path, "machi/plan.yaml")
    assert (plan.id, plan.name, plan.nickname, plan.municipality) == ("machi", "まちの計画", "まちプラン", "まち市")
    assert (plan.first_year, plan.last_year, plan.year_of_making, plan.stale_after) == (2021, 2026, 2020, 0)
    assert (plan.scheme, plan.settings, plan.disclosure_threshold, plan.status) == (
        "gap",
        {"tolerance": 0.05},
        10,
        "example",
    )
    assert [(p.id, p.kind, p.first_year, p.last_year, p.scheme) for p in plan.periods] == [
        ("R3-R5", "evaluation", 2021, 2023, None), ("R6-R8", "evaluation", 2024, 2026, "kenko21"),
        ("R3", "progress", 2021, 2021, None),
    ]  # fmt: skip
    assert (plan.actors, plan.fields, plan.districts) == (("市民", "市"), ("高齢者",), ("東", "西"))
    assert [plan.is_shock(year) for year in (2019, 2020, 2022, 2023)] == [False, True, True, False]
    assert plan.explanations == {"I-1": "理由"}


def test_what_a_plan_file_leaves_out_has_its_default(tiny_plan):
    folder = tiny_plan()
    plan = load_plan(folder / "plan.yaml", "machi/plan.yaml")
    assert (plan.scheme, plan.settings, plan.stale_after, plan.disclosure_threshold) == ("gap", {}, 0, 10)
    assert (plan.year_of_making, plan.status, plan.shocks, plan.actors, plan.nickname) == (None, "", (), (), "")


def test_zero_as_threshold_is_kept(tiny_plan):
    folder = tiny_plan(plan={"disclosure_threshold": 0})
    assert load_plan(folder / "plan.yaml", "machi/plan.yaml").disclosure_threshold == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("2024-04-01", "2024-04-01"),
        ("12:30", "12:30"),
        ("~", ""),
    ],
)
def test_a_text_of_the_plan_file_stays_the_text_that_was_written(text, value, tiny_plan):
    folder = tiny_plan()
    path = folder / "plan.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f"nickname: {text}\n", encoding="utf-8")
    assert load_plan(path, "machi/plan.yaml").nickname == value


def test_periods_are_found_by_id_and_in_their_order(tiny_plan):
    folder = tiny_plan()
    plan = load_plan(folder / "plan.yaml", "machi/plan.yaml")
    first, second = plan.periods
    assert (plan.period("first"), plan.earlier_period(second), plan.later_period(first)) == (first, first, second)
    assert plan.earlier_period(first) is plan.later_period(second) is None
    with pytest.raises(WrongUse, match=r"^期間「secnd」はありません。近い名前：second。$"):
        plan.period("secnd")


@pytest.mark.parametrize("row", YEARS, ids=lambda row: row["書き方"])
def test_a_year_is_read_or_refused_as_it_is_written(row):
    if row["理由"]:
        with pytest.raises(ValueError, match="^" + row["理由"].replace("(", r"\(") + "$"):
            parse_fiscal_year(row["書き方"])
    else:
        assert parse_fiscal_year(row["書き方"]) == (int(row["年度"]), row["注"])


def test_years_in_all_notations_read_alike_in_a_table(tiny_plan):
    notations = [row["書き方"] for row in YEARS if row["年度"] == "2021"]
    rows = [{"fiscal_year": text, "value": 50, "group_kind": "書き方", "group": text} for text in notations]
    folder = tiny_plan(observations=rows)
    assert set(load_workbook(folder.name, folder.parent)["observations"]["fiscal_year"]) == {2021}
    assert len(notations) > 15


TRICKY = [
    "\0",
    '"',
    "\r",
    "\ufeff",
    "＝",
    "1e999",
    "9" * 40,
    "令和９９９９年",
    "１" * 30,
    "\u2028",
    "nan",
    "-",
    "٣",
    "\u200b",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(TRICKY)


def _rows(name: str) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(st.dictionaries(st.sampled_from(CONTRACTS[name].names), TEXTS, min_size=1), max_size=6)


@settings(max_examples=25)
@given(_rows("observations"))
@example(
    [{"fiscal_year": 2022, "value": 45} | {name: text} for name in CONTRACTS["observations"].names for text in TRICKY]
)
def test_any_text_in_any_cell_of_observations_is_read_or_told_and_never_crashes(tmp_path_factory, rows):
    folder = write_plan(tmp_path_factory.getbasetemp() / "any_text" / "machi")
    rows = GOOD_ROWS["observations"] + [{"fiscal_year": 2022, "value": 45} | row for row in rows]
    table_path(folder, "observations").write_text(csv_text("observations", rows), encoding="utf-8-sig", newline="")
    try:
        load_workbook("machi", folder.parent)
    except DataProblems as error:
        assert all(str(problem.place).startswith("machi/observations/ka.csv") for problem in error.problems)


@settings(max_examples=4)
@given(st.fixed_dictionaries({name: _rows(name) for name in CONTRACTS}))
@example({name: [{column: text} for column in CONTRACTS[name].names for text in TRICKY] for name in CONTRACTS})
def test_any_text_in_any_cell_of_any_table_never_crashes(tmp_path_factory, tables):
    folder = tmp_path_factory.getbasetemp() / "any_table" / "machi"
    write_plan(folder, **{name: [*GOOD_ROWS.get(name, []), *rows] for name, rows in tables.items()})
    try:
        load_workbook("machi", folder.parent)
    except DataProblems as error:
        assert error.problems


def _without_times(path: Path) -> bytes:
    """The content of a workbook, the same whenever it was written."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as written, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as same:
        for name in written.namelist():
            text = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2024-04-01T00:00:00Z", written.read(name))
            same.writestr(zipfile.ZipInfo(name, (2024, 4, 1, 0, 0, 0)), text)
    return content.getvalue()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 99_999), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 99_999))
def test_any_bytes_in_a_workbook_are_read_or_told_and_never_crash(tmp_path_factory, changes, cut):
    folder = tmp_path_factory.getbasetemp() / "any_bytes" / "machi"
    path = _as_workbook(table_path(write_plan(folder), "observations"))
    content = bytearray(_without_times(path))
    for place, byte in changes:
        content[place % len(content)] = byte
    path.write_bytes(content[: cut % len(content)] if cut % 2 else content)
    try:
        load_workbook("machi", folder.parent)
    except DataProblems as error:
        assert {problem.place.file for problem in error.problems} == {"machi/observations/ka.xlsx"}


@settings(max_examples=100)
@given(st.text(st.sampled_from("idnameyrs0127: -[]{},\"'#&*!|>?\n\t…"), max_size=60))
def test_any_text_as_plan_file_is_read_or_told_and_never_crashes(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any_plan" / "machi" / "plan.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems):
        load_plan(path, "machi/plan.yaml")
