"""Collection workbooks: what a department finds in them, what it cannot break, and what a reminder tells."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from commands import planeval
from openpyxl.worksheet.cell_range import CellRange

from planeval.intake import placing
from planeval.intake.collecting import collect, place_reminders, remind
from planeval.trust.workbook import load_workbook
from planeval.words.collecting import GUIDE_SHEET, REFERENCE, WORDS_SHEET
from planeval.words.contracts import CONTRACTS, LISTS
from planeval.words.problems import WrongUse

OBSERVATIONS = CONTRACTS["observations"]
TABLES = ("observations", "narratives", "project_years", "department_ratings")
INDICATORS = [
    {"department": "福祉課", "baseline": 40, "target_year": 2026, "target": 60},
    {"indicator_id": "001", "indicator_name": "=1+2", "department": "高齢課", "target_kind": "有無", "unit": "有無",
     "baseline": 0, "target": 1},
    {"indicator_id": "1-2", "indicator_name": "相談", "department": "福祉課、高齢課"},
]  # fmt: skip
VALUES = [
    {"fiscal_year": 2020, "value": 40, "status": "例示"},
    {"fiscal_year": 2021, "value": 44.5, "flags": "速報、コロナ影響", "remark": "調べ\n直し", "status": "例示"},
    {"fiscal_year": 2020, "group_kind": "地区", "group": "西", "value": 11},
    {"fiscal_year": 2020, "group_kind": "地区", "group": "東", "value": 29},
    {"fiscal_year": 2022, "missing": "未調査"},
]
PROJECTS = [{"project_id": "P-1", "project_name": "見守り", "department": "福祉課"}]
PROJECT_YEARS = [{"project_id": "P-1", "fiscal_year": 2021, "budget": 900, "spending": 0, "self_check": "順調"}]


@pytest.fixture
def workbook(tiny_plan):
    folder = tiny_plan(
        plan={"districts": ["西", "東"]},
        indicators=INDICATORS,
        observations=VALUES,
        projects=PROJECTS,
        project_years=PROJECT_YEARS,
        narratives=[
            {"period": "first", "target_id": "I-1", "cause": "人が増えた"},
            {"period": "second", "target_id": "1-2", "cause": "後半のこと"},
        ],
        target_revisions=[{"indicator_id": "I-1", "applies_from": 2023, "target": 70}],
    )
    return load_workbook("machi", folder.parent)


@pytest.fixture
def sheets(workbook, tmp_path):
    """The workbook of 福祉課 for the first half."""
    return _opened(collect(workbook, "first", tmp_path / "out", only=["福祉課"])[0])


def _opened(path):
    return openpyxl.load_workbook(path)


def _rows(sheet):
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def _cells(sheet, heading):
    column = next(cell.column for cell in sheet[1] if cell.value == heading)
    return [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]


def _rule(sheet, cell):
    found = [rule for rule in sheet.data_validations.dataValidation if any(
        CellRange(part.coord).issuperset(CellRange(cell.coordinate)) for part in rule.sqref.ranges
    )]  # fmt: skip
    return found[0] if found else None


def _words(book, rule):
    sheet, cells = rule.formula1.replace("'", "").replace("$", "").split("!")
    return [cell.value for row in book[sheet][cells] for cell in row]


def test_every_department_gets_one_workbook_named_after_it(workbook, tmp_path):
    written = collect(workbook, "first", tmp_path / "out")
    assert [path.name for path in written] == ["first_福祉課.xlsx", "first_高齢課.xlsx"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in written)


def test_a_workbook_has_the_guide_the_tables_under_their_titles_and_the_hidden_words(sheets):
    titles = [CONTRACTS[name].title for name in TABLES]
    assert sheets.sheetnames == [GUIDE_SHEET, *titles, WORDS_SHEET]
    assert sheets[WORDS_SHEET].sheet_state == "hidden"


@pytest.mark.parametrize("name", TABLES)
def test_headings_are_those_of_the_contract_and_the_rest_is_marked_as_reference(sheets, name):
    headings = [cell.value for cell in sheets[CONTRACTS[name].title][1]]
    own = [heading for heading in headings if not heading.startswith(REFERENCE)]
    assert sorted(own) == sorted(column.header for column in CONTRACTS[name].columns)


def test_an_indicator_is_asked_for_each_year_and_group_totals_first_districts_in_their_order(sheets):
    asked = [(row["年度"], row["区分"], row["区分値"]) for row in _rows(sheets["実績値"]) if row["指標ID"] == "I-1"]
    groups = [(None, None), ("地区", "西"), ("地区", "東")]
    assert asked == [(year, *group) for year in (2021, 2022, 2023) for group in groups]


def test_what_was_submitted_stands_there_and_stays_open_example_rows_stay_examples(sheets):
    row = _rows(sheets["実績値"])[0]
    assert (row["値"], row["旗"], row["備考"], row["状態"]) == (44.5, "速報、コロナ影響", "調べ\n直し", "例示")
    assert _rows(sheets["実績値"])[3]["欠測"] == "未調査"
    assert not _cells(sheets["実績値"], "値")[0].protection.locked
    assert _rows(sheets["事業の年度"])[0]["決算額(千円)"] == 0
    assert _rows(sheets["質的評価"])[0]["要因"] == "人が増えた"


def test_last_value_baseline_and_the_target_in_force_stand_beside_for_reference(sheets):
    total, west = _rows(sheets["実績値"])[:2]
    assert (total["参考：前回の年度"], total["参考：前回の値"]) == (2020, 40)
    assert (total["参考：基準値"], total["参考：目標年度"], total["参考：目標値"]) == (40, 2026, 70)
    assert (west["参考：前回の年度"], west["参考：前回の値"], west["参考：目標値"]) == (2020, 11, None)
    assert _rows(sheets["実績値"])[3]["参考：前回の値"] == 44.5  # the year 2022 after 2021


def test_only_what_is_to_be_filled_in_can_be_changed(sheets):
    given = {"指標ID", "指標名", "年度", "区分", "区分値", "単位", "期間", "対象ID", "事業ID"}
    for name in TABLES:
        sheet = sheets[CONTRACTS[name].title]
        assert sheet.protection.sheet and sheet.protection.password is None
        for cell in sheet[1]:
            is_locked = cell.value.startswith(REFERENCE) or cell.value in given
            assert cell.protection.locked
            assert {other.protection.locked for other in _cells(sheet, cell.value)} == {is_locked}, cell.value


def test_no_cell_is_merged_and_each_sheet_prints_on_a4_as_wide_as_the_page(sheets):
    for sheet in sheets:
        assert not sheet.merged_cells.ranges
        if sheet.title not in {GUIDE_SHEET, WORDS_SHEET}:
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "C2")


@pytest.mark.parametrize(
    ("table", "heading", "words"),
    [("実績値", "欠測", LISTS["missing"]), ("実績値", "状態", LISTS["status"]),
     ("事業の年度", "今後の方向", LISTS["decision"]), ("所管課の評価", "評価", ["A", "B", "B*", "C", "D", "E"])],
)  # fmt: skip
def test_closed_lists_are_drop_downs_of_their_words(sheets, table, heading, words):
    for cell in _cells(sheets[table], heading):
        rule = _rule(sheets[table], cell)
        assert rule.type == "list" and rule.showErrorMessage and "一覧" in rule.error
        assert _words(sheets, rule) == list(words)


def test_a_value_must_be_a_number_a_sum_of_money_none_below_zero_a_done_or_not_0_or_1(workbook, sheets, tmp_path):
    value = _rule(sheets["実績値"], _cells(sheets["実績値"], "値")[0])
    assert (value.type, value.operator) == ("decimal", "between") and "半角" in value.error
    money = _rule(sheets["事業の年度"], _cells(sheets["事業の年度"], "決算額(千円)")[0])
    assert (money.type, money.formula1) == ("decimal", "0")
    other = _opened(collect(workbook, "first", tmp_path / "other", only=["高齢課"])[0])["実績値"]
    done = _rule(other, _cells(other, "値")[0])
    assert (done.type, done.formula1, done.formula2) == ("whole", "0", "1")


def test_flags_are_free_text_with_a_prompt_that_names_the_words(sheets):
    rule = _rule(sheets["実績値"], _cells(sheets["実績値"], "旗")[0])
    assert rule.type is None and rule.showInputMessage
    assert all(word in rule.prompt for word in LISTS["flags"]) and len(rule.prompt) <= 255


def test_identifiers_and_names_stay_text_whatever_they_look_like(workbook, tmp_path):
    book = _opened(collect(workbook, "first", tmp_path / "out", only=["高齢課"])[0])
    own_id, name = _cells(book["実績値"], "指標ID")[0], _cells(book["実績値"], "指標名")[0]
    assert (own_id.value, own_id.data_type, own_id.number_format) == ("001", "s", "@")
    assert (name.value, name.data_type, name.number_format, name.quotePrefix) == ("=1+2", "s", "@", True)
    formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []


def test_of_two_departments_in_one_cell_the_first_is_asked_and_the_guide_names_the_other(sheets, workbook, tmp_path):
    assert "1-2" in {row["指標ID"] for row in _rows(sheets["実績値"])}
    assert "1-2（高齢課）" in [row[1].value for row in sheets[GUIDE_SHEET].iter_rows()]
    other = _opened(collect(workbook, "first", tmp_path / "other", only=["高齢課"])[0])
    assert {row["指標ID"] for row in _rows(other["実績値"])} == {"001"}


def test_the_guide_says_that_figures_are_internal_and_leaves_deadline_and_contact_open(sheets):
    guide = {row[0].value: row[1] for row in sheets[GUIDE_SHEET].iter_rows()}
    assert "庁内" in guide["取扱い"].value
    for heading in ("提出期限", "提出先・問い合わせ先"):
        assert guide[heading].value is None and not guide[heading].protection.locked
    assert guide["記入する課"].protection.locked and all(
        row[0].protection.locked for row in sheets[GUIDE_SHEET].iter_rows()
    )


def test_what_belongs_to_no_department_is_asked_all_the_same(tiny_plan, tmp_path):
    workbook = load_workbook("machi", tiny_plan().parent)
    assert [path.name for path in collect(workbook, "first", tmp_path)] == ["first_所管課の記入なし.xlsx"]


def test_the_same_plan_gives_the_same_bytes_wherever_and_whenever(tiny_plan, tmp_path):
    data = tiny_plan(indicators=INDICATORS, observations=VALUES, projects=PROJECTS).parent
    places = (
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    )
    for n, place in enumerate(places):
        done = planeval("collect", "machi", "--period", "first", "--data", data, "--output", tmp_path / str(n), **place)
        assert done.returncode == 0, done.stderr
    for path in (tmp_path / "0").iterdir():
        assert path.read_bytes() == (tmp_path / "1" / path.name).read_bytes()
        with zipfile.ZipFile(path) as parts:
            assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"openpyxl" not in parts.read("docProps/core.xml") and b"created" not in parts.read(
                "docProps/core.xml"
            )


def test_a_workbook_that_somebody_filled_in_is_never_overwritten_unless_forced(workbook, tmp_path):
    first, second = collect(workbook, "first", tmp_path)
    book = _opened(second)
    book["質的評価"]["D2"] = "記入した"
    book.save(second)
    filled, untouched = second.read_bytes(), first.read_bytes()
    first.unlink()
    with pytest.raises(WrongUse, match=r"「first_高齢課.xlsx」.*--force"):
        collect(workbook, "first", tmp_path)
    assert second.read_bytes() == filled and not first.exists()
    collect(workbook, "first", tmp_path, force=True)
    assert first.read_bytes() == untouched and second.read_bytes() != filled
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != "") == [
        "first_福祉課.xlsx",
        "first_高齢課.xlsx",
    ]


def test_where_one_file_cannot_be_placed_everything_is_as_before(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old")
    rename = placing.Path.rename

    def refuse(path, target):
        if path.parent.name == "new" and path.name == "b":
            raise PermissionError(13, "open elsewhere", str(path))
        return rename(path, target)

    monkeypatch.setattr(placing.Path, "rename", refuse)
    with pytest.raises(PermissionError):
        placing.place_files(tmp_path, {"a": b"new", "b": b"new"}, replace=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_hostile_names_of_departments_give_file_names_that_every_system_can_hold():
    names = ["../../etc", "CON", "a/b:c*?", "A/B:C*?", "課\n名", "あ" * 300, "", "‮evil", " . "]
    files = placing.file_names("R7", names, ".xlsx")
    assert len({file.casefold() for file in files.values()}) == len(names)
    for file in files.values():
        assert file.startswith("R7_") and len(file.encode("utf-8")) <= 200
        assert not set(file) & set('\\/:*?"<>|\n‮')


def test_an_unknown_department_or_period_is_refused_with_the_nearest_name(workbook, tmp_path):
    with pytest.raises(WrongUse, match="福祉課"):
        collect(workbook, "first", tmp_path / "out", only=["福祉か"])
    with pytest.raises(WrongUse, match="first"):
        collect(workbook, "firs", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_writes_beside_the_reports_and_refuses_a_second_time_what_was_changed(tiny_plan, tmp_path):
    data = tiny_plan(indicators=INDICATORS, observations=VALUES).parent
    words = ("collect", "machi", "--period", "first", "--data", data, "--outputs", tmp_path / "outputs")
    assert planeval(*words).returncode == 0
    made = tmp_path / "outputs" / "machi" / "collect" / "first" / "first_福祉課.xlsx"
    made.write_bytes(b"filled in")
    again = planeval(*words)
    assert again.returncode == 2 and "first_福祉課.xlsx" in again.stderr and made.read_bytes() == b"filled in"


def test_a_reminder_names_what_is_missing_and_only_that(workbook):
    text = remind(workbook, "first")["福祉課"]
    assert "福祉課 御中" in text and "first_福祉課.xlsx" in text
    listed = [line for line in text.splitlines() if line.startswith("・")]
    assert listed == [
        "・I-1　見守りの数：令和5(2023)年度",
        "・1-2　相談：令和3(2021)年度、令和4(2022)年度、令和5(2023)年度",
        "・P-1　見守り：令和3(2021)年度の今後の方向、"
        "令和4(2022)年度の決算額(千円)・自己評価・今後の方向、令和5(2023)年度の決算額(千円)・自己評価・今後の方向",
        "・1-2　相談",
        "・P-1　見守り",
    ]


def test_an_indicator_that_is_only_sent_by_group_is_not_asked_for_its_total(tiny_plan):
    rows = [{"fiscal_year": year, "group_kind": "地区", "group": "東", "value": 1} for year in (2021, 2022, 2023)]
    workbook = load_workbook("machi", tiny_plan(observations=rows).parent)
    assert "実績値（" not in remind(workbook, "first")["所管課の記入なし"]


def test_where_nothing_is_missing_the_reminder_says_so(tiny_plan):
    folder = tiny_plan(
        indicators=[{"department": "福祉課"}],
        observations=[{"fiscal_year": year, "value": 50} for year in (2021, 2022, 2023)],
        narratives=[{"period": "first", "target_id": "I-1", "narrative": "よい"}],
    )
    text = remind(load_workbook("machi", folder.parent), "first")["福祉課"]
    assert "不足はありません" in text and "・" not in text and "お礼" in text


def test_reminders_are_printed_or_written_one_a_department_in_the_place_of_earlier_ones(workbook, tiny_plan, tmp_path):
    texts = remind(workbook, "first")
    (old, *_) = place_reminders("first", texts, tmp_path / "mails")
    old.write_text("先週の文面", encoding="utf-8")
    written = place_reminders("first", texts, tmp_path / "mails")
    assert [path.read_text(encoding="utf-8") for path in written] == list(texts.values())
    done = planeval("collect", "machi", "--period", "first", "--reminder", "--data", workbook.folder.parent)
    assert done.returncode == 0 and all(text.strip() in done.stdout for text in texts.values())
    assert not (workbook.folder.parent.parent / "outputs").exists()


def test_a_filled_in_sheet_is_accepted_by_the_strict_reader_as_it_comes_back(workbook, tiny_plan, tmp_path):
    book = _opened(collect(workbook, "first", tmp_path / "out", only=["福祉課"])[0])
    for name in [name for name in book.sheetnames if name != "実績値"]:
        del book[name]
    for row, cell in enumerate(_cells(book["実績値"], "値"), 2):
        if cell.value is None and book["実績値"].cell(row, 1).value and row > 2:
            cell.value = 10
    for cell in _cells(book["実績値"], "欠測"):
        cell.value = None
    content = io.BytesIO()
    book.save(content)
    folder = workbook.folder
    (folder / "observations" / "ka.csv").unlink()
    (folder / "observations" / "fukushi.xlsx").write_bytes(content.getvalue())
    again = load_workbook("machi", folder.parent)["observations"]
    assert len(again) == 12 and again["value"].notna().all()
    assert set(again["indicator_id"]) == {"I-1", "1-2"}
    assert again.loc[0, ["value", "flags", "status"]].tolist() == [44.5, "provisional、covid", "example"]
