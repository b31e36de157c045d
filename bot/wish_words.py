"""The words that people ask for a time in, for `bot.wishes`: English and Spanish in one table, because people type
either in any setting. They are what people type, so they live here; what the bot says lives in `flows/`. Pure.

Every word is as `read_signs` sees it: lower case, without accents ("manana"), without apostrophes ("oclock"). A row is
a letter (what kind of thing is said), a value, and the words for it; the longest phrase that fits is taken. Words that
are in no row are not understood, and then nothing is: "monday was awful" is no wish.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

MORNING, LUNCH, AFTERNOON, TARDE, EVENING, NIGHT = 540, 780, 960, 1080, 1140, 1230
"""When parts of the day ring by themselves, in minutes after midnight: 09:00, 13:00, 16:00, 18:00, 19:00, 20:30. The
Spanish afternoon lasts until dark, so it has an hour of its own."""

ROWS: tuple[tuple[str, int, str], ...] = (
    # W: days of the week, 0 = Monday, in full or short; w: several of them ("mondays").
    ("W", 0, "monday, mon, lunes, lun"),
    ("W", 1, "tuesday, tue, tues, martes"),
    ("W", 2, "wednesday, wed, weds, wensday, miercoles, mie, mier"),
    ("W", 3, "thursday, thu, thur, thurs, jueves, jue"),
    ("W", 4, "friday, fri, viernes, vie"),
    ("W", 5, "saturday, sat, sabado, sab"),
    ("W", 6, "sunday, sun, domingo, dom"),
    ("w", 0, "mondays"),
    ("w", 1, "tuesdays"),
    ("w", 2, "wednesdays"),
    ("w", 3, "thursdays"),
    ("w", 4, "fridays"),
    ("w", 5, "saturdays, sabados"),
    ("w", 6, "sundays, domingos"),
    # m: Tuesday in Spanish, March beside a number. !: the sun and the sea are no days.
    ("m", 1, "mar"),
    ("!", 0, "the sun, el mar, the mar"),
    # D, d, g: groups of days. 0: all; 1: Monday to Friday; 2: Saturday and Sunday. After d a number may be a day of the
    # month ("cada día 15"), and before g it counts them ("3 weekends"). One weekend is none of them.
    ("D", 0, "every day, everyday, each day, daily, all days, every single day, once a day, once per day"),
    ("D", 0, "a diario, diario, diariamente, una vez al dia"),
    ("d", 0, "todos los dias, todo los dias, cada dia"),
    ("g", 1, "weekdays, weekday, week days, workdays, work days, working days, business days, l - v, l a v"),
    ("g", 1, "entre semana, dias laborables, dias laborales, dias de semana, dias habiles, dias de entre semana"),
    ("g", 2, "weekends, every weekend, each weekend, fines de semana, findes, cada fin de semana, cada finde"),
    # K: once a week. E: every. x: except. O: next. J: this.
    ("K", 0, "once a week, once per week, once every week, weekly, every week, each week, una vez a la semana"),
    ("K", 0, "una vez por semana, una vez cada semana, cada semana, todas las semanas, semanalmente"),
    ("E", 0, "every, every single, each, all, cada, todos los, todas las, todos, los"),
    ("x", 0, "except, except on, except for, but, but not, but not on, apart from, menos, excepto, salvo"),
    ("O", 0, "next, coming, following, que viene, proximo, proxima, siguiente, que entra"),
    ("J", 0, "this, este, esta"),
    # T: days ahead; b: so too, but past beside a day ("el viernes pasado"). k: tonight.
    ("T", 0, "today, hoy"),
    ("T", 1, "tomorrow, tomorow, tommorow, tommorrow, tmrw, tmr, 2morrow, 2moro, manana"),
    ("T", 2, "day after tomorrow, pasado manana"),
    ("b", 2, "pasado"),
    ("k", 0, "tonight, tonite, 2night, 2nite"),
    # I: in so much time. F: from now. U: days, or 30 for a month. u, h: hours, in minutes. v: minutes. V: of an hour.
    ("I", 0, "in, within, en, dentro de, de aqui a, de aca a"),
    ("F", 0, "from now, from today, a partir de ahora, a partir de hoy"),
    ("U", 1, "day, days, dia, dias"),
    ("U", 7, "week, weeks, wk, wks, semana, semanas"),
    ("U", 14, "fortnight"),
    ("U", 30, "month, months, mes, meses"),
    ("u", 60, "hour, hours, hora, horas"),
    ("h", 60, "h, hs, hr, hrs"),
    ("v", 1, "minute, minutes, min, mins, m, minuto, minutos"),
    ("V", 30, "half an hour, half hour, a half hour, media hora, media horita"),
    ("V", 45, "three quarters of an hour, tres cuartos de hora"),
    ("V", 15, "a quarter of an hour, quarter of an hour, un cuarto de hora"),
    # M: months.
    ("M", 1, "january, jan, enero, ene"),
    ("M", 2, "february, feb, febrero"),
    ("M", 3, "march, marzo"),
    ("M", 4, "april, apr, abril, abr"),
    ("M", 5, "may, mayo"),
    ("M", 6, "june, jun, junio"),
    ("M", 7, "july, jul, julio"),
    ("M", 8, "august, aug, agosto, ago"),
    ("M", 9, "september, sept, sep, septiembre, setiembre"),
    ("M", 10, "october, oct, octubre"),
    ("M", 11, "november, nov, noviembre"),
    ("M", 12, "december, dec, diciembre, dic"),
    # P: a part of the day; p: many of them. Values are minutes after midnight.
    ("P", MORNING, "early in the morning, early morning, temprano, a primera hora"),
    ("P", MORNING, "temprano por la manana, por la manana temprano, a primera hora de la manana"),
    ("P", LUNCH, "lunchtime, at lunch"),
    ("P", MORNING, "morning, in the morning, in the mornings, por la manana, de la manana, en la manana, a la manana"),
    ("P", AFTERNOON, "afternoon, in the afternoon"),
    ("P", TARDE, "tarde, por la tarde, de la tarde, en la tarde, a la tarde"),
    ("P", EVENING, "evening, in the evening"),
    ("P", NIGHT, "night, at night, in the night, noche, por la noche, de la noche, en la noche, a la noche"),
    ("p", MORNING, "mornings, cada manana, las mananas, por las mananas, mananas"),
    ("p", AFTERNOON, "afternoons, in the afternoons"),
    ("p", TARDE, "las tardes, por las tardes, tardes"),
    ("p", EVENING, "evenings, in the evenings"),
    ("p", NIGHT, "nights, las noches, por las noches, noches"),
    # H: which half of the day. q: a time by its name, in minutes after midnight; it may follow a 12.
    ("H", 0, "am, de la madrugada"),
    ("H", 1, "pm"),
    ("q", 720, "noon, midday, at noon, mediodia, a mediodia, al mediodia, del mediodia, del dia"),
    ("q", 720, "medio dia, a medio dia, al medio dia, del medio dia"),
    ("q", 0, "midnight, medianoche, a medianoche, media noche, a media noche"),
    # A: at. Q: minutes before the hour is named; R: after it. B: past. t: to; l: so too, and never a range; X: until.
    # o: what may follow a time.
    ("A", 0, "at, around, about, at about, a las, a la, las, la, sobre, hacia, a eso de, como a"),
    ("A", 0, "alrededor de las, alrededor de la, cerca de las, cerca de la"),
    ("Q", 30, "half past"),
    ("Q", 15, "quarter past, quarter after"),
    ("Q", -15, "quarter to, quarter til, quarter till, cuarto para las, cuarto para la"),
    ("Q", -15, "un cuarto para las, un cuarto para la"),
    ("R", 30, "y media, and a half"),
    ("R", 15, "y cuarto"),
    ("R", -15, "menos cuarto"),
    ("B", 1, "past, after"),
    ("t", 0, "to"),
    ("l", 0, "para las, para la"),
    ("X", 0, "through, thru, till, until, hasta, hasta el"),
    ("o", 0, "oclock, o clock, en punto, sharp, ish"),
    ("S", 0, "st, nd, rd, th, ero"),
    # Words that carry nothing of their own, but may stand between what does.
    ("a", 0, "a, an, al"),
    ("L", 0, "el, el dia, the"),
    ("f", 0, "from, desde"),
    ("y", 0, "y, e"),
    ("&", 0, "and, &, +"),
    ("-", 0, "-"),
    ("_", 0, "/, ., :, ,, on, of, de, del, please, pls, por favor, porfa, yes, si, ok, okay, sure, vale, my time"),
    ("_", 0, "gracias, muchas gracias, thanks, thank you"),
    # With these it is a wish, not what a clock reads.
    ("_", 1, "could you, can you, only, just, solo, mejor, better, si puede ser, si es posible, if possible"),
    ("_", 1, "remind me, me, check in, check in with me, ask me, write me, write to me, lets say"),
    ("_", 1, "recuerdame, recuerdamelo, avisame, escribeme, preguntame, quiero que me preguntes"),
    ("_", 1, "is fine, is good, works, esta bien, me va bien"),
)

TO = (5, 10, 20, 25)
"""Minutes to an hour, as people count them; "8 to 9" are two hours."""
ENGLISH = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
ENGLISH += " eighteen nineteen twenty"
SPANISH = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete"
SPANISH += " dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete"
SPANISH += " veintiocho veintinueve"
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}
DECENAS = {30: "treinta", 40: "cuarenta", 50: "cincuenta"}
MORE_NUMBERS = {"un": 1, "una": 1, "first": 1, "primero": 1, "a couple of": 2, "couple of": 2, "un par de": 2}
MORE_NUMBERS |= {"veintiuna": 21}


def _numbers() -> dict[str, int]:
    """Numbers by their words, to 59."""
    found = dict(MORE_NUMBERS)
    for words in (ENGLISH.split(), SPANISH.split()):
        found |= {word: number for number, word in enumerate(words, 1)}
    for ten, word in TENS.items():
        found[word] = ten
        found |= {
            f"{word}{gap}{unit}": ten + n for n, unit in enumerate(ENGLISH.split()[:9], 1) for gap in (" ", " - ")
        }
    for ten, word in DECENAS.items():
        found[word] = ten
        found |= {f"{word} y {unit}": ten + n for n, unit in enumerate(SPANISH.split()[:9], 1)}
    return found


PHRASES: dict[str, tuple[str, int]] = {
    **{word: ("n", number) for word, number in _numbers().items()},
    **{phrase: (letter, value) for letter, value, words in ROWS for phrase in words.split(", ")},
}
"""Letter and value by phrase; `n` are numbers in words."""
LONGEST = max(len(phrase.split()) for phrase in PHRASES)
"""Words in the longest phrase."""
OFTEN_MISSPELT = [word for word, (letter, _) in PHRASES.items() if letter in "Ww" and len(word) > 4] + ["tomorrow"]
"""Words that are known with a slip too."""
LIKE = 0.82
"""difflib's ratio from which on a misspelt day is that day."""
WORD = re.compile(
    r"(?P<Z>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])|[0-9]{1,2}([/.-])[0-9]{1,2}\2(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|[0-9]{1,2}/[0-9]{1,2}(?![0-9/]))|(?P<C>[0-9]{1,2}[:.h][0-9]{2}(?![0-9]))|2(?:night|nite|morrow|moro)"
    r"|(?P<N>[0-9]+)|[^\W\d_]+|\S"
)


SPELT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![^\W\d_])([ap])\.? ?m\b\.?"), r"\1m"),
    (re.compile(r"\b([0-9]+)[.,]5 ?(?=h)"), r"\1 and a half "),
    (
        re.compile(r"\b(cada dia|dias|[a-z]+es|sabado|domingo) ([0-9]{1,2}) de la (?=manana|tarde|noche)"),
        r"\1 a las \2 de la ",
    ),
    (re.compile(r"\bel (?:dia )?[0-9]+ de la (?=manana|tarde|noche)"), "? "),
)
"""What is written in more than one way ("p. m.", "2.5 hours"), and how it is read. "De la noche" is said of hours
alone: "viernes 8 de la noche" is at 8, and "el 8 de la noche" is nothing."""
TELLING = re.compile(
    r"\b(?:(?:the )?time (?:here )?is|(?:la|mi) hora es|it ?i?s|right now|now|here|already"
    r"|son|es|ahora mismo|ahora|aqui|aca|ya)\b"
)
"""What people say around the time that a clock reads."""
DIVIDERS = {",": ",", "on": "j", "del": "j"}
"""Words without a meaning of their own that keep two numbers apart, as a letter: "9, 21" is no 09:21."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A phrase of the text: what kind of thing it is, and which, in which words."""

    letter: str
    value: int
    said: str = ""


def read_signs(text: str, telling: bool = False) -> list[Sign] | None:
    """The phrases of a text, without those that mean nothing; None when one of them is not known. `telling`: they tell
    what time it is, and wish for nothing."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("–", "-").replace("—", "-"))
    bare = "".join(c if c.isalnum() or c in ":./,&+-" else " " for c in folded if c not in "'’" and not _accent(c))
    for pattern, spelling in SPELT:
        bare = pattern.sub(spelling, bare)
    words = list(WORD.finditer(TELLING.sub(" ", bare) if telling else bare))
    signs: list[Sign] = []
    start = 0
    while start < len(words):
        taken, sign = _sign(words[start : start + LONGEST])
        if sign is None or (telling and sign.letter == "_" and sign.value):
            return None
        start += taken
        signs.append(sign)
    return _divided(signs)


def _divided(signs: list[Sign]) -> list[Sign]:
    """The signs that mean something, and what keeps two of them apart."""
    kept: list[Sign] = []
    for place, sign in enumerate(signs):
        after = next((each for each in signs[place:] if each.letter != "_"), Sign("", 0))
        before = kept[-1] if kept else Sign("", 0)
        if sign.letter != "_":
            kept.append(sign)
        elif sign.said not in (".", ":") and _apart(before, after, sign.said):
            kept.append(Sign(DIVIDERS.get(sign.said, "_"), 0, sign.said))
    return kept


def _apart(before: Sign, after: Sign, said: str) -> bool:
    """Whether a word between these two makes a difference: between numbers, in "on 15", in "mañana, noche"."""
    if after.letter in ("N", "n", "Z"):
        return before.letter in ("N", "n") or said in ("on", "del")
    return before.said == "manana" and after.said in ("tarde", "noche")


def _accent(char: str) -> bool:
    return unicodedata.combining(char) > 0


def _sign(words: list[re.Match[str]]) -> tuple[int, Sign | None]:
    """The longest phrase that these words begin with: how many words it is, and its sign."""
    kind, said = words[0].lastgroup, words[0].group()
    if kind in ("N", "C", "Z"):
        return 1, {"N": _number, "C": _clock, "Z": _date}[kind](said)
    for count in range(len(words), 0, -1):
        phrase = " ".join(word.group() for word in words[:count])
        if phrase in PHRASES:
            return count, Sign(*PHRASES[phrase], phrase)
    like = get_close_matches(said, OFTEN_MISSPELT, 1, LIKE) if 5 <= len(said) <= 12 else []
    return 1, Sign(*PHRASES[like[0]]) if like else None


def _number(said: str) -> Sign | None:
    """A number in digits: a year, a time ("0830"), or what it counts."""
    if said.startswith("0") and len(said) > 2:
        return _clock(f"{said[:2]}:{said[2:]}") if len(said) == 4 else None
    return Sign("Y" if len(said) == 4 and said.startswith("2") else "N", int(said))


def _clock(said: str) -> Sign:
    """Hours and minutes. "1h30" (s) may be how long it takes to then."""
    hour, minute = (int(part) for part in re.split("[:.h]", said))
    letter = "c" if said.startswith("0") or hour > 12 else "s" if "h" in said else "C"
    return Sign(letter, hour * 60 + minute if minute < 60 else 24 * 60)


def _date(said: str) -> Sign | None:
    """A date in digits. Of "1/6/27" nobody knows what is the year, "24/7" is always, and "8/20" is twice a day."""
    parts = [int(part) for part in re.split("[/.-]", said)]
    if (len(parts) == 3 and max(parts) < 100) or parts == [24, 7] or (len(parts) == 2 and parts[1] == parts[0] + 12):
        return None
    return Sign("Z", _packed(parts))


def around(hour: int, minutes: int) -> tuple[int, bool]:
    """A named hour and minutes around it: minutes after midnight, and whether the hour alone says which half. Raises
    ValueError when there is no such time."""
    if hour > 23 or not -59 <= minutes <= 59:
        raise ValueError("no such time")
    return (hour * 60 + minutes) % (24 * 60), hour > 12 or hour == 0


def both(letters: str, first: int, second: int) -> tuple[int, bool]:
    """As `around`, of two numbers, by the letters of the signs: "ten to eight", "ocho menos diez", "seven thirty".
    Raises ValueError when these may be two times ("9 y 21")."""
    between = letters[1]
    if between == "B":
        return around(second, first)
    if (between in "tl" and first not in TO) or (between not in "tl" and not _are_minutes(letters, first, second)):
        raise ValueError("two times")
    if between in "tl":
        return around(second, -first)
    return around(first, -second if between == "x" else second)


def _are_minutes(letters: str, hour: int, minute: int) -> bool:
    """Whether the second of two numbers can only be the minutes of the first."""
    if "x" in letters:
        return minute % 5 == 0
    if "y" not in letters and minute < 10:
        return False
    return "n" in letters or minute > 23 or (hour < 13 and minute % 5 == 0 and minute != hour + 12)


def _packed(parts: list[int]) -> int:
    """Year (0 when there is none), month and day in one number."""
    if parts[0] > 999:
        return parts[0] * 10_000 + parts[1] * 100 + parts[2]
    day, month, year = (*parts, 0)[:3]
    day, month = (month, day) if month > 12 else (day, month)
    return year * 10_000 + month * 100 + day
