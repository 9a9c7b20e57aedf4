"""Scales of a panel: where its values stand, which round numbers name them, how much room its words need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from .drawing import width_of
from .formats import rounded

SMALL, TITLE, NORMAL, LINE = 7.5, 9, 10, 0.125  # sizes of text in points, the height of a line of small text in inches
# In inches: a band's name of two lines, a break's name, a tick, the space beside a label, the least space around values.
NAME, FOOT, TICK, GAP, MARGIN = 0.27, 0.17, 0.04, 0.05, 0.06


@dataclass(frozen=True)
class Panel:
    """A box in inches (left, foot, width, height) and the values at its edges (`across` and `up`)."""

    box: tuple[float, float, float, float]
    across: tuple[float, float]
    up: tuple[float, float]
    ceiling: float = 0.0

    def x(self, value: float | pd.Series) -> float | pd.Series:
        """Where a value stands across the sheet, in inches."""
        return self.box[0] + self.box[2] * (value - self.across[0]) / (self.across[1] - self.across[0])

    def y(self, value: float | pd.Series) -> float | pd.Series:
        """Where a value stands up the sheet, in inches."""
        return self.box[1] + self.box[3] * (value - self.up[0]) / (self.up[1] - self.up[0])

    @property
    def right(self) -> float:
        """The right edge in inches."""
        return self.box[0] + self.box[2]

    @property
    def top(self) -> float:
        """The upper edge in inches."""
        return self.box[1] + self.box[3]


def places_of(panel: Panel, own: pd.DataFrame) -> np.ndarray:
    """Places along the lines of a run, close enough to see where a word would touch them."""
    years = own["fiscal_year"].to_numpy(dtype=float)
    fine = np.unique(np.concatenate([years, np.linspace(years.min(), years.max(), 80)]))
    values = np.interp(fine, years, own["value"].to_numpy(dtype=float))
    return np.column_stack([panel.x(fine), panel.y(values)])


def free_place(panel: Panel, height: float, width: float, taken: np.ndarray) -> tuple[float, float]:
    """The lower left corner of the name of a line: right above, else the first place where nothing is yet."""
    lefts, feet = (panel.right - width, panel.box[0] + 0.02), (height + 0.02, height - LINE - 0.02)
    for left, foot in [(left, foot) for left in lefts for foot in feet]:
        x, y = taken[:, 0], taken[:, 1]
        touches = (x > left - GAP) & (x < left + width + GAP) & (y > foot - 0.03) & (y < foot + LINE + 0.03)
        if foot > panel.box[1] and foot + LINE <= panel.top - panel.ceiling + 0.03 and not touches.any():
            return left, foot
    return lefts[0], feet[0]


def ticks_between(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Round numbers between two values, at most about `most`, each with its text; all with the same decimals."""
    found = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    step = found[1] - found[0]
    decimals = next((n for n in range(12) if math.isclose(round(step, n), step, rel_tol=1e-6)), 12)
    inside = [value for value in found if low - step * 1e-6 <= value <= high + step * 1e-6]
    return [(value, rounded(value, decimals)) for value in inside]


def ticks_across(low: float, high: float, width: float) -> list[tuple[float, str]]:
    """As many round numbers as have room beside each other in a width in inches."""
    tries = (ticks_between(low, high, most) for most in range(8, 1, -1))
    fits = (ticks for ticks in tries if sum(width_of(text, NORMAL) + 0.15 for _, text in ticks) < width)
    return next(fits, ticks_between(low, high, 1))


def room_of(breaks: Sequence) -> float:
    """The height in inches of the names of breaks: of two near each other one stands above the other."""
    return FOOT + LINE * (len(breaks) > 1) if breaks else 0.0


def scale_of(seen: pd.Series, height: float, *, above: float = 0, below: float = 0) -> tuple[float, float]:
    """The values at the foot and the top of a panel of a height, with room for words above and below (in inches)."""
    low, high = float(seen.min()), float(seen.max())
    if low == high:
        low, high = (low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1))
    scale = (high - low) / max(height - above - below - 2 * MARGIN, 0.35 * height)
    return low - (MARGIN + below) * scale, high + (MARGIN + above) * scale
