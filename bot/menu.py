"""Between practices: the menu, beginning one, leaving it on the shelf, taking it up again, finishing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from . import answers, fleeting
from .asking import forget_limit, put
from .draft import Draft
from .errors import ConditionError
from .flow import LEFT, Flow, Option
from .locate import locate
from .names import kept, person
from .safety import TOLD
from .session import Danger, Talk
from .walk import begin, speak

T = TypeVar("T")
PAGE = 6
"""Things that are listed at once."""
INTERRUPTED = 5
"""Talks that lie interrupted inside one another."""
SOFT = timedelta(hours=24)
"""So long after danger, only what is gentle is offered."""


def show(draft: Draft, word: str = "menu", whole: bool = False) -> None:
    """The menu is the question of now. An unfinished practice there goes on where it was left. Soon after danger it
    lists what is gentle, and one button that shows the `whole`."""
    gentle = soft(draft) and not whole
    draft.say(draft.word("menu_soft" if gentle else word))
    shelved = {talk.flow for talk in draft.session.shelf}
    flows = sorted(listed(draft), key=lambda flow: flow.name not in shelved)
    shown = [flow for flow in flows if not gentle or flow.gentle or flow.name in shelved]
    rows = [[(_label(draft, flow, flow.name in shelved), f"flow:{flow.name}")] for flow in shown]
    if gentle:
        rows.append([(draft.label("everything"), "everything")])
    elif any(flow.path for flow in flows):
        rows.append([(draft.label("path"), "path")])
    draft.offer(rows)


def soft(draft: Draft) -> bool:
    """Whether it is so short after danger that only what is gentle is offered."""
    danger = draft.session.danger
    return danger is not None and danger.level != "maybe" and draft.now - danger.at < SOFT


def listed(draft: Draft) -> list[Flow]:
    """What can be begun from the menu: the practices, and whatever else is on the shelf."""
    practices = draft.book.practices()
    names = {flow.name for flow in practices}
    shelf = [draft.book.flows[talk.flow] for talk in draft.session.shelf if talk.flow in draft.book.flows]
    return [*(flow for flow in shelf if flow.name not in names), *practices]


def _label(draft: Draft, flow: Flow, shelved: bool) -> str:
    return resumed(draft, flow.name) if shelved else draft.plain(flow.title)


def resumed(draft: Draft, flow: str) -> str:
    """The label that goes on with a flow."""
    return draft.plain_word("resume", title=draft.title_of(flow))


def find(draft: Draft, words: str) -> str | None:
    """The practice that a person means by its name or title; any flow by its exact name."""
    if words in draft.book.flows:
        return words
    titles = [Option(flow.name, flow.title) for flow in listed(draft)]
    found = answers.match(titles, words)
    return found[0].value if len(found) == 1 else None


def enter(draft: Draft, name: str, quiet: bool = False) -> None:
    """Be in flow `name`: where it was left (`quiet`: without a word), or from its start. What was going on goes to the
    shelf. The caller goes on from there when the talk is `stuck`."""
    shelved = next((talk for talk in draft.session.shelf if talk.flow == name), None)
    if draft.session.talk is None or draft.session.talk.flow != name:
        shelve(draft)
        if shelved is None:
            begin(draft, name)
            _noted(draft, draft.book.flows[name])
            return
        draft.set(talk=shelved, shelf=tuple(talk for talk in draft.session.shelf if talk is not shelved))
        if quiet:
            return
        draft.say(draft.word("welcome_back", title=draft.title()))
    here(draft)


def _noted(draft: Draft, flow: Flow) -> None:
    """A flow that answers danger was begun by choice, or by another flow: that counts like words."""
    danger = draft.session.danger
    concerns = [concern.text for concern in flow.danger]
    if concerns and (danger is None or danger.concern not in concerns or draft.now - danger.at > SOFT):
        draft.set(danger=Danger(concerns[0], TOLD, draft.now))


def welcome_back(draft: Draft, talk: Talk) -> None:
    """Where they were: go on, from the top, or something else."""
    draft.say(draft.word("welcome_back", title=draft.plain(draft.book.flows[talk.flow].title)))
    controls = (
        ("go_on", f"flow:{talk.flow}"),
        ("from_the_top", f"restart:{talk.flow}"),
        ("something_else", "menu"),
    )
    draft.offer([(draft.label(name), control)] for name, control in controls)


def here(draft: Draft) -> None:
    """Ask the question of now once more, from its first bubble; a talk that cannot stand is left to the caller."""
    find_again(draft)
    if draft.session.talk is not None and not draft.session.talk.stuck:
        said = list(draft.bubbles)
        try:
            speak(draft, draft.step)
        except ConditionError:
            # Going on from the newest answer says what is wrong, and shows a way on.
            draft.bubbles = said
            draft.set_talk(stuck=True)
            return
        put(draft, draft.step)


def find_again(draft: Draft) -> bool:
    """Look where the talk is in the flows of now. True: its step is gone, which the person is told."""
    before = draft.talk
    talk, gone = locate(draft.book, before)
    if talk is None:
        close(draft, before)
    else:
        draft.set(talk=talk)
    if gone:
        draft.say(draft.word("vanished"))
    return gone


def shelve(draft: Draft) -> None:
    """Put the talk that is going on on the shelf. Words that were held for its question are let go."""
    if draft.session.talk:
        others = tuple(talk for talk in draft.session.shelf if talk.flow != draft.session.talk.flow)
        draft.set(talk=None, shelf=(fleeting.unticked(draft, draft.session.talk), *others), held="")


def aside(draft: Draft, words: str | None = None) -> None:
    """Interrupt what is going on, a talk or a screen that asked for words, to go back to it; `words` were not taken for
    its answer."""
    talk, back = draft.session.talk, draft.session.back
    what = talk.flow if talk else draft.session.expects
    if talk and not talk.stuck:
        forget_limit(draft, draft.step)
    draft.settle()
    shelve(draft)
    draft.set(back=(*back, what)[-INTERRUPTED:] if what else ())
    if words is not None:
        draft.set(held=words if what else "")


def drop(draft: Draft, name: str = "") -> None:
    """End the talk that is going on, or the unfinished run of flow `name`. What it kept stays kept."""
    shelved = next((talk for talk in draft.session.shelf if talk.flow == name), None)
    if not name and draft.session.talk:
        close(draft, draft.session.talk)
    elif shelved:
        draft.set(shelf=tuple(talk for talk in draft.session.shelf if talk.flow != name))
        close(draft, shelved)


def restart(draft: Draft, name: str) -> None:
    """Begin flow `name` from the top. What its unfinished run kept stays kept."""
    if draft.session.talk and draft.session.talk.flow != name:
        shelve(draft)
    drop(draft)
    drop(draft, name)
    begin(draft, name)
    draft.say(draft.word("restarted", title=draft.title()))


def close(draft: Draft, talk: Talk) -> None:
    """A run is over: what it made known and what it kept is now the person's."""
    apart = replace(draft.session, talk=talk, shelf=())
    rest = None if draft.session.talk is talk else draft.session.talk
    draft.set(talk=rest, person=person(apart), kept=kept(apart))


def finish(draft: Draft) -> None:
    """The talk has reached its end: count it, unless it was left."""
    talk = draft.talk
    close(draft, talk)
    if draft.outcome == LEFT:
        return
    draft.set(runs={**draft.session.runs, talk.flow: draft.session.runs.get(talk.flow, 0) + 1})


def wait(draft: Draft, flow: str) -> None:
    """A flow came due while another is going on: it waits for the end of that."""
    if flow not in draft.session.waiting:
        draft.set(waiting=(*draft.session.waiting, flow))


def stand(draft: Draft) -> None:
    """Ask between talks what was asked: what rang, or what words were to be written for; else the menu is shown."""
    asked, expects = draft.session.asked, draft.session.expects
    if asked is None or not expects:
        show(draft)
        return
    draft.flush()
    draft.bubbles.append(asked.text)
    rows = [[(button.label, button.choice.partition(".!")[2]) for button in row] for row in asked.rows]
    draft.offer(rows, expects)


def again(draft: Draft) -> None:
    """What was just said does not move anything: the question of now follows it."""
    talk = draft.session.talk
    if talk is None:
        stand(draft)
    elif not talk.stuck:
        draft.flush()
        here(draft)


def lead(draft: Draft) -> None:
    """One way on from what was said between talks: the menu."""
    draft.offer([[(draft.label("menu"), "menu")]])


def page(
    draft: Draft, screen: str, items: Sequence[T], argument: str, line: Callable[[int], str], key: Callable[[T], str]
) -> None:
    """List what a screen has, PAGE at a time from number `argument` on, or the last of it: a line for each place, its
    number to tap, and a button for what comes before and after. `key` is what the number carries."""
    shelve(draft)
    first = min(int(argument) if argument.isdecimal() else 0, page_start(len(items) - 1))
    places = range(first, min(first + PAGE, len(items)))
    if not places:
        draft.say(draft.word(f"{screen}_none"))
        lead(draft)
        return
    draft.say(draft.word(screen))
    draft.say("\n".join(line(place) for place in places))
    numbers = [(str(place + 1), f"{screen}:one:{key(items[place])}") for place in places]
    before = [(draft.label("previous"), f"{screen}:from:{max(first - PAGE, 0)}")] if first else []
    more = [(draft.label("more"), f"{screen}:from:{places.stop}")] if places.stop < len(items) else []
    draft.offer([numbers, [*before, *more, (draft.label("menu"), "menu")]])


def page_start(place: int) -> int:
    """Where the page of a list begins that has this place."""
    return max(place, 0) // PAGE * PAGE


def numbered(draft: Draft, items: Sequence[T], number: str) -> T | None:
    """What has this number in a list; the person is told where nothing has."""
    if number.isdecimal() and 0 < int(number) <= len(items):
        return items[int(number) - 1]
    draft.say(draft.word("unfit_choose"))
    return None


def confirm(draft: Draft, screen: str, key: str) -> None:
    """Ask once more before something is erased."""
    draft.say(draft.word(f"{screen}_erase"))
    erase, leave = f"{screen}:erase:{key}", f"{screen}:one:{key}"
    draft.offer([[(draft.label("erase_it"), erase)], [(draft.label("leave_it"), leave)]], f"{screen}:ask:{key}")


def confirmed(draft: Draft, key: str, text: str) -> str:
    """What a typed yes or no does there: erases it, or shows it; what is neither asks again."""
    yes = answers.agreed(draft.book, text)
    if yes is None:
        draft.say(draft.word("unfit_yesno"))
    return f"ask:{key}" if yes is None else f"erase:{key}" if yes else f"one:{key}"
