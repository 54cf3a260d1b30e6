"""What texts are about: which of the domains, and how much of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from synthlab import Rows

from ..generator import TextGenerator
from ..reviews.content import DOMAINS, known_domains
from .tables import reading
from .tokens import Document

__all__ = ["find_domains"]

ROWS = 1_500
"""Reviews of each domain that texts are compared with."""
SMOOTHING = 2_000.0
"""Words of all domains that are added to those of each: what a word says of one domain is never certain."""
TEMPER = 0.5
"""Words of a text go together; each counts half."""
PRIOR = 2.0
"""Texts of each domain that count as seen."""
LEAST = 0.03
STEPS = 100

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")

Array = npt.NDArray[np.float64]


def find_domains(documents: Sequence[Document], language: str) -> tuple[dict[str, float], float]:
    """Return the weights of domains, the greatest first; and the share of texts that none of them suits.

    A mixture of naive Bayes models, one a domain, whose weights are found by expectation maximisation
    (Nigam et al., Text classification from labeled and unlabeled documents, Machine Learning 39, 2000).
    """
    domains = known_domains(language)
    numbers, logs = _models(language)
    rows = []
    for document in documents:
        at = {numbers[word] for word in document.words if word in numbers}
        if at:
            rows.append(TEMPER * logs[:, sorted(at)].sum(axis=1))
    nothing = 1 - len(rows) / max(1, len(documents))
    if not rows:
        return {}, 1.0
    likelihood = np.array(rows)
    likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weights = np.full(len(domains), 1 / len(domains))
    for _ in range(STEPS):
        shares: Array = likelihood * weights
        shares /= shares.sum(axis=1, keepdims=True)
        # Less than half a text of a domain is none: a prior that is sparse, so that few domains remain.
        weights = np.maximum(shares.sum(axis=0) - PRIOR, 0)
        if not weights.any():
            weights = shares.sum(axis=0)
        weights /= weights.sum()
    kept = {d: float(w) for d, w in zip(domains, weights, strict=True) if w >= LEAST}
    total = sum(kept.values())
    order = sorted(kept, key=lambda domain: (-kept[domain], domains.index(domain)))
    return {domain: round(kept[domain] / total, 2) for domain in order}, nothing


@cache
def _models(language: str) -> tuple[dict[str, int], Array]:
    """Return numbers of words, and the logarithm of their shares in each domain, shape (domains, words)."""
    domains = known_domains(language)
    ignored = reading(language).function
    counts = [Counter[str]() for _ in domains]
    # All domains at once: their shares are exact, and the language is compiled once.
    batch = TextGenerator(language=language).generate(Rows(1, 0, ROWS * len(domains)))
    numbers = [domains.index(DOMAINS[number]) for number in batch["domain"].to_pylist()]
    for text, number in zip(batch["text"].to_pylist(), numbers, strict=True):
        counts[number].update(set(_WORD.findall(text.lower())) - ignored)
    every = sorted({word for found in counts for word in found})
    table = np.array([[found[word] for word in every] for found in counts], np.float64)
    background = table.sum(axis=0) / table.sum()
    shares = table + SMOOTHING * background
    logs: Array = np.log(shares / shares.sum(axis=1, keepdims=True)) - np.log(background)
    return {word: number for number, word in enumerate(every)}, logs
