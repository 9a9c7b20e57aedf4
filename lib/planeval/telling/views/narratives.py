"""What stands beside the numbers: narratives, causes and next actions by 施策, and where they are missing."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.once import once
from ...judging.summary import counted
from ..marks import listed
from ..parts import Part, absent
from ..tables import grouped, table

TOLD = ("narrative", "cause", "next_action")


@once
def written_by_program(evaluation: Evaluation) -> pd.DataFrame:
    """Every programme with what was written on it for this period; empty texts where nothing was."""
    written = evaluation.workbook["narratives"]
    written = written[written["period"].eq(evaluation.period.id)].set_index("target_id")[list(TOLD)]
    return evaluation.workbook["programs"].join(written, on="program_id").fillna(dict.fromkeys(TOLD, ""))


def narratives_by_program(evaluation: Evaluation) -> Part:
    """Narrative, cause and next action of each 施策, beside how its indicators stand."""
    if not evaluation.workbook.has("programs"):
        return absent("narratives_by_program")
    rows, own = written_by_program(evaluation), counted(evaluation)
    letters = [
        listed(evaluation, own[own["program_id"].eq(ident)], "narratives.count", least=1)
        for ident in rows["program_id"]
    ]
    return table(evaluation, "narratives", grouped(rows.assign(letters=letters), "goal"))
