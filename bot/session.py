"""Where one person is. Frozen values, changed by copy; no behaviour beyond reading the log.

The law of this file: **the answers are a log**. What a person answered, what was kept, what became known of them and
which reminders were set hang on the log entry they came from, so that undoing the entry undoes them all. Nothing that
can be derived from the log is stored beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .events import Ask
from .schedule import Quiet, Rule

Value = str | int | tuple[str, ...] | None
"""A typed answer: text, a choice's value, an ISO date or time (str); a scale (int); several (tuple); skipped (None)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow that is being walked. `id` is unique in the chat: a sub-flow entered twice has two frames."""

    id: int
    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest keepsake of one name: its words and when they were kept. In the log, `id` is its mark there, and `own`
    tells that the person wrote it anew since; one without words they erased."""

    text: str
    at: datetime
    id: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the person, and when they said it."""

    value: Value
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer and all that was derived from it before the next one.

    `before` is the stack as it stood at the question; `answers` maps "frame.step" to a value (the outcomes of
    sub-flows too); `shown` is the answer as the person gave it; `marks` are the ids of the keepsakes, notes and
    reminders that were made of it. Where it was undone and given again, `was` is what had been kept of it and is not
    yet kept again. `fades` is until when an answer is held that is not to stay; the step stays in the log without it.
    """

    step: str
    before: tuple[Frame, ...]
    answers: dict[str, Value] = field(default_factory=dict)
    person: dict[str, Fact] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    shown: str = ""
    was: dict[str, Kept] = field(default_factory=dict)
    fades: datetime | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """One run of one flow, from its start: the stack (outermost first), the log, and the state of the question.

    The first log entry is the start itself (step ""), and cannot be undone. `changing` is the index of the entry that
    is being changed from a summary, `aside` the stack at that summary; `redo` are answers still to be applied after
    such a change. `mark` is the fingerprint of the question when it was asked. `stuck` tells that the flow broke after
    the last entry: the way on is tried again from there. `beat` counts the lines that were shown under the question.
    """

    flow: str
    run: str
    started: datetime
    stack: tuple[Frame, ...]
    log: tuple[Entry, ...]
    toggles: tuple[str, ...] = ()
    misses: int = 0
    changing: int | None = None
    aside: tuple[Frame, ...] = ()
    redo: tuple[Entry, ...] = ()
    mark: str = ""
    stuck: bool = False
    beat: int = 0


@dataclass(frozen=True, slots=True)
class Danger:
    """What a person wrote was read as: a concern, its level, and when. Never their words. `asked` tells that they were
    asked how they are since."""

    concern: str
    level: str
    at: datetime
    asked: bool = False


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A time at which the bot begins a talk. `about` is the flow that begins, or "keepsake:KEY"; `resting` until when
    it does not ring; `off`: it stopped because nobody answered; `snoozed` is the time of day until which it was put
    off. `id` is unique in the chat."""

    id: int
    rule: Rule
    about: str
    resting: datetime | None = None
    off: bool = False
    snoozed: datetime | None = None

    @property
    def token(self) -> str:
        """What stands for it among reminders and on buttons: "#3"."""
        return f"#{self.id}"


@dataclass(frozen=True, slots=True)
class Session:
    """All that a turn needs to know of one person.

    `revision` counts committed turns; `visit` counts questions and frames and never goes back; `asked` is the
    question of now as it was shown; `last` the token tapped last; `shelf` the unfinished talks, newest first;
    `waiting` what came due while another was going on (a flow, or "#3" for a check-in); `runs` how often each flow
    was finished; `seen` when they last spoke. `danger` is what was recognised last; `hints` are the names of the
    rules that hinted at something in the last messages, the newest last; `back` are the flows that were interrupted
    (or what a screen had asked for, as in `expects`), the last one last, and `held` the words that were not taken for
    an answer, until it is known what they are.
    `expects` tells what typed words mean while no talk is going on: the name of a screen and what it asked for;
    nothing: the menu's. `unanswered` counts the check-ins since they last did something, `rung` is when it rang last,
    `told` when one message stood for all that an outage had missed, `noticed` when they were told that their words
    will be erased, `left` since when the bot is blocked. `noted` counts the characters of the journal.
    """

    revision: int = 0
    visit: int = 0
    talk: Talk | None = None
    shelf: tuple[Talk, ...] = ()
    asked: Ask | None = None
    last: str = ""
    person: dict[str, Fact] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    seen: datetime | None = None
    language: str = ""
    danger: Danger | None = None
    hints: tuple[tuple[str, ...], ...] = ()
    back: tuple[str, ...] = ()
    held: str = ""
    expects: str = ""
    checkins: tuple[CheckIn, ...] = ()
    quiet: Quiet = field(default_factory=Quiet)
    unanswered: int = 0
    told: datetime | None = None
    rung: datetime | None = None
    noticed: datetime | None = None
    left: datetime | None = None
    noted: int = 0
