"""Reviews whose labels are right by construction: the meaning is chosen first, the words follow."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field

from synthlab import ClassLabel, Features, Generator, Records, Rows, Span, Text, Value

from .compiler import load
from .lexicon import DOMAINS, Domain
from .plan import LABELS, Label, make_plan, polarity
from .wording import write

__all__ = ["TextGenerator"]

Language = Literal["en"]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class TextGenerator(Generator):
    """Product and company reviews with sentiment, stars, and every opinion in its place."""

    language: Language = Field("en", description="The language of the reviews.")
    domains: dict[Domain, Weight] = Field(
        dict.fromkeys(DOMAINS, 1.0),
        min_length=1,
        description="What the reviews are about, by weight; kept exactly in every 1,000 rows.",
    )
    labels: dict[Label, Weight] = Field(
        dict.fromkeys(LABELS, 1.0),
        min_length=1,
        description="The classes, by weight; kept exactly in every 1,000 rows.",
    )
    strong: Share = Field(
        0.5,
        description="The share of positive and negative reviews that feel strongly: 5 and 1 stars "
        "rather than 4 and 2.",
    )
    negation: Share = Field(
        0.1,
        description="The share of mild opinions said by denying the opposite, where the sentence "
        "allows it: `not bad`, `hardly crisp`.",
    )

    @property
    def features(self) -> Features:
        return _features(self.language)

    def generate(self, rows: Rows) -> pa.RecordBatch:
        language = load(self.language)
        domains = [self.domains.get(domain, 0.0) for domain in DOMAINS]
        labels = [self.labels.get(label, 0.0) for label in LABELS]
        plan = make_plan(language, rows, domains, labels, self.strong)
        text, aspects = write(language, plan, rows, self.negation)
        features = self.features
        records = features["aspects"]
        assert isinstance(records, Records)
        return features.batch(
            {
                "text": text,
                "label": plan.label,
                "stars": plan.stars,
                "domain": plan.domain,
                "aspects": records.columns(
                    aspects.offsets,
                    {
                        "term": aspects.term,
                        "category": aspects.category,
                        "polarity": polarity(aspects.mood),
                        "opinion": aspects.opinion,
                        "negated": aspects.negated,
                    },
                ),
                "template": plan.review,
            }
        )


@lru_cache(maxsize=4)
def _features(language: str) -> Features:
    compiled = load(language)
    aspect = {
        "term": Span("text"),
        "category": ClassLabel(compiled.categories),
        "polarity": ClassLabel(LABELS),
        "opinion": Span("text"),
        "negated": Value("bool"),
    }
    return Features(
        {
            "text": Text(language),
            "label": ClassLabel(LABELS),
            "stars": Value("int64"),
            "domain": ClassLabel(DOMAINS),
            "aspects": Records(aspect),
            "template": ClassLabel(tuple(review.name for review in compiled.reviews)),
        },
        labels=("label", "stars", "aspects"),
        group="template",
    )
