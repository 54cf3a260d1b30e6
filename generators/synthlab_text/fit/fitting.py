"""`synthlab fit reviews.csv --text text --label label`: what is learned, and the schema that says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from synthlab import Rows
from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FitRequest, Fitted

from ..generator import TextGenerator
from ..noise.options import Noise
from ..reviews.language import LABELS, POLARITY_OF
from ..vocabulary import usable_words
from .counting import Counts, count
from .domains import find_domains
from .labels import Classes, read_classes
from .language import NAMES, find_language
from .lexicon import read_lexicon
from .noise import find_noise
from .opinions import Opinions, find_opinions
from .reading import read_texts
from .shape import find_negation, find_sentences, find_strong
from .tables import reading
from .terms import find_terms
from .tokens import Document, distinct, read_document

__all__ = ["fit"]

LEAST_ROWS = 50
MOST_ROWS = 20_000
"""Of more texts, so many at even steps are learned from: no word's share changes beyond them."""
MADE = 2_000
"""Reviews that texts are compared with."""
ROWS = 1_000
"""The least that the schema makes."""
WHOLLY_NEW = 0.2
"""Of texts without a word that any domain has, the share at which it is said."""


def fit(request: FitRequest) -> Fitted:
    """Return the schema of reviews like these. None of them is in it, and no word that few of them use."""
    options = _options(request.options)
    found = read_texts(request.source, options["text"], options["label"])
    classes = read_classes(found.labels, options.get("classes", ""))
    rows = [place for place in range(len(found.texts)) if classes.labels[place] is not None]
    balance = Counter(str(classes.labels[place]) for place in rows)
    # Copies of a text are one voice; and of very many texts some are enough.
    kept = [rows[place] for place in distinct([found.texts[place] for place in rows])]
    if len(kept) < LEAST_ROWS:
        raise InputError(
            f"{request.name}: {len(kept)} different texts are too few to learn from without showing them; "
            f"at least {LEAST_ROWS} are needed"
        )
    kept = kept[:: -(-len(kept) // MOST_ROWS)]
    documents = [read_document(found.texts[place]) for place in kept]
    labels = [str(classes.labels[place]) for place in kept]
    language = find_language(documents, request.name)
    learned, notes = _learn(documents, labels, [classes.strong[place] for place in kept], language, classes)
    weights = {label: _share(balance[label], balance.total()) for label in balance}
    order = ("positive", "negative", "neutral")
    learned = {
        "language": language,
        "domains": learned.pop("domains"),
        "labels": {label: weights[label] for label in order if label in weights},
        **({"label_names": classes.names} if classes.names else {}),
        **learned,
    }
    copies = len(rows) - len(kept) if len(kept) < MOST_ROWS else 0
    told = [
        *found.notes,
        *classes.notes,
        f"{len(kept):,} texts in {NAMES[language]}"
        + (f", {copies:,} copies of others left aside" if copies else ""),
        *notes,
    ]
    return Fitted(
        {key: value for key, value in learned.items() if value},
        max(ROWS, len(rows)),
        notes=tuple(told),
        schema={"description": f"Reviews like those of {request.name}; none of them is copied"},
    )


def _options(given: Mapping[str, str]) -> Mapping[str, str]:
    known = TextGenerator.fit_options or ()
    for option in given:
        if option not in known:
            hint = did_you_mean(option, known)
            raise InputError(f"fit of texts has no option {option!r};{hint} it takes {', '.join(known)}")
    if "text" not in given:
        raise InputError("which column holds the texts? name it by --text COLUMN")
    if "label" not in given:
        raise InputError("which column holds the classes or stars of the texts? name it by --label COLUMN")
    return given


def _learn(
    documents: Sequence[Document],
    labels: Sequence[str],
    strong: Sequence[bool | None],
    language: str,
    classes: Classes,
) -> tuple[dict[str, Any], list[str]]:
    """Return the options of the generator, and what is to be said of them."""
    table = reading(language)
    domains, nothing = find_domains(documents, language)
    lexicon = read_lexicon(language, tuple(domains))
    counts = count(documents, labels, table)
    # Adjectives and nouns of other languages have forms and genders that a list of words does not tell.
    invent = language == "en"
    terms, plural_terms = find_terms(documents, counts, lexicon, table) if invent else ([], [])
    options: dict[str, Any] = {"language": language, "domains": domains}
    made, moods = _made(options, Noise())
    usual = count(made, [LABELS[POLARITY_OF[mood]] for mood in moods], table)
    opinions = find_opinions(
        documents, counts, lexicon, table, usual.by_label, frozenset(terms) | frozenset(plural_terms), invent
    )
    found = {"terms": terms, "plural_terms": plural_terms, **opinions.words}
    vocabulary = usable_words(found, language, domains)
    emphatic = [mood in (0, 4) for mood in moods if mood != 2]
    polar = [document for document, mood in zip(made, moods, strict=True) if mood != 2]
    felt = [document for document, label in zip(documents, labels, strict=True) if label != "neutral"]
    strength, how = find_strong(felt, strong, table, polar, emphatic)
    noise = find_noise(documents, language, table, lambda kind: _made(options, kind)[0])
    learned = {
        "domains": domains,
        "strong": strength,
        "negation": find_negation(documents, lexicon, table, made),
        "sentences": find_sentences([d.text for d in documents], [d.text for d in made]),
        "vocabulary": {key: _times(vocabulary[key]) for key in _VOCABULARY if vocabulary.get(key)},
        "noise": noise,
    }
    return learned, _told(learned, counts, opinions, nothing, how, invent)


_VOCABULARY = ("terms", "plural_terms", "positive", "negative", "neutral")


def _made(options: Mapping[str, Any], noise: Noise) -> tuple[list[Document], list[int]]:
    """Return reviews of the same domains to compare texts with, and their moods."""
    batch = TextGenerator(**options, noise=noise).generate(Rows(1, 0, MADE))
    return [read_document(text) for text in batch["text"].to_pylist()], [
        stars - 1 for stars in batch["stars"].to_pylist()
    ]


def _times(words: Sequence[str]) -> list[str] | dict[str, int]:
    """Return words as a person likes to read them: how often each, where one stands several times."""
    counts = Counter(words)
    return dict(counts) if max(counts.values()) > 1 else list(counts)


def _share(count: int, total: int) -> float:
    return float(f"{count / total:.3g}")


def _told(
    learned: Mapping[str, Any],
    counts: Counts,
    opinions: Opinions,
    nothing: float,
    how: str,
    invent: bool,
) -> list[str]:
    vocabulary = learned["vocabulary"]
    domains = ", ".join(f"{name} {share:.0%}" for name, share in learned["domains"].items())
    notes = [f"about {domains}" if domains else "about nothing that a domain knows, so of all of them"]
    if nothing > WHOLLY_NEW:
        notes.append(f"{nothing:.0%} of the texts share no word with any domain")
    new = sum(map(len, opinions.new.values()))
    terms = sum(len(vocabulary.get(key, ())) for key in ("terms", "plural_terms"))
    known = sum(len(set(vocabulary.get(label, ()))) for label in opinions.new) - new
    notes.append(
        f"{new} opinion words and {terms} terms are new; {known} known opinions are said more often here "
        "(a word that stands several times is that much likelier)"
        if invent
        else f"{known} known opinions are said more often here; new words are learned in English alone"
    )
    notes.append(
        f"left out: {counts.rare:,} words that fewer than {counts.least} texts say, {counts.named:,} that "
        f"may be names, {opinions.unclear:,} opinions of no clear class, and all with digits or signs"
    )
    notes.append(f"{learned['strong']:.0%} feel strongly, {how}")
    noise = ", ".join(f"{kind} {rate:.0%}" for kind, rate in learned["noise"].items())
    notes.append(f"noise: {noise or 'none'}; typos are not estimated")
    return notes
