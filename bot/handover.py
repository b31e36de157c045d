"""/export: all that is stored of a person, as a page to read and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from . import checkins, export, fleeting, journal, lookback
from .archive import Archive
from .draft import Draft
from .events import File
from .export import Belongings, Words
from .flow import Step
from .languages import day_and_time
from .names import person, typed
from .session import Fact, Value
from .templates.rendering import shown

PAGE, DATA = "my-data.html", "my-data.json"
"""The names of the two files."""
FACTS = ("name", "when", "country", "zone", "language", "notify", "who", "what", "contact", "discreet")
"""What the house has a name for; other facts have their own."""


def files(draft: Draft, archive: Archive) -> list[File]:
    """The two files."""
    page = export.html_page(_belongings(draft, archive), _words(draft))
    return [File(PAGE, page), File(DATA, export.json_text(_data(draft, archive)))]


def _words(draft: Draft) -> Words:
    names = [name for name in Words.__dataclass_fields__ if name not in {"language", "made"}]
    said = {name: draft.plain_word(f"export_{name}") for name in names}
    made = draft.plain_word("export_made", time=day_and_time(draft.local(), draft.book.language))
    return Words(language=draft.book.language, made=made, **said)


def _belongings(draft: Draft, archive: Archive) -> Belongings:
    pages = [(page, _page(draft, page)) for page in reversed(journal.pages(archive))]
    paths = {flow.name for flow in draft.book.flows.values() if flow.path}
    kept = (export.Keepsake(draft.title_of(one.flow), "", draft.there(one.at), one.text) for one in archive.keepsakes)
    return Belongings(
        known=tuple(_known(draft)),
        keepsakes=tuple(kept),
        practices=tuple(made for page, made in pages if page.flow in paths),
        journal=tuple(made for page, made in pages if page.flow not in paths),
        moods=tuple(lookback.moods_of(draft, archive)),
        checkins=tuple(checkins.listed(draft)),
    )


def _known(draft: Draft) -> Iterator[tuple[str, str]]:
    for name, fact in person(draft.session).items():
        yield _fact_name(draft, name), _fact(draft, name, fact)


def _page(draft: Draft, page: journal.Page) -> export.Page:
    lines = tuple((note.question, note.answer) for note in page.notes if note.answer)
    return export.Page(draft.title_of(page.flow), draft.there(page.at), lines)


def _fact_name(draft: Draft, name: str) -> str:
    return draft.plain_word(f"fact_{name}") if name in FACTS else name.replace("_", " ")


def _fact(draft: Draft, name: str, fact: Fact) -> str:
    """What was said, as it read on the button."""
    steps = (step for flow in draft.book.flows.values() for step in flow.steps.values())
    asked = next((step for step in steps if step.person and step.person.text == name), None)
    return _read(draft, asked, fact.value)


def _read(draft: Draft, step: Step | None, value: Value) -> str:
    return shown(typed(draft.book, step, value) if step else value, draft.book.language)


def _data(draft: Draft, archive: Archive) -> dict[str, object]:
    """Everything, by what it is, but what is not to stay. The session's own marks (which question stands, what was
    tapped last) say nothing of a person and are left out."""
    session = draft.session
    return {
        "person": person(session),
        "keepsakes": archive.keepsakes,
        "answers": archive.notes,
        "unfinished": [fleeting.told(talk) for talk in (*session.shelf, session.talk) if talk],
        "finished": session.runs,
        "checkins": session.checkins,
        "quiet_hours": session.quiet,
        "danger": session.danger,
        "seen": session.seen,
    }
