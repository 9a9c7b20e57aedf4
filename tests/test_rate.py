"""`planeval rate`: a flat table of cases in, the same table with letters out; what cannot be read is told, all of it."""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import yaml
from case_table import read_cases
from commands import planeval
from hypothesis import given, settings
from hypothesis import strategies as st
from scheme_files import STEPS, write_scheme

from planeval.delivery.cli import main
from planeval.judging.evaluation import evaluate
from planeval.judging.flat import rate
from planeval.trust.flat_cases import read_flat_cases
from planeval.trust.schemes import FOLDER, load_scheme, named_schemes, scheme_paths
from planeval.trust.workbook import load_workbook
from planeval.words.flat_cases import ANSWERS, COLUMNS, NEEDED
from planeval.words.problems import DataProblems

ROWS, FAULTS, WORKED = read_cases("rate_rows"), read_cases("rate_faults"), read_cases("gap_worked_examples")
USUAL = {
    "case_id": "1", "unit": "件", "direction": "increase", "baseline_year": "2020", "baseline": "40",
    "target_year": "2030", "target": "60", "year": "2025", "actual": "50",
}  # fmt: skip
FIGURES = ("gap_baseline", "gap_now", "closed_share", "planned_share", "change", "n_points")


@dataclass(frozen=True)
class Done:
    """What a command left behind: its exit code and what it wrote to both streams."""

    code: int
    output: bytes
    errors: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return rows_of(self.output)

    @property
    def header(self) -> list[str]:
        return next(csv.reader(io.StringIO(self.output.decode("utf-8-sig"))))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: list[dict[str, object]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "表"
    names = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(names)
    for row in rows:
        book.active.append([row.get(name) for name in names])
    book.save(path)
    return path


def flat(row: dict[str, str]) -> dict[str, str]:
    """The input columns of a row of a case table."""
    return {name: row[name] for name in row if name in COLUMNS or name == "description"}


def cells_of(text: str) -> dict[str, str]:
    """Example: "n=10；x=11"."""
    return dict(part.split("=", 1) for part in text.split("；") if part)


@pytest.fixture(scope="module")
def schemes():
    """The schemes that ship, by name."""
    return {name: load_scheme(name) for name in sorted(scheme_paths())}


@pytest.fixture
def command(capfdbinary):
    """`planeval WORDS…` in this process."""

    def do(*words: object) -> Done:
        code = main([str(word) for word in words])
        output, errors = capfdbinary.readouterr()
        return Done(code, output, errors.decode("utf-8"))

    return do


@pytest.fixture
def rated(command, tmp_path):
    """`planeval rate` of some rows; gives the rows that it wrote."""

    def do(*rows: dict[str, str], scheme: object = "gap", words: tuple = ()) -> list[dict[str, str]]:
        done = command("rate", write_csv(tmp_path / "cases.csv", list(rows)), "--scheme", scheme, *words)
        assert done.code == 0, done.errors
        return done.rows

    return do


# --- what comes out


def test_the_command_writes_the_table_with_the_answers_behind_it_in_utf_8_with_bom(tmp_path):
    extra = {"備考": "メモ", **USUAL, "担当": "福祉課"}
    path = write_csv(tmp_path / "cases.csv", [extra])
    done = planeval("rate", path, "--scheme", "gap")
    header, row = list(csv.reader(io.StringIO(done.stdout)))
    assert (done.returncode, done.stderr) == (0, "")
    assert header == ["\ufeff備考", *NEEDED, "担当", *ANSWERS]
    assert row == [*extra.values(), "gap", "B", "", "", "size", "20", "10", "0.5", "0.5", "10", "", "", "", "2", "", ""]


def test_answers_are_named_as_the_contract_says():
    assert " ".join(ANSWERS) == (
        "scheme rating lean reason route gap_baseline gap_now closed_share planned_share change p low high n_points"
        " value score"
    )


def test_a_file_gets_the_bytes_that_would_go_to_the_screen(command, tmp_path):
    path = write_csv(tmp_path / "cases.csv", [USUAL])
    shown = command("rate", path, "--scheme", "gap")
    kept = command("rate", path, "--scheme", "gap", "--output", tmp_path / "out.csv")
    assert (kept.code, kept.output, kept.errors) == (0, b"", "")
    assert (tmp_path / "out.csv").read_bytes() == shown.output
    assert shown.output.startswith(b"\xef\xbb\xbfcase_id,") and b"\r" not in shown.output


def test_all_schemes_stand_side_by_side(command, tmp_path, schemes):
    path = write_csv(tmp_path / "cases.csv", [USUAL, USUAL | {"actual": "60"}])
    done = command("rate", path, "--scheme", "all")
    assert done.header == [*NEEDED, *(f"rating_{name}" for name in sorted(scheme_paths()))]
    cases = read_flat_cases(path)
    for name, scheme in schemes.items():
        assert [row[f"rating_{name}"] for row in done.rows] == rate(cases, scheme)["rating"].to_list()
    letters = [[row[f"rating_{name}"] for name in ("binary", "gap", "kakogawa")] for row in done.rows]
    assert letters == [["未達成", "B", "○"], ["達成", "A", "◎"]]


def test_rows_stay_in_their_order_whatever_they_are_called(rated):
    ids = ["b", "a", "b", "", "10", "9"]
    assert [row["case_id"] for row in rated(*(USUAL | {"case_id": name} for name in ids))] == ids


def test_a_table_without_rows_gives_its_header(command, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(",".join(NEEDED) + "\n", encoding="utf-8")
    done = command("rate", path, "--scheme", "gap")
    assert (done.code, done.header, done.rows) == (0, [*NEEDED, *ANSWERS], [])


@pytest.fixture(scope="module")
def rows_rated(tmp_path_factory):
    """The rows of the case table through the command, from CSV and from xlsx, by case_id."""
    folder, found = tmp_path_factory.mktemp("rows"), {}
    typed = [{name: as_cell(name, text) for name, text in flat(row).items()} for row in ROWS]
    for path in (write_csv(folder / "rows.csv", [*map(flat, ROWS)]), write_xlsx(folder / "rows.xlsx", typed)):
        out = folder / f"{path.suffix[1:]}_out.csv"
        assert main(["rate", str(path), "--scheme", "gap", "--output", str(out)]) == 0
        found[path.suffix] = {row["case_id"]: row for row in rows_of(out.read_bytes())}
    return found


def as_cell(name: str, text: str) -> object:
    """What a spreadsheet keeps for a text that somebody types."""
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if COLUMNS.get(name) in {"number", "year"}:
        return float(text) if text.removeprefix("-").isdigit() else text or None
    return text or None


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case_id"])
def test_a_row_gets_the_letter_and_the_numbers_worked_out_by_hand(row, kind, rows_rated):
    found = rows_rated[kind][row["case_id"]]
    for name in ("rating", "lean", "reason", "route"):
        assert found[name] == row[name], row["arithmetic"]
    if not row["reason"]:
        assert [float(found[name] or "nan") for name in FIGURES] == pytest.approx(
            [float(row[name] or "nan") for name in FIGURES], nan_ok=True
        ), row["arithmetic"]


def test_the_rows_show_every_direction_and_every_way_to_write_a_boolean():
    assert {row["direction"] for row in ROWS} == {*COLUMNS["direction"], ""}
    assert {row["is_count"] for row in ROWS} == {"true", "TRUE", "false", ""}


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worked")
    path, out = write_csv(folder / "cases.csv", [*map(flat, WORKED)]), folder / "out.csv"
    assert main(["rate", str(path), "--scheme", "gap", "--output", str(out)]) == 0
    return {row["case_id"]: row for row in rows_of(out.read_bytes())}


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row["case_id"])
def test_a_worked_example_of_the_method_gets_its_letter_as_a_row_of_a_table(row, worked):
    found = worked[row["case_id"]]
    assert (found["rating"] + found["lean"], found["route"], found["reason"]) == (
        row["expected"], row["route"], row["reason"],
    ), row["arithmetic"]  # fmt: skip


@pytest.mark.parametrize("name", scheme_paths())
def test_what_cannot_be_rated_gets_the_letter_that_the_scheme_has_for_it_and_a_reason(name, rated, schemes):
    own = schemes[name].of_outcome("not_rated").letter
    rows = rated(USUAL | {"actual": ""}, USUAL | {"direction": "unknown"}, scheme=name)
    assert [(row["rating"], row["reason"]) for row in rows] == [(own, "no_recent_value"), (own, "direction_missing")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"), ("+SUM(A1)", "'+SUM(A1)"), ("-A1", "'-A1"), ("@cmd", "'@cmd"), ("＝１", "'＝１"), ("-inf", "'-inf"),
        ("-5", "-5"), ("+5", "+5"), ("-1.5e3", "-1.5e3"), ("a=1", "a=1"), ("'=1", "'=1"), ("一行\n二行", "一行 二行"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["case_id", "unit", "備考"])
def test_text_that_a_spreadsheet_would_compute_is_guarded_and_a_number_is_not(text, shown, column, rated):
    assert rated(USUAL | {column: text})[0][column] == shown


def test_a_heading_that_a_spreadsheet_would_compute_is_guarded(command, tmp_path):
    path = write_csv(tmp_path / "cases.csv", [USUAL | {"=cmd": "x"}])
    assert command("rate", path, "--scheme", "gap").header[9] == "'=cmd"


def test_a_negative_number_stays_a_number_in_every_column_of_numbers(rated):
    row = rated(USUAL | {"baseline": "-5", "target": "+5", "actual": "-1", "series": "2022=-3"})[0]
    assert (row["baseline"], row["target"], row["actual"], row["series"]) == ("-5", "+5", "-1", "2022=-3")


def test_scores_and_the_quantity_that_a_scheme_cuts_stand_in_their_columns(rated):
    row = rated(USUAL | {"actual": "45", "baseline": ""}, scheme="sano")[0]
    assert (row["rating"], row["value"]) == ("4", "0.75")  # 45 ÷ 60


# --- wrong use


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["cases.csv", "--scheme", "gepp"], "評価基準「gepp」はありません。近い名前：gap。"),
        (["cases.csv", "--scheme", "al"], "評価基準「al」はありません。近い名前：all"),
        (["case.csv", "--scheme", "gap"], "ファイル「case.csv」がありません。場所と名前を確かめてください。"),
        (["cases.csv"], "--scheme が要ります。planeval rate --help で使い方が出ます。"),
        (["--scheme", "gap"], "CASES.csv が要ります。planeval rate --help で使い方が出ます。"),
        (["cases.csv", "--scheme", "own.yaml"], "評価基準のファイル「own.yaml」がありません。場所と名前を確かめてください。"),
        (["cases.csv", "--scheme", "gap", "--outptu", "o"], "オプション「--outptu」はありません。近い名前：--output。"),
        (["cases.csv", "--scheme", "gap", "--output", "none/o.csv"], "書き出す先のフォルダ「none」がありません。"),
        (["cases.csv", "--scheme", "gap", "--output", "folder"], "「folder」はフォルダです。書き出すファイルの名前を書いてください。"),
        (["folder", "--scheme", "gap"], "ファイル「folder」がありません。場所と名前を確かめてください。"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_with_the_nearest_name_and_exit_code_2(words, told, command, tmp_path, monkeypatch):
    write_csv(tmp_path / "cases.csv", [USUAL])
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    done = command("rate", *words)
    assert (done.code, done.output) == (2, b"") and done.errors.startswith(told), done.errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "folder"]


# --- what cannot be read


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the command tells of tables with one fault in each row, as CSV and as xlsx: (kind, round) → lines."""
    folder, found = tmp_path_factory.mktemp("faults"), {}
    for turn in ("cells", "meaning"):
        rows = [USUAL | cells_of(row["cells"]) for row in FAULTS if row["round"] == turn]
        rows = [{name: row.get(name, "") for name in COLUMNS} for row in rows]
        for path in (write_csv(folder / f"{turn}.csv", rows), write_xlsx(folder / f"{turn}.xlsx", rows)):
            with pytest.raises(DataProblems) as caught:
                read_flat_cases(path)
            found[(path.suffix, turn)] = str(caught.value).splitlines()
    return found


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row["number"])
def test_a_cell_that_cannot_be_meant_is_told_with_its_place_and_remedy(row, kind, told):
    place = [fault["number"] for fault in FAULTS if fault["round"] == row["round"]].index(row["number"]) + 2
    letter = openpyxl.utils.get_column_letter(list(COLUMNS).index(row["column"]) + 1)
    spot = (
        f"{row['round']}.csv {place}行目" if kind == ".csv" else f"{row['round']}.xlsx シート「表」セル {letter}{place}"
    )
    line = f"- {spot} 列「{row['column']}」：{row['found']}。正しい形：{row['expected']}。直し方：{row['remedy']}。"
    assert line in told[(kind, row["round"])]


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@pytest.mark.parametrize("turn", ["cells", "meaning"])
def test_every_fault_is_told_at_once_and_nothing_else(kind, turn, told):
    count = sum(row["round"] == turn for row in FAULTS)
    assert told[(kind, turn)][0] == f"データに問題が{count}件あります。" and len(told[(kind, turn)]) == count + 1


@pytest.mark.parametrize("scheme", ["gap", "all"])
def test_a_table_with_a_fault_gives_exit_code_1_and_leaves_an_earlier_output_as_it_was(scheme, command, tmp_path):
    faulty = USUAL | {"case_id": "2", "direction": "increse", "actual": "５０"}
    path = write_csv(tmp_path / "cases.csv", [USUAL, faulty])
    (tmp_path / "out.csv").write_bytes(b"earlier")
    done = command("rate", path, "--scheme", scheme, "--output", tmp_path / "out.csv")
    assert (done.code, done.output, (tmp_path / "out.csv").read_bytes()) == (1, b"", b"earlier")
    assert done.errors.splitlines()[0] == "データに問題が2件あります。"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["cases.csv", "out.csv"]
    assert command("rate", path, "--scheme", scheme).output == b""


def test_the_line_of_a_fault_is_the_one_that_an_editor_shows(command, tmp_path):
    path = write_csv(tmp_path / "cases.csv", [USUAL | {"unit": "一行\n二行"}, USUAL | {"actual": "x"}])
    assert "cases.csv 4行目 列「actual」" in command("rate", path, "--scheme", "gap").errors


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "ファイルが空"), ("件".encode("cp932"), "文字コードが UTF-8 ではない"),
        (b"case_id,unit\n1,2,3\n", "3列ある"), (b'case_id,unit\n"1,2\n', "引用符が閉じていない"),
        ((",".join(NEEDED) + ",actual\n").encode(), "見出し「actual」が二度ある"),
        ((",".join(NEEDED[:8]) + ",Actual\n").encode(), "見出し「actual」がない"),
        ((",".join(NEEDED[:8]) + ",actul\n").encode(), "近い名前：actul"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_told(content, told, command, tmp_path):
    (tmp_path / "cases.csv").write_bytes(content)
    done = command("rate", tmp_path / "cases.csv", "--scheme", "gap")
    assert (done.code, done.output) == (1, b"") and told in done.errors


def test_a_workbook_needs_one_sheet_and_a_hidden_one_is_passed_over(command, tmp_path):
    path = write_xlsx(tmp_path / "cases.xlsx", [{**USUAL, "actual": 50.0}])
    book = openpyxl.load_workbook(path)
    book.create_sheet("控え").append(["古い表"])
    book["控え"].sheet_state = "hidden"
    book.save(path)
    done = command("rate", path, "--scheme", "gap")
    assert (done.code, [row["rating"] for row in done.rows]) == (0, ["B"])
    book["控え"].sheet_state = "visible"
    book.save(path)
    done = command("rate", path, "--scheme", "gap")
    assert done.code == 1 and "cases.xlsx：シートが2枚ある。正しい形：1ファイルに1枚。" in done.errors


# --- where a scheme is found


def test_a_scheme_is_found_by_its_file_in_the_data_folder_and_in_the_folder_of_a_plan(command, tiny_plan, tmp_path):
    plan = tiny_plan()
    anywhere = write_scheme(tmp_path / "elsewhere.yaml")
    write_scheme(plan.parent / "schemes" / "for_all.yaml")
    write_scheme(plan / "schemes" / "for_one.yaml")
    path = write_csv(tmp_path / "cases.csv", [USUAL])
    for scheme in (anywhere, "for_all", "for_one"):
        done = command("rate", path, "--scheme", scheme, "--data", plan.parent)
        assert [(row["scheme"], row["rating"]) for row in done.rows] == [(Path(scheme).stem, "A")], done.errors
    known = named_schemes("all", plan.parent)
    assert {"for_all", "for_one", "gap"} <= set(known) and "elsewhere" not in known
    listed = command("schemes", "--data", plan.parent).output.decode("utf-8")
    assert "for_all　for_allの規則\n" in listed and "for_one　for_oneの規則\n" in listed
    refused = command("rate", path, "--scheme", "for_al", "--data", plan.parent)
    assert refused.code == 2 and refused.errors.startswith("評価基準「for_al」はありません。近い名前：for_all")


def test_the_data_folder_around_the_working_directory_counts_where_none_is_named(
    command, tiny_plan, tmp_path, monkeypatch
):
    write_scheme(tiny_plan() / "schemes" / "own.yaml")
    path = write_csv(tmp_path / "cases.csv", [USUAL])
    monkeypatch.chdir(tmp_path / "data" / "machi")
    assert [row["rating"] for row in command("rate", path, "--scheme", "own").rows] == ["A"]


def test_a_file_of_the_data_folder_goes_before_the_librarys_of_the_same_name(command, tiny_plan, tmp_path):
    plan = tiny_plan()
    write_scheme(plan.parent / "schemes" / "gap.yaml")
    path = write_csv(tmp_path / "cases.csv", [USUAL])
    assert [row["rating"] for row in command("rate", path, "--scheme", "gap", "--data", plan.parent).rows] == ["A"]


def test_a_faulty_scheme_file_gives_exit_code_1(command, tmp_path):
    scheme = write_scheme(tmp_path / "own.yaml", settings={"pase": "line"})
    done = command("rate", write_csv(tmp_path / "cases.csv", [USUAL]), "--scheme", scheme)
    assert (done.code, done.output) == (1, b"") and "知らない設定「pase」" in done.errors


# --- limits that changed


STRICTER = [
    {"year": 2024, "settings": {"tolerance_better": 0.2}},
    {"year": 2026, "settings": {"tolerance_better": 0.5, "tolerance_worse": 0.5}},
]
RELATIVE = {"tolerance_kind": "relative", "tolerance_better": "5%", "tolerance_worse": "5%"}
BANDED = {"上": ["reached"], "中": ["behind"], "下": ["worse"], "－": ["not_rated"]}
LIMITS = {"上": {"at_least": "100%"}, "中": {"at_least": "70%"}, "下": {}}
LATER = [{"year": 2024, "bands": {"中": {"at_least": "80%"}}}]


@pytest.mark.parametrize(
    ("year", "actual", "letter"),
    [
        ("2023", "42", "A"), ("2023", "41.9", "B"),  # 5 % of 40 is 2
        ("2024", "42", "B"), ("2024", "48", "A"), ("2025", "47.9", "B"),  # 20 % is 8
        ("2026", "48", "B"), ("2027", "59.9", "B"), ("2026", "38", "B"),  # 50 % is 20, both ways
        ("2025", "38", "C"),  # 5 % for the worse until 2025
    ],
)  # fmt: skip
def test_settings_hold_from_their_year_on_and_earlier_years_keep_the_earlier_ones(
    year, actual, letter, rated, tmp_path
):
    scheme = write_scheme(tmp_path / "own.yaml", settings=RELATIVE, since=STRICTER)
    assert rated(USUAL | {"year": year, "actual": actual}, scheme=scheme)[0]["rating"] == letter


def test_bands_hold_from_their_year_on_row_by_row(rated, tmp_path):
    scheme = write_scheme(tmp_path / "own.yaml", BANDED, method="ratio_bands", bands=LIMITS, since=LATER)
    years = ["2024", "2023", "2025", "2020", "2022"]
    rows = [USUAL | {"baseline_year": "2019", "year": year, "actual": "45"} for year in years]  # 75 % of 60
    assert [row["rating"] for row in rated(*rows, scheme=scheme)] == ["下", "中", "下", "中", "中"]
    assert rated(USUAL | {"year": "", "actual": ""}, scheme=scheme)[0]["reason"] == "no_recent_value"


def test_changes_may_stand_in_any_order_in_the_file(rated, tmp_path):
    scheme = write_scheme(tmp_path / "own.yaml", settings=RELATIVE, since=STRICTER[::-1])
    rows = [USUAL | {"year": year, "actual": "48"} for year in ("2023", "2024", "2026")]
    assert [row["rating"] for row in rated(*rows, scheme=scheme)] == ["A", "A", "B"]


@pytest.mark.parametrize(
    ("keys", "letters"),
    [
        # 45 is 12.5 % above 40: enough until 2023, not afterwards.
        ({"outcomes": STEPS, "settings": RELATIVE, "since": STRICTER[:1]}, ("A", "B")),
        # 45 is 75 % of 60: in the middle band until 2023, below it afterwards.
        ({"outcomes": BANDED, "method": "ratio_bands", "bands": LIMITS, "since": LATER}, ("中", "下")),
    ],
    ids=["settings", "bands"],
)
def test_a_period_of_a_plan_is_judged_by_the_limits_of_its_time(keys, letters, tiny_plan):
    plan = tiny_plan(
        plan={"scheme": "own"}, observations=[{"fiscal_year": 2023, "value": 45}, {"fiscal_year": 2026, "value": 45}]
    )
    write_scheme(plan / "schemes" / "own.yaml", **keys)
    workbook = load_workbook("machi", plan.parent)
    found = [evaluate(workbook, period).table["letter"].item() for period in ("first", "second")]
    assert tuple(found) == letters
    assert evaluate(workbook, "second").previous.table["letter"].item() == letters[0]


def test_what_ships_changes_no_limit_with_the_years():
    assert not any(yaml.safe_load(path.read_text("utf-8")).get("since") for path in FOLDER.glob("*.yaml"))


# --- whatever the file holds


ODD = st.sampled_from(
    ["", "-0", "1e20", "-1e-20", "1e308", "2021", "2030=1", "2021=-1e20;2022=1e20", "true", "none", "up"]
)
TEXTS = st.one_of(st.text(max_size=12), ODD, st.from_regex(r"[-+]?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True))


@settings(max_examples=100)
@given(
    cells=st.dictionaries(st.sampled_from(list(COLUMNS)), TEXTS, max_size=6),
    kind=st.sampled_from(COLUMNS["direction"]),
    name=st.sampled_from(sorted(scheme_paths())),
)
def test_any_text_in_any_cell_is_rated_or_told_and_never_fails(cells, kind, name, schemes, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    row = (
        USUAL
        | {"direction": kind}
        | {column: text.encode("utf-8", "ignore").decode() for column, text in cells.items()}
    )
    write_csv(path, [row])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            cases = read_flat_cases(path)
        except DataProblems as error:
            assert all(problem.found and problem.remedy for problem in error.problems)
        else:
            found = rate(cases, schemes[name])
            assert set(found["rating"]) <= {letter.letter for letter in schemes[name].letters}


@settings(max_examples=100)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))),
       kind=st.sampled_from(["csv", "xlsx"]))  # fmt: skip
def test_any_bytes_are_read_or_told_and_never_fail(content, kind, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"any.{kind}"
    path.write_bytes(content)
    with pytest.raises(DataProblems):  # no such file has the nine columns
        read_flat_cases(path)
