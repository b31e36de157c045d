"""Danger, at every question of every flow, in every language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.book import Book
from bot.draft import unmarked
from bot.engine import Turn, advance
from bot.events import Alert, Ask, Due, Remind, Said, Say, Tapped
from bot.explore import START
from bot.fleeting import without
from bot.flow import Words
from bot.session import Danger, Fact, Session
from tests.books import shipped

from .test_leaving import FLOWS, WEEK, questions, said, turn

EXPLICIT = {"en": "I want to kill myself", "es": "quiero matarme"}
GUARDS = ("crisis", "danger")
READ_IN_DANGER = ("crisis", "danger", "sos", "safety_plan", "how_are_you", "help_lines", "gate_hope")
NEVER = {
    "en": r"commit(ted|ting)? suicide|successful|failed attempt|selfish|attention|always be here|confidential|overdose|"
    r"keep (it|this) secret|you are safe|think of your (family|children)|cry for help|\b(rope|gun|pills|blade)\b",
    "es": r"cometer suicidio|con éxito|intento fallido|egoísta|llamar la atención|siempre (voy a )?est|secreto|"
    r"confidencial|ya estás a salvo|piensa en tu familia|sobredosis|\bsoga\b|\bpistola\b|\bpastillas\b|\bcuchilla",
}


def tap(book: Book, session: Session, value: str) -> Session:
    """The session after the button of an option was tapped."""
    assert session.asked
    choices = [button.choice for row in session.asked.rows for button in row if button.choice.endswith(f".{value}")]
    return after(advance(book, session, Tapped(f"tap{session.revision}", "1", choices[0], WEEK), WEEK))


def after(found: Turn) -> Session:
    """The session after a turn, which has a question."""
    assert found.fault is None
    assert found.session
    assert found.session.asked
    return found.session


@pytest.mark.parametrize("words", EXPLICIT)
@pytest.mark.parametrize(("language", "name"), [one for one in FLOWS if one[1] not in GUARDS])
def test_an_explicit_sentence_at_every_question(language: str, name: str, words: str) -> None:
    """An explicit sentence, in either language, typed at any question of any flow leads to the crisis flow within one
    turn, with the numbers first; and “go on” returns to that very question, with every answer that is to stay."""
    book = shipped().speaking(language)
    for session in questions(language, name).values():
        interrupted = after(turn(book, session, EXPLICIT[words]))
        assert session.talk
        assert interrupted.talk
        assert interrupted.talk.flow == "crisis"
        assert next(iter(said(turn(book, session, EXPLICIT[words])))).find("findahelpline") > 0
        low = tap(book, interrupted, "low")
        back = tap(book, low, "on")
        assert back.talk
        for part in ("flow", "run", "stack", "log", "toggles", "changing", "aside", "redo"):
            assert getattr(back.talk, part) == getattr(without(session.talk), part), part
        assert back.person == session.person
        assert back.kept == session.kept


@pytest.mark.parametrize(("language", "name"), [one for one in FLOWS if one[1] not in GUARDS])
def test_a_false_alarm_costs_one_tap(language: str, name: str) -> None:
    """When it was something else that a person meant, what they wrote is their answer, where it can be one."""
    book = shipped().speaking(language)
    for (flow, step), session in questions(language, name).items():
        ask = book.flows[flow].steps[step].ask
        if isinstance(ask, Words):
            interrupted = after(turn(book, session, EXPLICIT[language]))
            going = tap(book, interrupted, "mistaken")
            assert session.talk
            assert going.danger is None or going.danger.at != WEEK
            logs = [talk.log for talk in ((going.talk,) if going.talk else ()) + going.shelf]
            shown = [entry.shown for log in logs for entry in log]
            kept = [one.text for one in going.kept.values()]
            assert EXPLICIT[language] in shown or any(EXPLICIT[language] in text for text in kept) or not logs


@pytest.mark.parametrize(("language", "name"), [one for one in FLOWS if one[1] in GUARDS])
def test_words_inside(language: str, name: str) -> None:
    """Inside the flows that answer danger, explicit words break nothing, and leave a question with the way on."""
    book = shipped().speaking(language)
    for session in questions(language, name).values():
        for words in (EXPLICIT[language], "I just took all my pills", "he is hitting me right now"):
            found = after(turn(book, session, words))
            assert found.talk
            assert book.flows[found.talk.flow].danger


@pytest.mark.parametrize("language", EXPLICIT)
@pytest.mark.parametrize("name", READ_IN_DANGER)
def test_safe_messaging(language: str, name: str) -> None:
    """No sentence that is read in danger names a method, blames, promises or says that somebody is safe, none carries
    an emoji, and all of it is short."""
    flow = shipped().speaking(language).flows[name]
    for step in flow.steps.values():
        labels = [option.label.text for option in getattr(step.ask, "options", ())]
        bubbles = [phrase.text for bubble in step.says for phrase in bubble.wordings]
        for text in (*bubbles, *labels):
            assert not re.search(NEVER[language], text, re.I), text
            assert all(ord(letter) < 0x2190 for letter in text), text
        assert all(len(unmarked(text)) <= 350 for text in bubbles)


@pytest.mark.parametrize("level", ["now", "clear"])
@pytest.mark.parametrize("country", ["ES", "US", None])
def test_the_number_comes_first(level: str, country: str | None) -> None:
    """At level `now` the first line is the emergency number of the country, and else the lines; where the country is
    not known, the first line says where to find them. The same wording never comes twice in a row."""
    book = shipped()
    person = {"country": Fact(country, START)} if country else {}
    session = Session(revision=1, person=person, seen=WEEK)
    words = {"now": "I'm going to kill myself tonight", "clear": "I want to die"}[level]
    first = next(iter(said(turn(book, session, words))))
    expected = {
        ("now", "ES"): "<b>112</b> (Spain)",
        ("now", "US"): "<b>911</b> (United States)",
        ("now", None): "your local emergency number",
        ("clear", "ES"): "in Spain",
        ("clear", "US"): "in United States",
        ("clear", None): "findahelpline.com",
    }
    assert expected[level, country] in first


def test_the_first_words_of_somebody_new() -> None:
    """Somebody new whose first words are danger meets no welcome first, but the numbers."""
    found = advance(shipped(), None, Said("first", "1", "me quiero morir", WEEK, "es"), WEEK)
    assert found.session
    assert found.session.talk
    assert found.session.talk.flow == "crisis"
    assert "findahelpline" in next(iter(said(found)))


def test_commands_are_looked_at_too() -> None:
    """Danger behind a command is danger."""
    found = turn(shipped(), Session(revision=1, seen=WEEK), "/restart I want to kill myself")
    assert found.session
    assert found.session.talk
    assert found.session.talk.flow == "crisis"


def test_a_button_that_is_typed_is_an_answer() -> None:
    """What reads exactly as a button of the question of now leads where its author led it."""
    book = shipped()
    session = questions("en", "challenge_beliefs")["challenge_beliefs", "kind"]
    found = after(turn(book, session, "no point"))
    assert found.talk
    assert found.talk.stack[-1].flow == "gate_hope"


def test_a_day_of_gentle_things() -> None:
    """For a day after danger the menu shows what is gentle, nothing is suggested, and one button shows everything."""
    book = shipped()
    session = Session(revision=1, seen=WEEK, danger=Danger("suicide", "clear", WEEK - timedelta(hours=1)))
    menu = after(turn(book, session, "/menu"))
    assert menu.asked
    shown = [button.label for row in menu.asked.rows for button in row]
    assert "Steady myself" in shown
    assert "Look at forgiving" not in shown
    whole = after(turn(book, menu, "[Show me everything]"))
    assert whole.asked
    assert "Look at forgiving" in [button.label for row in whole.asked.rows for button in row]
    assert not any("Next could be" in text for text in said(turn(book, session, "/path")))
    later = replace(session, danger=Danger("suicide", "clear", WEEK - timedelta(hours=25)))
    assert any("Next could be" in text for text in said(turn(book, later, "/path")))


def test_what_is_due_waits_and_asks_first() -> None:
    """What comes due within a day of danger is put off; what comes due after it asks first how somebody is, and comes
    itself a day later."""
    book = shipped()
    danger = Danger("suicide", "clear", WEEK - timedelta(hours=1))
    session = Session(revision=1, seen=WEEK, danger=danger)
    soon = advance(book, session, Due("d1", "1", "r1", "review_boundary", WEEK), WEEK)
    assert [effect for effect in soon.effects if isinstance(effect, Say | Ask)] == []
    put_off = [effect for effect in soon.effects if isinstance(effect, Remind)]
    assert [(one.id, one.at > danger.at + timedelta(hours=24)) for one in put_off] == [("r1", True)]
    later = WEEK + timedelta(hours=26)
    asked = advance(book, session, Due("d2", "1", "r1", "review_boundary", later), later)
    assert asked.session
    assert asked.session.talk
    assert asked.session.talk.flow == "how_are_you"
    later += timedelta(days=1)
    again = advance(book, replace(asked.session, talk=None), Due("d3", "1", "r1", "review_boundary", later), later)
    assert again.session
    assert again.session.talk
    assert again.session.talk.flow == "review_boundary"


def test_the_operator_is_told_with_consent_only() -> None:
    """Somebody of the operator's is told of danger only where the person agreed to it, and never of a mere question."""
    book = shipped()

    def told(words: str, consent: str | None) -> list[Alert]:
        person = {"notify": Fact(consent, START)} if consent else {}
        found = turn(book, Session(revision=1, person=person, seen=WEEK), words)
        return [effect for effect in found.effects if isinstance(effect, Alert)]

    assert told("I want to die", "yes") == [Alert("clear")]
    assert told("I want to die", "no") == []
    assert told("I want to die", None) == []
    assert told("I can't go on", "yes") == []


def test_hints_in_different_messages() -> None:
    """Hints of the last messages count together, and what is remembered of them is the names of rules, never words."""
    book = shipped()
    first = after(turn(book, questions("en", "set_boundaries")["set_boundaries", "fact"], "I hate myself for it"))
    assert first.hints == (("en.hint_worthless",),)
    assert first.talk
    assert first.talk.flow == "set_boundaries"
    second = after(turn(book, first, "goodbye"))
    assert second.talk
    assert second.talk.flow == "crisis"
    assert second.danger
    assert second.danger.level == "maybe"
