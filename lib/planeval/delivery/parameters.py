"""The parameters and the list of the notebooks: what may be passed, and where the notebooks lie."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..words.paths import PROJECT
from ..words.problems import WrongUse, nearest_names, unknown_name

NOTEBOOKS = {
    "01_data_loading": "データの確認",
    "02_indicator_evaluation": "指標の評価",
    "03_sdg_stakeholder_analysis": "SDGsと担い手",
    "04_committee_report": "委員会への報告",
}
FIRST, LAST = "parameters", "end"  # tags of the code cells at the two ends of a notebook
CELL_SECONDS = 600  # that a cell may take, if nothing else is asked for
PARAMETERS = {
    "plan": "str",
    "period": "str",
    "scheme": "str | None",
    "data_dir": "str | None",
    "outputs_dir": "str | None",
}


def check_names(names: Iterable[str]) -> None:
    """Refuse names that no notebook declares. Raises: WrongUse with the nearest known ones."""
    for name in names:
        if name not in PARAMETERS:
            raise unknown_name("パラメータ", name, PARAMETERS)


def check_values(values: Mapping[str, object]) -> None:
    """Refuse values that are not text: papermill's -p turns 2024 into a number and 0123 into 83. Raises: WrongUse."""
    for name, value in values.items():
        if value is None and "None" in PARAMETERS[name]:
            continue
        if isinstance(value, os.PathLike) and name.endswith("_dir"):
            continue
        if not isinstance(value, str):
            found = f"パラメータ「{name}」が文字ではありません（{value!r}）。"
            remedy = (
                f"文字で渡してください。papermill では「-r {name} 値」と書きます（-p は数に見える値を数に変えます）。"
            )
            raise WrongUse(found + remedy)


def notebook_paths(folder: Path = PROJECT / "notebooks") -> dict[str, Path]:
    """Each notebook by its name. Raises: WrongUse where one is absent, or does not declare what it will be given."""
    paths = {name: folder / f"{name}.ipynb" for name in NOTEBOOKS}
    absent = [path.name for path in paths.values() if not path.is_file()]
    if absent:
        remedy = "planeval は、notebooks フォルダのあるプロジェクトから入れてください（pip install -e .）。"
        raise WrongUse(f"ノートブック {'、'.join(absent)} がありません。{remedy}")
    for path in paths.values():
        _check_declared(path)
    return paths


def declared_names(path: Path) -> list[str]:
    """The parameters that a notebook declares: what is assigned in its cell tagged `parameters`. Nothing is executed."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if FIRST in cell["metadata"].get("tags", [])]
        statements = ast.parse("".join(tagged[0]["source"])).body if len(tagged) == 1 else []
    except (ValueError, LookupError, TypeError, AttributeError, SyntaxError, RecursionError):
        return []
    targets = [
        own.target if isinstance(own, ast.AnnAssign) else own.targets[0]
        for own in statements
        if isinstance(own, ast.Assign | ast.AnnAssign)
    ]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _check_declared(path: Path) -> None:
    declared = declared_names(path)
    for name in PARAMETERS:
        if name not in declared:
            found = f"ノートブック {path.name} の、タグ parameters のセル（一つだけ）に「{name}」がありません。"
            near = [own for own in nearest_names(name, declared) if own not in PARAMETERS]
            remedy = (
                f"「{near[0]}」を「{name}」に直してください。"
                if near
                else f"「{name}: {PARAMETERS[name]}」を足してください。"
            )
            raise WrongUse(found + remedy)
