"""The rows of the table of faults that need no notebook: data, values, names, clocks, fonts and sizes.

A row that another file proves at length has a short test of its own here, so that each row can be found by its number.
"""

from __future__ import annotations

import ast
import os
import re
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from commands import PROJECT, planeval, run_module
from faulty_batch import PARAMETERS, notebook_of
from messy_files import CASES

from planeval.batch import disk, publish
from planeval.batch.verify import verify
from planeval.delivery.choice import choose
from planeval.delivery.execute import RunFailed, execute
from planeval.delivery.kernels import PromptClient, QuietKernelManager
from planeval.delivery.tables import csv_files, run_tables
from planeval.intake.answers import answer
from planeval.judging.disclosure import disclosed
from planeval.judging.evaluation import evaluate
from planeval.telling import drawing
from planeval.trust.workbook import load_workbook
from planeval.words.problems import DataProblems, WrongUse

KEY = "machi/first"
OLD = {
    "04_committee_report.html": b"old",
    "notebooks/04_committee_report.ipynb": b"old",
    "tables/evaluation.csv": b"old",
}
NEW = {name: content.replace(b"old", b"new") for name, content in OLD.items()}
CORRUPT = {
    "encrypted.xlsx": "パスワード", "web-page-named.xlsx": "HTML", "no-bytes.xlsx": "空", "cut-off-half.xlsx": "壊れ",
    "letter-named.xlsx": "ブック", "no-sheet-part.xlsx": "壊れ",
}  # fmt: skip
HEAVY = ("bomb-in-the-sheet.xlsx", "laughs-in-the-texts.xlsx", "stray-space-in-the-last-corner.xlsx")
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "strftime"}


def evaluation_of(folder: Path, period: str = "first"):
    """As a run evaluates it."""
    return evaluate(disclosed(load_workbook(folder.name, folder.parent)), period, None)


def tables_of(folder: Path, period: str = "first") -> dict[str, bytes]:
    """The tables that a run publishes."""
    return csv_files(run_tables(evaluation_of(folder, period)))


@pytest.fixture
def outputs(tmp_path) -> Path:
    publish.open_outputs(tmp_path / "outputs")
    publish.stage(tmp_path / "outputs", KEY, OLD, {})
    publish.switch(tmp_path / "outputs", KEY)
    publish.sweep(tmp_path / "outputs")
    return tmp_path / "outputs"


@pytest.mark.parametrize("part", ["04_committee_report.html", "tables/evaluation.csv"])
def test_F13_a_disk_that_is_full_at_the_html_or_a_table_leaves_the_old_report(part, outputs, monkeypatch):
    create = disk.create

    def full(path: Path) -> int:
        if path.as_posix().endswith(part):
            raise OSError(28, "No space left on device")
        return create(path)

    monkeypatch.setattr(disk, "create", full)
    with pytest.raises(OSError) as refused:
        publish.stage(outputs, KEY, NEW, {})
    assert publish.cause_of(refused.value) == "空き容量がない"
    assert {name: (outputs / KEY / name).read_bytes() for name in OLD} == OLD and verify(outputs)[1]
    publish.sweep(outputs)
    assert sorted(path.name for path in outputs.iterdir()) == ["machi"]


@pytest.mark.skipif(os.name != "posix", reason="fork は POSIX だけにあります")
def test_F15_no_notebook_of_a_new_run_stands_beside_the_report_of_an_old_one(outputs, monkeypatch):
    publish.stage(outputs, KEY, NEW, {})
    child = os.fork()
    if not child:
        monkeypatch.setattr(disk, "unlink", lambda path: os._exit(9))  # just after the exchange
        publish.switch(outputs, KEY)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert {name: (outputs / KEY / name).read_bytes() for name in OLD} in (OLD, NEW) and verify(outputs)[1]


def test_F19_an_outputs_folder_that_is_a_file_is_told_before_any_work(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file", tmp_path / "file" / "outputs"):
        done = planeval("run", "kenko21", "--period", "final", "--outputs", place)
        assert (
            done.returncode == 2 and f"「{place.name}」に書き込めません" in done.stderr and "--outputs" in done.stderr
        )
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize(("name", "told"), CORRUPT.items())
def test_F21_a_corrupt_workbook_is_told_with_its_cause(name, told, tmp_path):
    case = next(case for case in CASES if case.name == name)
    case.write(tmp_path / case.file)
    found = answer(tmp_path / case.file)
    assert found["status"] == "reject" and any(
        told in message and case.file in message for message in found["messages"]
    )


@pytest.mark.parametrize("name", HEAVY)
def test_F22_a_bomb_is_refused_or_read_and_this_process_lives_on(name, tmp_path):
    case = next(case for case in CASES if case.name == name)
    case.write(tmp_path / case.file)
    assert answer(tmp_path / case.file)["status"] == case.expect or case.expect == "either"


def test_F25_an_unknown_period_is_refused_and_a_year_without_a_value_is_missing_and_not_zero(tiny_plan):
    folder = tiny_plan(observations=[{"fiscal_year": 2020, "value": 40}])
    with pytest.raises(WrongUse, match="近い名前：first"):
        choose(str(folder.parent), periods=["frist"])
    row = evaluation_of(folder).table.squeeze()
    assert np.isnan(row["value"]) and row["reason"] == "no_recent_value"
    folder = tiny_plan(observations=[{"fiscal_year": 2023, "missing": "未調査"}])
    assert np.isnan(evaluation_of(folder).table.squeeze()["value"])


def test_F26_a_target_that_changes_leaves_earlier_periods_as_they_were_and_is_named_among_the_inputs(tiny_plan):
    values = [{"fiscal_year": 2023, "value": 50}, {"fiscal_year": 2025, "value": 50}]
    before = {
        period: tables_of(tiny_plan(observations=values), period)["tables/evaluation.csv"]
        for period in ("first", "second")
    }
    change = {"indicator_id": "I-1", "applies_from": 2024, "target_year": 2026, "target": 50, "reason": "改定"}
    folder = tiny_plan(observations=values, target_revisions=[change])
    assert tables_of(folder, "first")["tables/evaluation.csv"] == before["first"]
    assert tables_of(folder, "second")["tables/evaluation.csv"] != before["second"]
    assert "machi/target_revisions.csv" in load_workbook("machi", folder.parent).inputs


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="時間帯を途中で変えられるのは POSIX だけです")
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_F28_the_time_zone_and_the_day_change_nothing(zone, tiny_plan, monkeypatch):
    folder = tiny_plan()
    expected = tables_of(folder)
    try:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        for second in (1774969199, 1774969200):  # the last of 31 March 2026 in Tokyo, and the next
            for name in ("time", "time_ns"):
                monkeypatch.setattr(time, name, lambda now=second * 10 ** (9 * (name == "time_ns")): now)
            monkeypatch.setattr(time, "localtime", lambda *given, of=time.localtime, now=second: of(*given or [now]))
            assert tables_of(folder) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


def test_F28_nothing_that_judges_or_tells_reads_a_clock():
    library = PROJECT / "lib" / "planeval"
    rooms = ("words", "trust", "judging", "telling", "export")
    calls = [
        f"{path.relative_to(library)}:{node.lineno}"
        for room in rooms
        for path in sorted((library / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
        and ast.unparse(node.func.value).split(".")[0] in {"time", "datetime", "date", "pd"}
    ]  # fmt: skip
    assert calls == []


def test_F29_commands_work_where_text_is_not_utf_8_and_open_no_file_without_its_encoding(tiny_plan):
    folder = tiny_plan()
    bare = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C"}
    expected = planeval("check", "--data", folder.parent)
    found = planeval("check", "--data", folder.parent, **bare)
    assert expected.returncode == found.returncode == 0 and found.stdout == expected.stdout
    table = folder / "observations" / "福祉課の計画　データ.csv"
    (folder / "observations" / "ka.csv").rename(table)
    read = planeval("read", table, **bare)
    assert read.returncode == 0 and "I-1" in read.stdout and table.name in read.stdout
    assert planeval("check", "--data", folder.parent, **bare).returncode == 0
    strict = {"PYTHONWARNDEFAULTENCODING": "1", "PYTHONWARNINGS": "error::EncodingWarning"}
    done = run_module("planeval", "check", "--data", folder.parent, **strict)
    assert done.returncode == 0, done.stderr[-2000:]


def test_F30_a_letter_without_a_glyph_stops_the_run_and_the_font_comes_with_a_package(monkeypatch):
    def write(figure) -> None:
        figure.text(0.5, 0.5, "地域福祉")

    assert drawing.drawn((1, 1), write).startswith(b"\x89PNG")
    assert "matplotlib_fontja" in drawing._font_path()
    monkeypatch.setattr(drawing, "_font_path", lambda: str(Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"))
    with pytest.raises(UserWarning, match="Glyph"):
        drawing.drawn((1, 1), write)


def test_F31_one_name_in_two_forms_of_unicode_is_one_name(tiny_plan):
    forms = [unicodedata.normalize(form, "がぎ地区") for form in ("NFC", "NFD")]
    rows = [
        {"fiscal_year": year, "value": 50, "group_kind": "地区", "group": name}
        for year, name in zip((2022, 2023), forms, strict=True)
    ]
    folder = tiny_plan(plan={"districts": [forms[0]]}, observations=[*rows, {"fiscal_year": 2023, "value": 50}])
    assert set(load_workbook("machi", folder.parent)["observations"]["group"]) == {"", forms[0]}
    other = folder.rename(folder.with_name(unicodedata.normalize("NFD", "がぎ計画")))
    text = (
        (other / "plan.yaml").read_text("utf-8").replace("id: machi", f"id: {unicodedata.normalize('NFC', other.name)}")
    )
    (other / "plan.yaml").write_text(text, "utf-8")
    assert choose(str(other.parent), [unicodedata.normalize("NFC", "がぎ計画")]).plans == (other.name,)
    assert load_workbook(other.name, other.parent).plan.id == "がぎ計画"


def test_F31_two_files_whose_names_look_alike_are_refused(tiny_plan):
    folder = tiny_plan()
    for form in ("NFC", "NFD"):
        content = (folder / "observations" / "ka.csv").read_bytes()
        (folder / "observations" / f"{unicodedata.normalize(form, 'がぎ')}.csv").write_bytes(content)
    if len(list((folder / "observations").iterdir())) < 3:
        pytest.skip("this disk takes the two names for one")
    with pytest.raises(DataProblems, match="見た目の同じ名前"):
        load_workbook("machi", folder.parent)


def test_F32_the_text_for_a_department_has_a_name_that_windows_keeps_whatever_it_sent(tiny_plan):
    from planeval.delivery.replies import replies

    folder = tiny_plan()
    content = (folder / "observations" / "ka.csv").read_bytes()
    (folder / "observations" / "ka.csv").rename(folder / "observations" / ("長い名前の" * 12 + ".csv"))
    if os.name == "posix":
        (folder / "observations" / 'con:"a?.csv').write_bytes(content.replace(b",2023,", b",2022,"))
        (folder / "observations" / "nul.csv").write_bytes(content.replace(b",2023,", b",2021,"))
    names = list(replies(load_workbook("machi", folder.parent)))
    assert len(names) == (3 if os.name == "posix" else 1)
    for name in names:
        own = name.rpartition("/")[2]
        assert not set(own) & set('<>:"\\|?*') and not own.startswith("nul.") and len(f"machi/first/{name}") <= 100


def test_F33_a_withheld_cell_follows_from_no_sums_and_stands_in_no_table(tiny_plan):
    counts = {"東": 7, "西": 613, "南": 2203, "北": 2417}
    rows = [{"fiscal_year": 2023, "value": n, "group_kind": "地区", "group": name} for name, n in counts.items()]
    folder = tiny_plan(
        plan={"districts": list(counts)}, indicators=[{"is_count": "はい", "unit": "人", "target": 9000}],
        observations=[{"fiscal_year": 2023, "value": sum(counts.values())}, *rows],
    )  # fmt: skip
    frame = disclosed(load_workbook("machi", folder.parent))["observations"]
    hidden = [name for name in counts if frame.loc[frame["group"] == name, "value"].isna().all()]
    assert "東" in hidden
    assert len(hidden) > 1  # the only published sum is that of all districts, from which no one of several follows
    told = b"".join(tables_of(folder).values()).decode("utf-8-sig", "replace")
    assert "2203" in told and not any(f",{counts[name]}," in told for name in hidden)


@pytest.mark.parametrize("kept", [slice(0, 2), slice(0, -1), slice(2, None)])
def test_F04_a_notebook_that_has_lost_its_last_cells_or_its_first_is_refused_and_not_half_run(tmp_path, kept):
    path = tmp_path / "short.ipynb"
    notebook = notebook_of("# 題", PARAMETERS, '"初め"', '"終わり"')
    notebook.cells = notebook.cells[kept]
    nbformat.write(notebook, path)
    with pytest.raises(RunFailed, match=r"のコードのセルにだけ、タグ (parameters|end) が要ります"):
        execute(path, {"period": "p"})


def test_F34_eight_kernels_at_once_do_not_get_in_each_others_way(tmp_path):
    path = tmp_path / "short.ipynb"
    nbformat.write(notebook_of("# 題", PARAMETERS, "period"), path)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: execute(path, {"period": f"p{n}"}), range(8)))
    assert [notebook.cells[-1].outputs[0]["data"]["text/plain"] for notebook in done] == [f"'p{n}'" for n in range(8)]


@pytest.mark.parametrize(("deaths", "is_started"), [(1, True), (2, False)])
def test_F34_a_kernel_that_dies_before_it_answers_is_started_once_more_and_that_is_told(
    tmp_path, capsys, deaths, is_started
):
    starts = []

    class Client(PromptClient):
        async def wait_for_ready(self, timeout=None):
            starts.append(self)
            if len(starts) <= deaths:
                raise RuntimeError("Kernel died before replying to kernel_info")
            await super().wait_for_ready(timeout)

    class Kernels(QuietKernelManager):
        def __init__(self, **options):
            super().__init__(**options)
            self.client_factory = Client

    path = tmp_path / "short.ipynb"
    nbformat.write(notebook_of("# 題", PARAMETERS, "period"), path)
    with nullcontext() if is_started else pytest.raises(RunFailed, match="カーネルを始められませんでした"):
        assert execute(path, {"period": "p"}, kernels=Kernels).cells[-1].outputs
    assert len(starts) == 2 and capsys.readouterr().err.count("もう一度だけ始めます") == 1


def test_F35_ten_times_the_data_take_at_most_fifteen_times_the_work(tiny_plan):
    def seconds(count: int) -> float:
        names = [f"I-{n}" for n in range(count)]
        folder = tiny_plan(
            indicators=[{"indicator_id": name} for name in names],
            observations=[
                {"indicator_id": name, "fiscal_year": year, "value": 40 + year % 7} for name in names for year in (2021, 2022, 2023)
            ],
        )  # fmt: skip
        begun = time.process_time()
        evaluate(load_workbook("machi", folder.parent), "first", None)
        return time.process_time() - begun

    seconds(2)
    few, many = min(seconds(40) for _ in range(2)), seconds(400)
    assert many / few < 15


def test_every_row_of_the_table_of_faults_has_a_test_of_its_name():
    names = [
        name
        for path in Path(__file__).parent.glob("test_*.py")
        for name in re.findall(r"def test_F(\d\d)_", path.read_text("utf-8"))
    ]
    assert sorted(set(names)) == [f"{number:02d}" for number in range(1, 36)]
