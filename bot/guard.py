"""Danger, before anything else: what was read in a person's words interrupts the talk, and leads back to where it was.

The laws of this file: no flow can opt out of it; a message that is read as danger is never taken for the answer to the
question that was open; and that question, with all that was answered before, is one tap away.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from . import answers, menu
from .asking import offered
from .book import Book
from .draft import Draft
from .events import Alert, Brought, Due, Event, Remind, Said
from .names import person
from .safety import LEVELS, REMEMBERED, TOLD, Sign, look
from .session import Danger, Session
from .walk import begin

BACK, MISTAKEN = "back", "mistaken"
"""How a flow that answers danger ends when the person goes on, and when it was something else that they meant."""
CALLED, CONSENT = ("now", "clear"), "notify"
"""The levels of which the operator is told, and the fact that holds whether a person agreed to it."""
SOS = "sos"
"""The flow that shows whom to call, where there is one."""
AFTER = "how_are_you"
"""The flow that asks how somebody is after danger, instead of what came due."""


def noticed(draft: Draft, text: str, answering: bool = True) -> bool:
    """Look at what was typed. True: it is danger, and a flow that answers it has begun (or begun again). What reads
    exactly as a button of the question of now is an answer that its author wrote, and leads where they led it.
    `answering`: the words may be taken for the answer after all."""
    if answers.plain(text) in offered(draft):
        return False
    before = [name for hints in draft.session.hints for name in hints]
    found = look(draft.book.rules, text, before)
    draft.set(hints=(*draft.session.hints, found.hints)[-REMEMBERED:] if found.hints or before else ())
    sign = next((sign for sign in found.signs if draft.book.guard(sign.concern)), None)
    if sign is None or (_guarded(draft) and not _graver(draft, sign, text)):
        return False
    interrupt(draft, sign.concern, sign.level, text if answering else "")
    return True


def urgent(book: Book, event: Event) -> bool:
    """Whether an event cannot wait, whoever it is from and what else is so: words of outright danger, also those beside
    a picture, or asking whom to call."""
    text = event.text if isinstance(event, Said) else event.words if isinstance(event, Brought) else ""
    if any(sign.level in CALLED for sign in look(book.rules, text).signs):
        return True
    if not isinstance(event, Said):
        return False
    if command := answers.slashed(text):
        return command[0] == SOS
    said = answers.plain(text)
    houses = [one.house for one in book.languages.values()]
    return any(said in map(answers.plain, house.commands[SOS].words) for house in houses if SOS in house.commands)


def guarded(book: Book, session: Session | None) -> bool:
    """Whether what is going on is a flow that answers danger."""
    talk = session.talk if session else None
    flow = book.flows.get(talk.flow) if talk else None
    return flow is not None and bool(flow.danger)


def _guarded(draft: Draft) -> bool:
    return guarded(draft.book, draft.session)


def _graver(draft: Draft, sign: Sign, text: str) -> bool:
    """Whether words said inside such a flow begin it anew: where they answer its question they do not, unless they are
    graver than what it answers."""
    danger = draft.session.danger
    known = "clear" if danger and danger.level == TOLD else danger.level if danger else "hint"
    if LEVELS.index(sign.level) < LEVELS.index(known):
        return True
    talk = draft.session.talk
    if talk is None or talk.stuck or draft.step.ask is None:
        return False
    reading = answers.read(draft.book, draft.step, text, draft.local(), talk.toggles)
    return not isinstance(reading, answers.Fit)


def interrupt(draft: Draft, concern: str, level: str, text: str = "") -> None:
    """Put what is going on aside, and begin the flow that answers a concern. The caller goes on from there."""
    name, inside = draft.book.guard(concern), _guarded(draft)
    if inside:
        menu.drop(draft)
    else:
        menu.aside(draft, text)
    draft.set(danger=Danger(concern, level, draft.now))
    menu.drop(draft, name)
    begin(draft, name)
    consent = person(draft.session).get(CONSENT)
    if level in CALLED and consent and consent.value == "yes":
        draft.effects.append(Alert(level))


def finished(draft: Draft) -> str | None:
    """A talk has ended. When it leads back to what it had interrupted: the words that were held, to be taken for the
    answer now (none: the question is asked again); a screen that had asked for words is left to the caller. None: it
    leads nowhere back."""
    held, back = draft.session.held, draft.session.back
    if draft.outcome == MISTAKEN:
        draft.set(danger=None, hints=())
    last = back[-1] if back else ""
    shelved = next((talk for talk in draft.session.shelf if talk.flow == last), None)
    screen = last if ":" in last else ""
    if draft.outcome not in {BACK, MISTAKEN} or not (shelved or screen):
        draft.set(held="", back=())
        return None
    taken = held if draft.outcome == MISTAKEN else ""
    draft.set(back=back[:-1], held="" if taken else held)
    if shelved is None:
        draft.set(held="", expects=screen)
        return taken
    menu.enter(draft, shelved.flow, quiet=True)
    if not taken:
        menu.here(draft)
    return taken


def rests(draft: Draft) -> bool:
    """Whether no check-in rings: it is too soon after danger, or the question how somebody is since has no answer."""
    danger = draft.session.danger
    return menu.soft(draft) or (danger is not None and danger.asked and draft.session.unanswered > 0)


def softened(draft: Draft) -> str:
    """The flow that takes the place of the first check-in after danger; nothing: the check-in may ring."""
    danger = draft.session.danger
    if danger is None or danger.level == "maybe" or danger.asked or AFTER not in draft.book.flows:
        return ""
    draft.set(danger=replace(danger, asked=True), unanswered=draft.session.unanswered + 1)
    return AFTER


def postponed(draft: Draft, event: Due) -> str | None:
    """What becomes of a flow that came due: the flow that is to begin now, or None when it was put off to a later day
    because it is too soon after danger."""
    danger, name = draft.session.danger, event.flow or ""
    # What the person put off themselves is put off by us from here on, and keeps out of their quiet hours.
    token = event.token.removeprefix("~")
    if danger and name == AFTER:
        draft.set(danger=replace(danger, asked=True))
    if danger is None or draft.book.flows[name].gentle or draft.book.flows[name].danger:
        return name
    if menu.soft(draft):
        draft.effects.append(Remind(token, danger.at + menu.SOFT + timedelta(hours=1), name))
        return None
    if not danger.asked and AFTER in draft.book.flows:
        draft.set(danger=replace(danger, asked=True))
        draft.effects.append(Remind(token, draft.now + menu.SOFT, name))
        return AFTER
    return name
