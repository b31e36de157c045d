"""/progress: how it has been, as a picture and in the same words, and one sentence that is true."""

from __future__ import annotations

from . import journal, menu
from .archive import Archive
from .draft import Draft
from .events import Note, Picture
from .progress import Done, Mood, Sentence, Way, alt, way

DONE = "done"
"""The measure of the note that says that a practice was finished; it holds no answer."""


def finished(draft: Draft) -> None:
    """A practice has come to its end: the journal knows it from now on."""
    talk = draft.talk
    if draft.book.flows[talk.flow].path is not None:
        note = Note(f"{talk.run}.done", talk.flow, "", "", "", draft.now, measure=DONE)
        draft.effects.append(note)


def show(draft: Draft, argument: str = "") -> None:
    """/progress."""
    menu.shelve(draft)
    moods, dones = moods_of(draft, draft.gathered()), dones_of(draft, draft.gathered())
    seen = way(moods, dones, draft.local())
    if seen.days or seen.marks:
        draft.flush()
        draft.effects.append(_picture(draft, seen, moods, dones))
    draft.say(_sentence(draft, seen.sentence))
    if seen.days or seen.marks:
        draft.say(_in_words(draft, seen))
    menu.lead(draft)


def moods_of(draft: Draft, archive: Archive) -> list[Mood]:
    """How it was, each time that somebody said it."""
    told = (note for note in archive.notes if note.measure == "mood" and note.value is not None)
    return [Mood(draft.there(note.at), note.value or 0) for note in told]


def dones_of(draft: Draft, archive: Archive) -> list[Done]:
    """The practices that were finished, with what was measured before and after."""
    found = []
    for page in journal.pages(archive):
        ends = [note.at for note in page.notes if note.measure == DONE]
        if ends:
            before, after = _first(page.notes, "before"), _first(page.notes[::-1], "after")
            found.append(Done(draft.there(ends[-1]), draft.title_of(page.flow), before, after))
    return found


def _first(notes: tuple[Note, ...], measure: str) -> int | None:
    return next((note.value for note in notes if note.measure == measure), None)


def _sentence(draft: Draft, sentence: Sentence) -> str:
    return draft.word(sentence.key, **sentence.numbers)


def _picture(draft: Draft, seen: Way, moods: list[Mood], dones: list[Done]) -> Picture:
    title, high, low, practices = (draft.plain_word(f"chart_{name}") for name in ("title", "high", "low", "practices"))
    return Picture(
        caption=" ".join(_sentence(draft, one) for one in alt(seen)),
        now=draft.local(),
        moods=tuple((one.at, one.value) for one in moods),
        dones=tuple((one.at, one.title) for one in dones),
        language=draft.book.language,
        written=(title, high, low, practices),
    )


def _in_words(draft: Draft, seen: Way) -> str:
    """What the picture shows, to read."""
    lines = [draft.word("progress_usual", low=seen.usual[0], high=seen.usual[1])] if seen.usual else []
    for one in seen.practices:
        moved = one.moves[-1] if one.moves else (None, None)
        lines.append(draft.word("progress_practice", title=one.title, times=one.times, before=moved[0], after=moved[1]))
    return "\n".join(lines)
