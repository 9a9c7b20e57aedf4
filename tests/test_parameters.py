"""Names and values that come from outside: refused before anything starts, never retyped, never run, never a way out."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path, PureWindowsPath

import hypothesis.strategies as st
import pytest
from commands import PROJECT, planeval
from hypothesis import given, settings

from planeval.batch import publish
from planeval.delivery import parameters
from planeval.delivery.choice import choose
from planeval.trust.workbook import load_workbook
from planeval.words.paths import fault_of_file, is_plan_name, safe_name
from planeval.words.problems import DataProblems, WrongUse

HOSTILE = [
    "..", ".", "../machi", "../../x", "/etc", "machi/../x", "machi/", "a\\b", "..\\x", "C:", "C:x", "\\\\server\\x",
    "con", "CON", "nul", "aux.txt", "com1", "LPT9", "conin$", "x.", "x ", " ", "", ".git", ".staging", ".failed",
    "~x", "-x", "--data", "a*", "a?", "a<b", "a|b", 'a"b', "{period}", "{period.__class__.__mro__}", "{", "a}b",
    "x\ny", "x\0y", "x\ty", "a\u2028b", "a\u202eb", "a\u200bb", "２０２６", "ｋｅｎｋｏ", "ｶﾅ", "か\u3099", "x" * 41,
    "x=1\nimport os\n", "!!python/object", "exports", "schemes", "index.html", "Index.HTML",
]  # fmt: skip
GOOD = ["kenko21", "tokorozawa", "machi", "my-city", "A_1", "所沢市計画", "第3次", "2026.1", "x y", "ガイド", "a" * 40]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_no_plan(name):
    assert not is_plan_name(name)


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_every_system_keeps_may_be_a_plan(name):
    assert is_plan_name(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_on_the_command_line_is_an_unknown_one(name, data_dir):
    with pytest.raises(WrongUse, match="はありません"):
        choose(str(data_dir), [name])
    with pytest.raises(WrongUse, match="はありません"):
        choose(str(data_dir), ["kenko21"], periods=[name])
    with pytest.raises(WrongUse, match="はありません"):
        choose(str(data_dir), ["kenko21"], scheme=name)


@pytest.mark.parametrize("name", ["con", "x y z.", "~x", "a{b}", "exports", "２０２６"])
def test_a_plan_in_a_folder_of_such_a_name_is_told_and_not_read(name, tiny_plan):
    folder = tiny_plan()
    other = folder.rename(folder.with_name(name))
    (other / "plan.yaml").write_text(
        (other / "plan.yaml").read_text("utf-8").replace("id: machi", f"id: '{name}'"), "utf-8"
    )
    with pytest.raises(DataProblems, match="計画の名前が"):
        load_workbook(name, other.parent)


def test_a_hidden_folder_is_no_plan(tiny_plan):
    folder = tiny_plan()
    shutil.copytree(folder, folder.with_name(".staging"))
    assert choose(str(folder.parent)).plans == ("machi",)


@pytest.mark.parametrize("period", HOSTILE)
def test_a_period_of_such_a_name_is_told(period, tiny_plan):
    spans = [{"id": period, "label": "前半", "kind": "evaluation", "years": [2021, 2023]}]
    with pytest.raises(DataProblems, match=r"期間の id|YAML|「id」"):
        load_workbook("machi", tiny_plan(plan={"periods": spans}).parent)


@pytest.mark.parametrize("name", ["..", "../x", "a/../../x", "/etc/x", "a//b", "a\\b", "C:/x", "", "."])
def test_nothing_is_staged_elsewhere_than_in_its_place(name, tmp_path):
    with pytest.raises(ValueError):
        publish.stage(tmp_path, name, {}, {})
    with pytest.raises(ValueError):
        publish.stage(tmp_path, "machi/first", {name: b""}, {})
    with pytest.raises(ValueError):
        publish.switch(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_F32_any_name_becomes_one_that_windows_keeps_too(name):
    made = safe_name(name, longest=40)
    assert not PureWindowsPath(made).is_reserved() and not set(made) & set('<>:"/\\|?*') and made.isprintable()
    assert 0 < len(made) <= 41 and made[-1] not in ". " and made[0] != "."


@pytest.mark.skipif(os.name != "posix", reason="Windows には FIFO がありません")
@pytest.mark.parametrize("name", ["observations/ka.csv", "indicators.csv", "observations/new.xlsx", "schemes/own.yaml"])
def test_F32_a_fifo_among_the_data_is_told_and_does_not_keep_its_reader_waiting(name, tiny_plan):
    path = tiny_plan() / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    done = planeval("check", "--data", path.parents[1] if path.parent.name == "machi" else path.parents[2])
    assert done.returncode == 1 and path.name in done.stdout and "ふつうのファイルでない" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="Windows には FIFO がありません")
def test_F32_a_fifo_as_plan_file_is_no_plan_and_as_a_file_to_read_none(tiny_plan, tmp_path):
    path = tiny_plan() / "plan.yaml"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(WrongUse, match="計画がありません"):
        choose(str(path.parents[1]))
    assert planeval("read", path).returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="Windows のリンクは、管理者だけが作れます")
def test_F32_a_link_is_followed_within_the_data_folder_alone(tiny_plan, tmp_path):
    folder = tiny_plan()
    inside, outside = folder.parent / "shared.csv", tmp_path / "outside.csv"
    for target in (inside, outside):
        target.write_bytes((folder / "observations" / "ka.csv").read_bytes())
    (folder / "observations" / "ka.csv").unlink()
    link = folder / "observations" / "link.csv"
    link.symlink_to(inside)
    assert len(load_workbook("machi", folder.parent)["observations"]) == 1
    for target, told in (
        (outside, "外にある"),
        (tmp_path / "absent", "リンクの先がない"),
        (tmp_path, "ふつうのファイル"),
    ):
        link.unlink()
        link.symlink_to(target)
        with pytest.raises(DataProblems, match=told):
            load_workbook("machi", folder.parent)


@pytest.mark.skipif(os.name != "posix", reason="Windows のリンクは、管理者だけが作れます")
def test_F32_the_data_folder_and_a_plan_folder_may_be_links(tiny_plan, tmp_path):
    folder = tiny_plan()
    (tmp_path / "データ").symlink_to(folder.parent)
    assert choose(str(tmp_path / "データ")).data_dir == folder.parent
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "machi").symlink_to(folder)
    assert len(load_workbook("machi", tmp_path / "elsewhere")["observations"]) == 1
    assert fault_of_file(folder / "plan.yaml", folder) == ""


@pytest.mark.skipif(os.name != "posix", reason="Windows には FIFO がありません")
def test_F32_a_data_folder_that_is_a_fifo_or_a_file_holds_no_plan(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").write_bytes(b"")
    for name in ("fifo", "file", "absent"):
        with pytest.raises(WrongUse, match=f"「{name}」に計画がありません"):
            choose(str(tmp_path / name))


@pytest.mark.parametrize(
    "value", ['!!binary "Iicpcm0="', "!!omap [a: 1]", "!!python/object/apply:os.system [id]", "&x [*x]"]
)
def test_a_tag_or_a_reference_in_a_plan_file_is_no_value(value, tiny_plan):
    path = tiny_plan() / "plan.yaml"
    path.write_text(f"{path.read_text('utf-8')}\nstatus: {value}\n", "utf-8")
    with pytest.raises(DataProblems, match=r"の値|参照|YAML"):
        load_workbook("machi", path.parents[1])


def test_F23_a_misspelt_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(WrongUse, match="「perido」はありません。近い名前：period"):
        parameters.check_names(["plan", "perido"])
    with pytest.raises(WrongUse, match="はありません"):
        parameters.check_names(["x=1\nimport os\ny"])


@pytest.mark.parametrize(
    "value", [83, 45045, False, 1000, 2024, float("nan"), 1.5, b"R3", ("R3",), ["R3"], {"R3"}, None]
)
def test_F24_a_value_that_was_retyped_on_its_way_is_refused(value):
    with pytest.raises(WrongUse, match=r"文字ではありません.*-r period"):
        parameters.check_values({"period": value})


@pytest.mark.parametrize(
    "text", ["0123", "12:30:45", "no", "1_000", "２０２４", "nan", "true", "'; import os #", "{x}"]
)
def test_F24_text_stays_the_text_that_it_is(text, tiny_plan):
    parameters.check_values({"period": text})
    with pytest.raises(WrongUse) as refused:
        choose(str(tiny_plan().parent), periods=[text])
    assert f"期間「{text}」はありません" in str(refused.value)


def notebooks(folder: Path, change) -> Path:
    """The project's notebooks, one of them with another parameters cell."""
    shutil.copytree(PROJECT / "notebooks", folder, ignore=shutil.ignore_patterns(".*"))
    path = folder / "02_indicator_evaluation.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    change(next(cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])))
    path.write_text(json.dumps(notebook), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda cell: cell.update(source=[line.replace("period:", "perido:") for line in cell["source"]]),
            "「perido」を「period」に直して",
        ),
        (lambda cell: cell.update(source=cell["source"][:2]), "「scheme: str | None」を足して"),
        (lambda cell: cell["metadata"].update(tags=[]), "「plan: str」を足して"),
        (lambda cell: cell.update(source=["plan = ("]), "「plan: str」を足して"),
    ],
)
def test_F23_a_notebook_must_declare_every_parameter_that_it_is_given(change, told, tmp_path):
    assert set(parameters.notebook_paths()) == set(parameters.NOTEBOOKS)
    with pytest.raises(WrongUse, match="02_indicator_evaluation") as refused:
        parameters.notebook_paths(notebooks(tmp_path / "notebooks", change))
    assert told in str(refused.value)
