"""What `planeval collect` and `planeval new` do with the words of the command line, and what they say when done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..trust.workbook import load_workbook
from ..words.paths import default_data_dir
from .collecting import collect, place_reminders, remind
from .reading import read_file

if TYPE_CHECKING:
    import argparse

BETWEEN_MAILS = f"\n{'─' * 40}\n\n"


def collected(given: argparse.Namespace, data_dir: Path, home: Path) -> str:
    """Write the workbooks (by default into `home`), or tell what is missing. Raises: WrongUse, DataProblems."""
    workbook, only = load_workbook(given.plan, data_dir, reader=read_file), given.department or ()
    folder = Path(given.output).resolve() if given.output else home
    if not given.reminder:
        return _placed(folder, collect(workbook, given.period, folder, only=only, force=given.force))
    texts = remind(workbook, given.period, only=only)
    if not given.output:
        return BETWEEN_MAILS.join(texts.values())
    return _placed(folder, place_reminders(given.period, texts, folder))


def _placed(folder: Path, written: list[Path]) -> str:
    return "\n".join([f"{len(written)}個のファイルを置きました：{folder}", *(f"  {path.name}" for path in written)])


def started(given: argparse.Namespace) -> str:
    """Start a plan folder. Raises: WrongUse, DataProblems; then nothing is written."""
    from .starting import start_plan

    data_dir = (Path(given.data) if given.data else default_data_dir()).resolve()
    source = Path(given.source) if given.source else None
    folder, notes = start_plan(given.plan, data_dir, source=source, municipality=given.municipality)
    return "\n".join([
        *(f"気づいた点　{note}" for note in notes),
        f"計画のフォルダを作りました：{folder}",
        f"初めに読むもの：{folder / 'README.md'}",
        f"確かめる：planeval check {folder.name}",
    ])  # fmt: skip
