"""What is not to stay: answers with `store: never`, what was said to a flow that answers danger, and the words that
were read as danger.

The law of this file: **such words are in no journal and in no export, and the first turn a day later lets go of them**.
The way that an answer took stands, so that nobody who comes back is led another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from .draft import Draft
from .flow import Step
from .session import Entry, Frame, Talk

DAY = timedelta(hours=24)
"""So long such words are held, for a talk that somebody goes on with."""


def passing(draft: Draft, step: Step) -> bool:
    """Whether the answer to a step of the talk that is going on is not to stay."""
    return step.fleeting or any(draft.book.flows[frame.flow].danger for frame in draft.talk.stack)


def unticked(draft: Draft, talk: Talk) -> Talk:
    """A talk that is left: what was ticked at a question whose answer is not to stay does not stay either."""
    frame = talk.stack[-1] if talk.stack else None
    step = draft.book.flows[frame.flow].steps.get(frame.step) if frame and frame.flow in draft.book.flows else None
    return replace(talk, toggles=()) if step and step.fleeting else talk


def gone(entry: Entry) -> bool:
    """Whether an answer was given here, and is held no more."""
    return bool(entry.step) and _key(entry) not in entry.answers


def missing(talk: Talk, frame: Frame) -> set[str]:
    """The steps of a frame whose newest answer is held no more."""
    newest = {entry.step: entry for entry in talk.log if entry.before[-1].id == frame.id}
    return {name for name, entry in newest.items() if gone(entry)}


def without(talk: Talk) -> Talk:
    """The talk as it would be without any answer that is not to stay."""
    return replace(talk, log=tuple(map(_without, talk.log)), redo=tuple(map(_without, talk.redo)))


def told(talk: Talk) -> dict[str, object]:
    """An unfinished talk for the export. Neither the answers that are not to stay are in it, nor that there are any,
    nor where it stands: that alone can tell them."""
    entries = (entry for entry in (*talk.log, *talk.redo) if entry.fades is None)
    return {"flow": talk.flow, "run": talk.run, "started": talk.started, "log": tuple(entries)}


def forget(draft: Draft) -> None:
    """Let go of what was held for a day."""
    session = draft.session
    shelf = tuple(_faded(draft, talk) for talk in session.shelf)
    talk = _faded(draft, session.talk) if session.talk else None
    if talk != session.talk or shelf != session.shelf:
        draft.set(talk=talk, shelf=shelf)
    if session.held and (session.danger is None or draft.now - session.danger.at >= DAY):
        draft.set(held="")


def _faded(draft: Draft, talk: Talk) -> Talk:
    def after(entries: Iterable[Entry]) -> tuple[Entry, ...]:
        return tuple(_without(one) if one.fades and one.fades <= draft.now else one for one in entries)

    return replace(talk, log=after(talk.log), redo=after(talk.redo))


def _without(entry: Entry) -> Entry:
    if entry.fades is None:
        return entry
    answers = {key: value for key, value in entry.answers.items() if key != _key(entry)}
    return replace(entry, answers=answers, shown="")


def _key(entry: Entry) -> str:
    return f"{entry.before[-1].id}.{entry.step}"
