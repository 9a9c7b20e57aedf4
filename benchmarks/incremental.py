"""What a second run does after each kind of edit: which notebooks run, and how long that takes.

The project is copied, run once, and edited in one place at a time; each edit begins from the finished first run.
Run: `python benchmarks/incremental.py [PLAN] [--period ID …] [--python PATH]`. Prints what ran, from the table of `planeval run`.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from timing import PROJECT, Measured, facts, measured, print_table

COPIED = ("lib", "notebooks", "data", "requirements.lock", "pyproject.toml")
UNCHANGED, WHOLE = "変更なし", "全体"
OTHER = "kenko21"
HEAD = ("edit", "notebooks run", "which", "seconds", "seconds a notebook", "the slowest")


def change_value(folder: Path) -> None:
    """The last value of the last file that a department sent, by one in its last place."""
    path = sorted(folder.glob("observations/*.csv"))[-1]
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    place = head.index("値")
    row = [row for row in rows if row[place][-1:].isdigit()][-1]
    row[place] = row[place][:-1] + str((int(row[place][-1]) + 1) % 10)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """A file with another text; one that stays the same is no edit."""
    before = path.read_bytes().decode("utf-8")
    after = change(before)
    assert after != before, path
    path.write_bytes(after.encode("utf-8"))


def save_as_windows_does(folder: Path) -> None:
    """The same rows in the same order, with other line ends and empty lines after them, as an editor may save them."""
    path = sorted(folder.glob("observations/*.csv"))[-1]
    rewrite(path, lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n\r\n")


# Each edit is given the project and the name of the plan.
EDITS: dict[str, Callable[[Path, str], None]] = {
    "nothing": lambda project, plan: None,
    "one value of one observation": lambda project, plan: change_value(project / "data" / plan),
    "a data file saved with other line ends": lambda project, plan: save_as_windows_does(project / "data" / plan),
    "the source of one notebook": lambda project, plan: rewrite(
        project / "notebooks" / "03_sdg_stakeholder_analysis.ipynb",
        lambda text: text.replace('"views.sdg_goals(evaluation)"', '"views.sdg_goals(evaluation)  # edited"', 1),
    ),
    "the code of the library": lambda project, plan: rewrite(
        project / "lib" / "planeval" / "telling" / "wording.py", lambda text: f"{text}\n# edited\n"
    ),
    "plan.yaml": lambda project, plan: rewrite(
        project / "data" / plan / "plan.yaml", lambda text: re.sub("(?m)^stale_after: 0", "stale_after: 1", text)
    ),
    "requirements.lock": lambda project, plan: rewrite(
        project / "requirements.lock", lambda text: text.replace("tqdm==", "tqdm==0.", 1)
    ),
    "another scheme": lambda project, plan: None,
    "the data of another plan": lambda project, plan: change_value(project / "data" / OTHER),
}
WORDS = {"another scheme": ("--scheme", "kenko21")}


def table_of(output: str) -> list[dict[str, str]]:
    """The notebooks in the table at the end of a run, by its headings (計画, 期間 … 状態)."""
    head: list[str] = []
    rows = []
    for line in output.splitlines():
        cells = re.split(r" {2,}", line.strip())
        if cells[:2] == ["計画", "期間"]:
            head = cells
        elif head and len(cells) >= head.index("状態") + 1:
            rows.append(dict(zip(head, cells, strict=False)))
    return [row for row in rows if row["ノートブック"] != WHOLE]


def ran(output: str) -> tuple[int, str]:
    """How many notebooks of a run were run, and which of which periods. (Unchanged periods are told in one line each.)"""
    rows = table_of(output)
    done = [row for row in rows if row["状態"] != UNCHANGED]
    count = Counter(row["期間"] for row in done)
    if len(done) == len(rows):
        return len(done), "all"
    return len(done), ", ".join(f"{name} ×{number}" for name, number in count.items()) or "none"


def copy_project(folder: Path) -> None:
    """What a run depends on, so that edits hurt nobody."""
    folder.mkdir()
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        else:
            shutil.copy2(source, folder / name)


def run(project: Path, given: argparse.Namespace, *words: str) -> Measured:
    """`planeval run` of the copied project."""
    chosen = [word for period in given.period for word in ("--period", period)]
    place = ("--data", project / "data", "--outputs", project / "outputs")
    command = (given.python, "-m", "planeval", "run", given.plan, *chosen, *words, *place, *given.more.split())
    return measured(command, cwd=project, PYTHONPATH=str(project / "lib"))


def measure(given: argparse.Namespace, room: Path) -> None:
    """Run once, then after each edit, and print a line for each."""
    finished, project = room / "finished", room / "project"
    copy_project(finished)
    shutil.copytree(finished, project)
    cold = run(project, given)
    rows = [("first run", *_shown(cold))]
    shutil.copytree(project / "outputs", finished / "outputs")
    for name, edit in EDITS.items():
        shutil.rmtree(project)
        shutil.copytree(finished, project)
        edit(project, given.plan)
        rows.append((name, *_shown(run(project, given, *WORDS.get(name, ())))))
    print(facts(given.python))
    print_table(f"{given.plan}, a run after an edit", HEAD, rows)


def _shown(found: Measured) -> tuple[str, ...]:
    done, which = ran(found.output)
    own = [float(row["秒"]) for row in table_of(found.output) if row["状態"] != UNCHANGED]
    each, most = (f"{found.seconds / done:.1f}", f"{max(own):.1f}") if done else ("－", "－")
    return str(done), which, f"{found.seconds:.2f}", each, most


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", default="tokorozawa")
    parser.add_argument("--period", action="append", default=[], help="only this period (may be given again); else all")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environment to measure")
    parser.add_argument("--more", default="", help="more words for planeval run, for example --more=--plain-kernels")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as room:
        measure(given, Path(room).resolve())


if __name__ == "__main__":
    main()
