"""Invented people: moods and practices, the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sin
from random import Random
from zoneinfo import ZoneInfo

from bot.axis import ticks
from bot.chart import ChartWords
from bot.languages import span
from bot.progress import Done, Mood, Way, way

NOW = datetime(2026, 5, 20, 21, 30, tzinfo=ZoneInfo("Europe/Madrid"))
TITLES = {
    "en": (
        "Name what I feel",
        "Find support",
        "Set a boundary",
        "Be kinder to myself",
        "Look at a hard thought",
        "Look at forgiving",
        "Rebuild trust",
        "Plan a talk",
        "A bad day",
    ),
    "es": (
        "Nombrar lo que siento",
        "Buscar apoyo",
        "Poner un límite",
        "Tratarme con más cariño",
        "Mirar un pensamiento difícil",
        "Mirar el perdón",
        "Reconstruir la confianza",
        "Planear una conversación",
        "Un mal día",
    ),
}


def ago(days: float, now: datetime = NOW) -> datetime:
    """So many days before now."""
    return now - timedelta(days=days)


def moods(values: Sequence[float | None], now: datetime = NOW) -> list[Mood]:
    """One mood a day, the last one today; None is a day without one."""
    last = len(values) - 1
    return [Mood(ago(last - at, now), round(value)) for at, value in enumerate(values) if value is not None]


def curve(length: int, seed: int = 7, missing: float = 0.25) -> list[float | None]:
    """Moods that rise from dark to middling with better and worse weeks, and days without any."""
    chance = Random(seed)
    made: list[float | None] = []
    for at in range(length):
        mood = 2.4 + 3.4 * at / max(1, length - 1) + 1.1 * sin(at / 6.5) + chance.gauss(0, 1.1)
        made.append(None if chance.random() < missing and at not in (0, length - 1) else min(10, max(0, mood)))
    return made


def practices(days: int, every: int, kinds: int, language: str = "en", seed: int = 3) -> list[Done]:
    """A practice every so many days, of so many kinds, each kind at least once if there is room."""
    chance = Random(seed)
    made = []
    for number, back in enumerate(range(days - 2, 0, -every)):
        title = TITLES[language][number if number < kinds else chance.randrange(kinds)]
        before = chance.randint(4, 9)
        made.append(Done(ago(back), title, before, max(0, before - chance.randint(-1, 3))))
    return made


def months(language: str = "en") -> Way:
    """Three months, with a week away in the middle and four kinds of practice."""
    values = curve(92)
    values[47:64] = [None] * 17
    return way(moods(values), practices(92, 8, 4, language), NOW)


def few(language: str = "en") -> Way:
    """Four moods in six days, and one practice."""
    return way(moods([3, None, 2, 5, None, 4]), practices(4, 9, 1, language), NOW)


def years(language: str = "en") -> Way:
    """Two years of a mood nearly every day, and a practice every nine days."""
    return way(moods(curve(730, missing=0.1)), practices(730, 9, 8, language), NOW)


def nine(language: str = "en") -> Way:
    """Seven weeks in which nine different practices were finished."""
    return way(moods(curve(50)), practices(50, 4, 9, language), NOW)


def busy(language: str = "en") -> Way:
    """Two years with a practice every other day: more marks than there is room for."""
    return way(moods(curve(730, missing=0.1)), practices(730, 2, 9, language), NOW)


def only_practices(language: str = "en") -> Way:
    """No mood at all; five practices in six weeks."""
    return way([], practices(42, 9, 3, language), NOW)


WORDS = {
    "en": ("How your days have been", "very good", "very dark", "Practices you finished"),
    "es": ("Cómo han ido tus días", "muy bien", "muy oscuro", "Prácticas que has terminado"),
}


def words(seen: Way, language: str = "en") -> ChartWords:
    """The words of a picture."""
    title, high, low, listed = WORDS[language]
    return ChartWords(title, span(seen.first, seen.last, language), high, low, listed, ticks(seen, language))
