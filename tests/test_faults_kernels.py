"""What can go wrong in a notebook: each fault fails its own period, loses nothing, and is gone with the next run.

The names of tests begin with the row of the table of faults. One batch without faults, one in which every period has
another fault, one without faults again: all tests look at these three.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from types import SimpleNamespace

import nbformat
import pytest
from faulty_batch import FIRST, SECOND, FaultyBatch
from test_publishing import fault_of_reading

from planeval.batch.pool import CAN_FORK

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc"), reason="/proc で後に残ったプロセスを探します")

MEMORY = """import resource
used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, used + 2**28))
bytearray(2**32)"""
# Each fault, and what the line about it must say.
FAULTS = {
    "F01": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "カーネルが止まりました"),
    "F02": ("import os; os._exit(0)", "カーネルが止まりました"),
    "F03": (MEMORY, "メモリ"),
    "F04": ("import sys; sys.exit(0)", "SystemExit"),
    "F05": ("raise ValueError('何かの誤り')", "ValueError：何かの誤り"),
    "F07": ("import threading; threading.Event().wait()", "秒で終わりませんでした"),
}
# What takes the process that runs notebooks, or the one that its kernels are forked from, with it.
PARENT = "import os, signal; own = os.getppid(); "
WORKER = "own = int(Path(f'/proc/{own}/stat').read_text(encoding='ascii').rpartition(')')[2].split()[1]); "
LOST = {"server": PARENT + "os.kill(own, signal.SIGKILL)", "worker": PARENT + WORKER + "os.kill(own, signal.SIGKILL)"}
LOST = {name: f"{code}; import threading; threading.Event().wait()" for name, code in LOST.items()}
HARMLESS = {
    "F06": "import threading; thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()",
    "F11": "import subprocess; child = subprocess.Popen(['sleep', '300'])",
    "good": "",
}
CHANGE = (
    "with (Path(data_dir) / plan / 'observations' / 'ka.csv').open('a', encoding='utf-8') as file: file.write('\\n')"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> SimpleNamespace:
    """The three batches, what was published after each, and what a reader met with in the last."""
    batch = FaultyBatch(tmp_path_factory.mktemp("faults"), {"machi": [*LOST, *FAULTS, *HARMLESS], "mura": ["F27"]})
    words = ("--jobs", "2", "--cell-seconds", "5")
    facts = SimpleNamespace(batch=batch, first=batch.run(*words), before=batch.seen())
    table = batch.data / "mura" / "observations" / "ka.csv"
    content = table.read_bytes()
    for name, code in ({name: code for name, (code, _) in FAULTS.items()} | LOST | HARMLESS).items():
        batch.fail("machi", name, code)
    batch.fail("mura", "F27", CHANGE)
    facts.faulty, facts.left, facts.after = batch.run(*words), batch.left(), batch.seen()
    facts.hidden = batch.hidden()
    facts.warnings = json.loads((batch.outputs / "machi" / "F06" / "run.json").read_bytes())["warnings"]
    shutil.copytree(batch.outputs / ".failed", batch.folder / "kept")
    facts.index = (batch.outputs / "machi" / "index.html").read_text("utf-8")
    facts.kept = batch.folder / "kept"
    facts.warned = batch.run("machi", "--period", "F06", "good", "--strict", *words)
    batch.mend()
    table.write_bytes(content)
    facts.broken, facts.reads = [], 0
    with polling(facts):
        facts.last = batch.run(*words)
    facts.again = batch.seen()
    return facts


class polling:
    """While it lasts, a reader opens every published run again and again."""

    def __init__(self, facts: SimpleNamespace) -> None:
        self.facts, self.is_over = facts, threading.Event()
        self.reader = threading.Thread(target=self.read)

    def __enter__(self) -> None:
        self.reader.start()

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.reader.join()

    def read(self) -> None:
        while not self.is_over.is_set():
            for record in sorted(self.facts.batch.outputs.glob("*/*/run.json")):
                fault = fault_of_reading(record.parent, schemes=())
                self.facts.reads += 1
                self.facts.broken += [fault] if fault else []


def lines_of(done, key: str) -> list[str]:
    """What a batch told of one period on its error stream."""
    return [line for line in done.stderr.splitlines() if line.startswith(f"{key}：")]


def survived(made, key: str, told: str) -> None:
    """The general rule: one line with notebook, period and cause; the published run as before; then all is well."""
    assert made.first.returncode == 0, made.first.stderr
    assert made.faulty.returncode == 1
    (line,) = lines_of(made.faulty, key)
    assert told in line
    own = [
        {name: digest for name, digest in state.items() if name.startswith(key)}
        for state in (made.before, made.after, made.again)
    ]
    assert own[0] == own[1] == own[2] and own[0]
    assert (made.kept / key / "failure.txt").is_file()
    assert made.last.returncode == 0, made.last.stderr


def failed_in_its_cell(made, row: str) -> None:
    """The general rule for a fault in a cell, whose line names the cell."""
    survived(made, f"machi/{row}", FAULTS[row][1])
    (line,) = lines_of(made.faulty, f"machi/{row}")
    assert SECOND in line and "番目のコードのセル「# 故障の場所」で、" in line


def test_F01_a_kernel_that_is_killed_fails_its_period_and_no_other(made):
    failed_in_its_cell(made, "F01")


def test_F02_a_kernel_that_ends_itself_fails_its_period_and_no_other(made):
    failed_in_its_cell(made, "F02")


def test_F03_too_little_memory_is_told_as_such(made):
    failed_in_its_cell(made, "F03")


def test_F04_an_exit_without_an_error_is_no_success(made):
    failed_in_its_cell(made, "F04")


def test_F05_an_error_is_told_with_its_cell_and_what_it_says(made):
    failed_in_its_cell(made, "F05")


def test_F07_a_cell_that_hangs_is_ended_at_its_limit(made):
    failed_in_its_cell(made, "F07")


@pytest.mark.skipif(not CAN_FORK, reason="この系では、いつも一つずつ起動するカーネルを使います")
@pytest.mark.parametrize(
    ("row", "told"), [("worker", "作業のプロセスが途中で止まりました"), ("server", "カーネルが止まりました")]
)
def test_a_process_of_ours_that_is_killed_fails_its_period_and_no_other(made, row, told):
    survived(made, f"machi/{row}", told)


def test_no_notebook_of_a_failed_run_calls_cells_done_that_never_ran(made):
    for row in FAULTS:
        (path,) = (made.kept / "machi" / row).glob("*.ipynb")
        cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        assert cells[-1].execution_count is None or not cells[-1].outputs, row


def test_the_other_notebook_and_the_other_periods_are_told_as_what_they_are(made):
    table = made.faulty.stdout
    assert re.search(rf"machi +good +{FIRST} +完了", table) and re.search(rf"machi +F05 +{FIRST} +完了", table)
    assert re.search(rf"machi +F05 +{SECOND} +失敗", table)


def test_F06_an_error_in_a_thread_is_counted_and_fails_where_warnings_must_not_be(made):
    assert "machi/F06" not in made.faulty.stderr.replace("] machi/F06", "")
    assert made.warned.returncode == 1 and "警告" in lines_of(made.warned, "machi/F06")[0]
    assert lines_of(made.warned, "machi/good") == [] and len(made.warnings) == 1 and SECOND in made.warnings[0]


def test_F11_no_process_is_left_by_kernels_that_die_hang_or_start_others(made):
    assert made.left == []


def test_F17_the_index_says_which_reports_are_of_an_earlier_run(made):
    assert made.index.count("見えているのは前のもの") == len(FAULTS) + len(LOST)


def test_F18_a_reader_that_polls_during_a_whole_batch_never_sees_a_broken_run(made):
    assert made.reads > 20 and made.broken == []


def test_F27_data_that_change_during_a_run_are_not_published(made):
    survived(made, "mura/F27", "実行の途中でデータのファイルが変わりました")


def test_nothing_is_left_in_the_outputs_folder_but_the_failed_runs_and_what_the_next_run_needs(made):
    assert made.hidden <= {".lock", ".failed", ".examined"}
    assert ".staging" not in made.batch.hidden()
