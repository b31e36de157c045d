"""Typed words -> a country, or a time zone. Pure.

Zones come from the tz database (the package `tzdata`), cities from `cities`. A wrong place is worse than a question: it
gives somebody in danger the numbers of another country, and rings at night. So whatever is not plain is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from . import cities, wishes
from .cities import City, bare
from .languages import FIRST, countries

ALIASES = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "us": "US", "usa": "US", "america": "US"}
"""Names that people type and no table has; `eeuu` and its like come out of `bare`."""
ALIASES |= {"holland": "NL", "inglaterra": "GB", "escocia": "GB", "eeuu": "US", "ee uu": "US", "holanda": "NL"}
ALIASES |= {"uae": "AE"}
SURE, MAYBE = 90, 80
"""rapidfuzz ratios (0-100): from SURE on it is that country; from MAYBE on we ask."""
LEADS = 15
"""A city is meant that has so many times the people of every other of its name, and PLAIN people itself."""
PLAIN = 300_000
RIVAL = 1_000_000
"""People: a place of another country that has so many, and the name of a country ("Georgia"), is asked about."""
MOST = 6
"""Places that are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text may mean, likeliest first: codes of countries or names of zones, and what they are called. `sure`: it
    means the first; else it is asked which."""

    named: tuple[tuple[str, str], ...] = ()
    sure: bool = False


def country(text: str, language: str) -> Guess:
    """The countries that a text may name, by a city of theirs too."""
    codes, sure = _countries(text, language)
    return Guess(tuple((code, country_name(code, language)) for code in codes[:MOST]), sure)


def country_name(code: str, language: str) -> str:
    """What a country is called."""
    return countries(language).get(code, code)


def zone(text: str, home: str | None, now: datetime, language: str) -> Guess:
    """The zones that a text may mean: a zone's name, the time of day there, a city, or a country. `home` is the
    person's country, which decides between cities of one name, and between zones that read the same clock. `now` is in
    UTC."""
    said = text.strip()
    if said in _zones():
        return Guess(((said, zone_name(said)),), True)
    if times := wishes.clocks(said, now):
        return _by_clock(times, home, now)
    codes, sure = _countries(said, language)
    rows: dict[str, str] = {}
    for code in codes:
        lives = [city for city in _cities(said) if city.country == code and code != _country(said, language)]
        for name, label in [(one.zone, one.name) for one in lives] or [(one, zone_name(one)) for one in _of(code)]:
            rows.setdefault(name, f"{label}, {country_name(code, language)}")
    if home and _cities(said) and (here := next((name for name in rows if country_of(name) == home), None)):
        return Guess(((here, rows[here]),), True)
    several = bool(_country(said, language)) or not _leads(_cities(said))
    return Guess(tuple(rows.items())[:MOST], sure and (len(rows) == 1 or not several))


def _countries(text: str, language: str) -> tuple[list[str], bool]:
    """The codes of the countries that a text may name, and whether the first is plain."""
    said, code = bare(text), text.strip()
    names = _names(language)
    places = _cities(text)
    of_places = [city.country for city in places]
    if found := _country(text, language):
        rivals = [city.country for city in places if city.country != found and city.people >= RIVAL]
        return list(dict.fromkeys([found, *rivals])), not rivals
    # Two capitals are a code, or a city, or a state ("LA", "CA"), so they are always asked about.
    if len(code) == 2 and code.isupper() and code in countries(FIRST):
        return list(dict.fromkeys([*of_places, code])), False
    if places:
        return list(dict.fromkeys(of_places)), _leads(places)
    return _alike(said, names)


def _country(text: str, language: str) -> str | None:
    """The code of the country of this name."""
    return ALIASES.get(bare(text)) or _names(language).get(bare(text))


def _names(language: str) -> dict[str, str]:
    return {**_named(FIRST), **_named(language)}


def _cities(text: str) -> tuple[City, ...]:
    return cities.named(bare(text))


def _leads(places: tuple[City, ...]) -> bool:
    """Whether the largest of these is meant: the others are small beside it, or in the same zone."""
    others = (city.people for city in places if city.zone != places[0].zone)
    return bool(places) and places[0].people >= max(PLAIN, LEADS * max(others, default=0))


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


def _alike(said: str, names: Mapping[str, str]) -> tuple[list[str], bool]:
    """The countries whose name, or one of whose largest cities, is most like what was said, and whether it is plain."""
    if len(said) < 4:
        return [], False
    found = process.extract(said, names.keys(), scorer=fuzz.ratio, score_cutoff=MAYBE, limit=3)
    codes = list(dict.fromkeys(names[name] for name, _, _ in found))
    if found and found[0][1] >= SURE and (len(codes) == 1 or found[1][1] < SURE):
        return codes[:1], True
    near = process.extract(said, cities.huge(), scorer=fuzz.ratio, score_cutoff=SURE, limit=3)
    return list(dict.fromkeys([*codes, *(cities.named(name)[0].country for name, _, _ in near)])), False


@cache
def _named(language: str) -> dict[str, str]:
    return {bare(name): code for code, name in countries(language).items()}


@cache
def _table() -> tuple[tuple[str, str], ...]:
    """The tz database's table: (country, zone)."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((row[0], row[2]) for row in rows)


@cache
def _zones() -> frozenset[str]:
    return frozenset({*(name for _, name in _table()), *(f"Etc/GMT{hours:+d}" for hours in range(-14, 13))})


def _of(code: str) -> list[str]:
    """The zones of a country, one of those that read the same clock all year."""
    found: dict[tuple[timedelta | None, ...], str] = {}
    for owner, name in _table():
        if owner == code:
            year = (datetime(2026, month, 15, 12, tzinfo=ZoneInfo(name)).utcoffset() for month in range(1, 13))
            found.setdefault(tuple(year), name)
    return list(found.values())


def _by_clock(times: Iterable[str], home: str | None, now: datetime) -> Guess:
    """Zones where it is one of these times now, to a quarter of an hour: at home if there is one, else any."""
    mine = _of(home) if home else []
    found = {name: time for time in times for name in _reading(time, mine, now)}
    if at_home := next((name for name in found if name in mine), None):
        return Guess(((at_home, zone_name(at_home)),), True)
    # Hours from UTC have names that tell people nothing ("GMT+3"); the clock that they mean does.
    named = [(name, time if name.startswith("Etc/") else zone_name(name)) for name, time in found.items()]
    return Guess(tuple(named[:MOST]), len(named) == 1)


def _reading(time: str, mine: Iterable[str], now: datetime) -> list[str]:
    """The zone of `mine` where it is that time, else those by hours from UTC, or those that differ by parts of one."""
    minutes = int(time[:2]) * 60 + int(time[3:]) - now.hour * 60 - now.minute
    offset = timedelta(minutes=round(((minutes + 12 * 60) % (24 * 60) - 12 * 60) / 15) * 15)
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
