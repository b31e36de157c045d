"""Where days stand along the axis of a chart, which are named, and how marks keep clear of one another. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from .languages import short_day, short_month
from .progress import Mark, Way

WEEK = 7
DAYS, WEEKS, MONTHS = 10, 190, (1, 2, 3, 6, 12)
"""Up to so many days every second one is named; up to so many, Mondays; beyond that, every so manyth month."""
NAMES = 8
"""The most days that are named, over less than eight years."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What stands under one day of the axis, in a line or two."""

    day: date
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from `first` to `last` along the pixels from `left` to `right`."""

    first: date
    last: date
    left: float
    right: float

    @property
    def step(self) -> float:
        """Pixels from one day to the next."""
        return (self.right - self.left) / (self.last - self.first).days

    def x(self, day: date) -> float:
        """Where a day stands."""
        return self.left + (day - self.first).days * self.step

    def mondays(self) -> list[date]:
        """The beginnings of weeks."""
        return _every(self.first + timedelta(days=-self.first.weekday() % WEEK), self.last, WEEK)

    def months(self) -> list[date]:
        """The first days of months."""
        start = self.first.year * 12 + self.first.month - (self.first.day == 1)
        numbers = range(start, self.last.year * 12 + self.last.month)
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def axis(way: Way, left: float = 0, right: float = 1) -> Axis:
    """The axis of a way: a week or more. A shorter way has room before it, none for what is still to come."""
    return Axis(min(way.first, way.last - timedelta(days=WEEK - 1)), way.last, left, right)


def ticks(way: Way, language: str) -> tuple[Tick, ...]:
    """The days to name along the axis: days, Mondays, or the first of months, as long as it is."""
    along = axis(way)
    length = (along.last - along.first).days + 1
    if length > WEEKS:
        months = along.months()
        apart = next((one for one in MONTHS if len(months) <= one * NAMES), MONTHS[-1])
        chosen = [one for one in months if (one.month - 1) % apart == 0]
        return tuple(Tick(day, _month(day, at == 0, language)) for at, day in enumerate(chosen))
    days = _every(along.first, along.last, 2) if length <= DAYS else along.mondays()[:: ceil(length / WEEK / NAMES)]
    return tuple(Tick(day, short_day(day, language)) for day in days)


def _month(day: date, first: bool, language: str) -> str:
    """A month, and its year where a reader needs it."""
    name = short_month(day, language)
    return f"{name}\n{day.year}" if first or day.month == 1 else name


def _every(first: date, last: date, step: int) -> list[date]:
    return [first + timedelta(days=at) for at in range(0, (last - first).days + 1, step)]


def lanes(marks: Sequence[Mark], along: Axis, apart: float) -> list[list[tuple[float, int]]]:
    """The marks in rows, the lowest first, each as x and number, in none of which two are nearer than `apart`.

    Marks of one practice that would cover each other become one, so that there are no more rows than practices.
    """
    rows: list[list[tuple[float, int]]] = []
    newest: dict[int, float] = {}
    for mark in marks:
        x = along.x(mark.day)
        if x - newest.get(mark.number, -apart) < apart:
            continue
        newest[mark.number] = x
        row = next((one for one in rows if x - one[-1][0] >= apart), None)
        if row is None:
            rows.append(row := [])
        row.append((x, mark.number))
    return rows
