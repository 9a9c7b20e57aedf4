"""What holds for any number, any text and any table that the reader of departments' files may meet."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given, settings
from messy_case import HEADER, ROWS, as_book, as_csv
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from planeval.words.contracts import CONTRACTS
from planeval.words.guard import guarded

EXAMPLES = 2000
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
BLANKS = st.sampled_from(["", " ", "　", "  ", "　 "])
MINUS = st.sampled_from(["▲", "△", "−", "－", "‐", "-"])
MARKS = ["①", " ②", "⑳", "¹", "²", "※1", "※", "注1", "（注1）", "(注2)", "r", "*", "＊", "（速報）", "(速報)"]
UNITS = ["人", "件", "円", "千円", "回", "世帯", "団体", "か所", " 人", "％", "%", " ％"]
MISSING = {"", "nil", "unknown", "withheld", "not_surveyed", "survey_cancelled"}
# Texts that are nearly numbers, which is where a reader goes wrong.
NEARLY = st.text(
    alphabet="0123456789０１９,，.．-－▲△−‐ 　①¹²½Ⅳ※注rp*%％人円千x…()（）速報eE+_infaN三十約～/:٣", max_size=12
)
ANY_TEXT = st.text(max_size=15) | NEARLY
TABLES = st.lists(st.lists(ANY_TEXT, min_size=6, max_size=6), max_size=2)
# The csv module and the reader may refuse what no keyboard writes.
UNWRITTEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


@st.composite
def written_numbers(draw) -> tuple[str, Decimal, str, str]:
    """A number in some accepted notation: the text, the number, its note mark and its unit."""
    number = draw(st.decimals(min_value=0, max_value=10**9, places=draw(st.integers(0, 4))))
    text = f"{number:,f}" if draw(st.booleans()) else f"{number:f}"
    text = text.replace(",", draw(st.sampled_from([",", "，"]))).replace(".", draw(st.sampled_from([".", "．"])))
    text = text.translate(FULL_WIDTH) if draw(st.booleans()) else text
    if draw(st.booleans()):
        text, number = draw(MINUS) + draw(BLANKS) + text, -number
    mark, unit = draw(
        st.sampled_from([("", "")])
        | st.tuples(st.sampled_from(MARKS), st.just(""))
        | st.tuples(st.just(""), st.sampled_from(UNITS))
    )
    return draw(BLANKS) + text + mark + unit + draw(BLANKS), number, mark, unit


@pytest.fixture(scope="module")
def read_number():
    from planeval.intake.numbers import read_number

    return read_number


@pytest.fixture(scope="module")
def answer_to(tmp_path_factory):
    """The answer to a file of that ending and content."""
    from planeval.intake.answers import answer

    folder = tmp_path_factory.mktemp("random")

    def of(ending: str, content: bytes) -> dict:
        path = folder / f"table.{ending}"
        path.write_bytes(content)
        return answer(path)

    return of


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """The sheets and problems of a file of that ending and content."""
    from planeval.intake.reading import read_file

    folder = tmp_path_factory.mktemp("read")

    def of(ending: str, content: bytes) -> tuple[list, list]:
        path = folder / f"table.{ending}"
        path.write_bytes(content)
        return read_file(path, path.name, CONTRACTS["observations"])

    return of


@settings(max_examples=EXAMPLES)
@given(written=written_numbers())
def test_a_number_in_any_notation_is_read_as_that_number(read_number, written):
    text, number, mark, unit = written
    reading = read_number(text)
    assert reading.value == float(number)
    assert reading.missing == ""
    assert unicodedata.normalize("NFKC", reading.unit).strip() == unicodedata.normalize("NFKC", unit).strip()
    assert ("provisional" in reading.flags) == ("速報" in mark)
    assert bool(reading.notes) or not mark, "a dropped note mark must be told"
    assert not reading.notes or mark or unit, "a plain normalisation needs no note"


@settings(max_examples=EXAMPLES)
@given(text=ANY_TEXT)
def test_any_text_is_a_finite_number_a_missing_class_or_refused(read_number, text):
    try:
        reading = read_number(text)
    except ValueError:
        return
    assert reading.missing in MISSING
    if reading.value is None:
        assert reading.missing or not any(letter.isalnum() for letter in text)
    else:
        assert math.isfinite(reading.value)
        assert reading.missing == ""
        assert any("0" <= letter <= "9" for letter in unicodedata.normalize("NFKC", text))


@settings(max_examples=EXAMPLES)
@given(
    before=st.integers(0, 9999), between=st.sampled_from("年月日約～〜/:;_-±×=<>人円①¹|。、'"), after=st.integers(0, 99)
)
def test_digits_with_something_else_between_are_no_number(read_number, before, between, after):
    with pytest.raises(ValueError):
        read_number(f"{before}{between}{after}")


@settings(max_examples=EXAMPLES)
@given(rows=TABLES)
def test_any_text_in_any_cell_of_a_csv_file_is_read_or_told(read, rows):
    _is_read(*read("csv", as_csv([HEADER, *rows, *ROWS[:1]], quoting=csv.QUOTE_ALL)))


@settings(max_examples=EXAMPLES)
@given(text=st.text(max_size=100))
def test_any_text_at_all_is_read_or_told(read, text):
    _is_read(*read("csv", (",".join(HEADER) + "\r\n" + text).encode("utf-8")))


@settings(max_examples=EXAMPLES)
@given(content=st.binary(max_size=200), ending=st.sampled_from(["csv", "xlsx", "xls", "xlsm", "txt"]))
def test_any_bytes_are_read_or_told(read, content, ending):
    _is_read(*read(ending, content))


@settings(max_examples=100)
@given(rows=TABLES)
def test_any_table_gets_an_answer(answer_to, rows):
    _is_answer(answer_to("csv", as_csv([HEADER, *rows, *ROWS[:1]], quoting=csv.QUOTE_ALL)))


@settings(max_examples=100)
@given(rows=TABLES)
def test_any_text_in_any_cell_of_a_workbook_gets_an_answer(answer_to, rows, tmp_path_factory):
    assume(not any(ILLEGAL_CHARACTERS_RE.search(cell) for row in rows for cell in row))
    path = tmp_path_factory.getbasetemp() / "random.xlsx"
    as_book([HEADER, *rows, *ROWS[:1]])(path)
    _is_answer(answer_to("xlsx", path.read_bytes()))


@settings(max_examples=EXAMPLES)
@given(
    rows=st.lists(
        st.tuples(
            st.text(max_size=20), st.decimals(-(10**9), 10**9, places=4), st.integers(1990, 2040), st.text(max_size=20)
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_table_written_by_us_and_read_back_is_unchanged(read, rows):
    texts = [text for name, _, _, remark in rows for text in (name, remark)]
    sheets, problems = read("csv", _written(rows))
    if any(problem.severity == "problem" for problem in problems):
        assert any(unicodedata.category(letter) in UNWRITTEN for text in texts for letter in text), problems
        return
    header, *lines = [cells for _, cells in sheets[0].rows]
    found = [dict(zip(header, cells, strict=True)) for cells in lines]
    assert [row["指標名"] for row in found] == [_as_read(name) for name, *_ in rows]
    assert [float(row["値"]) for row in found] == [float(value) for _, value, _, _ in rows]
    assert [int(row["年度"]) for row in found] == [year for _, _, year, _ in rows]
    assert [row["備考"] for row in found] == [_as_read(remark) for *_, remark in rows]


def _written(rows: list[tuple[str, Decimal, int, str]]) -> bytes:
    """The table as the project writes CSV: every cell quoted, texts guarded."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["指標ID", "年度", "指標名", "値", "備考"])
    for number, (name, value, year, remark) in enumerate(rows, 1):
        writer.writerow([f"I-{number}", year, guarded(name), f"{value:f}", guarded(remark)])
    return text.getvalue().encode("utf-8-sig")


def _as_read(name: str) -> str:
    line = re.sub(r"\r\n|[\r\n\t]", " ", name)
    return unicodedata.normalize("NFC", line).strip()


def _is_read(sheets: list, problems: list) -> None:
    """Sheets of texts under headings, or problems; every one of them names the file."""
    assert sheets or problems
    for sheet in sheets:
        assert all(isinstance(text, str) for _, cells in sheet.rows for text in cells)
        assert {len(cells) for _, cells in sheet.rows} == {len(sheet.rows[0][1])}
        assert str(sheet.place(len(sheet.rows) - 1, 0)).startswith(sheet.file)
    assert all(str(problem).startswith("table.") for problem in problems)


def _is_answer(found: dict) -> None:
    assert set(found) == {"file", "status", "records", "notes", "messages"}
    assert found["status"] in {"accept", "reject"}
    assert bool(found["messages"]) == (found["status"] == "reject")
    assert found["status"] == "accept" or found["records"] == []
    for row in found["records"]:
        assert isinstance(row["年度"], int)
        assert row["指標ID"]
        assert row["値"] is None or math.isfinite(row["値"])
