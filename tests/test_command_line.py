"""The command line: exit codes, nearest names, all problems at once, nothing written where something is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from commands import PROJECT, planeval, run_module

NOTEBOOK = PROJECT / "notebooks" / "01_data_loading.ipynb"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rum"], "run"),
        (["run", "kenkou21"], "kenko21"),
        (["run", "kenko21", "--period", "fina"], "final"),
        (["run", "kenko21", "--scheme", "kenko"], "kenko21"),
        (["check", "tokorozwa"], "tokorozawa"),
        (["run", "--perod", "final"], "--period"),
        (["run", "kenko21", "--jobs", "many"], "jobs"),
        (["check", "--data", "nowhere"], "nowhere"),
        (["run", "--outputs"], "outputs"),
    ],
)
def test_wrong_use_is_refused_with_the_nearest_known_name_and_exit_code_2(tmp_path, words, told):
    outputs = ["--outputs", tmp_path / "outputs"] if words[0] == "run" and words[-1] != "--outputs" else []
    done = planeval(*words, *outputs)
    assert done.returncode == 2 and told in done.stderr + done.stdout
    assert not (tmp_path / "outputs").exists()
    assert "Traceback" not in done.stderr


def test_help_names_every_command():
    done = planeval("--help")
    assert done.returncode == 0
    for command in ("run", "check", "schemes", "export", "index"):
        assert command in done.stdout


HEAVY = ("pandas", "numpy", "scipy", "matplotlib", "nbformat", "IPython")
LOADED = "import sys; from planeval.delivery.cli import main; main(sys.argv[1:]); print(*sorted(sys.modules))"
A_FILE = "data/kenko21/observations/kouhyou_mid.csv"


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (["--help"], [*HEAVY, "yaml"]),
        (["rnu"], [*HEAVY, "yaml"]),
        (["run", "tokorozwa"], HEAVY),
        (["read", A_FILE], ["openpyxl", "scipy", "matplotlib", "nbformat", "IPython"]),
        (["check", "kenko21"], ["openpyxl", "scipy.stats", "scipy.optimize", "matplotlib", "nbformat", "IPython"]),
    ],
)
def test_a_command_loads_only_what_it_needs(words, needless):
    run = (sys.executable, "-c", LOADED, *words)
    done = subprocess.run(run, cwd=PROJECT, env=os.environ | {"PYTHONPATH": "lib"}, capture_output=True, check=True)
    assert not set(needless) & set(done.stdout.split(b"\n")[-2].decode().split())


def test_schemes_are_listed_with_a_sentence_each():
    done = planeval("schemes")
    assert done.returncode == 0 and "kenko21" in done.stdout and "gap" in done.stdout and "。" in done.stdout


def test_check_of_the_plans_that_ship_finds_no_problem():
    done = planeval("check", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)


@pytest.fixture
def faulty_data(tmp_path):
    """A copy of kenko21 with three faults in three files."""
    data = tmp_path / "所沢 data"
    shutil.copytree(PROJECT / "data" / "kenko21", data / "kenko21")
    indicators = data / "kenko21" / "indicators.csv"
    indicators.write_text(indicators.read_text("utf-8-sig").replace("9.3,2020,5.0", "9.3,2020,9.3", 1), "utf-8-sig")
    years = data / "kenko21" / "period_years.csv"
    years.write_text(years.read_text("utf-8-sig").replace("HJF-001,", "HJF-01,", 1), "utf-8-sig")
    values = data / "kenko21" / "observations" / "kouhyou_mid.csv"
    values.write_text(values.read_text("utf-8-sig").replace(",7769,", ",約7769,", 1), "utf-8-sig")
    return data


def test_check_tells_every_fault_of_every_file_with_place_and_remedy(faulty_data):
    done = planeval("check", "kenko21", "--data", faulty_data)
    told = done.stderr + done.stdout
    assert done.returncode == 1
    for fragment in (
        "indicators.csv",
        "period_years.csv",
        "observations/kouhyou_mid.csv",
        "HJF-001",
        "約7769",
        "直し方",
        "行目",
    ):
        assert fragment in told


def test_run_writes_nothing_of_a_plan_with_a_fault(faulty_data, tmp_path):
    done = planeval("run", "kenko21", "--data", faulty_data, "--outputs", tmp_path / "outputs")
    assert done.returncode == 1 and "直し方" in done.stderr + done.stdout
    written = [
        path
        for path in (tmp_path / "outputs").rglob("*")
        if path.is_file() and path.suffix != ".lock" and path.name != ".lock"
    ]
    assert written == []


def test_papermills_own_command_line_refuses_an_unknown_parameter(tmp_path):
    done = run_module("papermill", NOTEBOOK, tmp_path / "out.ipynb", "-p", "perido", "final", cwd=tmp_path)
    assert done.returncode != 0 and "perido" in done.stderr and "period" in done.stderr and "WrongUse" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("plan", "kenkou21", "kenko21"),
        ("period", "R3R5", "R3-R5"),
        ("scheme", "gapp", "gap"),
        ("period", "2024", "-r period"),
    ],
)
def test_papermills_own_command_line_refuses_an_unknown_plan_period_scheme_or_number(tmp_path, name, value, told):
    done = run_module("papermill", NOTEBOOK, tmp_path / "out.ipynb", "-p", name, value, cwd=tmp_path)
    assert done.returncode != 0 and told in done.stderr and "WrongUse" in done.stderr


def test_papermill_runs_a_notebook_from_any_folder(tmp_path):
    folder = tmp_path / "別の フォルダ"
    folder.mkdir()
    done = run_module(
        "papermill", NOTEBOOK, folder / "out.ipynb", "-p", "plan", "kenko21", "-p", "period", "final", cwd=folder
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "健康日本21" in (folder / "out.ipynb").read_text("utf-8")
