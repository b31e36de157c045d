"""What /progress says of a practice's own measure: only what was asked twice, and only of the last time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.book import Book
from bot.checker import check
from bot.flow import AFTER, Scale
from bot.reader import Reading, read_flow
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import FACTS, book, shipped

LIMIT = """
sure:
  say: How sure are you?
  ask: {scale: 0-10, low: unsure, high: sure}
  measure: before
  optional: true
  next: which
which:
  say: Which way?
  ask: {choose: {on: Onwards, off: Away}}
  next: {on: sure_now, off: heavy_now}
sure_now:
  say: How sure are you now?
  ask: {scale: 0-10, low: unsure, high: sure}
  measure: {after: sure}
  optional: true
  next: end
heavy:
  say: How heavy is it?
  ask: {scale: 0-10, low: light, high: heavy}
  measure: before
  next: heavy_now
heavy_now:
  say: How heavy is it now?
  ask: {scale: 0-10, low: light, high: heavy}
  measure: {after: heavy}
  next: {"0": heavy, else: end}
"""


def practice() -> Book:
    """A practice that can be measured in two ways."""
    flow = replace(book(limit=LIMIT).flows["limit"], path="early")
    return Book.build({"limit": flow}, shipped().house, FACTS)


async def told(*runs: tuple[str, str, str]) -> str:
    """What /progress says last of a practice that was done with these answers, a day apart."""
    clock = ToldClock()
    chat = await Chat.begin(practice(), MemoryStore(), clock)
    for run in runs:
        for text in ("/start limit", *run):
            await chat.says(text)
        await clock.pass_(86400)
    return (await chat.says("/progress"))[2]


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([("7", "Onwards", "5")], "limit: 7 before and 5 after (0 = unsure · 10 = sure)"),
        (
            [("7", "Onwards", "5"), ("2", "Onwards", "6")],
            "limit (2 times): the last time, 2 before and 6 after (0 = unsure · 10 = sure)",
        ),
        ([("7", "Onwards", "5"), ("Skip", "Onwards", "Skip")], "limit (2 times)"),
        ([("7", "Onwards", "5"), ("7", "Onwards", "Skip")], "limit (2 times)"),
        ([("7", "Onwards", "7")], "limit"),
        ([("5", "Away", "9")], "limit"),
    ],
)
async def test_what_was_measured(runs: list[tuple[str, str, str]], said: str) -> None:
    """The numbers of the last time are given with what their ends mean, and only where the same was asked twice and
    answered in two ways."""
    assert await told(*runs) == said


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_same_is_asked(language: str) -> None:
    """Whatever our practices measure after has the ends that it had before, in every language."""
    found = 0
    for flow in shipped().speaking(language).flows.values():
        for step in flow.steps.values():
            if step.measure == AFTER:
                assert step.since
                before = flow.steps[step.since.text].ask
                assert isinstance(step.ask, Scale)
                assert isinstance(before, Scale)
                for one, other in ((step.ask.low_label, before.low_label), (step.ask.high_label, before.high_label)):
                    assert one
                    assert other
                    assert one.text == other.text
                found += 1
    assert found >= 10


@pytest.mark.parametrize(
    ("measure", "problem"),
    [
        ("{after: b}", "one.yaml:8:22 F010 there is no step 'b' with measure: before"),
        ("{after: nowhere}", "one.yaml:8:22 F010 there is no step 'nowhere' with measure: before"),
        ("after", "one.yaml:8:14 F061 'after' is no measure — use mood, before, or {after: name_of_the_step_before}"),
        ("{before: b}", "F003"),
    ],
)
def test_measures_that_cannot_be(measure: str, problem: str) -> None:
    """An author whose measure names no question that asked the same before is told so."""
    steps = f"  a:\n    say: How?\n    ask: {{scale: 0-10}}\n    measure: {measure}\n    next: b\n"
    end = "  b:\n    say: And?\n    ask: yesno\n    next: {yes: end, no: end}\n"
    flow, problems = read_flow("one.yaml", f"flow: one\ntitle: One\nabout: A test.\nsteps:\n{steps}{end}")
    found = [*problems, *(check(Reading({"one": flow}, shipped().house)) if flow else [])]
    assert any(problem in str(one) for one in found), [str(one) for one in found]
