"""Invented belongings of one person, and the words of the page, in two languages."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.export import Belongings, Keepsake, Page, Words
from tests.progress.invented import NOW, ago, curve, moods

WORDS = {
    "en": Words(
        language="en",
        title="What you wrote here",
        about="This is all that this bot keeps of you, in your own words. The file is yours: it loads nothing and "
        "tells nobody that you opened it.",
        made="Made on 20 May 2026 at 21:30.",
        contents="Contents",
        known="What is known of you",
        keepsakes="What you kept",
        practices="Practices",
        journal="Journal",
        moods="How your days were",
        checkins="Check-ins",
        nothing="There is nothing here.",
        scale="0 is very dark, 10 is very good.",
        day="Day",
        mood="Mood",
        up="To the contents",
    ),
    "es": Words(
        language="es",
        title="Lo que has escrito aquí",
        about="Esto es todo lo que este bot guarda de ti, con tus palabras. El archivo es tuyo: no carga nada y nadie "
        "se entera de que lo abres.",
        made="Hecho el 20 de mayo de 2026 a las 21:30.",
        contents="Contenido",
        known="Lo que sé de ti",
        keepsakes="Lo que has guardado",
        practices="Prácticas",
        journal="Diario",
        moods="Cómo han sido tus días",
        checkins="Avisos",
        nothing="Aquí no hay nada.",
        scale="0 es muy oscuro y 10, muy bien.",
        day="Día",
        mood="Ánimo",
        up="Al contenido",
    ),
}


def on(days: float, hour: int = 20, minute: int = 5) -> datetime:
    """A time so many days ago."""
    return ago(days).replace(hour=hour, minute=minute)


def belongings() -> Belongings:
    """What somebody may have after three months."""
    boundary = (
        ("Where do you still feel exposed?", "Phone and privacy"),
        ("What would you need there, to feel a little safer?", "That nobody reads my messages.\n\nNot even once."),
        ("How heavy is this right now?", "7"),
        ("Your words", "When my phone is read, I feel small. I need it to be mine."),
        ("And now?", "5"),
    )
    feelings = (
        ("What is there?", "Hurt, angry"),
        ("I feel … because …", "I feel hurt because I was the last to know."),
    )
    days = tuple(
        Page("Two minutes for today", on(back), (("How are you today?", mood), ("One word", word), ("One line", line)))
        for back, mood, word, line in [
            (41, "3", "raw", "Their message was on the screen when I woke up."),
            (40, "4", "tired", "I cooked for myself."),
            (12, "6", "lighter", "My sister called and we laughed. Later the memory came back, but it stayed shorter."),
        ]
    )
    return Belongings(
        known=(("You call me", "Robin"), ("Contact with that person", "None"), ("Time zone", "Madrid")),
        keepsakes=(
            Keepsake("Set a boundary", "My boundary", on(60), boundary[3][1]),
            Keepsake("Set a boundary", "My boundary", on(18), "My evenings are mine.\nI answer in the morning."),
            Keepsake(
                "Look at a hard thought", "A fairer sentence", on(30), "I trusted. That was not a mistake of mine."
            ),
        ),
        practices=(
            Page("Set a boundary", on(60), boundary),
            Page("Name what I feel", on(52), feelings),
            Page("Set a boundary", on(18, 9, 40), boundary[:2]),
        ),
        journal=(*days, Page("Two minutes for today", on(12, 23, 10), (("One line", "Could not sleep."),))),
        moods=tuple(moods(curve(92))),
        checkins=(("Two minutes for today", "Every day at 20:00"), ("Look at my boundary", "27 May 2026, 19:00")),
    )


HOSTILE = (
    "<script>alert(1)</script>",
    "</p></article></main><h1>",
    "]]> --> <!-- ",
    '" onmouseover="x" \'',
    "&lt;b&gt; &amp; &nbsp",
    "\u202eright to left and never back",
    "قلبي مكسور اليوم",
    "💔👩‍👩‍👧 ¿qué?",
    "x" * 4000,
    "https://example.invalid/a?b=c&d",
    "url(http://example.invalid) @import",
    "{{ x }} {style} %s",
    "two\nlines\n\n\nand more",
)
"""Words that are not meant as words."""


def hostile() -> Belongings:
    """The same belongings, with these words in every place that there is."""
    return Belongings(
        known=tuple((one, one) for one in HOSTILE),
        keepsakes=tuple(Keepsake(one, one, NOW, one) for one in HOSTILE),
        practices=tuple(Page(one, NOW, ((one, one),)) for one in HOSTILE),
        journal=tuple(Page(one, NOW - timedelta(days=at), ((one, one),)) for at, one in enumerate(HOSTILE)),
        moods=tuple(moods([0, 10])),
        checkins=tuple((one, one) for one in HOSTILE),
    )
