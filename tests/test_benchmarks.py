"""The benchmarks compare like with like, and count what they say they count."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from planeval.delivery.examine import examine
from planeval.judging.ratings import judge
from planeval.trust.schemes import load_scheme

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
evaluation = pytest.importorskip("evaluation")
incremental = pytest.importorskip("incremental")
municipalities = pytest.importorskip("municipalities")
timing = pytest.importorskip("timing")

TABLE = """
計画        期間        ノートブック         状態      秒    原因
tokorozawa  R3-R5       01_data_loading      変更なし  0.0
tokorozawa  R6-R8       01_data_loading      完了      2.1
tokorozawa  R6-R8       04_committee_report  失敗      1.0   ValueError：理由  と余白
tokorozawa  R6-R8       全体                 失敗      3.4   ValueError：理由  と余白
目次：outputs/index.html
"""


def test_row_by_row_and_all_at_once_give_the_same():
    case = evaluation.make_cases(60)
    together = judge(*case, load_scheme("gap"), {})
    pd.testing.assert_frame_equal(evaluation.row_by_row(*case), together)
    assert set(together["letter"]) == {"A", "B", "B*", "C", "D"}
    assert {"size", "interval", "exact"} <= set(together["route"])


def test_the_table_has_a_line_for_every_size(capsys):
    evaluation.main(["100"])
    lines = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [line[1].strip() for line in lines[2:]] == ["1", "100"]


def test_the_memory_of_grandchildren_counts():
    hold = "x = bytearray(80_000_000); print('ready', flush=True); input()"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen((sys.executable, "-c", start), **pipes) as process:
        assert process.stdout.readline().strip() == b"ready"
        found = timing.memory_of_tree(process.pid)
        process.communicate(b"\n")
    assert found > 80_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="prctl は Linux だけにあります")
def test_the_processor_time_of_what_outlives_the_command_counts():
    work = "import time; end = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {work!r}], stdout=-3, stderr=-3)"
    assert timing.measured((sys.executable, "-c", start)).processor > 0.5


def test_what_ran_is_read_from_the_table_of_a_run():
    assert incremental.ran(TABLE) == (2, "R6-R8 ×2")
    assert incremental.ran(TABLE.replace("変更なし", "完了    ")) == (3, "all")


def test_every_edit_changes_the_project_and_leaves_a_plan_that_can_be_read(tmp_path, data_dir):
    incremental.copy_project(tmp_path / "before")
    for number, (name, edit) in enumerate(incremental.EDITS.items()):
        project = tmp_path / str(number)
        incremental.copy_project(project)
        edit(project, "tokorozawa")
        same = subprocess.run(["diff", "-r", tmp_path / "before", project], capture_output=True, check=False).returncode
        assert same == (0 if name in {"nothing", *incremental.WORDS} else 1), name
        if name in {"one value of one observation", "plan.yaml"}:
            assert [str(problem) for problem in examine("tokorozawa", project / "data").problems] == [], name


def test_one_pair_of_the_benchmark_and_its_floor_are_measured_in_one_run(record_property):
    words = ("kenko21", "--period", "final", "--pairs", "1", "--at-once")
    done = subprocess.run((sys.executable, BENCHMARKS / "batch.py", *words), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
    print(done.stdout)
    rows = {cells[1].strip(): cells[2:] for line in done.stdout.splitlines() if len(cells := line.split("|")) > 2}
    for name in ("papermill, nbconvert", "planeval run", "floor"):
        assert float(rows[name][0]) > 0
    for name in ("papermill, nbconvert ÷ planeval run", "planeval run ÷ floor"):
        above, below = (float(rows[part][0]) for part in name.split(" ÷ "))
        record_property(name, rows[name][0].strip())
        assert float(rows[name][0]) == pytest.approx(above / below, rel=0.05)


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    """Three and thirty municipalities made from the sample of `planeval new`, and what a batch over them took."""
    room = tmp_path_factory.mktemp("municipalities")
    source, found = municipalities.source_of(None, room), {}
    for count in (3, 30):
        own = room / str(count)
        names = municipalities.make(source, own / "data", count)
        found[count] = (own, names, municipalities.run(own / "data", own / "outputs", names, "R6", 2))
    return found


def test_municipalities_differ_in_name_and_figures_and_say_that_they_are_examples(batches):
    room, names, _ = batches[3]
    values = []
    for name in names:
        with (room / "data" / name / "observations" / "mihon.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["状態"] for row in rows} == {"例示"}
        values.append([row["値"] for row in rows])
    assert values[0] != values[1] != values[2] != values[0]
    assert all(
        f"例示市00{n}" in (room / "data" / name / "plan.yaml").read_text("utf-8-sig") for n, name in enumerate(names, 1)
    )


@pytest.mark.parametrize("count", [3, 30])
def test_a_batch_makes_and_indexes_every_municipality(batches, count, record_property):
    room, names, (seconds, memory, disk, index, waiting) = batches[count]
    page = (room / "outputs" / "index.html").read_text(encoding="utf-8")
    for number, name in enumerate(names, 1):
        assert f'href="{name}/index.html"' in page and f"例示市{number:03}" in page
        assert (room / "outputs" / name / "R6" / "04_committee_report.html").is_file()
    assert index == len(page.encode("utf-8")) and disk > 1e5 and memory > 5e7 and seconds > waiting > 0
    told = f"{seconds / count:.1f} s and {disk / 1e6:.1f} MB each, {memory / 1e6:.0f} MB of memory, index {index / 1e3:.0f} kB"
    record_property(f"{count} municipalities", told)
    print(told)


def test_ten_times_as_many_municipalities_need_no_more_memory(batches):
    few, many = (batches[count][2][1] for count in (3, 30))
    assert many < 1.25 * few and many < 1.2e9
