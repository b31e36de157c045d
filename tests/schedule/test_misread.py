"""What was once misread, and the time that a clock reads, on Wednesday 6 May 2026, 11:15, in Madrid."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wish_words import PHRASES
from bot.wishes import LONGEST_TEXT, Wish, clocks, read
from tests.schedule.phrases import ALL, REST, WORK, Row

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 5, 6, 11, 15, tzinfo=MADRID)
RANGES = (
    "from 10 to 12",
    "10 to 12",
    "10 till 12",
    "10 until 12",
    "ten till eight",
    "from 5 to 7",
    "from ten to eight",
    "20 to 22",
    "5 to 9 pm",
    "from 10 to 11 in the morning",
    "the 10 to 12",
    "de 10 a 12",
    "desde las 10 hasta las 12",
    "10 hasta las 12",
)
"""From one time to another."""
TWO_TIMES = (
    "a las 9 y 21",
    "9 y 21",
    "a las 8 y 20",
    "8 y 9",
    "every day 9, 21",
    "every day 20, 30",
    "10 y 22 todos los días",
    "8, 9 pm",
    "9 21",
    "eight nine",
    "tomorrow 8 9",
    "8 / 20",
    "8/20",
    "9/21",
    "8/20, 9/21",
    "mañana y noche",
    "mañana y tarde",
    "mañana y por la tarde",
    "mañana, noche",
    "mañana/tarde",
    "noche y mañana",
    "las 8 mañana y tarde",
)
NO_HOURS = (
    "1/6/27",
    "6/1/27",
    "1-6-27",
    "1.6.27",
    "1/6/2",
    "24/7",
    "8 1/2",
    "a las 8 1/2",
    "1.6",
    "1,6",
    "8 de 15",
    "Mar 15",
    "mar 8",
    "mar 15 por la tarde",
    "mar 15 10pm",
    "viernes 15 8pm",
    "viernes 15 10pm",
    "friday 14",
    "martes 15",
    "every friday 15",
    "cada viernes 20",
    "friday 8 in the evening",
    "viernes 8 por la tarde",
    "viernes 15 y sábado 16",
    "el 15 y el 16",
    "el 10 de la noche",
    "el día 8 de la tarde",
    "cada día 15",
    "cada dia 20",
    "cada día 15 por la tarde",
    "todos los días 1",
    "8 del día",
    "2030",
)
"""Numbers that are, or may be, days, years, halves or shares."""
COUNTS = (
    "3 noches",
    "3 nights",
    "3 tardes",
    "3 mondays",
    "4 fridays",
    "3 weekends",
    "8 mañanas",
    "1h",
    "2h",
    "8h",
    "two h",
    "1h30",
    "2.5h",
    "dos y media h",
    "8h 30m",
    "20h 30m",
    "a las dos horas",
    "a las 8 horas",
    "two and a half hours",
)
"""So many of them, or so long; "1h" is in an hour, or at one."""
OTHERS = (
    "el viernes pasado",
    "viernes pasado",
    "el pasado viernes",
    "el domingo pasado a las 8",
    "el finde",
    "the weekend",
    "el fin de semana",
    "every evening at 12",
    "every afternoon at 11",
    "a month tomorrow",
    "a week on wednesday",
    "mejor no a las 9",
    "gracias",
    "no, gracias",
)

READ: tuple[Row, ...] = (
    ("ten to eight", "07:50", (), ""),
    ("ten to 8", "07:50", (), ""),
    ("10 para las 8", "07:50", (), ""),
    ("un cuarto para las ocho", "07:45", (), ""),
    ("from monday to friday at 8", "08:00", WORK, ""),
    ("lunes hasta viernes a las 8", "08:00", WORK, ""),
    ("el 10 por la noche", "20:30", (), "2026-05-10"),
    ("el 5 por la tarde", "18:00", (), "2026-06-05"),
    ("el 15 por la mañana", "09:00", (), "2026-05-15"),
    ("el día 8 por la tarde", "18:00", (), "2026-05-08"),
    ("on the 5 in the afternoon", "16:00", (), "2026-06-05"),
    ("the 10 in the evening", "19:00", (), "2026-05-10"),
    ("the 8 am", "08:00", (), ""),
    ("on the 15", "", (), "2026-05-15"),
    ("on 15", "", (), "2026-05-15"),
    ("May the 8th", "", (), "2026-05-08"),
    ("el lunes 18", "", (), "2026-05-18"),
    ("viernes 15", "", (), "2026-05-15"),
    ("el viernes 22", "", (), "2026-05-22"),
    ("domingo 17", "", (), "2026-05-17"),
    ("Friday 15", "", (), "2026-05-15"),
    ("friday the 22", "", (), "2026-05-22"),
    ("viernes 15 por la tarde", "18:00", (), "2026-05-15"),
    ("friday the 8 in the evening", "19:00", (), "2026-05-08"),
    ("viernes 15 a las 8", "08:00", (), "2026-05-15"),
    ("viernes 15, 8pm", "20:00", (), "2026-05-15"),
    ("miércoles 6", "", (), "2026-05-06"),
    ("viernes a las 15", "15:00", (), "2026-05-08"),
    ("friday at 14", "14:00", (), "2026-05-08"),
    ("viernes 8 de la noche", "20:00", (), "2026-05-08"),
    ("viernes 8pm", "20:00", (), "2026-05-08"),
    ("mar a las 8", "08:00", (), "2026-05-12"),
    ("mar 8pm", "20:00", (), "2026-05-12"),
    ("cada día a las 15", "15:00", ALL, ""),
    ("todos los días 8 de la noche", "20:00", ALL, ""),
    ("every day 8", "08:00", ALL, ""),
    ("at 8 on the 15", "08:00", (), "2026-05-15"),
    ("at 9 on the 15th", "09:00", (), "2026-05-15"),
    ("at 9 on 15 May", "09:00", (), "2026-05-15"),
    ("at 8 on 1/6", "08:00", (), "2026-06-01"),
    ("a las 8 del 15", "08:00", (), "2026-05-15"),
    ("a las 20 del 30", "20:00", (), "2026-05-30"),
    ("a las 8 y 10", "08:10", (), ""),
    ("a las ocho y veinte", "08:20", (), ""),
    ("las 10 y 15 de la noche", "22:15", (), ""),
    ("mañana, por la noche", "20:30", (), "2026-05-07"),
    ("mañana noche", "20:30", (), "2026-05-07"),
    ("a las 8, mañana", "08:00", (), "2026-05-07"),
    ("20h", "20:00", (), ""),
    ("8h de la mañana", "08:00", (), ""),
    ("las 8h30", "08:30", (), ""),
    ("sábado a medianoche", "00:00", (), "2026-05-10"),
    ("el sábado a las 12 de la noche", "00:00", (), "2026-05-10"),
    ("every weekend at 10", "10:00", REST, ""),
    ("cada finde", "", REST, ""),
    ("12 noon", "12:00", (), ""),
    ("in two and a half hours", "13:45", (), "2026-05-06"),
    ("in 2.5 hours", "13:45", (), "2026-05-06"),
    ("1h 30m", "12:45", (), "2026-05-06"),
    ("en hora y media", "12:45", (), "2026-05-06"),
    ("7ish", "07:00", (), ""),
    ("7a.m.", "07:00", (), ""),
    ("7 p m", "19:00", (), ""),
    ("0830", "08:30", (), ""),
    ("early in the morning", "09:00", (), ""),
    ("a week tomorrow", "", (), "2026-05-14"),
    ("a week on Tuesday", "", (), "2026-05-19"),
    ("every day but not Sunday", "", (0, 1, 2, 3, 4, 5), ""),
    ("a las doce del mediodía", "12:00", (), ""),
    ("a las doce del día", "12:00", (), ""),
    ("a medio día", "12:00", (), ""),
    ("media noche", "00:00", (), ""),
    ("mañana temprano", "09:00", (), "2026-05-07"),
    ("a primera hora", "09:00", (), ""),
    ("a las veintiuna", "21:00", (), ""),
    ("alrededor de las 9", "09:00", (), ""),
    ("mejor a las 9", "09:00", (), ""),
    ("a las 9 si puede ser", "09:00", (), ""),
    ("quiero que me preguntes a las 9", "09:00", (), ""),
    ("a las 8, gracias", "08:00", (), ""),
)
"""What looks like the above and has one meaning, and plain words that were not read at first."""

SAID_AT = (
    ("00:30", "tonight at 1", Wish("01:00", (), "2026-05-06")),
    ("00:30", "esta noche a la 1", Wish("01:00", (), "2026-05-06")),
    ("00:30", "tonight at 10", Wish("22:00", (), "2026-05-06")),
    ("00:30", "tonight at midnight", Wish("00:00", (), "2026-05-07")),
    ("02:30", "tonight at 1", Wish("01:00", (), "2026-05-07")),
    ("22:30", "tonight at 1", Wish("01:00", (), "2026-05-07")),
    ("22:30", "hoy a medianoche", Wish("00:00", (), "2026-05-07")),
    ("22:30", "today at midnight", Wish("00:00", (), "2026-05-07")),
    ("22:30", "today at 00:00", Wish("00:00", (), "2026-05-07")),
    ("22:30", "hoy a las 12", Wish("00:00", (), "2026-05-07")),
    ("22:30", "hoy a las 12 y media", Wish("00:30", (), "2026-05-07")),
    ("10:30", "hoy a las 12", Wish("12:00", (), "2026-05-06")),
)

CLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("8:15", ("08:15", "20:15")),
    ("8", ("08:00", "20:00")),
    ("eight", ("08:00", "20:00")),
    ("5:30", ("17:30", "05:30")),
    ("12:30", ("12:30", "00:30")),
    ("las 8 y cuarto", ("08:15", "20:15")),
    ("las 9 y media", ("09:30", "21:30")),
    ("las 8 y 43", ("08:43", "20:43")),
    ("la una", ("13:00", "01:00")),
    ("ten to eight", ("07:50", "19:50")),
    ("8:15 pm", ("20:15",)),
    ("8pm", ("20:00",)),
    ("8:15 p. m.", ("20:15",)),
    ("20:15", ("20:15",)),
    ("20:15h", ("20:15",)),
    ("20h15", ("20:15",)),
    ("las 20:15", ("20:15",)),
    ("las 8:15 de la tarde", ("20:15",)),
    ("8 y cuarto de la noche", ("20:15",)),
    ("noon", ("12:00",)),
    ("las doce del mediodía", ("12:00",)),
    ("las 12 de la noche", ("00:00",)),
    ("00:15", ("00:15",)),
    ("08:15", ("08:15",)),
    ("in the evening", ()),
    ("lunchtime", ()),
    ("monday", ()),
    ("the 15th", ()),
    ("9 y 21", ()),
    ("8 to 9", ()),
    ("8:75", ()),
    ("20 hours from now", ()),
    ("20 horas desde ahora", ()),
    ("in two hours", ()),
    ("30 min", ()),
    ("today at 8", ()),
    ("tonight at 8", ()),
    ("every day at 9:30", ()),
    ("tomorrow at 10:30", ()),
    ("I woke at 3:15 and cried", ()),
    ("remind me at 8", ()),
    ("recuérdame a las 8", ()),
    ("mejor a las 9", ()),
    ("it is", ()),
    ("now", ()),
    ("", ()),
    ("8 " * LONGEST_TEXT, ()),
)
FRAMES = ("{}", "it is {}", "it's {}", "its {} now", "now it's {}", "son {}", "es {}", "ahora son {}", "aquí son {}")
FRAMES += ("{} here", "it’s {} here", "right now it is {}", "the time is {}", "ya son {}", "It is {}.")


@pytest.mark.parametrize("text", [*RANGES, *TWO_TIMES, *NO_HOURS, *COUNTS, *OTHERS])
def test_in_doubt_nothing(text: str) -> None:
    """A range, two times, a number that is no hour and what is over are not taken for a time."""
    assert read(text, NOW) is None


@pytest.mark.parametrize("row", READ, ids=lambda row: row[0])
def test_what_is_beside_the_doubtful(row: Row) -> None:
    """What has one meaning is read, however near it is to what has two."""
    text, at, days, day = row
    assert read(text, NOW) == Wish(at, days, day)


@pytest.mark.parametrize(("clock", "text", "wish"), SAID_AT)
def test_around_midnight(clock: str, text: str, wish: Wish) -> None:
    """Said in the night, "tonight" is this night, and the midnight of today is the one to come."""
    assert read(text, datetime.fromisoformat(f"2026-05-06T{clock}").replace(tzinfo=MADRID)) == wish


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("text", "times"), CLOCKS)
def test_what_a_clock_reads(frame: str, text: str, times: tuple[str, ...]) -> None:
    """A time alone, however it is told, is one time where the half of the day is said, else two, the likelier first."""
    assert clocks(frame.format(text), NOW) == times


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_can_be_told(hour: int, minute: int) -> None:
    """Each minute of the day is read with its half, in 24 hours and with am or pm, and is one of two without."""
    at = f"{hour:02}:{minute:02}"
    short = f"{hour % 12 or 12}:{minute:02}"
    assert clocks(at, NOW) == (at,) if hour != 12 and (hour > 12 or hour < 10) else at in clocks(at, NOW)
    assert clocks(f"{short} {'pm' if hour > 11 else 'am'}", NOW) == (at,)
    assert set(clocks(short, NOW)) == {at, f"{(hour + 12) % 24:02}:{minute:02}"}


told = ["8", "20:00", "7:30", "8h15", "1/6", "it is", "now", "here", "son", "aquí", ","]
words = st.lists(st.sampled_from([*PHRASES, *told]), max_size=6).map(" ".join)


@settings(max_examples=1500, deadline=None)
@given(words | st.text(max_size=LONGEST_TEXT + 20))
def test_what_has_a_day_is_no_clock(text: str) -> None:
    """Whatever people type, a clock reads no time, one, or two that are twelve hours apart, and never a day."""
    times = clocks(text, NOW)
    assert all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at) for at in times)
    assert len(times) < 2 or (times[0][2:] == times[1][2:] and abs(int(times[0][:2]) - int(times[1][:2])) == 12)
    wish = read(text, NOW)
    assert not (wish and (wish.days or wish.day) and times)
