"""A batch in parts: a job array gives what one run gives, its jobs work side by side, its index is made afterwards."""

from __future__ import annotations

import ast
import os
import re
import subprocess

import pytest
import yaml
from commands import PROJECT, plain_environment, planeval
from faulty_batch import LONGEST, FaultyBatch
from hypothesis import given
from hypothesis import strategies as st

from planeval.batch.shards import Shard, shard_of
from planeval.delivery.cli import BUSY, COMMANDS, DONE, WRONG_USE
from planeval.delivery.command_words import OPTIONS
from planeval.words.problems import WrongUse

only_posix = pytest.mark.skipif(os.name != "posix", reason="Windows では、分けた部分は同時に動きません")
CHOICES = st.lists(st.integers(0, 9), max_size=12).map(
    lambda sizes: {f"p{plan}": [f"p{plan}/{task}" for task in range(size)] for plan, size in enumerate(sizes)}
)


@given(CHOICES, st.integers(1, 20))
def test_every_task_falls_to_exactly_one_part_and_parts_differ_by_one_task_at_most(plans, count):
    parts = [Shard(number + 1, count).own(plans) for number in range(count)]
    found = [task for part in parts for own in part.values() for task in own]
    assert sorted(found) == sorted(task for own in plans.values() for task in own)
    sizes = [sum(map(len, part.values())) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    assert all(set(own) <= set(plans[plan]) for part in parts for plan, own in part.items())
    assert parts == [Shard(number + 1, count).own(plans) for number in range(count)]


@pytest.mark.parametrize(
    "words", ["0/8", "9/8", "3", "3/", "/8", "3/0", "-1/8", "+3/8", " 3/8", "3/8\n", "03/8", "３/８"]
)
def test_a_part_that_is_none_is_refused(words):
    with pytest.raises(WrongUse, match="3/8 のように"):
        shard_of(words)


def test_a_part_is_named_for_its_lock_and_its_staging_folder():
    assert shard_of("3/8").name == "3-of-8" and shard_of("8/8") == Shard(8, 8)


def test_the_command_refuses_a_part_that_is_none_before_it_does_anything(tmp_path):
    done = planeval("run", "kenko21", "--shard", "9/8", "--outputs", tmp_path / "outputs")
    assert done.returncode == WRONG_USE and "--shard の値「9/8」は正しくありません" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def array(tmp_path_factory) -> FaultyBatch:
    """Three plans of one or two periods, run whole once, then anew in three parts of which two were at work at once."""
    batch = FaultyBatch(tmp_path_factory.mktemp("array"), {"a": ["first", "second"], "b": ["first"], "c": ["first"]})
    batch.whole, batch.whole_seen = batch.run(), batch.seen()
    batch.pages = {path: path.read_bytes() for path in batch.outputs.rglob("index.html")}
    for path in [*batch.outputs.rglob("*")][::-1]:
        path.rmdir() if path.is_dir() else path.unlink()
    return batch


def index(batch: FaultyBatch) -> subprocess.CompletedProcess[str]:
    """`planeval index`."""
    return planeval("index", "--data", batch.data, "--outputs", batch.outputs)


HELD = """with (place / "reached").open("w", encoding="ascii") as file:
    file.write("x")
(place / "go").read_text(encoding="ascii")"""


@only_posix
def test_three_parts_and_an_index_give_the_bytes_of_one_run(array):
    assert array.whole.returncode == DONE, array.whole.stderr
    for name in ("reached", "go"):
        os.mkfifo(array.folder / "faults" / name)
    array.fail("a", "first", HELD)
    first = array.start("--shard", "1/3")
    (array.folder / "faults" / "reached").read_text(encoding="ascii")  # it is at work on its first task, and waits
    second, third = array.run("--shard", "2/3"), array.run("--shard", "3/3")
    again, whole, early = array.run("--shard", "1/3"), array.run(), index(array)
    (array.folder / "faults" / "go").write_text("x", encoding="ascii")
    told, errors = first.communicate(timeout=LONGEST)
    assert [first.returncode, second.returncode, third.returncode] == [DONE] * 3, errors + second.stderr + third.stderr
    assert "planeval index で目次を作ってください" in told and "[2/2]" in errors
    assert [again.returncode, whole.returncode, early.returncode] == [BUSY] * 3
    assert all("1-of-3：開始" in refused.stderr for refused in (again, whole, early))
    assert array.seen() == array.whole_seen and not list(array.outputs.rglob("index.html"))
    assert index(array).returncode == DONE
    assert {path: path.read_bytes() for path in array.outputs.rglob("index.html")} == array.pages
    assert array.hidden() <= {".lock", ".examined"}


@only_posix
def test_a_part_with_nothing_to_do_and_one_with_a_failure_say_so(array):
    array.mend()
    nothing = array.run("--shard", "5/9")
    assert nothing.returncode == DONE and "この部分には、実行するものがありません。" in nothing.stdout
    array.fail("b", "first", "1 / 0")
    failed = array.run("--shard", "3/4")
    assert failed.returncode == 1 and "ZeroDivisionError" in failed.stderr
    assert (array.outputs / ".failed" / "b" / "first").is_dir() and array.left() == []


@pytest.mark.parametrize("name", ["cluster.md", "cluster.ja.md"])
def test_the_examples_of_the_page_on_clusters_are_whole_and_use_options_that_exist(name):
    text = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert {kind for kind, _ in blocks} <= {"sh", "python", "yaml"}
    for kind, code in blocks:
        if kind == "sh":
            done = subprocess.run(["bash", "-n"], input=code, capture_output=True, text=True, env=plain_environment())
            assert done.stderr == ""
        elif kind == "python":
            ast.parse(code)
        else:
            assert yaml.safe_load(code)["spec"]["completionMode"] == "Indexed"
    used = [words for _, code in blocks for words in re.findall(r"planeval (run|index|verify)\b([^\n;&\"'\]]*)", code)]
    assert {command for command, _ in used} >= {"run", "index"}
    for command, words in used:
        known = {OPTIONS[argument][0] for argument in COMMANDS[command][1]}
        assert set(re.findall(r"--[a-z-]+", words.partition("#")[0])) <= known, words
