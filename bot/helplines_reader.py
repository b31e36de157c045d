"""flows/helplines.yaml -> HelpLines. Finds everything that is wrong with their shape, and goes on after it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from .flow import Problem
from .helplines import ALWAYS, FILE, KINDS, NOTES, WHOM, YEAR, Country, Emergency, HelpLines, Line, months
from .languages import FIRST, countries
from .shapes import Shapes
from .source import Node, Pairs, Text, load

_DAYS = r"(?:daily|(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?)"
_HOURS = re.compile(rf"{_DAYS} \d\d:\d\d-\d\d:\d\d(?:; {_DAYS} \d\d:\d\d-\d\d:\d\d)*")
_KEYS = (
    *("kind", "name", "phone", "also", "sms", "chat", "email", "hours", "languages", "for", "region", "note"),
    *("option", "url", "source", "checked"),
)


def read_helplines(folder: Path) -> tuple[HelpLines, list[Problem]]:
    """The help lines of a folder of flows; none when it has no such file."""
    path = folder / FILE
    if not path.is_file():
        return HelpLines(), []
    node, problems = load(path)
    shapes = Shapes()
    found = _file(shapes, node) if node is not None else HelpLines()
    return found, problems + shapes.problems


def _file(shapes: Shapes, node: Node) -> HelpLines:
    pairs = shapes.whole(node, "the help lines", {"helplines": "1", "age": "12m", "countries": "(and them below it)"})
    if pairs is None:
        return HelpLines()
    age, listed = shapes.text(pairs.get("age"), "age"), shapes.pairs(pairs.get("countries"), "countries")
    length = months(age.text) if age else None
    if age and not length:
        shapes.add(age.place, "F060", f"{age.text!r} is not an age", "write 180d, 12m or 2y")
    found: dict[str, Country] = {}
    for key, value in listed.pairs if listed else ():
        if key.text not in countries(FIRST):
            shapes.add(key.place, "F095", f"{key.text!r} is no country", "write its ISO 3166 code, such as ES")
        elif country := _country(shapes, key, value):
            found[key.text] = country
    return HelpLines(found, length or YEAR)


def _country(shapes: Shapes, key: Text, node: Node) -> Country | None:
    pairs = shapes.pairs(node, f"the country {key.text!r}", ("emergency", "lines"))
    if pairs is None:
        return None
    lines = shapes.several(pairs.get("lines"), lambda item: _line(shapes, item))
    return Country(key.text, lines, _emergency(shapes, pairs.get("emergency")))


def _emergency(shapes: Shapes, node: Node | None) -> Emergency | None:
    pairs = shapes.pairs(node, "emergency", ("phone", "police", "ambulance", "checked", "source"))
    if pairs is None:
        return None
    phone, police, ambulance = (_number(shapes, pairs.get(key), key) for key in ("phone", "police", "ambulance"))
    if not (phone or police or ambulance):
        shapes.missing(pairs.place, "emergency", "phone", '"112"')
    checked, source = _checked(shapes, pairs, "emergency"), _word(shapes, pairs.get("source"), "source")
    return Emergency(checked, source, pairs.place, phone, police, ambulance) if checked else None


def _line(shapes: Shapes, node: Node) -> Line | None:
    pairs = shapes.pairs(node, "a help line", _KEYS)
    if pairs is None:
        return None
    for key, example in (("kind", "suicide"), ("name", "Samaritans"), ("source", "their own page, 2026-06-02")):
        if pairs.get(key) is None:
            shapes.missing(pairs.place, "the help line", key, example)
    texts = {key: _word(shapes, pairs.get(key), key) for key in ("name", "email", "region", "option", "source")}
    sms = shapes.pairs(pairs.get("sms"), "sms", ("to", "words"))
    line = Line(
        kind=_known(shapes, pairs, "kind", KINDS),
        name=texts["name"],
        checked=_checked(shapes, pairs, "the help line") or date.min,
        source=texts["source"],
        place=pairs.place,
        phone=_number(shapes, pairs.get("phone"), "phone"),
        also=shapes.several(pairs.get("also"), lambda item: _number(shapes, item, "also")),
        sms=(_number(shapes, sms.get("to"), "to"), _word(shapes, sms.get("words"), "words")) if sms else ("", ""),
        chat=_address(shapes, pairs.get("chat"), "chat"),
        email=texts["email"],
        hours=_hours(shapes, pairs.get("hours")),
        languages=shapes.several(pairs.get("languages"), lambda item: _word(shapes, item, "a language")),
        whom=_known(shapes, pairs, "for", WHOM),
        region=texts["region"],
        note=_known(shapes, pairs, "note", NOTES),
        option=texts["option"],
        url=_address(shapes, pairs.get("url"), "url"),
    )
    if not (line.phone or line.sms[0] or line.chat):
        shapes.missing(pairs.place, "the help line", "phone", '"116 123"')
    return line


def _word(shapes: Shapes, node: Node | None, what: str) -> str:
    found = shapes.text(node, what)
    return found.text.strip() if found else ""


def _known(shapes: Shapes, pairs: Pairs, key: str, known: tuple[str, ...]) -> str:
    found = shapes.text(pairs.get(key), key)
    if found and found.text not in known:
        shapes.add(found.place, "F095", f"{key} cannot be {found.text!r}", f"use {', '.join(known)}")
    return found.text if found else ""


def _number(shapes: Shapes, node: Node | None, what: str) -> str:
    found = shapes.text(node, what)
    if found and not re.fullmatch(r"[+*(]?\d[\d /()*–-]*", found.text):
        shapes.add(found.place, "F095", f"{found.text!r} is no number to call", 'write digits, such as "116 123"')
    return found.text.strip() if found else ""


def _address(shapes: Shapes, node: Node | None, what: str) -> str:
    found = shapes.text(node, what)
    if found and not re.fullmatch(r"https?://[^\s\"'<>]+", found.text):
        shapes.add(found.place, "F095", f"{found.text!r} is no address", "write it in full, https://…")
        return ""
    return found.text if found else ""


def _hours(shapes: Shapes, node: Node | None) -> str:
    found = shapes.text(node, "hours")
    if found and found.text != ALWAYS and not _HOURS.fullmatch(found.text):
        fix = "write 24/7, daily 17:00-00:00, or mon-fri 10:00-17:00; sat 10:00-14:00"
        shapes.add(found.place, "F095", f"the hours {found.text!r} cannot be read", fix)
        return ""
    return found.text if found else ""


def _checked(shapes: Shapes, pairs: Pairs, what: str) -> date | None:
    found = shapes.text(pairs.get("checked"), "checked")
    if found is None:
        shapes.missing(pairs.place, what, "checked", "2026-06-02")
        return None
    try:
        return date.fromisoformat(found.text)
    except ValueError:
        shapes.add(found.place, "F095", f"{found.text!r} is no day", "write it like 2026-06-02")
        return None
