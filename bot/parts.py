"""What a step does besides speaking, asking and moving on: YAML -> Keeping, Follow, Counting and the like."""

from __future__ import annotations

import re
from datetime import timedelta

from .flow import AFTER, MEASURES, Branch, Counting, Follow, Keeping, Phrase
from .shapes import Shapes
from .source import Node, Pairs

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def keep(shapes: Shapes, node: Node | None) -> Keeping | None:
    """What a step keeps."""
    if isinstance(node, Pairs):
        example = {"as": "boundary", "text": '"{{ words }}"'}
        pairs = shapes.whole(node, "keep", example, optional=("back",))
        if pairs is None:
            return None
        name, back = shapes.name(pairs.get("as"), "a keepsake"), shapes.flag(pairs.get("back"), "back")
        return Keeping(name.text, name.place, shapes.text(pairs.get("text"), "text"), back) if name else None
    name = shapes.name(node, "a keepsake")
    return Keeping(name.text, name.place) if name else None


def remind(shapes: Shapes, node: Node | None) -> Follow | None:
    """The talk that a step begins later."""
    pairs = shapes.whole(node, "remind", {"after": "3d", "flow": "review_boundary"})
    if pairs is None:
        return None
    after, flow = shapes.text(pairs.get("after"), "after"), shapes.name(pairs.get("flow"), "a flow")
    if after and "{" not in after.text and not duration(after.text) and after.text != "none":
        shapes.add(after.place, "F060", f"{after.text!r} is not a time", "write 30m, 2h, 3d, 1w or none")
        return None
    return Follow(after, flow.text, flow.place) if after and flow else None


def wait(shapes: Shapes, node: Node | None) -> tuple[timedelta | None, tuple[Branch, ...]]:
    """The time limit of a question, and its branch."""
    pairs = shapes.whole(node, "wait", {"for": "10m", "go": "next_step"})
    if pairs is None:
        return None, ()
    length, target = _length(shapes, pairs.get("for"), "for"), shapes.name(pairs.get("go"), "a step")
    if not length or not target:
        return None, ()
    return length, (Branch("late", target.text, target.place),)


def count(shapes: Shapes, node: Node | None) -> Counting | None:
    """The lines that take turns under a question."""
    pairs = shapes.whole(node, "count", {"every": "4s", "lines": "[In, Out]"})
    if pairs is None:
        return None
    length = _length(shapes, pairs.get("every"), "every")
    lines = shapes.several(pairs.get("lines"), lambda item: shapes.text(item, "a line"))
    return Counting(length, lines, pairs.place) if length and lines else None


def measure(shapes: Shapes, node: Node | None) -> tuple[str, Phrase | None]:
    """What a scale measures (nothing when it is no measure), and the step that asked the same before."""
    if isinstance(node, Pairs):
        pairs = shapes.whole(node, "measure", {AFTER: "name_of_the_step_before"})
        since = shapes.name(pairs.get(AFTER), "a step") if pairs else None
        return (AFTER, since) if since else ("", None)
    found = shapes.text(node, "measure")
    if found and found.text not in MEASURES:
        fix = f"use {', '.join(MEASURES)}, or {{{AFTER}: name_of_the_step_before}}"
        shapes.add(found.place, "F061", f"{found.text!r} is no measure", fix)
        return "", None
    return (found.text if found else ""), None


def fleeting(shapes: Shapes, node: Node | None) -> bool:
    """Whether an answer is never stored."""
    found = shapes.text(node, "store")
    if found and found.text != "never":
        shapes.add(found.place, "F061", f"{found.text!r} is no way to store", "write store: never, or take it away")
    return found is not None


def _length(shapes: Shapes, node: Node | None, what: str) -> timedelta | None:
    written = shapes.text(node, what)
    length = duration(written.text) if written else None
    if written and not length:
        shapes.add(written.place, "F060", f"{written.text!r} is not a time", "write 30s, 10m, 2h or 3d")
    return length


def duration(text: str) -> timedelta | None:
    """The time that `30s`, `10m`, `2h`, `3d`, `1w` mean."""
    found = re.fullmatch(r"\s*(\d{1,3})([smhdw])\s*", text)
    if not found or int(found[1]) == 0:
        return None
    return timedelta(**{{"s": "seconds", **UNITS}[found[2]]: int(found[1])})


def end(shapes: Shapes, node: Node | None) -> str | None:
    """The outcome with which a step ends its flow; None: it does not."""
    if node is None:
        return None
    found = shapes.name(node, "an outcome")
    return "done" if found is None or found.text == "true" else found.text
