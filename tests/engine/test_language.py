"""Whose language is spoken: of the person's Telegram, or the one they chose."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from bot.book import Book
from bot.engine import advance
from bot.events import Ask, Said, Say, Tapped
from bot.flow import Flow, House, Phrase
from bot.session import Session
from bot.translate import flow_with, house_with
from tests.books import FACTS, book, shipped

NOW = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)
STEPS = """
name:
  say: What is your word?
  ask: {choose: {sun: {label: Sun, also: [light]}, ice: {label: Ice, also: [frost]}}}
  next: more
more:
  say: "You said: {{ name }}."
  ask: {several: {a: Hurt, b: Anger}, min: 2}
  next: day
day:
  say: "{{ more }}. Which day?"
  ask: date
  keep: day
  next: close
close: {say: "{{ day|date }}, {{ kept.day.at|date }}.", end: true}
"""
SPANISH = {
    "What is your word?": "¿Cuál es tu palabra?",
    "Sun": "Sol",
    "light": "luz",
    "Ice": "Hielo",
    "You said: {{ name }}.": "Dijiste: {{ name }}.",
    "Hurt": "Dolor",
    "Anger": "Ira",
    "{{ more }}. Which day?": "{{ more }}. ¿Qué día?",
    "{{ day|date }}, {{ kept.day.at|date }}.": "{{ day|date }}, {{ kept.day.at|date }}.",
    "I'm not sure that I understood. Did you mean one of these?": "¿Querías decir una de estas?",
}


def bilingual() -> Book:
    """A flow in two languages; the house speaks Spanish in one sentence alone."""

    def change(phrase: Phrase, context: str) -> Phrase:
        said = SPANISH.get(phrase.text)
        return Phrase(said, phrase.place, "es") if said else phrase

    english = book(one=STEPS)
    said: dict[str, Flow] = {name: flow_with(flow, change) for name, flow in english.flows.items()}
    house: House = house_with(shipped().house, change)
    return Book.build(english.flows, shipped().house, FACTS, {"es": (said, house)})


class Talk:
    """Somebody whose Telegram speaks a language."""

    def __init__(self, flows: Book, language: str) -> None:
        self.book, self.language = flows, language
        self.session: Session | None = None
        self.numbers = count()

    def says(self, text: str) -> list[str]:
        """Write something; the bubbles that come back."""
        return self._turn(Said(str(next(self.numbers)), "1", text, NOW, self.language))

    def taps(self, label: str) -> list[str]:
        """Press a button of the question of now."""
        assert self.session
        assert self.session.asked
        found = [b.choice for row in self.session.asked.rows for b in row if b.label == label]
        return self._turn(Tapped(str(next(self.numbers)), "1", found[0], NOW, self.language))

    def _turn(self, event: Said | Tapped) -> list[str]:
        turn = advance(self.book, self.session, event, NOW)
        self.session = turn.session or self.session
        return [effect.text for effect in turn.effects if isinstance(effect, Say | Ask)]


def test_language_of_telegram() -> None:
    """Somebody whose Telegram is Spanish reads Spanish: sentences, labels, lists, days, and words that may be typed."""
    talk = Talk(bilingual(), "es-419")
    assert talk.says("/start one")[-1] == "¿Cuál es tu palabra?"
    assert talk.says("luz")[-1] == "Dijiste: Sol."
    assert talk.says("dolor, ira")[-1] == "Dolor e Ira. ¿Qué día?"
    assert "2 de abril, 3 de mayo." in talk.says("2 de abril")


def test_a_sentence_that_is_missing_is_said_in_english() -> None:
    """What is not translated is said in English, that sentence alone."""
    talk = Talk(bilingual(), "es")
    talk.says("/start one")
    said = talk.says("hiel sol")
    assert said[-1] == "¿Querías decir una de estas?"
    assert talk.says("/back")[0] == "This is the beginning. There is no answer to undo yet."


def test_unknown_language_reads_english() -> None:
    """Whose language is not there reads English."""
    assert Talk(bilingual(), "fi").says("/start one")[-1] == "What is your word?"


def test_language_changes_in_the_middle() -> None:
    """/language changes the language in the middle of a practice; the question of now comes again, answers stay."""
    talk = Talk(bilingual(), "en")
    talk.says("/start one")
    talk.taps("Sun")
    assert talk.says("/language") == ["Which language shall we speak?"]
    assert talk.taps("Español")[-1] == "Dijiste: Sol."
    assert talk.says("/language english")[-1] == "You said: Sun."
    assert talk.says("/language español")[-1] == "Dijiste: Sol."
    talk.language = "en"
    assert talk.says("Dolor, ira")[-1] == "Dolor e Ira. ¿Qué día?"


def test_language_typed_instead_of_tapped() -> None:
    """The name of a language may be typed where its button is shown."""
    talk = Talk(bilingual(), "en")
    talk.says("/start one")
    talk.says("language")
    assert talk.says("espanol")[-1] == "¿Cuál es tu palabra?"
