"""What `{{ help.suicide }}` and its like say: the help lines of a person's country, in the words of the house. Pure."""

from __future__ import annotations

import re
from typing import Any

from .book import Book
from .helplines import ALWAYS, Country, Emergency, Line
from .languages import days_of_week, language_name, listing
from .templates import Lookup, link, markup, render
from .whereabouts import country_name

ORDER = {"suicide": ("suicide", "support"), "violence": ("violence",), "youth": ("youth", "suicide", "support")}
"""Which kinds of lines are shown for what."""
MOST = 3
"""Lines that are shown at once, where they are not parted by region."""
NAMES = ("suicide", "violence", "youth", "emergency", "country")


class Numbers(Lookup):
    """`help.NAME`: see NAMES. `country` is None where none is known."""

    __slots__ = ("_book", "_code")

    def __init__(self, book: Book, code: str | None) -> None:
        super().__init__({})
        self._book, self._code = book, code

    def __getitem__(self, name: str) -> Any:
        found = self._book.lines.countries.get(self._code or "")
        if name == "country":
            return country_name(self._code, self._book.language) if self._code else None
        if name == "emergency":
            return markup(self._emergency(found.emergency if found else None))
        return markup(self._lines(found, ORDER[name])) if name in ORDER else None

    def _word(self, name: str, /, **known: object) -> str:
        return render(self._book.label(name), known)

    def _emergency(self, number: Emergency | None) -> str:
        if number is None:
            return self._word("emergency_unknown")
        where = country_name(self._code or "", self._book.language)
        known = {"police": number.police, "ambulance": number.ambulance, "phone": number.phone, "country": where}
        return self._word("emergency", **known)

    def _lines(self, country: Country | None, kinds: tuple[str, ...]) -> str:
        lines = [line for kind in kinds for line in (country.lines if country else ()) if line.kind == kind]
        whole = [line for line in lines if not line.region]
        shown = [*whole[:MOST], *(line for line in lines if line.region)]
        if not shown or country is None:
            return self._word("lines_unknown")
        where = self._word("lines_of", country=country_name(country.code, self._book.language))
        return "\n".join([where, *map(self._line, shown), self._word("lines_more")])

    def _line(self, line: Line) -> str:
        known = {
            "name": line.name,
            "phone": " / ".join((line.phone, *line.also)) if line.phone else "",
            "option": line.option,
            "sms": line.sms[0],
            "words": line.sms[1],
            "hours": self._hours(line.hours),
            "region": line.region,
            "whom": self._word(f"line_{line.whom}") if line.whom else "",
            "languages": self._languages(line),
            "chat": link(line.chat, self._word("line_chat")) if line.chat else "",
            "email": line.email,
        }
        return self._word("line", **known)

    def _hours(self, hours: str) -> str:
        if hours == ALWAYS:
            return self._word("line_always")
        names = days_of_week(self._book.language) | {"daily": self._word("line_daily")}
        return re.sub(r"[a-z]+", lambda found: names.get(found[0], found[0]), hours)

    def _languages(self, line: Line) -> str:
        """The languages of a line, where the person's own is not among them."""
        if not line.languages or self._book.language in line.languages:
            return ""
        return listing([language_name(one, self._book.language) for one in line.languages], self._book.language)
