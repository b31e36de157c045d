"""Free words -> a wish for a check-in, in English and Spanish. Pure.

Reading is strict: every word of a text has to have a meaning here (`bot.wish_words`), so that a sentence that merely
mentions a day is no wish. Each word becomes a letter, and a small grammar (`GRAMMAR`) reads the row of letters; what
contradicts itself ("every day, tomorrow") is no wish either. Where words leave it open:

- an hour from 1 to 6 is in the afternoon, one from 7 to 11 in the morning, 12 is noon, unless am, pm or a part of the
  day say otherwise, or it is written with a zero ("05:00"); "today at 8", said after eight, is eight in the evening;
- one day of the week is once, the next there is ("Friday", "el viernes"); several, "every" and plurals are each week;
- "next Friday" is the first Friday after today; a day without its year is the next there is;
- numbers with a slash are day and month, if there is such a day, else month and day;
- where a wrong guess is as likely (a range, two times, "1h", "Mar 15"), nothing is read: it is asked again.

A single wish may name a time of today that is over ("today at 9 am"): then `schedule.next_ring` says None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from .wish_words import AFTERNOON, EVENING, MORNING, NIGHT, Sign, around, both, read_signs

LONGEST_TEXT = 200
"""Characters; longer texts are letters, not wishes."""
FARTHEST_DAYS = 366
"""How far ahead "in so many days" may reach."""
ALL_DAYS = frozenset(range(7))
GROUPS = (ALL_DAYS, frozenset(range(5)), frozenset({5, 6}))
LONGEST_SPAN = 6
"""Hours from which on "8h 30m" may be an hour of the day."""
SOON = 62
"""How many days ahead "Friday the 15th" may be without its month."""
YEARS = 9
"""How far ahead a day without its year is looked for: leap days may be eight years from one another."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was understood. `at` "" : no time was named; `days` and `day` as in Rule; both empty: a time alone ("at
    8pm": every day is then the caller's guess)."""

    at: str = ""
    days: tuple[int, ...] = ()
    day: str = ""


@dataclass(slots=True)
class Found:
    """What the signs have said so far."""

    now: datetime
    days: set[int] = field(default_factory=set)
    barred: set[int] = field(default_factory=set)
    day: date | None = None
    clock: int | None = None
    """Minutes after midnight, of a day of 12 hours where it is not `sure`."""
    sure: bool = False
    counted: bool = False
    """The time is so many minutes from now."""
    afternoon: bool | None = None
    part: int | None = None
    every: bool = False
    weekly: bool = False
    next_week: bool = False
    once: bool = False
    today: bool = False
    late: bool = False
    """The time of today is after midnight."""

    def on(self, day: date) -> None:
        """It is on this day. Raises ValueError when it was on another."""
        if self.day not in (None, day):
            raise ValueError("two days")
        self.day = day

    def ahead(self, days: int) -> None:
        """It is in so many days. Raises ValueError for more than a year."""
        if not 0 <= days <= FARTHEST_DAYS:
            raise ValueError("too far")
        self.on(self.now.date() + timedelta(days=days))

    def at(self, minutes: int, sure: bool = False) -> None:
        """It is at this time. Raises ValueError when it was at another, or there is no such time."""
        if self.clock is not None or not 0 <= minutes < 24 * 60:
            raise ValueError("no time")
        self.clock, self.sure = minutes, sure


def read(text: str, now: datetime) -> Wish | None:
    """What a text asks for; None when it is no time, or none that a rule can hold ("every other day"). `now` is aware
    and in the person's zone."""
    signs = read_signs(text) if len(text) <= LONGEST_TEXT else None
    return _read(Found(now), signs) if signs else None


def clocks(text: str, now: datetime) -> tuple[str, ...]:
    """The times of day, "HH:MM", that a text may mean as what a clock reads: two for "8:15", which may be in either
    half of the day (the likelier of `read` first), one when the text says which half ("8:15 pm", "20:15", "8 y cuarto
    de la noche", "noon"); none when it is no time alone (a day, a span "in two hours", a part of the day without an
    hour)."""
    signs = read_signs(text, telling=True) if len(text) <= LONGEST_TEXT else None
    if not signs or any(sign.letter in "fFI" for sign in signs):
        return ()
    found = Found(now)
    # "It is eight" is as good as "at eight".
    wish = _read(found, [Sign("A", 0), *signs])
    if wish is None or found.clock is None or found.counted or wish != Wish(wish.at):
        return ()
    if found.sure or found.afternoon is not None or found.part is not None:
        return (wish.at,)
    hour = (int(wish.at[:2]) + 12) % 24
    return (wish.at, f"{hour:02}{wish.at[2:]}")


def _read(found: Found, signs: list[Sign]) -> Wish | None:
    """What these signs come to, if anything."""
    try:
        return _wish(found) if _understood(found, signs) else None
    except (ValueError, OverflowError):
        return None


def _understood(found: Found, signs: list[Sign]) -> bool:
    """Let each phrase of the grammar say its part; False when there are signs that none of them takes."""
    letters = "".join(sign.letter for sign in signs)
    place = 0
    while place < len(letters):
        matches = ((pattern.match(letters, place), action) for pattern, action in GRAMMAR)
        match, action = next(((match, action) for match, action in matches if match), (None, _nothing))
        if match is None:
            return False
        action(found, signs[place : match.end()])
        place = match.end()
    return True


def _nothing(found: Found, signs: list[Sign]) -> None:
    """What stands between."""


def _span(found: Found, signs: list[Sign]) -> None:
    """ "In three days", "in two hours and a half", "in half an hour", "in 1 hour and 10 minutes"."""
    numbers = [max(sign.value, 1) if sign.letter == "a" else sign.value for sign in signs if sign.letter in "nNa"]
    units = [sign for sign in signs if sign.letter in "UuhvV"]
    if signs[0].letter == "n" and numbers == [1] and signs[-1].letter != "F":
        raise ValueError("one day is some day")
    if signs[0].letter != "I" and len(numbers) == 2 and numbers[0] > LONGEST_SPAN:
        raise ValueError("hours, or an hour?")
    if not all(1 <= number <= FARTHEST_DAYS * 24 * 60 for number in numbers):
        raise ValueError("no such time")
    pairs = [(number, unit.value) for number, unit in zip(numbers or [1], units, strict=True)]
    if units[0].letter == "U":
        much, days = pairs[0]
        found.ahead(_months(found.now.date(), much) if days == 30 else much * days)
        return
    minutes = sum(much * each for much, each in pairs) + sum(sign.value for sign in signs if sign.letter == "R")
    then = (found.now.astimezone(UTC) + timedelta(minutes=minutes, seconds=59)).astimezone(found.now.tzinfo)
    while then.fold:
        # A rule rings the first time that a clock reads its time, which is over: wait until the clock has gone on.
        then = (then.astimezone(UTC) + timedelta(minutes=15)).astimezone(found.now.tzinfo)
    found.ahead((then.date() - found.now.date()).days)
    found.at(then.hour * 60 + then.minute, sure=True)
    found.counted = True


def _months(today: date, months: int) -> int:
    """Days until the same day so many months later, or the last of that month."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return (date(year, month + 1, min(today.day, monthrange(year, month + 1)[1])) - today).days


def _date(found: Found, signs: list[Sign]) -> None:
    """ "3 May", "May 3rd 2027", "the 15th", "2026-06-01"."""
    values = {sign.letter.lower(): sign.value for sign in signs}
    year, month, day = values.get("y", 0), values.get("m", 0), values.get("n", 0)
    if "z" in values:
        year, month, day = values["z"] // 10_000, values["z"] // 100 % 100 or 13, values["z"] % 100
    elif any(sign.letter == "m" for sign in signs):
        month = 3
    today = found.now.date()
    months = (divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(YEARS * 12))
    then = (
        date(year, month, day) if year else _first(today, [(y, m + 1) for y, m in months if month in (0, m + 1)], day)
    )
    if then < today:
        raise ValueError("over")
    found.on(then)


def _first(today: date, months: list[tuple[int, int]], day: int) -> date:
    """The first of these days that there is, from today on. Raises ValueError when there is none."""
    for year, month in months:
        if 1 <= day <= monthrange(year, month)[1] and (then := date(year, month, day)) >= today:
            return then
    raise ValueError("no such day")


def _time(found: Found, signs: list[Sign]) -> None:
    """ "At 8", "half past seven", "ten to eight", "siete y media", "ocho menos diez", "seven thirty"."""
    letters = "".join(sign.letter for sign in signs if sign.letter != "A")
    values = [sign.value for sign in signs if sign.letter in "nN"]
    aside = sum(sign.value for sign in signs if sign.letter in "QR")
    if letters[0] in "Ccs":
        found.at(signs[-1].value, sure=letters[0] == "c")
    elif len(values) == 2:
        found.at(*both(letters, *values))
    elif letters[1:] in ("u", "h") and values[0] < 13:
        raise ValueError("hours, or an hour?")
    else:
        found.at(*around(values[0], aside))


def _by_name(found: Found, signs: list[Sign]) -> None:
    """ "Noon", "12 midnight", "a las doce del día". Midnight is at the end of its day, as "12 at night" is."""
    if any(sign.value != 12 for sign in signs if sign.letter in "nN"):
        raise ValueError("no noon")
    found.at(signs[-1].value, sure=True)
    if found.clock == 0:
        _part(found, [Sign("P", NIGHT)])


def _half(found: Found, signs: list[Sign]) -> None:
    """ "am", "pm"."""
    if found.afternoon not in (None, bool(signs[0].value)):
        raise ValueError("two halves")
    found.afternoon = bool(signs[0].value)


def _part(found: Found, signs: list[Sign]) -> None:
    """ "In the evening", "mornings"; "this evening", "tonight"."""
    first, last = signs[0].letter, signs[-1]
    part = {"k": NIGHT, "T": MORNING}.get(last.letter, last.value)
    if found.part not in (None, part):
        raise ValueError("two parts of the day")
    found.part = part
    found.every = found.every or last.letter == "p"
    if first in "Jk":
        found.ahead(0)


def _weekdays(found: Found, signs: list[Sign]) -> None:
    """ "Monday", "mondays", "next friday", "all days"."""
    for sign in signs:
        found.days |= GROUPS[sign.value] if sign.letter in "Ddg" else {sign.value} if sign.letter in "Wwm" else set()
        found.every = found.every or sign.letter in "wDdg"
        found.once = found.once or sign.letter in "OJ"


def _dated(found: Found, signs: list[Sign]) -> None:
    """ "Friday the 15th" without its month, "viernes 15 por la tarde"."""
    weekday, day = signs[0].value, next(sign.value for sign in signs if sign.letter in "nN")
    if signs[-1].letter == "P":
        if day < 13 and signs[1].letter != "L":
            raise ValueError("a day, or an hour?")
        _part(found, signs[-1:])
    days = (found.now.date() + timedelta(days=ahead) for ahead in range(SOON))
    # No such day soon: the least of none is a ValueError.
    found.on(min(each for each in days if (each.weekday(), each.day) == (weekday, day)))


def _from_to(found: Found, signs: list[Sign]) -> None:
    """ "Monday to Friday"."""
    start, end = signs[0].value, signs[-1].value
    found.days |= {(start + n) % 7 for n in range((end - start) % 7 + 1)}
    found.every = True


def _except(found: Found, signs: list[Sign]) -> None:
    """ "Except Sundays"."""
    for sign in signs:
        found.barred |= GROUPS[sign.value] if sign.letter in "Ddg" else {sign.value} if sign.letter in "Wwm" else set()


def _every(found: Found, signs: list[Sign]) -> None:
    """ "Every", "weekly"."""
    found.every = found.every or signs[0].letter == "E"
    found.weekly = found.weekly or signs[0].letter == "K"


def _ahead(found: Found, signs: list[Sign]) -> None:
    """ "Tomorrow"; "next week", "el mes que viene"."""
    unit = next((sign.value for sign in signs if sign.letter == "U"), 0)
    if unit == 7:
        found.next_week = True
    else:
        found.ahead(_months(found.now.date(), 1) if unit == 30 else unit or signs[0].value)
        found.today = found.day == found.now.date()


def _week_on(found: Found, signs: list[Sign]) -> None:
    """ "A week tomorrow", "a week on Tuesday"."""
    day = signs[-1]
    days = day.value if day.letter == "T" else (day.value - found.now.weekday()) % 7
    if signs[1].value != 7 or (day.letter == "W" and not days):
        raise ValueError("no week, or which?")
    found.ahead(7 + days)


Action = Callable[[Found, list[Sign]], None]
DAY = "(?![SMmHuhonNRBtlx]|y[nN])"
"""After a number that is a day of the month: nothing that makes it an hour."""
GRAMMAR: tuple[tuple[re.Pattern[str], Action], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"I[nNa][uh](R|[&y]?[nN]v)|I[nN]R[uh]|IuR|[nN][uh][&y]?[nN]v", _span),
        (r"I[nNa][Uuhv]F?|I?VF?|[nNa][Uuv]F|[nN][Uv]", _span),
        (rf"j?L?[nN]S?[Mm]Y?|ML?[nN]S?Y?|m[nN]S|[nN]S|[Lj][nN]{DAY}|Z", _date),
        (r"A*[nN]?q", _by_name),
        (r"A*(Q[nN]|[nN][Bl][nN]|(?<!f)nt[nN]|[nN][yx][nN](?![SMm])|[nN]R(?!h)|[nN]{2}(?![SMmZ])|[Cc])", _time),
        (r"A+[nN](?!Z)u?|A+s|s(?=[PH])", _time),
        (r"N(?=h?[PH])|N[uh]|N(?![pgwZh])|n(?=[HPo]|hP)", _time),
        (r"H", _half),
        (r"J[PT]|(?<!T[y&,])[Pp]|k", _part),
        (r"[Wm][taX-]L?[Wm]", _from_to),
        (rf"W[nN]P|WL[nN]P|WL?[nN]{DAY}", _dated),
        (r"OU|UO", _ahead),
        (rf"[OJ][Wm]|[Wm]O(?!U)|[WwDg]|m(?!L?[nN](?![Hhou]))|d(?!N{DAY})", _weekdays),
        (r"x[LE]?[WwmDdg]([&y]?[LE]?[Wwm])*", _except),
        (r"E(?![nN])|K", _every),
        (r"aU[TW]", _week_on),
        (r"(?<!P[y&,])T|(?<![Wm])b(?![Wm])", _ahead),
        (r"[aLy&Ahojf,-]", _nothing),
    )
)
"""What may be said, as rows of the letters of `wish_words` (N and n are numbers in digits and words, C, c and s times,
Y a year, Z a date, a comma and j what divides numbers), and what it does. The first that fits is taken."""


def _wish(found: Found) -> Wish | None:
    """What all of it comes to. Raises ValueError, or gives None, when it does not fit together."""
    at, days = _at(found), found.days - found.barred
    if found.barred and not days:
        return None
    # "Friday night at one" is on the clock's Saturday, and so is midnight; but after midnight, tonight is now.
    clock = found.now.strftime("%H:%M")
    tonight = found.day == found.now.date() and clock < at < "06:00"
    over_midnight = int(found.late or (found.part == NIGHT and "" < at < "06:00" and not tonight))
    if found.weekly or found.every or len(days) > 1:
        if found.day or found.next_week or found.once:
            return None
        days = days or ({found.now.weekday()} if found.weekly else set(ALL_DAYS) if found.part is not None else set())
        return Wish(at, tuple(sorted((day + over_midnight) % 7 for day in days))) if days else None
    if day := _day(found, days, at, bool(over_midnight)):
        return Wish(at, (), (day + timedelta(days=over_midnight)).isoformat())
    return Wish(at) if at else None


def _day(found: Found, days: set[int], at: str, over_midnight: bool) -> date | None:
    """The day of a single wish, None when it names none. Raises ValueError for "tomorrow, Friday" on a Monday."""
    today, weekday = found.now.date(), min(days, default=None)
    if found.next_week and found.day:
        raise ValueError("two days")
    if found.next_week:
        return today + timedelta(days=7 + (0 if weekday is None else weekday - today.weekday()))
    if weekday is None or found.day:
        if found.day and weekday not in (None, found.day.weekday()):
            raise ValueError("two days")
        return found.day
    over = found.once or not at or (at <= found.now.strftime("%H:%M") and not over_midnight)
    return today + timedelta(days=(weekday - today.weekday()) % 7 or (7 if over else 0))


def _at(found: Found) -> str:
    """The time as "HH:MM", "" when there is none. Raises ValueError for "am" alone."""
    if found.clock is None:
        if found.afternoon is not None:
            raise ValueError("half a day is no time")
        return "" if found.part is None else f"{found.part // 60:02}:{found.part % 60:02}"
    if found.counted and (found.afternoon is not None or found.part is not None):
        raise ValueError("two times")
    hour, minute = divmod(found.clock, 60)
    if found.sure and (hour > 12 or hour == 0):
        if hour and found.afternoon is False:
            raise ValueError("20:00 am")
    else:
        hour = _of_24(found, hour or 12)
    marked = found.sure or found.afternoon is not None or found.part is not None
    if found.today and not marked and hour <= 12 and f"{hour:02}:{minute:02}" <= found.now.strftime("%H:%M"):
        hour += 12
    # "Today at 12", said in the evening, and "today at 00:00" are the midnight to come.
    found.late = found.today and (hour == 24 or hour == minute == 0)
    return f"{hour % 24:02}:{minute:02}"


def _of_24(found: Found, hour: int) -> int:
    """An hour from 1 to 12 as one from 0 to 23, by what else was said, or the kinder one."""
    if found.afternoon is not None:
        return hour % 12 + (12 if found.afternoon else 0)
    if (found.part == EVENING and found.every and hour == 12) or (found.part == AFTERNOON and 9 <= hour < 12):
        raise ValueError("noon is no evening")
    if found.part == MORNING or (found.part is None and found.sure):
        return hour
    if found.part == NIGHT:
        return hour % 12 + (12 if 6 <= hour < 12 else 0)
    return hour % 12 + 12 if found.part is not None or hour <= 6 or hour == 12 else hour
