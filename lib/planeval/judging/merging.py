"""Districts that the plan shows as one (`merged_districts`), so that small numbers need not be withheld."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ..trust.consistency import PERCENT
from ..trust.plans import Plan
from ..trust.tables import Table
from ..trust.workbook import Workbook

KEY = ["indicator_id", "fiscal_year", "group_kind", "group"]


def merged(workbook: Workbook) -> Workbook:
    """The workbook with one row for the districts that are shown as one, and no row of any of them alone.

    Counts are added; rates and means are weighted by 標本数. A row that was sent for all of them goes before their sum.
    Missing: where the value of one district is missing, or a rate has no 標本数, the value of all is missing.
    """
    bundles = workbook.plan.merged_districts
    names = {district: name for name, own in bundles.items() for district in own}
    table, corrections = workbook.tables["observations"], workbook.tables["corrections"]
    is_part = table.frame["group"].isin(list(names))
    if not is_part.any():
        return workbook
    sent = table.frame[~is_part]
    parts = table.frame[is_part].assign(group=table.frame["group"].map(names))
    parts = parts[~pd.MultiIndex.from_frame(parts[KEY]).isin(pd.MultiIndex.from_frame(sent[KEY]))]
    kinds = workbook["indicators"].set_index("indicator_id")[["is_count", "unit"]]
    groups = [(kinds.loc[key[0]], len(bundles[key[3]]), own) for key, own in parts.groupby(KEY, sort=False)]
    rows = pd.DataFrame([_as_one(own, *facts) for *facts, own in groups], columns=sent.columns)
    rows.index = pd.Index([own.index[0] for *_, own in groups], dtype=sent.index.dtype)
    frame = pd.concat([sent, rows.astype(sent.dtypes.to_dict())]).sort_index()
    renamed = corrections.frame.assign(group=corrections.frame["group"].replace(names))
    tables = {
        **workbook.tables,
        "observations": _placed(table, frame, [own.index for *_, own in groups]),
        "corrections": replace(corrections, frame=renamed),
    }
    return replace(workbook, plan=_plan(workbook.plan, names), tables=tables)


def _as_one(own: pd.DataFrame, kind: pd.Series, count: int) -> dict[str, object]:
    """One row for the rows of several districts of one indicator and year."""
    size, hits = own["sample_size"].sum(skipna=False), own["sample_count"].sum(skipna=False)
    if kind["is_count"] and (own["sample_count"].isna() | own["sample_count"].eq(own["value"])).all():
        value = own["value"].sum(skipna=False)
    elif kind["unit"] in PERCENT and not kind["is_count"] and hits >= 0:
        value = 100 * hits / size if size > 0 else np.nan
    else:
        value = (own["value"] * own["sample_size"]).sum(skipna=False) / size if size > 0 else np.nan
    is_whole = len(own) == count and own["value"].notna().all() and not np.isnan(value)
    missing = own["missing"].tolist()
    reason = "withheld" if "withheld" in missing else next(filter(None, missing), "unknown")
    figures = {"value": value, "sample_size": size, "sample_count": hits}
    flags = dict.fromkeys(flag for flags in own["flags"] for flag in flags.split("、") if flag)
    return {
        **own.iloc[0],
        **(figures if is_whole else dict.fromkeys(figures, np.nan)),
        "standard_error": np.nan,
        "design_effect": own["design_effect"].max(),
        "missing": "" if is_whole else reason,
        "flags": "、".join(flags),
        "source": "、".join(dict.fromkeys(filter(None, own["source"]))),
        "remark": "",
        "status": "example" if own["status"].eq("example").any() else own["status"].iloc[0],
    }


def _placed(table: Table, frame: pd.DataFrame, parts: list[pd.Index]) -> Table:
    """The table with another frame, in which a row made of several has the places of all of them."""
    places, letters = table.places.copy(), dict(table.letters)
    for rows in parts:
        told = "、".join(str(table.place(row)) for row in rows)
        places.loc[rows[0]] = [told, "", 0]
        letters[(told, "")] = {}
    made = {rows[0] for rows in parts}
    spots = {cell: spot for cell, spot in table.spots.items() if cell[0] not in made}
    return replace(table, frame=frame, places=places, letters=letters, spots=spots)


def _plan(plan: Plan, names: Mapping[str, str]) -> Plan:
    """The plan with the merged districts among its districts and areas; an area that they go beyond tells nothing."""
    areas = {name: tuple(dict.fromkeys(names.get(own, own) for own in members)) for name, members in plan.areas.items()}
    whole = {
        name
        for name, members in plan.areas.items()
        if all(set(plan.merged_districts[names[own]]) <= set(members) for own in members if own in names)
    }
    districts = tuple(dict.fromkeys(names.get(district, district) for district in plan.districts))
    orders = {
        kind: tuple(dict.fromkeys(names.get(own, own) for own in order)) for kind, order in plan.group_orders.items()
    }
    areas = {name: members for name, members in areas.items() if name in whole}
    return replace(plan, districts=districts, group_orders=orders, areas=areas)
