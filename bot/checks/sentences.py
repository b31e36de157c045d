"""Rules about sentences: templates, the names they use, markup, length."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.draft import BUBBLE, length
from bot.flow import Flow, Phrase, Place, Problem, Step
from bot.markup import fault
from bot.numbers import NAMES
from bot.shapes import nearest
from bot.templates import Comparison, Reference, inspect, variants

from .case import Case, conditions, labels, said, small

KNOWN = {"bot": ("name", "link", "notify"), "danger": ("concern", "level"), "help": NAMES}
"""What there is behind these names."""


def phrases(flow: Flow, step: Step) -> Iterator[tuple[Phrase, bool]]:
    """Every template and condition of a step, and whether it is a condition."""
    yield from ((phrase, False) for phrase in (*said(flow, step), *small(step)))
    yield from ((phrase, True) for phrase in conditions(step))


def templates(case: Case) -> Iterator[Problem]:
    """F040, F041, F042: sentences and conditions can be read, and stay within the language."""
    for flow, step in case.steps():
        for phrase, condition in phrases(flow, step):
            yield from inspect(phrase, condition).problems
        for label in labels(step):
            if "{{" in label.text or "{%" in label.text:
                yield Problem(label.place, "F042", "a label is always the same words", "take the {{ }} out of it")


def names(case: Case) -> Iterator[Problem]:
    """F020, F021: every name is one that this flow, the person or the keepsakes have."""
    for flow, step in case.steps():
        for phrase, condition in phrases(flow, step):
            for reference in inspect(phrase, condition).references:
                if message := _unknown(flow, reference):
                    place = Place(phrase.place.file, reference.line, reference.column)
                    fix = "use the name of a step that asks, or person., kept., every., runs, now, bot., danger., help."
                    yield Problem(place, "F021" if condition else "F020", message, fix)


def answerable(flow: Flow) -> list[str]:
    """The names of a flow's answers."""
    return [step.name for step in flow.steps.values() if step.ask is not None or step.call is not None]


def _unknown(flow: Flow, reference: Reference) -> str:
    """What is wrong with a name, if anything."""
    first, *rest = reference.path
    asked = answerable(flow)
    if first in {"runs", "now"}:
        return _too_far(reference, 1)
    if first in KNOWN:
        fits = len(rest) == 1 and rest[0] in KNOWN[first]
        return (
            "" if fits else f"there is no {'.'.join(reference.path)!r}{nearest(rest[0] if rest else '', KNOWN[first])}"
        )
    if first in {"person", "kept", "every"}:
        if len(rest) == 1 and (first != "every" or rest[0] in asked):
            return ""
        if first in {"kept", "person"} and len(rest) == 2 and rest[1] == "at":
            return ""
        near = nearest(rest[0], asked) if rest and first == "every" else ""
        return f"there is no {'.'.join(reference.path)!r}{near}"
    if first not in asked:
        silent = "; that step asks nothing" if first in flow.steps else ""
        return f"there is no answer {first!r}{nearest(first, [*asked, 'person', 'kept', 'every'])}{silent}"
    return "" if rest == ["label"] else _too_far(reference, 1)


def _too_far(reference: Reference, depth: int) -> str:
    if len(reference.path) <= depth:
        return ""
    return f"{reference.path[0]!r} has no {'.'.join(reference.path[depth:])!r}"


def fleeting(case: Case) -> Iterator[Problem]:
    """F008: no keepsake is made of an answer that is never to be stored."""
    for flow, step in case.steps():
        text = step.keep.text if step.keep else None
        for reference in inspect(text).references if text else ():
            name = reference.path[1 if reference.path[0] == "every" and len(reference.path) > 1 else 0]
            if name in flow.steps and flow.steps[name].fleeting:
                message = f"the step {step.name!r} keeps {name!r}, which is never to be stored"
                yield Problem(step.place, "F008", message, "take it out of the text, or store: never away")


def comparisons(case: Case) -> Iterator[Problem]:
    """F022: an answer is compared with values that it can have."""
    for flow, step in case.steps():
        for phrase, condition in phrases(flow, step):
            for comparison in inspect(phrase, condition).comparisons:
                yield from _impossible(case, flow, comparison)


def _impossible(case: Case, flow: Flow, comparison: Comparison) -> Iterator[Problem]:
    name = ".".join(comparison.path)
    if comparison.path[0] == "person" and len(comparison.path) == 2:
        asking = [step for _, step in case.steps() if step.person and step.person.text == comparison.path[1]]
    else:
        asking = [flow.steps[name]] if name in flow.steps else []
    known = [case.values(step) or {option.value for option in getattr(step.ask, "options", ())} for step in asking]
    # Where one of the questions takes any words, any value may come.
    values = set().union(*known) if all(known) else set()
    for value in comparison.values:
        if values and value not in values:
            message = f"{name!r} is never {value!r}{nearest(value, values)}"
            yield Problem(comparison.place, "F022", message, f"compare with {', '.join(sorted(values))}")


def _texts(case: Case) -> Iterator[tuple[Phrase, Collection[str]]]:
    """Every sentence that is sent as markup, and all that it can become."""
    for flow, step in case.steps():
        for phrase in said(flow, step):
            yield phrase, variants(phrase)
    for wordings in case.house.words.values():
        for phrase in wordings:
            yield phrase, [part for text in variants(phrase) for part in text.split("\n---\n")]


def markup(case: Case) -> Iterator[Problem]:
    """F031: Telegram accepts the markup, whichever way the {% if %}s go."""
    for phrase, texts in _texts(case):
        reason = next((found for text in texts if (found := fault(text))), "")
        if reason:
            fix = "use <b> <i> <u> <s> <code> <pre> <blockquote> <a href>, close each, and write &lt; and &amp;"
            yield Problem(phrase.place, "F031", reason, fix)


def lengths(case: Case) -> Iterator[Problem]:
    """F030: a bubble fits into one message."""
    for phrase, texts in _texts(case):
        longest = max((length(text) for text in texts), default=0)
        if longest > BUBBLE:
            message = f"the bubble has {longest:,} characters; Telegram takes {BUBBLE:,}"
            yield Problem(phrase.place, "F030", message, "part it into several")
