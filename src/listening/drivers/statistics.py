"""The statistics of a driver, as pure functions. The marts hold the same formulas in SQL; a test holds them equal."""

from typing import Any

import numpy as np
import numpy.typing as npt

PRIOR_WEIGHT = 500.0
"""Total weight of the prior, in posts (reference: planted bursts were found best with the history at this weight)."""
RISING_Z = 1.96
"""Two-sided 5 % point of the normal distribution."""
RISING_POSTS = 5
"""Fewest posts on which a rise is called one."""

Floats = npt.NDArray[np.float64]


def log_odds(
    posts: npt.ArrayLike,
    cohort_posts: npt.ArrayLike,
    baseline_posts: npt.ArrayLike,
    baseline_cohort_posts: npt.ArrayLike,
) -> tuple[Floats, Floats]:
    """Weigh the change of a share against its own history.

    Args:
        posts: Posts now that speak of the concept, 0 to `cohort_posts`.
        cohort_posts: All posts of the cohort now.
        baseline_posts: Posts of the baseline that speak of it, 0 to `baseline_cohort_posts`.
        baseline_cohort_posts: All posts of the cohort in the baseline.

    Returns:
        The log-odds ratio, and the same in standard errors (z). Positive is a rise. NaN without a baseline.

    Source: Monroe, Colaresi, Quinn 2008, "Fightin' Words", eq. 15, 16, 20 and 22; the prior is the history's share,
    smoothed by one half, with a total weight of `PRIOR_WEIGHT`.
    """
    now, size, before, before_size = (
        np.asarray(values, dtype=np.float64) for values in (posts, cohort_posts, baseline_posts, baseline_cohort_posts)
    )
    prior = PRIOR_WEIGHT * (before + 0.5) / (before_size + 1.0)
    rest = PRIOR_WEIGHT - prior
    ratio = np.log((now + prior) / (size - now + rest)) - np.log((before + prior) / (before_size - before + rest))
    error = np.sqrt(1.0 / (now + prior) + 1.0 / (before + prior))
    known = before_size > 0
    return np.where(known, ratio, np.nan), np.where(known, ratio / error, np.nan)


def is_rising(z: npt.ArrayLike, posts: npt.ArrayLike) -> npt.NDArray[Any]:
    """Say what rises: z over `RISING_Z` on at least `RISING_POSTS` posts. NaN does not rise."""
    return (np.asarray(z) > RISING_Z) & (np.asarray(posts) >= RISING_POSTS)
