"""A collection workbook that was filled in and saved by a real LibreOffice comes back complete."""

from __future__ import annotations

import shutil
import subprocess

import openpyxl
import pytest

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
    done = subprocess.run(
        [*command, "--outdir", tmp_path / "back", path], capture_output=True, encoding="utf-8", timeout=240, check=False
    )
    assert (tmp_path / "back" / path.name).is_file(), done.stdout + done.stderr
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
