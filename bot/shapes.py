"""Reading values out of YAML nodes: what is there, what it should be, and a problem with place where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import TypeVar

from .flow import Phrase, Place, Problem
from .source import Items, Node, Pairs, Text

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
VALUE = re.compile(r"[a-z0-9][a-z0-9_]{0,29}")
T = TypeVar("T")


def nearest(word: str, known: Collection[str]) -> str:
    """(did you mean 'x'?) for a word that is nearly one of the known ones, else nothing."""
    found = get_close_matches(word, list(known), 1, 0.6)
    return f" (did you mean {found[0]!r}?)" if found else ""


class Shapes:
    """Collects problems while values are read; a wrong value reads as None, so that reading can go on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, place: Place, code: str, message: str, fix: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place, code, message, fix))

    def pairs(self, node: Node | None, what: str, known: Collection[str] | None = None) -> Pairs | None:
        """A mapping; with `known`, keys that are not among them are problems."""
        if not isinstance(node, Pairs):
            if node is not None:
                self.add(node.place, "F005", f"{what} has to be keys and values", "write lines such as key: value")
            return None
        for key, _ in node.pairs:
            if known is not None and key.text not in known:
                keys = ", ".join(known)
                self.add(key.place, "F003", f"{what} has no key {key.text!r}{nearest(key.text, known)}", f"use {keys}")
        return node

    def whole(
        self, node: Node | None, what: str, examples: Mapping[str, str], optional: tuple[str, ...] = ()
    ) -> Pairs | None:
        """A mapping that needs all of these keys, may have the `optional` ones, and has no others; the examples show
        what one could write."""
        pairs = self.pairs(node, what, (*examples, *optional))
        for key, example in examples.items() if pairs else ():
            if pairs and pairs.get(key) is None:
                self.missing(pairs.place, what, key, example)
        return pairs

    def text(self, node: Node | None, what: str) -> Phrase | None:
        """A text that is not empty."""
        if node is None:
            return None
        if isinstance(node, Text) and node.text.strip():
            return Phrase(node.text.rstrip("\n"), node.place)
        self.add(node.place, "F005", f"{what} has to be a text", "write words behind the colon")
        return None

    def name(self, node: Node | None, what: str) -> Phrase | None:
        """A name: small letters, digits and _, a letter first."""
        found = self.text(node, what)
        if found and not NAME.fullmatch(found.text):
            fix = "use small letters, digits and _, a letter first, 40 at most"
            self.add(found.place, "F006", f"{found.text!r} cannot be the name of {what}", fix)
            return None
        return found

    def number(self, node: Node | None, what: str, low: int, high: int) -> int | None:
        """A whole number within limits."""
        if node is None:
            return None
        if isinstance(node, Text) and re.fullmatch(r"-?\d{1,9}", node.text) and low <= int(node.text) <= high:
            return int(node.text)
        value = f" {node.text!r}" if isinstance(node, Text) else ""
        self.add(node.place, "F005", f"{what}{value} is no whole number from {low} to {high}", f"write {low} to {high}")
        return None

    def flag(self, node: Node | None, what: str) -> bool:
        """true or false."""
        if node is None:
            return False
        if isinstance(node, Text) and node.text.lower() in {"true", "yes", "on", "false", "no", "off"}:
            return node.text.lower() in {"true", "yes", "on"}
        self.add(node.place, "F005", f"{what} has to be true or false", "write true, or leave the line out")
        return False

    def several(self, node: Node | None, read: Callable[[Node], T | None]) -> tuple[T, ...]:
        """A list, or one value that stands for a list of one."""
        if node is None:
            return ()
        items = node.items if isinstance(node, Items) else (node,)
        return tuple(value for item in items if (value := read(item)) is not None)

    def missing(self, place: Place, what: str, key: str, example: str) -> None:
        """Note that a key is missing."""
        self.add(place, "F004", f"{what} has no {key!r}", f"add a line such as {key}: {example}")

    def keyed(self, pairs: Pairs) -> Iterator[tuple[Text, Node]]:
        """The pairs of a mapping."""
        yield from pairs.pairs
