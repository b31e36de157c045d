"""When is the next check-in due, across time zones and clock changes. Pure: no I/O, no clock of its own.

A check-in is promised on the clock of the person. Whatever their zone does to that clock, each promised day rings once:

- a time that the clock jumps over rings at the first moment after the jump (02:30 at 03:00, when 02:00 becomes 03:00);
- a time that the clock reads twice rings the first time;
- a day that the zone never had (Apia, 30 December 2011) rings not at all in a weekly rule, and a single check-in that
  was promised on it rings at its time on the day after: no promise is lost, and none is kept at midnight instead.

All moments that come out are in UTC; those that go in are aware, in any zone, from the year 2 to 9998. Python compares
moments of one zone by their wall clock, so everything here is compared in UTC. Times of day are "HH:MM", and
`ValueError` says that one is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Snooze = Literal["10m", "1h", "evening", "tomorrow"]
Verdict = Literal["now", "late", "wait", "missed"]

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 15
"""A weekly rule rings within so many days, even when the zone loses one of them."""
ON_TIME = timedelta(minutes=15)
"""Until then a check-in is on time."""
TOO_LATE = timedelta(hours=12)
"""From then on it would be about a day that is over."""
SNOOZES = {"10m": timedelta(minutes=10), "1h": timedelta(hours=1)}
EVENING, EVENING_UNTIL = "19:00", "18:30"
"""When "this evening" is, and until when on the same day it is meant so."""
EVENING_LATER = timedelta(hours=2)
"""How much later "this evening" is for whoever asks for it in the evening."""
BEFORE_QUIET = timedelta(minutes=15)
"""How long before quiet hours "this evening" is, at the latest."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a check-in rings, on the clock of the person. `at` is "HH:MM". `days`: days of the week, 0 = Monday; empty:
    once, on `day` (ISO date)."""

    at: str
    days: tuple[int, ...] = ()
    day: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` to `end`, "HH:MM" on the clock of the person, nothing rings that they did not choose for that very
    time. The end may be on the day after; when it is the start, it is never quiet.

    Quiet hours begin once and end once: where the clock reads one of these times twice, they last from the first
    `start` to the last `end`."""

    start: str = "21:00"
    end: str = "09:00"


def next_ring(rule: Rule, zone: tzinfo, after: datetime) -> datetime | None:
    """The first moment strictly after `after` at which it rings, None when a single one is over. What was before
    `after` does not matter, so a person who changed zones is asked about the new one alone.

    Raises ValueError for a rule that names neither days of the week nor a date, or no time."""
    after = after.astimezone(UTC)
    if not rule.days:
        ring = _on(zone, date.fromisoformat(rule.day), rule.at)
        return ring if ring > after else None
    if not set(rule.days) <= set(range(7)):
        raise ValueError(f"days of the week are 0 to 6, not {rule.days}")
    today = after.astimezone(zone).date()
    days = (today + n * DAY for n in range(LOOK_AHEAD_DAYS + 1))
    rings = (_reads(zone, day, rule.at) for day in days if day.weekday() in rule.days and _exists(zone, day))
    return next(ring for ring in rings if ring > after)


def is_quiet(quiet: Quiet, zone: tzinfo, at: datetime) -> bool:
    """Whether a moment is in quiet hours."""
    return _span(quiet, zone, at.astimezone(UTC)) is not None


def quiet_end(quiet: Quiet, zone: tzinfo, at: datetime) -> datetime:
    """The next moment that is not quiet: `at` itself, if it is not."""
    at = at.astimezone(UTC)
    # Where the clock jumps over all of the day that is not quiet, one night ends in the next.
    while span := _span(quiet, zone, at):
        at = span[1]
    return at


def snoozed(kind: Snooze, rule_at: str, zone: tzinfo, now: datetime, quiet: Quiet) -> datetime:
    """When a check-in rings that was put off at `now`; never in the past.

    "10m" and "1h" are meant as said, in quiet hours too. "evening" is 19:00, or two hours later for whoever asks after
    18:30; when that would be quiet, it is 15 minutes before quiet begins, if those are at least ten minutes away, else
    when quiet ends. "tomorrow" is the next day at the time of the rule (which was chosen, so quiet hours do not move
    it)."""
    now = now.astimezone(UTC)
    soon = now + SNOOZES["10m"]
    if kind == "evening":
        return _evening(zone, now, soon, quiet)
    if kind == "tomorrow":
        return max(_on(zone, now.astimezone(zone).date() + DAY, rule_at), soon)
    return now + SNOOZES[kind]


def verdict(at: datetime, now: datetime, quiet: Quiet, zone: tzinfo) -> Verdict:
    """What to do at `now` with a check-in that was due at `at`: ring it ("now"), ring it and say that it is late
    ("late"), ask again when quiet hours end ("wait"), or leave it and plan the next ("missed").

    On time it rings in quiet hours too, because the person chose that very time."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    if now - at <= ON_TIME:
        return "now"
    rings = quiet_end(quiet, zone, now)
    if rings - at > TOO_LATE:
        return "missed"
    return "late" if rings == now else "wait"


def _evening(zone: tzinfo, now: datetime, soon: datetime, quiet: Quiet) -> datetime:
    here = now.astimezone(zone)
    wanted = now + EVENING_LATER
    if here.time() <= _time(EVENING_UNTIL):
        wanted = max(_on(zone, here.date(), EVENING), soon)
    span = _span(quiet, zone, wanted)
    if not span:
        return wanted
    before = span[0] - BEFORE_QUIET
    return before if before >= soon and not is_quiet(quiet, zone, before) else quiet_end(quiet, zone, wanted)


def _span(quiet: Quiet, zone: tzinfo, at: datetime) -> tuple[datetime, datetime] | None:
    """Start and end of the quiet hours that a moment in UTC is in, if it is in any."""
    return next(((start, end) for start, end in _spans(quiet, zone, at) if start <= at < end), None)


def _spans(quiet: Quiet, zone: tzinfo, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The quiet hours around a moment; some last no time at all, where the clock jumps over them."""
    if quiet.start == quiet.end:
        return
    over = DAY if _time(quiet.end) < _time(quiet.start) else timedelta()
    today = at.astimezone(zone).date()
    # Where the clock goes back over midnight, tomorrow has begun before.
    for day in (today - DAY, today, today + DAY):
        yield _reads(zone, day, quiet.start), _reads(zone, day + over, quiet.end, last=True)


def _on(zone: tzinfo, day: date, at: str) -> datetime:
    """When the clock reads `at` on a day, or on the next one that there is."""
    while not _exists(zone, day):
        day += DAY
    return _reads(zone, day, at)


def _exists(zone: tzinfo, day: date) -> bool:
    return _reads(zone, day, "00:00").astimezone(zone).date() == day


def _reads(zone: tzinfo, day: date, at: str, last: bool = False) -> datetime:
    """The first moment, in UTC, at which the clock of a zone reads this time or a later one; `last`: the last such
    moment, where it reads it twice."""
    wall = datetime.combine(day, _time(at))
    # In a jump `fold` turns round (PEP 495): 0 counts with the hours from UTC of before it, and comes out after it.
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if second >= first:
        return second if last else first
    before, after = second, first
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        passed = middle.astimezone(zone).replace(tzinfo=None) >= wall
        before, after = (before, middle) if passed else (middle, after)
    return after


def _time(at: str) -> time:
    """Raises ValueError for what is not "HH:MM"."""
    if not CLOCK.fullmatch(at):
        raise ValueError(f"a time of day is HH:MM, not {at!r}")
    return time.fromisoformat(at)
