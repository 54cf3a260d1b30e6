"""Which words one class uses more than the others do."""

from __future__ import annotations

import math
from collections.abc import Mapping

__all__ = ["z_scores"]

PRIOR = 500.0
"""The weight of the prior, in words: that each class speaks like all of them."""


def z_scores(counts: Mapping[str, int], others: Mapping[str, int]) -> dict[str, float]:
    """Return for each word the log-odds of a class against all others, in standard errors.

    With an informative Dirichlet prior, the word's share in both (Monroe, Colaresi and Quinn, Fightin'
    Words, Political Analysis 16, 2008, equations 15, 16 and 22).
    """
    mine, theirs = sum(counts.values()), sum(others.values())
    found = {}
    for word in counts.keys() | others.keys():
        own, other = counts.get(word, 0), others.get(word, 0)
        prior = PRIOR * (own + other) / max(1, mine + theirs)
        odds = math.log((own + prior) / (mine + PRIOR - own - prior))
        odds -= math.log((other + prior) / (theirs + PRIOR - other - prior))
        found[word] = odds / math.sqrt(1 / (own + prior) + 1 / (other + prior))
    return found
