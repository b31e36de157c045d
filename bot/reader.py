"""YAML files -> Flow and House. Finds everything that is wrong with their shape, and goes on after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from . import parts
from .catalogue import Catalogue, read_catalogues, spoken
from .flow import END, Branch, Bubble, Command, Flow, House, Phrase, Problem, Scale, Step
from .helplines import FILE, HelpLines
from .helplines_reader import read_helplines
from .questions import mark, read_question
from .safety import CONCERNS, Rules
from .safety_rules import read_rules
from .shapes import Shapes, nearest
from .source import Items, Node, Pairs, Text, load, parse

FLOW_KEYS = ("flow", "title", "about", "minutes", "menu", "path", "start", "was", "danger", "gentle", "steps")
STEP_KEYS = (
    "say",
    "ask",
    "optional",
    "next",
    "keep",
    "person",
    "remind",
    "wait",
    "unfit",
    "call",
    "end",
    "then",
    "count",
    "measure",
    "store",
    "was",
)


@dataclass(slots=True)
class Reading:
    """What a folder of flows holds, and what is wrong with its shape. `lent`: its house is another folder's.
    `catalogues` are its own translations, by language; `translated` are its flows and its house in every language that
    either has."""

    flows: dict[str, Flow] = field(default_factory=dict)
    house: House = field(default_factory=House)
    problems: list[Problem] = field(default_factory=list)
    lent: bool = False
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    translated: dict[str, tuple[dict[str, Flow], House]] = field(default_factory=dict)
    rules: Rules | None = None
    lines: HelpLines = field(default_factory=HelpLines)


def read_folder(folder: Path, house: Path | None = None) -> Reading:
    """All flows of a folder and its house.yaml. Scripted talks (`*.test.yaml`) are not flows. `house` is the file
    that stands in when the folder has none."""
    reading = Reading()
    paths = [path for path in sorted(folder.glob("*.yaml")) if not path.name.endswith((".test.yaml", FILE))]
    reading.lent = house is not None and not any(path.name == house.name for path in paths)
    if house and reading.lent:
        paths.append(house)
    for path in paths:
        node, problems = load(path)
        reading.problems += problems
        if node is not None:
            _add(reading, path.name, node)
    _translate(reading, folder, house)
    reading.rules, problems = read_rules(folder)
    reading.lines, more = read_helplines(folder)
    reading.problems += problems + more
    return reading


def _translate(reading: Reading, folder: Path, house: Path | None) -> None:
    reading.catalogues, problems = read_catalogues(folder)
    reading.problems += problems
    # A house that is lent brings its own translations.
    lent = read_catalogues(house.parent)[0] if house and reading.lent else {}
    for language in {**lent, **reading.catalogues}:
        own, other = reading.catalogues.get(language), lent.get(language)
        catalogue = own.over(other) if own else other
        if catalogue:
            reading.translated[language] = spoken(reading.flows, reading.house, catalogue)


def _add(reading: Reading, name: str, node: Node) -> None:
    shapes = Shapes()
    if isinstance(node, Pairs) and node.get("house") is not None:
        reading.house = read_house(shapes, node)
    else:
        flow = _flow(shapes, name, node)
        if flow and flow.name in reading.flows:
            there = reading.flows[flow.name].place.file
            shapes.add(flow.place, "F006", f"the flow {flow.name!r} is in {there} too", "give one another name")
        elif flow:
            reading.flows[flow.name] = flow
    reading.problems += shapes.problems


def read_flow(name: str, text: str) -> tuple[Flow | None, list[Problem]]:
    """One flow from its text; `name` is that of its file."""
    node, problems = parse(name, text)
    shapes = Shapes()
    flow = _flow(shapes, name, node) if node is not None else None
    return flow, problems + shapes.problems


def _flow(shapes: Shapes, file: str, node: Node) -> Flow | None:
    pairs = shapes.pairs(node, "a flow", FLOW_KEYS)
    if pairs is None:
        return None
    for key, example in (
        ("flow", file.removesuffix(".yaml")),
        ("title", "Set a boundary"),
        ("about", "What it is for"),
    ):
        if pairs.get(key) is None:
            shapes.missing(pairs.place, "the flow", key, example)
    name = shapes.name(pairs.get("flow"), "a flow")
    if name and name.text != file.removesuffix(".yaml"):
        shapes.add(name.place, "F006", f"the flow {name.text!r} lies in {file}", f"call the file {name.text}.yaml")
    steps = _steps(shapes, pairs)
    if not name or not steps:
        return None
    blank = Phrase(name.text, name.place)
    return Flow(
        name=name.text,
        title=shapes.text(pairs.get("title"), "title") or blank,
        about=shapes.text(pairs.get("about"), "about") or blank,
        start=start.text if (start := shapes.name(pairs.get("start"), "a step")) else next(iter(steps)),
        steps=steps,
        place=pairs.place,
        minutes=shapes.number(pairs.get("minutes"), "minutes", 1, 120) or 5,
        menu=shapes.number(pairs.get("menu"), "menu", 1, 99),
        path=_path(shapes, pairs.get("path")),
        was=shapes.several(pairs.get("was"), lambda item: shapes.name(item, "a flow")),
        danger=shapes.several(pairs.get("danger"), lambda item: _concern(shapes, item)),
        gentle=shapes.flag(pairs.get("gentle"), "gentle"),
    )


def _concern(shapes: Shapes, node: Node) -> Phrase | None:
    found = shapes.text(node, "a concern")
    if found and found.text not in CONCERNS:
        fix = f"use {', '.join(CONCERNS)}"
        shapes.add(found.place, "F090", f"there is no concern {found.text!r}{nearest(found.text, CONCERNS)}", fix)
        return None
    return found


def _path(shapes: Shapes, node: Node | None) -> str | None:
    found = shapes.text(node, "path")
    if found and found.text not in {"early", "later"}:
        shapes.add(found.place, "F061", f"{found.text!r} is no part of the path", "write path: early, or path: later")
        return None
    return found.text if found else None


def _steps(shapes: Shapes, pairs: Pairs) -> dict[str, Step]:
    node = pairs.get("steps")
    if node is None:
        shapes.missing(pairs.place, "the flow", "steps", "(and the steps below it)")
        return {}
    steps = shapes.pairs(node, "steps")
    found: dict[str, Step] = {}
    for key, value in steps.pairs if steps else ():
        name = shapes.name(key, "a step")
        if name and name.text in RESERVED:
            shapes.add(key.place, "F006", f"{key.text!r} means something else here", "give the step another name")
        step = _step(shapes, key, value)
        if name and step:
            found[key.text] = step
    return found


RESERVED = (END, "every", "person", "kept", "runs", "now", "bot", "loop", "danger", "help")


def _step(shapes: Shapes, key: Text, node: Node) -> Step | None:
    pairs = shapes.pairs(node, f"the step {key.text!r}", STEP_KEYS)
    if pairs is None:
        return None
    asked = pairs.get("ask")
    ask = read_question(shapes, asked) if asked is not None else None
    wait, late = parts.wait(shapes, pairs.get("wait"))
    measure, since = parts.measure(shapes, pairs.get("measure"))
    step = Step(
        name=key.text,
        place=key.place,
        says=_says(shapes, pairs.get("say")),
        ask=ask,
        branches=(*_branches(shapes, pairs.get("next")), *late),
        optional=shapes.flag(pairs.get("optional"), "optional"),
        unfit=shapes.text(pairs.get("unfit"), "unfit"),
        keep=parts.keep(shapes, pairs.get("keep")),
        person=shapes.name(pairs.get("person"), "a fact of the person"),
        remind=parts.remind(shapes, pairs.get("remind")),
        wait=wait,
        call=shapes.name(pairs.get("call"), "a flow"),
        end=parts.end(shapes, pairs.get("end")),
        then=shapes.name(pairs.get("then"), "a flow"),
        count=parts.count(shapes, pairs.get("count")),
        measure=measure,
        since=since,
        fleeting=parts.fleeting(shapes, pairs.get("store")),
        was=shapes.several(pairs.get("was"), lambda item: shapes.name(item, "a step")),
        mark=mark(ask),
    )
    _whole(shapes, step, asked is not None)
    return step


def _whole(shapes: Shapes, step: Step, asks: bool) -> None:
    """Whether the parts of a step go together."""
    does = [name for name, there in (("ask", asks), ("call", step.call), ("end", step.end)) if there]
    if len(does) > 1:
        shapes.add(step.place, "F008", f"the step {step.name!r} has {' and '.join(does)}", "part it into several steps")
    ways = [branch for branch in step.branches if branch.name != "late"]
    if step.end is None and not ways:
        fix = "add next: and the name of a step, or end: true"
        shapes.add(step.place, "F017", f"the step {step.name!r} leads nowhere", fix)
    if step.end is not None and step.branches:
        shapes.add(step.place, "F008", f"the step {step.name!r} has both end and next", "keep one of them")
    for key, there in (
        ("optional", step.optional),
        ("person", step.person),
        ("unfit", step.unfit),
        ("wait", step.wait),
        ("count", step.count),
        ("store", step.fleeting),
    ):
        if there and not asks:
            shapes.add(step.place, "F008", f"{key!r} needs a question", f"take {key} away, or add ask")
    _stored(shapes, step)
    if step.then and step.end is None:
        shapes.add(step.then.place, "F008", "'then' needs an end", "add end: done, or lead there with next")
    if step.keep and step.keep.text is None and not asks:
        fix = "write keep: {as: name, text: the words}"
        shapes.add(step.keep.place, "F008", "there is no answer to keep here", fix)
    if asks and not step.says:
        shapes.add(step.place, "F008", f"the step {step.name!r} asks without a word", "add say: with the question")


def _stored(shapes: Shapes, step: Step) -> None:
    """Whether what is measured and stored of an answer goes together."""
    if step.measure and not isinstance(step.ask, Scale):
        fix = "take measure away, or ask for a number with ask: {scale: 0-10}"
        shapes.add(step.place, "F008", "'measure' needs a scale", fix)
    if step.fleeting and (step.keep or step.person):
        fix = "take store: never away, or keep and person"
        shapes.add(step.place, "F008", f"the step {step.name!r} keeps what is never to be stored", fix)


def _says(shapes: Shapes, node: Node | None) -> tuple[Bubble, ...]:
    return shapes.several(node, lambda item: _bubble(shapes, item))


def _bubble(shapes: Shapes, node: Node) -> Bubble | None:
    if not isinstance(node, Pairs):
        text = shapes.text(node, "a bubble")
        return Bubble((text,), node.place) if text else None
    pairs = shapes.pairs(node, "a bubble", ("when", "text", "vary"))
    if pairs is None:
        return None
    said = pairs.get("vary") or pairs.get("text")
    if said is None:
        shapes.missing(node.place, "the bubble", "text", "What to say")
        return None
    wordings = shapes.several(said, lambda item: shapes.text(item, "a wording"))
    when = shapes.text(pairs.get("when"), "when")
    return Bubble(wordings, node.place, when) if wordings else None


def _branches(shapes: Shapes, node: Node | None) -> tuple[Branch, ...]:
    if node is None:
        return ()
    if isinstance(node, Items):
        return _listed(shapes, node)
    if isinstance(node, Pairs):
        targets = [(key, shapes.name(value, "a step")) for key, value in node.pairs]
        return tuple(Branch(_trigger(key.text), to.text, to.place) for key, to in targets if to)
    target = shapes.name(node, "a step")
    return (Branch("next", target.text, target.place),) if target else ()


def _trigger(key: str) -> str:
    return key if key in {"else", "skip"} else f"={key}"


def _listed(shapes: Shapes, node: Items) -> tuple[Branch, ...]:
    found: list[Branch] = []
    for index, item in enumerate(node.items):
        if isinstance(item, Text):
            target, when = shapes.name(item, "a step"), None
        else:
            pairs = shapes.pairs(item, "a branch", ("when", "go"))
            if pairs is None:
                continue
            if pairs.get("go") is None:
                shapes.missing(item.place, "the branch", "go", "next_step")
            target, when = shapes.name(pairs.get("go"), "a step"), shapes.text(pairs.get("when"), "when")
        if target:
            name = f"?{index + 1}" if when else "next"
            found.append(Branch(name, target.text, target.place, when))
    for branch in found[:-1]:
        if branch.when is None:
            shapes.add(branch.place, "F016", "what stands behind this branch is never reached", "put it last")
    if found and found[-1].when is not None:
        fix = "end the list with a branch without when, such as - go: close"
        shapes.add(found[-1].place, "F016", "there is no way on when none of these holds", fix)
    return tuple(found)


def read_house(shapes: Shapes, node: Pairs) -> House:
    """house.yaml: words and commands."""
    shapes.pairs(node, "the house", ("house", "words", "commands"))
    words = shapes.pairs(node.get("words"), "words")
    said = {
        key.text: shapes.several(value, lambda item: shapes.text(item, "a sentence"))
        for key, value in (words.pairs if words else ())
    }
    listed = shapes.pairs(node.get("commands"), "commands")
    commands = {key.text: _command(shapes, key, value) for key, value in (listed.pairs if listed else ())}
    return House(said, {name: command for name, command in commands.items() if command}, node.place)


def _command(shapes: Shapes, key: Text, node: Node) -> Command | None:
    pairs = shapes.pairs(node, f"the command {key.text!r}", ("about", "words", "listed"))
    if pairs is None:
        return None
    if pairs.get("about") is None:
        shapes.missing(node.place, "the command", "about", "What it does")
    words = shapes.several(pairs.get("words"), lambda item: shapes.text(item, "a word"))
    about = shapes.text(pairs.get("about"), "about") or Phrase(key.text, key.place)
    hidden = pairs.get("listed") is not None and not shapes.flag(pairs.get("listed"), "listed")
    return Command(key.text, about, tuple(word.text for word in words), listed=not hidden)
