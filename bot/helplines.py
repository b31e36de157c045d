"""Whom to call, by country: the values that `flows/helplines.yaml` is read into. Pure.

Nothing here was checked by calling. Every row carries the date of its newest source, and a row past its age is a
finding of `check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from .flow import Place

FILE = "helplines.yaml"
KINDS = ("suicide", "support", "violence", "youth")
WHOM = ("women", "men", "lgbt")
NOTES = ("no_trace",)
ALWAYS = "24/7"
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """One help line. `hours` is "24/7", or "mon-fri 10:00-17:00; sat 10:00-14:00" (local time), or nothing: unknown.
    `sms` is the number to text, and the words to text, if there are any; `option` what to press after dialling."""

    kind: str
    name: str
    checked: date
    source: str
    place: Place
    phone: str = ""
    also: tuple[str, ...] = ()
    sms: tuple[str, str] = ("", "")
    chat: str = ""
    email: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    whom: str = ""
    region: str = ""
    note: str = ""
    option: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Emergency:
    """A country's emergency number: one for all (`phone`), or apart."""

    checked: date
    source: str
    place: Place
    phone: str = ""
    police: str = ""
    ambulance: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """Whom to call in a country, by its ISO 3166 code; None: no emergency number is known well enough."""

    code: str
    lines: tuple[Line, ...] = ()
    emergency: Emergency | None = None

    def rows(self) -> Iterator[tuple[str, str, Emergency | Line]]:
        """Kind and name of every row, and the row."""
        if self.emergency:
            yield "emergency", " ".join(filter(None, (self.emergency.phone, self.emergency.police))), self.emergency
        yield from ((line.kind, line.name, line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class HelpLines:
    """All countries, and how old a row may be."""

    countries: Mapping[str, Country] = field(default_factory=dict)
    age: timedelta = YEAR

    def older(self, than: timedelta, today: date) -> Iterator[tuple[Country, str, str, Emergency | Line]]:
        """The rows whose date is longer ago, the oldest first: country, kind, name, row."""
        rows = [(country, *row) for country in self.countries.values() for row in country.rows()]
        yield from sorted((row for row in rows if today - row[3].checked > than), key=lambda row: row[3].checked)


def months(text: str) -> timedelta | None:
    """The time that `180d`, `12m` (months of 30.4 days) or `2y` mean."""
    found = re.fullmatch(r"(\d{1,4})([dmy])", text.strip())
    return int(found[1]) * {"d": 1, "m": 30.4, "y": 365.25}[found[2]] * timedelta(days=1) if found else None
