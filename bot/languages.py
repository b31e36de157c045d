"""What differs between languages without an author's doing: days, lists, the names of countries. With `catalogue`, the
only importer of babel. A language is its two letters ("en", "es")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list

FIRST = "en"
"""The language that flows are written in."""
LOCALES = {"en": "en_GB"}
"""Whose habits a language follows, where that is not the language's own."""


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language))


def base(tag: str) -> str:
    """The language of a tag such as "es-419"."""
    return re.split("[-_]", tag.strip().lower())[0]


def day(value: date, language: str) -> str:
    """A day without its year: "3 May"."""
    return str(format_skeleton("MMMMd", value, locale=_locale(language)))


def full_day(value: date, language: str) -> str:
    """A day with its year: "3 May 2026"."""
    return str(format_date(value, "long", locale=_locale(language)))


def short_day(value: date, language: str) -> str:
    """A day as short as it goes: "3 May", "3 may"."""
    return str(format_skeleton("MMMd", value, locale=_locale(language)))


def short_month(value: date, language: str) -> str:
    """A month as short as it goes, without its year: "Sept", "sept"."""
    return str(format_date(value, "LLL", locale=_locale(language)))


def month(value: date, language: str) -> str:
    """A month with its year: "May 2026", "mayo de 2026"."""
    return str(format_skeleton("yMMMM", value, locale=_locale(language)))


def span(first: date, last: date, language: str) -> str:
    """From one day to another: "3 February – 3 May 2026"."""
    return str(format_interval(first, last, "yMMMMd", locale=_locale(language)))


def day_and_time(value: datetime, language: str) -> str:
    """A day with its year, and the time: "3 May 2026, 20:05"."""
    return f"{full_day(value.date(), language)}, {value:%H:%M}"


def listing(labels: Sequence[str], language: str) -> str:
    """Labels in one line: "a, b and c"."""
    if language == "es" and len(labels) > 1 and re.match(r"h?i(?![aeou])", labels[-1].lower()):
        # "dolor e ira": the conjunction changes before its own sound, which babel leaves to its callers.
        return f"{', '.join(labels[:-1])} e {labels[-1]}"
    return format_list(list(labels), locale=_locale(language)) if labels else ""


@lru_cache(maxsize=8)
def countries(language: str) -> Mapping[str, str]:
    """The names of countries by their code of two letters."""
    names = _locale(language).territories
    return {code: name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES}


NO_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
"""Codes of two letters that are no countries."""


@lru_cache(maxsize=8)
def days_of_week(language: str) -> dict[str, str]:
    """The short names of the days by their English ones: "mon" -> "lun"."""
    names = _locale(language).days["format"]["abbreviated"]
    return {day: str(names[at]) for at, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


def weekdays(days: Sequence[int], language: str) -> str:
    """Days of the week in one line, 0 = Monday: "Monday and Thursday"."""
    names = _locale(language).days["stand-alone"]["wide"]
    line = listing([str(names[day]) for day in days], language)
    return line[:1].upper() + line[1:]


def language_name(code: str, language: str) -> str:
    """What a language is called in another one: ("es", "en") -> "Spanish"."""
    return str(_locale(language).languages.get(code, code))


def own_name(language: str) -> str:
    """What a language calls itself: "English", "Español"."""
    name = str(_locale(language).get_language_name(language) or language)
    return name[:1].upper() + name[1:]
