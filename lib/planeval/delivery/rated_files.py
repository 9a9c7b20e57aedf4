"""`planeval rate`: the files and the scheme are checked first, so that a mistake is told at once; then the rows are rated."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..words.problems import WrongUse


def rate_file(given: argparse.Namespace, data_dir: Path) -> None:
    """Rate the file that was named, by a scheme of `data_dir` or of planeval, into a file or to the terminal."""
    from ..trust.schemes import ALL, named_schemes

    schemes = named_schemes(given.scheme, data_dir)
    cases, target = Path(given.cases), Path(given.output).resolve() if given.output else None
    _check(cases, target)
    from .rating import rated_csv

    content = rated_csv(cases, list(schemes.values()), is_list=given.scheme == ALL)
    if target:
        from .files import write_whole

        write_whole(target, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _check(cases: Path, target: Path | None) -> None:
    if not cases.is_file():
        raise WrongUse(f"ファイル「{cases.name}」がありません。場所と名前を確かめてください。")
    if target and target.is_dir():
        raise WrongUse(f"「{target.name}」はフォルダです。書き出すファイルの名前を書いてください。")
    if target and not target.parent.is_dir():
        raise WrongUse(f"書き出す先のフォルダ「{target.parent.name}」がありません。")
