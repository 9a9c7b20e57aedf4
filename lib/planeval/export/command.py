"""`planeval export`: the forms that can be asked for by name, and where they are written. Light until it evaluates."""

from __future__ import annotations

from pathlib import Path

from .. import __version__
from ..delivery.choice import Choice
from ..words.problems import unknown_name
from .folders import check_replaceable, write_export

FORMS = ("open_sdg",)
FOLDER = "exports"  # in the outputs folder, beside the plans


def check_form(form: str) -> None:
    """Raises: WrongUse with the known forms."""
    if form not in FORMS:
        raise unknown_name("書き出しの形", form, FORMS)


def export(choice: Choice, form: str, folder: Path) -> str:
    """Write one period of one plan in a form and say what was written; `choice` names one plan and one period.

    Raises: WrongUse for an unknown form or a folder with other files; DataProblems; OSError.
    """
    check_form(form)
    check_replaceable(folder)
    from ..delivery.notebooks import load
    from ..telling.imprint import banner
    from .open_sdg import open_sdg_files

    (plan,), (period,) = choice.plans, choice.periods or ()
    evaluation = load(plan=plan, period=period, data_dir=choice.data_dir)
    files = open_sdg_files(evaluation)
    write_export(folder, {"form": form, "plan": plan, "period": period, "library": __version__}, files)
    told = f"{form} の形で書き出しました（指標{len(evaluation.indicators)}件、ファイル{len(files)}個）：{folder}"
    return "\n".join([told, *banner(evaluation)])
