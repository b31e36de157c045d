"""Typed words -> a country, or a time zone. Pure.

Zones come from the tz database (the package `tzdata`): its table of countries and cities. Whose city is not in it can
name the country, a bigger city, or the time that it is for them now.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from .languages import FIRST, countries

ALIASES = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "america": "US", "holland": "NL"}
"""Names that people type and no table has; `eeuu` and its like come out of `_bare`."""
ALIASES |= {"inglaterra": "GB", "escocia": "GB", "eeuu": "US", "ee uu": "US", "holanda": "NL", "uae": "AE"}
SURE, MAYBE = 90, 72
"""rapidfuzz ratios (0-100): from SURE on it is that name; from MAYBE on we ask."""
MOST = 6
"""Zones that are offered to choose from."""


def country(text: str, language: str) -> list[str]:
    """The codes of the countries that a text may name: one when it is plain, none when it names none."""
    said = _bare(text)
    if said in ALIASES:
        return [ALIASES[said]]
    if text.strip().isupper() and text.strip() in countries(FIRST):
        return [text.strip()]
    names = {**_named(FIRST), **_named(language)}
    if said in names:
        return [names[said]]
    return _alike(said, names)


def country_name(code: str, language: str) -> str:
    """What a country is called."""
    return countries(language).get(code, code)


def zone(text: str, home: str | None, now: datetime, language: str) -> list[str]:
    """The zones that a text may mean: a zone's name, a city, a country, or the time of day there. `home` is the
    person's country, which decides between zones that read the same clock."""
    said = text.strip()
    if said in _zones():
        return [said]
    if clock := re.search(r"\b(\d{1,2})[:.h](\d{2})(?:\s?([ap])\.?m\b)?", said.lower()):
        hour = int(clock[1]) % 12 + (12 if clock[3] == "p" else 0) if clock[3] else int(clock[1])
        return _by_clock(hour, int(clock[2]), home, now)
    cities = _cities()
    if _bare(said) in cities:
        return [cities[_bare(said)]]
    for code in country(said, language)[:1]:
        return _of(code)[:MOST]
    return _alike(_bare(said), cities)


@cache
def only_zone(country: object) -> str | None:
    """The zone of a country where all clocks read the same."""
    zones = _of(country) if isinstance(country, str) else []
    return zones[0] if len(zones) == 1 else None


def country_of(zone: object) -> str | None:
    """The country of a zone, where the tz database's table names one."""
    return next((code for code, name in _table() if name == zone), None) if zone else None


def zone_name(name: str) -> str:
    """A zone as people read it: its city."""
    return name.rpartition("/")[2].replace("_", " ")


def zoned(name: object) -> tzinfo | None:
    """The zone of this name, or None when there is none."""
    return ZoneInfo(name) if isinstance(name, str) and name in _zones() else None


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c) and c != ".")
    return " ".join(letters.split())


def _alike(said: str, names: Mapping[str, str]) -> list[str]:
    """The values of the names most like what was said."""
    if len(said) < 4:
        return []
    found = process.extract(said, names.keys(), scorer=fuzz.ratio, score_cutoff=MAYBE, limit=3)
    if found and found[0][1] >= SURE and (len(found) == 1 or found[1][1] < SURE):
        return [names[found[0][0]]]
    return list(dict.fromkeys(names[name] for name, _, _ in found))


@cache
def _named(language: str) -> dict[str, str]:
    return {_bare(name): code for code, name in countries(language).items()}


@cache
def _table() -> tuple[tuple[str, str], ...]:
    """The tz database's table: (country, zone)."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((row[0], row[2]) for row in rows)


@cache
def _zones() -> frozenset[str]:
    return frozenset({*(name for _, name in _table()), *(f"Etc/GMT{hours:+d}" for hours in range(-14, 13))})


@cache
def _cities() -> dict[str, str]:
    return {_bare(zone_name(name)): name for _, name in _table()}


def _of(code: str) -> list[str]:
    """The zones of a country, one of those that read the same clock all year."""
    found: dict[tuple[timedelta | None, ...], str] = {}
    for owner, name in _table():
        if owner == code:
            year = (datetime(2026, month, 15, 12, tzinfo=ZoneInfo(name)).utcoffset() for month in range(1, 13))
            found.setdefault(tuple(year), name)
    return list(found.values())


def _by_clock(hour: int, minute: int, home: str | None, now: datetime) -> list[str]:
    """Zones where it is that time now, to a quarter of an hour: at home if there is one, else by hours from UTC."""
    if hour > 23 or minute > 59:
        return []
    ahead = (hour * 60 + minute - now.hour * 60 - now.minute + 12 * 60) % (24 * 60) - 12 * 60
    offset = timedelta(minutes=round(ahead / 15) * 15)
    mine = _of(home) if home else []
    for name in mine:
        there = now.astimezone(ZoneInfo(name)).utcoffset()
        if there is not None and there % timedelta(days=1) == offset % timedelta(days=1):
            return [name]
    # Few clocks differ by parts of an hour, and each has a name; else the clock was read by and by.
    odd = offset % timedelta(hours=1) != timedelta()
    if odd and (found := [name for _, name in _table() if now.astimezone(ZoneInfo(name)).utcoffset() == offset]):
        return found[:MOST]
    hours = -round(offset / timedelta(hours=1))
    return [f"Etc/GMT{hours:+d}"] if -14 <= hours <= 12 else []
