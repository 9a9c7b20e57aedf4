"""The batch on other executors: threads, and a cluster of dask that loses a worker in the middle, give the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from faulty_batch import LONGEST, FaultyBatch, processes_with

from planeval.batch import cluster, crew, hand, publish, runs
from planeval.batch.sources import Sources, program
from planeval.batch.tasks import Task
from planeval.delivery import cli
from planeval.delivery.choice import choose

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc"), reason="Linux の /proc が要ります")
PLANS = {"a": ["first"], "b": ["first"], "c": ["first"]}
# Ends, the first time, an ancestor of the kernel: its server (1), the process that works for a worker (2), the worker (3).
ENDS = """import os, re, signal, threading
reached = place / f"{{plan}}-{{period}}-was-here"
if {always} or not reached.exists():
    reached.write_text("x", encoding="ascii")
    number = os.getpid()
    for _ in range({generations}):
        number = int(re.search(r"PPid:\\t(\\d+)", Path(f"/proc/{{number}}/status").read_text(encoding="utf-8"))[1])
    os.kill(number, signal.SIGKILL)
    threading.Event().wait()"""
HAND, WORKER = 2, 3


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> FaultyBatch:
    """Plans with a run of their own processes to compare with."""
    batch = FaultyBatch(tmp_path_factory.mktemp("cluster"), PLANS)
    done = batch.run()
    assert done.returncode == 0, done.stderr
    batch.local = batch.seen()
    return batch


@pytest.fixture(scope="module")
def address(batch) -> Iterator[str]:
    """A cluster with two workers, each a process; all that it starts carries the marker of the batch."""
    distributed = pytest.importorskip(
        "distributed", reason="dask.distributed がありません（pip install dask distributed）"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANEVAL_TEST", batch.marker)
        patch.setenv("PYTHONPATH", str(batch.library))
        patch.setenv("TMPDIR", str(batch.folder / "tmp"))
        (batch.folder / "tmp").mkdir()
        options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
        with distributed.LocalCluster(**options, local_directory=str(batch.folder / "dask")) as workers:
            yield workers.scheduler_address


def at_work(batch: FaultyBatch) -> list[str]:
    """Processes of planeval beside those of the cluster, once those that are about to end have ended."""
    deadline = time.monotonic() + 10
    while (found := [line for line in processes_with(batch.marker) if "-m planeval" in line]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.02)  # nothing tells of the end of a process that is not one's own
    return found


def again_by(batch: FaultyBatch, executor: Executor) -> int:
    """Run all anew on an executor."""

    @contextmanager
    def opened() -> Iterator[Executor]:
        with executor:
            yield executor

    notebooks = {path.stem: path for path in sorted((batch.folder / "notebooks").glob("*.ipynb"))}
    manner = runs.Manner(is_forced=True)
    return runs.run(choose(batch.data, []), batch.outputs, manner, notebooks=notebooks, workers=opened)


def test_any_executor_gives_the_same_bytes_and_a_process_that_breaks_takes_its_own_period_only(
    batch, monkeypatch, capsys
):
    monkeypatch.setenv("PLANEVAL_TEST", batch.marker)
    batch.fail("c", "first", ENDS.format(always=True, generations=HAND))
    assert again_by(batch, ThreadPoolExecutor(2)) == 1
    told = capsys.readouterr()
    assert f"c/first：{crew.BROKEN}" in told.err and "Traceback" not in told.err
    batch.mend()
    assert batch.seen() == batch.local and batch.left() == []
    assert {path.name for path in (batch.outputs / ".failed").iterdir()} == {"c"}


def test_a_cluster_that_loses_a_worker_in_the_middle_gives_the_bytes_of_the_local_run(batch, address):
    for path in sorted(batch.outputs.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    batch.fail("a", "first", ENDS.format(always=False, generations=WORKER))
    batch.fail("b", "first", ENDS.format(always=False, generations=HAND))
    done = batch.run("--dask", address)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (batch.folder / "faults").glob("*-was-here")} == {
        "a-first-was-here", "b-first-was-here"
    }  # fmt: skip
    batch.mend()
    assert "Traceback" not in done.stderr and batch.seen() == batch.local
    assert batch.hidden() <= {".lock", ".examined"}
    assert at_work(batch) == []
    assert list((batch.folder / "tmp").glob("planeval-*")) == []


def test_each_worker_of_a_cluster_gets_ready_before_its_first_job(batch, address):
    with pytest.importorskip("distributed").Client(address) as client:
        client.wait_for_workers(2, timeout=LONGEST)
    with cluster.cluster(address, batch.outputs):
        for thread in threading.enumerate():
            if thread.name == cluster.GETTING_READY:
                thread.join(LONGEST)
        rooms = {line.split()[-1] for line in processes_with(batch.marker) if "planeval.batch.hand" in line}
    assert len(rooms) == 2 and at_work(batch) == []


REACHED = """import threading
(place / "reached").write_text("x", encoding="ascii")
threading.Event().wait()"""


def test_an_interrupted_client_leaves_nothing_at_work_on_the_cluster(batch, address):
    reached = batch.folder / "faults" / "reached"
    os.mkfifo(reached)
    batch.fail("a", "first", REACHED)
    child = batch.start("a", "--period", "first", "--dask", address)
    assert reached.read_text(encoding="ascii") == "x"  # a cell is at work, and would be for ever
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=LONGEST)
    batch.mend()
    assert child.returncode == cli.INTERRUPTED and "中断しました" in errors and "Traceback" not in errors
    assert at_work(batch) == [] and batch.hidden() <= {".lock", ".examined"} and batch.seen() == batch.local


def test_a_hand_removes_the_room_that_it_was_given_and_nothing_else(tmp_path):
    kept, room = tmp_path / "shared", tmp_path / "room"
    for folder in (kept, room):
        folder.mkdir()
        (folder / "file").touch()
    settings = {"cwd": kept, "env": os.environ | {"TMPDIR": str(kept)}, "stdin": subprocess.DEVNULL}
    for words in ([], [str(room)]):
        command = [sys.executable, "-P", "-m", "planeval.batch.hand", *words]
        subprocess.run(command, **settings, stderr=subprocess.DEVNULL, timeout=LONGEST)
    assert (kept / "file").exists() and not room.exists()


def test_a_worker_with_another_program_or_other_folders_is_told_so(batch):
    task = Task("a", "first", None, batch.data, batch.outputs, {}, Sources(program()))
    assert hand._fault_of(task) == hand.NOT_SEEN  # no run has opened its room
    publish.open_room(batch.outputs)
    assert hand._fault_of(task) == "" and hand._fault_of(replace(task, staging="3-of-8")) == hand.NOT_SEEN
    publish.sweep(batch.outputs)
    assert hand._fault_of(replace(task, data_dir=batch.folder / "elsewhere")) == hand.NOT_SEEN
    assert hand._fault_of(replace(task, sources=Sources("0" * 64))) == hand.OTHER_PROGRAM


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--dask", "tcp://127.0.0.1:1"], "クラスタのスケジューラ「tcp://127.0.0.1:1」に接続できません"),
        (["--dask", "scheduler.json"], "アドレス（tcp://…）でも、スケジューラのファイルでもありません"),
        (["--dask", "nonsense://x"], "に接続できません"),
        (["--dask", "tcp://127.0.0.1:1", "--plain-kernels"], "--plain-kernels は、--dask と一緒には使えません"),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_told_in_a_sentence(batch, monkeypatch, capsys, words, told):
    pytest.importorskip("distributed", reason="dask.distributed がありません（pip install dask distributed）")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    words = ["run", "a", "--force", "--data", str(batch.data), "--outputs", str(batch.outputs), *words]
    assert cli.main(words) == cli.WRONG_USE
    errors = capsys.readouterr().err
    assert told in errors and "Traceback" not in errors


def test_a_cluster_without_workers_is_told_so(batch, monkeypatch, capsys):
    distributed = pytest.importorskip(
        "distributed", reason="dask.distributed がありません（pip install dask distributed）"
    )
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 0.1)
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        words = ["run", "a", "--force", "--data", str(batch.data), "--outputs", str(batch.outputs)]
        assert cli.main([*words, "--dask", empty.scheduler_address]) == cli.WRONG_USE
    assert "作業者（dask worker）がいません" in capsys.readouterr().err and batch.hidden() <= {".lock", ".examined"}


def test_where_dask_is_not_installed_the_command_says_how_to_install_it(batch, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    words = ["run", "a", "--data", str(batch.data), "--outputs", str(batch.outputs), "--dask", "tcp://127.0.0.1:1"]
    assert cli.main(words) == cli.WRONG_USE
    assert "python -m pip install dask distributed" in capsys.readouterr().err


class KilledWorker(Exception):
    """Named as dask's own."""


class ClosedClientError(Exception):
    """As dask's own is, neither an OSError nor a RuntimeError."""


class AtOnce(Future):
    """An answer that is there."""

    @classmethod
    def of(cls, answer: object) -> Future:
        future = cls()
        future.set_result(answer)
        return future


class Losing(Executor):
    """Loses every job in one way."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def submit(self, *_: object) -> Future:
        if isinstance(self._error, OSError | ClosedClientError | TypeError):
            raise self._error
        future: Future = Future()
        if isinstance(self._error, CancelledError):
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(self._error)
        return future


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KilledWorker(), cluster.KILLED),
        (CancelledError(), cluster.LOST),
        (ConnectionResetError(), cluster.LOST),
        (ClosedClientError(), cluster.LOST),
        (ModuleNotFoundError("planeval"), cluster.ABSENT),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_a_cluster_loses_is_a_failed_period_with_a_sentence(batch, capsys, error, told):
    assert again_by(batch, cluster.ClusterExecutor(Losing(error))) == 1
    errors = capsys.readouterr().err
    assert errors.count(told) == len(PLANS) and "Traceback" not in errors


def test_a_cluster_that_was_lost_is_given_no_more_jobs():
    lost = Losing(CancelledError())
    jobs = cluster.ClusterExecutor(lost)
    assert str(jobs.submit(len, ()).exception()) == cluster.LOST
    lost.submit = lambda *_: pytest.fail("it would never be done")
    assert str(jobs.submit(len, ()).exception()) == cluster.LOST


def test_a_cluster_that_was_lost_for_a_moment_is_given_jobs_again():
    lost, states = Losing(CancelledError()), iter([True, False])
    jobs = cluster.ClusterExecutor(lost, lambda: next(states))
    assert str(jobs.submit(len, ()).exception()) == cluster.LOST
    lost.submit = lambda *_: AtOnce.of(7)
    assert jobs.submit(len, ()).result() == jobs.submit(len, ()).result() == 7


@pytest.mark.parametrize(
    ("states", "is_back"), [(["connecting", "connecting", "running"], True), (["running"], True), (["closing"], False)]
)
def test_a_client_that_looks_for_its_scheduler_is_waited_for(states, is_back, monkeypatch):
    class Client:
        @property
        def status(self) -> str:
            return states[0]

    monkeypatch.setattr(cluster.time, "sleep", lambda _: states.pop(0))
    assert cluster._is_back(Client()) == is_back


def test_a_fault_of_a_job_itself_is_not_taken_for_a_lost_cluster():
    jobs = cluster.ClusterExecutor(Losing(TypeError("cannot pickle")), lambda: pytest.fail("nothing was lost"))
    assert isinstance(jobs.submit(len, ()).exception(), TypeError)
    assert isinstance(jobs.submit(len, ()).exception(), TypeError)


def test_a_job_that_was_cancelled_takes_no_answer_any_more(caplog):
    theirs: Future = Future()
    jobs = cluster.ClusterExecutor(SimpleNamespace(submit=lambda *_: theirs))
    ours = jobs.submit(len, ())
    assert ours.cancel()
    theirs.set_result(1)
    assert ours.cancelled() and caplog.records == []


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([2, 1, 2], []),
        ([1, 0, 0, 0], [cluster.NOBODY]),
        ([1, 0, 0, 3, 3, 0, 1], [cluster.NOBODY, cluster.SOMEBODY, cluster.NOBODY, cluster.SOMEBODY]),
        ([0, OSError(), 0], [cluster.NOBODY]),
        ([1, OSError(), 0, 1], [cluster.NOBODY, cluster.SOMEBODY]),
    ],
)
def test_a_cluster_without_a_worker_left_is_told_once_until_one_is_there_again(capsys, counts, told):
    looks = iter(counts)

    def workers() -> dict[str, int]:
        count = next(looks)
        if isinstance(count, OSError):
            raise count
        return dict.fromkeys(map(str, range(count)), 1)

    pauses = iter([False] * len(counts) + [True])
    cluster._tell_of_absence(workers, lambda seconds: next(pauses))
    assert capsys.readouterr().err.splitlines() == told


def test_an_executor_that_throws_jobs_away_fails_them(batch, capsys):
    assert again_by(batch, Losing(CancelledError())) == 1
    errors = capsys.readouterr().err
    assert errors.count(crew.BROKEN) == len(PLANS) and "Traceback" not in errors
