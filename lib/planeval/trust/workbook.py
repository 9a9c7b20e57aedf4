"""The workbook: a plan and its tables, read, checked and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from ..words.contracts import CONTRACTS, Contract
from ..words.paths import PLAN_FILE, default_data_dir, fault_of_file, is_named_in_utf_8, name_within, plan_ids
from ..words.problems import NOTE, PROBLEM, DataProblems, Place, Problem, Reading, WrongUse, known_names, unknown_name
from . import consistency, declarations, references, schemes, series_checks
from .cells import SUFFIXES, Sheet, read_sheets
from .duplicates import without_repeats
from .plans import Plan, load_plan
from .published import read_published, revised_values
from .tables import NO_HEADER, SheetReader, Table, empty_table, one_sheet, read_table

READERS = 2
OTHER_TABLES = (".xls", ".xlsm", ".ods")
GUIDES = (".md", ".html", ".docx")  # what people lay beside the files to explain them
SKIPPED = ("~$", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Workbook:
    """A plan with all its tables; `notes` are remarks that stop nothing, `inputs` the hash of every file read.

    `published` has the evaluations that were made public, by period.
    `withheld`: rows of `observations` whose figures disclosure control took out; None as long as it did not.
    """

    plan: Plan
    tables: Mapping[str, Table]
    notes: tuple[Problem, ...]
    inputs: Mapping[str, str]
    folder: Path
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    withheld: frozenset[int] | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The frame of a table; empty where the plan does not have it."""
        return self.tables[name].frame

    @property
    def readings(self) -> list[Reading]:
        """What was read otherwise than it was written, in all files, by place."""
        found = [reading for table in self.tables.values() for reading in table.readings]
        return sorted(found, key=lambda reading: reading.as_note().sort_key)

    def has(self, name: str) -> bool:
        """Whether the plan has at least one row of a table."""
        return not self.tables[name].frame.empty


def open_data_dir(data_dir: str | Path | None) -> Path:
    """The data folder asked for, or the default one. Raises: WrongUse when it does not exist."""
    folder = default_data_dir() if data_dir is None else Path(data_dir)
    if not folder.is_dir():
        raise WrongUse(f"データのフォルダ「{folder.name}」がありません。場所（--data、data_dir）を確かめてください。")
    return folder


def read_tidy(path: Path, file: str, contract: Contract) -> tuple[list[Sheet], list[Problem]]:
    """The one sheet of a tidy file, in which nothing needs to be put in order."""
    if path.suffix.lower() not in SUFFIXES:
        remedy = "Excel で「Excel ブック (.xlsx)」か「CSV UTF-8」で保存し直す"
        return [], [Problem(Place(file), f"「{path.suffix}」のファイル", "xlsx か CSV", remedy)]
    sheets, problems = read_sheets(path, file)
    own, faults = one_sheet(sheets, file)
    return own, problems + faults


def load_workbook(plan: str, data_dir: str | Path | None = None, *, reader: SheetReader = read_tidy) -> Workbook:
    """Read and check one plan; `reader` reads its files (for departments' files: `intake.reading.read_file`).

    Raises: WrongUse for an unknown plan; DataProblems with all problems of all its files.
    """
    data = open_data_dir(data_dir)
    if plan not in plan_ids(data):
        raise unknown_name("計画", plan, plan_ids(data))
    folder = data / plan
    plan_path = folder / PLAN_FILE
    problems, inputs = [], {f"{plan}/{PLAN_FILE}": _sha256(plan_path)}
    found_plan: Plan | None = None
    try:
        found_plan = load_plan(plan_path, f"{plan}/{PLAN_FILE}")
    except DataProblems as error:
        problems += error.problems
    tables, faults, files = _tables(folder, reader)
    problems += faults
    inputs |= files
    problems += _unread(folder)
    published, faults, files = read_published(
        folder, [period.id for period in found_plan.periods] if found_plan else []
    )
    problems += faults if found_plan else []
    inputs |= {file: _sha256(path) for file, path in files.items()}
    corrected = _corrected(tables)
    problems += _not_yet_told(problems, [
        *references.check(found_plan, tables), *schemes.check(found_plan, tables["indicators"], folder),
        *consistency.check(found_plan, tables, corrected), *declarations.check(tables),
    ])  # fmt: skip
    told, wrong = {problem.place for problem in problems}, {p.place for p in problems if p.severity == PROBLEM}
    series = [*series_checks.check(tables["observations"]), *revised_values(corrected, published)]
    problems += [own for own in series if own.place not in (wrong if own.severity == PROBLEM else told)]
    if found_plan is None or any(problem.severity == PROBLEM for problem in problems):
        raise DataProblems(problems)
    tables["observations"] = corrected
    notes = tuple(sorted(problems, key=lambda problem: problem.sort_key))
    return Workbook(found_plan, tables, notes, dict(sorted(inputs.items())), folder, published)


def _tables(folder: Path, reader: SheetReader) -> tuple[dict[str, Table], list[Problem], dict[str, str]]:
    """All tables of a plan folder, their problems, and the hashes of their files."""
    sheets: dict[str, list[Sheet]] = {name: [] for name in CONTRACTS}
    tables, problems, jobs = {}, [], []
    for contract in CONTRACTS.values():
        sources, faults = _sources(folder, contract)
        problems += faults
        jobs += [(path, file, contract) for path, file in sources]
    inputs = {file: _sha256(path) for path, file, _ in jobs}
    with ThreadPoolExecutor(READERS) as pool:  # a reader may wait for a child process that opens the file
        for (_, _, contract), (found, faults) in zip(jobs, pool.map(lambda job: reader(*job), jobs), strict=True):
            problems += faults
            for sheet in found:
                sheets[sheet.contract or contract.name].append(sheet)
    told = {problem.place for problem in problems if problem.severity == PROBLEM}
    for contract in CONTRACTS.values():
        own = sheets[contract.name]
        table, faults = read_table(contract, own) if own else (empty_table(contract), [])
        tables[contract.name], repeats = without_repeats(table, faults)
        problems += [problem for problem in (*faults, *repeats) if problem.place not in told]
    return tables, problems, inputs


def _sources(folder: Path, contract: Contract) -> tuple[list[tuple[Path, str]], list[Problem]]:
    """The files of a table: one CSV or xlsx beside `plan.yaml`, or every file of the folder of that name."""
    if contract.folder:
        places = sorted((folder / contract.name).rglob("*"), key=lambda path: name_within(path, folder))
    else:
        places = [folder / f"{contract.name}{suffix}" for suffix in SUFFIXES]
    plan = folder.name
    found, problems = [], []
    for path in places:
        is_there = path.is_symlink() or (path.exists() and not path.is_dir())
        if is_there and not path.name.startswith(SKIPPED):
            file = f"{plan}/{name_within(path, folder)}"
            fault = fault_of_file(path, folder)
            if not is_named_in_utf_8(path.relative_to(folder)):
                problems.append(
                    Problem(Place(file), "名前の文字コードが UTF-8 でない", "UTF-8 の名前", "名前を付け直す")
                )
            elif fault:
                problems.append(
                    Problem(Place(file), fault, "データのフォルダの中の、ふつうのファイル", "ファイルそのものを置く")
                )
            elif path.suffix.lower() == ".txt":
                remedy = "表なら、名前の終わりを .csv にする"
                problems.append(Problem(Place(file), "文字のファイル（.txt）は読まない", "", remedy, severity=NOTE))
            elif file in [name for _, name in found]:
                remedy = "古い方を消すか、名前を変える"
                problems.append(Problem(Place(file), "見た目の同じ名前のファイルが二つある", "違う名前", remedy))
            elif path.suffix.lower() not in GUIDES:
                found.append((path, file))
    if len(found) > 1 and not contract.folder:
        problems.append(
            Problem(Place(found[0][1]), f"{found[1][1]} もある", "CSV か xlsx のどちらか一つ", "古い方を消す")
        )
        found = found[:1]
    if contract.required and not found:
        name = f"{plan}/{contract.name}/" if contract.folder else f"{plan}/{contract.name}.csv"
        problems.append(
            Problem(Place(name), f"表「{contract.title}」のファイルがない", "CSV か xlsx", f"{name} を置く")
        )
    return found, problems


def _unread(folder: Path) -> list[Problem]:
    """Tables under a name that is none: a misspelt file must not lose its numbers in silence."""
    known = {f"{name}{suffix}" for name, contract in CONTRACTS.items() for suffix in SUFFIXES if not contract.folder}
    strays = [path for path in sorted(folder.glob("*.*")) if path.suffix.lower() in (*SUFFIXES, *OTHER_TABLES)]
    return [
        Problem(
            Place(f"{folder.name}/{name_within(path, folder)}"), "知らない名前のファイルは読まない", "",
            known_names(name_within(path, folder).rpartition(".")[0], CONTRACTS), severity=NOTE,
        )
        for path in strays
        if path.name not in known and not path.name.startswith(SKIPPED)
    ]  # fmt: skip


def _not_yet_told(told: list[Problem], later: list[Problem]) -> list[Problem]:
    """Leaves out what only follows from a cell, a row or a column that could not be read."""
    places = {problem.place for problem in told if problem.severity == PROBLEM}
    columns = {(p.place.file, p.place.sheet, p.column) for p in told if p.found == NO_HEADER}
    return [
        problem
        for problem in later
        if places.isdisjoint({problem.place, replace(problem.place, letter="")})
        and (problem.place.file, problem.place.sheet, problem.column) not in columns
    ]


def _corrected(tables: Mapping[str, Table]) -> Table:
    """Observations with the declared corrections in place of the reported values."""
    observations, corrections = tables["observations"], tables["corrections"]
    if corrections.frame.empty:
        return observations
    key = list(observations.contract.key)
    frame = observations.frame.merge(corrections.frame.drop_duplicates(key)[[*key, "corrected"]], on=key, how="left")
    is_corrected = frame["corrected"].notna()
    value = frame["corrected"].where(is_corrected, frame["value"])
    # The reported counts and errors belong to the value that was withdrawn.
    withdrawn = {name: frame[name].mask(is_corrected) for name in ("sample_count", "standard_error")}
    frame = frame.assign(value=value, missing=frame["missing"].mask(is_corrected, ""), **withdrawn)
    return replace(observations, frame=frame.drop(columns="corrected"))


def _sha256(path: Path) -> str:
    """The hash of a file; "" for one that another program keeps shut, which its reader tells."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except PermissionError:
        return ""
