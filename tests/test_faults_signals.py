"""A batch that is interrupted, ended or killed: nothing is left of it, what was published stays, the next run is as any."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
from types import SimpleNamespace

import pytest
from faulty_batch import LONGEST, FaultyBatch, processes_with

from planeval.batch import publish
from planeval.delivery.cli import BUSY

pytestmark = pytest.mark.skipif(
    os.name != "posix" or not os.path.isdir("/proc"), reason="Linux の信号と /proc が要ります"
)

KEY = "machi/first"
AT_ONCE = 120  # seconds for what takes one, on a machine that has much else to do
REACHED = """with (place / "reached").open("w", encoding="ascii") as file:
    file.write("x")
import threading
threading.Event().wait()"""


def ended(child: subprocess.Popen) -> tuple[str, str]:
    """What a batch has told that was asked to end; one that does not is killed with all that it has started."""
    try:
        return child.communicate(timeout=AT_ONCE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        raise


def stopped(
    batch: FaultyBatch, number: signal.Signals, *, whole_group: bool = False, during=lambda: None
) -> SimpleNamespace:
    """A batch that gets a signal while a cell is at work, and what is left a moment later."""
    reached = batch.folder / "faults" / "reached"
    os.mkfifo(reached)
    batch.fail("machi", "first", REACHED)
    line = os.open(reached, os.O_RDONLY | os.O_NONBLOCK)
    child = batch.start()
    poller = select.poll()
    poller.register(line, select.POLLIN)
    assert poller.poll(LONGEST * 1000), "the cell was not reached"
    told = during()
    os.killpg(child.pid, number) if whole_group else child.send_signal(number)
    _, errors = ended(child)
    os.close(line)
    batch.mend()
    return SimpleNamespace(
        code=child.returncode, errors=errors, left=batch.left(), seen=batch.seen(), hidden=batch.hidden(), told=told
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> SimpleNamespace:
    """One good run, three that are stopped, and one good run again."""
    batch = FaultyBatch(tmp_path_factory.mktemp("所沢 {x}"), {"machi": ["first"]})
    facts = SimpleNamespace(batch=batch, first=batch.run(), before=batch.seen())
    facts.interrupted = stopped(batch, signal.SIGINT, whole_group=True, during=batch.run)
    facts.ended = stopped(batch, signal.SIGTERM)
    facts.killed = stopped(batch, signal.SIGKILL)
    # As if it had been killed between staging and switching: the staged run is complete but for its record.
    (publish.stage(batch.outputs, KEY, {"04_committee_report.html": b"half"}, {}) / publish.RUN_FILE).unlink()
    facts.last = batch.run()
    facts.again = batch.seen()
    return facts


def survived(made, stop: SimpleNamespace) -> None:
    """Nothing is left, the published run is as it was, and a later run makes it again."""
    assert made.first.returncode == 0, made.first.stderr
    assert stop.left == []
    assert stop.seen == made.before == made.again and f"{KEY}/run.json" in stop.seen
    assert "Traceback" not in stop.errors
    assert made.last.returncode == 0, made.last.stderr


def test_F08_ctrl_c_ends_the_batch_with_130_and_a_word(made):
    survived(made, made.interrupted)
    assert made.interrupted.code == 130 and "中断しました" in made.interrupted.errors
    assert made.interrupted.hidden <= {".lock", ".examined"}


def test_F08_ctrl_c_before_the_first_worker_is_ready_ends_the_batch_too(made):
    child = made.batch.start()
    while not any("forkserver" in line for line in processes_with(made.batch.marker)):
        assert child.poll() is None  # it is on its way
    os.killpg(child.pid, signal.SIGINT)
    told, errors = ended(child)
    assert child.returncode == 130 and "中断しました" in errors and "Traceback" not in errors and told == ""
    assert made.batch.left() == [] and made.batch.seen() == made.again


def test_F09_a_request_to_end_ends_the_batch_with_143(made):
    survived(made, made.ended)
    assert made.ended.code == 143 and "中断しました" in made.ended.errors
    assert made.ended.hidden <= {".lock", ".examined"}


def test_F10_the_run_after_a_kill_sweeps_what_was_left_and_says_so(made):
    survived(made, made.killed)
    assert made.killed.code == -signal.SIGKILL
    assert re.search(rf"前の実行が途中で止まっていたので、残っていたもの（{KEY}）を片づけました", made.last.stderr)
    assert ".staging" not in made.batch.hidden()


def test_F16_a_second_batch_beside_the_first_is_refused_and_disturbs_nothing(made):
    second = made.interrupted.told
    assert second.returncode == BUSY and re.search(r"実行中です（開始 \d{4}-", second.stderr) and second.stdout == ""


def test_paths_with_braces_and_blanks_are_no_templates(made):
    assert "{x}" in str(made.batch.outputs) and made.first.returncode == 0
