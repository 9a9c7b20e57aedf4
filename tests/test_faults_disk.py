"""A whole batch where the disk is full, nothing but the outputs may be written, or text is not UTF-8."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from faulty_batch import FaultyBatch

from planeval.batch.worker import OTHER_SOURCES

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows には、大きさの限りも許可の数字もありません")

KEY = "machi/first"
SMALL = 100_000  # bytes: more than a tiny report needs, less than the notebook with the text below
LARGE_OUTPUT = "print('x' * 300_000)"
# Root may write everywhere; without these two powers the numbers of permission hold for root too.
NO_POWERS = ["setpriv", *(f"--{kind}=-dac_override,-dac_read_search" for kind in ("bounding-set", "inh-caps"))]


def limited() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))


def contents(*folders: Path) -> dict[str, str]:
    """The hash of every file of some folders."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def without_powers() -> list[str]:
    """What a command must begin with so that permissions hold; skips where that cannot be."""
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None or subprocess.run([*NO_POWERS, sys.executable, "-c", ""]).returncode:
        pytest.skip("root には許可の数字が効かず、setpriv で力を手放すこともできません")
    return NO_POWERS


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> SimpleNamespace:
    """A good run, and one that meets a file that the disk does not take."""
    batch = FaultyBatch(tmp_path_factory.mktemp("faults"), {"machi": ["first"]})
    values = batch.data / "machi" / "observations" / "ka.csv"
    values.rename(values.with_name("福祉課.csv"))
    facts = SimpleNamespace(batch=batch, first=batch.run(), before=batch.seen())
    batch.fail("machi", "first", LARGE_OUTPUT)
    facts.full, facts.after = batch.run(before=limited), batch.seen()
    facts.hidden = batch.hidden()
    batch.mend()
    return facts


def test_F12_a_disk_that_is_full_when_the_notebook_is_saved_leaves_the_published_run(made):
    assert made.first.returncode == 0, made.first.stderr
    assert made.full.returncode == 1 and "Traceback" not in made.full.stderr
    (line,) = [line for line in made.full.stderr.splitlines() if line.startswith(f"{KEY}：")]
    assert "書き込めませんでした（ファイルが大きすぎる）" in line
    assert (
        made.after == made.before
        and f"{KEY}/run.json" in made.after
        and made.hidden <= {".lock", ".failed", ".examined"}
    )


def test_F20_code_and_data_may_be_read_only_and_stay_as_they_are(made, tmp_path):
    library, home = tmp_path / "lib", tmp_path / "home"
    shutil.copytree(made.batch.library, library, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    home.mkdir()
    shutil.copy(made.batch.library.parent / "requirements.lock", tmp_path)  # a run says what it was made with
    places = [library, made.batch.data, made.batch.folder / "notebooks", home]
    before = contents(*places)
    prefix = without_powers()
    for place in places:
        for path in (place, *place.rglob("*")):
            path.chmod(path.stat().st_mode & ~0o222)
    usual = made.batch.library
    made.batch.library, made.batch.prefix = library, prefix
    try:
        done = made.batch.run(HOME=str(home))
    finally:
        made.batch.library, made.batch.prefix = usual, []
        for place in places:
            for path in (place, *place.rglob("*")):
                path.chmod(path.stat().st_mode | 0o200)
    assert done.returncode == 0, done.stderr
    assert "atplotlib" not in done.stderr and "Traceback" not in done.stderr
    assert contents(*places) == before and made.batch.seen() == made.before


def test_F19_an_outputs_folder_that_may_not_be_written_is_told_before_any_work(made, tmp_path):
    prefix, usual = without_powers(), made.batch.outputs
    made.batch.prefix, made.batch.outputs = prefix, tmp_path / "closed"
    made.batch.outputs.mkdir(mode=0o555)
    try:
        done = made.batch.run()
    finally:
        made.batch.prefix, made.batch.outputs = [], usual
    assert done.returncode == 2 and "「closed」に書き込めません（許可がない）" in done.stderr
    assert list((tmp_path / "closed").iterdir()) == []


ALONE = ["unshare", "--net"]  # not even the machine's own address


def is_alone() -> bool:
    """Whether a process can be without a network here."""
    return bool(shutil.which(ALONE[0])) and subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    "prefix",
    [
        pytest.param([], id="with a network"),
        pytest.param(ALONE, id="without", marks=pytest.mark.skipif(not is_alone(), reason="unshare --net が要ります")),
    ],
)
def test_F29_a_batch_where_text_is_not_utf_8_and_no_network_is_there_gives_the_same_bytes(made, prefix):
    made.batch.prefix = prefix
    done = made.batch.run(PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", LC_ALL="C", LANG="C", TZ="Pacific/Kiritimati")
    made.batch.prefix = []
    assert done.returncode == 0, done.stderr
    assert made.batch.seen() == made.before


EDITS = {
    "a notebook": "path = place.parent / 'notebooks' / '01_data_loading.ipynb'",
    "a rating scheme": "path = Path(data_dir) / 'schemes' / 'own.yaml'; path.parent.mkdir(exist_ok=True)",
}


@pytest.mark.parametrize("name", EDITS)
def test_F27_notebooks_and_schemes_that_change_during_a_run_are_not_published_either(made, name):
    notebook = made.batch.folder / "notebooks" / "01_data_loading.ipynb"
    content = notebook.read_bytes()
    made.batch.fail("machi", "first", f"{EDITS[name]}; path.open('a', encoding='utf-8').write(' ')")
    done = made.batch.run()
    made.batch.mend()
    notebook.write_bytes(content)
    shutil.rmtree(made.batch.data / "schemes", ignore_errors=True)
    assert done.returncode == 1 and f"machi/first：{OTHER_SOURCES}" in done.stderr
    assert made.batch.seen() == made.before
