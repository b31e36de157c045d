"""Rules about how people are spoken to, as far as a machine can tell. All are advice.

Sources: short messages with one question each (Maenhout 2021, Mariamo 2021); at most one emoji, at the end
(Salesforce's guidelines); words that are never said (Samaritans' media guidelines, and `docs/practice.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.answers import plain
from bot.draft import length
from bot.flow import Phrase, Problem
from bot.templates import variants
from bot.translate import LISTS

from .case import Case

LONG = 350
"""Characters of a bubble that a tired person still reads."""
MANY = 3
"""Bubbles before a question."""
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")
QUESTION = re.compile(r"\?(?![^“]*”)")


def long_bubbles(case: Case) -> Iterator[Problem]:
    """W036: a bubble is short."""
    for wording in _wordings(case):
        parts = [part for text in variants(wording) for part in text.split("\n---\n")]
        longest = max(map(length, parts), default=0)
        if longest > LONG:
            message = f"the bubble has {longest} characters; {LONG} are easy to read"
            yield Problem(wording.place, "W036", message, "say less, or part it in two")


def many_bubbles(case: Case) -> Iterator[Problem]:
    """W037: few bubbles stand before a question."""
    for _, step in case.steps():
        always = sum(bubble.when is None for bubble in step.says)
        sometimes = any(bubble.when is not None for bubble in step.says)
        if always + sometimes > MANY:
            message = f"{step.name!r} says {always + sometimes} bubbles at once; {MANY} are easy to follow"
            yield Problem(step.place, "W037", message, "leave one out, or ask something in between")


def one_question(case: Case) -> Iterator[Problem]:
    """W035: one question at a time."""
    for _, step in case.steps():
        always = [bubble for bubble in step.says if bubble.when is None]
        asked = sum(max((len(QUESTION.findall(one.text)) for one in bubble.wordings), default=0) for bubble in always)
        if step.ask is not None and asked > 1:
            yield Problem(step.place, "W035", f"{step.name!r} asks {asked} things at once", "ask one thing")


def emoji(case: Case) -> Iterator[Problem]:
    """W038: at most one emoji a bubble."""
    for wording in _wordings(case):
        if len(EMOJI.findall(wording.text)) > 1:
            yield Problem(wording.place, "W038", "the bubble has more than one emoji", "keep one, at the end, or none")


def never_said(case: Case) -> Iterator[Problem]:
    """W039: the words that the house never says."""
    never = [word for phrase in case.house.words.get("never", ()) if (word := plain(phrase.text))]
    for wording in _wordings(case):
        said = f" {plain(re.sub('“[^”]*”', ' ', wording.text))} "
        for word in never:
            if f" {word} " in said:
                yield Problem(wording.place, "W039", f"{word!r} is never said here", "say it in another way")


def _wordings(case: Case) -> Iterator[Phrase]:
    """Every wording of a bubble."""
    for _, step in case.steps():
        for bubble in step.says:
            yield from bubble.wordings
    for name, said in case.house.words.items():
        if name not in LISTS:
            yield from said


RULES = (one_question, long_bubbles, many_bubbles, emoji, never_said)
