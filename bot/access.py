"""Who may talk with the bot: everybody, who was invited, or who is on a list. Pure.

Whoever has talked with the bot already may go on, however this is set: nobody is shut out in the middle of something.
A code is spent by the turn that welcomes its first user, and what is stored is its hash alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .events import Brought, Due, Event, Left, Said

Mode = Literal["open", "invite", "list"]
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What codes are made of: nothing that is taken for something else when it is read out or written down (0 o, 1 i l)."""
GROUPS, LENGTH = 3, 4
"""A code is three groups of four letters, 59 bits: `k7qm-3xdp-wn9b`. Hyphens stand in no flow's name, and in links."""
CODE = re.compile("[- ]?".join([f"[{LETTERS}]{{{LENGTH}}}"] * GROUPS))
START = re.compile(r"/start(?:@\w+)?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Access:
    """The settings. `people` are the chats of `list`; chats whose name begins with one of `free` are never asked."""

    mode: Mode = "open"
    people: frozenset[str] = frozenset()
    free: tuple[str, ...] = ()

    def admits(self, event: Event, known: bool) -> bool:
        """Whether the event is for the engine. `known`: something of this chat is stored. A group is told as ever that
        we talk in private."""
        if self.mode == "open" or known or event.chat.startswith(self.free):
            return True
        if isinstance(event, Due | Left) or (isinstance(event, Brought) and event.thing == "group"):
            return True
        return self.mode == "list" and event.chat in self.people

    def invitation(self, event: Event) -> str:
        """The mark of the code that a stranger wrote, alone or behind /start; nothing where there is none."""
        return mark_of(code_in(event.text)) if self.mode == "invite" and isinstance(event, Said) else ""


OPEN = Access()


def new_code(choose: Callable[[str], str]) -> str:
    """A new code; `choose` takes a letter by chance (`secrets.choice`)."""
    return "-".join("".join(choose(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))


def mark_of(written: str) -> str:
    """What is stored of a code: nothing that leads back to it. Nothing for nothing."""
    bare = re.sub("[- ]", "", written.lower())
    return hashlib.blake2b(bare.encode("utf-8", "replace"), digest_size=20).hexdigest() if bare else ""


def code_in(text: str) -> str:
    """The code in a text, as it was written; nothing where there is none."""
    bare = START.sub("", text.strip(), count=1).strip()
    return bare if CODE.fullmatch(bare.lower()) else ""


def welcomed(event: Event) -> Event:
    """The event as /start when it is a link with a code, which says nothing more to somebody who is here already.
    Without its hyphens it may name a flow; alone it may be an answer of theirs ("jaja-jaja-jaja"), and is one."""
    if not isinstance(event, Said) or not START.match(event.text.strip()):
        return event
    if "-" in event.text and code_in(event.text):
        return replace(event, text="/start")
    return event
