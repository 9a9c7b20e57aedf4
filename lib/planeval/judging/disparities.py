"""How unequal groups are, in one number: differences from the best group, spread around the mean, slope over ranks.

Every function takes arrays with the groups along the last axis, so that many sets of groups are done at once.
`sign` is +1 where a higher value is better, −1 where a lower one is. Units: those of the values, unless said.
Missing: a group whose value is NaN is left out, together with its weight.
Source: WHO, Handbook on Health Inequality Monitoring (2013), and the Health Equity Assessment Toolkit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]
# A logistic fit has usually ended after six steps; one that has not ended after these has no end. A step of Newton that
# is longer is cut, so that it does not leap over the top.
STEPS, LONGEST, CLOSE = 60, 2.0, 1e-10


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """The mean of all people: Σ weight × value, weights as shares of their sum."""
    return _sum(shares(values, weights) * np.nan_to_num(values))


def shares(values: Floats, weights: Floats) -> Floats:
    """Weights as shares of their sum; 0 for a group without a value."""
    known = np.where(np.isnan(values), 0.0, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return known / known.sum(axis=-1, keepdims=True)


def best(values: Floats, sign: ArrayLike = 1.0) -> Floats:
    """The best group's value."""
    signed = np.asarray(sign, float)[..., None] * values
    return np.asarray(sign, float) * np.fmax.reduce(signed, axis=-1)


def difference_to_best(values: Floats, sign: ArrayLike = 1.0) -> Floats:
    """How far each group is behind the best one: 0 for the best, never negative."""
    return np.asarray(sign, float)[..., None] * (best(values, sign)[..., None] - values)


def ratio_to_best(values: Floats, sign: ArrayLike = 1.0) -> Floats:
    """Each group's value ÷ the best group's value. Missing: NaN unless the best value is above zero."""
    top = best(values, sign)[..., None]
    return values / np.where(top > 0, top, np.nan)


def mean_difference_from_best(values: Floats, weights: Floats, sign: ArrayLike = 1.0) -> Floats:
    """MDB: Σ share × |value − best value|."""
    return _sum(shares(values, weights) * np.nan_to_num(difference_to_best(values, sign)))


def mean_difference_from_mean(values: Floats, weights: Floats) -> Floats:
    """MDM: Σ share × |value − mean|."""
    return _sum(shares(values, weights) * np.abs(_deviation(values, weights)))


def between_group_variance(values: Floats, weights: Floats) -> Floats:
    """BGV: Σ share × (value − mean)². Units: the square of those of the values."""
    return _sum(shares(values, weights) * _deviation(values, weights) ** 2)


def attributable_to_reference(values: Floats, weights: Floats, reference: ArrayLike, sign: ArrayLike = 1.0) -> Floats:
    """PAR: by how much the mean would be better if every group had the reference's value; 0 if it would not be."""
    return np.maximum(np.asarray(sign, float) * (np.asarray(reference, float) - weighted_mean(values, weights)), 0.0)


def ranks(values: Floats, weights: Floats) -> Floats:
    """The middle of each group's stretch when all people stand in a row from 0 (least advantaged) to 1."""
    own = shares(values, weights)
    return np.cumsum(own, axis=-1) - own / 2


def absolute_concentration(values: Floats, weights: Floats) -> Floats:
    """ACI: Σ share × (2 rank − 1) × value; 0 where all are equal, positive where the advantaged have more."""
    return _sum(shares(values, weights) * (2 * ranks(values, weights) - 1) * np.nan_to_num(values))


def relative_concentration(values: Floats, weights: Floats) -> Floats:
    """RCI: the absolute concentration index ÷ the mean, as a fraction."""
    return absolute_concentration(values, weights) / weighted_mean(values, weights)


def line_ends(values: Floats, at: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Both ends, at rank 0 and rank 1, of the straight line by weighted least squares through values at ranks `at`."""
    own, mean = shares(values, weights), weighted_mean(values, weights)
    middle = _sum(own * at)
    from_middle = at - middle[..., None]
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = _sum(own * from_middle * np.nan_to_num(values)) / _sum(own * from_middle**2)
    return mean - slope * middle, mean + slope * (1 - middle)


def logistic_ends(values: Floats, at: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Both ends of the logistic curve through percentages, each group counted by its weight once.

    The binomial likelihood is made largest by Newton's steps. Units: percent.
    Missing: NaN where no curve fits best (a value outside 0–100, or groups that a step from 0 % to 100 % parts).
    """
    own = shares(values, weights)
    share = np.clip(np.nan_to_num(values) / 100, 0, 1)
    start = line_ends(np.where(np.isnan(values), np.nan, logit(np.clip(share, 0.01, 0.99))), at, weights)
    level, slope = start[0], start[1] - start[0]
    ended = np.zeros(level.shape, bool)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for _ in range(STEPS):
            fitted = expit(level[..., None] + slope[..., None] * at)
            bend = own * fitted * (1 - fitted)
            miss = own * (share - fitted)
            flat, tilt, curve = _sum(bend), _sum(bend * at), _sum(bend * at**2)
            rise, turn = _sum(miss), _sum(miss * at)
            area = flat * curve - tilt**2
            step = np.stack([curve * rise - tilt * turn, flat * turn - tilt * rise]) / area
            length = np.abs(step).sum(axis=0)
            level, slope = np.stack([level, slope]) + step * np.minimum(1, LONGEST / length)
            ended = length <= CLOSE * (1 + np.abs(level) + np.abs(slope))
    usable = ended & ~np.any((values < 0) | (values > 100), axis=-1)
    return tuple(np.where(usable, 100 * expit(end), np.nan) for end in (level, level + slope))


def slope_index(ends: tuple[Floats, Floats]) -> Floats:
    """SII: the fitted value of the most advantaged end minus that of the least advantaged end."""
    return ends[1] - ends[0]


def relative_index(ends: tuple[Floats, Floats]) -> Floats:
    """RII: the fitted value of the most advantaged end ÷ that of the least advantaged one; NaN unless both are above 0."""
    usable = (ends[0] > 0) & (ends[1] > 0)
    return np.where(usable, ends[1] / np.where(usable, ends[0], np.nan), np.nan)


def _deviation(values: Floats, weights: Floats) -> Floats:
    return np.nan_to_num(values - weighted_mean(values, weights)[..., None])


def _sum(values: Floats) -> Floats:
    return np.asarray(values.sum(axis=-1))
