"""Who is left behind? Groups and districts, each by the same rule with its own baseline."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ..formats import NONE, number, short_year
from ..parts import Part, Parts, absent, badge, row, table, together
from ..vocabulary import name_of, say


def groups_by_indicator(evaluation: Evaluation) -> Parts | Part:
    """Every indicator that has figures by group: baseline, latest value, letter of each group, beside the whole."""
    groups = evaluation.groups
    if groups.empty:
        return absent("groups")
    parts = []
    for n, ((indicator_id, kind), own) in enumerate(groups.groupby(["indicator_id", "group_kind"], sort=False), 1):
        whole = evaluation.indicators[evaluation.indicators["indicator_id"].eq(indicator_id)].iloc[0]
        lines = [_row(evaluation, item, item.group, whole) for item in own.itertuples()]
        lines.append(_row(evaluation, whole, say("whole"), whole) | {"total": True})
        values = {"name": whole["indicator_name"], "kind": kind, "unit": whole["unit"] or NONE}
        parts.append(
            table(
                "groups",
                lines,
                "text number number rating text",
                values=values,
                id=f"t-groups-{n}",
                size="snug",
                frame=own,
            )
        )
    return together(*parts)


def _row(evaluation: Evaluation, item: object, label: str, whole: pd.Series) -> dict:
    decimals = whole["decimals"]
    return row(
        label,
        {"text": number(item.baseline, decimals), "sub": short_year(item.baseline_year)},
        {"text": number(item.value, decimals), "sub": short_year(item.fiscal_year)},
        {"rating": badge(evaluation, item)},
        name_of("reason", item.reason) or NONE,
    )


def left_behind(evaluation: Evaluation) -> pd.DataFrame:
    """Groups that are unclear or worse while the whole is reached or on pace."""
    whole = evaluation.indicators.set_index("indicator_id")[["outcome", "indicator_name"]].add_prefix("whole_")
    groups = evaluation.groups.join(whole, on="indicator_id")
    return groups[groups["outcome"].isin(["unclear", "worse"]) & groups["whole_outcome"].isin(["reached", "on_pace"])]


def groups_left_behind(evaluation: Evaluation) -> Part:
    """Groups left behind, by name."""
    if evaluation.groups.empty:
        return absent("groups")
    rows = left_behind(evaluation)
    names = {r.indicator_id: r for r in evaluation.indicators.itertuples()}
    lines = [
        row(
            r.whole_indicator_name,
            f"{r.group_kind} {r.group}",
            {"rating": badge(evaluation, r)},
            {"rating": badge(evaluation, names[r.indicator_id])},
        )
        for r in rows.itertuples()
    ]
    return table("left_behind", lines, "text text rating rating", frame=rows) if lines else absent("left_behind")
