"""YAML with its place on every value. The only importer of yaml.

Nothing is resolved: `yes`, `3` and `~` stay the text that an author wrote, and the reader decides what they are where
the shape wants something else. Whatever is wrong is a problem with a place, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from .flow import Place, Problem

LARGEST = 1_000_000
"""Bytes of a flow file."""
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written; `place` is that of its first character (of its first line, in a block)."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping: keys in the order of the file, each once."""

    pairs: tuple[tuple[Text, Node], ...]
    place: Place

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node = Text | Items | Pairs


def load(path: Path, name: str = "") -> tuple[Node | None, list[Problem]]:
    """The content of a file; `name` is how the file is called in problems."""
    name = name or path.name
    top = Place(name, 1, 1)
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [
            Problem(top, "F001", f"the file cannot be read ({error.strerror})", "look at its name and rights")
        ]
    if len(data) > LARGEST:
        fix = f"keep a flow below {LARGEST:,} bytes; part it into sub-flows"
        return None, [Problem(top, "F001", f"the file has {len(data):,} bytes", fix)]
    try:
        return parse(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(Place(name, line, 1), "F001", "the text is not UTF-8", "save the file as UTF-8")]


def parse(name: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The content of a text; `name` is how its file is called in problems."""
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                place = _place(name, token.start_mark)
                return None, [
                    Problem(place, "F001", "& and * links are not part of the language", "write it out in full")
                ]
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return None, [_unreadable(name, error)]
    except (yaml.YAMLError, RecursionError) as error:
        reason = type(error).__name__ if isinstance(error, RecursionError) else str(error).split("\n")[0]
        return None, [Problem(Place(name, 1, 1), "F001", f"YAML cannot be read: {reason}", "look for odd characters")]
    if root is None:
        return None, [
            Problem(Place(name, 1, 1), "F001", "the file is empty", "begin with a line such as flow: my_flow")
        ]
    reading = _Reading(name, text.split("\n"))
    return reading.node(root, 0), reading.problems


def _unreadable(name: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = _place(name, mark) if mark else Place(name, 1, 1)
    fix = "look at the indentation, and put text that holds ': ' or ' #' in quotes"
    return Problem(place, "F001", f"YAML cannot be read: {error.problem or error.context}", fix)


def _place(name: str, mark: yaml.Mark) -> Place:
    return Place(name, mark.line + 1, mark.column + 1)


class _Reading:
    """Turns PyYAML's nodes into ours."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self.lines = lines
        self.problems: list[Problem] = []

    def node(self, node: yaml.Node, depth: int) -> Node:
        place = _place(self.name, node.start_mark)
        if depth > DEEPEST:
            self.problems.append(Problem(place, "F001", "too many levels inside one another", "write it flatter"))
            return Text("", place)
        if isinstance(node, yaml.SequenceNode):
            return Items(tuple(self.node(item, depth + 1) for item in node.value), place)
        if isinstance(node, yaml.MappingNode):
            return self._pairs(node, place, depth)
        return self._text(node, place)

    def _text(self, node: yaml.Node, place: Place) -> Text:
        style = getattr(node, "style", None)
        if style in {"|", ">"}:
            line = place.line + 1
            text = self.lines[line - 1] if line <= len(self.lines) else ""
            place = Place(self.name, line, len(text) - len(text.lstrip()) + 1)
        elif style in {"'", '"'}:
            place = Place(self.name, place.line, place.column + 1)
        return Text(str(node.value), place)

    def _pairs(self, node: yaml.MappingNode, place: Place, depth: int) -> Pairs:
        found: dict[str, tuple[Text, Node]] = {}
        for key_node, value_node in node.value:
            key = self.node(key_node, depth + 1)
            value = self.node(value_node, depth + 1)
            if not isinstance(key, Text):
                self.problems.append(
                    Problem(key.place, "F005", "a key has to be a word", "write a name before the colon")
                )
            elif key.text in found:
                first = found[key.text][0].place.line
                message = f"{key.text!r} is there twice (first on line {first})"
                self.problems.append(Problem(key.place, "F002", message, "keep one of them, or rename one"))
            else:
                found[key.text] = (key, value)
        return Pairs(tuple(found.values()), place)
