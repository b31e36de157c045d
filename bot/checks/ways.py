"""Rules about the ways through a flow: targets, dead ends, loops, values without a branch."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow import END, Flow, Problem, Step, Summary
from bot.shapes import nearest

from .case import Case


def targets(case: Case) -> Iterator[Problem]:
    """F010: every way leads to a step that exists."""
    for flow, step in case.steps():
        for branch in step.branches:
            if branch.target != END and branch.target not in flow.steps:
                message = f"there is no step {branch.target!r}{nearest(branch.target, [*flow.steps, END])}"
                yield Problem(branch.place, "F010", message, "name a step of this flow, or end")
    for flow in case.flows.values():
        if flow.start not in flow.steps:
            message = f"there is no step {flow.start!r} to start at{nearest(flow.start, flow.steps)}"
            yield Problem(flow.place, "F010", message, "name a step of this flow behind start:")


def measured(case: Case) -> Iterator[Problem]:
    """F010: what is measured after names a step that measures before."""
    for flow, step in case.steps():
        since = step.since
        if since and (since.text not in flow.steps or flow.steps[since.text].measure != "before"):
            names = [one.name for one in flow.steps.values() if one.measure == "before"]
            message = f"there is no step {since.text!r} with measure: before{nearest(since.text, names)}"
            yield Problem(since.place, "F010", message, "name the step that asks the same before")


def _reached(flow: Flow, start: str) -> set[str]:
    found: set[str] = set()
    left = [start]
    while left:
        name = left.pop()
        if name in flow.steps and name not in found:
            found.add(name)
            left += [branch.target for branch in flow.steps[name].branches]
    return found


def unreachable(case: Case) -> Iterator[Problem]:
    """F011: every step can be reached from the start."""
    for flow in case.flows.values():
        reached = _reached(flow, flow.start)
        for step in flow.steps.values():
            if reached and step.name not in reached:
                fix = "lead a next: to it, or take it away"
                yield Problem(step.place, "F011", f"no way leads to the step {step.name!r}", fix)


def endless(case: Case) -> Iterator[Problem]:
    """F012: from every step there is a way to an end."""
    for flow in case.flows.values():
        ending = {name for name, step in flow.steps.items() if _ends(step) or _dangling(flow, step)}
        while more := {
            n for n, s in flow.steps.items() if n not in ending and any(b.target in ending for b in s.branches)
        }:
            ending |= more
        for name in _reached(flow, flow.start) - ending:
            message = f"from the step {name!r} no way leads to an end"
            yield Problem(flow.steps[name].place, "F012", message, "add a branch that goes on to a step with end:")


def _ends(step: Step) -> bool:
    return step.end is not None or any(branch.target == END for branch in step.branches)


def _dangling(flow: Flow, step: Step) -> bool:
    """A step whose ways are wrong already is told so by another rule."""
    return not step.branches or any(branch.target not in flow.steps for branch in step.branches)


def silent_loops(case: Case) -> Iterator[Problem]:
    """F013: a circle of steps none of which asks would never stop speaking."""
    for flow in case.flows.values():
        silent = {name: step for name, step in flow.steps.items() if step.ask is None and step.call is None}
        for name, step in silent.items():
            if name in _after(silent, step):
                fix = "let one of its steps ask something"
                yield Problem(step.place, "F013", f"the step {name!r} comes round again without a question", fix)


def _after(silent: dict[str, Step], step: Step) -> set[str]:
    found: set[str] = set()
    left = [branch.target for branch in step.branches]
    while left:
        name = left.pop()
        if name in silent and name not in found:
            found.add(name)
            left += [branch.target for branch in silent[name].branches]
    return found


def uncovered(case: Case) -> Iterator[Problem]:
    """F014: every value of an answer has a branch."""
    for _, step in case.steps():
        names = {branch.name for branch in step.branches}
        ways = names - {"late", "skip"}
        if not ways or names & {"else", "next"} or any(name.startswith("?") for name in names):
            continue
        values = {"ok"} if isinstance(step.ask, Summary) else case.values(step)
        left = sorted((values or set()) - {name.removeprefix("=") for name in ways})
        if values is None or left:
            what = ", ".join(map(repr, left)) or "answers that are not named"
            yield Problem(step.place, "F014", f"{step.name!r} has no branch for {what}", "add them, or else: a_step")


def unknown_values(case: Case) -> Iterator[Problem]:
    """F015: a branch is for a value that the answer can have."""
    for _, step in case.steps():
        values = case.values(step)
        for branch in step.branches:
            value = branch.name.removeprefix("=")
            if values is not None and branch.name.startswith("=") and value not in values:
                message = f"{step.name!r} never has the value {value!r}{nearest(value, values)}"
                yield Problem(branch.place, "F015", message, f"use {', '.join(sorted(values))}")


def skips(case: Case) -> Iterator[Problem]:
    """F014, F015: what can be skipped has a way on, and only what can be skipped has a branch for it."""
    for _, step in case.steps():
        names = {branch.name for branch in step.branches}
        if step.optional and step.branches and not names & {"skip", "else", "next"}:
            fix = "add skip: a_step, or else: a_step"
            yield Problem(step.place, "F014", f"{step.name!r} can be skipped, but has no branch for that", fix)
        for branch in step.branches:
            if branch.name == "skip" and not step.optional:
                yield Problem(branch.place, "F015", f"{step.name!r} cannot be skipped", "add optional: true")
