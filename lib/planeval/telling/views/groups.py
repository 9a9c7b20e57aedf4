"""Who is left behind? Groups and districts, each by the same rule with its own baseline."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ..formats import NONE
from ..marks import rated
from ..parts import Part, Parts, absent, together
from ..tables import table
from ..vocabulary import say


def groups_by_indicator(evaluation: Evaluation) -> Parts | Part:
    """Every indicator that has figures by group: baseline, latest value, letter of each group, beside the whole."""
    if evaluation.groups.empty:
        return absent("groups")
    kinds = enumerate(evaluation.groups.groupby(["indicator_id", "group_kind"], sort=False), 1)
    return together(_groups(evaluation, own, kind, n) for n, ((_, kind), own) in kinds)


def _groups(evaluation: Evaluation, own: pd.DataFrame, kind: str, n: int) -> Part:
    whole = evaluation.indicators[evaluation.indicators["indicator_id"].eq(own["indicator_id"].iloc[0])].iloc[0]
    own = rated(evaluation, own).assign(is_total=False, decimals=whole["decimals"])
    last = rated(evaluation, whole.to_frame().T).assign(is_total=True, group=say("whole"))
    lines = [*own.to_dict("records"), *last.to_dict("records")]
    values = {"name": whole["indicator_name"], "kind": kind, "unit": whole["unit"] or NONE}
    return table(evaluation, "groups", lines, values=values, number=n)


def left_behind(evaluation: Evaluation) -> pd.DataFrame:
    """Groups that are unclear or worse while the whole is reached or on pace."""
    whole = rated(evaluation, evaluation.indicators).set_index("indicator_id")
    whole = whole[["outcome", "indicator_name", "rating"]].add_prefix("whole_")
    groups = evaluation.groups.join(whole, on="indicator_id")
    return groups[groups["outcome"].isin(["unclear", "worse"]) & groups["whole_outcome"].isin(["reached", "on_pace"])]


def groups_left_behind(evaluation: Evaluation) -> Part:
    """Groups left behind, by name."""
    if evaluation.groups.empty:
        return absent("groups")
    return table(evaluation, "left_behind", rated(evaluation, left_behind(evaluation)))
