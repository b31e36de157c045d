"""Commands and bare words: what can be said anywhere, whatever the question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from . import checkins, journal, keepsakes, lookback, menu, path, rights, ringing
from .answers import plain, slashed
from .asking import offered
from .draft import Draft
from .events import Remind, Unremind
from .guard import SOS
from .languages import own_name
from .repair import repeat
from .session import Fact
from .undo import back
from .walk import begin

WELCOME = "welcome"
"""The flow that meets somebody new, where there is one."""
LATER = timedelta(hours=1)
"""What came due during a practice comes so long after it was paused."""


def command(draft: Draft, text: str) -> tuple[str, str] | None:
    """The command that a text is, and its argument; None when it is none. A word that is a label of the question of
    now is an answer, not a command."""
    if found := slashed(text):
        name, argument = found
        return name if name in draft.book.house.commands else "help", argument
    said = plain(text)
    if not said or len(said) > 40 or said in offered(draft):
        return None
    commands = draft.book.house.commands.values()
    return next(((one.name, "") for one in commands if said in map(plain, one.words)), None)


def labelled(draft: Draft, text: str) -> str:
    """The control whose label was typed instead of tapped; nothing when there is none. Of a list all numbers may be
    typed, those of its other pages too."""
    rows, said = draft.session.asked.rows if draft.session.asked else (), plain(text)
    controls = [(plain(button.label), button.choice.partition(".!")[2]) for row in rows for button in row]
    found = next((control for label, control in controls if control and label == said != ""), "")
    if not found and said.isdecimal():
        lists = (control.partition(":")[0] for label, control in controls if control and label.isdecimal())
        found = next((f"{screen}:number:{said}" for screen in lists), "")
    return found


def run(draft: Draft, name: str, argument: str) -> None:
    """Run a command. A talk that it leaves `stuck` is for the caller to go on with."""
    COMMANDS.get(name, show_help)(draft, argument)


def start(draft: Draft, argument: str) -> None:
    """/start, also with the name of a flow (a deep link): there; else where they were; else they are welcomed."""
    flow = menu.find(draft, argument) if argument else None
    session, flows = draft.session, draft.book.flows
    talks = [talk for talk in ((session.talk, *session.shelf) if session.talk else session.shelf) if talk.flow in flows]
    if flow:
        if session.revision == 0:
            draft.say(draft.word("greeting"))
        menu.enter(draft, flow)
    elif session.talk and session.talk.stuck:
        draft.say(draft.word("welcome_back", title=draft.title()))
    elif talks:
        menu.welcome_back(draft, talks[0])
    elif WELCOME in flows and not session.runs.get(WELCOME):
        menu.enter(draft, WELCOME)
    else:
        draft.say(draft.word("hello_again" if session.runs else "greeting"))
        menu.show(draft)


def show_menu(draft: Draft, argument: str) -> None:
    """/menu: the practice that is going on goes to the shelf, and is listed first."""
    menu.shelve(draft)
    menu.show(draft)


def restart(draft: Draft, argument: str) -> None:
    """/restart: this practice from the top; /restart NAME: that one."""
    flow = menu.find(draft, argument) if argument else _present(draft)
    if flow:
        menu.restart(draft, flow)
        return
    draft.say(draft.word("unknown_flow", name=argument) if argument else draft.word("nothing_to_restart"))
    menu.again(draft)


def _present(draft: Draft) -> str | None:
    talks = (*((draft.session.talk,) if draft.session.talk else ()), *draft.session.shelf)
    return talks[0].flow if talks and talks[0].flow in draft.book.flows else None


def show_path(draft: Draft, argument: str) -> None:
    """/path: the practices, what is done and kept, and one suggestion."""
    menu.shelve(draft)
    path.show(draft)


def language(draft: Draft, argument: str) -> None:
    """/language: the languages to choose from; with the name or the letters of one: that one, from here on."""
    known = draft.book.languages
    names = {plain(name): code for code in known for name in (code, own_name(code))}
    if plain(argument) in names:
        said = Fact(names[plain(argument)], draft.now)
        draft.set(person={**draft.session.person, "language": said})
        draft.listen()
        draft.say(draft.word("language_is"))
        _again(draft)
        return
    expects = draft.session.expects
    draft.say(draft.word("language"))
    draft.offer([[(own_name(code), f"language:{code}")] for code in known], expects)


def _again(draft: Draft) -> None:
    """Ask the question of now anew, in the language of now."""
    screen, _, what = draft.session.expects.partition(":")
    ask = SCREENS[screen].again if screen in SCREENS else None
    if ask and draft.session.talk is None:
        ask(draft, what)
    else:
        menu.again(draft)


def pause(draft: Draft, argument: str) -> None:
    """/pause: the place is kept; one button goes on, one shows the menu."""
    if draft.session.talk is None and draft.session.expects.startswith(("checkin:", "ring:")) and checkins.alive(draft):
        ringing.ask_on(draft, "checkins_stop")
        return
    if draft.session.talk is None:
        draft.say(draft.word("nothing_to_pause"))
        menu.again(draft)
        return
    name, title = draft.talk.flow, draft.title()
    for what in draft.session.waiting[:1]:
        draft.effects.append(Remind(f"{checkins.WAIT}{what}", draft.now + LATER, what))
    draft.effects += [Unremind(f"{checkins.WAIT}{what}") for what in draft.session.waiting[1:]]
    menu.shelve(draft)
    draft.say(draft.word("paused", title=title))
    draft.offer([[(draft.label("go_on"), f"flow:{name}"), (draft.label("menu"), "menu")]])


def go_back(draft: Draft, argument: str) -> None:
    """/back: undo the newest answer; from a question about a check-in to the list of them."""
    if draft.session.expects.startswith("checkin:"):
        checkins.show(draft)
        return
    if draft.session.talk is None or not back(draft):
        draft.say(draft.word("nothing_to_go_back"))
        menu.again(draft)


def sos(draft: Draft, argument: str) -> None:
    """/sos: whom to call. What was going on waits for it."""
    if SOS not in draft.book.flows:
        show_help(draft, argument)
        return
    menu.aside(draft)
    menu.drop(draft, SOS)
    begin(draft, SOS)


def show_help(draft: Draft, argument: str) -> None:
    """/help, and any command that is none: what there is, and where to turn in danger."""
    draft.say(draft.word("help"))
    menu.again(draft)


def skip(draft: Draft, argument: str) -> None:
    """ "skip" typed where the question of now cannot be skipped (the engine takes the other case)."""
    if draft.session.talk is None or draft.session.talk.stuck:
        menu.again(draft)
        return
    draft.say(draft.word("way_on"))
    repeat(draft, draft.step)


class Screen(NamedTuple):
    """What stands between talks: what its buttons do, how it reads what is typed there, and how it asks once more."""

    press: Callable[[Draft, str], None]
    read: Callable[[Draft, str, str], None] | None = None
    again: Callable[[Draft, str], None] | None = None


SCREENS = {
    "checkin": Screen(checkins.press, checkins.read, checkins.again),
    "ring": Screen(ringing.press, ringing.read, ringing.again),
    "keepsakes": Screen(keepsakes.press, keepsakes.read, keepsakes.press),
    "journal": Screen(journal.press, journal.read, journal.press),
    "rights": Screen(rights.press),
}


def press(draft: Draft, screen: str, what: str) -> None:
    """A button of a screen."""
    SCREENS[screen].press(draft, what)


def expected(draft: Draft, text: str) -> bool:
    """Whether a screen asked for words, and these are taken for them."""
    screen, _, what = draft.session.expects.partition(":")
    read = SCREENS[screen].read if screen in SCREENS else None
    if read is None:
        return False
    read(draft, what, text)
    return True


def returned(draft: Draft, words: str) -> None:
    """Back at a screen that had asked for words: it takes those that were meant for it, or asks again."""
    screen, _, what = draft.session.expects.partition(":")
    if words:
        expected(draft, words)
    elif screen in {"keepsakes", "journal"}:
        # A check-in can wait after danger: there the menu follows, with what is gentle.
        press(draft, screen, what)


COMMANDS: dict[str, Callable[[Draft, str], None]] = {
    "start": start,
    "menu": show_menu,
    "path": show_path,
    "language": language,
    "restart": restart,
    "pause": pause,
    "back": go_back,
    "sos": sos,
    "checkin": checkins.show,
    "keepsakes": keepsakes.show,
    "journal": journal.show,
    "progress": lookback.show,
    "privacy": rights.privacy,
    "export": rights.export,
    "discreet": rights.discreet,
    "clear": rights.clear,
    "delete": rights.delete,
    "help": show_help,
    "skip": skip,
}
