"""Rules that look across flows: sub-flows, keepsakes and facts, renamings, the menu, the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.flow import Flow, Phrase, Place, Problem
from bot.shapes import nearest
from bot.templates import Reference, inspect
from bot.translate import LISTS

from .case import Case
from .sentences import phrases
from .words import COMMANDS, FACTS, WORDS


def calls(case: Case) -> Iterator[Problem]:
    """F050: a called flow, one that begins then, or one to be reminded of, exists."""
    for _, step in case.steps():
        named = [step.call] if step.call else []
        named += [step.then] if step.then else []
        named += [Phrase(step.remind.flow, step.remind.place)] if step.remind else []
        for name in named:
            if name.text not in case.flows:
                message = f"there is no flow {name.text!r}{nearest(name.text, case.flows)}"
                yield Problem(name.place, "F050", message, "name a flow of this folder")


def circles(case: Case) -> Iterator[Problem]:
    """F051: a flow never calls itself, not even by way of others."""
    called = {name: {s.call.text for s in flow.steps.values() if s.call} for name, flow in case.flows.items()}
    for flow, step in case.steps():
        if step.call and flow.name in _below(called, step.call.text):
            message = f"{flow.name!r} calls {step.call.text!r}, which comes back to {flow.name!r}"
            yield Problem(step.call.place, "F051", message, "end the sub-flow instead; it returns by itself")


def _below(called: Mapping[str, set[str]], name: str) -> set[str]:
    found, left = set(), [name]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += called.get(one, ())
    return found


def unwritten(case: Case) -> Iterator[Problem]:
    """F052, F053: a keepsake or a fact that is read is written somewhere."""
    kept = {step.keep.name for _, step in case.steps() if step.keep}
    facts = {*FACTS, *(step.person.text for _, step in case.steps() if step.person)}
    for flow, step in case.steps():
        for phrase, condition in phrases(flow, step):
            for reference in inspect(phrase, condition).references:
                yield from _never_written(phrase, reference, kept, facts)


def _never_written(phrase: Phrase, reference: Reference, kept: set[str], facts: set[str]) -> Iterator[Problem]:
    if len(reference.path) < 2:
        return
    kind, name = reference.path[:2]
    place = Place(phrase.place.file, reference.line, reference.column)
    if kind == "kept" and name not in kept:
        message = f"no flow keeps {name!r}{nearest(name, kept)}"
        yield Problem(place, "F052", message, f"add keep: {name} to the step that asks for it")
    if kind == "person" and name not in facts:
        message = f"no flow learns {name!r} of the person{nearest(name, facts)}"
        yield Problem(place, "F053", message, f"add person: {name} to the step that asks for it")


def renamed(case: Case) -> Iterator[Problem]:
    """F054: a former name belongs to one step (or flow), and to none that exists."""
    for flow in case.flows.values():
        yield from _collisions([(s.name, old) for s in flow.steps.values() for old in s.was], flow.steps, "step")
    yield from _collisions([(flow.name, old) for flow in case.flows.values() for old in flow.was], case.flows, "flow")


def _collisions(former: list[tuple[str, Phrase]], present: Mapping[str, object], what: str) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for name, old in former:
        if old.text in present:
            message = f"the {what} {old.text!r} still exists, so {name!r} cannot have been it"
            yield Problem(old.place, "F054", message, "take the was: away, or rename the other")
        elif owners.setdefault(old.text, name) != name:
            message = f"both {owners[old.text]!r} and {name!r} say they were {old.text!r}"
            yield Problem(old.place, "F054", message, "leave it to one of them")


def menus(case: Case) -> Iterator[Problem]:
    """F055: each place of the menu is taken once."""
    places: dict[int, Flow] = {}
    for flow in case.flows.values():
        if flow.menu is not None and places.setdefault(flow.menu, flow) is not flow:
            message = f"place {flow.menu} of the menu is taken by {places[flow.menu].name!r}"
            yield Problem(flow.place, "F055", message, "give it another number behind menu:")


def house_words(case: Case) -> Iterator[Problem]:
    """F057: the house has all its sentences, no others, and each uses what it may."""
    words = case.house.words
    for name in WORDS:
        if not words.get(name):
            yield Problem(case.house.place, "F057", f"the house has no sentence {name!r}", f"add {name}: under words:")
    for name, wordings in words.items():
        if name not in WORDS and name not in LISTS:
            place = wordings[0].place if wordings else case.house.place
            message = f"the house never says {name!r}{nearest(name, WORDS)}"
            yield Problem(place, "F057", message, "take it away, or correct its name")
        for phrase in wordings:
            yield from _house_names(phrase, name)


def _house_names(phrase: Phrase, word: str) -> Iterator[Problem]:
    inspection = inspect(phrase)
    yield from inspection.problems
    allowed = WORDS.get(word, ())
    for reference in inspection.references:
        name = ".".join(reference.path)
        if name not in allowed:
            place = Place(phrase.place.file, reference.line, reference.column)
            known = f"use {', '.join(allowed)}" if allowed else "write it without names"
            yield Problem(place, "F020", f"{word!r} does not know {name!r}{nearest(name, allowed)}", known)


def house_commands(case: Case) -> Iterator[Problem]:
    """F058: the house has its commands, no others, and no word means two of them."""
    commands = case.house.commands
    for name in COMMANDS:
        if name not in commands:
            yield Problem(
                case.house.place, "F058", f"the house has no command {name!r}", f"add {name}: under commands:"
            )
    owners: dict[str, str] = {}
    for command in commands.values():
        if command.name not in COMMANDS:
            message = f"there is no command {command.name!r}{nearest(command.name, COMMANDS)}"
            yield Problem(command.about.place, "F058", message, f"use {', '.join(COMMANDS)}")
        for word in command.words:
            if owners.setdefault(word, command.name) != command.name:
                message = f"{word!r} means both {owners[word]!r} and {command.name!r}"
                yield Problem(command.about.place, "F058", message, "leave it to one of them")
