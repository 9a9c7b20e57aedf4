"""A whole run of a plan with peculiar small numbers: none of them stands in any file that it writes."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest
from commands import planeval
from plan_folder import write_plan

# Of how many of each district, at two dates: 東 is small, 西 is the cheapest that protects it.
RATES = {
    2020: {"東": (6, 8137), "西": (613, 9241), "南": (2203, 9677), "北": (2417, 9803)},
    2023: {"東": (7, 8191), "西": (619, 9283), "南": (3301, 9719), "北": (3511, 9839)},
}
COUNTS = {2020: {"東": 8, "西": 4409, "南": 5003, "北": 6007}, 2023: {"東": 3, "西": 4421, "南": 5009, "北": 6011}}
SENT = 7321  # of a district that the department withheld itself
# Each withheld number as it could be written; 0.086 is 7 of 8137 in percent.
HIDDEN = [
    "8,?137",
    "8,?191",
    "9,?241",
    "9,?283",
    r"0\.0[78][0-9]*",
    r"6\.6[0-9]*",
    "613",
    "619",
    "4,?409",
    "4,?421",
    "7,?321",
]
SHOWN = ["9,?719", "3,?301", "5,?009"]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[str, Path]:
    """What the commands printed, and the folder of outputs."""
    folder = write_plan(tmp_path_factory.mktemp("w") / "data" / "machi", **plan())
    done = planeval("run", "--data", folder.parent, "--outputs", folder.parents[1] / "outputs")
    assert done.returncode == 0, done.stderr[-3000:]
    checked = planeval("check", "--data", folder.parent)
    assert checked.returncode == 0 and "少ない数を守るために伏せた" in checked.stdout
    return done.stdout + done.stderr + checked.stdout, folder.parents[1] / "outputs"


def plan() -> dict:
    rates = [row for year, districts in RATES.items() for row in rates_of(year, districts)]
    rates[6] |= {"value": 9.9, "remark": "8,191人のうち七人"}  # reported wrongly, noted, and put right below
    fix = {"indicator_id": "R-1", "fiscal_year": 2023, "group_kind": "地区", "group": "東", "reported": 9.9}
    fix |= {"corrected": 100 * 7 / 8191, "reason": "8191人のうち7人（0.085%）", "decided_by": "課長"}
    district = {"indicator_id": "R-2", "group_kind": "地区"}
    sent = [
        district
        | {"fiscal_year": 2023, "group": "東", "sample_size": SENT, "missing": "秘匿", "remark": "7321人に聞いた"}
    ]
    sent += [{"indicator_id": "R-2", "fiscal_year": 2023, "value": 50}]
    return {
        "plan": {"districts": ["東", "西", "南", "北"], "periods": [{"id": "first", "label": "前半", "kind": "evaluation", "years": [2021, 2023]}]},
        "indicators": [
            {"indicator_id": "R-1", "indicator_name": "割合", "unit": "%", "baseline": "", "target": 60, "decimals": 4},
            {"indicator_id": "C-1", "indicator_name": "出来事", "is_count": "はい", "baseline": "", "target": 90000},
            {"indicator_id": "R-2", "indicator_name": "別の割合", "unit": "%"},
        ],
        "observations": [*rates, *(row for year, own in COUNTS.items() for row in counts_of(year, own)), *sent],
        "corrections": [fix],
    }  # fmt: skip


def rates_of(year: int, districts: dict[str, tuple[int, int]]) -> list[dict]:
    whole = tuple(map(sum, zip(*districts.values(), strict=True)))
    return [
        {"indicator_id": "R-1", "fiscal_year": year, "value": 100 * hits / size, "sample_size": size, "sample_count": hits}
        | ({"group_kind": "地区", "group": name} if name else {})
        for name, (hits, size) in {"": whole, **districts}.items()
    ]  # fmt: skip


def counts_of(year: int, districts: dict[str, int]) -> list[dict]:
    # Written as departments write; 西 is sent twice, which is told and used once.
    spelled = {"東": "{}人".format, "西": "{:,}".format}
    twice = [*{"": sum(districts.values()), **districts}.items(), ("西", districts["西"])]
    return [
        {"indicator_id": "C-1", "fiscal_year": year, "value": spelled.get(name, str)(count)} | ({"group_kind": "地区", "group": name} if name else {})
        for name, count in twice
    ]  # fmt: skip


def texts(outputs: Path) -> dict[str, str]:
    """Every file as text, without the bytes of pictures and the fingerprints of files."""
    found = {}
    for path in sorted(path for path in outputs.rglob("*") if path.is_file()):
        text = cells_of(path) if path.suffix == ".xlsx" else path.read_text("utf-8")
        text = re.sub(r'(data:image/png;base64,|"image/png": ")[A-Za-z0-9+/=\\n]+', "", text)
        found[str(path.relative_to(outputs))] = re.sub(r"\b[0-9a-f]{12,64}\b", "", text)
    return found


def cells_of(path: Path) -> str:
    """Every cell of a workbook, a line each."""
    sheets = openpyxl.load_workbook(path).worksheets
    return "\n".join(str(value) for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row)


def occurrences(pattern: str, text: str) -> list[str]:
    """Where a number stands as such, not within another one."""
    return re.findall(rf".{{0,30}}(?<![0-9.,]){pattern}(?![0-9]).{{0,30}}", text)


@pytest.mark.slow
def test_no_withheld_number_stands_in_any_file(made):
    files = texts(made[1])
    assert {Path(name).suffix for name in files} >= {".html", ".ipynb", ".csv", ".json", ".xlsx"}
    told = re.sub(r"(完了（?) *\d+\.\d", r"\1", made[0])  # seconds may be any number
    for name, text in {**files, "the commands": told}.items():
        for number in HIDDEN:
            assert occurrences(number, text) == [], name


@pytest.mark.slow
def test_the_record_of_intake_and_the_replies_tell_the_place_of_a_withheld_number_alone(made):
    folder = made[1] / "machi" / "first" / "tables"
    with (folder / "intake.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["列"] == "値"]
    assert len(rows) == 6 and {(row["書いてあった字"], row["読んだ値"]) for row in rows} == {("", "")}
    (reply,) = (folder / "replies").glob("*.txt")
    assert reply.read_text("utf-8-sig").count("少ない数にかかわるため、内容を伏せた") >= 6


@pytest.mark.slow
def test_the_search_would_find_them(made):
    whole = "\n".join(texts(made[1]).values())
    assert all(occurrences(number, whole) for number in SHOWN)


@pytest.mark.slow
def test_the_tables_leave_the_cells_of_withheld_groups_empty(made):
    folder = made[1] / "machi" / "first"
    with (folder / "tables" / "evaluation.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["区分値"] in {"東", "西"}]
    assert len(rows) == 5 and {row["評価"] for row in rows} == {"E"}
    figures = [name for name in rows[0] if name.startswith(("基準値", "最新", "基準年度の"))]
    figures = [name for name in figures if "出どころ" not in name]
    assert len(figures) > 12 and {row[name] for row in rows for name in figures} == {""}
    points = (folder / "tables" / "points.csv").read_text("utf-8-sig")
    assert "南" in points and "東" not in points and "西" not in points
    assert json.loads((folder / "run.json").read_text("utf-8"))["notebooks"]


@pytest.mark.slow
def test_the_first_report_tells_that_values_were_withheld_and_what_else_could_be_done(made):
    report = (made[1] / "machi" / "first" / "01_data_loading.html").read_text("utf-8")
    assert "merged_districts" in report and "少ない数にかかわるため" in report and "秘匿" in report
