"""What notebooks call: one function that checks the parameters, reads the plan and evaluates the period."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

from ..judging.evaluation import Evaluation, evaluate
from ..words.problems import WrongUse
from . import parameters
from .doors import open_plan
from .lab_style import show_lab_style
from .prepared import handed_over

INJECTED = "# Parameters\n"


def load(
    *,
    plan: str,
    period: str,
    scheme: str | None = None,
    data_dir: str | os.PathLike[str] | None = None,
    outputs_dir: str | os.PathLike[str] | None = None,
) -> Evaluation:
    """The evaluation of one period of a plan; without `data_dir`, the nearest `data` folder upwards counts.

    Raises: WrongUse for an unknown parameter, plan, period or scheme; DataProblems with all problems of the data.
    Example: load(plan="kenko21", period="final").
    """
    parameters.check_names(_injected_names())
    given = {"plan": plan, "period": period, "scheme": scheme, "data_dir": data_dir, "outputs_dir": outputs_dir}
    parameters.check_values(given)
    if outputs_dir is not None and not Path(outputs_dir).is_dir():
        raise WrongUse(f"outputs_dir のフォルダ「{Path(outputs_dir).name}」がありません。場所を確かめてください。")
    made = handed_over((plan, period, scheme, os.fspath(data_dir))) if data_dir is not None else None
    evaluation = made or evaluate(open_plan(plan, data_dir), period, scheme)
    show_lab_style()
    return evaluation


def _injected_names() -> list[str]:
    """Names that papermill put into this notebook; none outside a notebook, and never an analyst's own variables."""
    interpreter = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    cells = interpreter.user_ns.get("In", []) if interpreter else []
    return [name for cell in cells if cell.startswith(INJECTED) for name in _assigned_names(cell)]


def _assigned_names(cell: str) -> list[str]:
    """Names of a cell that only assigns values, as papermill writes it; else none."""
    try:
        statements = ast.parse(cell).body
    except SyntaxError:
        return []
    targets = [statement.targets[0] for statement in statements if isinstance(statement, ast.Assign)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if len(names) == len(statements) else []
