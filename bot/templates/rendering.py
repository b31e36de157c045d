"""Sentences and conditions: Jinja2, sandboxed, and only the small part of it that `docs/flows.md` teaches.

The law of this file: **a person's words are values, never template text**. They are trimmed, cut, direction-isolated
and escaped on their way into a sentence, whatever they contain. This folder is the only importer of
jinja2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from bot.errors import ConditionError
from bot.flow import Phrase

CUT = 700
"""Characters of one person's answer that a sentence repeats unless the author asks for the `whole`."""
QUOTE = 200


class Chosen(str):
    """The value of a choice, which compares as its value and reads as its label."""

    __slots__ = ("label",)
    label: str

    def __new__(cls, value: str, label: str) -> Chosen:
        self = super().__new__(cls, value)
        self.label = label
        return self


class ChosenAll(tuple[Chosen, ...]):
    """Several choices: `'x' in them` asks for a value; they read "a, b and c"."""

    __slots__ = ()
    joint = "and"

    @property
    def label(self) -> str:
        """Their labels in one line."""
        *first, last = [one.label for one in self] or [""]
        return f"{', '.join(first)} {self.joint} {last}" if first else last


class Whole(str):
    """Words that are not to be cut again."""

    __slots__ = ()


class Dated(str):
    """A keepsake's words, with the day they were kept."""

    __slots__ = ("at",)
    at: datetime

    def __new__(cls, text: str, at: datetime) -> Dated:
        self = super().__new__(cls, text)
        self.at = at
        return self


class Lookup:
    """`person.NAME` and the like: what is not known is None, and there is nothing else to reach."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name)


def _joins_left(character: str) -> bool:
    """Whether a character belongs to the one before it (accents, emoji joiners and tones), so no cut may part them."""
    return (
        character in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or unicodedata.combining(character) > 0
    )


def cut(words: str, limit: int) -> str:
    """At most `limit` characters of `words`, ended by "…" where something is left out, at a space if one is near."""
    words = words.strip()
    if len(words) <= limit:
        return words
    end = limit - 1
    while end > 0 and (_joins_left(words[end]) or words[end - 1] == "\u200d"):
        end -= 1
    space = words.rfind(" ", end * 2 // 3, end)
    return words[: space if space > 0 else end].rstrip(" ,;:–—-") + "…"


def isolate(words: str) -> str:
    """Keep right-to-left words from turning the sentence around them (Unicode UAX #9, first strong isolate)."""
    if "\u2068" not in words and any(unicodedata.bidirectional(c) in {"R", "AL", "RLE", "RLO", "RLI"} for c in words):
        return f"\u2068{words}\u2069"
    return words


def tidy(words: str) -> str:
    """Without the characters that only disturb: controls, overrides of direction, more than one empty line."""
    kept = "".join(
        c
        for c in words
        if c == "\n" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in "\u202a\u202b\u202c\u202d\u202e")
    )
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _day(value: date) -> str:
    return f"{value.day} {value:%B}"


def shown(value: object) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, Chosen | ChosenAll):
        return value.label
    if isinstance(value, date):
        return _day(value)
    return str(value)


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return value
    if isinstance(value, Whole):
        return isolate(value)
    if isinstance(value, str | tuple) or value is None:
        return isolate(cut(tidy(shown(value)), CUT))
    return shown(value) if isinstance(value, date) else value


def quote(value: object, limit: int = QUOTE) -> Whole:
    """“The words”, on one line, cut gracefully, with quotation marks inside them turned into single ones."""
    words = " ".join(tidy(shown(value)).split())
    if not words:
        return Whole("")
    if len(words) > 1 and words[0] in '"“«„' and words[-1] in '"”»“':
        words = words[1:-1].strip() or words
    return Whole(f"“{isolate(cut(re.sub('[“”„«»]', chr(39), words), limit))}”")


def short(value: object, limit: int = 80) -> Whole:
    """The words on one line, at most `limit` characters."""
    return Whole(cut(" ".join(tidy(shown(value)).split()), limit))


def whole(value: object) -> Whole:
    """The words uncut. A bubble that grows too long by it is sent as several."""
    return Whole(tidy(shown(value)))


def _worded(change: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: change(shown(value))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _join(values: Iterable[object] | None, between: str = ", ") -> str:
    return between.join(shown(value) for value in values or ())


def _default(value: object, other: object = "") -> object:
    return other if value is None or value == "" else value


FILTERS: dict[str, Callable[..., object]] = {
    "quote": quote,
    "short": short,
    "whole": whole,
    "lower": _worded(str.lower),
    "upper": _worded(str.upper),
    "capitalize": _worded(_capital),
    "date": _worded(str),
    "join": _join,
    "length": lambda value: len(value or ()),
    "first": lambda value: value[0] if value else None,
    "last": lambda value: value[-1] if value else None,
    "default": _default,
}
TESTS = ("none", "defined", "in")


def _environment(finalize: Callable[[object], object], *, escape: bool) -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        autoescape=escape,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters = dict(FILTERS)
    made.tests = {name: made.tests[name] for name in TESTS}
    made.globals = {}
    return made


ENVIRONMENT = _environment(_finalize, escape=True)
PLAIN = _environment(lambda value: tidy(shown(value)), escape=False)
"""For keepsakes: plain text, nothing cut, nothing escaped."""


@lru_cache(maxsize=8192)
def _template(text: str) -> Callable[[Mapping[str, Any]], str]:
    return ENVIRONMENT.from_string(text).render


@lru_cache(maxsize=1024)
def _plain_template(text: str) -> Callable[[Mapping[str, Any]], str]:
    return PLAIN.from_string(re.sub(r"</?[a-z][^>]*>", "", text)).render


@lru_cache(maxsize=4096)
def _condition(text: str) -> Callable[..., Any]:
    return ENVIRONMENT.compile_expression(text, undefined_to_none=False)


def _blame(phrase: Phrase, error: Exception) -> ConditionError:
    """An error with the place and the kind of fault; its own text could hold a person's words, so it stays behind."""
    return ConditionError(f"{phrase.place} {type(error).__name__}")


def markup(text: str) -> Markup:
    """HTML that was rendered here before, to be put into another sentence as it is."""
    return Markup(text)  # noqa: S704 - it was escaped when it was rendered


def render(phrase: Phrase, names: Mapping[str, Any]) -> str:
    """The sentence as HTML, with the names' values in it. Raises ConditionError naming the place."""
    if "{" not in phrase.text:
        return phrase.text.strip()
    # Quotation marks need no escaping outside of tags, and values stand nowhere else.
    return _filled(phrase, _template, names).replace("&#34;", '"').replace("&#39;", "'")


def render_value(phrase: Phrase, names: Mapping[str, Any]) -> str:
    """The sentence as plain text, choices by their values: for durations. Raises ConditionError."""
    return render_plain(phrase, {name: str(one) if isinstance(one, Chosen) else one for name, one in names.items()})


def render_plain(phrase: Phrase, names: Mapping[str, Any]) -> str:
    """The sentence as plain text, the names' values whole: for keepsakes. Raises ConditionError."""
    return _filled(phrase, _plain_template, names)


Compiled = Callable[[str], Callable[[Mapping[str, Any]], str]]


def _filled(phrase: Phrase, compiled: Compiled, names: Mapping[str, Any]) -> str:
    try:
        return re.sub(r"\n{3,}", "\n\n", compiled(phrase.text)(names)).strip()
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        raise _blame(phrase, error) from None


def holds(phrase: Phrase, names: Mapping[str, Any]) -> bool:
    """Whether a condition is true. Raises ConditionError naming the place when it cannot be told: never
    quietly false."""
    try:
        return bool(_condition(phrase.text)(names))
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        raise _blame(phrase, error) from None
