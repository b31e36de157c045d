"""/keepsakes: what people chose to keep, to read again, change, erase one by one, or be reminded of."""

from __future__ import annotations

from dataclasses import replace

from . import checkins, menu
from .answers import empty
from .checkins import KEEPSAKE
from .draft import Draft
from .events import Drop, Keep
from .names import entries
from .session import Entry, Kept, Session

LONGEST = 3000
"""Characters of a keepsake that is written anew."""


def show(draft: Draft, argument: str = "") -> None:
    """List what was kept, by practice, the newest first; from number `argument` on."""
    keeps = ordered(draft)

    def line(place: int) -> str:
        keep = keeps[place]
        said = draft.word("keepsakes_line", number=place + 1, day=draft.day(keep.at), words=keep.text)
        new = place % menu.PAGE == 0 or keeps[place - 1].flow != keep.flow
        return f"{draft.word('page_of', title=draft.title_of(keep.flow))}\n{said}" if new else said

    menu.page(draft, "keepsakes", keeps, argument, line, lambda keep: _key(keep.id))


def ordered(draft: Draft) -> list[Keep]:
    """All keepsakes: those of one practice together, the newest first; the lines of every day come last."""
    newest = sorted(draft.gathered().keepsakes, key=lambda keep: keep.at, reverse=True)
    path = {flow.name for flow in draft.book.flows.values() if flow.path}
    practices = sorted(dict.fromkeys(keep.flow for keep in newest), key=lambda flow: flow not in path)
    return sorted(newest, key=lambda keep: practices.index(keep.flow))


def press(draft: Draft, what: str) -> None:
    """A button of the list, or of one keepsake."""
    what, _, rest = what.partition(":")
    keep = menu.numbered(draft, ordered(draft), rest) if what == "number" else find(draft, rest)
    if keep is None:
        show(draft, rest if what == "from" else "")
    elif what == "change":
        draft.say(draft.word("keepsakes_change", max=LONGEST))
        _ask_words(draft, rest)
    elif what == "ask":
        menu.confirm(draft, "keepsakes", rest)
    elif what == "erase":
        page = _page(draft, keep)
        forget(draft, keep)
        draft.say(draft.word("erased_it"))
        show(draft, page)
    else:
        _one(draft, keep)


def read(draft: Draft, what: str, text: str) -> None:
    """The new words of a keepsake were typed, or whether to erase it."""
    what, _, rest = what.partition(":")
    keep = find(draft, rest)
    if keep is None:
        show(draft)
    elif what == "ask":
        press(draft, menu.confirmed(draft, rest, text))
    else:
        _change(draft, keep, text.strip())


def _ask_words(draft: Draft, key: str) -> None:
    draft.offer([[(draft.label("leave_it"), f"keepsakes:one:{key}")]], f"keepsakes:change:{key}")


def _change(draft: Draft, keep: Keep, words: str) -> None:
    """Keep other words in place of those of a keepsake, where they can be kept."""
    if empty(words) or len(words) > LONGEST:
        unfit = "unfit_words_empty" if empty(words) else "unfit_words_long"
        draft.say(draft.word(unfit, length=len(words), max=LONGEST))
        _ask_words(draft, _key(keep.id))
        return
    draft.effects.append(replace(keep, text=words))
    _rewrite(draft, keep, Kept(words, keep.at, keep.id, own=True))
    draft.say(draft.word("keepsakes_changed"))
    _one(draft, replace(keep, text=words))


def _page(draft: Draft, keep: Keep) -> str:
    """Where the page of the list begins that has this keepsake."""
    return str(menu.page_start([one.id for one in ordered(draft)].index(keep.id)))


def find(draft: Draft, key: str) -> Keep | None:
    """The keepsake of a button."""
    return next((keep for keep in draft.gathered().keepsakes if _key(keep.id) == key), None)


def _key(mark: str) -> str:
    """The id of a keepsake without dots, which part what a button carries."""
    return mark.replace(".", "~")


def _one(draft: Draft, keep: Keep) -> None:
    title, key = draft.title_of(keep.flow), _key(keep.id)
    draft.say(draft.word("keepsakes_one", title=title, day=draft.day(keep.at), words=keep.text))
    draft.offer(
        [
            [(draft.label("change_it"), f"keepsakes:change:{key}"), (draft.label("erase_it"), f"keepsakes:ask:{key}")],
            [(draft.label("remind_me"), f"checkin:keep:{key}")],
            [(draft.label("keepsakes"), f"keepsakes:from:{_page(draft, keep)}"), (draft.label("menu"), "menu")],
        ]
    )


def forget(draft: Draft, keep: Keep) -> None:
    """Erase one keepsake; what was kept under its name before is the newest again."""
    draft.effects.append(Drop(keep.id))
    _rewrite(draft, keep, Kept("", keep.at, keep.id, own=True))


def part(draft: Draft, before: Session) -> None:
    """The reminders of a keepsake go with it, where it is gone for good since `before`. One that is undone and waits to
    be applied again is not."""
    gone = _waiting(before)
    for effect in draft.effects:
        if isinstance(effect, Keep):
            gone.discard(effect.id)
        elif isinstance(effect, Drop):
            gone.add(effect.id)
    about = {KEEPSAKE + _key(mark) for mark in gone - _waiting(draft.session)}
    for one in draft.session.checkins:
        if one.about in about:
            checkins.remove(draft, one)


def _waiting(session: Session) -> set[str]:
    """The marks of what is to be applied again."""
    talks = (*session.shelf, *((session.talk,) if session.talk else ()))
    return {mark for talk in talks for entry in talk.redo for mark in entry.marks}


def _rewrite(draft: Draft, keep: Keep, now: Kept) -> None:
    """Where the words of a keepsake stand in the session: other words, or none."""

    def stands(one: Kept | None) -> bool:
        return one is not None and (one.text, one.at) == (keep.text, keep.at)

    def entry(one: Entry) -> Entry:
        if keep.id not in one.marks or not stands(one.kept.get(keep.name)):
            return one
        return replace(one, kept={**one.kept, keep.name: now})

    draft.rewrite(entry)
    if stands(draft.session.kept.get(keep.name)):
        rest = {name: words for name, words in draft.session.kept.items() if name != keep.name}
        newest = now if now.text else _before(draft, keep)
        draft.set(kept=rest | ({keep.name: newest} if newest else {}))


def _before(draft: Draft, keep: Keep) -> Kept | None:
    """What is the newest of a name, once the newest was erased. What may still be undone counts by itself."""
    marks = {mark for entry in entries(draft.session) for mark in entry.marks}
    found = [one for one in draft.gathered().keepsakes if one.name == keep.name and one.id not in marks]
    newest = max(found, key=lambda one: one.at, default=None)
    return Kept(newest.text, newest.at) if newest else None
