"""The groups of an indicator side by side: how far each is behind the best one, and whether that gap has grown.

Only rated groups are compared, and only those of the latest year (and baseline year) among them, by the indicator's
good direction; for a range by their gap to it. Groups of an indicator that is only done or not done are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .change import at_least, material_change, share_scale
from .gap import Floats, better_sign, signed_distance
from .intervals import normal_limit

SET = ["indicator_id", "group_kind"]
SHOWN = ["best_group", "best_value", "difference", "ratio"]


def group_gaps(table: pd.DataFrame, settings: Mapping[str, float]) -> pd.DataFrame:
    """For each compared group of an evaluation table its gap to the best group then and now; index of the table's rows.

    `best_group`, `best_value`, `difference` (behind the best, never negative), `ratio` (value ÷ best value), the same
    with `baseline_`; `growth` = difference now − then; `limit` = the growth that counts: 1.96 × √(sum of the four se²)
    where all four errors are known (`gap_route` "sampling"), else the smallest change that matters of the whole
    indicator ("size"); `gap_grew`.
    Units: differences, growth and limit in the indicator's unit (for a range those of the gap); ratio a fraction.
    Missing: a kind with fewer than two groups to compare has no rows; without a limit `gap_route` is "" and
    `gap_grew` False; `ratio` is NaN for a range and unless the best value is above zero.
    """
    rows = compared(table)
    then, now = _beside_best(rows, "baseline"), _beside_best(rows, "value")
    error = np.sqrt(then["variance"] + now["variance"])
    whole = table[table["group"].eq("")]
    matters = pd.Series(material_change(whole, settings), index=whole["indicator_id"], dtype=float)
    sampled = round(normal_limit(settings["significance"]), 2) * error
    growth, limit = now["difference"] - then["difference"], sampled.fillna(rows["indicator_id"].map(matters))
    is_beyond = at_least(growth.to_numpy(float), limit.to_numpy(float))
    return rows[[*SET, "group"]].assign(
        **then[SHOWN].add_prefix("baseline_"),
        **now[SHOWN],
        growth=growth,
        limit=limit,
        gap_route=np.select([sampled.notna(), limit.notna()], ["sampling", "size"], ""),
        gap_grew=is_beyond & growth.gt(0),
    )


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """The groups that may be compared, with the `sign` of their good direction (a range: the smaller gap)."""
    sign = np.where(table["target_kind"].eq("range"), -1.0, better_sign(table))
    rows = table.assign(sign=sign)[table["group"].ne("") & table["outcome"].ne("not_rated")]
    rows = rows[rows[["sign", "baseline", "value"]].notna().all(axis=1)]
    for year in ("fiscal_year", "baseline_year"):
        rows = rows[rows[year].eq(rows.groupby(SET)[year].transform("max")).fillna(False)]
    return rows[rows.groupby(SET)["group"].transform("size").ge(2)]


def amounts(rows: pd.DataFrame, at: str) -> Floats:
    """What is compared: the value; for a range its gap to it."""
    value = rows[at].to_numpy(float)
    return np.where(rows["target_kind"].eq("range"), signed_distance(rows, value), value)


def _beside_best(rows: pd.DataFrame, at: str) -> pd.DataFrame:
    """Each group beside the best of its set, and the sum of both squared standard errors."""
    own = rows.assign(amount=amounts(rows, at), variance=_variance(rows, "baseline_" if at == "baseline" else ""))
    goodness = own["amount"] * own["sign"]
    best = own.loc[goodness.groupby([own[name] for name in SET]).transform("idxmax")].set_axis(own.index)
    ratio = own[at] / best[at].where(best[at] > 0)
    return pd.DataFrame(
        {
            "best_group": best["group"],
            "best_value": best[at],
            "difference": (best["amount"] - own["amount"]).abs(),
            "ratio": ratio.mask(own["target_kind"].eq("range")),
            "variance": own["variance"] + best["variance"],
        }
    )


def _variance(rows: pd.DataFrame, prefix: str) -> pd.Series:
    """se², else from n and x with one yes and one no added, which is never zero.

    Source: Agresti and Caffo (2000), The American Statistician 54, 280-288.
    """
    effect = rows[f"{prefix}design_effect"].fillna(1.0)
    n, x = rows[f"{prefix}n"] / effect, rows[f"{prefix}x"] / effect
    share = (x + 1) / (n + 2)
    return (rows[f"{prefix}se"] ** 2).fillna(share * (1 - share) / (n + 2) * share_scale(rows) ** 2)
