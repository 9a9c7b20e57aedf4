"""Workbooks as departments send them: merged, hidden, struck-out, percent-formatted, with formulas and second sheets."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from messy_case import (
    HEADER,
    IN_BOOK,
    ROWS,
    SHEET_XML,
    STRINGS_XML,
    TABLE,
    Case,
    Change,
    Record,
    accepted,
    as_book,
    changed,
    either,
    put,
    record,
    refused,
    usual_records,
)
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

SHORT = ["指標ID", "年度", "値"]
WHOLE = {"told_of_the_file": True}
SERIES = [SHORT, ["K01", 2020, 44.1], ["K01", 2021, 45.2], ["K01", 2022, 46.3]]
IN_SERIES = [record("K01", 2020, 44.1, "C2"), record("K01", 2021, 45.2, "C3"), record("K01", 2022, 46.3, "C4")]


def dirty(**means: object) -> list[Record]:
    """What the usual table gives, its second row meaning something else."""
    return usual_records(workbook=True, **means)


def with_cell(address: str, content: object, number_format: str = "") -> Change:
    """A sheet with one cell replaced."""

    def change(sheet: Worksheet) -> None:
        sheet[address] = content
        if number_format:
            sheet[address].number_format = number_format

    return change


def with_merge(area: str) -> Change:
    """A sheet with a merged area; the merge keeps only its first cell."""
    return lambda sheet: sheet.merge_cells(area)


def with_sheet(title: str, rows: list[list[object]], state: str = "visible") -> Change:
    """A workbook with a second sheet."""

    def change(sheet: Worksheet) -> None:
        second = sheet.parent.create_sheet(title)
        put(second, rows)
        second.sheet_state = state

    return change


def _first_sheet_hidden(sheet: Worksheet) -> None:
    put(sheet.parent.create_sheet("提出用"), TABLE)
    sheet.sheet_state = "hidden"
    sheet.parent.active = 1


def _hidden_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def _hidden_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["D"].hidden = True


def _autofilter(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:F4"
    sheet.auto_filter.add_filter_column(0, ["K01", "K02"])
    sheet.row_dimensions[3].hidden = True


def _struck_out(sheet: Worksheet) -> None:
    for cell in sheet[3]:
        cell.font = Font(strike=True)


def _value_struck_out(sheet: Worksheet) -> None:
    sheet["D3"].font = Font(strike=True)


def _red(sheet: Worksheet) -> None:
    sheet["D3"].font = Font(color="FFFF0000")
    sheet["D4"].fill = PatternFill("solid", fgColor="FFFFFF00")


def _comment(sheet: Worksheet) -> None:
    sheet["D3"].comment = Comment("この値は速報。9月に 46.0 へ訂正予定", "担当者")


def _stray_space(sheet: Worksheet) -> None:
    sheet.cell(1_048_576, 1, " ")


def _stray_corner(sheet: Worksheet) -> None:
    sheet.cell(1_048_576, 16_384, " ")


def _formatted_far_below(sheet: Worksheet) -> None:
    for row in range(5, 400):
        sheet.cell(row, 8).number_format = "0.0"


def _two_row_header(sheet: Worksheet) -> None:
    for area in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(area)


def _titled_and_merged(sheet: Worksheet) -> None:
    sheet.merge_cells("A1:F1")


TITLED = [["令和3年度　健康づくり計画　実績報告"], ["作成日：令和4年5月1日", "", "", "", "所管：健康課"], []]
NOTED = [[], ["注）速報値を含む。"], ["※　端数を四捨五入している。"], ["出典：市民意識調査（令和3年度）"]]
BELOW_TITLE = [row | {"セル": f"D{5 + place}", "行": 5 + place} for place, row in enumerate(IN_BOOK)]
TWO_ROW_HEADER = [
    ["指標ID", "年度", "実績", "", "備考"],
    ["", "", "値", "単位", ""],
    ["K01", 2020, 44.1, "%"],
    ["K02", 2021, 1234, "件"],
]
WIDE = [
    ["指標ID", "指標名", "単位", "令和2年度", "令和3年度"],
    ["K01", "健診受診率", "%", 44.1, 45.2],
    ["K02", "相談件数", "件", 1200, "1,234"],
]
IN_WIDE = [
    record("K01", 2020, 44.1, "D2"),
    record("K01", 2021, 45.2, "E2"),
    record("K02", 2020, 1200, "D3"),
    record("K02", 2021, 1234, "E3"),
]
LAYOUT = [
    accepted("plain.xlsx", 23, as_book(), IN_BOOK),
    accepted(
        "header-full-width.xlsx",
        21,
        as_book([["指標ＩＤ", "年　度", "指標名", "値", "単　位", "備　考"], *ROWS]),
        IN_BOOK,
    ),
    accepted(
        "header-broken.xlsx",
        21,
        as_book([["指標\nID", "年\n度", "指標名", " 値 ", "単\r\n位", "備考"], *ROWS]),
        IN_BOOK,
    ),
    refused("no-value-column.xlsx", 22, as_book([[*row[:3], *row[4:]] for row in TABLE]), "値", **WHOLE),
    refused("year-column-twice.xlsx", 22, as_book([[*row, row[1]] for row in TABLE]), "年度", **WHOLE),
    refused("empty-sheet.xlsx", 8, as_book([]), "空|見出し|表|中身", **WHOLE),
    refused("header-only.xlsx", 8, as_book([HEADER]), "行|実績値|データ", **WHOLE),
    accepted("trailing-blanks.xlsx", 19, as_book(TABLE, _formatted_far_below), IN_BOOK),
    accepted("blank-cells-of-spaces.xlsx", 19, as_book([*TABLE, ["　", " ", "", "", " ", ""]]), IN_BOOK),
    accepted("line-break-in-a-cell.xlsx", 20, as_book(changed(備考="速報。\n確定は9月")), IN_BOOK),
    accepted(
        "title-and-notes.xlsx",
        24,
        as_book([*TITLED, *TABLE, *NOTED]),
        BELOW_TITLE,
        "A1|1行|1～|1〜|1から",
        "A9|A10|A11|9行|10行|11行",
    ),
    accepted(
        "title-merged.xlsx", 24, as_book([*TITLED, *TABLE], _titled_and_merged), BELOW_TITLE, "A1|1行|1～|1〜|1から"
    ),
    accepted(
        "table-off-the-corner.xlsx",
        24,
        as_book([["", "", *row] for row in [[], *TABLE]]),
        [row | {"セル": f"F{3 + place}", "行": 3 + place} for place, row in enumerate(IN_BOOK)],
    ),
    accepted(
        "two-row-header.xlsx",
        25,
        as_book(TWO_ROW_HEADER, _two_row_header),
        [record("K01", 2020, 44.1, "C3"), record("K02", 2021, 1234, "C4")],
        "見出し|2行|1行|A1|C1",
    ),
    accepted("wide-years.xlsx", 26, as_book(WIDE), IN_WIDE, "年度|年|横", **WHOLE),
    accepted(
        "wide-years-titled.xlsx",
        (26, 24),
        as_book([["実績一覧"], *WIDE]),
        [
            row | {"セル": f"{str(row['セル'])[0]}{int(str(row['行'])) + 1}", "行": int(str(row["行"])) + 1}
            for row in IN_WIDE
        ],
        **WHOLE,
    ),
    accepted(
        "wide-years-blank.xlsx",
        26,
        as_book([*WIDE, ["K09", "苦情の件数", "件", "", 3]]),
        [*IN_WIDE, record("K09", 2021, 3, "E4")],
        blanks_may_vanish=True,
        **WHOLE,
    ),
    refused("wide-years-unreadable.xlsx", (26, 53), as_book(WIDE, with_cell("E3", "=SUM(D2:D3)")), "E3"),
    accepted("ids-merged.xlsx", 27, as_book(SERIES, with_merge("A2:A4")), IN_SERIES, "A2|A3|A4"),
    accepted(
        "ids-merged-twice.xlsx",
        27,
        as_book(
            [SHORT, ["K01", 2020, 1], ["", 2021, 2], ["K02", 2020, 3], ["", 2021, 4]],
            lambda sheet: (sheet.merge_cells("A2:A3"), sheet.merge_cells("A4:A5")),
        ),
        [record("K01", 2020, 1), record("K01", 2021, 2), record("K02", 2020, 3), record("K02", 2021, 4)],
        "A2|A3",
        "A4|A5",
    ),
    refused("values-merged.xlsx", 27, as_book(SERIES, with_merge("C2:C3")), "C2|C3"),
    refused(
        "ids-missing-without-merge.xlsx",
        28,
        as_book([SHORT, ["K01", 2020, 1], ["", 2021, 2], ["", 2022, 3]]),
        "A3",
        "A4",
    ),
    refused(
        "id-missing-below-a-merge.xlsx",
        (27, 28),
        as_book([SHORT, ["K01", 2020, 1], ["", 2021, 2], ["", 2022, 3]], with_merge("A2:A3")),
        "A4",
    ),
    refused("total-row.xlsx", 28, as_book([*TABLE, ["合　計", "", "", 1323.3]]), "A5|D5|5行"),
    refused("two-visible-sheets.xlsx", 29, as_book(TABLE, with_sheet("控え", TABLE)), "控え", **WHOLE),
    refused(
        "two-visible-sheets-other-values.xlsx",
        29,
        as_book(TABLE, with_sheet("最終版", changed(値=46.2))),
        "最終版 報告",
        **WHOLE,
    ),
    accepted(
        "guide-sheet-beside.xlsx",
        29,
        as_book(TABLE, with_sheet("記入要領", [["この表の書き方"], ["値は半角の数字で書く。"]])),
        IN_BOOK,
    ),
    accepted(
        "blank-sheets-beside.xlsx",
        29,
        as_book(TABLE, lambda sheet: [sheet.parent.create_sheet(f"Sheet{number}") for number in (2, 3)]),
        IN_BOOK,
    ),
    accepted("hidden-row.xlsx", 30, as_book(TABLE, _hidden_row), IN_BOOK, "3"),
    accepted("hidden-column.xlsx", 30, as_book(TABLE, _hidden_column), IN_BOOK, "D|値"),
    accepted("autofilter.xlsx", 30, as_book(TABLE, _autofilter), IN_BOOK, "3"),
    accepted("hidden-sheet.xlsx", 30, as_book(TABLE, with_sheet("旧版", changed(値=99.9), "hidden")), IN_BOOK, "旧版"),
    accepted(
        "very-hidden-sheet.xlsx",
        30,
        as_book(TABLE, with_sheet("旧版", changed(値=99.9), "veryHidden")),
        IN_BOOK,
        "旧版",
    ),
    accepted(
        "first-sheet-hidden.xlsx",
        30,
        as_book(changed(値=99.9), _first_sheet_hidden),
        [row | {"シート": "提出用"} for row in IN_BOOK],
        "報告",
    ),
    accepted("row-struck-out.xlsx", 31, as_book(TABLE, _struck_out), IN_BOOK, "A3|B3|C3|D3|3行"),
    accepted("value-struck-out.xlsx", 31, as_book(TABLE, _value_struck_out), IN_BOOK, "D3"),
    accepted("red-and-yellow.xlsx", 31, as_book(TABLE, _red), IN_BOOK),
    accepted("comment.xlsx", 31, as_book(TABLE, _comment), IN_BOOK),
    refused("two-tables-side-by-side.xlsx", 32, as_book([[*row, "", *row] for row in TABLE]), "表|指標ID", **WHOLE),
    refused("two-tables-below.xlsx", 32, as_book([*TABLE, [], *TABLE]), "6", **WHOLE),
    refused("two-tables-below-without-a-gap.xlsx", 32, as_book([*TABLE, *TABLE]), "5", **WHOLE),
    accepted("stray-space-in-the-last-row.xlsx", 13, as_book(TABLE, _stray_space), IN_BOOK),
    either("stray-space-in-the-last-corner.xlsx", 13, as_book(TABLE, _stray_corner), IN_BOOK, **WHOLE),
    refused(
        "many-errors.xlsx",
        75,
        as_book(
            [HEADER, ["K01", 20, "", 1], ["K02", 2021, "", "45,2"], ["", 2021, "", 3], ["K04", "令和0", "", "約10"]]
        ),
        "B2",
        "D3",
        "A4",
        "B5",
        "D5",
    ),
    accepted("row-twice.xlsx", 57, as_book([*TABLE, ROWS[1]]), IN_BOOK, "3 5"),
    refused("row-twice-other-value.xlsx", 57, as_book([*TABLE, [*ROWS[1][:3], 46.2]]), "3 5"),
    refused("ids-collide.xlsx", (57, 58), as_book([SHORT, ["K01", 2021, 1], ["Ｋ０１", 2021, 2]]), "2 3"),
    either(
        "units-differ-between-years.xlsx",
        60,
        as_book([[*SHORT, "単位"], ["K01", 2020, 1200, "千円"], ["K01", 2021, 1234000, "円"]]),
        [record("K01", 2020, 1200, "C2", 単位="千円"), record("K01", 2021, 1234000, "C3", 単位="円")],
        "3",
    ),
    accepted(
        "name-changed.xlsx",
        61,
        as_book([[*SHORT, "指標名"], ["K01", 2020, 1, "健診受診率"], ["K01", 2021, 2, "健康診断の受診率"]]),
        [record("K01", 2020, 1, "C2", 指標名="健診受診率"), record("K01", 2021, 2, "C3", 指標名="健康診断の受診率")],
        "3",
    ),
]


def _with_cache(address: str, cached: str, kind: str = "") -> dict:
    """The formula in a cell with the result that Excel had stored beside it."""
    types = f' t="{kind}"' if kind else ""

    def edit(xml: str) -> str:
        return re.sub(
            rf'<c r="{address}"([^>]*?)(?: t="\w+")?><f>(.*?)</f><v ?/?>(?:</v>)?</c>',
            rf'<c r="{address}"\1{types}><f>\2</f><v>{cached}</v></c>',
            xml,
        )

    return {SHEET_XML: edit}


def _with_phonetics(xml: str) -> str:
    reading = '<rPh sb="0" eb="2"><t>マンゾク</t></rPh><rPh sb="6" eb="7"><t>ヒト</t></rPh><phoneticPr fontId="1"/>'
    return xml.replace("<t>満足している人の割合</t>", f"<t>満足している人の割合</t>{reading}")


def _with_phonetic_header(xml: str) -> str:
    return xml.replace("<t>年度</t>", '<t>年度</t><rPh sb="0" eb="2"><t>ネンド</t></rPh><phoneticPr fontId="1"/>')


def _with_runs(xml: str) -> str:
    runs = "<r><t>満足</t></r><r><rPr><b/></rPr><t>している人の割合</t></r>"
    return xml.replace("<t>満足している人の割合</t>", f'{runs}<rPh sb="0" eb="2"><t>マンゾク</t></rPh>')


def _with_note_above(xml: str) -> str:
    """1,234 with a raised 1 as a note mark: two runs of one string."""
    return xml.replace("<t>1,234X</t>", '<r><t>1,234</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>①</t></r>')


def _a_hair_off(xml: str) -> str:
    """Numbers as Excel stores the outcome of a division."""
    return xml.replace("<v>45.2</v>", "<v>45.199999999999996</v>").replace("<v>0.3</v>", "<v>0.30000000000000004</v>")


FORMULA = with_cell("D3", "=44.1+1.1")
CELLS = [
    refused("year-as-serial.xlsx", 38, as_book(changed(年度=44287)), "B3 年度"),
    refused("year-as-date.xlsx", 38, as_book(changed(年度=date(2022, 3, 31))), "B3 年度"),
    refused("year-as-first-of-april.xlsx", 38, as_book(changed(年度=datetime(2021, 4, 1))), "B3 年度"),
    refused(
        "year-shown-as-era.xlsx", 38, as_book(TABLE, with_cell("B3", date(2022, 3, 31), '[$-411]ggge"年度"')), "B3 年度"
    ),
    refused("year-with-a-fraction.xlsx", 37, as_book(changed(年度=2021.5)), "B3 年度"),
    accepted(
        "year-as-a-decimal.xlsx",
        33,
        as_book(TABLE, None, {SHEET_XML: lambda xml: xml.replace("<v>2021</v>", "<v>2021.0</v>")}),
        IN_BOOK,
    ),
    accepted("value-percent-format.xlsx", 47, as_book(TABLE, with_cell("D3", 0.452, "0.0%")), dirty(値=45.2), "D3"),
    accepted(
        "value-percent-format-whole.xlsx",
        47,
        as_book(changed(単位="%"), with_cell("D3", 0.45, "0%")),
        dirty(値=45),
        "D3",
    ),
    accepted(
        "value-percent-format-long.xlsx",
        47,
        as_book(changed(単位="%"), with_cell("D3", 0.07, "0.00%")),
        dirty(値=7),
        "D3",
    ),
    accepted(
        "value-share-among-percents.xlsx",
        48,
        as_book([*SERIES[:3], ["K01", 2022, 0.478]]),
        [*IN_SERIES[:2], record("K01", 2022, 0.478, "C4")],
        "C4",
    ),
    accepted(
        "value-with-thousands-format.xlsx", 41, as_book(TABLE, with_cell("D3", 1234567, '#,##0"人"')), dirty(値=1234567)
    ),
    accepted("value-negative-format.xlsx", 42, as_book(TABLE, with_cell("D3", -1.5, '0.0;"▲ "0.0')), dirty(値=-1.5)),
    refused("value-true.xlsx", 51, as_book(changed(値=True)), "D3 値"),
    refused("value-as-date.xlsx", 51, as_book(changed(値=date(2021, 4, 5))), "D3 値"),
    refused("value-as-time.xlsx", 51, as_book(changed(値=time(1, 30))), "D3 値"),
    accepted("numbers-as-text.xlsx", 52, as_book([HEADER, *([str(cell) for cell in row] for row in ROWS)]), IN_BOOK),
    refused("formula-never-computed.xlsx", 53, as_book(TABLE, FORMULA), "D3"),
    refused("formula-in-an-id-never-computed.xlsx", 53, as_book(TABLE, with_cell("A3", '="K"&"03"')), "A3"),
    refused(
        "two-formulas-never-computed.xlsx",
        (53, 75),
        as_book(TABLE, lambda sheet: (FORMULA(sheet), with_cell("D4", "=D3*2")(sheet))),
        "D3",
        "D4",
    ),
    accepted("formula-computed.xlsx", 53, as_book(TABLE, FORMULA, _with_cache("D3", "45.2")), IN_BOOK),
    accepted("formula-computed-to-text.xlsx", 53, as_book(TABLE, FORMULA, _with_cache("D3", "45.2", "str")), IN_BOOK),
    refused(
        "formula-divided-by-zero.xlsx", 54, as_book(TABLE, FORMULA, _with_cache("D3", "#DIV/0!", "e")), "D3 #DIV/0!"
    ),
    refused("formula-lost-its-cell.xlsx", 54, as_book(TABLE, FORMULA, _with_cache("D3", "#REF!", "e")), "D3 #REF!"),
    refused("error-typed-in.xlsx", 54, as_book(TABLE, with_cell("D3", "#N/A")), "D3 #N/A"),
    refused("error-in-a-year.xlsx", 54, as_book(TABLE, with_cell("B3", "#NAME?")), "B3"),
    refused("error-in-an-id.xlsx", 54, as_book(TABLE, with_cell("A3", "#REF!")), "A3"),
    accepted("value-a-hair-off.xlsx", 55, as_book(TABLE, None, {SHEET_XML: _a_hair_off}), IN_BOOK),
    accepted("value-sum-of-tenths.xlsx", 55, as_book(changed(値=0.3), None, {SHEET_XML: _a_hair_off}), dirty(値=0.3)),
    either("id-shown-with-zeros.xlsx", 59, as_book(TABLE, with_cell("A3", 1, "000")), dirty(指標ID="001"), "A3"),
    refused("id-as-date.xlsx", 59, as_book(TABLE, with_cell("A3", date(2024, 1, 2), "m-d")), "A3"),
    refused("id-shown-as-date.xlsx", 59, as_book(TABLE, with_cell("A3", datetime(2024, 1, 2), 'm"月"d"日"')), "A3"),
    refused(
        "name-from-a-formula.xlsx",
        (53, 69),
        as_book(TABLE, with_cell("C3", '=HYPERLINK("http://example.com","様式")')),
        "C3",
    ),
    accepted(
        "note-mark-raised.xlsx",
        44,
        as_book(changed(値="1,234X"), None, {STRINGS_XML: _with_note_above}),
        dirty(値=1234),
        "D3",
    ),
    accepted(
        "phonetic-name.xlsx",
        74,
        as_book(TABLE, None, {STRINGS_XML: _with_phonetics}),
        dirty(指標名="満足している人の割合"),
    ),
    accepted("phonetic-header.xlsx", 74, as_book(TABLE, None, {STRINGS_XML: _with_phonetic_header}), IN_BOOK),
    accepted(
        "phonetic-in-runs.xlsx",
        74,
        as_book(TABLE, None, {STRINGS_XML: _with_runs}),
        dirty(指標名="満足している人の割合"),
    ),
]

XLSX_CASES: list[Case] = [*LAYOUT, *CELLS]
