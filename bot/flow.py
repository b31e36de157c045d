"""A flow as values: frozen, without parsing and without behaviour. `reader` makes them, `checker` judges them.

Every value remembers its place in the file, so that whatever is wrong with it can be said with line and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

END = "end"
"""The target that ends a flow without a further step."""
MEASURES = ("mood", "before")
"""What a scale may measure by itself: how it is in general, and a practice's own measure before it."""
AFTER = "after"
"""A practice's own measure after it: it names the step that asked the same before."""
LEFT = "left"
"""The outcome of a flow that was left early: it does not count as done."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """File, line and column (both from 1) of a value in YAML."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a flow file: printed as `file:line:column code message — fix`."""

    place: Place
    code: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.message} — {self.fix}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, a template or an expression, as the author (or a translator) wrote it in `language`."""

    text: str
    place: Place
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One bubble: one of `wordings` is said, another one next time; only if `when` holds."""

    wordings: tuple[Phrase, ...]
    place: Place
    when: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to tap: its value in the file, its label, and other words that mean it."""

    value: str
    label: Phrase
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose one."""

    options: tuple[Option, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Several:
    """Choose several: toggles and Done."""

    options: tuple[Option, ...]
    place: Place
    min: int = 1
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A whole number from `low` to `high`, its ends in words."""

    low: int
    high: int
    low_label: Phrase | None
    high_label: Phrase | None
    place: Place


@dataclass(frozen=True, slots=True)
class Words:
    """The person's own words, at most `max` characters, with examples to look at."""

    place: Place
    max: int = 1000
    examples: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no; the value is "yes" or "no"."""

    place: Place
    yes: Phrase | None = None
    no: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A date, typed or tapped, kept as ISO text; `only` is "past" or "future" (both with today) or None."""

    place: Place
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day, kept as "HH:MM"."""

    place: Place


@dataclass(frozen=True, slots=True)
class Summary:
    """Shows the answers of these steps under these labels, each with a button to change it, and one to go on."""

    steps: tuple[Phrase, ...]
    place: Place
    labels: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """A country, typed by its name; kept as ISO 3166 code ("ES")."""

    place: Place


@dataclass(frozen=True, slots=True)
class Zone:
    """Where clocks go as the person's do: a typed city, country or time of day; kept as a name of the tz database."""

    place: Place


Question = Choose | Several | Scale | Words | YesNo | Day | Hour | Country | Zone | Summary


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a step. `name` is unique in the step and is the trigger of the machine: "=value" for a value,
    "?1" for the first `when`, "else", "next", "skip", "late"."""

    name: str
    target: str
    place: Place
    when: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a step keeps: under which name, the words (None: the answer itself), and whether keepsakes of that name are
    given `back`, unasked, when a check-in begins."""

    name: str
    place: Place
    text: Phrase | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Follow:
    """A talk to begin later: after how long (a template that gives "3d", "2h", "30m" or "none"), which flow."""

    after: Phrase
    flow: str
    place: Place


@dataclass(frozen=True, slots=True)
class Counting:
    """Lines that take turns under a question, in the same bubble, one after the other `every` so long."""

    every: timedelta
    lines: tuple[Phrase, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Step:
    """One state. A step either asks, or calls a sub-flow, or ends, or only speaks and moves on.

    `then` goes with `end`: the whole talk ends there, and that flow begins. `measure` says what its scale measures, one
    of MEASURES, or AFTER (`since` names the step that asked before); a `fleeting` answer (`store: never`) is gone when
    the talk is over."""

    name: str
    place: Place
    says: tuple[Bubble, ...] = ()
    ask: Question | None = None
    branches: tuple[Branch, ...] = ()
    optional: bool = False
    unfit: Phrase | None = None
    keep: Keeping | None = None
    person: Phrase | None = None
    remind: Follow | None = None
    wait: timedelta | None = None
    call: Phrase | None = None
    end: str | None = None
    then: Phrase | None = None
    count: Counting | None = None
    measure: str = ""
    since: Phrase | None = None
    fleeting: bool = False
    was: tuple[Phrase, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation. `menu` is its position in the menu; None: it is not listed there. `path` "early" or "later": it
    is a practice of the path, fit for the first raw weeks or for later ones; None: it is none. `danger` are the
    concerns that it answers, and `gentle` tells that it may be offered in the hours after one."""

    name: str
    title: Phrase
    about: Phrase
    start: str
    steps: Mapping[str, Step]
    place: Place
    minutes: int = 5
    menu: int | None = None
    path: str | None = None
    was: tuple[Phrase, ...] = ()
    danger: tuple[Phrase, ...] = ()
    gentle: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its description, the bare words that mean it, and whether Telegram lists it."""

    name: str
    about: Phrase
    words: tuple[str, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True)
class House:
    """The sentences that belong to no flow: the menu, the repairs, the labels of controls, the commands."""

    words: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    place: Place = Place("house.yaml", 1, 1)
