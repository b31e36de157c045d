"""What a person told, for themselves: a page to read and JSON that is complete. Pure; both are made in memory.

The page is one file that loads nothing: no script, no outside style, font or picture, and its policy forbids them, so
that opening it tells nobody. All words of people are text, whatever they hold. Headings and sentences are the caller's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time
from html import escape
from typing import TypeVar

from .languages import full_day, month, short_day
from .progress import Mood

FORMAT = 1
"""The version of the JSON: it grows when something in it changes its meaning."""


@dataclass(frozen=True, slots=True)
class Page:
    """One run of a practice, or one entry of the journal; `at` is aware, in the person's zone. A line is a question and
    the answer as it was given."""

    title: str
    at: datetime
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Keepsake:
    """Words that were kept: in which practice, what they are ("My boundary"), and when."""

    practice: str
    name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Belongings:
    """All that is a person's own. `known` are pairs of what it is and what was said, `checkins` of what is asked and
    when; days are those of the zone that the times have."""

    known: tuple[tuple[str, str], ...] = ()
    keepsakes: tuple[Keepsake, ...] = ()
    practices: tuple[Page, ...] = ()
    journal: tuple[Page, ...] = ()
    moods: tuple[Mood, ...] = ()
    checkins: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """All headings and sentences of the page, in the person's language.

    `about` says what the page is and `made` when it was made; `known` .. `checkins` head the six parts; `nothing`
    stands in a part that is empty; `scale` says what 0 and 10 mean, `day` and `mood` head the table; `up` leads back.
    """

    language: str
    title: str
    about: str
    made: str
    contents: str
    known: str
    keepsakes: str
    practices: str
    journal: str
    moods: str
    checkins: str
    nothing: str
    scale: str
    day: str
    mood: str
    up: str


Timed = TypeVar("Timed", Keepsake, Page, Mood)


# --- JSON ---------------------------------------------------------------------------------------------------------


def json_text(data: Mapping[str, object]) -> str:
    """The data as JSON for reading and for machines: UTF-8, keys in order, times in ISO with their zone.

    Besides what JSON has, it may hold dates and times, tuples, sets and frozen values (dataclasses).
    """
    ordered = {"format": FORMAT, **{key: value for key, value in sorted(data.items()) if key != "format"}}
    return json.dumps({key: _plain(value) for key, value in ordered.items()}, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> object:
    """A value in what JSON has."""
    if isinstance(value, str):
        return _whole(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime | date | time):
        return _moment(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {_whole(str(key)): _plain(value[key]) for key in sorted(value, key=str)}
    return _several(value)


def _several(value: object) -> object:
    if isinstance(value, AbstractSet):
        return [_plain(one) for one in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value - value == 0:
        return value
    raise TypeError(f"{type(value).__name__} has no place in the export")


def _moment(value: datetime | date | time) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError("a time without its zone has no place in the export")
    return value.isoformat()


def _whole(text: str) -> str:
    """Text that can be written as UTF-8: half a character, as a channel may pass on, becomes the sign for it."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


# --- the page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the page: its place, its heading, its inside, and the parts within it for the contents."""

    place: str
    heading: str
    inside: str
    within: tuple[tuple[str, str], ...] = ()


def html_page(mine: Belongings, words: Words) -> str:
    """The page: one file, for any browser, light and dark, on paper too."""
    parts = (
        _Part("known", words.known, _pairs(mine.known)),
        _grouped("keepsakes", words.keepsakes, [(one.practice, _keepsake(one, words)) for one in _by(mine.keepsakes)]),
        _grouped("practices", words.practices, [(one.title, _run(one, words)) for one in _by(mine.practices)]),
        _Part("journal", words.journal, _journal(mine.journal, words)),
        _Part("moods", words.moods, _moods(mine.moods, words)),
        _Part("checkins", words.checkins, _pairs(mine.checkins)),
    )
    head = _tag("h1", words.title) + _tag("p", words.about) + _tag("p", words.made, kind="made")
    body = _in("header", head) + _contents(parts, words) + _in("main", "".join(_part(one, words) for one in parts))
    return (
        HEAD.format(language=_text(words.language), title=_text(words.title), style=STYLE) + body + "</body></html>\n"
    )


def _text(value: str) -> str:
    """Words as text: nothing in them is markup, and no control character is left."""
    return escape(re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", "", _whole(value).replace("\r\n", "\n")))


def _in(tag: str, inside: str, **attributes: str) -> str:
    """An element around what is HTML already."""
    named = "".join(f' {name.replace("_", "-")}="{_text(value)}"' for name, value in attributes.items())
    return f"<{tag}{named}>{inside}</{tag}>\n"


def _tag(tag: str, text: str, kind: str = "") -> str:
    """An element around words, which run in the direction of their own language."""
    named = {"class": kind} if kind else {}
    return _in(tag, _text(text), dir="auto", **named)


def _contents(parts: Iterable[_Part], words: Words) -> str:
    items = ""
    for part in parts:
        inner = "".join(_in("li", _link(place, heading)) for place, heading in part.within)
        items += _in("li", _link(part.place, part.heading) + (_in("ul", inner) if inner else ""))
    return _in("nav", _in("h2", _text(words.contents), id="contents") + _in("ul", items), aria_labelledby="contents")


def _link(place: str, text: str) -> str:
    return _in("a", _text(text), href=f"#{place}", dir="auto")


def _part(part: _Part, words: Words) -> str:
    inside = part.inside or _tag("p", words.nothing, "nothing")
    up = _in("p", _link("contents", words.up), **{"class": "up"})
    head = _in("h2", _text(part.heading), id=f"{part.place}-head")
    return _in("section", head + inside + up, id=part.place, aria_labelledby=f"{part.place}-head")


def _grouped(place: str, heading: str, entries: Sequence[tuple[str, str]]) -> _Part:
    """Entries under the titles that they have, in the order in which these come first."""
    groups: dict[str, str] = {}
    for title, entry in entries:
        groups[title] = groups.get(title, "") + entry
    within = tuple((f"{place}-{number}", title) for number, title in enumerate(groups, 1))
    inside = "".join(_in("h3", _text(title), id=at, dir="auto") + groups[title] for at, title in within)
    return _Part(place, heading, inside, within)


def _by(ones: Iterable[Timed]) -> list[Timed]:
    """From old to new."""
    return sorted(ones, key=lambda one: one.at)


def _when(at: datetime, words: Words, level: str = "h4") -> str:
    shown = f"{full_day(at.date(), words.language)}, {at:%H:%M}"
    return _in(level, _in("time", _text(shown), datetime=at.isoformat(timespec="minutes")))


def _keepsake(one: Keepsake, words: Words) -> str:
    return _in("article", _when(one.at, words) + _tag("p", one.name, "name") + _tag("blockquote", one.text))


def _run(one: Page, words: Words) -> str:
    return _in("article", _when(one.at, words) + _pairs(one.lines))


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    inside = "".join(_in("div", _tag("dt", name) + _tag("dd", value)) for name, value in pairs)
    return _in("dl", inside) if inside else ""


def _journal(entries: Iterable[Page], words: Words) -> str:
    """The entries under their days."""
    inside, day = "", None
    for one in _by(entries):
        if one.at.date() != day:
            day = one.at.date()
            inside += _tag("h3", full_day(day, words.language))
        hour = _in("h4", _in("time", f"{one.at:%H:%M}", datetime=one.at.isoformat(timespec="minutes")))
        inside += _in("article", hour + _pairs(one.lines))
    return inside


def _moods(moods: Iterable[Mood], words: Words) -> str:
    """A small table for each month: a row for each day, all that was told on it, and a bar for the eye."""
    months: dict[str, dict[date, list[int]]] = {}
    for one in _by(moods):
        day = one.at.date()
        months.setdefault(month(day, words.language), {}).setdefault(day, []).append(one.value)
    names = "".join(_in("th", _text(one), scope="col") for one in (words.day, words.mood))
    head = _in("thead", _in("tr", names + _in("td", "", aria_hidden="true")))
    tables = ""
    for name, days in months.items():
        rows = "".join(_in("tr", _row(day, values, words)) for day, values in days.items())
        tables += _in("table", _in("caption", _text(name)) + head + _in("tbody", rows))
    return _tag("p", words.scale) + _in("div", tables, **{"class": "months"}) if tables else ""


def _row(day: date, values: Sequence[int], words: Words) -> str:
    wide = sum(values) / len(values) * 10
    bar = _in("span", "", style=f"width:{wide:.0f}%", aria_hidden="true")
    name = _in("th", _text(short_day(day, words.language)), scope="row")
    return name + _in("td", _text(", ".join(map(str, values)))) + _in("td", bar, aria_hidden="true")


HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""

STYLE = """
:root { --ground: #faf7f2; --card: #fff; --ink: #2a3138; --soft: #5b6670; --hair: #e0d9ce; --gold: #b98a35;
  --link: #2d5f7c; --bar: #9fc0d3; }
@media (prefers-color-scheme: dark) { :root { --ground: #1d2832; --card: #26343f; --ink: #f0eae0; --soft: #b3bfc8;
  --hair: #3c4c5a; --gold: #e6bd73; --link: #a9cbe0; --bar: #6f93a8; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; padding: 2rem 1.1rem 4rem; max-width: 44rem; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere; hyphens: auto; }
h1, h2, h3, h4 { line-height: 1.25; font-weight: 600; text-wrap: balance; }
h1 { margin: 0 0 .6rem; font-size: 1.9rem; }
h2 { margin: 3.2rem 0 1rem; padding-bottom: .4rem; border-bottom: 2px solid var(--gold); font-size: 1.4rem; }
h3 { margin: 2rem 0 .6rem; font-size: 1.15rem; }
h4 { margin: 0 0 .5rem; font-size: .9rem; font-weight: 500; color: var(--soft); }
p { margin: 0 0 .7rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible { outline: 2px solid var(--gold); outline-offset: 2px; border-radius: 2px; }
.made, .nothing, .up, .name { color: var(--soft); }
.made, .up, .name { font-size: .9rem; }
.name { margin-bottom: .3rem; }
nav h2 { margin-top: 2rem; border: 0; padding: 0; font-size: 1.1rem; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav ul ul { padding-inline-start: 1.2rem; font-size: .95rem; }
nav li { padding: .2rem 0; }
article { margin: 0 0 1rem; padding: 1rem 1.1rem; border: 1px solid var(--hair); border-radius: .7rem;
  background: var(--card); }
dl { margin: 0; }
dl > div + div { margin-top: .8rem; }
dt { color: var(--soft); font-size: .95rem; }
dt, dd, blockquote { white-space: pre-line; unicode-bidi: isolate; }
dd { margin: 0; }
blockquote { margin: 0; padding-inline-start: .9rem; border-inline-start: 3px solid var(--gold); }
.months { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1.4rem 2.4rem;
  align-items: start; }
table { width: 100%; border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .3rem; text-align: start; font-weight: 600; }
thead th { color: var(--soft); font-size: .85rem; }
th, td { padding: .18rem .6rem .18rem 0; text-align: start; font-weight: 400; border-bottom: 1px solid var(--hair);
  vertical-align: middle; }
tbody th { width: 5.5rem; white-space: nowrap; }
td:last-child { width: 45%; padding-inline-end: 0; }
td span { display: block; height: .45rem; min-width: 2px; border-radius: .3rem; background: var(--bar); }
.up { margin: 1rem 0 0; }
@media print {
  :root { --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --hair: #bbb; --gold: #777; --link: #000;
    --bar: #999; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  .up { display: none; }
  article, tr { break-inside: avoid; }
  h2, h3, h4, caption { break-after: avoid; }
  td span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
