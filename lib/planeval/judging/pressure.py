"""The pressure of a changing population on money and carriers: shares, people per older person, amounts per head."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .change import PERCENT

# measure → what is divided by what (roles of `context` items; None: as it is). `budget` is the plan's own projects.
MEASURES: dict[str, tuple[str, str | None]] = {
    "working_age": ("working_age", None),
    "working_share": ("working_age", "total"),
    "elderly_share": ("elderly", "total"),
    "elderly_rate": ("elderly_rate", None),
    "support": ("working_age", "elderly"),
    "revenue_a_head": ("revenue", "total"),
    "tax_a_head": ("tax", "total"),
    "welfare_a_head": ("welfare", "total"),
    "fiscal_index": ("fiscal_index", None),
    "budget_a_head": ("budget", "total"),
}
COLUMNS = ["measure", "item", "first", "start", "last", "end", "change", "is_projection", "is_example"]


def with_roles(rows: pd.DataFrame, roles: Mapping[str, str], *, projection: str, difference: str) -> pd.DataFrame:
    """Rows of the `context` contract with the `role` of each item ("" for none), `is_projection` and `is_example`.

    `roles`: role → pattern of the item's name, the first that fits counts; `projection`: of what is no actual figure;
    `difference`: of items that are a change already and no amount, which have no role.
    """
    role = pd.Series("", index=rows.index, dtype="str")
    for name, pattern in roles.items():
        role = role.mask(role.eq("") & rows["item"].str.contains(pattern, regex=True), name)
    role = role.mask(rows["item"].str.contains(difference, regex=True), "")
    is_projection = rows["item"].str.contains(projection, regex=True)
    return rows.assign(role=role, is_projection=is_projection, is_example=rows["status"].eq("example"))


def budgets(project_years: pd.DataFrame, name: str) -> pd.DataFrame:
    """The yearly budgets of all projects as rows of the same kind, under that name. Units: 千円."""
    sums = project_years.groupby("fiscal_year")["budget"].sum(min_count=1).dropna()
    is_example = bool(project_years["status"].eq("example").any())
    rows = pd.DataFrame({"fiscal_year": sums.index, "value": sums.to_numpy()})
    return rows.assign(item=name, unit="千円", role="budget", is_projection=False, is_example=is_example)


def pressures(rows: pd.DataFrame) -> pd.DataFrame:
    """Each measure of each item by its first and last year. Columns: `COLUMNS`; change is end ÷ start − 1.

    `rows`: as from `with_roles`. An item is divided by the one with which it shares most years, projections by
    projections only. Units: those of the items, percentages as fractions; a head: 千円 a person. Missing: no row without two years.
    """
    found = []
    for measure, (role, base) in MEASURES.items():
        for (item, is_projection), own in rows[rows["role"].eq(role)].groupby(["item", "is_projection"], sort=False):
            values, is_example = _divided(own, _base(rows, own, base, is_projection)) if base else _alone(own)
            if len(values) < 2 or not values.iloc[0]:
                continue
            ends = {"first": int(values.index[0]), "start": values.iloc[0], "last": int(values.index[-1])}
            ends |= {"end": values.iloc[-1], "change": values.iloc[-1] / values.iloc[0] - 1}
            found.append(
                {"measure": measure, "item": item, "is_projection": is_projection, "is_example": is_example} | ends
            )
    return pd.DataFrame(found, columns=COLUMNS)


def _alone(own: pd.DataFrame) -> tuple[pd.Series, bool]:
    scale = own["unit"].isin(PERCENT).map({True: 0.01, False: 1.0})
    values = own.assign(value=own["value"] * scale).set_index("fiscal_year")["value"].sort_index().astype(float)
    return values, bool(own["is_example"].any())


def _base(rows: pd.DataFrame, own: pd.DataFrame, role: str, is_projection: bool) -> pd.DataFrame:
    """The item of that role that shares most years with `own`."""
    other = rows[rows["role"].eq(role) & rows["is_projection"].eq(is_projection)]
    shared = other["fiscal_year"].isin(own["fiscal_year"]).groupby(other["item"], sort=False).sum()
    return other[other["item"].eq(shared.idxmax())] if len(shared) else other


def _divided(own: pd.DataFrame, base: pd.DataFrame) -> tuple[pd.Series, bool]:
    """The values divided year by year, where both are known, and whether one of them is an example."""
    below = base.set_index("fiscal_year")["value"].astype(float)
    above = own.set_index("fiscal_year")["value"].astype(float)
    values = (above / below.where(below > 0)).dropna().sort_index()
    used = [part[part["fiscal_year"].isin(values.index)] for part in (own, base)]
    return values, any(bool(part["is_example"].any()) for part in used)
