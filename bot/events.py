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


class _Timed:
    """What happens at a time knows its zone."""

    __slots__ = ()
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a time needs its zone; all times here are in UTC")


@dataclass(frozen=True, slots=True)
class Said(_Timed):
    """A person typed `text`. Commands are typed words too: "/menu"."""

    id: str
    chat: str
    text: str
    at: datetime
    language: str = ""


@dataclass(frozen=True, slots=True)
class Tapped(_Timed):
    """A person pressed a button; `choice` is the button's `token.value`, which may be old or forged."""

    id: str
    chat: str
    choice: str
    at: datetime
    language: str = ""


Thing = Literal["voice", "photo", "sticker", "file", "edit", "forward", "long", "place", "other", "group"]


@dataclass(frozen=True, slots=True)
class Brought(_Timed):
    """Something that is not words: a photo, a voice message, an edit, a forward, a text past the limit, or a message
    in a group. `thing` names the house sentence that answers it. `words` are what was typed with it: they are looked at
    for danger alone, and kept nowhere."""

    id: str
    chat: str
    thing: Thing
    at: datetime
    language: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Located(_Timed):
    """A person shared a place. All that is known of it is its time zone, a name of the tz database, or "" where there
    is none."""

    id: str
    chat: str
    zone: str
    at: datetime
    language: str = ""


@dataclass(frozen=True, slots=True)
class Left(_Timed):
    """The person blocked the bot: nothing can be sent to them until they come back."""

    id: str
    chat: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due(_Timed):
    """A time has come: the limit of a question (`flow` is None), or a talk that the bot begins."""

    id: str
    chat: str
    token: str
    flow: str | None
    at: datetime


Event = Said | Tapped | Brought | Located | Left | Due

# --- effects ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """A label to read and the `token.value` that comes back when it is pressed (64 bytes at most)."""

    label: str
    choice: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A bubble. `text` is HTML in Telegram's subset, at most 4,096 characters after entities are parsed. `quiet`: it
    makes no sound, as a question that does follows."""

    text: str
    quiet: bool = False
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Ask:
    """A bubble with a keyboard: the question of now. `typed` tells whether an answer may be typed, `rings` that the
    bot began by itself: such a bubble sounds once, whatever happens while it is sent."""

    text: str
    token: str
    rows: Rows
    typed: bool = False
    rings: bool = False
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
class Note:
    """One answer for the journal: of talk `flow`, at its step `step` ("flow.step"), to `question`, as it was given.
    `value` is the number of a scale, `measure` what it measures ("mood", "before", "after" or ""). `id` is unique in
    the chat; what stands before its last dot is the same for all answers of one run."""

    id: str
    flow: str
    step: str
    question: str
    answer: str
    at: datetime
    value: int | None = None
    measure: str = ""
    kind: Literal["note"] = "note"

    @property
    def run(self) -> str:
        """The run of the flow that this answer belongs to."""
        return self.id.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Drop:
    """The keepsake or the note `id` is gone."""

    id: str
    kind: Literal["drop"] = "drop"


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody who agreed to it may need a call: for the operator's chat, if there is one. Not a word of theirs is in
    it."""

    level: str
    kind: Literal["alert"] = "alert"


@dataclass(frozen=True, slots=True)
class Sleep:
    """The person is gone: none of their reminders comes due until they wake."""

    kind: Literal["sleep"] = "sleep"


@dataclass(frozen=True, slots=True)
class Wake:
    """The person is back, and so are their reminders."""

    kind: Literal["wake"] = "wake"


@dataclass(frozen=True, slots=True)
class Erase:
    """All that is stored of this person goes, but for the bubbles of this turn."""

    kind: Literal["erase"] = "erase"


@dataclass(frozen=True, slots=True)
class File:
    """A file with these words in it (UTF-8), under a name such as "my-data.json"."""

    name: str
    text: str
    kind: Literal["file"] = "file"


@dataclass(frozen=True, slots=True)
class Picture:
    """The way so far, to be drawn when it is sent: moods (when, 0 to 10) and practices (when, title), seen at `now`;
    all times in the person's zone. `written` is what stands in it: its title, what its top and its bottom mean, and the
    heading of the practices. `caption` says the same as the picture."""

    caption: str
    now: datetime
    moods: tuple[tuple[datetime, int], ...]
    dones: tuple[tuple[datetime, str], ...]
    language: str
    written: tuple[str, str, str, str]
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that was drawn: a PNG, and the same in words."""

    png: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class Clear:
    """All that the bot sent since `since` disappears from the chat, as far as the channel can make it."""

    since: datetime
    kind: Literal["clear"] = "clear"


Sent = Say | Ask | Edit | File | Picture | Clear
Message = Annotated[Sent, Discriminator("kind")]
"""The effects that a channel delivers, in order, from the outbox."""

Effect = Sent | Toast | Remind | Unremind | Keep | Note | Drop | Alert | Sleep | Wake | Erase
