"""What each kind of noise changes, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from synthlab import Rows
from synthlab.rows import mixed

from .chance import Habit, below, habit
from .edits import Edits, letters
from .flat import Flags, Flat, Numbers, ragged
from .letters import APOSTROPHE, folded, lower, upper
from .options import Noise
from .tables import NONE, Strings, Tables, load
from .tokens import Found, Tokens, find_phrases, find_tokens

__all__ = ["Changes", "decide"]

# The share of the places of a careless text at which a kind shows, besides one for sure.
SHARES = {
    "typos": 0.1,
    "slang": 0.7,
    "spelling": 0.5,
    "elongation": 0.3,
    "shouting": 0.08,
    "stops": 0.3,
}
_TYPO_LETTERS = 4  # of the shortest word that is mistyped
_SHOUTED_LETTERS = 3
_ALL_SHOUTED = 0.2  # of the texts with shouting
_ALL_LOWER = 0.7  # of the texts with dropped capitals; the others only write i for I
_NEUTRAL = 2
_TYPOGRAPHIC = ord("\N{RIGHT SINGLE QUOTATION MARK}")

_EMOJI = Strings.of(
    [
        ["😡", "😠", "🤬", "😤", "👎", "😡😡", "👎👎", ">:(", ":-(", ":((", "D:"],
        ["😕", "🙁", "😒", "😞", "👎", ":(", ":-(", ":/", ":-/"],
        ["😐", "🤷", "😶", ":|", ":-|"],
        ["🙂", "😊", "👍", "😀", ":)", ":-)", "=)"],
        ["😍", "🤩", "🥰", "😊", "👍👍", "❤️", "😍😍", ":D", ":-D", "<3", ":))"],
    ]
)
_STOPS = Strings.of([[""], ["..."], ["!!"], ["!!!"]])


@dataclass(frozen=True)
class Changes:
    """All that changes in a batch: edits first, then case, of ranges in the code points of before."""

    edits: Edits
    lowered: Numbers
    """Shape `(ranges, 2)`."""
    raised: Numbers
    """Shape `(ranges, 2)`; stronger than `lowered`."""

    def __bool__(self) -> bool:
        return bool(len(self.edits) or len(self.lowered) or len(self.raised))


def decide(
    noise: Noise, language: str, flat: Flat, spans: Numbers, rows: Rows, mood: npt.NDArray[np.integer]
) -> Changes:
    """Return what changes; `spans` has shape `(spans, 2)`, in the code points of the batch."""
    draft = _Draft(noise, load(language), language, flat, spans, rows, mood)
    draft.decide()
    none = np.empty((0, 2), np.int64)
    return Changes(
        Edits.join(draft.edits),
        np.concatenate([none, *draft.lowered]),
        np.concatenate([none, *draft.raised]),
    )


@dataclass
class _Draft:
    noise: Noise
    tables: Tables
    language: str
    flat: Flat
    spans: Numbers
    rows: Rows
    mood: npt.NDArray[np.integer]
    edits: list[Edits] = field(default_factory=list)
    lowered: list[Numbers] = field(default_factory=list)
    raised: list[Numbers] = field(default_factory=list)

    def decide(self) -> None:
        # What comes first has the choice of places: nothing is changed twice.
        self._words()
        self._spelling()
        self._shouting()
        self._capitals()
        self._apostrophes()
        self._stops()
        self._elongation()
        self._accents()
        self._typos()
        self._emoji()

    def habit(self, kind: str) -> Habit:
        return self._habits[kind]

    @cached_property
    def _habits(self) -> dict[str, Habit]:
        return {kind: habit(self.rows, kind, rate) for kind, rate in self.noise}

    @cached_property
    def _free(self) -> Flags:
        """Which code points no edit has yet."""
        return np.ones(len(self.flat.codes), bool)

    @cached_property
    def _tokens(self) -> Tokens:
        kinds = ("typos", "shouting", "elongation", "slang", "apostrophes", "spelling")
        some = np.logical_or.reduce([self.habit(kind).has for kind in kinds])
        return find_tokens(self.flat, some)

    @cached_property
    def _found(self) -> Found:
        kinds = ("elongation", "slang", "apostrophes", "spelling")
        some = np.logical_or.reduce([self.habit(kind).has for kind in kinds])
        return find_phrases(self.flat, self._tokens, self.tables.vocabulary, some)

    @cached_property
    def _edges(self) -> tuple[Numbers, Numbers]:
        return np.sort(self.spans[:, 0], kind="stable"), np.sort(self.spans[:, 1], kind="stable")

    def _touched(self, start: Numbers, stop: Numbers) -> Flags:
        """Return which ranges share a letter with a span."""
        starts, stops = self._edges
        return np.searchsorted(starts, stop) > np.searchsorted(stops, start, side="right")

    def _cut(self, start: Numbers, stop: Numbers) -> Flags:
        """Return inside of which ranges a span starts or stops."""
        cut = np.zeros(len(start), bool)
        for edges in self._edges:
            cut |= np.searchsorted(edges, stop) > np.searchsorted(edges, start, side="right")
        return cut

    def _add(self, edits: Edits) -> None:
        self._free[ragged(edits.start, edits.stop - edits.start)] = False
        self.edits.append(edits)

    def _places(self, habit: Habit, mark: Flags) -> tuple[Numbers, Numbers]:
        """Return the row and the place of each code point that is marked, in the texts with a habit."""
        place = np.flatnonzero(mark)
        row = np.searchsorted(self.flat.bounds, place, side="right") - 1
        has = habit.has[row]
        return row[has], place[has]

    def _words(self) -> None:
        """Slang and short forms; those without their apostrophe where it is dropped."""
        slang, apostrophes = self.habit("slang"), self.habit("apostrophes")
        if not slang and not apostrophes:
            return
        found, tables = self._found, self.tables
        cell = np.where(slang.has[found.row], tables.slang[found.number], NONE)
        short = np.where(slang.has[found.row], tables.contraction[found.number], NONE)
        short = np.where(apostrophes.has[found.row], tables.bare[found.number], short)
        cell = np.where(short != NONE, short, cell)
        kept = cell != NONE
        kept[kept] = ~self._touched(found.start[kept], found.stop[kept])
        found, cell = found.take(kept), cell[kept]
        order = np.argsort(found.start, kind="stable")  # the longer one stays first
        found, cell = found.take(order), cell[order]
        # Of those that overlap the first is kept, so that what it says is not said twice.
        alone = np.append(True, found.start[1:] >= np.maximum.accumulate(found.stop)[:-1])[: len(cell)]
        found, cell = found.take(alone), cell[alone]
        words = np.where(slang.has, slang.words, apostrophes.words)
        either = Habit(slang.has | apostrophes.has, words)
        shown = either.often(self.flat, found.row, found.start, SHARES["slang"])
        found, cell = found.take(shown), cell[shown]
        drawn = either.at(self.flat, found.row, found.start)
        self._add(self._capital(tables.strings.edits(found.start, found.stop, cell, mixed(drawn))))

    def _spelling(self) -> None:
        spelling = self.habit("spelling")
        if not spelling:
            return
        found = self._some(spelling, self.tables.spelling, "spelling", whole=True)
        cell = self.tables.spelling[found.number]
        none = np.zeros(len(cell), np.uint64)  # there is one other spelling
        self._add(self._capital(self.tables.strings.edits(found.start, found.stop, cell, none)))

    def _elongation(self) -> None:
        held = self.habit("elongation")
        # A held letter is felt strongly; a neutral text is not.
        held = Habit(held.has & (self.mood != _NEUTRAL), held.words)
        if not held:
            return
        found = self._some(held, self.tables.held, "elongation", whole=False)
        at = found.start + self.tables.held[found.number]
        count = 3 + below(mixed(held.at(self.flat, found.row, found.start)), 4)
        free = self._free[at]
        self._add(letters(at[free], self.flat.codes[at[free]], count[free]))
        self._free[found.start] = False  # one change is enough: with a slip, `good` would be `hooood`

    def _some(self, habit: Habit, table: Numbers, kind: str, whole: bool) -> Found:
        """Return some of the words that a table has; not any that a span cuts, if they change as a whole."""
        found = self._found
        kept = habit.has[found.row] & (table[found.number] != NONE)
        found = found.take(kept & self._free[found.start])
        if whole:
            found = found.take(~self._cut(found.start, found.stop))
        found = found.take(np.argsort(found.start, kind="stable"))
        return found.take(habit.often(self.flat, found.row, found.start, SHARES[kind]))

    def _capital(self, edits: Edits) -> Edits:
        """Return the edits with a capital where the word had one, and is not all capitals (such as I)."""
        if not len(edits):
            return edits
        codes = self.flat.codes
        second = codes.take(edits.start + 1, mode="clip")
        capital = (lower(codes[edits.start]) != codes[edits.start]) & (upper(second) != second)
        capital &= edits.stop > edits.start + 1  # what comes after may be another text
        firsts = (np.cumsum(edits.count) - edits.count)[capital]
        edits.fill[firsts] = upper(edits.fill[firsts])
        return edits

    def _shouting(self) -> None:
        shouting = self.habit("shouting")
        if not shouting:
            return
        whole = (mixed(shouting.words) >> np.uint64(11)) * 2.0**-53 < _ALL_SHOUTED
        rows = np.flatnonzero(shouting.has & whole)
        self.raised.append(np.stack([self.flat.bounds[rows], self.flat.bounds[rows + 1]], axis=1))
        tokens = self._tokens
        at = np.flatnonzero((shouting.has & ~whole)[tokens.row])
        row, start, stop = tokens.row[at], tokens.start[at], tokens.stop[at]
        fits = (stop - start >= _SHOUTED_LETTERS) & self._free[start]
        row, start, stop = row[fits], start[fits], stop[fits]
        shown = shouting.often(self.flat, row, start, SHARES["shouting"])
        self.raised.append(np.stack([start[shown], stop[shown]], axis=1))

    def _capitals(self) -> None:
        capitals = self.habit("capitals")
        if not capitals:
            return
        whole = (mixed(capitals.words) >> np.uint64(11)) * 2.0**-53 < _ALL_LOWER
        if self.language != "en":
            whole[:] = True
        rows = np.flatnonzero(capitals.has & whole)
        self.lowered.append(np.stack([self.flat.bounds[rows], self.flat.bounds[rows + 1]], axis=1))
        row, place = self._places(capitals, self.flat.codes == ord("I"))
        codes, bounds = self.flat.codes, self.flat.bounds
        alone = (place == bounds[row]) | (folded(codes.take(place - 1, mode="clip")) == 0)
        after = folded(codes.take(place + 1, mode="clip"))
        alone &= (place + 1 == bounds[row + 1]) | (after == 0) | (after == APOSTROPHE)  # also that of I'm
        place = place[alone & ~whole[row] & self._free[place]]
        self.lowered.append(np.stack([place, place + 1], axis=1))

    def _apostrophes(self) -> None:
        apostrophes = self.habit("apostrophes")
        if not apostrophes:
            return
        codes, bounds = self.flat.codes, self.flat.bounds
        row, place = self._places(apostrophes, (codes == ord("'")) | (codes == _TYPOGRAPHIC))
        # Only those inside of a word: others are quotation marks.
        inside = (place > bounds[row]) & (place + 1 < bounds[row + 1]) & self._free[place]
        place = place[inside]
        self._add(_dropped(place[(folded(codes[place - 1]) > 0) & (folded(codes[place + 1]) > 0)]))

    def _accents(self) -> None:
        accents = self.habit("accents")
        if not accents:
            return
        _, place = self._places(accents, self.flat.codes >= 0x80)
        cell = self.tables.plain[folded(self.flat.codes[place])]
        kept = (cell != NONE) & self._free[place]
        place, cell = place[kept], cell[kept]
        edits = self.tables.strings.edits(place, place + 1, cell, np.zeros(len(cell), np.uint64))
        codes = self.flat.codes[place]
        firsts = (np.cumsum(edits.count) - edits.count)[lower(codes) != codes]
        edits.fill[firsts] = upper(edits.fill[firsts])
        self._add(edits)

    def _stops(self) -> None:
        stops = self.habit("stops")
        if not stops:
            return
        flat = self.flat
        if self.language == "es":
            opening = (flat.codes == ord("¿")) | (flat.codes == ord("¡"))
            self._add(_dropped(self._places(stops, opening)[1]))
        row, place = self._places(stops, (flat.codes == ord(".")) | (flat.codes == ord("!")))
        codes = flat.codes[place]
        before = flat.codes.take(place - 1, mode="clip")
        after = flat.codes.take(place + 1, mode="clip")
        last = place + 1 == flat.bounds[row + 1]
        # A point inside of a number or of dots stays, as does one that is the whole text.
        fits = (place > flat.bounds[row]) & (before != ord(".")) & (before != ord("!"))
        fits &= last | (after == ord(" "))
        row, place, codes, last = row[fits], place[fits], codes[fits], last[fits]
        word = mixed(stops.words[row])
        neutral = self.mood[row] == _NEUTRAL
        point = (word >> np.uint64(11)) * 2.0**-53
        # The second border is where neutral texts end.
        style = np.searchsorted([0.4, 0.65, 0.85], np.where(neutral, point * 0.65, point), side="right")
        shown = (last & ((codes == ord(".")) | (style != 1))) | (
            (style > 0) & (codes == ord(".")) & stops.often(flat, row, place, SHARES["stops"])
        )
        # What is labeled may have a point of its own: "St. Moritz".
        shown &= self._free[place] & ~self._touched(place, place + 1)
        place, style = place[shown], style[shown]
        self._add(_STOPS.edits(place, place + 1, style, np.zeros(len(place), np.uint64)))

    def _typos(self) -> None:
        typos = self.habit("typos")
        if not typos:
            return
        # Nothing in words with an apostrophe: a slip in `isn't` may leave no `not`.
        tokens = self._tokens
        long = tokens.stop - tokens.start >= _TYPO_LETTERS
        at = np.flatnonzero(typos.has[tokens.row] & long & ~tokens.marked)
        at = at[self._free[tokens.start[at]]]
        row, start, stop = tokens.row[at], tokens.start[at], tokens.stop[at]
        shown = typos.often(self.flat, row, start, SHARES["typos"])
        row, start, stop = row[shown], start[shown], stop[shown]
        place = start + below(mixed(~typos.at(self.flat, row, start)), stop - start)
        for other in (start, stop - 1):  # for a letter without a key
            place = np.where(self._typed(place), place, other)
        typed = self._typed(place)
        self._slip(typos, row[typed], place[typed], stop[typed])

    def _typed(self, place: Numbers) -> Flags:
        """Return which places have a letter with a key of its own that no edit has yet."""
        typed: Flags = self.tables.near[folded(self.flat.codes[place])] != NONE
        return typed & self._free[place]

    def _slip(self, typos: Habit, row: Numbers, place: Numbers, stop: Numbers) -> None:
        flat = self.flat
        word = mixed(typos.at(flat, row, place))
        kind = np.searchsorted([0.35, 0.6, 0.75], (word >> np.uint64(11)) * 2.0**-53, side="right")
        code, after = flat.codes[place], flat.codes.take(place + 1, mode="clip")
        swaps = (kind == 3) & (place + 1 < stop)
        swaps[swaps] = self._typed(place[swaps] + 1)
        swaps &= (code != after) & (code == lower(code)) & (after == lower(after))
        swaps &= ~self._cut(place, place + 2)
        near = (kind == 0) | ((kind == 3) & ~swaps)
        keys = self.tables.near[folded(code[near])]
        beside = self.tables.strings.edits(place[near], place[near] + 1, keys, mixed(word[near]))
        capital = code[near] != lower(code[near])
        beside.fill[capital] = upper(beside.fill[capital])
        self._add(beside)
        self._add(_dropped(place[kind == 1]))
        self._add(letters(place[kind == 2], code[kind == 2], 2))
        self._add(letters(place[swaps], after[swaps]))
        self._add(letters(place[swaps] + 1, code[swaps]))

    def _emoji(self) -> None:
        emoji = self.habit("emoji")
        if not emoji:
            return
        bounds = self.flat.bounds
        rows = np.flatnonzero(emoji.has & (self.mood >= 0) & (bounds[1:] > bounds[:-1]))
        end = bounds[rows + 1]
        made = _EMOJI.edits(end, end, self.mood[rows].astype(np.int64), mixed(emoji.words[rows]))
        # A space goes before each.
        spaced = np.insert(made.fill, np.cumsum(made.count) - made.count, ord(" "))
        self._add(Edits(end, end, made.count + 1, spaced))


def _dropped(place: Numbers) -> Edits:
    nothing = np.zeros(len(place), np.int64)
    return Edits(place, place + 1, nothing, np.empty(0, np.uint32))
