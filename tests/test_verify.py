"""`planeval verify`: every change of a published run is told by the name of the file, and nothing else is."""

from __future__ import annotations

import json
import os

import pytest
from commands import planeval

from planeval.batch import publish
from planeval.batch.verify import verify

FILES = {"04_committee_report.html": b"report", "tables/evaluation.csv": b"1,2", "notebooks/04.ipynb": b"{}"}


@pytest.fixture
def outputs(tmp_path):
    for key in ("machi/first", "machi/first/schemes/gap", "mura/first"):
        publish.stage(tmp_path, key, FILES, {})
        publish.switch(tmp_path, key)
    publish.write_page(tmp_path / "machi" / "index.html", "index")
    publish.sweep(tmp_path)
    return tmp_path


def test_what_was_not_touched_is_good_and_its_files_are_counted(outputs):
    told, is_good = verify(outputs)
    assert is_good and told.count("（3ファイル）") == 3 and told.endswith("3件すべて、公表したときのままです。")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda run: (run / "tables" / "evaluation.csv").write_bytes(b"1,3"), "変わった　tables/evaluation.csv"),
        (lambda run: (run / "04_committee_report.html").write_bytes(b""), "変わった　04_committee_report.html"),
        (lambda run: (run / "04_committee_report.html").unlink(), "足りない　04_committee_report.html"),
        (lambda run: (run / "tables" / "写し.csv").write_bytes(b""), "余分　tables/写し.csv"),
        (lambda run: (run / "schemes" / "memo.txt").write_bytes(b""), "余分　schemes/memo.txt"),
        (lambda run: (run / "run.json").unlink(), "記録（run.json）がない"),
        (lambda run: (run / "run.json").write_bytes(b'{"outputs": {'), "記録（run.json）が壊れている"),
        (lambda run: (run / "run.json").write_bytes(b"[]"), "記録（run.json）が壊れている"),
        (lambda run: (run / "run.json").write_text('{"outputs": {"../x": "' + "0" * 64 + '"}}', "utf-8"), "壊れている"),
        (lambda run: (run / "run.json").write_text('{"outputs": {"x": 1}}', "utf-8"), "壊れている"),
    ],
)
def test_a_change_is_told_by_its_file_with_what_to_do_and_of_no_other_run(outputs, change, told):
    change(outputs / "machi" / "first")
    text, is_good = verify(outputs)
    assert not is_good and told in text
    assert text.count("公表したときと違う\n") == 1 and "直し方：" in text
    assert text.endswith("3件のうち1件が、公表したときと違います。")


@pytest.mark.skipif(os.name != "posix", reason="Windows には、ふつうの利用者が作れるリンクがありません")
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("run.json")])
def test_a_published_file_must_be_an_ordinary_one(outputs, make):
    path = outputs / "machi" / "first" / "tables" / "evaluation.csv"
    path.unlink()
    make(path)
    assert "変わった　tables/evaluation.csv" in verify(outputs)[0]


def test_a_pdf_of_a_report_and_what_windows_of_the_system_leave_are_nothing_extra(outputs):
    for name in ("04_committee_report.pdf", "Thumbs.db", "tables/.DS_Store"):
        (outputs / "machi" / "first" / name).write_bytes(b"x")
    assert verify(outputs)[1]
    (outputs / "machi" / "first" / "other.pdf").write_bytes(b"x")
    assert not verify(outputs)[1]


def test_a_failed_or_half_staged_run_is_no_published_one(outputs):
    publish.keep_failed(outputs, "machi/second", {"run.json": b"{}"})
    publish.stage(outputs, "machi/second", FILES, {})
    assert verify(outputs)[1]


def test_the_command_answers_for_all_outputs_a_plan_or_a_run_with_its_exit_code(outputs, tmp_path_factory):
    (outputs / "machi" / "first" / "schemes" / "gap" / "tables" / "evaluation.csv").write_bytes(b"")
    done = {name: planeval("verify", outputs / name) for name in (".", "machi", "mura", "mura/first")}
    assert [one.returncode for one in done.values()] == [1, 1, 0, 0]
    assert "first/schemes/gap：公表したときと違う" in done["machi"].stdout and done["mura/first"].stdout.startswith(
        "first："
    )
    nothing = planeval("verify", tmp_path_factory.mktemp("empty"))
    assert nothing.returncode == 2 and "公表した実行がありません" in nothing.stderr
    found = json.loads(planeval("verify", outputs, "--json").stdout)["runs"]
    assert [one["run"] for one in found if one["changed"] == ["tables/evaluation.csv"]] == ["machi/first/schemes/gap"]
