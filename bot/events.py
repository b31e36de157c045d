"""What comes in (events) and what goes out (effects): frozen values, times aware and in UTC.

`id` of an event is unique for ever and the same when it is delivered twice: it is what makes a turn happen once.
`language` is the tag that the channel tells of a person ("es-419"), or nothing.
`token` of a question names one visit of one step in one run; a button carries `token.value`. A tap or a timer whose
token is not that of the question of now is stale and moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Discriminator

# --- events -----------------------------------------------------------------------------------------------------


def _aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("a time needs its zone; all times here are in UTC")


@dataclass(frozen=True, slots=True)
class Said:
    """A person typed `text`. Commands are typed words too: "/menu"."""

    id: str
    chat: str
    text: str
    at: datetime
    language: str = ""

    def __post_init__(self) -> None:
        _aware(self.at)


@dataclass(frozen=True, slots=True)
class Tapped:
    """A person pressed a button; `choice` is the button's `token.value`, which may be old or forged."""

    id: str
    chat: str
    choice: str
    at: datetime
    language: str = ""

    def __post_init__(self) -> None:
        _aware(self.at)


Thing = Literal["voice", "photo", "sticker", "file", "edit", "forward", "long", "place", "other", "group"]


@dataclass(frozen=True, slots=True)
class Brought:
    """Something that is not words: a photo, a voice message, an edit, a forward, a text past the limit, or a message
    in a group. `thing` names the house sentence that answers it."""

    id: str
    chat: str
    thing: Thing
    at: datetime
    language: str = ""

    def __post_init__(self) -> None:
        _aware(self.at)


@dataclass(frozen=True, slots=True)
class Due:
    """A time has come: the limit of a question (`flow` is None), or a talk that the bot begins."""

    id: str
    chat: str
    token: str
    flow: str | None
    at: datetime

    def __post_init__(self) -> None:
        _aware(self.at)


Event = Said | Tapped | Brought | Due

# --- effects ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """A label to read and the `token.value` that comes back when it is pressed (64 bytes at most)."""

    label: str
    choice: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A bubble. `text` is HTML in Telegram's subset, at most 4,096 characters after entities are parsed."""

    text: str
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Ask:
    """A bubble with a keyboard: the question of now. `typed` tells whether an answer may be typed."""

    text: str
    token: str
    rows: Rows
    typed: bool = False
    kind: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Edit:
    """The question `token` now reads `text` with `rows`; empty rows: it is answered and its keyboard goes."""

    token: str
    text: str
    rows: Rows = ()
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True)
class Toast:
    """A line shown over the chat in answer to a tap. It is not stored and may be lost."""

    text: str
    kind: Literal["toast"] = "toast"


@dataclass(frozen=True, slots=True)
class Remind:
    """Send `Due(token=id, flow=flow)` at `at`. `flow` None: the time limit of the question whose token is `id`."""

    id: str
    at: datetime
    flow: str | None = None
    kind: Literal["remind"] = "remind"


@dataclass(frozen=True, slots=True)
class Unremind:
    """The reminder `id` is off."""

    id: str
    kind: Literal["unremind"] = "unremind"


@dataclass(frozen=True, slots=True)
class Keep:
    """Words the person chose to keep, under the name that the flow gave them. `id` is unique in the chat."""

    id: str
    name: str
    text: str
    flow: str
    at: datetime
    kind: Literal["keep"] = "keep"


@dataclass(frozen=True, slots=True)
class Drop:
    """The keepsake `id` was undone."""

    id: str
    kind: Literal["drop"] = "drop"


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody who agreed to it may need a call: for the operator's chat, if there is one. Not a word of theirs is in
    it."""

    level: str
    kind: Literal["alert"] = "alert"


@dataclass(frozen=True, slots=True)
class Erase:
    """All that is stored of this person goes, but for the bubbles of this turn."""

    kind: Literal["erase"] = "erase"


Message = Annotated[Say | Ask | Edit, Discriminator("kind")]
"""The effects that a channel delivers, in order, from the outbox."""

Effect = Say | Ask | Edit | Toast | Remind | Unremind | Keep | Drop | Alert | Erase
