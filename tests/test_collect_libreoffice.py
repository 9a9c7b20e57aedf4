"""A collection workbook that was filled in and saved by a real LibreOffice comes back complete."""

from __future__ import annotations

import shutil
import subprocess

import openpyxl
import pytest
from commands import plain_environment

from planeval.delivery.doors import open_plan
from planeval.intake.collecting import collect
from planeval.trust.workbook import load_workbook
from planeval.words.collecting import REFERENCE, WORDS_SHEET

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")

# What an officer types, by sheet, row and heading.
TYPED = {
    ("実績値", 2, "値"): 45.25,
    ("実績値", 2, "標本数"): 1200,
    ("実績値", 2, "旗"): "速報、見込み",
    ("実績値", 2, "備考"): "1-2",
    ("実績値", 3, "値"): 0,
    ("実績値", 4, "欠測"): "未調査",
    ("質的評価", 2, "質的評価"): "一行目\n二行目",
    ("質的評価", 3, "次の取組"): "＝続ける",
    ("事業の年度", 2, "決算額(千円)"): 1234567,
    ("事業の年度", 2, "今後の方向"): "改善",
    ("事業の年度", 2, "期限"): "R7.3",
    ("所管課の評価", 2, "評価"): "B*",
}


@pytest.fixture
def returned(tiny_plan, tmp_path):
    """The workbook as it was filled in, and as LibreOffice gives it back."""
    folder = tiny_plan(
        indicators=[{"indicator_id": "001", "indicator_name": "=1+2", "department": "福祉課"}],
        observations=[{"indicator_id": "001", "fiscal_year": 2020, "value": 40}],
        projects=[{"project_id": "1-2", "project_name": "-見守り", "department": "福祉課"}],
    )
    (path,) = collect(load_workbook("machi", folder.parent), "first", tmp_path / "out")
    book = openpyxl.load_workbook(path)
    for (sheet, row, heading), value in TYPED.items():
        book[sheet].cell(row, _column(book[sheet], heading)).value = value
    book.save(path)
    profile = (tmp_path / "profile").as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    command += ["--outdir", tmp_path / "back", path]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=240, env=plain_environment(), check=False
    )
    assert (tmp_path / "back" / path.name).is_file(), done.stdout + done.stderr
    (folder / "observations" / path.name).write_bytes((tmp_path / "back" / path.name).read_bytes())
    return openpyxl.load_workbook(path), openpyxl.load_workbook(tmp_path / "back" / path.name)


def _column(sheet, heading):
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def _values(sheet):
    return [[cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_every_cell_comes_back_as_it_was_typed_or_given(returned):
    sent, back = returned
    assert back.sheetnames == sent.sheetnames
    for sheet in sent:
        assert _values(back[sheet.title]) == _values(sheet), sheet.title
    for (sheet, row, heading), value in TYPED.items():
        assert back[sheet].cell(row, _column(back[sheet], heading)).value == value


def test_identifiers_and_what_looks_like_a_formula_or_a_date_are_still_text(returned):
    _, back = returned
    for sheet, row, heading, value in (
        ("実績値", 2, "指標ID", "001"), ("実績値", 2, "指標名", "=1+2"), ("事業の年度", 2, "事業ID", "1-2"),
        ("事業の年度", 2, f"{REFERENCE}事業名", "-見守り"), ("事業の年度", 2, "期限", "R7.3"), ("実績値", 2, "備考", "1-2"),
    ):  # fmt: skip
        cell = back[sheet].cell(row, _column(back[sheet], heading))
        assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@"), heading


def test_protection_drop_downs_and_the_hidden_words_outlive_the_saving(returned):
    _, back = returned
    sheet = back["実績値"]
    assert sheet.protection.sheet and back[WORDS_SHEET].sheet_state == "hidden"
    assert sheet.cell(2, _column(sheet, "指標ID")).protection.locked
    assert not sheet.cell(2, _column(sheet, "値")).protection.locked
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert {"list", "decimal"} <= kinds and not sheet.merged_cells.ranges


def test_dropped_into_the_plan_it_is_read_complete_and_nothing_else_is(returned, tmp_path):
    workbook = open_plan("machi", tmp_path / "data")
    seen = workbook["observations"].set_index("fiscal_year")
    assert seen["value"].dropna().to_dict() == {2020: 40, 2021: 45.25, 2022: 0}
    assert seen.loc[2021, ["sample_size", "flags", "remark"]].tolist() == [1200, "provisional、estimate", "1-2"]
    assert seen["missing"].to_dict()[2023] == "not_surveyed"
    texts = workbook["narratives"].set_index("target_id")
    assert texts["narrative"].tolist()[0] == "一行目\n二行目" and len(texts) == 2
    (year,) = workbook["project_years"].to_dict("records")
    assert (year["project_id"], year["spending"], year["decision"], year["due"]) == ("1-2", 1234567, "improve", "R7.3")
    (rating,) = workbook["department_ratings"].to_dict("records")
    assert (rating["target_id"], rating["rating"]) == ("001", "B*")
    assert [str(note) for note in workbook.notes if "福祉課" in note.place.file and "読まない" in note.found] == []
