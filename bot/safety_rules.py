"""flows/safety/*.yaml -> Rules. Finds everything that is wrong with their shape, and goes on after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from .errors import PhraseError
from .flow import Phrase, Problem
from .phrases import Automaton, Several, parse
from .safety import AFFIRMS, CONCERNS, LEVELS, LOWERS, SAYING, Concern, Rule, Rules
from .shapes import Shapes, nearest
from .source import Node, Pairs, Text, load
from .wording import Lexicon, fold

FOLDER = "safety"
KEYS = ("safety", "fillers", "carries", "words", "spellings", "sayings", "lowers", "rules")
LOWERED = {"negation": "none", "past": "maybe", "story": "none", "supposed": "maybe", "other": "none"}
"""What is left of a rule when it is lowered, where the rule says nothing else. That somebody else is spoken of lowers
only what is said of oneself."""
OF_ONESELF = ("suicide", "self_harm")
LEFT = ("none", "maybe", "keep")


def read_rules(folder: Path) -> tuple[Rules | None, list[Problem]]:
    """The rules of all languages in `safety/` of a folder of flows; None when there are none."""
    readings: list[_Reading] = []
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        node, wrong = load(path, f"{FOLDER}/{path.name}")
        problems += wrong
        if node is not None:
            reading = _Reading(path.stem)
            reading.read(node)
            readings.append(reading)
    rules = _together(readings) if readings else None
    return rules, [*problems, *(problem for reading in readings for problem in reading.shapes.problems)]


Groups = list[tuple[tuple[Phrase, ...], "_Reading"]]


def _together(readings: Sequence[_Reading]) -> Rules:
    """The rules of all languages as one, so that a text is read once."""
    several = Several()
    around = [(kind, phrases, one) for one in readings for kind, phrases in one.around]
    whole = [(rule, phrases, one) for one in readings for rule, phrases in one.rules]
    other, kinds = _automaton([(phrases, one) for _, phrases, one in around], several)
    phrases, owner = _automaton([(phrases, one) for _, phrases, one in whole], several)
    fillers = frozenset(word for one in readings for word in one.fillers)
    carries = frozenset(word for one in readings for word in one.carries)
    spelled = {other: word for one in readings for other, word in one.spelled.items()}
    known = {*other.words(), *phrases.words(), *several.words(), *fillers, *carries, *spelled.values()}
    for one in (other, phrases, several):
        one.close(known)
    return Rules(
        rules=tuple(rule for rule, _, _ in whole),
        phrases=phrases,
        owner=owner,
        around=other,
        kinds=tuple((around[kind][2].language, around[kind][0]) for kind in kinds),
        several=several,
        fillers=fillers,
        carries=carries,
        lexicon=Lexicon(known, spelled),
    )


def _automaton(groups: Groups, several: Several) -> tuple[Automaton, tuple[int, ...]]:
    """All phrases of some groups, and for each the number of its group."""
    automaton = Automaton(several)
    owner: list[int] = []
    for number, (group, reading) in enumerate(groups):
        for phrase in group:
            try:
                automaton.add(len(owner), parse(_folded(phrase.text), reading.families))
            except PhraseError as error:
                reading.shapes.add(phrase.place, "F091", f"the phrase {phrase.text!r} {error}", error.fix)
            owner.append(number)
    return automaton, tuple(owner)


class _Reading:
    """One file while it is read."""

    def __init__(self, language: str) -> None:
        self.shapes = Shapes()
        self.language = language
        self.families: dict[str, list[str]] = {}
        self.around: list[tuple[str, tuple[Phrase, ...]]] = []
        self.rules: list[tuple[Rule, tuple[Phrase, ...]]] = []
        self.fillers: list[str] = []
        self.carries: list[str] = []
        self.spelled: dict[str, str] = {}

    def read(self, node: Node) -> None:
        """Take in the file."""
        pairs = self.shapes.pairs(node, "the safety rules", KEYS)
        if pairs is None:
            return
        self.families = {key.text: self._words(value) for key, value in self._keyed(pairs, "words")}
        self.around = [(SAYING, self._phrases(pairs.get("sayings")))]
        self.around += [(self._lower(key), self._phrases(value)) for key, value in self._keyed(pairs, "lowers")]
        found = [self._rule(key, value) for key, value in self._keyed(pairs, "rules")]
        self.rules = [(rule, phrases) for rule, phrases in found if rule]
        self.fillers, self.carries = (self._words(pairs.get(key)) for key in ("fillers", "carries"))
        self.spelled = self._spellings(pairs)

    def _keyed(self, pairs: Pairs, key: str) -> Sequence[tuple[Text, Node]]:
        inner = self.shapes.pairs(pairs.get(key), key)
        return inner.pairs if inner else ()

    def _words(self, node: Node | None) -> list[str]:
        found = self.shapes.several(node, lambda item: self.shapes.text(item, "a word"))
        return [_folded(one.text) for one in found]

    def _phrases(self, node: Node | None) -> tuple[Phrase, ...]:
        return self.shapes.several(node, lambda item: self.shapes.text(item, "a phrase"))

    def _spellings(self, pairs: Pairs) -> dict[str, str]:
        written = [(fold(key.text), self._words(value)) for key, value in self._keyed(pairs, "spellings")]
        return {other: word for word, others in written for other in others}

    def _lower(self, key: Text) -> str:
        if key.text not in (*LOWERS, AFFIRMS):
            self._unknown("nothing is lowered by", key, (*LOWERS, AFFIRMS))
        return key.text

    def _rule(self, key: Text, node: Node) -> tuple[Rule | None, tuple[Phrase, ...]]:
        pairs = self.shapes.pairs(node, f"the rule {key.text!r}", ("concern", "level", *LOWERS, "phrases"))
        if pairs is None:
            return None, ()
        for needed, example in (("concern", CONCERNS[0]), ("level", LEVELS[1]), ("phrases", "(and them below it)")):
            if pairs.get(needed) is None:
                self.shapes.missing(key.place, f"the rule {key.text!r}", needed, example)
        concern, level = self._one(pairs, "concern", CONCERNS), self._one(pairs, "level", LEVELS)
        if not concern or not level:
            return None, ()
        lowered = LOWERED if concern in OF_ONESELF else {**LOWERED, "other": "keep"}
        own = {name: self._one(pairs, name, LEFT) for name in LOWERS}
        lowered = {name: own[name] or left for name, left in lowered.items()}
        rule = Rule(f"{self.language}.{key.text}", self.language, cast("Concern", concern), level, lowered, key.place)
        return rule, self._phrases(pairs.get("phrases"))

    def _one(self, pairs: Pairs, key: str, known: Sequence[str]) -> str:
        found = self.shapes.text(pairs.get(key), key)
        if found and found.text not in known:
            self._unknown(f"{key} cannot be", found, known)
            return ""
        return found.text if found else ""

    def _unknown(self, what: str, found: Text | Phrase, known: Sequence[str]) -> None:
        message = f"{what} {found.text!r}{nearest(found.text, known)}"
        self.shapes.add(found.place, "F090", message, f"use {', '.join(known)}")


def _folded(phrase: str) -> str:
    """A phrase in the letters in which texts are looked at; its signs stay."""
    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", lambda letters: fold(letters[0]), " ".join(phrase.split()))
