"""Rules about translations: what is missing, stale, no longer said, or gives other words back than the original."""

from __future__ import annotations

from collections.abc import Iterator

from bot.catalogue import Catalogue, Entry
from bot.flow import Phrase, Place, Problem
from bot.templates import inspect
from bot.translate import sentences

from .case import Case

SHOWN = 50
"""Characters of a sentence that a finding repeats."""


def findings(case: Case, catalogue: Catalogue) -> Iterator[Problem]:
    """W080 missing, W081 stale, W082 no longer said, W083 other names than the original."""
    wanted = {(one.context, one.phrase.text): one.phrase for one in sentences(case.flows, case.house)}
    for key, phrase in wanted.items():
        entry = catalogue.entries.get(key)
        if entry is None or not (entry.text or entry.stale):
            place = entry.place if entry else Place(catalogue.file, 1, 1)
            message = f"{_start(phrase.text)} ({phrase.place}) is not translated"
            yield Problem(place, "W080", message, "translate it" if entry else "run make messages, and translate it")
        elif entry.stale:
            message = f"{_start(phrase.text)} ({phrase.place}) was changed after it was translated"
            yield Problem(entry.place, "W081", message, "look at it again, and take the word fuzzy away")
        else:
            yield from _names(entry)
    for key, entry in catalogue.entries.items():
        if key not in wanted:
            yield Problem(entry.place, "W082", f"{_start(entry.original)} is said no more", "run make messages")


def _names(entry: Entry) -> Iterator[Problem]:
    before, now = (
        {reference.path for reference in inspect(Phrase(text, entry.place)).references}
        for text in (entry.original, entry.text)
    )
    for path in sorted(before ^ now):
        name = ".".join(path)
        message = f"the translation leaves out {name!r}" if path in before else f"the original has no {name!r}"
        yield Problem(entry.place, "W083", message, "give back the same words of the person as the original does")


def _start(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= SHOWN else line[:SHOWN].rstrip() + "…")
