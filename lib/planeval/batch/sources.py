"""What a run is made from, told by hashes of files; light, so that a run with nothing to do ends at once."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..words.paths import PROJECT, name_within

LIBRARY = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "requirements.lock"
# What shapes a report, the font of the pictures included.
PACKAGES = [
    "ipykernel", "ipython", "jinja2", "jupyter-client", "matplotlib", "matplotlib-fontja", "mistune", "nbclient", "nbconvert",
    "nbformat", "numpy", "openpyxl", "pandas", "pandera", "papermill", "pillow", "pyyaml", "scipy", "seaborn",
]  # fmt: skip
SCHEMES = "schemes"
# What people lay beside the data and no reader looks at; the same in `trust.workbook`.
EXPLAINED, HIDDEN = (".md", ".html", ".docx"), ("~$", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Sources:
    """Fingerprints: of the program (library, lock, versions), of each notebook, of the files of rating schemes, of the data.

    `data` is that of what was known of the plan at the period; "" as long as the plan was not read.
    """

    program: str
    notebooks: Mapping[str, str] = field(default_factory=dict)
    schemes: str = ""
    data: str = ""

    def as_record(self) -> dict[str, object]:
        """The same for `run.json`."""
        return {
            "program": self.program, "notebooks": dict(self.notebooks), "schemes": self.schemes, "data": self.data
        }  # fmt: skip

    def are_those_of(self, plan: Path, notebooks: Mapping[str, Path]) -> bool:
        """Whether notebooks and rating schemes are what they were, as seen from here."""
        return dict(self.notebooks) == _hashes(notebooks) and self.schemes == _schemes(plan)


def sources_of(plan: Path, notebooks: Mapping[str, Path]) -> Sources:
    """Everything but the data that the runs of a plan folder are made from."""
    return Sources(program(), _hashes(notebooks), _schemes(plan))


def _hashes(notebooks: Mapping[str, Path]) -> dict[str, str]:
    return {name: hash_of(path) for name, path in notebooks.items()}


def data_files(plan: Path) -> dict[str, str]:
    """The hash of every file of a plan folder that a reader would look at, named as in `run.json`."""
    files = [path for path in plan.rglob("*") if path.is_file()]
    return {
        f"{plan.name}/{name_within(path, plan)}": hash_of(path)
        for path in sorted(files)
        if not path.name.startswith(HIDDEN)
        and path.suffix.lower() not in EXPLAINED
        and path.relative_to(plan).parts[0] != SCHEMES
    }


def changed_files(plan: Path, inputs: Mapping[str, str]) -> list[str]:
    """Which of the files that were read are not any more what they were."""
    now = data_files(plan)
    return sorted(name for name, digest in inputs.items() if now.get(name) != digest)


@cache
def program() -> str:
    """The library's own files, the lock file and the versions of what is installed."""
    told = hashlib.sha256(repr(sorted(versions().items())).encode("utf-8"))
    files = [path for path in LIBRARY.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in [*sorted(files), *([LOCK] if LOCK.is_file() else [])]:
        name = name_within(path, PROJECT) if path.is_relative_to(PROJECT) else path.name
        told.update(f"{name} {hash_of(path)}\n".encode())
    return told.hexdigest()


@cache
def versions() -> dict[str, str]:
    """The versions of the packages that make the reports, and of Python."""
    return {name: _version(name) for name in PACKAGES} | {"python": platform.python_version()}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def hash_of(path: Path) -> str:
    """The hash of a file; "" for one that is absent or that another program keeps shut."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _schemes(plan: Path) -> str:
    """Of the rating schemes that lie beside the data, for all plans and for this one."""
    told = hashlib.sha256()
    for owner, folder in (("all", plan.parent), ("own", plan)):
        for path in sorted((folder / SCHEMES).glob("*")):
            if os.path.isfile(path):  # False, and no error, where it may not be looked at; who reads it tells
                told.update(f"{owner}/{name_within(path, folder)} {hash_of(path)}\n".encode())
    return told.hexdigest()
