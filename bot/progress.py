"""What can truly be said of the time so far: moods by day, a gentle line through them, practices, and one sentence.

Pure, and free of words: a sentence is a key and its numbers, for which the house has the words. Each key is chosen only
when what it says holds (the docstring of its rule is that claim). Nothing here foretells or marks anybody.

Mood goes from 0 (very dark) to 10 (very good). The measure of a practice is that practice's own, so that "lower" is
neither good nor bad here. A day is a day in the person's own zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, quantiles, variance

RECENT = 21
"""Days of "the last three weeks", today among them."""
BEFORE = 63
"""Days of "the weeks before": what lies further back is another time of life."""
FEW = 4
"""Days with a mood that a stretch needs before it is compared with another."""
ENOUGH_DAYS, ENOUGH_SPAN = 6, 14
"""Days with a mood, and days from the first to the last of them, from which there is a line."""
STEP = 1.0
"""Points between two means from which they differ."""
LOW, LONG, LONG_SPAN = 3, 14, 7
"""A dark day is at `LOW` or less; "for long" is most days of the last `LONG`, `LONG_SPAN` or more days apart."""
SWINGING, JUMP, JUMPS, WIDE = 42, 3.0, 3, 4
"""Days that are looked at for swings, the points from one day to the next that are a jump, how many jumps it takes, and
how wide the usual range is then."""
REACH = 10
"""Days to either side that the line looks at (its weights fall off quickly: it is like a window of ten days)."""
GAP = 14
"""Days without a mood after which the line stops and begins anew."""
POINTS = 400
"""The line has about as many points at most."""


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood that was told, from 0 (very dark) to 10 (very good); `at` is aware, in the person's zone."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Done:
    """A practice that was finished, and its measure before and after, if it was answered; `ends` are what the two ends
    of that measure mean; `at` as above."""

    at: datetime
    title: str
    before: int | None = None
    after: int | None = None
    ends: str = ""

    @property
    def moved(self) -> bool:
        """Whether its measure was another one after than before."""
        return self.before is not None and self.after is not None and self.before != self.after


@dataclass(frozen=True, slots=True)
class Day:
    """The mean mood of one day, how often it was told, and the lowest and highest that was."""

    day: date
    mood: float
    times: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Point:
    """Where the gentle line stands on one day."""

    day: date
    mood: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A practice was finished on this day. `number` is its place in `Way.practices`, from 1."""

    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice over all the time: how often it was finished, and the last time."""

    title: str
    times: int
    last: Done


@dataclass(frozen=True, slots=True)
class Sentence:
    """The key of a sentence of the house, and the numbers that stand in it."""

    key: str
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """All that the picture and the words need.

    `days` and `marks` go from old to new. `trend` is the line in pieces, broken where there was a long silence; it is
    empty unless `enough`. `usual` are the moods that most days lay between (10th to 90th percentile, rounded), None
    with too few days. `weeks` counts the weeks from `first` to `last`, begun ones too; without any data both are today.
    """

    first: date
    last: date
    days: tuple[Day, ...]
    trend: tuple[tuple[Point, ...], ...]
    enough: bool
    marks: tuple[Mark, ...]
    practices: tuple[Practice, ...]
    checkins: int
    weeks: int
    usual: tuple[int, int] | None
    sentence: Sentence


def way(moods: Iterable[Mood], dones: Iterable[Done], now: datetime) -> Way:
    """What there is to see at `now` (aware, in the person's zone), in any order given. What comes later is left out."""
    told = sorted((one for one in moods if one.at <= now), key=lambda one: one.at)
    finished = sorted((one for one in dones if one.at <= now), key=lambda one: one.at)
    days = _days(told)
    practices = _practices(finished)
    places = {one.title: number for number, one in enumerate(practices, 1)}
    dates = [one.day for one in days] + [one.at.date() for one in finished] or [now.date()]
    first, last = min(dates), max(dates)
    enough = len(days) >= ENOUGH_DAYS and _span(days) >= ENOUGH_SPAN
    return Way(
        first=first,
        last=last,
        days=days,
        trend=_trend(days) if enough else (),
        enough=enough,
        marks=tuple(Mark(one.at.date(), places[one.title]) for one in finished),
        practices=practices,
        checkins=len(told),
        weeks=(last - first).days // 7 + 1,
        usual=_usual(days) if len(days) >= ENOUGH_DAYS else None,
        sentence=_sentence(_Seen(days, practices, enough, now.date())),
    )


# --- days, practices, the line ----------------------------------------------------------------------------------


def _days(moods: Sequence[Mood]) -> tuple[Day, ...]:
    by_day: dict[date, list[int]] = {}
    for one in moods:
        by_day.setdefault(one.at.date(), []).append(one.value)
    return tuple(
        Day(day, fmean(values), len(values), min(values), max(values)) for day, values in sorted(by_day.items())
    )


def _practices(dones: Sequence[Done]) -> tuple[Practice, ...]:
    """Each practice once, in the order in which they were first finished."""
    by_title: dict[str, list[Done]] = {}
    for one in dones:
        by_title.setdefault(one.title, []).append(one)
    return tuple(Practice(title, len(runs), runs[-1]) for title, runs in by_title.items())


def _span(days: Sequence[Day]) -> int:
    """Days from the first to the last, both counted."""
    return (days[-1].day - days[0].day).days + 1 if days else 0


def _several(days: Sequence[Day]) -> bool:
    """Whether a mood was told more than once on some day, so that the day is not shown as it was told."""
    return any(one.times > 1 for one in days)


def _usual(days: Sequence[Day]) -> tuple[int, int]:
    tenths = quantiles([one.mood for one in days], n=10, method="inclusive")
    return _round(tenths[0]), _round(tenths[-1])


def _round(value: float) -> int:
    """To the nearest whole number, halves upwards: two means that are a point apart stay apart."""
    return int(value + 0.5)


def _stretches(days: Sequence[Day]) -> Iterator[Sequence[Day]]:
    """The days, parted at long silences."""
    start = 0
    for at, (one, other) in enumerate(pairwise(days), 1):
        if (other.day - one.day).days > GAP:
            yield days[start:at]
            start = at
    yield days[start:]


def _trend(days: Sequence[Day]) -> tuple[tuple[Point, ...], ...]:
    """A local weighted mean from the first to the last day of each stretch: it never leaves what was told, and goes on
    nowhere. Over years it looks further around, or it would shiver."""
    span = _span(days)
    reach, step = max(REACH, span / 12), max(1, span // POINTS)
    return tuple(_line(stretch, reach, step) for stretch in _stretches(days) if len(stretch) >= FEW)


def _line(days: Sequence[Day], reach: float, step: int) -> tuple[Point, ...]:
    whole = _span(days)
    offsets = [*range(0, whole - 1, step), whole - 1]
    dates = [days[0].day + timedelta(days=offset) for offset in offsets]
    known = [(one.day.toordinal(), one.mood) for one in days]
    return tuple(Point(day, _around(day.toordinal(), known, reach)) for day in dates)


def _around(day: int, known: Sequence[tuple[int, float]], reach: float) -> float:
    """The mean of the moods around a day; the nearer, the more they count (tricube weights)."""
    # There is always somebody near: a silence inside a stretch is shorter than twice the reach.
    near = [((1 - (abs(other - day) / reach) ** 3) ** 3, mood) for other, mood in known if abs(other - day) < reach]
    return sum(weight * mood for weight, mood in near) / sum(weight for weight, _ in near)


# --- the one sentence ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the rules look at."""

    days: tuple[Day, ...]
    practices: tuple[Practice, ...]
    enough: bool
    today: date

    def back(self, start: int, length: int) -> tuple[Day, ...]:
        """The days with a mood among `length` days, the last of which is `start` days ago."""
        last = self.today - timedelta(days=start)
        return tuple(one for one in self.days if last - timedelta(days=length) < one.day <= last)


def _sentence(seen: _Seen) -> Sentence:
    """The first rule that holds speaks. Darkness comes before all that could sound like an account of it."""
    return next(said for rule in RULES if (said := rule(seen)))


def _nothing(seen: _Seen) -> Sentence | None:
    """There is neither a mood nor a practice."""
    return None if seen.days or seen.practices else Sentence("progress_none")


def _only_practices(seen: _Seen) -> Sentence | None:
    """There is no mood, and this many practices were finished, this often."""
    if seen.days:
        return None
    times = sum(one.times for one in seen.practices)
    return Sentence("progress_practices", {"practices": len(seen.practices), "times": times})


def _dark(seen: _Seen) -> Sentence | None:
    """Of the days with a mood in the last two weeks, a week or more apart, three quarters were at 3 or less."""
    days = seen.back(0, LONG)
    low = sum(one.mood <= LOW for one in days)
    if len(days) < FEW or _span(days) <= LONG_SPAN or low * 4 < len(days) * 3:
        return None
    return Sentence("progress_dark", {"low": low, "days": len(days), "level": LOW})


def _little(seen: _Seen) -> Sentence | None:
    """There are fewer than six days with a mood, or they lie within less than two weeks."""
    if seen.enough:
        return None
    return Sentence("progress_little", {"days": len(seen.days), "several": _several(seen.days)})


def _moved(seen: _Seen) -> Sentence | None:
    """The mean of the last three weeks is a point or more above (or below) that of the nine weeks before, with four
    days or more in both, and by more than the days' own scatter would make of nothing (two standard errors)."""
    recent, before = _compared(seen)
    if not recent:
        return None
    gap = fmean(recent) - fmean(before)
    error = sqrt(variance(recent) / len(recent) + variance(before) / len(before))
    if abs(gap) < max(STEP, 2 * error):
        return None
    numbers = {"recent": _round(fmean(recent)), "before": _round(fmean(before)), "days": len(recent)}
    return Sentence("progress_up" if gap > 0 else "progress_down", numbers)


def _swings(seen: _Seen) -> Sentence | None:
    """In the last six weeks the mood jumped by three points or more from one told day to the next, three times or more,
    upwards and downwards; most days lay between `low` and `high`, four points or more apart."""
    days = seen.back(0, SWINGING)
    steps = [other.mood - one.mood for one, other in pairwise(days)]
    ups, downs = sum(one >= JUMP for one in steps), sum(one <= -JUMP for one in steps)
    if len(days) < ENOUGH_DAYS or not ups or not downs or ups + downs < JUMPS:
        return None
    low, high = _usual(days)
    return Sentence("progress_swings", {"low": low, "high": high}) if high - low >= WIDE else None


def _even(seen: _Seen) -> Sentence | None:
    """The means of the last three weeks and of the nine weeks before differ by less than a point."""
    recent, before = _compared(seen)
    if not recent or abs(fmean(recent) - fmean(before)) >= STEP:
        return None
    return Sentence("progress_even", {"around": _round(fmean([*recent, *before]))})


def _days_alone(seen: _Seen) -> Sentence | None:
    """There are this many days with a mood, over about this many weeks."""
    weeks = _round(_span(seen.days) / 7)
    return Sentence("progress_days", {"days": len(seen.days), "weeks": weeks, "several": _several(seen.days)})


def _compared(seen: _Seen) -> tuple[list[float], list[float]]:
    """The moods of the last three weeks and of the weeks before, or nothing where either has too few days."""
    recent = [one.mood for one in seen.back(0, RECENT)]
    before = [one.mood for one in seen.back(RECENT, BEFORE)]
    return (recent, before) if min(len(recent), len(before)) >= FEW else ([], [])


RULES: tuple[Callable[[_Seen], Sentence | None], ...] = (
    _nothing,
    _only_practices,
    _dark,
    _little,
    _moved,
    _swings,
    _even,
    _days_alone,
)
"""In this order; the last one always holds."""


def alt(way: Way) -> tuple[Sentence, ...]:
    """The picture for who can't see it: sentences of the house with their numbers, in the order in which to say them.

    The moods are "alt_line" (where the line begins and ends) or "alt_moods" (too few for a line), both with the lowest
    and the highest that was told; the practices are "alt_practices".
    """
    said = []
    if way.days:
        low, high = min(one.low for one in way.days), max(one.high for one in way.days)
        numbers = {"days": len(way.days), "low": low, "high": high, "several": _several(way.days)}
        ends = {"start": _round(way.trend[0][0].mood), "end": _round(way.trend[-1][-1].mood)} if way.trend else {}
        said.append(Sentence("alt_line" if ends else "alt_moods", numbers | ends))
    if way.marks:
        said.append(Sentence("alt_practices", {"times": len(way.marks), "practices": len(way.practices)}))
    return tuple(said)
