"""Publishing in one step: an error or a crash at any step leaves a reader one whole run, and the next run starts clean."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from planeval.batch import disk, publish
from planeval.batch.verify import examined, verify

KEY, VARIANT = "machi/first", "machi/first/schemes/gap"
OLD = {"04_committee_report.html": b"old", "tables/evaluation.csv": b"1,2"}
NEW = {"04_committee_report.html": b"new" * 10_000, "tables/points.csv": b"3", "notebooks/04.ipynb": b"{}"}
POWER_CUT = 9  # the exit code of the child
RECORD = {"plan": "machi", "period": "first"}
needs_posix = pytest.mark.skipif(os.name != "posix", reason="fork は POSIX だけにあります")


class Crash(BaseException):
    """The process ends here."""


def published(outputs: Path, key: str, files: dict[str, bytes]) -> None:
    """Stage and switch, as a batch does."""
    publish.stage(outputs, key, files, RECORD)
    publish.switch(outputs, key)


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """No test needs a file to be there after a power cut."""
    monkeypatch.setattr(disk, "flush", lambda descriptor: None)


@pytest.fixture
def outputs(tmp_path) -> Path:
    """An outputs folder with an old run and one of it by another scheme, and an index."""
    folder = publish.open_outputs(tmp_path / "outputs")
    published(folder, KEY, OLD)
    published(folder, VARIANT, OLD)
    publish.write_page(folder / "index.html", "old index")
    return folder


def publish_again(outputs: Path) -> None:
    """All that a batch changes on the disk, for one period."""
    publish.sweep(outputs)
    published(outputs, KEY, NEW)
    publish.keep_failed(outputs, "machi/second", {"failure.txt": b"why"})
    publish.write_page(outputs / "index.html", "new index")
    publish.sweep(outputs)


def seen(outputs: Path) -> dict[str, str]:
    """What a reader sees: the hash of every file that is not hidden."""
    files = (path for path in outputs.rglob("*") if path.is_file())
    names = {path.relative_to(outputs): path for path in files}
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def failing(monkeypatch, number: int, fail: Callable[[Callable, tuple], None]) -> Callable[[], int]:
    """Lets `fail` take the place of step `number` (counted from 1) of the disk; gives a counter of the steps."""
    count = 0

    def watched(step: Callable) -> Callable:
        def act(*words):
            nonlocal count
            count += 1
            return fail(step, words) if count == number else step(*words)

        return act

    for name in disk.STEPS:
        monkeypatch.setattr(disk, name, watched(getattr(disk, name)))
    return lambda: count


def cannot_exchange(monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "no exchange")

    monkeypatch.setattr(disk, "exchange", refuse)


def before(step: Callable, words: tuple) -> None:
    """A crash just before a step is done."""
    raise Crash


def halfway(step: Callable, words: tuple) -> None:
    """A crash within a step (half of a file is written) or just after it."""
    step(words[0], words[1][: len(words[1]) // 2]) if step.__name__ == "fill" else step(*words)
    raise Crash


def power_cut(step: Callable, words: tuple) -> None:
    """The process is gone: nothing is put right by it any more."""
    os._exit(POWER_CUT)


def refusing(number: int) -> Callable[[Callable, tuple], None]:
    """The system refuses a step."""

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


FAULTS = {
    "ENOSPC": refusing(errno.ENOSPC), "EIO": refusing(errno.EIO), "EACCES": refusing(errno.EACCES),
    "crash before": before, "crash halfway": halfway, "power cut": power_cut,
}  # fmt: skip
EXCHANGE, TWO_RENAMES = "exchange", "two renames"
WAYS = [
    *((fault, EXCHANGE) for fault in ("ENOSPC", "EACCES", "crash before", "crash halfway", "power cut")),
    *((fault, TWO_RENAMES) for fault in ("EIO", "power cut")),
]


@needs_posix
@pytest.mark.parametrize(("fault", "way"), WAYS)
def test_F14_after_a_fault_at_any_step_of_publishing_a_reader_sees_one_whole_run(
    fault, way, outputs, tmp_path, monkeypatch, capsys
):
    if way == TWO_RENAMES:
        cannot_exchange(monkeypatch)
    shutil.copytree(outputs, tmp_path / "old")
    old = seen(outputs)
    with monkeypatch.context() as patch:
        steps = failing(patch, 0, before)
        publish_again(outputs)
    new, total = seen(outputs), steps()
    assert new[f"{VARIANT}/run.json"] == old[f"{VARIANT}/run.json"] and new != old and total > 40
    for number in range(1, total + 1):
        shutil.rmtree(outputs)
        shutil.copytree(tmp_path / "old", outputs)
        publish_with_fault(outputs, number, fault, monkeypatch)
        if way == TWO_RENAMES:  # here a reader may find nothing, until the next start
            publish.sweep(outputs)
        found = seen(outputs)
        for part in (f"{KEY}/0", f"{KEY}/tables", f"{KEY}/run.json", f"{VARIANT}/", "index"):
            own = [{name: state[name] for name in state if name.startswith(part)} for state in (found, old, new)]
            assert own[0] in own[1:], (number, part)
        assert verify(outputs)[1], number
        publish.sweep(outputs)
        assert not (outputs / ".staging").exists() and not list(outputs.rglob("*.new")), number
        publish_again(outputs)
        assert seen(outputs) == new, number
    with capsys.disabled():
        print(f" [{fault}, {way}: {total} of {total} steps]", end="")


def publish_with_fault(outputs: Path, number: int, fault: str, monkeypatch) -> None:
    """Publish again with one step that fails; the power is cut in a child."""
    child = os.fork() if fault == "power cut" else None
    if child:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == POWER_CUT
        return
    with monkeypatch.context() as patch, suppress(OSError, Crash):
        failing(patch, number, FAULTS[fault])
        publish_again(outputs)
    if child == 0:
        os._exit(0)


def test_F18_a_reader_that_polls_while_a_run_is_published_again_and_again_never_sees_a_broken_one(outputs):
    broken, reads, is_over = [], 0, threading.Event()

    def read() -> None:
        nonlocal reads
        while not is_over.is_set():
            fault = fault_of_reading(outputs / KEY)
            reads += 1
            if fault:
                broken.append(fault)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(150):
        published(outputs, KEY, OLD if number % 2 else NEW)
    is_over.set()
    reader.join()
    assert broken == [] and reads > 20


def fault_of_reading(run: Path, schemes: tuple[str, ...] = ("gap",)) -> str:
    """What is wrong with a run, read as a reader does that opens its folder once."""
    try:
        folder = os.open(run, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return "the run is not there"
    try:
        record = json.loads(content_of("run.json", folder))
        for name, digest in record["outputs"].items():
            if hashlib.sha256(content_of(name, folder)).hexdigest() != digest:
                return name
    except FileNotFoundError as error:
        # A folder that was replaced meanwhile is cleared away; the one that is there must be whole.
        return "" if os.fstat(folder).st_ino != run.stat().st_ino else str(error)
    finally:
        os.close(folder)
    return "".join(name for name in schemes if not (run / "schemes" / name / "run.json").exists())


def content_of(name: str, folder: int) -> bytes:
    descriptor = os.open(name, os.O_RDONLY, dir_fd=folder)
    with open(descriptor, "rb") as file:
        return file.read()


def test_a_disk_without_second_names_gets_copies_of_the_other_schemes(outputs, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links")

    before = seen(outputs)
    monkeypatch.setattr(disk, "link", refuse)
    published(outputs, KEY, NEW)
    after = seen(outputs)
    assert {n: h for n, h in after.items() if "schemes" in n} == {n: h for n, h in before.items() if "schemes" in n}


def test_what_was_staged_and_changed_is_not_published(outputs):
    old = seen(outputs)
    folder = publish.stage(outputs, KEY, NEW, RECORD)
    (folder / "tables" / "points.csv").write_bytes(b"4")
    with pytest.raises(OSError, match="not what was written"):
        publish.switch(outputs, KEY)
    assert seen(outputs) == old


def test_a_shard_sweeps_its_own_leftovers_and_a_whole_run_all(outputs):
    for name in ("1-of-2", "2-of-2"):
        publish.stage(outputs, KEY, NEW, RECORD, name=name)
    assert KEY in publish.sweep(outputs, "1-of-2")
    assert [path.name for path in (outputs / ".staging").iterdir()] == ["2-of-2", "all"]
    publish.switch(outputs, KEY, name="2-of-2")
    assert examined(outputs / KEY).is_good and publish.sweep(outputs) == ""
    assert not (outputs / ".staging").exists()


def test_everybody_may_read_what_is_published_and_only_the_owner_what_failed(outputs, tmp_path):
    publish.keep_failed(outputs, "machi/second", {"failure.txt": b"why"})
    modes = {path.relative_to(outputs).as_posix(): path.stat().st_mode & 0o777 for path in outputs.rglob("*")}
    if os.name == "posix":
        assert {modes[f"{KEY}/run.json"], modes["index.html"]} == {0o644} and modes[KEY] == 0o755
        assert [modes[f".failed{end}"] for end in ("", "/machi", "/machi/second")] == [0o700] * 3
        assert modes[".failed/machi/second/failure.txt"] == 0o600


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="Linux の /proc が要ります")
def test_every_file_is_on_the_disk_before_its_record_and_all_of_it_before_it_is_public(outputs, monkeypatch):
    steps: list[tuple[str, str]] = []

    def place(path: object) -> str:
        return (
            Path(os.readlink(f"/proc/self/fd/{path}") if isinstance(path, int) else path)
            .relative_to(outputs)
            .as_posix()
        )

    def watched(name: str):
        step = getattr(disk, name)

        def act(*words):
            steps.append((name, place(words[0])))
            return step(*words)

        return act

    for name in ("create", "flush", "exchange"):
        monkeypatch.setattr(disk, name, watched(name))
    published(outputs, KEY, NEW)
    new = f".staging/all/new/{KEY}"
    flushed = [where for name, where in steps if name == "flush"]
    folders = {f"{new}/tables", f"{new}/notebooks", new}
    before_the_record = flushed[: flushed.index(f"{new}/run.json")]
    assert {f"{new}/{file}" for file in NEW} | folders <= set(before_the_record)
    public = steps.index(("exchange", new))
    assert steps.index(("create", f"{new}/run.json")) < steps.index(("flush", f"{new}/run.json")) < public
    assert ("flush", new) in steps[steps.index(("flush", f"{new}/run.json")) : public]
    assert ("flush", "machi") in steps[public:]


def test_an_error_is_told_only_where_the_old_run_stands(outputs, tmp_path, monkeypatch):
    shutil.copytree(outputs, tmp_path / "old")
    with monkeypatch.context() as patch:
        steps = failing(patch, 0, before)
        published(outputs, KEY, NEW)
    old, new, total = seen(tmp_path / "old"), seen(outputs), steps()
    told = 0
    for number in range(1, total + 1):
        shutil.rmtree(outputs)
        shutil.copytree(tmp_path / "old", outputs)
        with monkeypatch.context() as patch:
            failing(patch, number, refusing(errno.EIO))
            try:
                published(outputs, KEY, NEW)
            except OSError:
                told += 1
                assert seen(outputs) == old, number
            else:
                assert seen(outputs) == new, number
    assert 20 < told < total
