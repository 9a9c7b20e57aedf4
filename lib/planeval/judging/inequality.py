"""How unequal the groups of each indicator are: one row of numbers per indicator and kind of group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from . import disparities
from .change import PERCENT
from .equity import SET, amounts, compared
from .gap import Floats

# A slope over ranks needs at least so many groups in order.
FEWEST_RANKS = 3


def inequality(
    table: pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    order: Mapping[str, Sequence[str]] | None = None,
    at: str = "value",
) -> pd.DataFrame:
    """One row per indicator and kind of group of an evaluation table, with at least two groups to compare.

    `weights`: people of each group, by the table's index; `order`: for a kind of group its groups from the least to the
    most advantaged; `at`: "value" (now) or "baseline". `difference` and `ratio`: between best and worst, the higher to
    the lower; `mdb`: mean difference from the best; `par`: gain of the mean if all were as the reference, which is the
    most advantaged group, without an order the best; `sii` and `rii`: difference and ratio of both ends of a curve over
    ranks (`slope`: "logit" for percentages, else "line"), above 0 and 1 where the advantaged have more. Also `n_groups`,
    `n_ordered`, `best_group`, `best_value`, `worst_group`, `worst_value`.
    Units: those of the indicator (for a range those of the gap to it); ratio and rii are fractions.
    Missing: one unknown weight makes all weights of a set equal (`is_weighted` False); fewer than three groups in order,
    and a range, have `slope` ""; `ratio` is NaN for a range and unless the lower value is above zero.
    """
    rows = _ordered(_weighted(compared(table), weights), order or {})
    rows = rows.assign(amount=amounts(rows, at), shown=rows[at])
    goodness = (rows["amount"] * rows["sign"]).groupby([rows[name] for name in SET])
    best, worst = (rows.loc[chosen].reset_index(drop=True) for chosen in (goodness.idxmax(), goodness.idxmin()))
    low, high = np.minimum(best["shown"], worst["shown"]), np.maximum(best["shown"], worst["shown"])
    numbers = best[SET].assign(
        n_groups=goodness.size().to_numpy(),
        is_weighted=best["is_weighted"],
        best_group=best["group"],
        best_value=best["shown"],
        worst_group=worst["group"],
        worst_value=worst["shown"],
        difference=(best["amount"] - worst["amount"]).abs(),
        ratio=(high / low.where(low > 0)).mask(best["target_kind"].eq("range")),
    )
    return numbers.assign(**_averages(rows, best), **_slopes(rows, best))


def _weighted(rows: pd.DataFrame, weights: pd.Series | None) -> pd.DataFrame:
    """Rows with the `people` of each group; 1 for all groups of a set in which one is unknown."""
    known = pd.Series(np.nan, index=rows.index) if weights is None else weights.reindex(rows.index)
    people = known.astype(float)
    is_weighted = people.gt(0).groupby([rows[name] for name in SET]).transform("all").astype(bool)
    return rows.assign(people=people.where(is_weighted, 1.0), is_weighted=is_weighted)


def _ordered(rows: pd.DataFrame, order: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Rows sorted by set and `place` in the order; groups that stand in no order come last, with an empty place."""
    steps = [(kind, name, float(place)) for kind, names in order.items() for place, name in enumerate(names)]
    places = pd.DataFrame(steps, columns=["group_kind", "group", "place"])
    merged = rows.merge(places, on=["group_kind", "group"], how="left", validate="many_to_one")
    return merged.assign(place=merged["place"].astype(float)).sort_values(
        [*SET, "place"], kind="stable", ignore_index=True
    )


def _averages(rows: pd.DataFrame, best: pd.DataFrame) -> dict[str, Floats]:
    (amount, people), sign = _wide(rows, rows["amount"], rows["people"]), best["sign"].to_numpy()
    advantaged = rows[rows["place"].notna()].groupby(SET)["amount"].last()
    last = advantaged.reindex(pd.MultiIndex.from_frame(best[SET])).to_numpy()
    reference = np.where(np.isnan(last), best["amount"], last)
    return {
        "mdb": disparities.mean_difference_from_best(amount, people, sign),
        "par": disparities.attributable_to_reference(amount, people, reference, sign),
    }


def _slopes(rows: pd.DataFrame, best: pd.DataFrame) -> dict[str, object]:
    amount, people = _wide(rows, rows["amount"].where(rows["place"].notna()), rows["people"])
    at = disparities.ranks(amount, people)
    line, curve = disparities.line_ends(amount, at, people), disparities.logistic_ends(amount, at, people)
    n_ordered = (~np.isnan(amount)).sum(axis=-1)
    within = ~((amount < 0) | (amount > 100)).any(axis=-1)
    has_slope = (n_ordered >= FEWEST_RANKS) & best["target_kind"].ne("range").to_numpy()
    slope = np.select([~has_slope, best["unit"].isin(PERCENT).to_numpy() & within], ["", "logit"], "line")
    ends = tuple(np.select([slope == "logit", slope == "line"], pair, np.nan) for pair in zip(curve, line, strict=True))
    sii, rii = disparities.slope_index(ends), disparities.relative_index(ends)
    return {"n_ordered": n_ordered, "slope": slope, "sii": sii, "rii": rii}


def _wide(rows: pd.DataFrame, *columns: pd.Series) -> list[Floats]:
    """Of each column one line per set, its groups side by side, NaN where a set has fewer."""
    sets = rows.groupby(SET)
    line, place = sets.ngroup().to_numpy(), sets.cumcount().to_numpy()
    found = []
    for column in columns:
        wide = np.full((line.max(initial=-1) + 1, place.max(initial=0) + 1), np.nan)
        wide[line, place] = column
        found.append(wide)
    return found
