"""Every sentence of the flows and the house: to list them for translators, and to say them in another language. Pure.

There is one walk through a flow (`flow_with`); listing and translating are two uses of it, so that what is translated
is what was listed. Conditions and names are no sentences and stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .flow import (
    Bubble,
    Choose,
    Command,
    Flow,
    House,
    Option,
    Phrase,
    Question,
    Scale,
    Several,
    Step,
    Summary,
    Words,
    YesNo,
)

TYPED = "words that people may type, parted by commas"
"""The context of lists of words: they are no sentences, and a language may have more or fewer of them."""
LISTS = ("yes_also", "no_also", "later_also", "hello", "numbers", "fillers", "never")
"""What the house holds as lists of words."""

Change = Callable[[Phrase, str], Phrase]
"""A sentence and its context -> the sentence in another language."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as its author wrote it, and its context (usually none)."""

    phrase: Phrase
    context: str


def sentences(flows: Mapping[str, Flow], house: House) -> list[Sentence]:
    """Every sentence, in the order of the files."""
    found: list[Sentence] = []

    def note(phrase: Phrase, context: str) -> Phrase:
        found.append(Sentence(phrase, context))
        return phrase

    for flow in flows.values():
        flow_with(flow, note)
    house_with(house, note)
    return found


def flow_with(flow: Flow, change: Change) -> Flow:
    """The flow with all its sentences changed."""
    title, about = change(flow.title, ""), change(flow.about, "")
    steps = {name: _step(step, change) for name, step in flow.steps.items()}
    return replace(flow, title=title, about=about, steps=steps)


def _step(step: Step, change: Change) -> Step:
    count, keep = step.count, step.keep
    return replace(
        step,
        says=tuple(_bubble(bubble, change) for bubble in step.says),
        ask=_question(step.ask, change) if step.ask else None,
        unfit=_perhaps(step.unfit, change),
        keep=replace(keep, text=change(keep.text, "")) if keep and keep.text else keep,
        count=replace(count, lines=tuple(change(line, "") for line in count.lines)) if count else None,
    )


def _bubble(bubble: Bubble, change: Change) -> Bubble:
    return replace(bubble, wordings=tuple(change(wording, "") for wording in bubble.wordings))


def _question(ask: Question, change: Change) -> Question:
    if isinstance(ask, Choose | Several):
        return replace(ask, options=tuple(_option(option, change) for option in ask.options))
    if isinstance(ask, Words):
        return replace(ask, examples=tuple(change(one, "") for one in ask.examples))
    if isinstance(ask, Summary):
        return replace(ask, labels=tuple(change(label, "") for label in ask.labels))
    if isinstance(ask, Scale):
        return replace(ask, low_label=_perhaps(ask.low_label, change), high_label=_perhaps(ask.high_label, change))
    if isinstance(ask, YesNo):
        return replace(ask, yes=_perhaps(ask.yes, change), no=_perhaps(ask.no, change))
    return ask


def _perhaps(phrase: Phrase | None, change: Change) -> Phrase | None:
    return change(phrase, "") if phrase else None


def _option(option: Option, change: Change) -> Option:
    also = _words(option.also, option.label, change)
    return replace(option, label=change(option.label, ""), also=also)


def _words(words: tuple[str, ...], near: Phrase, change: Change) -> tuple[str, ...]:
    """A list of words that may be typed, as one entry."""
    if not words:
        return ()
    changed = change(Phrase(", ".join(words), near.place), TYPED).text
    return tuple(word.strip() for word in changed.split(",") if word.strip())


def house_with(house: House, change: Change) -> House:
    """The house with all its sentences changed. Bare words that mean a command keep meaning it."""
    words = {name: _said(name, said, change) for name, said in house.words.items()}
    commands = {name: _command(command, change) for name, command in house.commands.items()}
    return replace(house, words=words, commands=commands)


def _said(name: str, said: tuple[Phrase, ...], change: Change) -> tuple[Phrase, ...]:
    if name not in LISTS or not said:
        return tuple(change(phrase, "") for phrase in said)
    words = _words(tuple(phrase.text for phrase in said), said[0], change)
    return tuple(Phrase(word, said[0].place) for word in words)


def _command(command: Command, change: Change) -> Command:
    words = _words(command.words, command.about, change)
    return replace(
        command,
        about=change(command.about, ""),
        words=tuple(dict.fromkeys((*words, *command.words))),
    )
