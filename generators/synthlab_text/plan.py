"""What each review means, decided before a word of it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from synthlab import Rows

from .language import Language
from .pool import below

__all__ = ["LABELS", "OPPOSITE", "Label", "Plan", "polarity", "make_plan"]

Numbers = npt.NDArray[np.int64]

Label = Literal["positive", "negative", "neutral"]
LABELS: tuple[Label, ...] = get_args(Label)

# Moods are 0 to 4, from strongly negative to strongly positive.
NEUTRAL = 2
OPPOSITE = np.array([3, 3, 2, 1, 1])
"""The mood of a clause that says the opposite: always a mild one, so that it does not win."""

_POLARITY = np.array([1, 1, 2, 0, 0])


@dataclass(frozen=True)
class Plan:
    """The meaning of each row, as arrays of shape `(rows,)`."""

    domain: Numbers
    product: Numbers
    review: Numbers
    """Which template."""
    mood: Numbers
    """What the review comes to: 0 to 4, one less than its stars."""
    lead: Numbers
    """The mood of the clauses that agree with the review; a neutral one with two sides leads with
    either."""
    past: npt.NDArray[np.bool_]
    """Whether it is told in the past tense."""

    def __len__(self) -> int:
        return len(self.mood)

    def take(self, rows: Numbers) -> Plan:
        """Return the plan of some of the rows."""
        return Plan(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def label(self) -> Numbers:
        """Numbers in `LABELS`."""
        return polarity(self.mood)

    @property
    def stars(self) -> Numbers:
        """1 to 5."""
        return self.mood + 1


def polarity(mood: Numbers) -> Numbers:
    """Return the label of a mood, as numbers in `LABELS`."""
    return _POLARITY[mood]


def make_plan(
    language: Language, rows: Rows, domains: Sequence[float], labels: Sequence[float], strong: float
) -> Plan:
    """Return the plan of these rows; `domains` and `labels` are weights, kept in every 1,000 rows.

    The template is drawn without a look at the label, so that its own words cannot give it away.
    """
    label = rows.stream("label").quotas(labels)
    intense = rows.stream("intensity").bernoulli(strong)
    mood = np.select([label == 0, label == 1], [3 + intense, 1 - intense], NEUTRAL)
    domain = rows.stream("domain").quotas(domains)
    product = language.domain_products.pick(domain, rows.stream("product").words()).astype(np.int64)
    review = below(rows.stream("template").words(), np.full(len(rows), len(language.reviews)))
    two_sided = np.array([review.has_two_sides for review in language.reviews])
    undecided = (mood == NEUTRAL) & two_sided[review]
    either = np.where(rows.stream("lead").bernoulli(0.5), 1, 3)
    past = rows.stream("tense").bernoulli(language.past_shares[domain])
    return Plan(domain, product, review, mood, np.where(undecided, either, mood), past)
