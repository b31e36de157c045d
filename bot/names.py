"""What a template may read at one moment: this frame's answers, the person, keepsakes, the day. All from the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from .book import Book
from .flow import Day, Step
from .session import Entry, Frame, Kept, Session, Talk, Value
from .templates import Chosen, ChosenAll, Dated, Lookup


def names(book: Book, session: Session, talk: Talk, frame: Frame, now: datetime) -> dict[str, Any]:
    """The names that the sentences and conditions of `frame` may use."""
    flow = book.flows[frame.flow]
    found: dict[str, Any] = dict(book.names[frame.flow])
    every: dict[str, list[Any]] = {name: [] for name in found}
    prefix = f"{frame.id}."
    for entry in talk.log:
        for key, value in entry.answers.items():
            name = key.removeprefix(prefix)
            if name in found and key != name:
                found[name] = typed(book, flow.steps[name], value)
                every[name].append(found[name])
    found["every"] = Lookup(every)
    found["person"] = Lookup(person(session))
    found["kept"] = Lookup({name: Dated(one.text, one.at) for name, one in kept(session).items()})
    found["runs"] = session.runs.get(frame.flow, 0)
    found["now"] = now.date()
    found["bot"] = Lookup(book.facts)
    return found


def typed(book: Book, step: Step, value: Value) -> Any:
    """A stored value as templates see it: choices know their labels, dates are dates."""
    if value is None or step.ask is None:
        return value
    labels = {option.value: option.label.text for option in book.options(step)}
    if isinstance(value, tuple):
        return ChosenAll(Chosen(one, labels.get(one, one)) for one in value)
    if labels and isinstance(value, str):
        return Chosen(value, labels.get(value, value))
    if isinstance(step.ask, Day) and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def entries(session: Session) -> Iterator[Entry]:
    """The log entries of all unfinished talks, the present one last."""
    for talk in reversed(session.shelf):
        yield from talk.log
    if session.talk:
        yield from session.talk.log


def person(session: Session) -> dict[str, Value]:
    """What is known of the person now."""
    known = dict(session.person)
    for entry in entries(session):
        known.update(entry.person)
    return known


def kept(session: Session) -> dict[str, Kept]:
    """The newest keepsake of every name."""
    found = dict(session.kept)
    for entry in entries(session):
        found.update(entry.kept)
    return found
