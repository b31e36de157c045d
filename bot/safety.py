"""look(rules, text) -> what in a text may mean that somebody is in danger, and which rule says so. Pure.

Nothing is scored: a rule is a phrase that a clinician can read (`flows/safety/*.yaml`), found or not found; what stands
around it (a negation, long ago, a film, somebody else) lowers it to a question or to nothing. All languages look at
every text, whatever language a person chose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import Literal

from .flow import Place
from .phrases import Automaton, Match, Several
from .wording import END, Lexicon, words

Concern = Literal["suicide", "self_harm", "abuse", "harm_to_others", "other_person_at_risk"]
CONCERNS: tuple[Concern, ...] = ("suicide", "self_harm", "abuse", "harm_to_others", "other_person_at_risk")
LEVELS = ("now", "clear", "maybe", "hint")
"""now: under way, or with a plan and a time; clear: said outright; maybe: to be asked about once, kindly; hint: nothing
alone, and a maybe when two different ones come within four messages."""
TOLD = "told"
"""The level of what a person answered when they were asked: as grave as clear."""
LOWERS = ("negation", "past", "story", "supposed", "other")
"""What lowers a rule: a denial before it, long ago, a song or a film, an if, and somebody else who is spoken of."""
SAYING = "saying"
AFFIRMS = "affirms"
"""What reads like a denial and is none ("I can't stop thinking of it")."""
BEFORE = 6
"""Words in front of a phrase in which a denial counts, where all in between carry it ("I never thought about ...")."""
HITS = 60
"""Phrases that are looked at more closely in one text; a rule that has spoken needs no second one."""
FOUND = 300
"""Phrases in one text after which it is read no further: it has said enough."""
REMEMBERED = 3
"""Messages before this one whose hints still count."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a group of phrases means. `name` begins with the language. `lowered` maps what lowers it to the level that
    is left ("none": nothing)."""

    name: str
    language: str
    concern: Concern
    level: str
    lowered: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all languages, ready to look.

    `owner` maps the number of a phrase to that of its rule. `around` finds what changes what they mean, and `kinds`
    tells of each in which language, and whether it is a saying or what it lowers by. `several` finds words of a family
    that are several; `fillers` change nothing; over `carries` a denial reaches; `lexicon` are all words that are named.
    """

    rules: tuple[Rule, ...]
    phrases: Automaton
    owner: tuple[int, ...]
    around: Automaton
    kinds: tuple[tuple[str, str], ...]
    several: Several
    fillers: frozenset[str]
    carries: frozenset[str]
    lexicon: Lexicon


@dataclass(frozen=True, slots=True)
class Sign:
    """A rule that spoke: its concern and level, its name, and the words of the text that it found."""

    concern: Concern
    level: str
    rule: str
    span: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in a text: the signs, the gravest first, and the hints, as names of rules, for the next texts."""

    signs: tuple[Sign, ...] = ()
    hints: tuple[str, ...] = ()


def look(rules: Rules | None, text: str, before: Sequence[str] = ()) -> Look:
    """Look at a text. `before` are the hints of the last `REMEMBERED` messages."""
    if rules is None:
        return Look()
    found: dict[str, Sign] = {}
    for sign in _Reading(rules, text).signs():
        if sign.rule not in found or LEVELS.index(sign.level) < LEVELS.index(found[sign.rule].level):
            found[sign.rule] = sign
    signs = sorted(found.values(), key=lambda sign: LEVELS.index(sign.level))
    hints = [sign for sign in signs if sign.level == "hint"]
    told = [sign for sign in signs if sign.level != "hint"]
    names = dict.fromkeys([*before, *(sign.rule for sign in hints)])
    if hints and len(names) > 1 and not told:
        last = hints[-1]
        told = [Sign(last.concern, "maybe", " + ".join(names), last.span)]
    return Look(tuple(told), tuple(sign.rule for sign in hints))


@dataclass(slots=True)
class _Reading:
    """One text while it is looked at. `near` has what lowers by language, kind and first word, `scenes` by language,
    kind and sentence."""

    rules: Rules
    text: str
    words: list[str] = field(default_factory=list)
    around: list[tuple[str, str, Match]] = field(default_factory=list)
    affirmed: frozenset[int] = frozenset()
    sentences: list[int] = field(default_factory=list)
    near: dict[tuple[str, str, int], list[Match]] = field(default_factory=dict)
    scenes: set[tuple[str, str, int]] = field(default_factory=set)

    def signs(self) -> Iterator[Sign]:
        """All rules that speak, with what stands around them taken into account."""
        rules = self.rules
        seen = [word for word in words(self.text, rules.lexicon) if word[0] not in rules.fillers]
        self.words = [word for word, _, _ in seen]
        spans = rules.several.find(self.words)
        found = list(islice(rules.phrases.find(self.words, spans), FOUND))
        if not found:
            return
        around = islice(rules.around.find(self.words, spans), HITS)
        self.around = [(*rules.kinds[n], rules.around.match(self.words, spans, *where)) for n, *where in around]
        hidden = {language: self._of(language, SAYING) for language in {rule.language for rule in rules.rules}}
        self.sentences = list(accumulate(word == END for word in self.words))
        self.affirmed = frozenset(at for _, kind, match in self.around if kind == AFFIRMS for at in match.at)
        for language, kind, match in self.around:
            self.near.setdefault((language, kind, match.at[0]), []).append(match)
            self.scenes.add((language, kind, self.sentences[match.at[0]]))
        spoken: set[int] = set()
        looked = 0
        for number, end, slot in found:
            owner = rules.owner[number]
            if owner in spoken:
                continue
            if looked == HITS:
                break
            looked += 1
            rule, match = rules.rules[owner], rules.phrases.match(self.words, spans, end, slot)
            level = "none" if hidden[rule.language].intersection(match.at) else self._level(rule, match)
            if level == rule.level:
                spoken.add(owner)
            if level != "none":
                span = self.text[seen[match.at[0]][1] : seen[match.at[-1]][2]]
                yield Sign(rule.concern, level, rule.name, span)

    def _of(self, language: str, kind: str) -> frozenset[int]:
        return frozenset(at for *found, match in self.around if found == [language, kind] for at in match.at)

    def _level(self, rule: Rule, match: Match) -> str:
        """The level of a rule here: the lowest that what stands around leaves of it."""
        left = rule.level
        for lower in LOWERS:
            to = rule.lowered.get(lower, "keep")
            if to != "keep" and self._lowers(rule.language, lower, match):
                to = "none" if rule.level in {"maybe", "hint"} else to
                left = max(left, to, key=(*LEVELS, "none").index)
        return left

    def _lowers(self, language: str, lower: str, match: Match) -> bool:
        """Whether what lowers a rule speaks of this match: just before it, denying it, or in the same sentence."""
        first, last = match.at[0], match.at[-1]
        if lower == "other":
            return (language, lower, first - 1) in self.near
        if lower == "negation":
            before = range(first - BEFORE, last + 1)
            found = (there for at in before for there in self.near.get((language, lower, at), ()))
            return any(self._denies(there, match) for there in found)
        return (language, lower, self.sentences[first]) in self.scenes

    def _denies(self, there: Match, match: Match) -> bool:
        at, first = there.at[0], match.at[0]
        if at in match.at or at in self.affirmed:
            return False
        return all(word in self.rules.carries for word in self.words[there.at[-1] + 1 : first])
