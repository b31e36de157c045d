"""Rules about buttons: how many, how long, and that typed words can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answers import plain
from bot.draft import length
from bot.flow import Choose, Problem, Several, Step, Summary
from bot.shapes import nearest

from .case import Case, options
from .case import labels as labels_of
from .sentences import answerable

MOST, MANY = 24, 9
"""Buttons of one question: more than MOST nobody reads (Telegram refuses 100), more than MANY scroll off a phone."""
LONGEST, LONG = 64, 32
"""Characters of a label: Telegram cuts what is longer on most screens; 32 fit on a small phone."""


def too_many(case: Case) -> Iterator[Problem]:
    """F032, W032: a question has a readable number of buttons."""
    for _, step in case.steps():
        count = len(options(step.ask))
        if count > MOST:
            yield Problem(step.place, "F032", f"{step.name!r} has {count} options; {MOST} at most", "part the question")
        elif count > MANY:
            message = f"{step.name!r} has {count} options, more than a phone shows at once"
            yield Problem(step.place, "W032", message, f"offer {MANY} or fewer, with 'something else' among them")
        if count == 1 and isinstance(step.ask, Choose):
            yield Problem(step.place, "W034", f"{step.name!r} has one option", "offer a choice, or let the step speak")


def labels(case: Case) -> Iterator[Problem]:
    """F033, W033: labels can be read whole."""
    for label in (label for _, step in case.steps() for label in labels_of(step)):
        count = length(label.text)
        if count > LONGEST:
            message = f"the label has {count} characters; {LONGEST} at most"
            yield Problem(label.place, "F033", message, "say the long part in the bubble above")
        elif count > LONG:
            message = f"the label has {count} characters; small phones show {LONG}"
            yield Problem(label.place, "W033", message, "make it shorter")


def shared_words(case: Case) -> Iterator[Problem]:
    """F034, F035: two buttons never have the same label, nor answer to the same word."""
    for _, step in case.steps():
        if isinstance(step.ask, Choose | Several):
            yield from _shared(step, step.ask)


def _shared(step: Step, ask: Choose | Several) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for option in ask.options:
        for word in dict.fromkeys(plain(word) for word in (option.label.text, *option.also)):
            if word and owners.setdefault(word, option.value) != option.value:
                label = word == plain(option.label.text)
                message = f"{word!r} means both {owners[word]!r} and {option.value!r}"
                code, fix = ("F034", "give each its own label") if label else ("F035", "leave it to one of them")
                yield Problem(option.label.place, code, message, fix)


def summaries(case: Case) -> Iterator[Problem]:
    """F056: a summary shows answers that this flow asks for."""
    for flow, step in case.steps():
        for name in step.ask.steps if isinstance(step.ask, Summary) else ():
            asked = flow.steps.get(name.text)
            if asked is None or asked.ask is None or isinstance(asked.ask, Summary):
                message = f"{name.text!r} is no answer of this flow{nearest(name.text, answerable(flow))}"
                yield Problem(name.place, "F056", message, "name steps that ask")
