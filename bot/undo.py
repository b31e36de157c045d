"""Back, and changing one answer from a summary. Both take entries off the log, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .asking import ask
from .draft import Draft
from .events import Drop, Unremind
from .session import Entry, Kept
from .walk import speak


def back(draft: Draft) -> bool:
    """Undo the newest answer and ask its question again, or leave a change half made. False: nothing to undo."""
    if draft.talk.changing is not None:
        draft.set_talk(stack=draft.talk.aside, changing=None, aside=())
    elif not _undo_last(draft):
        return False
    draft.set_talk(stuck=False, toggles=())
    draft.listen()
    draft.say(draft.word("gone_back"))
    speak(draft, draft.step)
    ask(draft, draft.step)
    return True


def _undo_last(draft: Draft) -> bool:
    log = draft.talk.log
    while log and log[-1].step and not _stands(draft, log[-1]):
        # Its question is no longer in the file: the one before it is the nearest that can be asked.
        log = log[:-1]
    if not log or not log[-1].step:
        return False
    _unmark(draft, draft.talk.log[len(log) - 1 :])
    draft.set_talk(log=log[:-1], stack=log[-1].before, redo=())
    return True


def _stands(draft: Draft, entry: Entry) -> bool:
    return all(f.flow in draft.book.flows and f.step in draft.book.flows[f.flow].steps for f in entry.before)


def _unmark(draft: Draft, entries: Iterable[Entry]) -> None:
    """Take back the keepsakes, notes and reminders of these entries."""
    for mark in (mark for entry in entries for mark in entry.marks):
        draft.effects.append(Unremind(mark) if mark.rpartition(".")[2].startswith("r") else Drop(mark))


def change(draft: Draft, name: str) -> bool:
    """Ask the question of step `name` again, from a summary. Nothing is undone until it is answered."""
    here = draft.frame.id
    log = enumerate(draft.talk.log)
    found = [at for at, one in log if one.step == name and one.before[-1].id == here and _stands(draft, one)]
    if not found:
        return False
    draft.set_talk(changing=found[-1], aside=draft.talk.stack, stack=draft.talk.log[found[-1]].before)
    speak(draft, draft.step)
    ask(draft, draft.step)
    return True


def make_room(draft: Draft) -> dict[str, Kept]:
    """Before the changed answer is logged: undo it and what followed, which is then applied again as far as it fits.
    What had been kept of it; where that was the answer itself, the new one takes its place."""
    at, log, keep = draft.talk.changing, draft.talk.log, draft.step.keep
    if at is None:
        return {}
    _unmark(draft, log[at:])
    draft.set_talk(log=log[:at], redo=log[at + 1 :], changing=None, aside=())
    was = {**log[at].was, **log[at].kept}
    if keep and keep.text is None and (one := was.pop(keep.name, None)) and one.text:
        was[keep.name] = replace(one, own=False)
    return was
