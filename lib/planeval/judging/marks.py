"""What stands beside a letter: how sure a reached target is, what the letter rests on, what to watch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .methods import is_after_target_year

MARK_FLAGS = ("provisional", "estimate", "covid")


def marks(cases: pd.DataFrame, found: pd.DataFrame, outcome: np.ndarray, alert_from: float) -> pd.Series:
    """Words joined by 、: sureness of A, two points, missed, alert, flags, breaks.

    An alert stands where a value is behind while `alert_from` of the time (a share) has passed and the end has not come.
    """
    is_reached = (outcome == "reached") & cases["target_kind"].ne("none").to_numpy()
    low, high, target = (found["value_low"], found["value_high"], cases["target"])
    kind = cases["target_kind"]
    inside = np.select(
        [kind.isin(["increase", "at_least"]), kind.isin(["decrease", "at_most", "suppress"]), kind.eq("range")],
        [low >= target, high <= target, (low >= target) & (high <= cases["target_upper"])],
        False,
    ).astype(bool)
    is_late = is_after_target_year(cases)
    is_ending = found["time_share"].to_numpy(float) >= alert_from - 1e-9
    flags = cases["flags"].cat
    has_interval = low.notna().to_numpy()
    return _joined({
        "firm": is_reached & has_interval & inside,
        "borderline": is_reached & has_interval & ~inside,
        "slipping": is_reached & (found["moved"] < 0).to_numpy(),
        "two_points": np.isin(found["route"].to_numpy(), ["size", "relative", "points"]),
        "missed": is_late & np.isin(outcome, ["behind", "unclear", "worse"]),
        "alert": (outcome == "behind") & is_ending & ~is_late,
        **{flag: np.isin(flags.codes, np.flatnonzero(flags.categories.str.contains(flag))) for flag in MARK_FLAGS},
        "restarted": cases["is_restarted"].to_numpy(),
        "bridged": cases["baseline_bridge"].ne(1).to_numpy(),
    }).set_axis(cases.index)  # fmt: skip


def _joined(held: dict[str, np.ndarray]) -> pd.Series:
    """The names of the marks that hold, row by row; each combination is put into words once."""
    names = list(held)
    code = sum((holds.astype(np.int64) << n for n, holds in enumerate(held.values())), start=np.int64(0))
    seen, place = np.unique(code, return_inverse=True)
    words = ["、".join(name for n, name in enumerate(names) if mask >> n & 1) for mask in seen.tolist()]
    return pd.Series(np.array(words, dtype=object)[place] if words else [], dtype="str")
