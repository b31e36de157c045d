"""Phrases with slots -> one automaton that finds all of them in a text in one pass. Pure.

The algorithm is Shift-And over words (Baeza-Yates and Gonnet 1992; words that may be missing as in Navarro and Raffinot
2002, ch. 4): one bit for each slot of each phrase, some integer operations for each word of the text. A slot that
several words may fill takes them whole, from the state before the first to that behind the last. There is no
backtracking: no text can make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .errors import PhraseError
from .wording import END, PART

GAPS = {"..": 2, "...": 5}
"""How many other words a gap may hold."""
MARKS = (END, PART)
_ITEM = re.compile(r"\([^()]*\)\??|[^\s()]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a phrase: what may stand there (each one word or several; none: any one word), and whether it may
    be empty."""

    fits: tuple[tuple[str, ...], ...]
    optional: bool = False


def parse(phrase: str, families: Mapping[str, Sequence[str]]) -> list[Slot]:
    """The slots of a phrase. Raises PhraseError.

    `word`, `stem*` (any ending), `{family}` (one of its words), `a|b` (one of these), `(a b|c)` (the same, with several
    words), a `?` behind any of them (or nothing), `_` (any one word), `..` (up to two other words), `...` (up to five).
    """
    slots: list[Slot] = []
    for item in _ITEM.findall(phrase):
        if item in GAPS:
            slots += [Slot((), True)] * GAPS[item]
            continue
        names = [name.strip() for name in item.removesuffix("?").strip("()").split("|")]
        fits = [words for name in names for words in _named(name, families)]
        slots.append(Slot(() if ("_",) in fits else tuple(fits), item.endswith("?")))
    if not any(slot.fits and not slot.optional for slot in slots):
        raise PhraseError("fits every text", "name a word that has to be there")
    if slots[0].optional or slots[-1].optional:
        raise PhraseError("begins or ends with words that may be missing", "leave them out")
    return slots


def _named(name: str, families: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    if name.startswith("{") and name.endswith("}"):
        if name[1:-1] not in families:
            fix = f"use {', '.join(sorted(families))}" if families else f"add {name[1:-1]}: under words:"
            raise PhraseError(f"names {name}, which is no family of words", fix)
        return [tuple(words.split()) for words in families[name[1:-1]]]
    if not re.fullmatch(r"[^\s{}|?*]+\*?(?: [^\s{}|?*]+\*?)*", name):
        raise PhraseError(
            f"holds {name!r}, which cannot be read", "write words, {family}, a|b, (a b|c), word?, _ or .."
        )
    if any(mark in name for mark in MARKS):
        raise PhraseError(f"holds {name!r}, which ends a part of a sentence", "leave the mark out")
    return [tuple(name.split())]


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: its number, and the numbers of the words of the text that its slots took, in order."""

    phrase: int
    at: tuple[int, ...]


class Table:
    """At which bits each word fits."""

    def __init__(self) -> None:
        self.wild = 0
        self.exact: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._lengths: list[int] = []
        self.initials: set[str] = set()

    def fit(self, word: str, bit: int) -> None:
        """Let a word (or, with a *, all that begin so) fit at a bit."""
        table = self._stems if word.endswith("*") else self.exact
        word = word.removesuffix("*")
        table[word] = table.get(word, 0) | bit
        if table is self._stems:
            self._lengths = sorted({*self._lengths, len(word)})
            self.initials.add(word[:1])

    def close(self, known: Iterable[str]) -> None:
        """All words are in: from now on, `exact` has all the bits of these words."""
        shared: dict[int, int] = {}
        bits = {word: self.exact.get(word, 0) | self.others(word) for word in {*known, *self.exact}}
        self.exact = {word: shared.setdefault(found, found) for word, found in bits.items()}

    def others(self, word: str) -> int:
        """The bits of a word that is not named."""
        bits = self.wild
        if word[:1] in self.initials:
            for length in self._lengths:
                bits |= self._stems.get(word[:length], 0) if length <= len(word) else 0
        return bits

    def words(self) -> Iterable[str]:
        """All words that are named."""
        return (*self.exact, *self._stems)


Spans = dict[int, list[tuple[int, int]]]
"""For the last word of what fills a slot with several words: its first word, and the number of those words."""


class Several:
    """All that fills a slot with several words, for any number of automata. `add`, `close`, then `find`."""

    def __init__(self) -> None:
        self._table = Table()
        self._first = self._last = self._size = 0
        self._ends: dict[int, int] = {}
        self._known: dict[tuple[str, ...], int] = {}

    def add(self, words: tuple[str, ...]) -> int:
        """Look for these words, one behind the other; their number."""
        if words not in self._known:
            self._first |= 1 << self._size
            for word in words:
                self._table.fit(word, 1 << self._size)
                self._size += 1
            self._known[words] = self._size - 1
            self._last |= 1 << (self._size - 1)
            self._ends[self._size - 1] = len(words)
        return self._known[words]

    def close(self, known: Iterable[str]) -> None:
        """All of them are in; `known` are all words that anything names."""
        self._table.close(known)

    def words(self) -> Iterable[str]:
        """All words that are named."""
        return self._table.words()

    def find(self, text: Sequence[str]) -> Spans:
        """Where they are in the words of a text."""
        found: Spans = {}
        state, first, last = 0, self._first, self._last
        exact, others, initials = self._table.exact, self._table.others, self._table.initials
        for at, word in enumerate(text):
            bits = exact.get(word)
            if bits is None:
                bits = others(word) if word[0] in initials else 0
            if not bits:
                state = 0
                continue
            state = ((state << 1) | first) & bits
            ended = state & last
            while ended:
                bit = ended.bit_length() - 1
                ended ^= 1 << bit
                found.setdefault(at, []).append((at - self._ends[bit] + 1, bit))
        return found


class Automaton:
    """Many phrases together: `add` them, `close`, then `find`."""

    def __init__(self, several: Several) -> None:
        self._slots: list[Slot] = []
        self._owner: dict[int, tuple[int, int]] = {}
        self._table = Table()
        self._first = self._last = self._skips = 0
        self._several = several
        self._bits: dict[int, int] = {}

    def add(self, number: int, slots: Sequence[Slot]) -> None:
        """Add a phrase under a number."""
        start = len(self._slots)
        for at, slot in enumerate(slots, start):
            bit = 1 << at
            self._slots.append(slot)
            if not slot.fits:
                self._table.wild |= bit
            if slot.optional:
                self._skips |= bit >> 1
            for words in slot.fits:
                if len(words) == 1:
                    self._table.fit(words[0], bit)
                else:
                    key = self._several.add(words)
                    self._bits[key] = self._bits.get(key, 0) | bit
        last = len(self._slots) - 1
        self._first |= 1 << start
        self._last |= 1 << last
        self._owner[last] = (number, start)

    def close(self, known: Iterable[str]) -> None:
        """All phrases are in; `known` are all words that anything names."""
        self._table.close(known)

    def words(self) -> Iterable[str]:
        """All words that some phrase names."""
        return self._table.words()

    def find(self, text: Sequence[str], spans: Spans) -> Iterator[tuple[int, int, int]]:
        """The phrases in the words of a text, in the order in which they end: the number of each, its last word, and
        what `match` needs to know besides."""
        state, before = 0, [0] * len(text)
        first, last, skips, several = self._first, self._last, self._skips, self._bits
        watched = last | skips
        exact, others, wild = self._table.exact, self._table.others, self._table.wild
        initials = self._table.initials
        for at, word in enumerate(text):
            bits = exact.get(word)
            if bits is None:
                if word in MARKS:
                    state = 0
                    continue
                bits = others(word) if word[0] in initials else wild
            before[at] = state = (state << 1) | first
            state &= bits
            if at in spans:
                for start, words in spans[at]:
                    if words in several:
                        state |= before[start] & several[words]
            if not state & watched:
                continue
            ended = state & last
            more = state & skips
            while more:
                more <<= 1
                state |= more
                more &= skips
            while ended:
                bit = ended.bit_length() - 1
                ended ^= 1 << bit
                yield self._owner[bit][0], at, bit

    def match(self, text: Sequence[str], spans: Spans, end: int, last: int) -> Match:
        """The words that a phrase took, the last of them at `end`; `last` is its last slot."""
        number, start = self._owner[last]
        if start == last:
            return Match(number, tuple(range(next(iter(self._begins(text, spans, last, end)), end), end + 1)))
        tried: set[tuple[int, int]] = set()

        def back(slot: int, at: int) -> tuple[int, ...] | None:
            if slot < start:
                return ()
            if (slot, at) in tried:
                return None
            tried.add((slot, at))
            # The tightest reading comes first: a word that may be missing is missing where that fits.
            if self._slots[slot].optional and (taken := back(slot - 1, at)) is not None:
                return taken
            gap = not self._slots[slot].fits
            for begin in self._begins(text, spans, slot, at):
                taken = back(slot - 1, begin - 1)
                if taken is not None:
                    return taken if gap else (*taken, *range(begin, at + 1))
            return None

        return Match(number, back(last, end) or (end,))

    def _begins(self, text: Sequence[str], spans: Spans, slot: int, at: int) -> Iterable[int]:
        """Where what fills a slot may begin when it ends at a word."""
        if at < 0 or text[at] in MARKS:
            return
        word = text[at]
        bits = self._table.exact.get(word)
        if (self._table.others(word) if bits is None else bits) >> slot & 1:
            yield at
        for begin, words in spans.get(at, ()):
            if self._bits.get(words, 0) >> slot & 1:
                yield begin
