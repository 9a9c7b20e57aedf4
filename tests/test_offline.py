"""A PC without internet: what the lock holds for Windows, whether a wheelhouse is complete, and that the commands exist."""

from __future__ import annotations

import re
import shlex
import sys
import zipfile
from pathlib import Path

import pytest
from commands import PROJECT, run_module

from planeval.delivery.cli import COMMANDS
from planeval.delivery.command_words import read_words

sys.path.insert(0, str(PROJECT / "docs"))
wheelhouse = pytest.importorskip("make_wheelhouse")

PAGES = ("docs/offline.ja.md", "docs/offline.md")
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def wanted(python: str) -> dict[str, str]:
    """What applies on Windows, by name."""
    found = wheelhouse.applicable(LOCK, wheelhouse.target(python, "win_amd64"))
    return {text.partition("==")[0]: text for text in found}


def commands(page: str) -> list[str]:
    """The lines of the code blocks of a page."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    return [line for block in re.findall(r"```\w+\n(.*?)```", text, flags=re.S) for line in block.splitlines()]


@pytest.mark.parametrize("python", PYTHONS)
def test_windows_gets_what_only_windows_needs_and_nothing_of_others(python):
    names = set(wanted(python))
    assert {"colorama", "pywinpty", "papermill", "jupyterlab", "setuptools"} <= names
    assert not {"pexpect", "ptyprocess", "appnope"} & names
    assert ("aiohttp" in names) == (python == "3.12")


@pytest.mark.parametrize("python", PYTHONS)
def test_no_package_of_the_lock_is_lost_and_each_has_a_hash(python):
    entries = re.findall(r"^(\S+)==\S+(.*)", LOCK, flags=re.M)
    always = {name for name, rest in entries if ";" not in rest}
    assert always <= set(wanted(python)) <= {name for name, _ in entries}
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}$", text) for text in wanted(python).values())


def write_wheel(folder: Path, name: str, *needs: str) -> None:
    """An empty wheel that needs something."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines))


def test_a_wheelhouse_without_what_windows_needs_is_not_complete(tmp_path):
    asked = wheelhouse.target("3.12", "win_amd64")
    needs = ('colorama>=0.4; sys_platform == "win32"', 'pexpect; sys_platform != "win32"', 'lark; extra == "more"')
    write_wheel(tmp_path, "one", *needs)
    assert wheelhouse.missing(tmp_path, asked) == [
        'one-1.0-py3-none-any.whl needs colorama>=0.4; sys_platform == "win32"'
    ]
    write_wheel(tmp_path, "colorama")
    assert wheelhouse.missing(tmp_path, asked) == []


def test_a_wheel_of_another_version_does_not_help(tmp_path):
    write_wheel(tmp_path, "one", "two>=2")
    write_wheel(tmp_path, "two")
    assert wheelhouse.missing(tmp_path, wheelhouse.target("3.12", "win_amd64")) == [
        "one-1.0-py3-none-any.whl needs two>=2"
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_planeval_in_the_page_exist(page):
    lines = [line.partition("-m planeval ")[2] for line in commands(page) if "-m planeval " in line]
    assert len(lines) >= 1
    for line in lines:
        name, *rest = shlex.split(line, posix=False)
        sentence, arguments, _ = COMMANDS[name]
        read_words(name, sentence, arguments, rest)


def test_the_options_of_pip_and_of_the_script_exist():
    helps = {name: run_module("pip", name, "--help").stdout for name in ("install", "download")}
    for line in [line for page in PAGES for line in commands(page)]:
        name = next((name for name in helps if f" pip {name} " in line), "")
        told = helps[name] if name else (PROJECT / "docs/make_wheelhouse.py").read_text(encoding="utf-8")
        if name or "make_wheelhouse" in line:
            for option in re.findall(r"--[a-z-]+", line):
                assert option in told, (line, option)


def test_both_pages_give_the_same_commands_for_installing():
    japanese, english = (
        {line for line in commands(page) if "pip" in line or "make_wheelhouse" in line} for page in PAGES
    )
    assert japanese == english and len(english) == 6
