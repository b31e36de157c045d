"""A flow file may change under people in the middle: where is this talk now?

The law of this file: **nobody is stranded by an edited file**. What is still there goes on; what was renamed (`was:`)
moves; what is gone goes on from the newest answer whose question is still there, with all answers kept.
"""

from __future__ import annotations

from dataclasses import replace

from .book import Book
from .session import Entry, Frame, Talk


def locate(book: Book, talk: Talk) -> tuple[Talk | None, bool]:
    """The talk as it stands in the flows of now, and whether the person must be told that their step is gone.

    No talk: its whole flow is gone.
    """
    if stands(book, talk.stack) and all(stands(book, entry.before) for entry in talk.log):
        return talk, False
    talk = _renamed(book, talk)
    if talk.flow not in book.flows:
        return None, True
    # A stuck talk goes on behind its newest answer: that has to stand as well.
    if stands(book, talk.stack) and (not talk.stuck or stands(book, talk.log[-1].before)):
        return talk, False
    return _nearest(book, talk), True


def stands(book: Book, stack: tuple[Frame, ...]) -> bool:
    """Whether every step of a stack exists, and calls the flow above it."""
    for frame, above in zip(stack, (*stack[1:], None), strict=True):
        flow = book.flows.get(frame.flow)
        if flow is None or (frame.step and frame.step not in flow.steps):
            return False
        call = flow.steps[frame.step].call if frame.step else None
        if above is not None and (call is None or call.text != above.flow):
            return False
    return bool(stack)


def _renamed(book: Book, talk: Talk) -> Talk:
    entries = tuple(_renamed_entry(book, entry) for entry in talk.log)
    return replace(
        talk,
        flow=book.renamed.get(talk.flow, talk.flow),
        stack=_renamed_stack(book, talk.stack),
        aside=_renamed_stack(book, talk.aside),
        log=entries,
        redo=tuple(_renamed_entry(book, entry) for entry in talk.redo),
    )


def _renamed_stack(book: Book, stack: tuple[Frame, ...]) -> tuple[Frame, ...]:
    return tuple(_renamed_frame(book, frame) for frame in stack)


def _renamed_frame(book: Book, frame: Frame) -> Frame:
    flow = frame.flow if frame.flow in book.flows else book.renamed.get(frame.flow, frame.flow)
    return replace(frame, flow=flow, step=_renamed_step(book, flow, frame.step))


def _renamed_step(book: Book, flow: str, step: str) -> str:
    known = flow in book.flows and step in book.flows[flow].steps
    return step if known else book.moved.get((flow, step), step)


def _renamed_entry(book: Book, entry: Entry) -> Entry:
    before = _renamed_stack(book, entry.before)
    flows = {frame.id: frame.flow for frame in before}
    answers = {}
    for key, value in entry.answers.items():
        frame, _, step = key.partition(".")
        flow = flows.get(int(frame), "") if frame.isdigit() else ""
        answers[f"{frame}.{_renamed_step(book, flow, step)}"] = value
    step = _renamed_step(book, before[-1].flow, entry.step) if entry.step else ""
    return replace(entry, step=step, before=before, answers=answers)


def _nearest(book: Book, talk: Talk) -> Talk:
    """Behind the newest answer whose question still stands. It is logged again without what hangs on it, so that the
    answers after it stay in the log."""
    entry = next(entry for entry in reversed(talk.log) if not entry.step or stands(book, entry.before))
    if not stands(book, entry.before):
        entry = Entry("", (Frame(talk.log[0].before[-1].id, talk.flow, ""),))
    again = replace(entry, person={}, kept={}, marks=())
    log = talk.log if entry is talk.log[-1] else (*talk.log, again)
    return replace(talk, stack=again.before, log=log, changing=None, aside=(), redo=(), toggles=(), stuck=True)
