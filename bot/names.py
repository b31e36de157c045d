"""What a template may read at one moment: this frame's answers, the person, keepsakes, the day. All from the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from .book import Book
from .flow import Country, Day, Step, Zone
from .numbers import Numbers
from .session import Entry, Fact, Frame, Kept, Session, Talk, Value
from .templates import Chosen, ChosenAll, Dated, Lookup
from .whereabouts import country_name, country_of, only_zone, zone_name, zoned


def names(book: Book, session: Session, talk: Talk, frame: Frame, now: datetime) -> dict[str, Any]:
    """The names that the sentences and conditions of `frame` may use."""
    flow, facts = book.flows[frame.flow], person(session)
    found: dict[str, Any] = dict(book.names[frame.flow])
    every: dict[str, list[Any]] = {name: [] for name in found}
    prefix = f"{frame.id}."
    for entry in talk.log:
        for key, value in entry.answers.items():
            name = key.removeprefix(prefix)
            if name in found and key != name:
                found[name] = typed(book, flow.steps[name], value)
                every[name].append(found[name])
    found["every"] = Lookup(every)
    home = home_zone(facts)
    found["person"] = Lookup({name: _fact(one, one.at.astimezone(home)) for name, one in facts.items()})
    kept_words = kept(session).items()
    found["kept"] = Lookup({name: Dated(one.text, one.at.astimezone(home)) for name, one in kept_words})
    found["runs"] = session.runs.get(frame.flow, 0)
    found["now"] = now.astimezone(home).date()
    found["bot"] = Lookup(book.facts)
    found["danger"] = Lookup({"concern": danger.concern, "level": danger.level} if (danger := session.danger) else {})
    found["help"] = Numbers(book, home_country(book, facts))
    return found


def home_zone(facts: Mapping[str, Fact]) -> tzinfo:
    """The zone by which a person's clock goes: as they said, else the one of their country, if it has one alone."""
    said = facts["zone"].value if "zone" in facts else None
    country = facts["country"].value if "country" in facts else None
    return zoned(said) or zoned(only_zone(country)) or UTC


def home_country(book: Book, facts: Mapping[str, Fact]) -> str | None:
    """The country whose help lines are a person's: as they said, else by their time zone, else by the setting."""
    said = facts["country"].value if "country" in facts else None
    zone = facts["zone"].value if "zone" in facts else None
    found = said or country_of(zone) or book.facts["country"]
    return found if isinstance(found, str) and found else None


def typed(book: Book, step: Step, value: Value) -> Any:
    """A stored value as templates see it: choices know their labels, dates are dates."""
    if value is None or step.ask is None:
        return value
    labels = {option.value: option.label.text for option in book.options(step)}
    if isinstance(value, tuple):
        return ChosenAll(Chosen(one, labels.get(one, one)) for one in value)
    if labels and isinstance(value, str):
        return Chosen(value, labels.get(value, value))
    if isinstance(step.ask, Day) and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(step.ask, Country) and isinstance(value, str):
        return Chosen(value, country_name(value, book.language))
    if isinstance(step.ask, Zone) and isinstance(value, str):
        return Chosen(value, zone_name(value))
    return value


def _fact(fact: Fact, at: datetime) -> Any:
    """A fact as templates see it: a text knows the day on which it was said."""
    return Dated(fact.value, at) if isinstance(fact.value, str) else fact.value


def entries(session: Session) -> Iterator[Entry]:
    """The log entries of all unfinished talks, the present one last."""
    for talk in reversed(session.shelf):
        yield from talk.log
    if session.talk:
        yield from session.talk.log


def person(session: Session) -> dict[str, Fact]:
    """What is known of the person now."""
    known = dict(session.person)
    for name, fact in ((name, fact) for entry in entries(session) for name, fact in entry.person.items()):
        if name not in known or fact.at >= known[name].at:
            known[name] = fact
    return known


def kept(session: Session) -> dict[str, Kept]:
    """The newest keepsake of every name."""
    found = dict(session.kept)
    for entry in entries(session):
        found.update({name: one for name, one in entry.kept.items() if one.text})
    return found
