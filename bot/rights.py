"""What is theirs: /privacy says what is stored, /export hands it over, /delete erases it; /discreet and /clear are for
a phone that others may see."""

from __future__ import annotations

from datetime import timedelta

from . import menu
from .draft import Draft
from .events import Clear, Erase
from .handover import files
from .names import person
from .session import Fact

CLEARED = timedelta(hours=48)
"""Telegram lets a bot delete what it sent for so long (https://core.telegram.org/bots/api#deletemessage)."""
DISCREET = "discreet"
"""The fact that holds whether a person wants nothing on the screen that tells others what this is."""


def is_discreet(draft: Draft) -> bool:
    """Whether the bot begins no talk with a word that tells what it is about."""
    fact = person(draft.session).get(DISCREET)
    return fact is not None and fact.value == "yes"


def privacy(draft: Draft, argument: str = "") -> None:
    """/privacy: what is stored, where, for how long, who can read it, and what can be done about it."""
    menu.shelve(draft)
    facts = draft.book.facts
    draft.say(draft.word("privacy", contact=facts["contact"], days=facts["retention"]))
    discreet = draft.label("discreet_off" if is_discreet(draft) else "discreet_on")
    draft.offer(
        [
            [(draft.label("export"), "rights:export")],
            [(discreet, "rights:discreet")],
            [(draft.label("erase_all"), "rights:delete")],
            [(draft.label("menu"), "menu")],
        ]
    )


def export(draft: Draft, argument: str = "") -> None:
    """/export: all of it, as a page to read and as JSON."""
    menu.shelve(draft)
    draft.effects += files(draft, draft.gathered())
    draft.say(draft.word("export"))
    menu.lead(draft)


def discreet(draft: Draft, argument: str = "") -> None:
    """/discreet: on, or off again."""
    on = not is_discreet(draft)
    draft.set(person={**draft.session.person, DISCREET: Fact("yes" if on else "no", draft.now)})
    draft.say(draft.word("discreet_on" if on else "discreet_off"))
    if draft.session.talk is None:
        draft.offer([[(draft.label("clear"), "rights:clear"), (draft.label("menu"), "menu")]])
    else:
        menu.again(draft)


def clear(draft: Draft, argument: str = "") -> None:
    """/clear: what the bot sent in the last two days disappears from the chat. Nothing that is stored is lost."""
    menu.shelve(draft)
    draft.settle()
    draft.effects.append(Clear(draft.now - CLEARED))
    draft.say(draft.word("cleared"))
    menu.lead(draft)


def delete(draft: Draft, argument: str = "") -> None:
    """/delete: asks once more before all that is stored of this person goes."""
    draft.say(draft.word("delete"))
    draft.offer([[(draft.label("erase"), "rights:erase")], [(draft.label("keep"), "rights:keep")]])


def press(draft: Draft, what: str) -> None:
    """A button of these screens."""
    if what == "erase":
        erase(draft)
    else:
        {"export": export, "discreet": discreet, "clear": clear, "delete": delete}.get(what, menu.again)(draft)


def erase(draft: Draft) -> None:
    """The second step of /delete: everything goes, if that is what was asked."""
    asked = draft.session.asked
    if asked is None or f"{asked.token}.!rights:erase" not in {button.choice for row in asked.rows for button in row}:
        menu.again(draft)
        return
    draft.settle()
    draft.say(draft.word("deleted"))
    draft.effects.append(Erase())
