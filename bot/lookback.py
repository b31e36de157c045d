"""/progress: how it has been, as a picture and in the same words, and one sentence that is true."""

from __future__ import annotations

from dataclasses import replace

from . import journal, menu
from .archive import Archive
from .asking import ends as ends_of
from .draft import Draft, unmarked
from .errors import ConditionError
from .events import Note, Picture
from .flow import AFTER, Scale
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
            done = Done(draft.there(ends[-1]), draft.title_of(page.flow))
            after = next((note for note in page.notes[::-1] if note.measure == AFTER), None)
            found.append(_measured(draft, done, page.notes, after) if after else done)
    return found


def _measured(draft: Draft, done: Done, notes: tuple[Note, ...], after: Note) -> Done:
    """With what was measured, where the question before asked the same, and the ends of its scale have words."""
    name, _, place = after.step.partition(".")
    flow = draft.book.flows.get(name)
    step = flow.steps.get(place) if flow else None
    if step is None or step.since is None or not isinstance(step.ask, Scale):
        return done
    before = next((note for note in notes if note.step == f"{name}.{step.since.text}"), None)
    try:
        ends = unmarked(ends_of(draft, step.ask, {}))
    except ConditionError:  # They use what was said in that talk, which is over.
        return done
    return replace(done, before=before.value, after=after.value, ends=ends) if before and ends else done


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
        last = one.last
        before, after = (last.before, last.after) if last.moved else (None, None)
        known = {"title": one.title, "times": one.times, "before": before, "after": after, "ends": last.ends}
        lines.append(draft.word("progress_practice", **known))
    return "\n".join(lines)
