"""From departments' files to the workbook: what was read how, what goes back to them, and what a file may do to the reader."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from commands import PROJECT, Line, planeval
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from plan_folder import csv_text

from planeval.delivery.doors import open_plan
from planeval.delivery.replies import replies
from planeval.delivery.tables import tables
from planeval.intake import child
from planeval.intake.answers import answer
from planeval.intake.reading import read_file
from planeval.intake.years import read_day, read_year
from planeval.judging.evaluation import evaluate
from planeval.words.contracts import CONTRACTS
from planeval.words.problems import DataProblems

OBSERVATIONS = CONTRACTS["observations"]
HEADER = ["指標ID", "年度", "値"]


def sent(folder, name, rows, *, encoding="utf-8"):
    """A department's file of a plan, in the place of those that were there."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (folder / "observations" / name).write_bytes(text.getvalue().encode(encoding))
    return folder


def workbook_with(path, rows, *, title="実績値"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def opened(folder):
    return open_plan(folder.name, folder.parent)


def notes_of(folder):
    return [str(note) for note in opened(folder).notes]


# --- what was read how


def test_every_normalised_cell_is_a_row_of_the_record_with_its_place(tiny_plan):
    folder = tiny_plan(observations=[])
    (folder / "observations" / "ka.csv").unlink()
    workbook_with(
        folder / "observations" / "課.xlsx", [HEADER, ["Ｉ-1", "令和５年度", "１，２３４件"], ["I-1", "R4", 40]]
    )
    found = {(str(own.place), own.column, own.found, own.read, own.is_note) for own in opened(folder).readings}
    assert found == {
        ("machi/observations/課.xlsx シート「実績値」セル A2", "指標ID", "Ｉ-1", "I-1", False),
        ("machi/observations/課.xlsx シート「実績値」セル B2", "年度", "令和５年度", "2023", False),
        ("machi/observations/課.xlsx シート「実績値」セル C2", "値", "１，２３４件", "1234", True),
        ("machi/observations/課.xlsx シート「実績値」セル B3", "年度", "R4", "2022", False),
    }


def test_the_record_is_a_table_of_the_run(tiny_plan):
    folder = sent(tiny_plan(observations=[]), "ka.csv", [HEADER, ["I-1", "R5", "1,234"]], encoding="cp932")
    text = tables(evaluate(opened(folder), "first"))["tables/intake.csv"].decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["ファイル", "場所", "列", "書いてあった字", "読んだ値", "理由"],
        ["machi/observations/ka.csv", "2行目", "年度", "R5", "2023", "年度の書き方をそろえた"],
        ["machi/observations/ka.csv", "2行目", "値", "1,234", "1234", "数の書き方をそろえた"],
    ]


def test_a_department_gets_its_own_notes_and_readings_back_as_a_text(tiny_plan):
    folder = sent(tiny_plan(observations=[]), "ka.csv", [HEADER, ["I-1", "R5", "45（速報）"]])
    sent(folder, "hoka.csv", [HEADER, ["I-1", "2022", "44"]])
    found = {name: text.decode("utf-8-sig") for name, text in replies(opened(folder)).items()}
    assert list(found) == ["tables/replies/hoka.csv.txt", "tables/replies/ka.csv.txt"]
    assert "確かめていただく点はありません" in found["tables/replies/hoka.csv.txt"]
    assert "1. 2行目　列「値」：「45（速報）」を「45」と読んだ" in found["tables/replies/ka.csv.txt"]
    assert "- 2行目　列「年度」：「R5」→「2023」" in found["tables/replies/ka.csv.txt"]


def test_the_evaluation_names_the_cell_of_a_wide_table_that_a_value_comes_from(tiny_plan):
    folder = tiny_plan(observations=[], indicators=[{"baseline": ""}])
    (folder / "observations" / "ka.csv").unlink()
    rows = [["所管課の報告"], ["指標ID", "指標名", "令和2年度", "令和5年度"], ["I-1", "見守りの数", 40, 50]]
    workbook_with(folder / "observations" / "ka.xlsx", rows)
    row = evaluate(opened(folder), "first").table.iloc[0]
    assert (row["value"], row["baseline"]) == (50, 40)
    assert str(row["value_source"]) == "machi/observations/ka.xlsx シート「実績値」セル D3"
    assert str(row["baseline_source"]) == "machi/observations/ka.xlsx シート「実績値」セル C3"


def test_flags_and_missing_classes_written_into_the_value_reach_their_columns(tiny_plan):
    rows = [HEADER, ["I-1", "2021", "45（速報）"], ["I-1", "2022", "…"], ["I-1", "2023", "x"]]
    frame = opened(sent(tiny_plan(observations=[]), "ka.csv", rows))["observations"].set_index("fiscal_year")
    assert frame["flags"].to_dict() == {2021: "provisional", 2022: "", 2023: ""}
    assert frame["missing"].to_dict() == {2021: "", 2022: "unknown", 2023: "withheld"}


# --- several files, and what was published


def test_one_row_in_two_files_is_used_once_and_told(tiny_plan):
    folder = sent(tiny_plan(observations=[]), "ka.csv", [HEADER, ["I-1", "2023", "50"]])
    sent(folder, "ka - コピー.csv", [HEADER, ["I-1", "R5", "50.0"]])
    workbook = opened(folder)
    assert len(workbook["observations"]) == 1
    (note,) = [str(note) for note in workbook.notes]
    assert "ka - コピー.csv 2行目" in note and "ka.csv 2行目" in note and "一度だけ使う" in note


def test_two_files_that_disagree_are_a_conflict_that_names_both(tiny_plan):
    folder = sent(tiny_plan(observations=[]), "ka.csv", [HEADER, ["I-1", "2023", "50"]])
    sent(folder, "ka(1).csv", [HEADER, ["I-1", "2023", "51"]])
    with pytest.raises(DataProblems) as caught:
        opened(folder)
    (problem,) = map(str, caught.value.problems)
    assert "ka.csv 2行目" in problem and "ka(1).csv 2行目" in problem


@pytest.mark.parametrize(("now", "told"), [("51", ["改訂：50→51"]), ("50", []), ("５０", [])])
def test_a_value_that_is_not_the_one_made_public_is_told_with_old_and_new(now, told, tiny_plan):
    folder = sent(tiny_plan(observations=[]), "ka.csv", [HEADER, ["I-1", "2023", now]])
    (folder / "published").mkdir()
    header = ["指標ID", "区分", "区分値", "評価", "評価基準", "評価した年度", "最新値", "基準値"]
    (folder / "published" / "first.csv").write_text(
        "\n".join([",".join(header), "I-1,,,B,gap,2023,50,40"]) + "\n", encoding="utf-8-sig"
    )
    notes = [note for note in notes_of(folder) if "改訂" in note]
    assert [words in note and "2行目 列「値」" in note for words, note in zip(told, notes, strict=True)] == [
        True
    ] * len(told)


def test_files_that_are_no_tables_are_told_and_those_of_the_system_are_not(tiny_plan):
    folder = tiny_plan()
    for name in ("~$ka.xlsx", "Thumbs.db", "desktop.ini", "README.md", "memo.txt"):
        (folder / "observations" / name).write_bytes(b"x")
    assert [note.split("：")[0] for note in notes_of(folder)] == ["machi/observations/memo.txt"]


@pytest.mark.parametrize("name", ["ka.xls", "ka.pdf", "ka.ods", "写真.png"])
def test_a_file_of_another_kind_is_refused_by_its_name(name, tiny_plan):
    folder = tiny_plan()
    (folder / "observations" / name).write_bytes(b"%PDF-1.7 x")
    with pytest.raises(DataProblems) as caught:
        opened(folder)
    (problem,) = map(str, caught.value.problems)
    assert problem.startswith(f"machi/observations/{name}：") and "xlsx か CSV" in problem


def test_all_faults_of_all_files_come_in_one_pass(tiny_plan):
    folder = sent(tiny_plan(observations=[]), "ka.csv", [HEADER, ["I-1", "2021", "集計中"], ["I-1", "21", "5"]])
    sent(folder, "b.csv", [["指標ID", "年度"], ["I-1", "2022"]])
    (folder / "observations" / "c.xlsx").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(DataProblems) as caught:
        opened(folder)
    places = [str(problem.place) for problem in caught.value.problems]
    assert places == [
        f"machi/observations/{name}" for name in ("b.csv 1行目", "c.xlsx", "ka.csv 2行目", "ka.csv 3行目")
    ]


def test_tables_of_the_plan_itself_may_be_saved_by_excel_in_its_old_encoding(tiny_plan):
    folder = tiny_plan()
    rows = csv_text("indicators", [{"indicator_id": "I-1", "indicator_name": "髙﨑①", "target_kind": "増加", "baseline": "４０",
                                    "baseline_year": "R2", "target": "60", "target_year": "令和8年度"}])  # fmt: skip
    (folder / "indicators.csv").write_bytes(rows.encode("cp932"))
    row = opened(folder)["indicators"].iloc[0]
    assert (row["indicator_name"], row["baseline"], row["baseline_year"]) == ("髙﨑①", 40, 2020)


# --- the command


def test_the_command_prints_what_would_be_read(tmp_path):
    path = workbook_with(tmp_path / "課.xlsx", [HEADER, ["I-1", "R5", "１２"]])
    done = planeval("read", path, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["status"], found["file"]) == (0, "accept", "課.xlsx")
    assert found["records"] == [
        {"指標ID": "I-1", "指標名": None, "年度": 2023, "区分": None, "区分値": None, "値": 12, "単位": None, "標本数": None,
         "該当数": None, "欠測": None, "旗": None, "シート": "実績値", "セル": "C2", "行": 2}
    ]  # fmt: skip
    assert "値 12" in planeval("read", path).stdout


def test_a_rejected_file_exits_with_1_and_a_missing_one_with_2(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("指標ID,年度,値\nI-1,2023,集計中\n", encoding="utf-8")
    done = planeval("read", path, "--json")
    assert (done.returncode, json.loads(done.stdout)["records"]) == (1, [])
    assert planeval("read", tmp_path / "none.csv").returncode == 2
    assert "直してください" in planeval("read", path).stdout


@pytest.mark.parametrize("name", ["ka.csv", "ka.xlsx"])
def test_a_file_that_another_program_keeps_shut_asks_to_close_excel(name, tiny_plan, monkeypatch):
    folder = tiny_plan()
    workbook_with(folder / "observations" / "ka.xlsx", [HEADER, ["I-1", "2022", 1]])
    read = Path.open

    def shut(path, *words, **settings):
        if path.name == name:
            raise PermissionError(13, "shut")
        return read(path, *words, **settings)

    monkeypatch.setattr(Path, "open", shut)
    with pytest.raises(DataProblems) as caught:
        opened(folder)
    (problem,) = map(str, caught.value.problems)
    assert problem.startswith(f"machi/observations/{name}：") and "Excel を閉じて" in problem


# --- the child that opens workbooks

STUCK = """import os, threading
from planeval.intake import child
def answer(*_):
    line = open(os.environ["LINE"], "w", encoding="ascii")
    print("begun", file=line, flush=True)
    threading.Event().wait()
child._answer = answer"""
PARENT = """from pathlib import Path
from planeval.intake import child
child.START = child.START.replace("serve()", "import stuck; serve()")
child.open_workbook(Path("a.xlsx"), "a.xlsx")"""


def test_a_workbook_that_kills_the_child_is_refused_and_the_next_one_is_read(tmp_path, monkeypatch):
    path = workbook_with(tmp_path / "a.xlsx", [HEADER, ["I-1", "2023", 1]])
    child.close_child()
    monkeypatch.setattr(child, "START", "raise SystemExit")
    sheets, problems = read_file(path, "a.xlsx", OBSERVATIONS)
    assert (sheets, [problem.found for problem in problems]) == ([], [child.TOO_LARGE[0]])
    monkeypatch.undo()
    sheets, problems = read_file(path, "a.xlsx", OBSERVATIONS)
    assert (len(sheets), problems) == (1, [])


def test_the_child_has_little_memory_and_says_so(tmp_path, monkeypatch):
    path = workbook_with(tmp_path / "a.xlsx", [HEADER, *([f"I-{n}", 2023, n] for n in range(2000))])
    child.close_child()
    monkeypatch.setattr(child, "START", child.START.replace("serve()", "child.MEMORY = 1 << 20; serve()").replace(
        "from planeval", "import planeval.intake.child as child; from planeval"))  # fmt: skip
    _, problems = read_file(path, "a.xlsx", OBSERVATIONS)
    child.close_child()
    assert [problem.found for problem in problems] == [child.TOO_LARGE[0]]


@pytest.mark.skipif(os.name != "posix", reason="名前つきパイプは POSIX です")
def test_the_child_ends_with_its_parent_in_the_middle_of_a_workbook(tmp_path):
    line = Line(tmp_path / "line")
    (tmp_path / "stuck.py").write_text(STUCK, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), str(PROJECT / "lib")])
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], env=os.environ | {"PYTHONPATH": paths, "LINE": str(line.path)}
    )
    assert line.is_heard()
    parent.kill()
    parent.wait()
    assert line.is_let_go()


# --- years and days


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和3年度", 2021), ("令和３", 2021), ("R3", 2021), ("R.3", 2021), ("令3", 2021), ("2021年度", 2021), ("FY2021", 2021),
        ("㋿3", 2021), ("令和3(2021)年度", 2021), ("r05", 2023), ("令和元年度", 2019), ("H31/R1", 2019), ("年\n度", None),
        ("令和4年3月末現在", 2021), ("令和3年4月1日現在", 2021), ("令和4年3月31日", 2021), ("令和3年度末", 2021),
        ("令和3年度（2022年度）", None), ("令和0", None), ("令和99", None), ("21", None), ("R3～R5", None), ("44287", None),
        ("2022-03-31", None), ("2021/22", None), ("元年", None),
    ],
)  # fmt: skip
def test_a_year_is_read_in_every_notation_or_refused(text, year):
    if year is None:
        with pytest.raises(ValueError):
            read_year(text)
    else:
        assert read_year(text).year == year


@pytest.mark.parametrize("text", ["R6.7.31", "2024年7月31日", "令和6年7月31日", "2024/7/31", "2024-07-31"])
def test_a_day_is_read_in_every_notation(text):
    assert read_day(text) == "2024-07-31"


# --- series


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["2021", "44.1"], ["2022", "0.478"], ["2023", "45.2"]], "百分率なら47.8と書く"),
        ([["2021", "44.1"], ["2022", "47.8"], ["2023", "45.2"]], ""),
        ([["2021", "0.2"], ["2022", "0.478"], ["2023", "45.2"]], ""),
    ],
)
def test_a_share_among_percentages_is_told_and_not_changed(rows, told, tiny_plan):
    folder = tiny_plan(observations=[], indicators=[{"unit": "%"}])
    found = notes_of(sent(folder, "ka.csv", [HEADER, *(["I-1", *row] for row in rows)]))
    assert any(told in note for note in found) if told else not any("桁が違う" in note for note in found)


def test_calendar_years_and_fiscal_years_never_stand_in_one_series(tiny_plan):
    rows = [HEADER, ["I-1", "2021年度", "44"], ["I-1", "2022年度", "45"], ["I-1", "2023年", "46"]]
    with pytest.raises(DataProblems) as caught:
        opened(sent(tiny_plan(observations=[]), "ka.csv", rows))
    assert "ka.csv 4行目" in str(caught.value) and "暦年" in str(caught.value)


# --- what an officer tried: nothing but a value of a year may become one

TALL = "指標ID,年度,値,単位\n"


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        ("指標ID,単位,R3,R5（見込）\nK1,人,1,2\n", None, "R5（見込）"),
        ("指標ID,単位,R3,R4（上期）\nK1,人,1,2\n", None, "R4（上期）"),
        ("指標ID,単位,R3,R8目標\nK1,人,1,2\n", {2021: 1}, "実績ではない"),
        ("指標ID,単位,R3,FY24\nK1,人,1,2\n", None, "FY24"),
        ("指標ID,単位,R3,\nK1,人,1,99\n", None, "見出しのない列"),
        ("指標ID,値,年度,R5\nK1,10,R5,1\nK2,20,R5,2\n", None, "両方がある"),
        ("（単位：千円）,,\n指標ID,年度,値\nK1,R6,1300\n", {2024: 1300}, "単位：千円"),
        ("指標ID,年度,値（千円）,単位\nK1,R5,10,円\n", None, "千円"),
        ("指標ID,年度,値（n=1200）\nK1,R5,10\n", None, "見出し「値」がない"),
        (TALL + "【高齢者】,R5,10,人\n", None, "【高齢者】"),
        (TALL + "（再掲）,R5,10,人\n", None, "再掲"),
        ("指標ID,年度,区分,区分値,値\nK1,R5,性別,計,22\n", None, "計"),
        (TALL + "K1,R5,12 100,人\n", {2023: 12100}, "空白"),
    ],
)
def test_what_is_not_certainly_the_value_of_a_year_is_refused_or_told(text, values, told, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    found = answer(path)
    assert {row["年度"]: row["値"] for row in found["records"]} == (values or {})
    assert (found["status"] == "accept") == (values is not None)
    assert any(told in sentence for sentence in found["notes"] + found["messages"]), found


@pytest.mark.parametrize(
    ("upper", "lower", "cells", "values"),
    [
        (["目標値", None], ["R4", "R5"], [15, 16], None),
        (["実績値", None], ["R4", "R5"], [10, 12], {2022: 10, 2023: 12}),
        (["目標", "実績"], ["R4", "R5"], [10, 12], {2023: 12}),
        (["目標", None, "実績"], ["R4", "R5", "R5"], [10, 12, 13], None),
        (["令和4年度", "令和4年度"], ["目標", "実績"], [10, 12], {2022: 12}),
        (["令和4年度", "令和4年度"], ["標本数", "値"], [300, 12], {2022: 12}),
    ],
)
def test_two_rows_of_headings_are_read_only_where_the_upper_one_is_understood(upper, lower, cells, values, tmp_path):
    rows = [["指標ID", "単位", *upper], [None, None, *lower], ["K1", "人", *cells]]
    found = answer(workbook_with(tmp_path / "a.xlsx", rows))
    assert {row["年度"]: row["値"] for row in found["records"]} == (values or {})
    assert (found["status"] == "accept") == (values is not None)


@pytest.mark.parametrize(
    ("number_format", "value", "unit", "read"),
    [
        ('0"千人"', 12, "人", None), ('"▲"0', 12, "人", None), ("#,##0,", 1234567, "千円", None), ('"約"0', 12, "人", None),
        (";;;", 12, "人", None), ('0.0"%"', 45.2, "人", None), ('0"人"', 12, "人", 12), ("#,##0_);(#,##0)", 6, "人", 6),
        ("#,##0;[Red]-#,##0", -6, "人", -6), ("0.0%", 0.452, "%", 45.2), ("[$¥-411]#,##0", 500, "円", 500),
    ],
)  # fmt: skip
def test_a_number_whose_format_shows_another_one_is_refused(number_format, value, unit, read, tmp_path):
    path = workbook_with(tmp_path / "a.xlsx", [[*HEADER, "単位"], ["K1", "R5", value, unit]])
    book = openpyxl.load_workbook(path)
    book.active["C2"].number_format = number_format
    book.save(path)
    found = answer(path)
    assert [row["値"] for row in found["records"]] == ([] if read is None else [read])


@pytest.mark.parametrize("font", [{"vertAlign": "superscript"}, {"strike": True}])
def test_a_number_with_a_part_struck_out_or_raised_is_refused(font, tmp_path):
    number = CellRichText("12", TextBlock(InlineFont(**font), "3"))
    found = answer(workbook_with(tmp_path / "a.xlsx", [HEADER, ["K1", "R5", number]]))
    assert found["status"] == "reject" and "C2" in found["messages"][0]


def test_an_identifier_keeps_its_letters(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("指標ID,年度,値\n①,R5,1\nＫ０１,R5,2\n㈱1,R5,3\nⅠ-1,R5,3\nI-1,R5,3\n", encoding="utf-8")
    assert [row["指標ID"] for row in answer(path)["records"]] == ["①", "K01", "㈱1", "Ⅰ-1", "I-1"]
