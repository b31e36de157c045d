"""What happens when a time comes: the bot begins a talk, once, and never at a bad moment.

The laws of this file: it rings at the promised time, or, after an outage, once for all that was missed, unless that is
too long ago; nothing that was not chosen for that very time rings in quiet hours; a practice that is going on is never
interrupted; who does not answer is asked once whether it shall go on, and then left in peace; and no word of ours tells
others what this is about. (A flow that begins by itself begins with such a sentence of its author's.)

What rings is a check-in ("#3") or a flow. Its reminder has the token "#3" for the next time of a check-in, "~#3" or
"~flow" for what was put off, WAIT before it for what came due in a practice, LATE for what an outage left over; any
other token is a follow-up that a flow set.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from . import checkins, guard, keepsakes, menu, wishes
from .answers import agreed, plain
from .checkins import FLOW, KEEPSAKE, LISTED, PUT_OFF, WAIT
from .draft import Draft
from .events import Due, Erase, Remind, Sleep, Unremind, Wake
from .names import kept
from .rights import is_discreet
from .schedule import ON_TIME, SNOOZES, Rule, Snooze, is_quiet, next_ring, quiet_end, snoozed, verdict
from .session import CheckIn, Kept, Session
from .wishes import Wish

LATE, SILENCE = "late", "silence"
RINGS = "ring:"
"""Before what rings: what words are typed to."""
AWAY = timedelta(hours=1)
"""Who wrote nothing for so long has left a practice, and is not interrupted by what rings."""
WRITING = timedelta(minutes=10)
"""So long somebody is not interrupted who was asked to write something."""
PATIENCE = 3
"""Check-ins in a row without an answer, before it is asked whether they shall go on."""
GIVEN_BACK = 200
"""Characters up to which a keepsake is given back when a check-in begins: what a quotation holds."""
NOTICE = timedelta(days=7)
"""So long before a silent person's words are erased, they are told."""


def due(draft: Draft, event: Due) -> None:
    """A time has come. Where nothing is to be said now, nothing is."""
    if event.token == SILENCE:
        _silent(draft)
        return
    what = event.token.removeprefix(PUT_OFF) if event.token.startswith(("#", PUT_OFF)) else event.flow or ""
    one = find(draft, what)
    if one and event.token == one.token:
        checkins.plan(draft, one)
    if not _stands(draft, event.token, what):
        return
    if draft.session.left:
        _keep_waiting(draft, what)
        return
    wording = _fitting(draft, event, what)
    if wording and not _busy(draft, what):
        _ring(draft, event, what, wording)


def find(draft: Draft, what: str) -> CheckIn | None:
    """The check-in that rings."""
    return next((one for one in draft.session.checkins if one.token == what), None)


def _stands(draft: Draft, token: str, what: str) -> bool:
    """Whether it is still wanted."""
    if token.startswith(WAIT) and what not in draft.session.waiting:
        return False
    if what.startswith("#"):
        one = find(draft, what)
        return one is not None and not one.off and not (one.resting and one.resting > draft.now)
    return what in draft.book.flows


def _fitting(draft: Draft, event: Due, what: str) -> str:
    """The sentence to ring with at this hour; nothing when it is put off, or over."""
    now, quiet, home = draft.now, draft.session.quiet, draft.home()
    found, chosen = verdict(event.at, now, quiet, home), event.token.startswith(("#", PUT_OFF))
    if found == "now" and not chosen and is_quiet(quiet, home, now):
        draft.effects.append(Remind(event.token, quiet_end(quiet, home, now), event.flow))
        return ""
    if found == "wait":
        # One message for all of it: of several the last one. What was to come once comes after the next practice then.
        draft.effects.append(Remind(LATE, quiet_end(quiet, home, now), what))
        _keep_waiting(draft, what)
        return ""
    told = draft.session.told
    if found == "now" and event.token != LATE:
        return "ring"
    if found == "missed" or (told and event.at <= told):
        # What was to come once is not lost: it comes after the next practice.
        _keep_waiting(draft, what)
        return ""
    draft.set(told=now)
    return "ring_late"


def _keep_waiting(draft: Draft, what: str) -> None:
    one = find(draft, what)
    if one is None or not one.rule.days:
        menu.wait(draft, what)


def _busy(draft: Draft, what: str) -> bool:
    """Whether a practice is going on, or words are being written: then it waits for the end of that, or until the
    person has left it. Who is asked about danger is never interrupted, however silent they are."""
    session = draft.session
    seen = session.seen or draft.now - AWAY
    if session.talk is not None and draft.now < seen + AWAY:
        until = seen + AWAY
    elif guard.guarded(draft.book, session):
        until = draft.now + menu.SOFT
    elif session.expects not in {"", LISTED} and not _rings(session) and draft.now < seen + WRITING:
        until = seen + WRITING
    else:
        return False
    menu.wait(draft, what)
    draft.effects.append(Remind(f"{WAIT}{what}", until, what))
    return True


def _ring(draft: Draft, event: Due, what: str, wording: str) -> None:
    if _just_rang(draft):
        _after_that(draft, event, what)
        return
    allowed = _allowed(draft, what, event.token)
    if allowed.startswith("#") and draft.session.unanswered >= PATIENCE:
        _ask_on(draft)
    elif allowed:
        ring(draft, allowed, wording)


def _after_that(draft: Draft, event: Due, what: str) -> None:
    """One at a time: what is due beside something that just rang. Of check-ins about the same one is enough, another
    comes after that, or a little later; a follow-up comes later."""
    one, rang = find(draft, what), find(draft, draft.session.expects.removeprefix(RINGS))
    if one is None:
        draft.effects.append(Remind(event.token, draft.now + AWAY, event.flow))
    elif not one.rule.days or not (rang and rang.about == one.about):
        menu.wait(draft, what)
        draft.effects.append(Remind(f"{WAIT}{what}", draft.now + ON_TIME, what))


def _rings(session: Session) -> bool:
    """Whether what was asked last is what rang."""
    return session.expects.startswith(RINGS)


def _just_rang(draft: Draft) -> bool:
    """Whether something rang just now, and the person did nothing since."""
    rung = draft.session.rung
    return rung is not None and draft.now - rung < ON_TIME


def _allowed(draft: Draft, what: str, token: str) -> str:
    """What may begin now: itself, or after danger something softer, or nothing yet."""
    if not what.startswith("#"):
        return guard.postponed(draft, Due("", "", token, what, draft.now)) or ""
    if guard.rests(draft):
        _keep_waiting(draft, what)
        return ""
    softer = guard.softened(draft)
    if softer:
        _keep_waiting(draft, what)
    return softer or what


def ring(draft: Draft, what: str, wording: str = "ring") -> None:
    """Begin a talk. A check-in begins with a neutral sentence, and the choice to go on now, later, or not at all."""
    one, discreet = find(draft, what), is_discreet(draft)
    waiting = tuple(other for other in draft.session.waiting if other != what)
    unanswered = draft.session.unanswered + (one is not None)
    draft.set(waiting=waiting, unanswered=unanswered, rung=draft.now)
    menu.shelve(draft)
    if one is None and not discreet:
        menu.enter(draft, what)
        return
    _ask(draft, what, "ring_discreet" if discreet else wording)


def _ask(draft: Draft, what: str, word: str) -> None:
    """Now, later, or not at all?"""
    draft.say(draft.word(word))
    one, home = find(draft, what), draft.home()
    kinds: list[Snooze] = ["10m", "1h", "evening", "tomorrow"]
    evening = snoozed("evening", "", home, draft.now, draft.session.quiet).astimezone(home)
    if evening.date() != draft.local().date():
        kinds.remove("evening")
    later = [(draft.label(f"ring_{kind}"), f"ring:{kind}:{what}") for kind in kinds]
    last = [(draft.label("ring_no"), f"ring:no:{what}")]
    last += [(draft.label("checkins"), "checkin:all")] if one else []
    draft.offer([[(draft.label("ring_now"), f"ring:now:{what}")], later[:2], later[2:], last], f"{RINGS}{what}")


def waited(draft: Draft) -> bool:
    """A practice is over: what came due meanwhile rings now, one thing at a time. Whether there was something."""
    waiting = [what for what in draft.session.waiting if _stands(draft, "", what)]
    for what in waiting:
        one = find(draft, what)
        allowed = _allowed(draft, what, f"{WAIT}{what}")
        if not allowed and one and one.rule.days:
            waiting = [other for other in waiting if other != what]
        if allowed:
            draft.set(waiting=tuple(waiting))
            draft.effects.append(Unremind(f"{WAIT}{what}"))
            ring(draft, allowed)
            return True
    draft.set(waiting=tuple(waiting))
    return False


def press(draft: Draft, what: str) -> None:
    """What somebody answers when it rings."""
    kind, _, what = what.partition(":")
    if kind == "now":
        _begin(draft, what)
    elif kind in {*SNOOZES, "evening", "tomorrow"}:
        _snooze(draft, kind, what)  # type: ignore[arg-type]
    elif kind in {"on", "rest", "stop"}:
        _all(draft, kind)
    else:
        draft.say(draft.word("ring_not"))
        draft.offer([[(draft.label("menu"), "menu")]])


def read(draft: Draft, what: str, text: str) -> None:
    """What somebody types when it rings: yes, no, or another time. Whatever else they say, it rings on."""
    yes, wish = agreed(draft.book, text), wishes.read(text, draft.local())
    if not what:
        again(draft, what) if yes is None else _all(draft, "on" if yes else "stop")
    elif plain(text) in map(plain, draft.book.typed("later_also")):
        press(draft, f"1h:{what}")
    elif yes is not None:
        press(draft, f"{'now' if yes else 'no'}:{what}")
    elif wish and wish.at and not wish.days and (at := _wished(draft, wish)):
        _put_off(draft, what, at, kept=True)
    else:
        _ask(draft, what, "ring_heard")


def again(draft: Draft, what: str) -> None:
    """Ask once more what rang."""
    if not what:
        ask_on(draft, "checkins_stop")
    elif find(draft, what) or what in draft.book.flows:
        _ask(draft, what, "ring_discreet" if is_discreet(draft) else "ring")
    else:
        menu.show(draft)


def _wished(draft: Draft, wish: Wish) -> datetime | None:
    rule = Rule(wish.at, () if wish.day else checkins.EVERY_DAY, wish.day)
    return next_ring(rule, draft.home(), draft.now)


def _all(draft: Draft, kind: str) -> None:
    """All check-ins go on, rest, or stop."""
    until = draft.now + checkins.REST if kind == "rest" else None
    for one in draft.session.checkins if kind != "on" else ():
        # What comes once has its day; only what comes again can rest.
        if kind == "stop" or one.rule.days:
            checkins.put(draft, replace(one, resting=until, off=kind == "stop"))
    if kind == "on":
        draft.say(draft.word("checkin_goes_on"))
    else:
        draft.say(draft.word("checkin_rests", day=draft.day(until)) if until else draft.word("checkin_stopped"))
    menu.show(draft)


def _begin(draft: Draft, what: str) -> None:
    one = find(draft, what)
    about = one.about if one else what
    if about.startswith(KEEPSAKE):
        keepsakes.press(draft, f"one:{about.removeprefix(KEEPSAKE)}")
    elif about not in draft.book.flows:
        menu.show(draft)
    else:
        if one:
            menu.drop(draft, about)
            _give_back(draft)
        menu.enter(draft, about)


def _give_back(draft: Draft) -> None:
    """A keepsake that its author wants given back, before a check-in begins: a short one, another each time."""
    if is_discreet(draft):
        return
    steps = (step for flow in draft.book.flows.values() for step in flow.steps.values())
    names = {step.keep.name for step in steps if step.keep and step.keep.back}
    fitting: list[Kept] = [one for name, one in sorted(kept(draft.session).items()) if name in names]
    fitting = [one for one in fitting if len(one.text) <= GIVEN_BACK]
    if fitting:
        one = fitting[draft.session.runs.get(FLOW, 0) % len(fitting)]
        draft.say(draft.word("ring_kept", day=draft.day(one.at), words=one.text))


def _snooze(draft: Draft, kind: Snooze, what: str) -> None:
    one, home = find(draft, what), draft.home()
    usual = one.rule.at if one else f"{draft.local():%H:%M}"
    at = snoozed(kind, usual, home, draft.now, draft.session.quiet)
    # A check-in that comes once is seen among the others while it is put off, however short.
    _put_off(draft, what, at, kept=kind not in SNOOZES or bool(one and not one.rule.days))


def _put_off(draft: Draft, what: str, at: datetime, kept: bool) -> None:
    """It comes at this time instead, or by itself before. `kept`: the time is one of the clock."""
    one, home = find(draft, what), draft.home()
    planned = next_ring(one.rule, home, draft.now) if one and not one.off else None
    if planned is None or planned > at:
        draft.effects.append(Remind(f"{PUT_OFF}{what}", at, one.about if one else what))
        if one and kept:
            checkins.keep(draft, replace(one, snoozed=at))
    else:
        at = planned
    local = at.astimezone(home)
    other_day = local.date() if local.date() != draft.local().date() else None
    draft.say(draft.word("snoozed", time=f"{local:%H:%M}", day=other_day))
    shown = () if is_discreet(draft) else draft.session.shelf[:1]
    talks = [talk for talk in shown if talk.flow in draft.book.flows]
    rows = [[(menu.resumed(draft, talk.flow), f"flow:{talk.flow}")] for talk in talks]
    draft.offer([*rows, [(draft.label("menu"), "menu")]])


def _ask_on(draft: Draft) -> None:
    """Several in a row stayed without an answer: ask once; after that, it stops by itself."""
    if draft.session.unanswered > PATIENCE:
        for one in draft.session.checkins:
            checkins.put(draft, replace(one, off=True))
        return
    draft.set(unanswered=PATIENCE + 1)
    menu.shelve(draft)
    ask_on(draft, "ring_on")


def ask_on(draft: Draft, word: str) -> None:
    """Shall all check-ins go on, rest, or stop?"""
    draft.say(draft.word(word))
    labels = [(draft.label(f"ring_{name}"), f"ring:{name}:") for name in ("on", "rest", "stop")]
    draft.offer([[one] for one in labels], RINGS)


# --- who comes, goes, and stays away ---


def returned(draft: Draft) -> None:
    """The person did something: whatever they did not answer is forgiven, and whoever was gone is back."""
    if draft.session.left:
        draft.effects.append(Wake())
        for one in draft.session.checkins:
            # A single one comes due by itself, as late as it is.
            if one.rule.days:
                checkins.plan(draft, one)
    draft.set(unanswered=0, left=None, noticed=None, rung=None)


def left(draft: Draft) -> None:
    """The person blocked the bot: until they are back, they cost nothing."""
    draft.effects.append(Sleep())
    draft.set(left=draft.now)


def replanned(draft: Draft, before: Session) -> None:
    """Where their clock goes by another zone since, every check-in keeps its time of day."""
    old, home = replace(draft, session=before).home(), draft.home()
    if old == home:
        return
    for one in draft.session.checkins:
        checkins.plan(draft, one)
        # What comes within the hour was put off by minutes, not to a time of the clock.
        if one.snoozed and one.snoozed > draft.now + SNOOZES["1h"]:
            clock = one.snoozed.astimezone(old)
            at = next_ring(Rule(f"{clock:%H:%M}", day=clock.date().isoformat()), home, draft.now)
            draft.effects.append(Remind(f"{PUT_OFF}{one.token}", at or draft.now, one.about))


def _silent(draft: Draft) -> None:
    """So long without a word that what is stored is erased: first they are told, then it is done."""
    days, session = draft.book.facts["retention"], draft.session
    if not days:
        return
    end = (session.seen or draft.now) + timedelta(days=int(days))
    if session.noticed and draft.now >= max(end, session.noticed + NOTICE):
        draft.settle()
        draft.effects.append(Erase())
    elif not session.noticed and draft.now >= end - NOTICE and not is_quiet(session.quiet, draft.home(), draft.now):
        draft.set(noticed=draft.now)
        menu.shelve(draft)
        draft.say(draft.word("silence", day=draft.day(max(end, draft.now + NOTICE))))
        draft.offer([[(draft.label("silence_keep"), "menu")], [(draft.label("erase_all"), "rights:delete")]])
