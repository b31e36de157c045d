"""Free words -> wishes, on Wednesday 13 May 2026, 16:40, in Madrid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule import Rule, next_ring
from bot.wish_words import PHRASES
from bot.wishes import LONGEST_TEXT, Wish, read
from tests.schedule.phrases import AGAIN, ALL, BLIND, MORE, Row

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 5, 13, 16, 40, tzinfo=MADRID)
NONE = (
    "",
    " ",
    "...",
    "🙏",
    "I don't know",
    "no sé",
    "hello",
    "good morning",
    "buenas noches",
    "monday was awful and I cried",
    "el lunes me lo contó todo",
    "I am at my worst at 3 in the morning",
    "he came home at 8 on Friday",
    "last friday",
    "yesterday",
    "hace tres días",
    "3 days ago",
    "one day",
    "un día",
    "someday",
    "one day at a time",
    "never",
    "nunca",
    "not now",
    "ahora no",
    "more or less",
    "am",
    "at",
    "every",
    "los",
    "a las",
    "y",
    "the sun",
    "el mar",
    "all day",
    "every other day",
    "every two days",
    "every 3 days",
    "every 8",
    "every at 8",
    "cada dos días",
    "cada 2 lunes",
    "un día sí y otro no",
    "every other monday",
    "every two weeks",
    "twice a week",
    "3 veces por semana",
    "5 days a week",
    "once a month",
    "every month",
    "monthly",
    "every hour",
    "each hour at 8pm",
    "the 15th of every month",
    "tuesday or thursday",
    "8 or 9",
    "8-9pm",
    "from 8 to 9",
    "at 8 and at 20",
    "morning and evening",
    "9 am pm",
    "20:00 am",
    "15 am",
    "every day tomorrow",
    "every monday on 15 may",
    "monday 15 may",
    "tomorrow friday",
    "next monday and tuesday",
    "except sundays",
    "weekends except saturday and sunday",
    "this weekend",
    "in two hours at 8",
    "in two hours in the evening",
    "in 0 days",
    "in 400 days",
    "in 99999999999999999999 hours",
    "in three",
    "8 hours",
    "2025-06-01",
    "3 May 2020",
    "31 june",
    "30/2",
    "5/0",
    "0/5",
    "99/99",
    "32nd",
    "el 0",
    "2026-13-01",
    "9999-12-32",
    "24:00",
    "25:00",
    "8:75",
    "016",
    "lines",
    "1234",
    "12345",
    "at 99",
    "八時",
    "привет 8",
    "x" * 5000,
    "1" * 200,
    "every day at 8pm" + " " * 200,
)
"""What is no time, or none that a rule can hold."""


@pytest.mark.parametrize("row", [*BLIND, *AGAIN, *MORE], ids=lambda row: row[0])
def test_wishes(row: Row) -> None:
    """People's own words for a time, in English and in Spanish, are read as they mean them."""
    text, at, days, day = row
    assert read(text, NOW) == (Wish(at, days, day) if at or days or day else None)


@pytest.mark.parametrize("text", NONE, ids=lambda text: text[:40])
def test_no_wishes(text: str) -> None:
    """What is no time, what merely mentions one, and what a rule can't hold, is not taken for a wish."""
    assert read(text, NOW) is None


@pytest.mark.parametrize("row", MORE, ids=lambda row: row[0])
def test_case_and_accents(row: Row) -> None:
    """Capitals and missing accents change nothing."""
    bare = row[0].translate(str.maketrans("áéíóúñ", "aeioun"))
    assert read(bare.upper(), NOW) == read(bare, NOW) == read(row[0], NOW)


def test_hours_that_leave_it_open() -> None:
    """A bare hour is the kinder one: 7 to 11 in the morning, 12 is noon, 1 to 6 after noon."""
    read_as = [(read(f"at {hour}", NOW) or Wish()).at for hour in range(1, 24)]
    assert read_as == [f"{hour + 12 if hour < 7 else hour:02}:00" for hour in range(1, 24)]


@pytest.mark.parametrize(
    ("text", "ats"),
    [
        ("{} am", [0, *range(1, 12)]),
        ("{} pm", [12, *range(13, 24)]),
        ("{} in the evening", [12, *range(13, 24)]),
        ("a las {} de la tarde", [12, *range(13, 24)]),
        ("a las {} de la mañana", [12, *range(1, 12)]),
        ("{} at night", [0, 1, 2, 3, 4, 5, *range(18, 24)]),
        ("a las {} de la noche", [0, 1, 2, 3, 4, 5, *range(18, 24)]),
    ],
)
def test_halves_of_the_day(text: str, ats: list[int]) -> None:
    """What is said beside an hour decides between morning and afternoon."""
    assert [(read(text.format(hour or 12), NOW) or Wish()).at for hour in range(12)] == [f"{at:02}:00" for at in ats]


@pytest.mark.parametrize(
    ("text", "now", "wish"),
    [
        ("in two hours", "2026-05-13T23:00", Wish("01:00", (), "2026-05-14")),
        ("in 10 minutes", "2026-05-13T23:50:30", Wish("00:01", (), "2026-05-14")),
        ("in a month", "2026-01-31T12:00", Wish("", (), "2026-02-28")),
        ("in 12 months", "2028-02-29T12:00", Wish("", (), "2029-02-28")),
        ("tomorrow", "2028-02-28T12:00", Wish("", (), "2028-02-29")),
        ("29/2", "2028-02-29T12:00", Wish("", (), "2028-02-29")),
        ("29 feb", "2097-01-01T12:00", Wish("", (), "2104-02-29")),
        ("el 31", "2026-06-01T12:00", Wish("", (), "2026-07-31")),
        ("friday night at 1", "2026-05-13T12:00", Wish("01:00", (), "2026-05-16")),
        ("friday nights at 12", "2026-05-13T12:00", Wish("00:00", (5,))),
        ("every night at 12", "2026-05-13T12:00", Wish("00:00", ALL)),
        ("tonight at 1", "2026-05-13T22:00", Wish("01:00", (), "2026-05-14")),
        ("today at 9:30", "2026-05-13T08:00", Wish("09:30", (), "2026-05-13")),
        ("today at 9:30", "2026-05-13T12:00", Wish("21:30", (), "2026-05-13")),
        # The clock goes on from 02:00 to 03:00, and back from 03:00 to 02:00.
        ("in an hour", "2026-03-29T01:30", Wish("03:30", (), "2026-03-29")),
        ("in two hours", "2026-10-25T01:30", Wish("03:00", (), "2026-10-25")),
        ("in four hours", "2026-10-25T01:30", Wish("04:30", (), "2026-10-25")),
    ],
)
def test_counting_from_now(text: str, now: str, wish: Wish) -> None:
    """Hours are counted on a clock that may change, months end at their last day, and the night of a day is one."""
    assert read(text, datetime.fromisoformat(now).replace(tzinfo=MADRID)) == wish


def completed(wish: Wish) -> Rule:
    """A rule of a wish, as a caller would fill it up."""
    return Rule(wish.at or "20:00", wish.days or (() if wish.day else ALL), wish.day)


words = st.lists(st.sampled_from([*PHRASES, "8", "20:00", "7:30", "3", "15", "1/6", "2026-06-01", "2027"]), max_size=7)
zones = st.sampled_from(["Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/GMT+12"])
nows = st.integers(0, 4 * 365 * 86400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@settings(max_examples=1500, deadline=None)
@given(words.map(" ".join) | st.text(max_size=LONGEST_TEXT + 20), nows, zones)
def test_whatever_is_read_can_ring(text: str, now: datetime, zone: str) -> None:
    """Whatever people type, reading it breaks nothing, and what was read is a rule that rings."""
    wish = read(text, now.astimezone(ZoneInfo(zone)))
    if wish:
        assert wish.at or wish.days or wish.day
        assert not (wish.days and wish.day)
        ring = next_ring(completed(wish), ZoneInfo(zone), now)
        assert wish.day or ring


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 600), nows, zones)
def test_in_so_many_minutes(minutes: int, now: datetime, zone: str) -> None:
    """ "In so many minutes" rings no earlier than that, and within a minute of it, but for an hour that comes twice."""
    here = now.astimezone(ZoneInfo(zone))
    wish = read(f"in {minutes} minutes", here)
    assert wish is not None
    ring = next_ring(completed(wish), ZoneInfo(zone), now)
    assert ring is not None
    then = now + timedelta(minutes=minutes)
    most = timedelta(hours=1, minutes=15) if then.astimezone(ZoneInfo(zone)).fold else timedelta(seconds=60)
    assert timedelta() <= ring - then < most
