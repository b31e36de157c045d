"""/checkin: the times at which people want to be asked how they are. Set, shown, changed, rested and stopped here; what
happens at such a time is `ringing`'s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from . import menu, whereabouts, wishes
from .draft import Draft, escaped
from .events import Remind, Unremind
from .languages import weekdays
from .names import person
from .schedule import Quiet, Rule, next_ring
from .session import CheckIn, Fact
from .wishes import Wish

WAIT, PUT_OFF = "wait.", "~"
"""Before a token: what came due in a practice and waits for its end; what the person put off."""
MOST = 10
"""Check-ins of one person."""
FLOW = "today"
"""The flow that a check-in begins."""
KEEPSAKE = "keepsake:"
"""What a check-in is about that gives back a keepsake: this and the key of its button."""
REST = timedelta(days=7)
"""How long a check-in rests when it is told to."""
HOURS = ("09:00", "12:30", "18:00", "20:00")
"""Times of day that are offered to tap."""
EVERY_DAY, WORKDAYS, WEEKEND = tuple(range(7)), (0, 1, 2, 3, 4), (5, 6)
OFFERED = (Rule("20:00", EVERY_DAY), Rule("19:00", WORKDAYS), Rule("18:00", (6,)))
"""Check-ins that are offered to tap."""
QUIETS = (Quiet("21:00", "09:00"), Quiet("22:00", "08:00"), Quiet("23:00", "07:00"), Quiet("00:00", "00:00"))
"""Quiet hours that are offered to tap; the last: none."""
NEW = "new"
"""What is set, when it is no check-in that is changed and no keepsake to be reminded of."""
LISTED = f"checkin:listed:{NEW}"
"""What typed words mean at the list: a time for a new one, which nobody is asked for."""


def show(draft: Draft, argument: str = "") -> None:
    """/checkin: what is set. With words: a new one at that time."""
    menu.shelve(draft)
    if argument:
        read(draft, f"when:{NEW}", argument)
        return
    every, quiet = alive(draft), draft.session.quiet
    draft.say(draft.word("checkin" if every else "checkin_none"))
    rows = [[(_described(draft, one), f"checkin:one:{one.id}")] for one in every]
    rows += [[(draft.label("checkin_new"), "checkin:new")]] if len(every) < MOST else []
    quiet_label = draft.label("quiet" if quiet.start != quiet.end else "quiet_none", start=quiet.start, end=quiet.end)
    rows += [[(quiet_label, "checkin:quiet")], [(draft.label("clock"), "checkin:clock"), (draft.label("menu"), "menu")]]
    known = "zone" in person(draft.session)
    draft.say(draft.word("checkin_clock", time=draft.local().strftime("%H:%M"), known=known))
    draft.offer(rows, LISTED)


def again(draft: Draft, expected: str) -> None:
    """Ask once more what was asked for, anew: the language may be another."""
    what, _, about = expected.partition(":")
    if what == "zone":
        _ask_zone(draft, about)
    elif what == "at":
        _ask_time(draft, *_decoded(about))
    elif what == "when":
        _ask_when(draft, about)
    else:
        show(draft)


def alive(draft: Draft) -> list[CheckIn]:
    """The check-ins that will ring again, or would if they did not rest."""
    return [one for one in draft.session.checkins if _put_off(draft, one) or _next(draft, one.rule)]


def _next(draft: Draft, rule: Rule) -> datetime | None:
    return next_ring(rule, draft.home(), draft.now)


def _put_off(draft: Draft, one: CheckIn) -> datetime | None:
    return one.snoozed if one.snoozed and one.snoozed > draft.now else None


def listed(draft: Draft) -> Iterator[tuple[str, str]]:
    """What begins at each check-in, and when, as plain text."""
    for one in alive(draft):
        title = draft.label("keepsakes") if one.about.startswith(KEEPSAKE) else draft.title_of(one.about)
        yield title, _described(draft, one)


def press(draft: Draft, what: str) -> None:
    """A button of these screens."""
    what, _, rest = what.partition(":")
    if what in {"one", "change", "rest", "go_on", "stop"}:
        _touch(draft, what, next((one for one in draft.session.checkins if str(one.id) == rest), None))
    elif what == "set":
        _set(draft, *_decoded(rest))
    elif what == "zone":
        locate(draft, rest)
    elif what in {"new", "keep"}:
        _new(draft, rest or NEW)
    elif what == "quiet":
        _quiet(draft, rest)
    elif what == "clock":
        _ask_zone(draft, "")
    else:
        show(draft)


def read(draft: Draft, expected: str, text: str) -> None:
    """Words that were typed where a time or a place was asked for."""
    what, _, about = expected.partition(":")
    if what == "zone":
        _read_zone(draft, about, text)
        return
    wish = wishes.read(text, draft.local())
    if wish and "zone" not in person(draft.session):
        # "In two hours", "tomorrow" are read again once it is known what time it is there.
        _ask_zone(draft, f"{about}={text}")
        return
    if what == "at":
        asked, about = _decoded(about)
        if wish is None:
            _ask_time(draft, asked, about, "unfit_when")
            return
        if not (wish.days or wish.day):
            wish = _not_over(draft, asked, wishes.clocks(text, draft.local()) or (wish.at,))
    if wish is None:
        _ask_when(draft, about, "unfit_when")
        return
    _set(draft, wish, about)


def _not_over(draft: Draft, asked: Wish, times: Iterable[str]) -> Wish:
    """What was asked for, at the first of these times that is not over then; the first of all, if all are."""
    wanted = [replace(asked, at=at) for at in times]
    return next((wish for wish in wanted if _next(draft, _ruled(wish))), wanted[0])


# --- one check-in ---


def _touch(draft: Draft, what: str, one: CheckIn | None) -> None:
    if one is None:
        show(draft)
    elif what == "one":
        _one(draft, one)
    elif what == "change":
        _ask_when(draft, str(one.id))
    elif what == "stop":
        remove(draft, one)
        draft.say(draft.word("checkin_stopped"))
        show(draft)
    else:
        rest = draft.now + REST if what == "rest" else None
        settle(draft, one)
        put(draft, replace(one, resting=rest, off=False))
        draft.say(draft.word("checkin_rests", day=draft.day(rest)) if rest else draft.word("checkin_goes_on"))
        show(draft)


def _one(draft: Draft, one: CheckIn) -> None:
    draft.say(escaped(_described(draft, one)))
    rests = one.off or _resting(draft, one) is not None
    rows = [[(draft.label("another_time"), f"checkin:change:{one.id}")]]
    if rests:
        rows.append([(draft.label("checkin_go_on"), f"checkin:go_on:{one.id}")])
    elif one.rule.days:
        rows.append([(draft.label("checkin_rest"), f"checkin:rest:{one.id}")])
    rows += [[(draft.label("checkin_stop"), f"checkin:stop:{one.id}")], [(draft.label("checkins"), "checkin:all")]]
    draft.offer(rows)


def _resting(draft: Draft, one: CheckIn) -> datetime | None:
    return one.resting if one.resting and one.resting > draft.now else None


def _described(draft: Draft, one: CheckIn) -> str:
    """When it rings, and whether it rests, as plain text: it stands on buttons."""
    rests = _resting(draft, one)
    day = draft.day(rests) if rests else None
    keepsake, rule = one.about.startswith(KEEPSAKE), one.rule
    if (later := _put_off(draft, one)) and not rule.days:
        local = later.astimezone(draft.home())
        rule = Rule(f"{local:%H:%M}", day=local.date().isoformat())
    return draft.plain_word("checkin_line", when=_spoken(draft, rule), off=one.off, day=day, keepsake=keepsake)


def _spoken(draft: Draft, rule: Rule) -> str:
    """When a rule rings, as plain text."""
    if rule.day:
        return draft.plain_word("when_once", day=date.fromisoformat(rule.day), time=rule.at)
    kinds = {EVERY_DAY: "when_daily", WORKDAYS: "when_workdays", WEEKEND: "when_weekend"}
    days = weekdays(rule.days, draft.book.language)
    return draft.plain_word(kinds.get(rule.days, "when_days"), days=days, time=rule.at)


def put(draft: Draft, one: CheckIn) -> None:
    """Keep a check-in in place of the one with its number, and plan when it rings next."""
    keep(draft, one)
    plan(draft, one)


def keep(draft: Draft, one: CheckIn) -> None:
    """Keep a check-in in place of the one with its number."""
    others = tuple(other for other in draft.session.checkins if other.id != one.id)
    draft.set(checkins=tuple(sorted((*others, one), key=lambda other: other.id)))


def plan(draft: Draft, one: CheckIn) -> None:
    """When a check-in rings next, seen from now."""
    at = None if one.off else next_ring(one.rule, draft.home(), _resting(draft, one) or draft.now)
    if at:
        draft.effects.append(Remind(one.token, at, one.about))
    elif one.off:
        draft.effects.append(Unremind(one.token))


def remove(draft: Draft, one: CheckIn) -> None:
    """A check-in is over, and so is what it was put off to."""
    draft.set(checkins=tuple(other for other in draft.session.checkins if other.id != one.id))
    draft.effects.append(Unremind(one.token))
    settle(draft, one)


def settle(draft: Draft, one: CheckIn) -> None:
    """Nothing of a check-in is put off any more, and nothing of it waits."""
    draft.set(waiting=tuple(what for what in draft.session.waiting if what != one.token))
    draft.effects += [Unremind(f"{PUT_OFF}{one.token}"), Unremind(f"{WAIT}{one.token}")]


# --- a time for it ---


def _new(draft: Draft, about: str) -> None:
    if len(alive(draft)) >= MOST:
        draft.say(draft.word("checkin_full", most=MOST))
        show(draft)
    else:
        _ask_when(draft, about)


def _ask_when(draft: Draft, about: str, word: str = "checkin_when") -> None:
    """`about`: NEW, the number of the check-in that is changed, or the key of a keepsake."""
    if "zone" not in person(draft.session):
        _ask_zone(draft, about)
        return
    draft.say(draft.word(word))
    rows = [[(_spoken(draft, rule), f"checkin:set:{_encoded(rule, about)}")] for rule in OFFERED]
    draft.offer([*rows, _ways_on(draft)], f"checkin:when:{about}")


def _ask_time(draft: Draft, wish: Wish, about: str, word: str = "checkin_time") -> None:
    """The time of day, which was not named yet."""
    draft.say(draft.word(word))
    wanted = [replace(wish, at=at) for at in HOURS]
    times = [(one.at, f"checkin:set:{_encoded(one, about)}") for one in wanted if _next(draft, _ruled(one))]
    draft.offer([times[:2], times[2:], _ways_on(draft)], f"checkin:at:{_encoded(wish, about)}")


def _ways_on(draft: Draft) -> list[tuple[str, str]]:
    return [(draft.label("checkins"), "checkin:all"), (draft.label("menu"), "menu")]


def _ruled(wish: Wish) -> Rule:
    """A wish as a rule; a time alone is every day's."""
    return Rule(wish.at, wish.days if wish.days or wish.day else EVERY_DAY, wish.day)


def _encoded(wish: Wish | Rule, about: str) -> str:
    """A wish as a button carries it: "2000,0246,,12"."""
    return ",".join((wish.at.replace(":", ""), "".join(map(str, wish.days)), wish.day, about))


def _decoded(text: str) -> tuple[Wish, str]:
    at, days, day, about = [*text.split(",", 3), "", "", ""][:4]
    return Wish(f"{at[:2]}:{at[2:]}" if at else "", tuple(int(one) for one in days if one in "0123456"), day), about


def _set(draft: Draft, wish: Wish, about: str) -> None:
    """Keep a wish as a check-in, or ask for what it lacks."""
    if "zone" not in person(draft.session):
        _ask_zone(draft, about)
        return
    changed = next((one for one in draft.session.checkins if str(one.id) == about), None)
    if changed:
        named = wish if wish.days or wish.day else changed.rule
        wish = Wish(wish.at or changed.rule.at, named.days, named.day)
    if not wish.at:
        _ask_time(draft, wish, about)
        return
    rule = _ruled(wish)
    if _next(draft, rule) is None:
        draft.say(draft.word("checkin_past"))
        _ask_time(draft, replace(wish, at=""), about)
        return
    meant = FLOW if about in {NEW, ""} or about.isdecimal() else KEEPSAKE + about
    changed = changed or next((one for one in alive(draft) if (one.rule, one.about) == (rule, meant)), None)
    if changed is None and len(alive(draft)) >= MOST:
        _new(draft, about)
        return
    one = replace(changed, rule=rule, off=False, resting=None) if changed else CheckIn(draft.next_visit(), rule, meant)
    for other in [
        other
        for other in draft.session.checkins
        if other.id != one.id and (other.rule, other.about) == (rule, one.about)
    ]:
        remove(draft, other)
    settle(draft, one)
    past = (draft.local().date() - timedelta(days=30)).isoformat()
    draft.set(checkins=tuple(other for other in draft.session.checkins if other.rule.days or other.rule.day > past))
    put(draft, one)
    draft.say(draft.word("checkin_set", when=_spoken(draft, rule)))
    show(draft)


# --- their clock, and their quiet hours ---


def _ask_zone(draft: Draft, about: str) -> None:
    """`about`: what is to be set then, as in `_ask_when`, and after "=" the words for its time, if there were some;
    nothing: their clock alone."""
    draft.say(draft.word("checkin_zone"))
    draft.offer([_ways_on(draft)], f"checkin:zone:{about}")


def _read_zone(draft: Draft, about: str, text: str) -> None:
    wish = wishes.read(text, draft.local())
    if about and wish and (wish.days or wish.day):
        draft.say(draft.word("checkin_noted"))
        _ask_zone(draft, f"{about.partition('=')[0]}={text}")
        return
    country = person(draft.session).get("country")
    home = str(country.value) if country and country.value else None
    guess = whereabouts.zone(text, home, draft.now, draft.book.language)
    if guess.sure:
        locate(draft, guess.named[0][0])
        return
    draft.say(draft.word("did_you_mean" if guess.named else "unfit_zone"))
    rows = [[(label, f"checkin:zone:{zone}")] for zone, label in guess.named]
    draft.offer([*rows, _ways_on(draft)], f"checkin:zone:{about}")


def locate(draft: Draft, zone: str) -> None:
    """Their clock goes by this zone from now on; the engine plans anew what depends on it. Then on to what they were
    about to set."""
    what, _, about = draft.session.expects.removeprefix("checkin:").partition(":")
    about = about if what == "zone" else ""
    if whereabouts.zoned(zone) is None:
        draft.say(draft.word("unfit_zone"))
        _ask_zone(draft, about)
        return
    draft.set(person={**draft.session.person, "zone": Fact(zone, draft.now)})
    draft.say(draft.word("clock_set", time=draft.local().strftime("%H:%M")))
    about, _, words = about.partition("=")
    if words:
        read(draft, f"when:{about}", words)
    elif about:
        _ask_when(draft, about)
    else:
        show(draft)


def _quiet(draft: Draft, hours: str) -> None:
    """Choose quiet hours; `hours` such as "2100-0900": these."""
    if found := next((one for one in QUIETS if hours == _hours(one)), None):
        draft.set(quiet=found)
        draft.say(draft.word("quiet_set", start=found.start, end=found.end))
        show(draft)
        return
    draft.say(draft.word("quiet"))
    labels = [draft.label("quiet_none") if one.start == one.end else f"{one.start}–{one.end}" for one in QUIETS]
    draft.offer([(label, f"checkin:quiet:{_hours(one)}")] for label, one in zip(labels, QUIETS, strict=True))


def _hours(quiet: Quiet) -> str:
    return f"{quiet.start}-{quiet.end}".replace(":", "")
