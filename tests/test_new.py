"""A new plan runs at once and explains itself, and one that starts from a city's own list holds only what the list says."""

from __future__ import annotations

import csv

import openpyxl
import pytest
from commands import planeval

from planeval.delivery.examine import examine
from planeval.intake.starting import start_plan
from planeval.judging.evaluation import evaluate
from planeval.trust.plans import PLAN_KEYS
from planeval.trust.workbook import load_workbook
from planeval.words.contracts import CONTRACTS
from planeval.words.problems import DataProblems, WrongUse

LIST = [
    ["指標ID", "指標名", "所管課", "単位", "目標の型", "基準年度", "基準値", "目標年度", "目標値", "2021年度", "令和4年度", "R5"],
    ["001", "見守りの数", "福祉課", "件", "増加", "令和2年度", 40, 2026, 60, 44, None, 50],
    ["1-2", "相談につながった割合", "福祉課", "%", "減少", 2020, 30.5, 2026, 20, "未調査", 29, 28.1],
]  # fmt: skip


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def city_list(tmp_path):
    """Writes the city's list, with cells changed by their names, and gives its path."""

    def write(**cells):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in LIST:
            sheet.append(row)
        for name, value in cells.items():
            sheet[name] = value
            if isinstance(value, str):
                sheet[name].data_type = "s"
        book.save(tmp_path / "指標.xlsx")
        return tmp_path / "指標.xlsx"

    return write


def _rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_a_new_plan_is_clean_at_once(data):
    assert planeval("new", "machi", "--data", data, "--municipality", "まち市").returncode == 0
    done = planeval("check", "machi", "--data", data)
    assert done.returncode == 0 and done.stdout.strip() == "machi：問題 0件、気づいた点 0件"


def test_a_new_plan_can_be_evaluated_for_all_its_periods(data):
    start_plan("machi", data)
    workbook = load_workbook("machi", data)
    letters = {period.id: set(evaluate(workbook, period.id).indicators["letter"]) for period in workbook.plan.periods}
    assert set(letters) == {"R6-R8", "R9-R11", "R6", "R7", "R8", "R9", "R10", "R11"}
    assert len(letters["R6-R8"]) > 1


def test_every_row_of_a_new_plan_is_an_example_and_the_plan_says_so(data):
    start_plan("machi", data)
    workbook = load_workbook("machi", data)
    assert workbook.plan.status == "example"
    for name, contract in CONTRACTS.items():
        if contract.columns[-1].name == "status" or "status" in contract.names:
            assert set(workbook[name]["status"]) <= {"example"}, name


def test_the_plan_file_explains_every_key_in_japanese_and_what_is_commented_out_may_be_used(data):
    folder, _ = start_plan("machi", data)
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    for key in PLAN_KEYS:
        assert f"{key}:" in text, key
    lines = [
        line.removeprefix("# ") if line.startswith("# ") and ":" in line.split("#")[1] else line
        for line in text.splitlines()
    ]
    used = [line[2:] if line.startswith("#   ") else line for line in lines]
    (folder / "plan.yaml").write_text("\n".join(used), encoding="utf-8")
    found = examine("machi", data)
    assert [str(problem) for problem in found.problems] == []
    assert found.workbook.plan.partner_plan["name"] and found.workbook.plan.districts == ("東", "西")


def test_the_readme_names_every_optional_table_with_the_headings_of_its_contract(data):
    text = (start_plan("machi", data)[0] / "README.md").read_text(encoding="utf-8")
    for contract in CONTRACTS.values():
        if not contract.required:
            headings = ",".join(column.header for column in contract.columns)
            assert f"`{contract.name}.csv`（{contract.title}）：`{headings}`" in text
    assert "indicators.csv" in text and "planeval check machi" in text


def test_the_name_of_the_city_stands_in_the_plan_as_it_was_given(data):
    name = '"まち": #市 {{ x }} \\ é'
    start_plan("machi", data, municipality=name)
    assert load_workbook("machi", data).plan.municipality == name


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "あ" * 61, "\x00"])
def test_a_city_without_a_proper_name_is_refused(data, name):
    with pytest.raises(WrongUse, match="municipality"):
        start_plan("machi", data, municipality=name)
    assert not data.exists()


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", "x.y", "a b", "a\n", "-x", "~x", "ＡＢ", "x" * 41, "😀", "con", "CON", "nul", "aux", "com0", "lpt9", "schemes", "exports"],
)  # fmt: skip
def test_a_name_that_is_no_name_of_a_folder_everywhere_is_refused(data, name):
    with pytest.raises(WrongUse, match="計画の名前に使えません"):
        start_plan(name, data)
    assert not data.exists()


@pytest.mark.parametrize("name", ["machi", "machi-2_b", "2026", "地域福祉計画", "コンサル"])
def test_a_plain_name_may_be_japanese(data, name):
    assert start_plan(name, data)[0].name == name
    assert load_workbook(name, data).plan.id == name


@pytest.mark.parametrize("name", ["machi", "MACHI"])
def test_a_folder_that_is_there_is_left_alone(data, name):
    (data / "machi").mkdir(parents=True)
    with pytest.raises(WrongUse, match="すでにあります"):
        start_plan(name, data)
    assert [path.name for path in data.iterdir()] == ["machi"] and not list((data / "machi").iterdir())


def test_a_folder_of_data_in_a_place_that_does_not_exist_is_refused(data):
    done = planeval("new", "machi", "--data", data / "no" / "where")
    assert done.returncode == 2 and "where" in done.stderr and not data.exists()


def test_a_citys_list_becomes_indicators_and_values_and_nothing_of_the_sample(data, city_list):
    folder, notes = start_plan("machi", data, source=city_list())
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "README.md", "indicators.csv", "observations/jisseki.csv", "plan.yaml",
    ]  # fmt: skip
    rows = _rows(folder / "observations" / "jisseki.csv")
    assert [(row["指標ID"], row["年度"], row["値"], row["欠測"], row["出典"]) for row in rows] == [
        ("001", "2021", "44", "", "指標.xlsx J2"),
        ("001", "2023", "50", "", "指標.xlsx L2"),
        ("001", "2020", "40", "", "指標.xlsx G2"),
        ("1-2", "2021", "", "未調査", "指標.xlsx J3"),
        ("1-2", "2022", "29", "", "指標.xlsx K3"),
        ("1-2", "2023", "28.1", "", "指標.xlsx L3"),
        ("1-2", "2020", "30.5", "", "指標.xlsx G3"),
    ]
    workbook = load_workbook("machi", data)
    assert not notes and workbook.notes == () and workbook.plan.status == ""
    assert (workbook.plan.first_year, workbook.plan.last_year) == (2021, 2026)
    assert not workbook["indicators"]["status"].eq("example").any()
    assert all(len(evaluate(workbook, period.id).indicators) == 2 for period in workbook.plan.periods)


def test_a_citys_list_may_be_a_csv(data, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("指標ID,指標名,目標の型,望ましい向き,2024年度\nK1,数,なし,増加,12\n", encoding="utf-8-sig")
    start_plan("machi", data, source=path)
    assert load_workbook("machi", data)["observations"]["value"].tolist() == [12]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"K2": "約50"}, ["セル K2 列「令和4年度」：「約50」", "数値だけを書く"]),
        ({"E3": "ふえる"}, ["セル E3 列「目標の型」：「ふえる」", "増加、減少"]),
        ({"A3": "001"}, ["セル A3", "同じ行（001）"]),
        ({"B3": None}, ["セル B3 列「指標名」：空"]),
        ({"J1": "2021年"}, ["セル J1", "暦年"]),
        ({"J1": "令和5年度"}, ["セル L1", "2023年度の列が二つある"]),
        (
            {"J1": "2020年度"},
            ["セル G2 列「基準値」：基準値が40、基準年度の実績値が44（指標.xlsx シート「Sheet」セル J2）"],
        ),
        ({"I2": 40}, ["セル I2 列「目標値」", "基準値と違う目標値"]),
        ({"B2": "=HYPERLINK(1)"}, ["セル B2", "計算式に見える"]),
        ({"A1": "番号"}, ["見出し「指標ID」"]),
        ({"K2": "約50", "E3": "ふえる"}, ["K2", "E3"]),
    ],
)
def test_what_cannot_be_understood_is_told_with_cell_and_remedy_and_nothing_is_written(data, city_list, cells, told):
    with pytest.raises(DataProblems) as error:
        start_plan("machi", data, source=city_list(**cells))
    for words in told:
        assert words in str(error.value)
    assert "machi/" not in str(error.value)
    assert not data.exists() or list(data.iterdir()) == []


def test_a_list_without_any_value_is_refused(data, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("指標ID,指標名,目標の型,望ましい向き\nK1,数,なし,増加\n", encoding="utf-8-sig")
    with pytest.raises(DataProblems, match="値が一つもない"):
        start_plan("machi", data, source=path)


def test_the_command_tells_the_faults_of_a_list_with_exit_code_1_and_what_it_does_not_read_as_a_remark(data, city_list):
    done = planeval("new", "machi", "--data", data, "--from", city_list(K2="約50"))
    assert done.returncode == 1 and "K2" in done.stderr and not data.exists()
    done = planeval("new", "machi", "--data", data, "--from", city_list(M1="メモ"))
    assert done.returncode == 0 and "M1" in done.stdout and "メモ" in done.stdout
    assert planeval("new", "b", "--data", data, "--from", "nowhere.xlsx").returncode == 2


def test_rows_that_the_list_calls_examples_stay_examples(data, city_list):
    start_plan("machi", data, source=city_list(M1="状態", M2="例示"))
    rows = load_workbook("machi", data)["observations"]
    assert set(rows.loc[rows["indicator_id"].eq("001"), "status"]) == {"example"}
    assert set(rows.loc[rows["indicator_id"].eq("1-2"), "status"]) == {""}


def test_a_baseline_year_that_has_a_column_of_its_own_is_written_once(data, city_list):
    start_plan("machi", data, source=city_list(J1="2020年度", J2=40, J3=30.5))
    rows = load_workbook("machi", data)["observations"]
    assert rows["fiscal_year"].eq(2020).sum() == 2
