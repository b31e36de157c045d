"""When an answer does not fit, is not clear, or a flow is broken: a kind sentence of the house, and a way on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from .answers import Unfit, Unsure
from .asking import answers, ask, controls, likely, put
from .draft import Draft, unmarked
from .errors import ConditionError
from .events import Button, Rows
from .fleeting import gone, missing
from .flow import Step, Words
from .locate import stands
from .walk import question, speak


def repeat(draft: Draft, step: Step, rows: Rows | None = None) -> None:
    """The question of now, below what was just said."""
    draft.flush()
    draft.say(question(draft, step))
    put(draft, step, rows)


def examples(draft: Draft, step: Step, ask: Words) -> None:
    """Examples of an answer, and the question again."""
    known = draft.names()
    lines = [f"• {draft.render(one, known)}" for one in ask.examples]
    draft.say("\n".join([draft.word("examples"), *lines]))
    put(draft, step)


def did_you_mean(draft: Draft, reading: Unsure, step: Step) -> None:
    """The likely options as buttons, and one for none of them."""
    draft.say(draft.word("did_you_mean"))
    token = _next_token(draft)
    put(draft, step, (*likely(draft, reading.options, token), controls(draft, step, token)))


def missed(draft: Draft, reading: Unfit, step: Step) -> None:
    """A kind second question; from the second miss on the ways on are named too. A question that an author changed
    meanwhile is nobody's miss."""
    changed = draft.talk.mark != step.mark
    misses = 0 if changed else draft.talk.misses + 1
    draft.set_talk(misses=misses, mark=step.mark)
    if changed:
        draft.say(draft.word("changed"))
    elif step.unfit is not None:
        draft.say(draft.render(step.unfit, draft.names()))
    else:
        draft.say(draft.word(reading.word, **reading.names))
    if misses > 1:
        draft.say(draft.word("way_on"))
    repeat(draft, step, _with_menu(draft, step) if misses > 1 else None)


def _with_menu(draft: Draft, step: Step) -> Rows:
    token = _next_token(draft)
    return (*answers(draft, step, token), (*controls(draft, step, token), _button(draft, "menu", token)))


def asked_again(draft: Draft) -> bool:
    """What comes next needs an answer that is held no more: ask the first such question again. What was answered behind
    it is then applied again. False: there is none."""
    log = enumerate(draft.talk.log)
    at = next((at for at, entry in log if gone(entry) and stands(draft.book, entry.before)), None)
    if at is None:
        return False
    draft.set_talk(changing=at, aside=draft.talk.stack, stack=draft.talk.log[at].before, toggles=())
    speak(draft, draft.step)
    ask(draft, draft.step)
    return True


def reworded(draft: Draft) -> None:
    """The question of now, as it was shown, is held without an answer that is held no more."""
    asked, talk = draft.session.asked, draft.talk
    if asked is None or not asked.token.startswith(f"{talk.run}.") or not missing(talk, draft.frame):
        return
    with suppress(ConditionError):
        draft.set(asked=replace(asked, text=question(draft, draft.step)))


def broke(draft: Draft) -> None:
    """The flow is broken behind the newest answer: say so, offer to try again, to go back, or the menu."""
    draft.say(draft.word("broke"))
    token = f"{draft.talk.run}.{draft.next_visit()}"
    names = ("go_on", "back", "menu") if len(draft.talk.log) > 1 else ("go_on", "menu")
    draft.ask(token, (tuple(_button(draft, name, token) for name in names),), typed=False)


def _button(draft: Draft, name: str, token: str) -> Button:
    return Button(unmarked(draft.word(f"label_{name}")), f"{token}.!{name}")


def _next_token(draft: Draft) -> str:
    """The token that `put` is about to give."""
    return f"{draft.talk.run}.{draft.session.visit + 1}"
