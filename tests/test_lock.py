"""One run at a time; shards side by side; what a reader is told while another is at work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PROJECT, planeval

from planeval.batch.lock import locked
from planeval.words.problems import Busy, WrongUse

HOLDER = """
import sys
from pathlib import Path
from planeval.batch.lock import locked
with locked(Path(sys.argv[1]), shard=sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""
only_posix = pytest.mark.skipif(os.name != "posix", reason="Windows には、分担のための鍵がありません")


@pytest.fixture
def held(tmp_path):
    """Starts another process that holds the folder, or a shard of it, until the test ends."""
    children = []

    def start(shard: str = "") -> subprocess.Popen:
        command = [sys.executable, "-c", HOLDER, tmp_path, shard]
        environment = os.environ | {"PYTHONPATH": str(PROJECT / "lib")}
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, encoding="utf-8"
        )
        children.append(child)
        assert child.stdout.readline() == "held\n"
        return child

    yield start
    for child in children:
        child.communicate()


def test_F16_a_second_batch_is_refused_at_once_and_told_since_when_the_first_is_at_work(held, tmp_path):
    held()
    done = planeval("run", "kenko21", "--period", "final", "--outputs", tmp_path)
    assert done.returncode == 3 and done.stdout == "" and "Traceback" not in done.stderr
    assert re.search(r"実行中です（開始 \d{4}-\d\d-\d\d \d\d:\d\d、.*プロセス \d+）", done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_the_lock_of_another_user_is_told_as_a_folder_that_may_not_be_written(tmp_path, monkeypatch):
    def denied(self, *_, **__):
        raise PermissionError(13, "denied", str(self))

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(WrongUse, match=r"書き込めません（許可がない）.*--outputs"), locked(tmp_path):
        pass


@only_posix
def test_shards_run_side_by_side_but_not_the_same_twice(held, tmp_path):
    held("1-of-8")
    with locked(tmp_path, shard="2-of-8"):
        pass
    with pytest.raises(Busy, match="1-of-8：開始"), locked(tmp_path, shard="1-of-8"):
        pass


@only_posix
def test_a_whole_run_and_a_shard_refuse_each_other(held, tmp_path):
    shard = held("1-of-8")
    with pytest.raises(Busy, match="1-of-8：開始"), locked(tmp_path):
        pass
    shard.communicate()
    held()
    with pytest.raises(Busy, match="開始"), locked(tmp_path, shard="2-of-8"):
        pass


def test_a_killed_run_holds_nothing_and_an_ended_one_leaves_no_word(held, tmp_path):
    child = held()
    child.kill()
    child.wait()
    with locked(tmp_path):
        assert "開始" in (tmp_path / ".lock").read_text("utf-8")
    assert (tmp_path / ".lock").read_text("utf-8") == ""


@only_posix
def test_the_locks_of_shards_are_cleared_away_by_the_next_whole_run(tmp_path):
    with locked(tmp_path, shard="1-of-8"):
        pass
    with locked(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]
