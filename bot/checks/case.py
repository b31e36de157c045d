"""What the rules look at: all flows and the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.flow import Choose, Flow, House, Option, Phrase, Question, Scale, Several, Step, Words, YesNo


@dataclass(frozen=True, slots=True)
class Case:
    """All flows, by name, and the house."""

    flows: Mapping[str, Flow]
    house: House

    def steps(self) -> Iterator[tuple[Flow, Step]]:
        """Every step of every flow."""
        for flow in self.flows.values():
            for step in flow.steps.values():
                yield flow, step

    def outcomes(self, name: str) -> set[str]:
        """How a flow can end: its outcomes."""
        flow = self.flows[name]
        ends = {step.end for step in flow.steps.values() if step.end is not None and step.then is None}
        leaves = any(branch.target == "end" for step in flow.steps.values() for branch in step.branches)
        return ends | ({"done"} if leaves else set())

    def values(self, step: Step) -> set[str] | None:
        """The values that a step's answer can have, or None where they cannot be listed."""
        if isinstance(step.ask, Choose):
            return {option.value for option in step.ask.options}
        if isinstance(step.ask, YesNo):
            return {"yes", "no"}
        if step.call is not None:
            return self.outcomes(step.call.text) if step.call.text in self.flows else None
        return None


def options(question: Question | None) -> tuple[Option, ...]:
    """The options written in a question."""
    return question.options if isinstance(question, Choose | Several) else ()


def said(flow: Flow, step: Step) -> Iterator[Phrase]:
    """The sentences of a step that a person reads as bubbles."""
    for bubble in step.says:
        yield from bubble.wordings
    if step.unfit:
        yield step.unfit


def labels(step: Step) -> Iterator[Phrase]:
    """The labels of a step's buttons."""
    yield from (option.label for option in options(step.ask))
    if isinstance(step.ask, YesNo):
        yield from (label for label in (step.ask.yes, step.ask.no) if label)


def small(step: Step) -> Iterator[Phrase]:
    """Sentences that stand inside a bubble: ends of scales, examples, labels of a summary, keepsakes, durations."""
    ask = step.ask
    if isinstance(ask, Scale):
        yield from (label for label in (ask.low_label, ask.high_label) if label)
    if isinstance(ask, Words):
        yield from ask.examples
    if step.keep and step.keep.text:
        yield step.keep.text
    if step.remind:
        yield step.remind.after
    if step.count:
        yield from step.count.lines


def conditions(step: Step) -> Iterator[Phrase]:
    """The conditions of a step."""
    yield from (bubble.when for bubble in step.says if bubble.when)
    yield from (branch.when for branch in step.branches if branch.when)
