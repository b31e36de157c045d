"""Books for tests: the shipped flows, and flows written in a test."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import dedent

from bot.book import Book
from bot.checker import check, is_error
from bot.reader import Reading, read_flow, read_folder

ROOT = Path(__file__).parent.parent
GREETING = "Hello. I'm glad you are here."
"""How the bot meets somebody new."""
FACTS = {"name": "Kintsugi", "link": "https://t.me/kintsugi_bot"}


@cache
def shipped() -> Book:
    """The flows that come with the bot."""
    reading = read_folder(ROOT / "flows")
    return Book.build(reading.flows, reading.house, FACTS, reading.translated, reading.rules, reading.lines)


def book(**flows: str) -> Book:
    """Flows written in a test (their steps alone), with the shipped house. Raises AssertionError when `check` would."""
    house = shipped().house
    found = {}
    for name, steps in flows.items():
        body = dedent(steps).strip().replace("\n", "\n  ")
        flow, problems = read_flow(f"{name}.yaml", f"flow: {name}\ntitle: {name}\nabout: A test.\nsteps:\n  {body}\n")
        assert flow, [str(problem) for problem in problems]
        assert not problems, [str(problem) for problem in problems]
        found[name] = flow
    errors = [str(problem) for problem in check(Reading(found, house)) if is_error(problem)]
    assert not errors, errors
    return Book.build(found, house, FACTS)
