"""CSV files as departments send them: encodings, broken lines, titles and notes around the table, wide years."""

from __future__ import annotations

from pathlib import Path

from messy_case import (
    HEADER,
    IN_CSV,
    ROWS,
    TABLE,
    Case,
    Record,
    accepted,
    as_csv,
    changed,
    either,
    record,
    refused,
    usual_records,
    with_rows,
)

PLAIN = as_csv(TABLE, encoding="utf-8")
# Characters that cp932 knows and shift_jis does not.
NEC = changed(指標名="①健康な㈱髙﨑～")
NEC_RECORDS = usual_records(workbook=False, 指標名="①健康な㈱髙﨑～")
WHOLE = {"told_of_the_file": True}
BLANK = [""] * 6
# The usual table with years as columns.
WIDE = [
    ["指標ID", "指標名", "単位", "令和2年度", "令和3年度"],
    ["K01", "健康診断の受診率", "%", 44.1, 45.2],
    ["K02", "相談件数", "件", 1200, 1234],
]
WIDE_RECORDS = [("K01", 2020, 44.1), ("K01", 2021, 45.2), ("K02", 2020, 1200), ("K02", 2021, 1234)]
# A short table for cases about two rows of one indicator.
SHORT = ["指標ID", "年度", "値"]


def short(*rows: list[object]) -> bytes:
    """A CSV file with id, year and value only."""
    return as_csv([SHORT, *rows])


def _utf16(order: str) -> bytes:
    mark = b"\xff\xfe" if order == "le" else b"\xfe\xff"
    return mark + as_csv(TABLE, encoding=f"utf-16-{order}", separator="\t")


def _raw(text: str) -> bytes:
    """A file exactly as written here, its first line being the usual header."""
    return ("\ufeff" + ",".join(HEADER) + "\r\n" + text).encode("utf-8")


def _write_huge(path: Path) -> None:
    """A 101 MB file of honest rows, written piece by piece."""
    with path.open("wb") as file:
        file.write(as_csv([SHORT]))
        for start in range(0, 5_000_000, 100_000):
            lines = (f"K{number:07d},2021,45.25\r\n" for number in range(start, start + 100_000))
            file.write("".join(lines).encode("ascii"))


ENCODINGS = [
    accepted("cp932.csv", (1, 62), as_csv(NEC, encoding="cp932"), NEC_RECORDS),
    accepted("cp932-unix-lines.csv", 1, as_csv(NEC, encoding="cp932", newline="\n"), NEC_RECORDS),
    accepted("utf8-with-mark.csv", 2, as_csv(TABLE), IN_CSV),
    accepted("utf8-with-mark-quoted-header.csv", 2, as_csv(TABLE, quoting=1), IN_CSV),
    accepted("utf8-without-mark.csv", 2, PLAIN, IN_CSV),
    either("unicode-text-little-endian.csv", 3, _utf16("le"), IN_CSV, **WHOLE),
    either("unicode-text-big-endian.csv", 3, _utf16("be"), IN_CSV, **WHOLE),
    either("unicode-text.txt", 3, _utf16("le"), IN_CSV, **WHOLE),
    accepted("euc-jp.csv", 4, as_csv(TABLE, encoding="euc_jp"), IN_CSV, "文字コード|EUC", **WHOLE),
    accepted("euc-jp-one-row.csv", 4, as_csv(TABLE[:2], encoding="euc_jp"), IN_CSV[:1], "文字コード|EUC", **WHOLE),
    accepted(
        "euc-jp-also-cp932.csv",
        4,
        as_csv([SHORT, ["K01", 2021, 45.2]], "euc_jp"),
        [record("K01", 2021, 45.2, 2)],
        "文字コード|EUC",
        **WHOLE,
    ),
    either("iso-2022-jp.csv", 4, as_csv(TABLE, encoding="iso2022_jp"), IN_CSV, **WHOLE),
    refused("cp932-then-utf8.csv", 5, as_csv(TABLE[:2], "cp932") + as_csv(TABLE[2:], "utf-8"), "1行目|3行目"),
    refused("utf8-then-cp932.csv", 5, as_csv(TABLE[:3], "utf-8") + as_csv(TABLE[3:], "cp932"), "1行目|4行目"),
    either("question-diamonds.csv", 6, as_csv(changed(指標名="\ufffd\ufffd\ufffd")), IN_CSV, "3行目", **WHOLE),
    refused("question-diamonds-in-header.csv", (6, 22), as_csv([["指標ID", "年度", "\ufffd"], ["K01", 2021, 1]]), "値"),
    accepted("old-mac-lines.csv", 7, as_csv(TABLE, newline="\r"), IN_CSV),
    accepted("tabs.csv", 7, as_csv(TABLE, separator="\t"), IN_CSV, **WHOLE),
    accepted("tabs-cp932.csv", 7, as_csv(NEC, encoding="cp932", separator="\t"), NEC_RECORDS, **WHOLE),
    accepted("mixed-lines.csv", 7, as_csv(TABLE[:2]) + as_csv(TABLE[2:], "utf-8", "\n"), IN_CSV),
]
EMPTY = [
    refused("no-bytes.csv", 8, b"", "空|0バイト|０バイト|中身", **WHOLE),
    refused("mark-only.csv", 8, b"\xef\xbb\xbf", "空|0バイト|０バイト|中身|見出し", **WHOLE),
    refused("blank-lines-only.csv", 8, b"\r\n\r\n\r\n", "空|見出し|中身", **WHOLE),
    refused("header-only.csv", 8, as_csv(TABLE[:1]), "行|実績値|データ", **WHOLE),
    refused("cut-off.csv", (8, 18), as_csv(TABLE, quoting=1).decode()[:-16].encode(), "4行目"),
    accepted(
        "many-rows.csv",
        13,
        short(*([f"K{number:05d}", 2021, 45.2] for number in range(5_000))),
        [record(f"K{number:05d}", 2021, 45.2, number + 2) for number in range(5_000)],
    ),
    refused("huge.csv", 13, _write_huge, "MB|メガ|大き|行", **WHOLE),
]
LINES = [
    refused("comma-in-one-number.csv", 16, _raw("K01,2020,受診率,44.1,%,\r\nK03,2021,人口,12,345,人,\r\n"), "3行目 列"),
    refused(
        "comma-in-the-last-number.csv",
        16,
        b"\xef\xbb\xbf" + "指標ID,年度,値\r\nK01,2021,12,345\r\n".encode(),
        "2行目 列",
    ),
    refused(
        "comma-in-every-number.csv",
        17,
        _raw("K01,2020,人口,12,345,人,\r\nK01,2021,人口,12,456,人,\r\n"),
        "2行目 列",
        "3行目 列",
    ),
    refused(
        "comma-in-every-last-number.csv",
        17,
        "指標ID,年度,値\nK01,2020,12,345\nK01,2021,12,456\n".encode(),
        "2行目",
        "3行目",
    ),
    refused("too-few-fields.csv", 18, _raw("K01,2020,受診率,44.1,%,\r\nK03,2021\r\n"), "3行目"),
    refused(
        "unclosed-quote.csv",
        18,
        _raw('K01,2020,受診率,44.1,%,\r\nK03,2021,"満足,45.2,,\r\nK02,2021,件数,1,件,\r\n'),
        "3行目",
    ),
    refused("nul-byte.csv", 18, _raw("K01,2020,受診率,44.1,%,\r\nK03,2021,満\0足,45.2,,\r\n"), "3行目"),
    refused("text-after-quote.csv", 18, _raw('K01,2020,受診率,44.1,%,\r\nK03,2021,"満足"度,45.2,,\r\n'), "3行目"),
    accepted("trailing-columns.csv", 19, as_csv([[*row, "", "", ""] for row in TABLE]), IN_CSV),
    accepted("trailing-rows.csv", 19, as_csv([*TABLE, BLANK, BLANK, BLANK]), IN_CSV),
    accepted("trailing-blank-lines.csv", 19, as_csv(TABLE) + b"\r\n\r\n", IN_CSV),
    accepted("trailing-both.csv", 19, as_csv([[*row, "", ""] for row in [*TABLE, BLANK, BLANK]]), IN_CSV),
    accepted("blank-row-within.csv", 19, as_csv([*TABLE[:3], BLANK, TABLE[3]]), [*IN_CSV[:2], IN_CSV[2] | {"行": 5}]),
    accepted(
        "line-break-in-a-cell.csv",
        20,
        as_csv(changed(備考="速報。\n確定は9月")),
        [{name: fact for name, fact in row.items() if name != "行"} for row in IN_CSV],
    ),
    accepted(
        "line-break-in-a-name.csv",
        20,
        as_csv(changed(指標名="満足している\r\n人の割合")),
        [
            {name: fact for name, fact in row.items() if name != "行"}
            for row in usual_records(
                workbook=False,
                指標名=(
                    "満足している\r\n人の割合",
                    "満足している\n人の割合",
                    "満足している 人の割合",
                    "満足している人の割合",
                ),
            )
        ],
    ),
]


def _header(*names: str) -> bytes:
    return as_csv([[*names], *ROWS])


def _reordered() -> bytes:
    return as_csv([[row[4], row[3], row[5], row[0], row[2], row[1]] for row in TABLE])


def _lower(lines: int) -> list[Record]:
    return [row | {"行": 2 + place + lines} for place, row in enumerate(IN_CSV)]


TITLED = [["令和3年度　実績報告", *BLANK[1:]], ["作成日：令和4年5月1日", *BLANK[1:]], BLANK]
NOTED = [
    ["注）速報値を含む。", *BLANK[1:]],
    ["※　端数を四捨五入している。", *BLANK[1:]],
    ["出典：市民意識調査", *BLANK[1:]],
]
BELOW_TITLE = _lower(3)
LAYOUT = [
    accepted("header-full-width.csv", 21, _header("指標ＩＤ", "年　度", "指標名", "値", "単　位", "備　考"), IN_CSV),
    accepted("header-spaced.csv", 21, _header(" 指標 ID ", "年 度", "指 標 名", " 値", "単 位", "備考　"), IN_CSV),
    accepted(
        "header-broken.csv",
        21,
        _header("指標ID", "年\n度", "指標名", "値", "単\n位", "備考"),
        [{name: fact for name, fact in row.items() if name != "行"} for row in IN_CSV],
    ),
    refused("no-value-column.csv", 22, as_csv([[*row[:3], *row[4:]] for row in TABLE]), "値", **WHOLE),
    refused("no-id-column.csv", 22, as_csv([row[1:] for row in TABLE]), "指標ID", **WHOLE),
    refused("no-year-column.csv", 22, as_csv([[row[0], *row[2:]] for row in TABLE]), "年度", **WHOLE),
    refused("value-column-twice.csv", 22, as_csv([[*row, row[3]] for row in TABLE]), "値", **WHOLE),
    refused("unit-column-twice.csv", 22, _header("指標ID", "年度", "単位", "値", "単　位", "備考"), "単位", **WHOLE),
    refused(
        "other-headers.csv", 22, _header("No.", "とし", "なまえ", "かず", "たんい", "メモ"), "指標ID|見出し", **WHOLE
    ),
    accepted("other-order.csv", 23, _reordered(), IN_CSV),
    accepted("remark-filled.csv", 23, as_csv(changed(備考="速報 1,234①")), IN_CSV),
    accepted(
        "only-what-is-needed.csv", 23, short(["K01", 2020, 44.1], ["K03", 2021, 45.2], ["K02", 2021, 1234]), IN_CSV
    ),
    accepted("title-above.csv", 24, as_csv([*TITLED, *TABLE]), BELOW_TITLE, "1行|2行"),
    accepted("notes-below.csv", 24, as_csv([*TABLE, *NOTED]), IN_CSV, "5行|6行|7行"),
    accepted(
        "title-and-notes.csv", 24, as_csv([*TITLED, *TABLE, BLANK, *NOTED]), BELOW_TITLE, "1行|2行", "9行|10行|11行"
    ),
    accepted("note-on-material.csv", 24, as_csv([*TABLE, ["資料：保健医療課", *BLANK[1:]]]), IN_CSV, "5行"),
    either("title-above-ragged.csv", 24, "令和3年度　実績報告\r\n\r\n".encode() + PLAIN, _lower(2), "1行"),
    either("notes-below-ragged.csv", 24, PLAIN + "※端数処理あり\r\n".encode(), IN_CSV, "5行"),
    refused("id-missing.csv", 28, as_csv(with_rows(["", *ROWS[1][1:]])), "3行目 指標ID"),
    refused("total-row.csv", 28, as_csv([*TABLE, ["合計", "", "", 1323.3, "", ""]]), "5行目"),
    refused("total-row-beside.csv", 28, as_csv([*TABLE, ["", "", "合計", 1323.3, "", ""]]), "5行目"),
    refused("two-tables-below.csv", 32, as_csv([*TABLE, BLANK, *TABLE]), "6行目|7行目", **WHOLE),
    refused("two-tables-side-by-side.csv", 32, as_csv([[*row, "", *row] for row in TABLE]), "表|指標ID", **WHOLE),
]
WIDE_YEARS = [
    accepted("wide-years.csv", 26, as_csv(WIDE), [record(*row) for row in WIDE_RECORDS], "年度|年|横", **WHOLE),
    accepted(
        "wide-years-blank.csv",
        26,
        as_csv([*WIDE, ["K09", "苦情の件数", "件", "", 3]]),
        [*(record(*row) for row in WIDE_RECORDS), record("K09", 2021, 3)],
        blanks_may_vanish=True,
        **WHOLE,
    ),
    accepted(
        "wide-years-other-notation.csv",
        26,
        as_csv([["指標ID", "R2", "2021", "R4年度"], ["K01", 1, 2, "…"]]),
        [record("K01", 2020, 1), record("K01", 2021, 2), record("K01", 2022, None, 欠測="不詳")],
        **WHOLE,
    ),
    refused("wide-years-unreadable.csv", (26, 43), as_csv([*WIDE, ["K09", "苦情の件数", "件", "45,2", 3]]), "4行目"),
    refused(
        "wide-years-twice.csv",
        (26, 34),
        as_csv([["指標ID", "平成31年度", "令和元年度"], ["K01", 1, 2]]),
        "2019|令和元",
        **WHOLE,
    ),
]
YEARS = [
    refused(
        "one-year-two-eras.csv",
        (34, 57),
        short(["K01", "平成31年度", 44.1], ["K01", "令和元年度", 45.2]),
        "2行目 3行目",
    ),
    accepted(
        "one-year-two-eras-same-value.csv",
        (34, 57),
        short(["K01", "平成31年度", 44.1], ["K01", "令和元年度", 44.1]),
        [record("K01", 2019, 44.1)],
        "2行目 3行目",
    ),
    either(
        "calendar-and-fiscal-years.csv",
        40,
        short(["K01", "2020年度", 44.1], ["K01", "2021年", 45.2]),
        [record("K01", 2020, 44.1), record("K01", 2021, 45.2, 旗="暦年")],
        "3行目",
    ),
    accepted(
        "calendar-years.csv",
        40,
        short(["K01", "2020年", 44.1], ["K01", "令和3年", 45.2]),
        [record("K01", 2020, 44.1, 旗="暦年"), record("K01", 2021, 45.2, 旗="暦年")],
        "2行目",
        "3行目",
    ),
]
NUMBERS = [
    accepted(
        "share-among-percents.csv",
        48,
        short(["K01", 2020, 44.1], ["K01", 2021, 45.2], ["K01", 2022, 0.478]),
        [record("K01", 2020, 44.1, 2), record("K01", 2021, 45.2, 3), record("K01", 2022, 0.478, 4)],
        "4行目",
    ),
    accepted(
        "missing-named.csv",
        49,
        as_csv([[*SHORT, "欠測"], ["K01", 2020, "", "秘匿"], ["K01", 2021, "", "未調査"], ["K01", 2022, 0, ""]]),
        [
            record("K01", 2020, None, 2, 欠測="秘匿"),
            record("K01", 2021, None, 3, 欠測="未調査"),
            record("K01", 2022, 0, 4),
        ],
    ),
    refused("missing-unknown-word.csv", 50, as_csv([[*SHORT, "欠測"], ["K01", 2020, "", "紛失"]]), "2行目 欠測|紛失"),
    accepted(
        "flags.csv",
        44,
        as_csv([[*SHORT, "旗"], ["K01", 2020, 44.1, "速報"], ["K01", 2021, 45.2, "年齢調整"]]),
        [record("K01", 2020, 44.1, 2, 旗="速報"), record("K01", 2021, 45.2, 3, 旗="年齢調整")],
    ),
    accepted(
        "parts-and-whole.csv",
        56,
        as_csv(
            [
                [*SHORT, "区分", "区分値"],
                ["K01", 2021, 33.3, "性別", "男"],
                ["K01", 2021, 66.6, "性別", "女"],
                ["K01", 2021, 100, "", ""],
            ]
        ),
        [
            record("K01", 2021, 33.3, 2, 区分="性別", 区分値="男"),
            record("K01", 2021, 66.6, 3, 区分="性別", 区分値="女"),
            record("K01", 2021, 100, 4),
        ],
    ),
    accepted(
        "sample-sizes.csv",
        66,
        as_csv([[*SHORT, "標本数", "該当数"], ["K01", 2021, 45.2, "1,000", "４５２"]]),
        [record("K01", 2021, 45.2, 2, 標本数=1000, 該当数=452)],
    ),
    accepted(
        "sample-size-missing.csv",
        66,
        as_csv([[*SHORT, "標本数", "該当数"], ["K01", 2021, 45.2, "", ""]]),
        [record("K01", 2021, 45.2, 2, 標本数=None, 該当数=None)],
    ),
    refused(
        "sample-size-unreadable.csv", 66, as_csv([[*SHORT, "標本数"], ["K01", 2021, 45.2, "約1,000"]]), "2行目 標本数"
    ),
    refused("sample-size-negative.csv", 66, as_csv([[*SHORT, "標本数"], ["K01", 2021, 45.2, -5]]), "2行目 標本数"),
    either(
        "rate-above-a-hundred.csv",
        66,
        as_csv(changed(値=120.5, 単位="%")),
        usual_records(workbook=False, 値=120.5, 単位="%"),
    ),
]
MEANING = [
    accepted("row-twice.csv", 57, as_csv([*TABLE, ROWS[1]]), IN_CSV, "3行目 5行目"),
    refused("row-twice-other-value.csv", 57, as_csv([*TABLE, [*ROWS[1][:3], 46.2, "", ""]]), "3行目 5行目"),
    refused(
        "row-twice-other-notation.csv", (57, 58), short(["K01", "令和3", 44.1], ["Ｋ０１", 2021, 45.2]), "2行目 3行目"
    ),
    accepted(
        "row-twice-written-otherwise.csv",
        (57, 58),
        short(["K01", "令和3", "1,234"], ["Ｋ０１", 2021, "１２３４"]),
        [record("K01", 2021, 1234)],
        "2行目 3行目",
    ),
    refused(
        "three-values-for-one-year.csv",
        57,
        short(["K01", 2021, 1], ["K01", 2021, 2], ["K01", 2021, 3]),
        "2行目 3行目",
        "4行目",
    ),
    accepted(
        "groups-are-no-duplicates.csv",
        57,
        as_csv([[*SHORT, "区分", "区分値"], ["K01", 2021, 1, "性別", "男"], ["K01", 2021, 2, "性別", "女"]]),
        [record("K01", 2021, 1, 2, 区分="性別", 区分値="男"), record("K01", 2021, 2, 3, 区分="性別", 区分値="女")],
    ),
    accepted(
        "ids-that-look-alike.csv",
        58,
        short(["K01", 2021, 1], ["K1", 2021, 2], ["001", 2021, 3], ["1", 2021, 4]),
        [record("K01", 2021, 1), record("K1", 2021, 2), record("001", 2021, 3), record("1", 2021, 4)],
    ),
    either(
        "units-differ-between-years.csv",
        60,
        as_csv([[*SHORT, "単位"], ["K01", 2020, 1200, "千円"], ["K01", 2021, 1234000, "円"]]),
        [record("K01", 2020, 1200, 2, 単位="千円"), record("K01", 2021, 1234000, 3, 単位="円")],
        "3行目",
    ),
    accepted(
        "name-changed.csv",
        61,
        as_csv([[*SHORT, "指標名"], ["K01", 2020, 1, "健診受診率"], ["K01", 2021, 2, "健康診断の受診率"]]),
        [record("K01", 2020, 1, 2, 指標名="健診受診率"), record("K01", 2021, 2, 3, 指標名="健康診断の受診率")],
        "3行目",
    ),
    accepted(
        "name-other-letters.csv",
        61,
        as_csv([[*SHORT, "指標名"], ["K01", 2020, 1, "髙﨑渡邉賞"], ["K01", 2021, 2, "高崎渡辺賞"]], "cp932"),
        [record("K01", 2020, 1, 2, 指標名="髙﨑渡邉賞"), record("K01", 2021, 2, 3, 指標名="高崎渡辺賞")],
        "3行目",
    ),
    accepted(
        "guarded-name.csv",
        69,
        as_csv(changed(指標名="'=SUM(A1:A9)")),
        usual_records(workbook=False, 指標名="=SUM(A1:A9)"),
    ),
    accepted(
        "apostrophe-in-a-name.csv",
        69,
        as_csv(changed(指標名="'70年代の健康")),
        usual_records(workbook=False, 指標名="'70年代の健康"),
    ),
    refused("name-too-long.csv", 72, as_csv(changed(指標名="長" * 40_000)), "3行目"),
    refused(
        "many-errors.csv",
        75,
        as_csv(
            [
                HEADER,
                ["K01", 20, "", 1, "", ""],
                ["K02", 2021, "", "45,2", "", ""],
                ["", 2021, "", 3, "", ""],
                ["K04", "令和0", "", "約10", "", ""],
                ["K05", 2021, "", 5, "", ""],
            ]
        ),
        "2行目 年度",
        "3行目 45,2|値",
        "4行目 指標ID",
        "5行目 年度",
        "5行目 約10|値",
    ),
    refused(
        "many-errors-of-many-sorts.csv",
        75,
        short(
            ["K01", 2021, "#REF!"],
            ["K01", 2021, 2],
            ["K02", "R3～R5", 3],
            ["K03", 2021, "②"],
            ["K04", 2021, 1],
            ["K04", 2021, 2],
        ),
        "2行目",
        "4行目",
        "5行目",
        "6行目 7行目",
    ),
    refused("a-thousand-errors.csv", 75, short(*([f"K{number}", 2021, "約1"] for number in range(1000))), "2行目"),
]

CSV_CASES: list[Case] = [*ENCODINGS, *EMPTY, *LINES, *LAYOUT, *WIDE_YEARS, *YEARS, *NUMBERS, *MEANING]
