"""How carelessly texts are written: the rate of each kind of noise, told by what it leaves behind."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import yaml

from ..noise.options import Noise
from .tables import Reading
from .tokens import Document

__all__ = ["KINDS", "find_noise"]

SEEN = 100.0
"""Texts that count as seen without any noise, so that a few careless ones in a small file say little."""
LEAST = 0.01
FEWEST = 30
"""Texts with a place where a kind could show; of fewer nothing is said."""

_EMOJI = re.compile(
    "[\U0001f300-\U0001faff\u2600-\u27bf]|(?<![\\w(])(?:[:;=]'?-?[()DPp/|]+|<3|>:\\(|D:|\\^_\\^)(?!\\w)"
)
_HELD = re.compile(r"([^\W\d_])\1\1")
_UNUSUAL_END = re.compile(r"(\.\.+|!!+)$|[^\W_]$")

Sign = Callable[[Document], bool | None]
"""Whether a text shows a kind of noise; None where there is no place for it."""


def _signs(language: str, table: Reading, made: Sequence[Document]) -> Mapping[str, Sign]:
    content = _tables(language)
    slang = {way.strip() for ways in content["slang"].values() for way in str(ways).split(",")}
    slang -= table.informal_abbreviations | table.function
    bare = {str(ways).replace("'", "") for ways in content["contractions"].values() if "'" in str(ways)}
    bare = {word for word in bare if " " not in word} - table.words_without_apostrophe
    whole = {str(ways) for ways in content["contractions"].values()}
    one, other = set(content["spelling"]), set(content["spelling"].values())
    common = {word for document in made for word in document.words} | table.function
    accented = {word for word in common if _plain(word, content["plain"]) != word}
    without = {_plain(word, content["plain"]): word for word in accented}

    def capitals(document: Document) -> bool | None:
        text = document.text
        return text == text.lower() if re.search(r"[^\W\d_]{2}", text) else None

    def stops(document: Document) -> bool:
        return bool(_UNUSUAL_END.search(document.text.rstrip()))

    def shouting(document: Document) -> bool:
        # Of words that are no abbreviation: LCD is no shout, NEVER is.
        words = re.findall(r"\b[^\W\d_]{3,}\b", document.text)
        return any(word.isupper() and word.lower() in common for word in words)

    def elongation(document: Document) -> bool:
        return any(_HELD.search(word) for word in document.words)

    def emoji(document: Document) -> bool:
        return bool(_EMOJI.search(document.text))

    def informal(document: Document) -> bool:
        text = f" {' '.join(document.words)} "
        return any(f" {way} " in text for way in slang)

    def apostrophes(document: Document) -> bool | None:
        words = set(document.words)
        careless = not words.isdisjoint(bare)
        return careless if careless or not words.isdisjoint(whole) else None

    def accents(document: Document) -> bool | None:
        careless = any(word in without and word not in common for word in document.words)
        return careless if careless or not accented.isdisjoint(document.words) else None

    def spelling(document: Document) -> bool | None:
        words = set(document.words)
        if words.isdisjoint(one) and words.isdisjoint(other):
            return None
        return not words.isdisjoint(other)

    return {
        "capitals": capitals,
        "stops": stops,
        "shouting": shouting,
        "elongation": elongation,
        "emoji": emoji,
        "slang": informal,
        "apostrophes": apostrophes,
        "accents": accents,
        "spelling": spelling,
    }


KINDS = (
    "capitals",
    "stops",
    "shouting",
    "elongation",
    "emoji",
    "slang",
    "apostrophes",
    "accents",
    "spelling",
)
"""The kinds that are estimated. Not typos: without a dictionary they look like names and rare words."""


def find_noise(
    documents: Sequence[Document],
    language: str,
    table: Reading,
    made: Callable[[Noise], Sequence[Document]],
) -> dict[str, float]:
    """Return the rates above a hundredth; `made` gives reviews with some noise.

    The share of texts with a sign lies between that of clean reviews and that of reviews which all have the
    noise; how far between is its rate (method of moments). What two standard errors explain is no noise.
    """
    clean = made(Noise())
    signs = _signs(language, table, clean)
    found = {}
    for kind in KINDS:
        here, number = _share(documents, signs[kind])
        if number < FEWEST:
            continue
        low, of_clean = _share(clean, signs[kind])
        chance = math.sqrt(here * (1 - here) / number + low * (1 - low) / max(1, of_clean))
        if here <= low + 2 * chance:
            continue
        high, _ = _share(made(Noise(**{kind: 1.0})), signs[kind])
        if high - low < 0.05:
            continue
        rate = min(max((here - low) / (high - low), 0.0), 1.0) * number / (number + SEEN)
        if rate >= LEAST:
            found[kind] = round(rate, 2)
    return found


def _share(documents: Sequence[Document], sign: Sign) -> tuple[float, int]:
    shown = [flag for flag in map(sign, documents) if flag is not None]
    return sum(shown) / max(1, len(shown)), len(shown)


def _plain(word: str, plain: Mapping[str, str]) -> str:
    return "".join(plain.get(letter, letter) for letter in word)


def _tables(language: str) -> Any:
    path = files("synthlab_text.noise").joinpath("data", f"{language}.yaml")
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
