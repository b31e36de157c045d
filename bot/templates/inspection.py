"""Reads templates without running them: the names they use, what they compare, what they may not do.

For `checker`: whatever passes here cannot reach anything but the names a flow has, and its cost is bounded by its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from bot.flow import Phrase, Place, Problem
from bot.languages import FIRST

from .rendering import FILTERS, TESTS, environment

EXPRESSIONS = (
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Test,
    nodes.List,
    nodes.Tuple,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.Concat,
)
STATEMENTS = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For)
VARIANTS = 64


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that is read: ("need",), ("person", "contact"), ("kept", "boundary", "at")."""

    path: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A name compared (==, !=, in) with constant texts."""

    path: tuple[str, ...]
    values: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a sentence or a condition uses, and what is wrong with it."""

    references: list[Reference] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@lru_cache(maxsize=8192)
def inspect(phrase: Phrase, condition: bool = False) -> Inspection:
    """Everything that `checker` wants to know of a template (or of a condition)."""
    found = Inspection()
    source = "{{ " + phrase.text + " }}" if condition else phrase.text
    if "{" not in source:
        return found
    try:
        tree = environment(FIRST).parse(source)
    except TemplateSyntaxError as error:
        found.problems.append(_unreadable(phrase, error, condition))
        return found
    if condition and not _is_one_expression(tree):
        fix = "write one comparison, such as area == 'money'"
        found.problems.append(Problem(phrase.place, "F040", f"{phrase.text!r} is not one condition", fix))
        return found
    for node in _walk(tree):
        _judge(node, phrase, found)
    found.references.extend(_references(tree, phrase, frozenset()))
    return found


def _unreadable(phrase: Phrase, error: TemplateSyntaxError, condition: bool) -> Problem:
    place = Place(phrase.place.file, phrase.place.line + error.lineno - 1, phrase.place.column)
    reason = _reason(error.message or "")
    if condition:
        message = f"the condition {phrase.text!r} cannot be read: {reason}"
        return Problem(place, "F040", message, "write it like area == 'money'")
    fix = "write names as {{ name }} and cases as {% if name %} … {% endif %}"
    return Problem(place, "F041", f"the sentence cannot be read: {reason}", fix)


def _reason(message: str) -> str:
    """What Jinja found wrong, in words of the flow language."""
    if message.startswith("Unexpected end of template"):
        return "an {% if %} or {% for %} has no {% endif %} or {% endfor %}"
    if message.startswith("unexpected end of template"):
        return "a {{ or {% is not closed"
    got = re.search(r"(?:got|unexpected) '(.+)'", message)
    return f"{got[1]!r} is out of place" if got else message.rstrip(".")


def _is_one_expression(tree: nodes.Template) -> bool:
    return len(tree.body) == 1 and isinstance(tree.body[0], nodes.Output) and len(tree.body[0].nodes) == 1


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _judge(node: nodes.Node, phrase: Phrase, found: Inspection) -> None:
    """Note a forbidden construct, or a comparison with constants."""
    reason = _forbidden(node)
    if reason:
        fix = "use names, comparisons, and/or/not, {% if %}, {% for x in every.NAME %}, the filters in docs/flows.md"
        found.problems.append(
            Problem(_at(phrase, node.lineno, ""), "F042", f"{reason} is not part of the language", fix)
        )
    if isinstance(node, nodes.Compare):
        found.comparisons.extend(_compared(node, phrase))


def _forbidden(node: nodes.Node) -> str:
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"the filter {node.name!r}"
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return f"the test {node.name!r}"
    if isinstance(node, nodes.For) and not isinstance(node.iter, nodes.Name | nodes.Getattr):
        return "a loop over this"
    if isinstance(node, nodes.Getattr) and (not _path(node) or node.attr.startswith("_")):
        return f"'.{node.attr}' here"
    if isinstance(node, (*EXPRESSIONS, *STATEMENTS, nodes.Keyword)):
        return ""
    return type(node).__name__.lower()


def _path(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        before = _path(node.node)
        return (*before, node.attr) if before else ()
    return ()


def _at(phrase: Phrase, lineno: int, name: str) -> Place:
    """Where `name` stands in the file, as far as the phrase's own place tells."""
    lines = phrase.text.split("\n")
    line = lines[lineno - 1] if 0 < lineno <= len(lines) else ""
    return Place(phrase.place.file, phrase.place.line + lineno - 1, phrase.place.column + max(line.find(name), 0))


def _references(node: nodes.Node, phrase: Phrase, local: frozenset[str]) -> Iterator[Reference]:
    if isinstance(node, nodes.For):
        yield from _references(node.iter, phrase, local)
        inside = local | {name.name for name in node.target.find_all(nodes.Name)} | {"loop"}
        if isinstance(node.target, nodes.Name):
            inside |= {node.target.name}
        for child in (*node.body, *node.else_):
            yield from _references(child, phrase, inside)
        return
    path = _path(node)
    if path:
        if path[0] not in local:
            place = _at(phrase, node.lineno, path[0])
            yield Reference(path, place.line, place.column)
        return
    for child in node.iter_child_nodes():
        yield from _references(child, phrase, local)


def _compared(node: nodes.Compare, phrase: Phrase) -> Iterator[Comparison]:
    sides = [node.expr, *(operand.expr for operand in node.ops)]
    paths = [path for path in map(_path, sides) if path]
    values = tuple(value for side in sides for value in _constants(side))
    if len(paths) == 1 and values and node.ops[0].op in {"eq", "ne", "in", "notin"}:
        yield Comparison(paths[0], values, _at(phrase, node.lineno, paths[0][0]))


def _constants(node: nodes.Node) -> list[str]:
    items = node.items if isinstance(node, nodes.List | nodes.Tuple) else [node]
    return [item.value for item in items if isinstance(item, nodes.Const) and isinstance(item.value, str)]


@lru_cache(maxsize=8192)
def variants(phrase: Phrase) -> list[str]:
    """The text with every branch of its {% if %}s taken, and each {{ }} replaced by "x": for checks of markup and
    length. At most 64 of them."""
    if "{" not in phrase.text:
        return [phrase.text]
    try:
        return _texts(environment(FIRST).parse(phrase.text).body)
    except TemplateSyntaxError:
        return []


def _texts(body: list[nodes.Node]) -> list[str]:
    texts = [""]
    for node in body:
        ways = _ways(node)
        texts = [text + way for way in ways for text in texts][:VARIANTS]
    return texts


def _ways(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Output):
        return ["".join(part.data if isinstance(part, nodes.TemplateData) else "x" for part in node.nodes)]
    if isinstance(node, nodes.If):
        bodies = [node.body, *(branch.body for branch in node.elif_), node.else_]
        return [text for body in bodies for text in _texts(body)]
    if isinstance(node, nodes.For):
        return _texts(node.body)
    return [""]
