"""From the outcome of a method to the letter of a scheme: by its outcome, or by the band that its quantity falls in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..trust.schemes import Band, Scheme
from .change import at_least
from .gap import Floats
from .steps import BAND


def lettered(found: pd.DataFrame, has_target: np.ndarray, scheme: Scheme) -> tuple[np.ndarray, np.ndarray]:
    """The outcome of each row and the number of its letter in the scheme.

    `found` has `outcome`, and for schemes with bands `quantity`, `fallback` and `limit_scale`. The first band of the
    file that holds decides; its letter is counted as the first of its outcomes.
    """
    outcome = found["outcome"].to_numpy().astype(object)
    number = np.full(len(found), -1)
    is_open = outcome == BAND
    if is_open.any():
        quantity, scale = found["quantity"].to_numpy(float), found["limit_scale"].to_numpy(float)
        for n, letter in enumerate(scheme.letters):
            holds = np.where(
                has_target, _holds(letter.band, quantity, 1.0), _holds(letter.band_without_target, quantity, scale)
            )
            taken = is_open & holds & ~np.isnan(quantity)
            outcome[taken], number[taken] = letter.outcomes[:1] or "not_rated", n
            is_open &= ~taken
        outcome = np.where(is_open, found["fallback"], outcome)
    owners = _owners(scheme)
    rest = number < 0
    number[rest] = pd.Series(outcome[rest]).map(owners).fillna(-1).astype(int)
    return outcome, number


def _holds(band: Band | None, quantity: Floats, scale: Floats | float) -> np.ndarray:
    """Whether all limits of a band hold; ties count as the words of the limits say, whatever the rounding."""
    holds = np.full(len(quantity), band is not None)
    for word, limit in (band or {}).items():
        limits = np.full(len(quantity), float(limit)) * scale
        reaches, is_within = at_least(quantity, limits), at_least(limits, quantity)
        holds &= {"at_least": reaches, "above": ~is_within, "at_most": is_within, "below": ~reaches}[word]
    return holds


def _owners(scheme: Scheme) -> dict[str, int]:
    """Which letter prints an outcome: one without a band before one with a band, then the order of the file."""
    owners: dict[str, int] = {}
    by_band = sorted(enumerate(scheme.letters), key=lambda item: item[1].band is not None)
    for n, letter in by_band:
        for outcome in letter.outcomes:
            owners.setdefault(outcome, n)
    return owners
