"""What a review can say first: opinions with the terms that they suit, and remarks, by domain.

Domains may share terms ("the price") and remarks; each pair of a term and an opinion, and each remark, then
belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .choices import Choices
from .content import MOODS
from .language import GROUPS, JUDGEMENT, REMARKS, Language
from .pairs import LEADING, Pairs, owned_pairs
from .statements import Told

__all__ = ["EVENTS", "PLAIN", "SARCASM", "SORTS", "Openings"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

PLAIN, EVENTS, SARCASM = SORTS = range(3)
"""Remarks are dealt in three sorts."""
SORT_OF = np.array([{"event": EVENTS, "sarcasm": SARCASM}.get(kind, PLAIN) for kind in REMARKS])


class Openings:
    """Knows what reviews of a language can say first; `domains` are those that are used, and `unique` says
    that no two remarks may read alike."""

    def __init__(self, language: Language, domains: Sequence[int], unique: bool) -> None:
        self.language = language
        self._used_domains = domains
        self._unique = unique

    @cached_property
    def styled(self) -> Choices:
        """The templates of each cell by leading style, all and those that do not comment."""
        templates = self.language.templates
        first = templates.choices.first
        of_lists: dict[tuple[int, int], list[list[int]]] = {}
        cells = []
        for cell in range(templates.cells):
            place = int(first[cell]), int(first[templates.cells + cell])
            if place not in of_lists:  # which many cells share
                found = templates.choices[cell]
                named = found[templates.names_term[found]]
                quiet = np.isin(named, templates.choices[templates.cells + cell])
                of_lists[place] = []
                for style in LEADING:
                    fits = templates.style[named] == style
                    every, silent = named[fits].tolist(), named[fits & quiet].tolist()
                    of_lists[place] += [every, silent or every]
            cells += of_lists[place]
        return Choices.of(cells)

    @cached_property
    def place_of(self) -> Ints:
        """Where a topic stands among the aspects of a family, shape `(families, topics)`, or -1."""
        language = self.language
        place = np.full((len(language.aspects.first), len(language.topic_terms.first)), -1, np.int32)
        for family in range(len(place)):
            aspects = language.aspects[family]
            place[family, aspects[::-1]] = np.arange(len(aspects) - 1, -1, -1)
        return place

    @cached_property
    def product_of_term(self) -> Ints:
        product = np.full(len(self.language.terms.topic), -1, np.int32)
        product[self.language.product_term] = np.arange(len(self.language.product_term))
        return product

    @cached_property
    def products_of(self) -> Choices:
        """The products of a domain that have an aspect, in cells `domain * topics + topic`."""
        language = self.language
        cells: list[list[int]] = [[] for _ in range(len(language.domains) * len(language.topic_terms.first))]
        for domain in range(len(language.domains)):
            for product in language.products[domain].tolist():
                for topic in {int(a) for a in language.aspects[language.product_family[product]]}:
                    cells[domain * len(language.topic_terms.first) + topic].append(product)
        return Choices.of(cells)

    @cached_property
    def products_with(self) -> Choices:
        """The products of a domain that a remark of its own can be said of, in cells
        `domain * remarks + remark`."""
        language, size = self.language, len(self.language.remarks.kind)
        choices, families = language.remarks.choices, len(language.aspects.first)
        cells_of = np.arange(len(choices.first)).reshape(len(REMARKS), families, len(MOODS))
        held = np.zeros((len(language.domains), size), bool)
        for place in range(len(self.remarks.first)):
            held[place // (len(MOODS) * len(SORTS)), self.remarks[place]] = True
        cells, products = [], []
        for domain in range(len(language.domains)):
            for product in language.products[domain].tolist():
                family = int(language.product_family[product])
                said = np.zeros(size, bool)
                for its in cells_of[:, family].ravel():
                    said[choices[its]] = True
                found = np.flatnonzero(said & held[domain])
                cells.append(domain * size + found)
                products.append(np.full(len(found), product, np.int32))
        cell = np.concatenate(cells)
        count = np.bincount(cell, minlength=len(language.domains) * size).astype(np.int32)
        members = np.concatenate(products)[np.argsort(cell, kind="stable")]
        return Choices(members, (np.cumsum(count) - count).astype(np.int32), count)

    @property
    def remarks(self) -> Choices:
        """The remarks that belong to a domain, in cells `(domain * moods + mood) * 3 + sort`."""
        return self._told[0]

    @cached_property
    def _told(self) -> tuple[Choices, Told]:
        """The remarks, and what they say where none may read like another."""
        language, families = self.language, len(self.language.aspects.first)
        choices = language.remarks.choices
        claims: list[tuple[int, int, int]] = []  # domain, mood, remark
        for domain in range(len(language.domains)):
            own = {int(language.product_family[p]) for p in language.products[domain]}
            for mood in range(len(MOODS)):
                cells_of = ((k * families + f) * len(MOODS) + mood for k in range(len(REMARKS)) for f in own)
                found = {int(remark) for cell in cells_of for remark in choices[cell]}
                claims += [(domain, mood, remark) for remark in sorted(found)]
        held: list[list[int]] = [[] for _ in range(len(language.domains) * len(MOODS) * len(SORTS))]
        told, taken = Told(language), set[str]()
        # In an order that favours no domain and no mood.
        for domain, mood, remark in sorted(claims, key=lambda claim: (crc32(b"%d %d %d" % claim), claim)):
            phrase = language.remarks.phrases[remark]
            if phrase not in taken and (not self._unique or told.has_room_for(phrase)):
                sort = SORT_OF[language.remarks.kind[remark]]
                held[(domain * len(MOODS) + mood) * len(SORTS) + sort].append(remark)
            taken.add(phrase)
        return Choices.of(held), told

    @cached_property
    def styles_there(self) -> Any:
        """Whether there are templates of a style for all that a domain speaks of, shape
        `(kinds, domains, groups, leading styles)`."""
        language, topics = self.language, len(self.language.topic_terms.first)
        there = np.zeros((JUDGEMENT + 1, len(language.domains), GROUPS, len(LEADING)), bool)
        for kind in range(JUDGEMENT + 1):
            for domain in range(len(language.domains)):
                spoken_of = self.topics[domain, kind == JUDGEMENT]
                for group in range(GROUPS):
                    cells = [(kind * topics + topic) * GROUPS + group for topic in spoken_of]
                    for place in range(len(LEADING)):
                        counts = self.styled.count[(np.array(cells) * len(LEADING) + place) * 2]
                        there[kind, domain, group, place] = counts.all()
        return there

    @cached_property
    def topics(self) -> dict[tuple[int, bool], list[int]]:
        """What a domain speaks of: its aspects, or its products as wholes."""
        language, found = self.language, {}
        for domain in range(len(language.domains)):
            products = language.products[domain]
            families = {int(language.product_family[product]) for product in products}
            found[domain, False] = sorted({int(a) for f in families for a in language.aspects[f]})
            wholes = {int(language.terms.topic[language.product_term[product]]) for product in products}
            found[domain, True] = sorted(wholes)
        return found

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs of opinions and terms that belong to a domain, and that no remark tells."""
        told = self._told[1].statements
        return owned_pairs(self.language, self.topics, self._used_domains, told)
