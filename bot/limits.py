"""How much one person may send: a burst at once, and then so much a minute. What is more waits, in its order; nothing
is lost. In danger nothing waits.

The law of this file: **a limit never stands between a person and help**.
"""

from __future__ import annotations

from .book import Book
from .events import Brought, Due, Event, Left
from .guard import guarded, urgent
from .ports import Clock, Loaded
from .rate import REMEMBERED, Bucket

BURST = 20.0
"""Messages and taps that one person may send at once: more than anybody taps in a hurry."""
MOST = 200
"""Messages of one person that wait. What comes then is refused, and they are told."""


class Limits:
    """What each chat has left. `per_minute` 0 lifts the limit. A restart gives everybody a whole burst."""

    def __init__(self, per_minute: float, clock: Clock) -> None:
        self._speed, self._clock = per_minute / 60, clock
        self._chats: dict[str, Bucket] = {}

    def ready(self, chat: str) -> bool:
        """Whether the chat may have a turn now."""
        if self._speed <= 0 or chat not in self._chats:
            return True
        return self._chats[chat].wait(self._clock.tick()) == 0

    def count(self, chat: str) -> None:
        """The chat has had a turn."""
        if self._speed <= 0:
            return
        # The one that sent last is the last to be forgotten.
        bucket = self._chats.pop(chat, None) or Bucket(BURST, self._speed, BURST, self._clock.tick())
        bucket.wait(self._clock.tick())
        bucket.left = max(bucket.left - 1, 0)
        self._chats[chat] = bucket
        if len(self._chats) > REMEMBERED:
            del self._chats[next(iter(self._chats))]

    def waits(self, book: Book, event: Event, loaded: Loaded) -> bool:
        """Whether an event has to wait, for its minute or for those before it. While somebody is asked about danger,
        what they say is heard at once, and what waited goes on waiting: it was no answer to that."""
        if not counted(event):
            return isinstance(event, Due) and bool(loaded.waiting) and not guarded(book, loaded.session)
        if guarded(book, loaded.session):
            return loaded.queued
        if loaded.waiting in {"", event.id} and self.ready(event.chat):
            return False
        return not urgent(book, event)


def counted(event: Event) -> bool:
    """Whether an event is something that a person sent to us. What comes due is not, and what a group says is not."""
    return not isinstance(event, Due | Left) and not (isinstance(event, Brought) and event.thing == "group")
