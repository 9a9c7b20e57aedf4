"""The files that set up, lock and run the project agree with each other."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from commands import plain_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[1]
CONDA_NAMES = {"matplotlib-base": "matplotlib", "playwright-python": "playwright", "dask-core": "dask"}
PYTHON_ITSELF = {"python", "pip"}
ADDRESSES = ["://", "--index-url", "--extra-index-url", "--find-links", "file:", " @ ", "/tmp", "/home", "/opt"]


def _text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def _requirement(line: str) -> tuple[str, SpecifierSet]:
    """Name and limits of a requirement, the same for conda and pip: `Jinja2` gives ("jinja2", no limits)."""
    requirement = Requirement(line)
    return canonicalize_name(requirement.name), requirement.specifier


def _declared(*, extras: tuple[str, ...]) -> set[tuple[str, SpecifierSet]]:
    """Every requirement of pyproject.toml: run time, the named extras, and what building the package needs."""
    pyproject = tomllib.loads(_text("pyproject.toml"))
    lines = pyproject["project"]["dependencies"] + pyproject["dependency-groups"]["build"]
    for extra in extras:
        lines = lines + pyproject["project"]["optional-dependencies"][extra]
    return {_requirement(line) for line in lines}


def _locked() -> dict[str, str]:
    """Each package of the lock with the text of its entry."""
    body = re.sub(r"^#.*\n", "", _text("requirements.lock"), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", body.strip())
    return {re.match(r"[A-Za-z0-9._-]+", entry).group().lower(): entry for entry in entries}


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8", env=plain_environment(), check=False
    )


def test_environment_yml_and_pyproject_name_the_same_packages_with_the_same_limits():
    entries = yaml.safe_load(_text("environment.yml"))["dependencies"]
    from_pip = [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]
    lines = [*(entry for entry in entries if isinstance(entry, str)), *(set(from_pip) - {"-e ."})]
    in_conda = {_requirement(line) for line in lines}
    in_conda = {(CONDA_NAMES.get(name, name), limits) for name, limits in in_conda if name not in PYTHON_ITSELF}
    assert in_conda == _declared(extras=("lab", "test"))


def test_environment_yml_asks_for_the_same_python_as_pyproject():
    python = tomllib.loads(_text("pyproject.toml"))["project"]["requires-python"]
    assert f"python{python}" in yaml.safe_load(_text("environment.yml"))["dependencies"]


def test_packaging_keeps_each_rating_file_template_and_style_sheet_with_its_module():
    patterns = tomllib.loads(_text("pyproject.toml"))["tool"]["setuptools"]["package-data"]["*"]
    files = [path for path in (PROJECT / "lib/planeval").rglob("*") if path.is_file()]
    beside_modules = {f"*{path.suffix}" for path in files} - {"*.py", "*.pyc"}
    assert beside_modules <= set(patterns)


def test_the_lock_pins_every_package_to_one_version():
    unpinned = [name for name, entry in _locked().items() if not re.match(r"\S+==[^\s;*]+ ", entry)]
    assert unpinned == []


def test_the_lock_has_every_declared_package_within_its_limits():
    locked = {name: re.match(r"[^\s=]+==(\S+)", entry).group(1) for name, entry in _locked().items()}
    outside = [
        name for name, limits in _declared(extras=("lab", "test")) if name not in locked or locked[name] not in limits
    ]
    assert outside == []


def test_the_lock_holds_a_hash_for_every_package():
    assert [name for name, entry in _locked().items() if "--hash=sha256:" not in entry] == []


def test_the_lock_has_clusters_for_their_tests_but_no_pyarrow_with_which_dask_slows_every_start():
    assert {"dask", "distributed"} <= set(_locked()) and "pyarrow" not in _locked()


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_lock_holds_no_address_and_no_path(address):
    assert address not in _text("requirements.lock")


def test_the_lock_says_how_to_make_it_again():
    assert "make lock" in _text("requirements.lock").split("==", maxsplit=1)[0]


def test_make_help_lists_every_command_with_a_phrase():
    if shutil.which("make") is None:
        pytest.skip("make is not installed here")
    commands = re.search(r"^\.PHONY: (help .*)$", _text("Makefile"), re.MULTILINE).group(1).split()
    shown = _run("make", "--no-print-directory", "help").stdout
    assert re.findall(r"^  make (\S+) +\S", shown, re.MULTILINE) == commands


def test_ci_runs_the_same_tests_as_make_test():
    assert re.search(r"^[^#\n]*\bmake test$", _text(".ci/run"), re.MULTILINE)


def test_ci_is_executable_and_valid_bash():
    if os.name == "nt" or shutil.which("bash") is None:
        pytest.skip("no bash here, or no executable bit")
    assert _run("bash", "-n", ".ci/run").stderr == ""
    assert (PROJECT / ".ci/run").stat().st_mode & 0o111


def test_git_ignores_outputs_but_neither_the_library_nor_the_place_of_the_outputs():
    if shutil.which("git") is None or _run("git", "rev-parse", "--git-dir").returncode != 0:
        pytest.skip("not a git checkout")
    paths = ["lib/planeval/__init__.py", "lib/planeval/telling/new_view.py", "outputs/.gitkeep", "outputs/index.html"]
    ignored = _run("git", "check-ignore", "--no-index", *paths).stdout.split()
    assert ignored == ["outputs/index.html"]
