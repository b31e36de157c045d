"""Reading `ask`: YAML -> one of the questions of `flow`."""

from __future__ import annotations

import re
from hashlib import blake2b

from .flow import Choose, Country, Day, Hour, Option, Phrase, Question, Scale, Several, Summary, Words, YesNo, Zone
from .shapes import VALUE, Shapes, nearest
from .source import Node, Pairs, Text

LONGEST = 4000
"""Characters that a text question may allow: Telegram's limit of a message is 4,096."""
KINDS = {
    "choose": ("choose",),
    "several": ("several", "min", "max"),
    "scale": ("scale", "low", "high"),
    "text": ("text",),
    "yesno": ("yesno",),
    "date": ("date",),
    "time": ("time",),
    "country": ("country",),
    "zone": ("zone",),
    "summary": ("summary",),
}
BARE = ("text", "yesno", "date", "time", "country", "zone")
"""Kinds that a bare word asks for."""


def read_question(shapes: Shapes, node: Node) -> Question | None:
    """The question that `ask` describes; None when it cannot be read (the problems are noted)."""
    if isinstance(node, Text):
        if node.text in BARE:
            return _bare(node)
        fix = f"use {', '.join(KINDS)}"
        shapes.add(node.place, "F005", f"there is no question {node.text!r}{nearest(node.text, KINDS)}", fix)
        return None
    pairs = shapes.pairs(node, "a question")
    if pairs is None:
        return None
    kinds = [key for key, _ in pairs.pairs if key.text in KINDS]
    if len(kinds) != 1:
        asked = ", ".join(key.text for key, _ in pairs.pairs)
        found = next((near for key, _ in pairs.pairs if (near := nearest(key.text, KINDS))), "")
        shapes.add(
            node.place, "F005", f"{asked!r} is not one kind of question{found}", f"use one of {', '.join(KINDS)}"
        )
        return None
    kind = kinds[0].text
    shapes.pairs(pairs, f"a {kind} question", KINDS[kind])
    value = pairs.get(kind)
    return None if value is None else READERS[kind](shapes, pairs, value)


def _bare(node: Text) -> Question:
    bare: dict[str, Question] = {
        "text": Words(node.place),
        "yesno": YesNo(node.place),
        "date": Day(node.place),
        "time": Hour(node.place),
        "country": Country(node.place),
        "zone": Zone(node.place),
    }
    return bare[node.text]


def _options(shapes: Shapes, node: Node, what: str) -> tuple[Option, ...]:
    pairs = shapes.pairs(node, what)
    options = [_option(shapes, key, value) for key, value in pairs.pairs] if pairs else []
    found = tuple(option for option in options if option)
    if pairs is not None and not pairs.pairs:
        shapes.add(node.place, "F005", f"{what} has no options", "write lines such as value: Label")
    return found


def _option(shapes: Shapes, key: Text, node: Node) -> Option | None:
    if not VALUE.fullmatch(key.text):
        fix = "use small letters, digits and _, 30 at most"
        shapes.add(key.place, "F006", f"{key.text!r} cannot be the value of an option", fix)
        return None
    if isinstance(node, Pairs):
        pairs = shapes.pairs(node, "an option", ("label", "also"))
        if pairs is None:
            return None
        if pairs.get("label") is None:
            shapes.missing(node.place, "the option", "label", "My partner")
        label = shapes.text(pairs.get("label"), "a label")
        also = shapes.several(pairs.get("also"), lambda item: shapes.text(item, "also"))
        return Option(key.text, label, tuple(phrase.text for phrase in also)) if label else None
    label = shapes.text(node, "a label")
    return Option(key.text, label) if label else None


def _choose(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    options = _options(shapes, node, "choose")
    return Choose(options, node.place) if options else None


def _several(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    options = _options(shapes, node, "several")
    most = max(len(options), 1)
    low = shapes.number(pairs.get("min"), "min", 0, most)
    high = shapes.number(pairs.get("max"), "max", 1, most)
    low = 1 if low is None else low
    if high is not None and low > high:
        shapes.add(node.place, "F061", f"min {low} is more than max {high}", "make min the smaller one")
        return None
    return Several(options, node.place, low, high) if options else None


def _scale(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    found = re.fullmatch(r"(\d{1,2})\s*(?:-|–|to|\.\.)\s*(\d{1,3})", node.text) if isinstance(node, Text) else None
    if not found or not 1 <= int(found[2]) - int(found[1]) <= 10:
        shapes.add(node.place, "F061", "a scale runs from one small number to another", "write 0-10 or 1-5")
        return None
    low, high = shapes.text(pairs.get("low"), "low"), shapes.text(pairs.get("high"), "high")
    return Scale(int(found[1]), int(found[2]), low, high, node.place)


def _words(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    inner = shapes.pairs(node, "text", ("max", "examples"))
    if inner is None:
        return None
    most = shapes.number(inner.get("max"), "max", 1, LONGEST)
    examples = shapes.several(inner.get("examples"), lambda item: shapes.text(item, "an example"))
    return Words(node.place, 1000 if most is None else most, examples)


def _yes_no(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    inner = shapes.pairs(node, "yesno", ("yes", "no"))
    if inner is None:
        return None
    return YesNo(node.place, shapes.text(inner.get("yes"), "yes"), shapes.text(inner.get("no"), "no"))


def _day(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    inner = shapes.pairs(node, "date", ("only",))
    only = shapes.text(inner.get("only"), "only") if inner else None
    if only and only.text not in {"past", "future"}:
        shapes.add(only.place, "F061", f"{only.text!r} is no direction of time", "write only: past, or only: future")
        return None
    return Day(node.place, only.text if only else None)


def _hour(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    return Hour(node.place)


def _country(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    return Country(node.place)


def _zone(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    return Zone(node.place)


def _summary(shapes: Shapes, pairs: Pairs, node: Node) -> Question | None:
    inner = shapes.pairs(node, "summary")
    if inner is None:
        return None
    read = [(Phrase(key.text, key.place), shapes.text(value, "a label")) for key, value in inner.pairs]
    both = [(name, label) for name, label in read if label]
    return Summary(tuple(name for name, _ in both), node.place, tuple(label for _, label in both))


READERS = {
    "choose": _choose,
    "several": _several,
    "scale": _scale,
    "text": _words,
    "yesno": _yes_no,
    "date": _day,
    "time": _hour,
    "country": _country,
    "zone": _zone,
    "summary": _summary,
}


def mark(question: Question | None) -> str:
    """A fingerprint of what an answer depends on: the kind, its values and limits, not its wording."""
    if question is None:
        return ""
    if isinstance(question, Choose | Several):
        limits = (question.min, question.max) if isinstance(question, Several) else ()
        essence: object = (*(option.value for option in question.options), *limits)
    elif isinstance(question, Scale):
        essence = (question.low, question.high)
    elif isinstance(question, Words):
        essence = question.max
    elif isinstance(question, Day):
        essence = question.only
    elif isinstance(question, Summary):
        essence = tuple(name.text for name in question.steps)
    else:
        essence = ""
    return blake2b(f"{type(question).__name__}{essence}".encode(), digest_size=4).hexdigest()
