"""Intervals and tests, vectorised: is a change distinguishable from chance?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


def normal_limit(level: float) -> float:
    """The two-sided limit of the normal distribution. Example: 0.05 → 1.959964."""
    return float(special.ndtri(1 - level / 2))


def wilson(x: Floats, n: Floats, level: float = 0.05) -> tuple[Floats, Floats]:
    """Limits of a proportion x/n, as fractions. Source: Wilson (1927), JASA 22, 209-212."""
    z = normal_limit(level)
    p = x / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(np.maximum(p * (1 - p) / n + z**2 / (4 * n**2), 0))
    low = np.where(x <= 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(x >= n, 1.0, np.clip(middle + half, 0, 1))
    return low, high


def newcombe(x1: Floats, n1: Floats, x2: Floats, n2: Floats, level: float = 0.05) -> tuple[Floats, Floats]:
    """Limits of the difference x2/n2 − x1/n1. Source: Newcombe (1998), Statistics in Medicine 17, method 10."""
    p1, p2 = x1 / n1, x2 / n2
    low1, high1 = wilson(x1, n1, level)
    low2, high2 = wilson(x2, n2, level)
    low = p2 - p1 - np.sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
    high = p2 - p1 + np.sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return low, high


def byar(x: Floats, level: float = 0.05) -> tuple[Floats, Floats]:
    """Limits of a count of events. Source: Breslow and Day (1987), IARC Scientific Publications 82, p. 69."""
    z = normal_limit(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    above = x + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return np.where(x > 0, np.maximum(low, 0), 0.0), high


def conditional_binomial_p(x1: Floats, x2: Floats, share2: Floats) -> Floats:
    """Two-sided exact p of two counts, given their sum: outcomes no more likely than the one seen.

    `share2` is the share of the second exposure in both (0.5 for equal exposures).
    Source: Przyborowski and Wilenski (1940), Biometrika 31, 313-323.
    """
    from scipy import stats  # slow to import, and most plans compare no counts

    total = x1 + x2
    seen = stats.binom.pmf(x2, total, share2) * (1 + 1e-7)
    mean = total * share2
    is_low = x2 < mean
    # Bisection for the other tail: the first count beyond the mean that is no more likely than the one seen.
    near = np.where(is_low, np.ceil(mean), np.floor(mean))
    inner, outer = near.copy(), np.where(is_low, total + 1, -1.0)
    while np.any(np.abs(outer - inner) > 1):
        middle = np.where(is_low, np.floor((inner + outer) / 2), np.ceil((inner + outer) / 2))
        rare = stats.binom.pmf(middle, total, share2) <= seen
        outer, inner = np.where(rare, middle, outer), np.where(rare, inner, middle)
    outer = np.where(stats.binom.pmf(inner, total, share2) <= seen, inner, outer)
    low_tail = np.where(is_low, stats.binom.cdf(x2, total, share2), stats.binom.cdf(outer, total, share2))
    high_tail = np.where(is_low, stats.binom.sf(outer - 1, total, share2), stats.binom.sf(x2 - 1, total, share2))
    return np.where(x2 == mean, 1.0, np.minimum(low_tail + high_tail, 1.0))


def kendall_p(values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """S (pairs that rise minus pairs that fall) and its two-sided p, for rows of equal length in order of time.

    Exact where no values tie, else normal with the variance corrected for ties.
    Source: Kendall, Rank Correlation Methods (4th ed.), chapters 1 and 4.
    """
    n = values.shape[1]
    first, second = np.triu_indices(n, 1)
    signs = np.sign(values[:, second] - values[:, first]).astype(np.int64)
    s = signs.sum(axis=1)
    pairs = n * (n - 1) // 2
    counts = _inversion_counts(n)
    below = np.cumsum(counts) / counts.sum()
    exact = np.minimum(1.0, 2 * below[(pairs - np.abs(s)) // 2])
    exact = np.where(s == 0, 1.0, exact)
    has_ties = (signs == 0).any(axis=1)
    # Each value's number of equals gives the tie groups: a group of t values counts t(t−1)(2t+5) once.
    equals = (values[:, :, None] == values[:, None, :]).sum(axis=2)
    tied = ((equals - 1) * (2 * equals + 5)).sum(axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - tied) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        normal = np.where(variance > 0, 2 * special.ndtr(-np.abs(s) / np.sqrt(variance)), 1.0)
    return s, np.where(has_ties, normal, exact)


def _inversion_counts(n: int) -> Floats:
    """How many orders of n things have 0, 1, 2 … inversions."""
    counts = np.ones(1)
    for size in range(2, n + 1):
        counts = np.convolve(counts, np.ones(size))
    return counts


def theil_sen(years: Floats, values: Floats) -> Floats:
    """Median slope of all pairs, per year, for rows of equal length. Source: Sen (1968), JASA 63, 1379-1389."""
    first, second = np.triu_indices(values.shape[1], 1)
    return np.median((values[:, second] - values[:, first]) / (years[:, second] - years[:, first]), axis=1)
