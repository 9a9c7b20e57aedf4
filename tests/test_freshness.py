"""What runs again after an edit: exactly what rests on it. Notebooks are stood in for by a stub; everything else is real."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tempfile
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from plan_folder import write_plan

from planeval.batch import freshness, publish, readings, runs, schedule, sources
from planeval.batch.tasks import OK, Result, Step, Task
from planeval.delivery.choice import choose
from planeval.delivery.execute import RunFailed
from planeval.telling.vocabulary import column_label, say
from planeval.words.problems import WrongUse

YEARS = {"R3": 2021, "R4": 2022, "R5": 2023}
PERIODS = [{"id": name, "label": name, "kind": "progress", "years": [year] * 2} for name, year in YEARS.items()]
ALL = {f"{plan}/{period}" for plan in ("machi", "mura") for period in YEARS}
MACHI = {key for key in ALL if key.startswith("machi/")}


class AtOnce(Executor):
    """Does what is submitted at once, in this process."""

    def submit(self, function, /, *words, **options):
        future: Future = Future()
        future.set_result(function(*words, **options))
        return future


@pytest.fixture
def house(tmp_path, monkeypatch) -> SimpleNamespace:
    """Two plans of three years, two notebooks, a library and a lock, and `run`, which tells what was run."""
    for plan in ("machi", "mura"):
        values = [{"fiscal_year": year, "value": 40 + n} for n, year in enumerate(YEARS.values(), 1)]
        write_plan(tmp_path / "data" / plan, plan={"periods": PERIODS}, observations=values)
    notebooks = {name: tmp_path / f"{name}.ipynb" for name in ("01_data_loading", "04_committee_report")}
    library, lock = tmp_path / "library" / "rule.py", tmp_path / "requirements.lock"
    library.parent.mkdir()
    for path in (*notebooks.values(), library, lock):
        path.write_text("x", encoding="utf-8")
    monkeypatch.setattr(sources, "LIBRARY", library.parent)
    monkeypatch.setattr(sources, "LOCK", lock)
    found = SimpleNamespace(
        data=tmp_path / "data", outputs=tmp_path / "outputs", notebooks=notebooks, library=library, lock=lock
    )
    done: list[str] = []

    def perform(task: Task) -> Result:
        done.append(task.key)
        record = {"made_from": task.sources.as_record(), "inputs": dict(task.inputs), "warnings": []}
        record["notebooks"] = dict.fromkeys(task.notebooks, OK)
        publish.stage(task.outputs, task.key, {"04_committee_report.html": task.sources.data.encode()}, record)
        return Result(task, steps=tuple(Step(name, OK) for name in task.notebooks))

    def run(*plans: str, code: int = 0, scheme: str | None = None, periods: tuple = (), **manner: object) -> set[str]:
        done.clear()
        sources.program.cache_clear()
        choice = choose(str(found.data), plans, scheme=scheme, periods=periods)
        gave = runs.run(
            choice, found.outputs, runs.Manner(**manner), notebooks=notebooks, workers=lambda: nullcontext(AtOnce())
        )
        assert gave == code and len(done) == len(set(done))
        return set(done)

    def tasks(plan: str) -> list[Task]:
        return list(runs._tasks(choose(str(found.data), [plan]), plan, found.outputs, notebooks, runs.Manner()))

    monkeypatch.setattr(schedule, "perform", perform)
    monkeypatch.setattr(schedule, "examine", readings.examine)
    found.run, found.tasks = run, tasks
    yield found
    sources.program.cache_clear()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")


def values(house, plan: str = "machi") -> Path:
    return house.data / plan / "observations" / "ka.csv"


def swapped(house) -> None:
    """The rows of the last two years in another order: their places, which the tables name, are others."""
    lines = values(house).read_text(encoding="utf-8-sig").splitlines()
    values(house).write_text("\n".join([*lines[:2], lines[3], lines[2]]) + "\n", encoding="utf-8-sig")


EDITS = {
    "nothing": (lambda h: None, set()),
    "a value of the last year": (lambda h: edit(values(h), ",43,", ",43.5,"), {"machi/R5"}),
    "a value of the second year": (lambda h: edit(values(h), ",42,", ",42.5,"), {"machi/R4", "machi/R5"}),
    "a value of the first year": (lambda h: edit(values(h), ",41,", ",41.5,"), MACHI),
    "a blank line at the end of the data": (lambda h: edit(values(h), ",43,", ",43,") or append(values(h), "\n"), set()),
    "the order of two rows": (swapped, {"machi/R4", "machi/R5"}),
    "a notebook": (lambda h: edit(h.notebooks["01_data_loading"], "x", "y"), ALL),
    "the library": (lambda h: edit(h.library, "x", "y"), ALL),
    "the lock": (lambda h: edit(h.lock, "x", "y"), ALL),
    "the plan file": (lambda h: edit(h.data / "machi" / "plan.yaml", "まちの計画", "まちの新しい計画"), MACHI),
    "an indicator": (lambda h: edit(h.data / "machi" / "indicators.csv", "見守りの数", "見守りの件数"), MACHI),
    "the other plan's data": (lambda h: edit(values(h, "mura"), ",43,", ",43.5,"), {"mura/R5"}),
    "an explanation beside the data": (lambda h: append(h.data / "machi" / "README.md", "説明"), set()),
    "a published page": (lambda h: append(h.outputs / "mura" / "R4" / "04_committee_report.html", "x"), {"mura/R4"}),
    "a published page that is gone": (
        lambda h: (h.outputs / "mura" / "R4" / "04_committee_report.html").unlink(), {"mura/R4"}
    ),
    "a table of which only the headings are there": (
        lambda h: (h.data / "machi" / "breaks.csv").write_text("指標ID,年度,種類,接続比,理由,状態,出典\n", "utf-8-sig"), MACHI
    ),
    "a record that has lost what it names": (
        lambda h: (h.outputs / "mura" / "R4" / "run.json").write_text(
            json.dumps({k: v for k, v in record(h, "mura/R4").items() if k not in ("inputs", "outputs")}), "utf-8"
        ),
        {"mura/R4"},
    ),
    "what was kept of the last reading": (lambda h: append(h.outputs / ".examined" / "machi.json", "{"), set()),
}  # fmt: skip


def record(house, key: str) -> dict:
    return json.loads((house.outputs / key / "run.json").read_bytes())


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_exactly_what_rests_on_it_runs_again(name, house):
    change, expected = EDITS[name]
    assert house.run() == ALL
    change(house)
    assert house.run() == expected
    assert house.run() == set()


def test_a_run_of_what_has_not_changed_gives_the_records_that_a_full_run_gives(house):
    house.run()
    append(values(house), "\n")
    edit(values(house), ",43,", ",43.5,")
    house.run()
    records = {key: (house.outputs / key / "run.json").read_bytes() for key in ALL}
    assert house.run(is_forced=True) == ALL
    assert {key: (house.outputs / key / "run.json").read_bytes() for key in ALL} == records


def test_another_scheme_runs_beside_and_leaves_the_plan_s_own_as_it_is(house):
    house.run()
    assert house.run("machi", scheme="kakogawa") == {f"{key}/schemes/kakogawa" for key in MACHI}
    assert house.run("machi", scheme="kakogawa") == set() and house.run() == set()


def test_a_run_that_failed_last_time_runs_again(house):
    house.run()
    publish.keep_failed(house.outputs, "machi/R4", {publish.FAILURE_FILE: b"x"})
    assert house.run() == {"machi/R4"}


def test_a_run_that_failed_by_another_scheme_does_not_make_the_plan_s_own_run_again(house):
    house.run()
    publish.keep_failed(house.outputs, "machi/R4/schemes/kakogawa", {publish.FAILURE_FILE: b"x"})
    assert house.run() == set() and publish.is_failed(house.outputs, "machi/R4/schemes/kakogawa")
    publish.keep_failed(house.outputs, "machi/R4", {publish.FAILURE_FILE: b"x"})
    assert house.run() == {"machi/R4"} and publish.is_failed(house.outputs, "machi/R4/schemes/kakogawa")
    assert house.run("machi", scheme="kakogawa") == {f"{key}/schemes/kakogawa" for key in MACHI}
    assert list((house.outputs / publish.FAILED).iterdir()) == []


def test_a_file_that_comes_while_a_plan_is_read_is_read_too(house, monkeypatch):
    extra = house.data / "machi" / "observations" / "zz.csv"
    read = readings.open_plan

    def read_while_a_file_comes(plan, data_dir):
        found = read(plan, data_dir)
        if plan == "machi" and not extra.exists():
            extra.write_text(values(house).read_text("utf-8-sig").replace(",2021,41", ",2020,39"), "utf-8-sig")
        return found

    monkeypatch.setattr(readings, "open_plan", read_while_a_file_comes)
    assert house.run() == ALL and house.run() == set()
    records = [json.loads((house.outputs / key / "run.json").read_bytes()) for key in MACHI]
    assert any("machi/observations/zz.csv" in record["inputs"] for record in records)


def test_a_file_that_goes_while_a_plan_is_read_is_no_fault(house, monkeypatch):
    extra = house.data / "machi" / "observations" / "zz.csv"
    extra.write_text(values(house).read_text("utf-8-sig").replace(",2021,41", ",2020,39"), "utf-8-sig")
    read = readings.open_plan

    def read_while_a_file_goes(plan, data_dir):
        if extra.exists():
            extra.unlink()
            raise FileNotFoundError(2, "gone", str(extra))
        return read(plan, data_dir)

    monkeypatch.setattr(readings, "open_plan", read_while_a_file_goes)
    assert house.run("machi") == MACHI


def test_a_plan_whose_files_never_rest_is_refused(house, monkeypatch, capsys):
    read = readings.open_plan

    def read_while_somebody_writes(plan, data_dir):
        append(values(house), "\n")
        return read(plan, data_dir)

    monkeypatch.setattr(readings, "open_plan", read_while_somebody_writes)
    assert house.run("machi", code=1) == set()
    assert readings.RESTLESS in capsys.readouterr().err


def test_a_workbook_that_is_read_again_must_be_the_one_that_was_checked(house):
    (task,) = (task for task in house.tasks("machi") if task.period == "R5")
    task = task.reading(readings.examine([task]))
    assert readings.workbook_of(task).plan.id == "machi"
    for kept in Path(tempfile.gettempdir()).glob("plan-*.pickle"):
        kept.unlink()
    append(values(house), "\n")
    with pytest.raises(RunFailed, match="変わりました"):
        readings.workbook_of(task)


def test_a_period_that_only_one_of_all_plans_has_is_run_there_and_a_plan_named_without_it_is_refused(house):
    write_plan(house.data / "mura", plan={"periods": [{**PERIODS[0], "id": "Z1", "label": "Z1"}]})
    assert house.run(periods=["R4"]) == {"machi/R4"}
    with pytest.raises(WrongUse, match=r"計画「mura」には、期間「R4」がありません.*Z1"):
        house.run("machi", "mura", periods=["R4"])


def test_what_is_published_of_a_plan_that_is_refused_counts_as_old(house):
    house.run()
    good = values(house).read_bytes()
    edit(values(house), ",43", ",四十三")
    assert house.run(code=1) == set()
    index = (house.outputs / "machi" / "index.html").read_text("utf-8")
    assert index.count(say("index_page.states.stale")) == len(YEARS)
    values(house).write_bytes(good)
    assert house.run() == MACHI
    (house.data / "machi" / "plan.yaml").write_text("id: [", "utf-8")
    assert house.run(code=1) == set()
    assert all(publish.is_failed(house.outputs, key) for key in MACHI)


def test_what_is_refused_and_was_never_published_leaves_nothing(house):
    edit(values(house), ",43", ",四十三")
    assert house.run("machi", code=1) == set()
    assert {path.name for path in house.outputs.rglob("*")} <= {".lock", ".examined"}


@pytest.mark.skipif(sys.platform != "linux", reason="名前のバイトが自由なのは Linux です")
def test_a_file_whose_name_is_no_utf_8_is_no_hindrance_where_nothing_is_read_from_it_and_is_told_elsewhere(
    house, capsys
):
    name = os.fsdecode("所沢.".encode("cp932"))
    (house.data / "machi" / f"{name}pdf").touch()
    assert house.run() == ALL and house.run() == set()
    (house.data / "machi" / "observations" / f"{name}csv").write_bytes(values(house).read_bytes())
    edit(values(house, "mura"), ",43,", ",43.5,")
    assert house.run(code=1) == {"mura/R5"}
    assert r"machi/observations/\x8f\x8a\x91\xf2.csv：名前の文字コードが UTF-8 でない" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["recall", "remember", "stands"])
@pytest.mark.parametrize(
    ("error", "told", "trace"),
    [
        (ValueError("a bug"), schedule.BUG, "ValueError: a bug"),
        (OSError("of a library"), schedule.BUG, "OSError: of a library"),
        (PermissionError(13, "denied", "/x/表.csv"), "「表.csv」を読み書きできませんでした（許可がない）", ""),
    ],
)
def test_what_goes_wrong_with_one_plan_fails_that_plan_only(house, monkeypatch, capsys, place, error, told, trace):
    real = getattr(freshness, place)

    def fails(what, *more):
        if (what if place == "stands" else what[0]).plan == "machi":
            raise error
        return real(what, *more)

    monkeypatch.setattr(freshness, place, fails)
    is_kept = place == "remember" and isinstance(error, OSError)  # what cannot be remembered is read again, no more
    ran = house.run(code=0 if is_kept else 1)
    assert ran == (ALL if is_kept else ALL - MACHI)
    shown = capsys.readouterr()
    assert len(re.findall(r"machi\s+R\d\s+全体\s+失敗", shown.out)) == len(YEARS) * (not is_kept)
    assert shown.err.count(told) == len(YEARS) * (not is_kept)
    assert is_kept or trace in shown.err
    assert ("Traceback" in shown.err) == (bool(trace) and not is_kept)


def test_a_batch_that_is_interrupted_begins_nothing_more_ends_its_hands_and_writes_no_index(house, monkeypatch, capsys):
    begun: list[Future] = []
    ended: list[Path] = []

    class Never(Executor):
        def submit(self, *_: object) -> Future:
            begun.append(Future())
            return begun[-1]

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    house.run("machi")
    capsys.readouterr()
    monkeypatch.setattr(schedule, "wait", interrupted)
    monkeypatch.setattr(schedule, "dismiss", ended.append)
    monkeypatch.setattr(runs, "write_indexes", lambda *_: pytest.fail("an index was written"))
    with pytest.raises(KeyboardInterrupt):
        runs.run(
            choose(str(house.data), []), house.outputs, notebooks=house.notebooks, workers=lambda: nullcontext(Never())
        )
    assert begun and all(future.cancelled() for future in begun) and ended == [house.outputs]
    assert runs.NO_INDEX in capsys.readouterr().err  # what has not changed was told already


def test_an_interrupt_while_the_indexes_are_written_says_that_they_are_old(house, monkeypatch, capsys):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "write_indexes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        house.run("machi")
    assert runs.NO_INDEX in capsys.readouterr().err


def test_a_memory_that_cannot_be_kept_stops_nothing(house, monkeypatch):
    def fails(*_):
        raise OSError(28, "full")

    monkeypatch.setattr(freshness, "remember", fails)
    monkeypatch.setattr(freshness, "refresh", fails)
    assert house.run() == ALL and house.run() == set()


def test_an_index_that_cannot_be_written_does_not_hide_what_became_of_the_runs(house, monkeypatch, capsys):
    def fails(*_):
        raise OSError(28, "full", "index.html")

    monkeypatch.setattr(runs, "write_indexes", fails)
    assert house.run("machi", code=1) == MACHI
    told = capsys.readouterr()
    assert len(re.findall(r"04_committee_report\s+完了", told.out)) == len(YEARS)
    assert "「index.html」を読み書きできませんでした（空き容量がない）" in told.err


def test_a_run_that_cannot_be_put_in_its_place_is_told_in_the_index(house, monkeypatch):
    house.run("machi")

    def fails(*_, **__):
        raise OSError(13, "denied")

    monkeypatch.setattr(publish, "switch", fails)
    assert house.run("machi", is_forced=True, code=1) == MACHI
    index = (house.outputs / "machi" / "index.html").read_text("utf-8")
    assert index.count(say("index_page.states.stale")) == len(YEARS)


def test_tables_and_schemes_that_others_have_changed_do_not_stop_the_index(house):
    house.run()
    table = house.outputs / "machi" / "R3" / "tables" / "evaluation.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_bytes("評価,あ\n".encode("cp932"))
    other = house.outputs / "machi" / "R4" / "tables" / "evaluation.csv"
    other.parent.mkdir(exist_ok=True)
    heads = [column_label(name) for name in ("indicator_id", "group", "letter", "scheme")]
    other.write_text(f"{','.join(heads)}\nI-1,,A,own\n", "utf-8-sig")
    (house.data / "machi" / "schemes").mkdir()
    (house.data / "machi" / "schemes" / "own.yaml").write_text("id: [", "utf-8")
    assert house.run("mura") == set()
    assert "<td" in (house.outputs / "machi" / "index.html").read_text("utf-8")


def test_a_strict_run_does_not_take_a_run_with_warnings_for_done(house):
    house.run()
    path = house.outputs / "machi" / "R3" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"warnings": ["x"]}), "utf-8")
    assert house.run() == set() and house.run(is_strict=True) == {"machi/R3"}


def test_the_table_at_the_end_names_plans_with_problems_too(house, capsys):
    edit(values(house), ",43", ",四十三")
    assert house.run(code=1) == ALL - MACHI
    told = capsys.readouterr()
    assert re.search(r"machi\s+すべて\s+すべて\s+未実行\s+データの問題1件", told.out)
    assert f"[{len(YEARS)}/{len(YEARS)}] mura/" in told.err  # those of the plan are not awaited


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_bar_shows_every_period_and_what_is_left_without_those_that_take_no_time(house, monkeypatch):
    house.run()
    edit(values(house), ",41,", ",41.5,")
    monkeypatch.setattr(sys, "stderr", Screen())
    assert house.run() == MACHI
    shown = sys.stderr.getvalue()
    counts = re.findall(r"(\d+)/(\d+) \[\d\d:\d\d<", shown)
    assert [count for n, count in enumerate(counts) if count not in counts[:n]][-3:] == [
        ("1", "3"),
        ("2", "3"),
        ("3", "3"),
    ]
    assert "machi/R5" in shown and "期間" in shown


def test_the_table_at_the_end_names_every_notebook_and_what_has_not_changed(house, capsys):
    house.run("machi")
    assert len(re.findall(r"04_committee_report\s+完了", capsys.readouterr().out)) == len(YEARS)
    house.run("machi")
    assert len(re.findall(r"すべて\s+変更なし", capsys.readouterr().out)) == len(YEARS)
