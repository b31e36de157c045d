"""advance(book, session, event, now) -> Turn: one event in, the new session and the effects out. Pure.

The laws of this file: it never raises for anything a person does or an author wrote; an answer that was read is in the
log of the session that comes out; and that session always has a question that shows a way on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import fleeting, keepsakes, ringing
from .archive import Archive
from .book import Book
from .draft import Draft
from .errors import Unread
from .events import Ask, Brought, Due, Effect, Erase, Event, Left, Say
from .languages import base
from .session import Session
from .talking import Fault, Talking

QUIET = timedelta(hours=1)
"""A group is told at most so often that we talk in private."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The session after the event (None: it stays as it was, or goes with an Erase), the effects in order, what broke,
    if it did, and the steps (flow, step) that were entered, and the ways (flow, step, branch) that were taken. `wants`:
    nothing happened yet, the archive has to be read for this turn."""

    session: Session | None
    effects: tuple[Effect, ...] = ()
    fault: Fault | None = None
    passed: tuple[tuple[str, str], ...] = ()
    taken: tuple[tuple[str, str, str], ...] = ()
    wants: bool = False


def advance(book: Book, session: Session | None, event: Event, now: datetime, archive: Archive | None = None) -> Turn:
    """Handle one event. `session` None: somebody new. `now` is aware, in UTC. `archive`: what the person gathered, if
    it was read."""
    try:
        return _advance(Draft(book, session or Session(), now, archive=archive), session, event)
    except Unread:
        return Turn(None, wants=True)


def _advance(draft: Draft, session: Session | None, event: Event) -> Turn:
    if not isinstance(event, Due | Left) and event.language:
        draft.set(language=base(event.language))
    draft.listen()
    if isinstance(event, Brought) and event.thing == "group":
        return _grouped(draft)
    if (session is None and isinstance(event, Due | Left)) or (isinstance(event, Due) and _stale(draft, event)):
        return Turn(None)
    before = draft.session
    fleeting.forget(draft)
    talking = Talking(draft)
    talking.handle(event)
    if isinstance(event, Due) and draft.session == before and not draft.effects and not talking.fault:
        return Turn(None)
    keepsakes.part(draft, before)
    ringing.replanned(draft, before)
    draft.flush()
    draft.set(revision=draft.session.revision + 1, seen=before.seen if isinstance(event, Due | Left) else draft.now)
    after = None if Erase() in draft.effects else draft.session
    if isinstance(event, Due):
        draft.effects = [_sounding(effect) for effect in draft.effects]
    return Turn(after, tuple(draft.effects), talking.fault, tuple(draft.passed), tuple(draft.taken))


def _sounding(effect: Effect) -> Effect:
    """What the bot says by itself sounds once: with its question."""
    if isinstance(effect, Say):
        return replace(effect, quiet=True)
    return replace(effect, rings=True) if isinstance(effect, Ask) else effect


def _grouped(draft: Draft) -> Turn:
    seen, session = draft.session.seen, draft.session
    if seen and draft.now - seen < QUIET:
        return Turn(None)
    return Turn(replace(session, seen=draft.now, revision=session.revision + 1), (Say(draft.word("group")),))


def _stale(draft: Draft, event: Due) -> bool:
    asked = draft.session.asked
    return event.flow is None and (asked is None or asked.token != event.token or draft.session.talk is None)
