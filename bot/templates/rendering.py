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

from jinja2 import StrictUndefined, pass_context
from jinja2.exceptions import TemplateError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from bot.errors import ConditionError
from bot.flow import Phrase
from bot.languages import FIRST, day, full_day, listing

CUT = 700
"""Characters of one person's answer that a sentence repeats unless the author asks for the `whole`."""
QUOTE = 200
PART = "\f"
"""What parts bubbles in a sentence that was filled in. No value has it: a person's own line of dashes stays a line."""


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


class Whole(str):
    """Words that are not to be cut again."""

    __slots__ = ()


class Dated(str):
    """A keepsake's words or a fact of the person, with the day they were said."""

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


def shown(value: object, language: str) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, Chosen):
        return value.label
    if isinstance(value, ChosenAll):
        return listing([one.label for one in value], language)
    if isinstance(value, date):
        return day(value, language)
    return str(value)


def _finalizer(language: str) -> Callable[[object], object]:
    def finalize(value: object) -> object:
        if isinstance(value, Markup):
            return value
        if isinstance(value, Whole):
            return isolate(value)
        if isinstance(value, str | tuple) or value is None:
            return isolate(cut(tidy(shown(value, language)), CUT))
        return shown(value, language) if isinstance(value, date) else value

    return finalize


def _language(context: Context) -> str:
    return str(context.environment.language)  # type: ignore[attr-defined]


@pass_context
def quote(context: Context, value: object, limit: int = QUOTE) -> Whole:
    """“The words”, on one line, cut gracefully, with quotation marks inside them turned into single ones."""
    words = " ".join(tidy(shown(value, _language(context))).split())
    if not words:
        return Whole("")
    if len(words) > 1 and words[0] in '"“«„' and words[-1] in '"”»“':
        words = words[1:-1].strip() or words
    return Whole(f"“{isolate(cut(re.sub('[“”„«»]', chr(39), words), limit))}”")


@pass_context
def short(context: Context, value: object, limit: int = 80) -> Whole:
    """The words on one line, at most `limit` characters."""
    return Whole(cut(" ".join(tidy(shown(value, _language(context))).split()), limit))


@pass_context
def whole(context: Context, value: object) -> Whole:
    """The words uncut. A bubble that grows too long by it is sent as several."""
    return Whole(tidy(shown(value, _language(context))))


@pass_context
def days(context: Context, value: object) -> int | None:
    """How many days ago a day was."""
    now = context["now"]
    if value is None or not isinstance(now, date):
        return None
    if not isinstance(value, date):
        raise TypeError("days needs a day")
    return (now - (value.date() if isinstance(value, datetime) else value)).days


@pass_context
def _date(context: Context, value: object) -> str:
    """A day, with its year where that is not the one of now."""
    now, language = context.get("now"), _language(context)
    another = isinstance(value, date) and isinstance(now, date) and value.year != now.year
    return full_day(value, language) if isinstance(value, date) and another else shown(value, language)


def _worded(change: Callable[[str], str]) -> Callable[[Context, object], str]:
    return pass_context(lambda context, value: change(shown(value, _language(context))))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@pass_context
def _join(context: Context, values: Iterable[object] | None, between: str = ", ") -> str:
    return between.join(shown(value, _language(context)) for value in values or ())


def _default(value: object, other: object = "") -> object:
    return other if value is None or value == "" else value


FILTERS: dict[str, Callable[..., object]] = {
    "quote": quote,
    "short": short,
    "whole": whole,
    "lower": _worded(str.lower),
    "upper": _worded(str.upper),
    "capitalize": _worded(_capital),
    "date": _date,
    "days": days,
    "join": _join,
    "length": lambda value: len(value or ()),
    "first": lambda value: value[0] if value else None,
    "last": lambda value: value[-1] if value else None,
    "default": _default,
}
TESTS = ("none", "defined", "in")


@lru_cache(maxsize=32)
def environment(language: str, plain: bool = False) -> SandboxedEnvironment:
    """What templates of a language run in. `plain`: for keepsakes, nothing cut, nothing escaped."""
    made = SandboxedEnvironment(
        autoescape=not plain,
        undefined=StrictUndefined,
        finalize=(lambda value: tidy(shown(value, language))) if plain else _finalizer(language),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters = dict(FILTERS)
    made.tests = {name: made.tests[name] for name in TESTS}
    made.globals = {}
    made.language = language  # type: ignore[attr-defined]
    return made


@lru_cache(maxsize=8192)
def _template(text: str, language: str) -> Callable[[Mapping[str, Any]], str]:
    return environment(language).from_string(_parted(text)).render


def _parted(text: str) -> str:
    return re.sub(r"(?m)^---+$", PART, text)


@lru_cache(maxsize=1024)
def _plain_template(text: str, language: str) -> Callable[[Mapping[str, Any]], str]:
    return environment(language, plain=True).from_string(re.sub(r"</?[a-z][^>]*>", "", text)).render


@lru_cache(maxsize=4096)
def _condition(text: str) -> Callable[..., Any]:
    return environment(FIRST).compile_expression(text, undefined_to_none=False)


def _blame(phrase: Phrase, error: Exception) -> ConditionError:
    """An error with the place and the kind of fault; its own text could hold a person's words, so it stays behind."""
    return ConditionError(f"{phrase.place} {type(error).__name__}")


def markup(text: str) -> Markup:
    """HTML that was rendered here before, to be put into another sentence as it is."""
    return Markup(text)  # noqa: S704 - it was escaped when it was rendered


def link(address: str, label: str) -> Markup:
    """A link, to be put into another sentence; `label` is HTML that was rendered here before."""
    return Markup('<a href="{}">{}</a>').format(address, markup(label))


def render(phrase: Phrase, names: Mapping[str, Any]) -> str:
    """The sentence as HTML, with the names' values in it; PART where a line of three dashes parts it. Raises
    ConditionError naming the place."""
    if "{" not in phrase.text:
        return _parted(phrase.text).strip()
    # Quotation marks need no escaping outside of tags, and values stand nowhere else.
    return _filled(phrase, _template, names).replace("&#34;", '"').replace("&#39;", "'")


def render_value(phrase: Phrase, names: Mapping[str, Any]) -> str:
    """The sentence as plain text, choices by their values: for durations. Raises ConditionError."""
    return render_plain(phrase, {name: str(one) if isinstance(one, Chosen) else one for name, one in names.items()})


def render_plain(phrase: Phrase, names: Mapping[str, Any]) -> str:
    """The sentence as plain text, the names' values whole: for keepsakes. Raises ConditionError."""
    return _filled(phrase, _plain_template, names)


Compiled = Callable[[str, str], Callable[[Mapping[str, Any]], str]]


def _filled(phrase: Phrase, compiled: Compiled, names: Mapping[str, Any]) -> str:
    try:
        return re.sub(r"\n{3,}", "\n\n", compiled(phrase.text, phrase.language)(names)).strip()
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
