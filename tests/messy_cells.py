"""Files with one dirty cell: each stands in a CSV file and, as text, in a workbook, always in the third line."""

from __future__ import annotations

from collections.abc import Iterator

from messy_case import LETTERS, Case, accepted, as_book, as_csv, changed, either, refused, usual_records

# What the cell 年度 says: (kind, text, fiscal year).
YEARS_READ = [
    (33, "2021", 2021),
    (33, "２０２１", 2021),
    (33, "　2021 ", 2021),
    (33, "令和3年度", 2021),
    (33, "令和３", 2021),
    (33, "令和３年度", 2021),
    (33, "令和 3 年度", 2021),
    (33, "R3", 2021),
    (33, "Ｒ３", 2021),
    (33, "R.3", 2021),
    (33, "R3年度", 2021),
    (33, "r05", 2023),
    (33, "令3", 2021),
    (33, "2021年度", 2021),
    (33, "FY2021", 2021),
    (33, "㋿3", 2021),
    (33, "㋿３年度", 2021),
    (33, "㍻30年度", 2018),
    (33, "令和3(2021)年度", 2021),
    (33, "令和３（２０２１）年度", 2021),
    (33, "令和3年度（2021年度）", 2021),
    (33, "2021（令和3）年度", 2021),
    (33, "S63", 1988),
    (33, "昭和64年度", 1989),
    (34, "令和元年度", 2019),
    (34, "R元", 2019),
    (34, "R1", 2019),
    (34, "H31", 2019),
    (34, "平成31年度", 2019),
    (34, "令和元（2019）年度", 2019),
]
# (kind, text, fiscal year, flag): read, and told.
YEARS_NOTED = [
    (36, "平成32年度", 2020, None),
    (36, "H33", 2021, None),
    (36, "平成３５年度", 2023, None),
    (39, "令和4年3月末現在", 2021, None),
    (39, "令和3年3月末現在", 2020, None),
    (39, "令和3年4月1日現在", 2021, None),
    (39, "平成31年4月1日現在", 2019, None),
    (40, "2021年", 2021, "暦年"),
    (40, "令和3年", 2021, "暦年"),
    (40, "令和元年", 2019, "暦年"),
]
YEARS_REFUSED = [
    (35, "令和3年度（2022年度）"),
    (35, "令和3(2022)年度"),
    (35, "2021（令和4）年度"),
    (35, "平成31(2020)年度"),
    (37, "令和0"),
    (37, "令和99"),
    (37, "21"),
    (37, "R3～R5"),
    (37, "令和3～5年度"),
    (37, "2021-2022"),
    (37, "20211"),
    (37, "不明"),
    (37, ""),
    (38, "44287"),
    (38, "2022/3/31"),
    (38, "2021-04-01"),
    (38, "2022-03-31 00:00:00"),
]
# What the cell 値 says, the cell 単位 being empty: (kind, text, value).
NUMBERS_READ = [
    (41, "１２３４", 1234),
    (41, "１，２３４．５", 1234.5),
    (41, "1,234", 1234),
    (41, "1，234", 1234),
    (41, "12,345,678", 12345678),
    (41, "45．2", 45.2),
    (41, " 45.2 ", 45.2),
    (41, "　45.2　", 45.2),
    (41, "45.20", 45.2),
    (42, "▲1.5", -1.5),
    (42, "△1.5", -1.5),
    (42, "−1.5", -1.5),
    (42, "－1.5", -1.5),
    (42, "‐1.5", -1.5),
    (42, "-1.5", -1.5),
    (42, "▲ 1.5", -1.5),
    (42, "△　1.5", -1.5),
    (42, "▲1,234", -1234),
    (42, "－１．５", -1.5),
    (47, "45.2%", 45.2),
    (47, "45.2％", 45.2),
    (47, "４５．２ ％", 45.2),
    (49, "0", 0),
    (49, "0.0", 0),
    (49, "０", 0),
    (52, "45.2", 45.2),
    (55, "45.199999999999996", (45.2, 45.199999999999996)),
]
# (kind, text, unit, value, flag): read, and told.
NUMBERS_NOTED = [
    (44, "1,234①", "", 1234, None),
    (44, "1,234 ①", "", 1234, None),
    (44, "1,234¹", "", 1234, None),
    (44, "1234²", "", 1234, None),
    (44, "45.2³", "", 45.2, None),
    (44, "1,234※1", "", 1234, None),
    (44, "1,234※", "", 1234, None),
    (44, "1,234注1", "", 1234, None),
    (44, "1,234（注1）", "", 1234, None),
    (44, "1,234（速報）", "", 1234, "速報"),
    (44, "1,234(速報)", "", 1234, "速報"),
    (44, "45.2（速報）", "", 45.2, "速報"),
    (44, "1,234r", "", 1234, None),
    (44, "1,234p", "", 1234, (None, "速報")),
    (44, "1,234*", "", 1234, None),
    (44, "１，２３４＊", "", 1234, None),
    (46, "1,234人", "", 1234, None),
    (46, "1,234人", "人", 1234, None),
    (46, "１，２３４ 人", "人", 1234, None),
    (46, "3件", "件", 3, None),
    (46, "1,234千円", "千円", 1234, None),
]
# (kind, text, unit) that is no number, or not in this unit.
NUMBERS_REFUSED = [
    (43, "45,2", ""),
    (43, "1,23,456", ""),
    (43, "1,2345", ""),
    (43, "1,,234", ""),
    (43, "１，２３", ""),
    (43, "1,234,56", ""),
    (44, "1①2", ""),
    (45, "②", ""),
    (45, "⑫", ""),
    (45, "²", ""),
    (45, "½", ""),
    (45, "Ⅳ", ""),
    (46, "1,234千円", "円"),
    (46, "1,234円", "千円"),
    (46, "1,234人", "千円"),
    (46, "1,234人", "円"),
    (46, "45.2%", "人"),
    (51, "inf", ""),
    (51, "-Infinity", ""),
    (51, "nan", ""),
    (51, "1e999", ""),
    (51, "TRUE", ""),
    (51, "三十二", ""),
    (51, "40～45", ""),
    (51, "約1,200", ""),
    (51, "45。2", ""),
    (51, "=1+1", ""),
    (51, "45.2.1", ""),
    (51, "1/2", ""),
    (51, "1_000", ""),
    (51, "0x1F", ""),
    (51, "١٢٣", ""),
    (51, "１万", ""),
    (51, "1.2億", ""),
    (51, "<10", ""),
    (51, "1,200以上", ""),
    (51, "▲-1.5", ""),
    (51, "--1.5", ""),
    (51, "1-", ""),
    (54, "#DIV/0!", ""),
    (54, "#REF!", ""),
    (54, "#N/A", ""),
    (54, "#VALUE!", ""),
    (6, "45\ufffd2", ""),
]
# (text, class) for a number that is not there.
NUMBERS_MISSING = [
    ("…", "不詳"),
    ("...", "不詳"),
    ("不詳", "不詳"),
    ("皆無", "皆無"),
    ("***", "秘匿"),
    ("＊＊＊", "秘匿"),
    ("x", "秘匿"),
    ("X", "秘匿"),
    ("Ｘ", "秘匿"),
    ("秘匿", "秘匿"),
    ("調査なし", "未調査"),
    ("未調査", "未調査"),
    ("調査中止", "調査中止"),
    ("", None),
]
# A stroke alone is 皆無 in some legends: read so, and told.
STROKES = ["－", "‐", "-", "−", "　－　"]
# Words that say no number: rejected, or missing and told.
NUMBERS_UNKNOWN = ["集計中", "未定", "確認中", "後日報告"]
# Displayed names that must come back to the letter.
NAMES_KEPT = [
    (62, "①健康な㈱髙﨑～"),
    (62, "㌔㍑と℡の№１"),
    (70, "<script>alert(1)</script>"),
    (70, "<img src=x onerror=alert(1)>"),
    (70, "塩 & 糖 &amp; 脂"),
    (70, "<10人の集まり"),
    (71, "[様式](javascript:alert(1))"),
    (71, "朝食|昼食|夕食"),
    (71, "$x^2$ と `コード` と **太字**"),
    (72, "長" * 4000),
]
# Names that a spreadsheet takes for formulas.
NAMES_LIKE_FORMULAS = [
    "=SUM(A1:A9)",
    "+1歩の会",
    "-10歳運動",
    "@健康",
    "＝均等割",
    '=HYPERLINK("http://example.com","様式")',
]
# What the cell 指標ID says and what it means: (kind, text, id).
IDS_READ = [
    (58, "Ｋ０３", "K03"),
    (58, "ｋ０３", "k03"),
    (58, "001", "001"),
    (58, "K1", "K1"),
    (58, "NA", "NA"),
    (58, "R1", "R1"),
    (58, "null", "null"),
    (58, "nan", "nan"),
    (58, "TRUE", "TRUE"),
    (58, "1e5", "1e5"),
    (58, " K03 ", "K03"),
]
# An id with characters that nobody sees.
IDS_UNSEEN = ["K\u200b03", "\u202eK03", "K03\u2060", "\u200fK03\u200e", "K\ufeff03", "\u2066K03\u2069"]
IDS_REFUSED = [(28, ""), (28, "合計"), (28, "計"), (28, "小計"), (28, "合　計")]


def _places(columns: tuple[str, ...], *, workbook: bool) -> str:
    return "|".join(f"{LETTERS[column]}3" for column in columns) if workbook else "3行目"


class _Cells:
    """Cases of one theme, numbered, each in both file types."""

    def __init__(self, theme: str, *columns: str) -> None:
        self.theme, self.columns, self.count = theme, columns, 0

    def both(
        self, kind: int, cells: dict[str, object], answer: str, *, told: str = "", **means: object
    ) -> Iterator[Case]:
        """One dirty row in a CSV file and in a workbook; `told` is what the sentence must say beside the place.

        answer: accept, note (accept and tell), either (reject, or accept and tell), open (reject or accept), reject.
        """
        self.count += 1
        for workbook in (False, True):
            ending = "xlsx" if workbook else "csv"
            name = f"{self.theme}-{kind}-{self.count:02d}.{ending}"
            content = as_book(changed(**cells)) if workbook else as_csv(changed(**cells))
            sentence = f"{_places(self.columns, workbook=workbook)} {told}".strip()
            about = repr({column: str(cell)[:60] for column, cell in cells.items()})
            if answer == "reject":
                yield refused(name, kind, content, sentence, about=about)
                continue
            make = accepted if answer in {"accept", "note"} else either
            notes = () if answer in {"accept", "open"} else (sentence,)
            yield make(name, kind, content, usual_records(workbook=workbook, **means), *notes, about=about)


def _years() -> Iterator[Case]:
    cells = _Cells("year", "年度")
    for kind, text, year in YEARS_READ:
        yield from cells.both(kind, {"年度": text}, "accept", 年度=year)
    for kind, text, year, flag in YEARS_NOTED:
        yield from cells.both(kind, {"年度": text}, "note", 年度=year, 旗=flag)
    for kind, text in YEARS_REFUSED:
        yield from cells.both(kind, {"年度": text}, "reject", told="年度")


def _numbers() -> Iterator[Case]:
    cells, with_units = _Cells("number", "値"), _Cells("unit", "値", "単位")
    for kind, text, value in NUMBERS_READ:
        yield from cells.both(kind, {"値": text}, "accept", 値=value)
    yield from cells.both(47, {"値": "45.2%", "単位": "%"}, "accept", 値=45.2, 単位="%")
    yield from cells.both(47, {"値": "45.2％", "単位": "％"}, "accept", 値=45.2)
    for kind, text, unit, value, flag in NUMBERS_NOTED:
        yield from with_units.both(kind, {"値": text, "単位": unit}, "note", 値=value, 旗=flag)
    for kind, text, unit in NUMBERS_REFUSED:
        yield from with_units.both(kind, {"値": text, "単位": unit}, "reject", told="値|単位")
    yield from cells.both(73, {"値": "45.2\u200b"}, "open", 値=45.2)


def _missing() -> Iterator[Case]:
    cells = _Cells("missing", "値")
    for text, missing in NUMBERS_MISSING:
        yield from cells.both(49, {"値": text}, "accept", 値=None, 欠測=missing)
    for text in STROKES:
        yield from cells.both(49, {"値": text}, "note", told="皆無", 値=None, 欠測="皆無")
    for text in NUMBERS_UNKNOWN:
        yield from cells.both(50, {"値": text}, "either", 値=None, 欠測=(None, "不詳"))


def _names() -> Iterator[Case]:
    cells = _Cells("name", "指標名")
    for kind, text in NAMES_KEPT:
        yield from cells.both(kind, {"指標名": text}, "accept", 指標名=text)
    for text in NAMES_LIKE_FORMULAS:
        yield from cells.both(69, {"指標名": text}, "note", 指標名=text)
    yield from cells.both(72, {"指標名": "長" * 4001}, "reject", told="4,000|4000|４０００|長")
    yield from cells.both(72, {"指標名": "長" * 32000}, "reject", told="4,000|4000|４０００|長")
    yield from cells.both(6, {"指標名": "満足して\ufffdる人"}, "either", 指標名="満足して\ufffdる人")


def _ids() -> Iterator[Case]:
    cells = _Cells("id", "指標ID")
    for kind, text, meant in IDS_READ:
        yield from cells.both(kind, {"指標ID": text}, "accept", 指標ID=meant)
    for text in IDS_UNSEEN:
        yield from cells.both(73, {"指標ID": text}, "either", 指標ID="K03")
    for kind, text in IDS_REFUSED:
        yield from cells.both(kind, {"指標ID": text}, "reject")
    yield from cells.both(59, {"指標ID": "2024/1/2"}, "either", 指標ID="2024/1/2")


CELL_CASES = [*_years(), *_numbers(), *_missing(), *_names(), *_ids()]
