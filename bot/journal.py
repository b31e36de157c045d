"""/journal: what was answered, one page for each time a practice was taken, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from . import menu
from .archive import Archive
from .draft import Draft
from .events import Drop, Note
from .session import Entry


@dataclass(frozen=True, slots=True)
class Page:
    """All answers of one run of a flow."""

    run: str
    flow: str
    at: datetime
    notes: tuple[Note, ...]


def pages(archive: Archive) -> list[Page]:
    """The pages of a journal, the newest first."""
    notes = sorted(archive.notes, key=lambda note: (note.run, note.at))
    found = [(run, tuple(group)) for run, group in groupby(notes, key=lambda note: note.run)]
    made = [Page(run, group[0].flow, group[0].at, group) for run, group in found]
    return sorted(made, key=lambda page: page.at, reverse=True)


def show(draft: Draft, argument: str = "") -> None:
    """List the pages, from number `argument` on."""
    every = pages(draft.gathered())

    def line(place: int) -> str:
        page = every[place]
        title = draft.title_of(page.flow)
        return draft.word("journal_line", number=place + 1, day=draft.day(page.at), title=title)

    menu.page(draft, "journal", every, argument, line, lambda page: page.run)


def press(draft: Draft, what: str) -> None:
    """A button of the list, or of one page."""
    what, _, rest = what.partition(":")
    every = pages(draft.gathered())
    one = next((one for one in every if one.run == rest), None)
    page = menu.numbered(draft, every, rest) if what == "number" else one
    if page is None:
        show(draft, rest if what == "from" else "")
    elif what == "ask":
        menu.confirm(draft, "journal", rest)
    elif what == "erase":
        _erase(draft, page)
    else:
        _one(draft, page)


def read(draft: Draft, what: str, text: str) -> None:
    """Whether to erase a page was typed."""
    press(draft, menu.confirmed(draft, what.partition(":")[2], text))


def _erase(draft: Draft, page: Page) -> None:
    first = menu.page_start(pages(draft.gathered()).index(page))
    draft.effects += [Drop(note.id) for note in page.notes]
    draft.rewrite(lambda entry: _unnoted(entry, page.run))
    left = sum(len(note.question) + len(note.answer) for note in draft.gathered().notes)
    draft.set(noted=left)
    draft.say(draft.word("erased_it"))
    show(draft, str(first))


def _unnoted(entry: Entry, run: str) -> Entry:
    """An answer of an unfinished talk whose page was erased: it stays erased when it is applied again."""
    return replace(entry, marks=tuple(mark for mark in entry.marks if not mark.startswith(f"{run}.n")))


def _one(draft: Draft, page: Page) -> None:
    first = menu.page_start(pages(draft.gathered()).index(page))
    answers = [note for note in page.notes if note.answer]
    lines = [draft.word("journal_answer", question=note.question, answer=note.answer) for note in answers]
    title = draft.word("page_of", title=draft.title_of(page.flow))
    draft.say("\n\n".join([f"{title}\n{draft.word('journal_day', day=draft.day(page.at))}", *lines]))
    draft.offer(
        [
            [(draft.label("erase_it"), f"journal:ask:{page.run}")],
            [(draft.label("journal"), f"journal:from:{first}"), (draft.label("menu"), "menu")],
        ]
    )
