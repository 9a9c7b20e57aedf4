"""`planeval adopt`: keeps the evaluation of a period, as the committee has seen it, beside the plan's data."""

from __future__ import annotations

from pathlib import Path

from ..trust.published import FOLDER
from ..words.problems import WrongUse
from .files import write_whole

TABLE = Path("tables") / "evaluation.csv"


def adopt(plan_folder: Path, period: str, outputs: Path) -> Path:
    """Copy the evaluation table of a finished run to `published/<period>.csv`; an earlier copy is replaced as a whole.

    Raises: WrongUse when the period has not been run.
    """
    made = outputs / plan_folder.name / period / TABLE
    if not made.is_file():
        remedy = f"先に planeval run {plan_folder.name} --period {period} を実行してください。"
        raise WrongUse(
            f"期間「{period}」の評価表（{plan_folder.name}/{period}/{TABLE.as_posix()}）がありません。{remedy}"
        )
    folder = plan_folder / FOLDER
    folder.mkdir(exist_ok=True)
    kept = folder / f"{period}.csv"
    write_whole(kept, made.read_bytes())
    return kept
