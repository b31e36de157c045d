"""Every flow, in every language, can be left and taken up at any question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import count

import pytest

from bot.book import Book
from bot.draft import length
from bot.engine import Turn, advance
from bot.events import Ask, Edit, Said, Say, Tapped
from bot.explore import START, Explorer
from bot.fleeting import without
from bot.session import Session
from tests.books import shipped

FLOWS = [(language, name) for language, spoken in shipped().languages.items() for name in spoken.flows]
NUMBERS = count(1)
WEEK = START + timedelta(days=7)
LONG = "It was on a Sunday, and I still see it in front of me whenever the phone lights up. " * 36


@cache
def questions(language: str, name: str) -> dict[tuple[str, str], Session]:
    """A session at every question of a flow, by the flow and step of the question."""
    explorer = Explorer(shipped().speaking(language), name, 0)
    explorer.run(6000)
    return explorer.questions


def turn(book: Book, session: Session, text: str) -> Turn:
    """What comes of a text, or of a button in brackets, a week later."""
    name = str(next(NUMBERS))
    if not text.startswith("["):
        return advance(book, session, Said(name, "1", text, WEEK), WEEK)
    assert session.asked
    choices = [b.choice for row in session.asked.rows for b in row if b.label == text[1:-1]]
    return advance(book, session, Tapped(name, "1", choices[0], WEEK), WEEK)


def said(found: Turn) -> Iterator[str]:
    """The bubbles of a turn."""
    yield from (effect.text for effect in found.effects if isinstance(effect, Say | Ask))


@pytest.mark.parametrize(("language", "name"), FLOWS)
def test_coming_back_after_a_week(language: str, name: str) -> None:
    """A week later, at whatever question, a hello is met with where they were, and three ways: on, from the top,
    something else. Each does what it says, and every answer that is to stay is still there."""
    book = shipped().speaking(language)
    hello, on, top, other = (
        book.typed("hello")[0],
        *(book.label(f"label_{one}").text for one in ("go_on", "from_the_top", "something_else")),
    )
    for session in questions(language, name).values():
        back = turn(book, session, hello)
        assert back.session
        assert back.session.asked
        assert book.flows[name].title.text in " ".join(said(back))
        assert [button.label for row in back.session.asked.rows for button in row] == [on, top, other]
        for words in (f"[{on}]", on):
            going = turn(book, back.session, words).session
            assert going
            assert going.talk
            assert session.talk
            assert (going.talk.stack, going.talk.log) == (session.talk.stack, without(session.talk).log)
        begun = turn(book, back.session, f"[{top}]").session
        assert begun
        assert begun.talk
        assert begun.talk.flow == name
        assert len(begun.talk.log) == 1
        menu = turn(book, back.session, f"[{other}]").session
        assert menu
        assert menu.talk is None
        assert menu.shelf[0].log == without(session.talk).log


@pytest.mark.parametrize(("language", "name"), FLOWS)
def test_commands_at_every_question(language: str, name: str) -> None:
    """At every question /restart begins from the top, /menu keeps the place, /path shows the path, /language comes back
    to the question, and /back undoes one answer."""
    book = shipped().speaking(language)
    for session in questions(language, name).values():
        assert session.talk
        again = turn(book, session, "/restart").session
        assert again
        assert again.talk
        assert (again.talk.flow, len(again.talk.log)) == (name, 1)
        for command in ("/menu", "/path", "/pause"):
            left = turn(book, session, command).session
            assert left
            assert left.talk is None
            assert left.shelf[0].log == without(session.talk).log
            resumed = turn(book, left, f"/start {name}").session
            assert resumed
            assert resumed.talk
            assert resumed.talk.stack == session.talk.stack
        other = turn(book, session, "/language es" if language == "en" else "/language en").session
        assert other
        assert other.talk
        assert other.talk.stack == session.talk.stack
        if len(session.talk.log) > 1:
            back = turn(book, session, "/back").session
            assert back
            assert back.talk
            assert len(back.talk.log) == len(session.talk.log) - 1


@pytest.mark.parametrize(("language", "name"), FLOWS)
@pytest.mark.parametrize("words", [LONG, "no", "<b>&{{ x }}", "قلبي 💔"], ids=["3000", "one", "markup", "arabic"])
def test_whatever_people_write(language: str, name: str, words: str) -> None:
    """Whoever writes 3,000 characters, one word, markup or another script each time comes through every flow, and
    reads no bubble that Telegram would refuse."""
    explorer = Explorer(shipped().speaking(language), name, 0, words)
    for found in explorer.turns(400):
        for effect in found.effects:
            if isinstance(effect, Say | Ask | Edit):
                assert length(effect.text) <= 4096
    assert explorer.found.faults == set()
