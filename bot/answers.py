"""Text -> typed answer. Pure. The only importer of rapidfuzz, and of dateparser.

Reading is forgiving where a wrong guess would do no harm, and asks where it might.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rapidfuzz import fuzz

from . import wishes
from .book import NOWHERE, Book
from .flow import Choose, Country, Day, Hour, Option, Phrase, Scale, Several, Step, Words, YesNo, Zone
from .languages import full_day
from .session import Value
from .whereabouts import country, zone

SURE, MAYBE, AHEAD = 86, 62, 8
"""rapidfuzz ratios (0-100): from SURE on it is that option, if it leads by AHEAD; from MAYBE on we ask."""

BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that are drawn as nothing."""


@dataclass(frozen=True, slots=True)
class Fit:
    """An answer: its value, and how the person sees it."""

    value: Value
    shown: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It could be one of these."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """It does not fit; `word` names the house's sentence that says what would, `names` what it mentions."""

    word: str
    names: dict[str, object]


Reading = Fit | Unsure | Unfit


def plain(text: str) -> str:
    """Lower case, without accents, punctuation and emoji; single spaces. For comparing, never for showing."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    bare = "".join(c if c.isalnum() or c in "'-" else " " for c in folded if not unicodedata.combining(c))
    return " ".join(bare.replace("'", "").replace("-", " ").split())


def slashed(text: str) -> tuple[str, str] | None:
    """The name behind the slash and what follows it, both in small letters, where a text begins as commands do; it may
    name the bot ("/sos@kintsugi_bot")."""
    found = re.match(r"\s*/([a-z_]+)(?:@\w+)?(?:\s+(.*))?$", text.lower(), re.DOTALL)
    return (found[1], (found[2] or "").strip()) if found else None


def read(
    book: Book, step: Step, text: str, now: datetime, chosen: Sequence[str] = (), home: str | None = None
) -> Reading:
    """What `text` means as an answer to the question of `step`; `chosen` are toggles already on, `home` is the code of
    the person's country. `now` is in the person's zone."""
    ask, options, fillers = step.ask, book.options(step), book.typed("fillers")
    if isinstance(ask, Several):
        return _several(ask, options, text, fillers, chosen)
    if isinstance(ask, Choose | YesNo):
        return _choice(options, text, fillers, "unfit_yesno" if isinstance(ask, YesNo) else "unfit_choose")
    if isinstance(ask, Scale):
        return _scale(ask, text, book.typed("numbers"))
    if isinstance(ask, Words):
        return _words(ask, text)
    if isinstance(ask, Day):
        return _day(ask, text, now, book.language)
    if isinstance(ask, Hour):
        return _hour(text, now)
    if isinstance(ask, Country | Zone):
        return _whereabouts(ask, text, now, book.language, home)
    right = Option("ok", book.label("label_ok"), book.typed("yes_also"))
    agreed = _score(right, plain(text), fillers) >= SURE
    return Fit("ok", "") if agreed else Unfit("unfit_choose", {})


def pick(options: Sequence[Option], value: str) -> Option | None:
    """The option with this value."""
    return next((option for option in options if option.value == value), None)


def several(ask: Several, options: Sequence[Option], values: Sequence[str]) -> Reading:
    """Several options, in the question's order, if they are as many as are asked for."""
    chosen = [option for option in options if option.value in values]
    if len(chosen) < ask.min:
        return Unfit("unfit_several_min", {"min": ask.min})
    if ask.max is not None and len(chosen) > ask.max:
        return Unfit("unfit_several_max", {"max": ask.max})
    return Fit(tuple(option.value for option in chosen), ", ".join(option.label.text for option in chosen))


def agreed(book: Book, text: str) -> bool | None:
    """Whether a text is a yes or a no; None: it is neither for sure."""
    reading = _choice(book.yes_no(YesNo(NOWHERE)), text, book.typed("fillers"), "unfit_yesno")
    return reading.value == "yes" if isinstance(reading, Fit) else None


def match(options: Sequence[Option], text: str, fillers: Sequence[str] = ()) -> tuple[Option, ...]:
    """The options that `text` may mean: one when it is plain, more when it is not, none when it is none of them.
    `fillers` are words that carry no meaning of their own ("my husband" is "husband")."""
    said = plain(text)
    if not said:
        return ()
    scores = [(_score(option, said, fillers), option) for option in options]
    exact = [option for score, option in scores if score > 100]
    if len(exact) == 1:
        return (exact[0],)
    ranked = sorted(scores, key=lambda pair: -pair[0])
    best = ranked[0][0] if ranked else 0.0
    if best >= SURE and (len(ranked) == 1 or best - ranked[1][0] >= AHEAD):
        return (ranked[0][1],)
    return tuple(option for score, option in ranked if score >= MAYBE)[:3]


def _score(option: Option, said: str, fillers: Sequence[str]) -> float:
    names = [plain(name) for name in (option.label.text, option.value.replace("_", " "), *option.also)]
    if said in names:
        return 101.0
    core, cores = _core(said, fillers), [_core(name, fillers) for name in names]
    if core in cores:
        return 100.0
    return max((_likeness(name, core) for name in cores if name), default=0.0)


def _core(said: str, fillers: Sequence[str]) -> str:
    """A plain text without fillers, unless it has nothing else."""
    return " ".join(word for word in said.split() if word not in fillers) or said


def _likeness(name: str, said: str) -> float:
    """How alike two plain texts are. Short words need to be nearly equal; a name inside a sentence only raises a
    question ("not angry" holds "angry")."""
    ratio = fuzz.ratio(name, said)
    if min(len(name), len(said)) <= 3:
        return ratio if ratio > SURE else 0.0
    inside = f" {name} " in f" {said} " or (len(said) > 4 and f" {said} " in f" {name} ")
    return max(ratio, 75.0 if inside else 0.0)


def _choice(options: Sequence[Option], text: str, fillers: Sequence[str], word: str) -> Reading:
    found = match(options, text, fillers)
    if len(found) == 1 and _score(found[0], plain(text), fillers) >= SURE:
        return Fit(found[0].value, found[0].label.text)
    return Unsure(found) if found else Unfit(word, {})


def _several(
    ask: Several, options: Sequence[Option], text: str, fillers: Sequence[str], chosen: Sequence[str]
) -> Reading:
    parts = [part for part in re.split(r"[,;\n/&+]| and | [ye] ", text) if plain(part)]
    found = [match(options, part, fillers) for part in parts]
    if not found or any(len(one) != 1 for one in found):
        whole = match(options, text, fillers)
        found = [whole] if len(whole) == 1 else found
    if not found or any(not one for one in found):
        return Unfit("unfit_choose", {})
    if any(len(one) > 1 for one in found):
        return Unsure(next(one for one in found if len(one) > 1))
    return several(ask, options, [*chosen, *(one[0].value for one in found)])


def _scale(ask: Scale, text: str, words: Sequence[str]) -> Reading:
    bare = re.sub(rf"(/|\bout of|\bof|\bde)\s*{ask.high}\b", " ", text.lower())
    said = plain(bare)
    numbers = re.findall(r"(?<![\d.,])-?\d+(?![.,]?\d)", bare)
    spelled = [index for index, word in enumerate(words) if f" {plain(word)} " in f" {said} "]
    found = {int(number[:6]) for number in numbers} | (set() if numbers else set(spelled))
    if len(found) == 1 and ask.low <= (number := found.pop()) <= ask.high:
        return Fit(number, str(number))
    return Unfit("unfit_scale", {"low": ask.low, "high": ask.high})


def empty(text: str) -> bool:
    """Whether there is nothing to see in a text."""
    kinds = ("Z", "M", "Cc", "Cf", "Cs")
    return all(unicodedata.category(c).startswith(kinds) or c in BLANK for c in text)


def _words(ask: Words, text: str) -> Reading:
    said = text.strip()
    if empty(said):
        return Unfit("unfit_words_empty", {})
    if len(said) > ask.max:
        return Unfit("unfit_words_long", {"max": ask.max, "length": len(said)})
    return Fit(said, said)


def _whereabouts(ask: Country | Zone, text: str, now: datetime, language: str, home: str | None) -> Reading:
    if isinstance(ask, Country):
        guess, word = country(text, language), "unfit_country"
    else:
        guess, word = zone(text, home, now.astimezone(UTC), language), "unfit_zone"
    if guess.sure:
        return Fit(*guess.named[0])
    options = tuple(Option(value, Phrase(name, NOWHERE, language)) for value, name in guess.named)
    return Unsure(options) if options else Unfit(word, {})


def _day(ask: Day, text: str, now: datetime, language: str) -> Reading:
    found = _parsed_day(text, ask.only, now, language)
    if found is None:
        return Unfit("unfit_date", {})
    if ask.only == "past" and found > now.date():
        return Unfit("unfit_date_past", {})
    if ask.only == "future" and found < now.date():
        return Unfit("unfit_date_future", {})
    return Fit(found.isoformat(), full_day(found, language))


def _parsed_day(text: str, only: str | None, now: datetime, language: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        pass
    if len(text) > 60:
        return None
    # Loaded when first needed: it takes longer to import than the rest of the bot.
    from dateparser import parse

    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future" if only == "future" else "past",
        "REQUIRE_PARTS": ["day", "month"],
        "DATE_ORDER": "DMY",
        "PARSERS": ["relative-time", "custom-formats", "absolute-time"],
    }
    try:
        found = parse(text, languages=[language], settings=settings)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
    return found.date() if found else None


def _hour(text: str, now: datetime) -> Reading:
    wish = wishes.read(text, now)
    fits = wish is not None and wish.at and not (wish.days or wish.day)
    return Fit(wish.at, wish.at) if wish and fits else Unfit("unfit_time", {})
