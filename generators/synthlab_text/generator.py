"""Reviews whose labels are right by construction: the meaning is chosen first, the words follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field, StrictBool

from synthlab import (
    ClassLabel,
    Features,
    FitRequest,
    Fitted,
    Generator,
    OptionProblem,
    Records,
    Rows,
    Span,
    Text,
    Value,
)

from .grammar import Grammar, GrammarTexts
from .noise.options import Noise
from .reviews import LABELS, LANGUAGES, Language, Reviews, Settings, load, write
from .reviews.content import DOMAINS, known_domains
from .reviews.language import GROUPS, MOST_SENTENCES, POLARITY_OF, SAID
from .reviews.planning import dealer_of
from .vocabulary import Vocabulary
from .vocabulary import problems as vocabulary_problems

__all__ = ["TextGenerator"]

Label = Literal["positive", "negative", "neutral"]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Weight = Annotated[float, Field(ge=1e-6, le=1e6, allow_inf_nan=False)]

VALUE_OF = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
"""What a mood counts in the score of a review."""


class TextGenerator(Generator):
    """Reviews with sentiment, stars and every opinion in its place; or texts by a grammar of your own."""

    batch_rows: ClassVar[int] = 16_384
    fit_options: ClassVar[tuple[str, ...] | None] = ("text", "label", "classes")
    fit_needs: ClassVar[tuple[str, ...]] = ("text",)

    language: Literal["en", "de", "es"] = Field("en", description="The language of the reviews.")
    domains: dict[str, Weight] = Field(
        {},
        description="What the reviews are about, by weight, kept exactly in every 1,000 rows; by default all "
        "that the language has.",
    )
    labels: dict[Label, Weight] = Field(
        dict.fromkeys(("positive", "negative", "neutral"), 1.0),
        min_length=1,
        description="The classes, by weight; kept exactly in every 1,000 rows.",
    )
    label_names: dict[Label, Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        {}, description="What the classes are called in the column `label`: {positive: good, negative: bad}."
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
    sarcasm: Share = Field(
        0.05, description="The share of sarcasm among the clauses of negative reviews that imply a feeling."
    )

    sentences: dict[Annotated[int, Field(ge=1, le=MOST_SENTENCES)], Weight] = Field(
        {},
        description=f"How many sentences a review has, by weight: {{1: 3, 2: 2}}; {MOST_SENTENCES} "
        "is that or more. By default mostly one to three.",
    )
    vocabulary: Vocabulary = Field(
        Vocabulary(), description="Words of your own, said beside those of the language."
    )

    unique: StrictBool = Field(
        False,
        description="Whether no two reviews are alike. Domains are then kept in every 1,000 rows of a label, "
        "and reviews that can be said in few ways get rarer in large datasets.",
    )
    noise: Noise = Field(Noise(), description="How real writers write: typos, slang, emoji and the like.")

    grammar: Grammar | None = Field(
        None, description="Rules for texts of any kind, in place of reviews; see docs/text-grammar.md."
    )

    @cached_property
    def texts_by_grammar(self) -> GrammarTexts | None:
        """The grammar with all that follows from it; None when there are reviews."""
        return None if self.grammar is None else GrammarTexts(self.grammar, self.language, self.noise)

    @property
    def foreign_keys(self) -> tuple[str, ...]:
        return () if self.texts_by_grammar is None else self.texts_by_grammar.foreign_keys

    @property
    def default_rows(self) -> int | None:
        return None if self.texts_by_grammar is None else self.texts_by_grammar.default_rows

    @property
    def variety(self) -> int | None:
        return None if self.texts_by_grammar is None else self.texts_by_grammar.sizes.total

    @property
    def features(self) -> Features:
        if self.texts_by_grammar is not None:
            return self.texts_by_grammar.features
        names = tuple(self.label_names.get(label, label) for label in LABELS)  # type: ignore[call-overload]
        return _features(self._language, names, self.noise != Noise())

    def problems(self) -> Iterator[OptionProblem]:
        if self.texts_by_grammar is not None:
            for name, field in type(self).model_fields.items():
                if name not in ("grammar", "language", "noise") and getattr(self, name) != field.default:
                    message = f"{name!r} is an option of reviews, and the grammar says what is written"
                    hint = (
                        "a grammar has a `unique` of its own" if name == "unique" else "leave one of them out"
                    )
                    yield OptionProblem((name,), message, hint, at_key=True)
            yield from self.texts_by_grammar.problems()
            return
        known = known_domains(self.language)
        for name in self.domains:
            if name not in known:
                yield OptionProblem(
                    ("domains", name), f"{name!r} is not a domain", ", ".join(known), at_key=True
                )
        if any(name not in known for name in self.domains):
            return
        yield from vocabulary_problems(self.vocabulary, self.language, self.domains)
        there = set(load(self.language, tuple(self.domains)).compositions.sentences.tolist())
        for number in self.sentences:
            if number not in there:
                message = f"no review of this language has {number} sentences"
                hint = f"there are reviews of {', '.join(map(str, sorted(there)))}"
                yield OptionProblem(("sentences", number), message, hint, at_key=True)
        names = [self.label_names.get(label, label) for label in LABELS]  # type: ignore[call-overload]
        if len(set(names)) < len(names):
            yield OptionProblem(("label_names",), f"two classes have one name among {', '.join(names)}")

    @property
    def settings(self) -> Settings:
        """What the options ask of the reviews."""
        domains = self._language.domains
        chosen = self.domains or dict.fromkeys(domains, 1.0)
        return Settings(
            domains=tuple(chosen.get(domain, 0.0) for domain in domains),
            labels=tuple(self.labels.get(label, 0.0) for label in LABELS),  # type: ignore[call-overload]
            strong=self.strong,
            negation=self.negation,
            sarcasm=self.sarcasm,
            sentences=tuple(sorted(self.sentences.items())),
            unique=self.unique,
        )

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        if self.texts_by_grammar is not None:
            yield from self.texts_by_grammar.row_problems(rows)
            return
        if self.unique and not any(self.problems()):
            most = dealer_of(self._language, self.settings).most
            if most is not None and rows > most:
                yield OptionProblem(
                    ("unique",),
                    f"{most:,} reviews differ in what they say first with these options, not {rows:,}",
                    "ask for fewer rows, allow more domains and lengths, or leave `unique` out",
                )

    def generate(self, rows: Rows) -> pa.RecordBatch:
        if self.texts_by_grammar is not None:
            return self.texts_by_grammar.generate(rows)
        reviews = clean = write(self._language, rows, self.settings)
        features = self.features
        if "text_clean" in features.columns:
            reviews = _noisy(clean, self.noise, self.language, rows)
        columns = _columns(self._language, features, reviews)
        return self.features.batch(
            {**columns, **({"text_clean": clean.texts} if reviews is not clean else {})}
        )

    @classmethod
    def can_fit(cls, source: Path | str | pa.Table) -> bool:
        from .fit import is_source

        return is_source(source)

    @classmethod
    def fit(cls, request: FitRequest) -> Fitted:
        from .fit import fit

        return fit(request)

    @property
    def _language(self) -> Language:
        return load(self.language, tuple(self.domains), self.vocabulary.model_dump())


def _columns(language: Language, features: Features, reviews: Reviews) -> Mapping[str, Any]:
    plan = reviews.plan
    rows = len(plan.domain)
    moods = plan.of("mood")[plan.clauses]
    row = plan.row[plan.clauses]
    counts = np.bincount(row, minlength=rows)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    aspects, entities = features["aspects"], features["entities"]
    assert isinstance(aspects, Records)
    assert isinstance(entities, Records)
    whole = VALUE_OF[plan.mood]
    value = np.bincount(row, VALUE_OF[moods], rows) / np.maximum(counts, 1)
    numbers = np.array([DOMAINS.index(name) for name in language.domains], np.int64)

    def any_of(clauses: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.bincount(row[clauses], minlength=rows) > 0

    return {
        "text": reviews.texts,
        "label": plan.label,
        "stars": plan.mood + 1,
        # So it never has another sign than the label.
        "score": np.round(np.where(counts > 0, (2 * whole + value) / 3, whole), 2),
        "language": np.full(rows, LANGUAGES.index(language.name)),
        "domain": numbers[plan.domain],
        "aspects": aspects.columns(
            offsets,
            {
                "term": reviews.terms,
                "category": plan.category,
                "polarity": POLARITY_OF[moods],
                "opinion": reviews.opinions,
                "strong": (moods == 0) | (moods == 4),
                "negated": plan.negated,
                "said": plan.said,
            },
        ),
        "entities": entities.columns(
            np.concatenate([[0], np.cumsum(np.bincount(reviews.entity_rows, minlength=rows))]),
            {"span": reviews.entities, "label": reviews.entity_labels},
        ),
        "negated": any_of(plan.negated),
        "contrast": plan.has_two_sides,
        "sarcasm": any_of(plan.said == SAID.index("sarcasm")),
        "comparison": any_of(plan.said == SAID.index("comparison")),
        "template": plan.group,
    }


def _noisy(reviews: Reviews, noise: Noise, language: str, rows: Rows) -> Reviews:
    """Return the reviews as careless writers put them, each labeled string where it then stands."""
    from .noise import apply

    row = reviews.plan.row[reviews.plan.clauses].astype(np.int64)
    terms, opinions = (np.flatnonzero(bounds[:, 0] >= 0) for bounds in (reviews.terms, reviews.opinions))
    groups = [
        (row[terms], reviews.terms[terms].astype(np.int64)),
        (row[opinions], reviews.opinions[opinions].astype(np.int64)),
        (reviews.entity_rows.astype(np.int64), reviews.entities.astype(np.int64)),
    ]
    texts, moved = apply(noise, language, reviews.texts, groups, rows, reviews.plan.mood)
    found = replace(
        reviews,
        texts=texts,
        terms=reviews.terms.copy(),
        opinions=reviews.opinions.copy(),
        entities=moved[2].astype(np.int32),
    )
    found.terms[terms], found.opinions[opinions] = moved[0], moved[1]
    return found


@lru_cache(maxsize=8)
def _features(language: Language, labels: tuple[str, ...], noisy: bool) -> Features:
    aspect = {
        "term": Span("text"),
        "category": ClassLabel(language.categories),
        "polarity": ClassLabel(LABELS),
        "opinion": Span("text"),
        "strong": Value("bool"),
        "negated": Value("bool"),
        "said": ClassLabel(SAID),
    }
    return Features(
        {
            "text": Text(language.name),
            "label": ClassLabel(labels),
            "stars": Value("int64"),
            "score": Value("float64"),
            "language": ClassLabel(LANGUAGES),
            "domain": ClassLabel(DOMAINS),
            "aspects": Records(aspect),
            "entities": Records({"span": Span("text"), "label": ClassLabel(language.entities)}),
            **{flag: Value("bool") for flag in ("negated", "contrast", "sarcasm", "comparison")},
            "template": ClassLabel(tuple(f"group-{number + 1:02d}" for number in range(GROUPS))),
            **({"text_clean": Text(language.name)} if noisy else {}),
        },
        labels=("label", "stars", "score", "aspects", "entities"),
        group="template",
        truth=("text_clean",) if noisy else (),
    )
