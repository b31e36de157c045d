"""Gettext catalogues: `locales/es.po` <-> sentences. With `languages`, the only importer of babel.

A sentence that is missing or stale (its original was changed since: gettext calls that fuzzy) is no translation; the
bot says the original then, for that sentence alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from .errors import SettingError
from .flow import Flow, House, Phrase, Place, Problem
from .translate import Sentence, flow_with, house_with

FOLDER = "locales"
DATED = rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To): .*\n'
"""Lines of a catalogue's head that change by themselves, or say nothing."""
HEADER = """\
# Translations of the flows and the house. docs/translating.md tells how to work on this file.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence of a catalogue: the original, what it is in the catalogue's language (empty: missing), its place in
    the file, and whether the original was changed since."""

    original: str
    text: str
    place: Place
    stale: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language's sentences, by context and original."""

    language: str
    file: str
    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)

    def said(self, phrase: Phrase, context: str) -> Phrase:
        """The sentence in this language, or as it is."""
        entry = self.entries.get((context, phrase.text))
        if entry is None or entry.stale or not entry.text:
            return phrase
        return Phrase(entry.text, entry.place, self.language)

    def over(self, other: Catalogue | None) -> Catalogue:
        """This catalogue, and of another one what this one lacks."""
        return Catalogue(self.language, self.file, {**(other.entries if other else {}), **self.entries})


def read_catalogues(folder: Path) -> tuple[dict[str, Catalogue], list[Problem]]:
    """The catalogues of a folder of flows, by language, and what is wrong with their files (code F080)."""
    found: dict[str, Catalogue] = {}
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob("*.po")):
        name = f"{FOLDER}/{path.name}"
        try:
            with path.open("rb") as file:
                read = read_po(file, locale=path.stem, abort_invalid=True)
        except (PoFileError, ValueError, LookupError, OSError) as error:
            line = getattr(error, "lineno", None) or 1
            fix = "open it with a translator's tool, or make messages"
            problems.append(Problem(Place(name, line, 1), "F080", "the catalogue cannot be read", fix))
            continue
        found[path.stem] = Catalogue(path.stem, name, _entries(read, name))
    return found, problems


def _entries(read: Catalog, name: str) -> dict[tuple[str, str], Entry]:
    entries: dict[tuple[str, str], Entry] = {}
    for message in read:
        if message.id:
            place = Place(name, message.lineno or 1, 1)
            text = str(message.string or "")
            entries[message.context or "", str(message.id)] = Entry(str(message.id), text, place, message.fuzzy)
    return entries


def spoken(flows: Mapping[str, Flow], house: House, catalogue: Catalogue) -> tuple[dict[str, Flow], House]:
    """The flows and the house in the catalogue's language."""
    said = {name: flow_with(flow, catalogue.said) for name, flow in flows.items()}
    return said, house_with(house, catalogue.said)


def begin(folder: Path, language: str) -> None:
    """An empty catalogue for a language. Raises SettingError when babel knows no such language."""
    try:
        catalog = Catalog(language, project="Kintsugi", header_comment=HEADER, fuzzy=False)
        path = folder / FOLDER / f"{catalog.locale}.po"
    except (ValueError, LookupError):
        raise SettingError("--add", "this is no language", "write its two letters, such as es", language) from None
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        _write(path, catalog)


def merge(folder: Path, sentences: Iterable[Sentence]) -> dict[str, int]:
    """Write the sentences of now to `locales/messages.pot` and into every catalogue; how many each still lacks.

    What was translated stays; what is new is empty; what was changed is marked as stale, with its old translation to
    start from; what is said no more stands at the end of the file, commented out.
    """
    template = Catalog(fuzzy=False, header_comment=HEADER, project="Kintsugi")
    for one in sentences:
        template.add(one.phrase.text, context=one.context or None, locations=[(one.phrase.place.file, 1)])
    (folder / FOLDER).mkdir(exist_ok=True)
    _write(folder / FOLDER / "messages.pot", template)
    left: dict[str, int] = {}
    for path in sorted((folder / FOLDER).glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.stem)
        catalog.update(template, update_header_comment=True)
        for message in catalog:
            # Babel takes the % of {% if %} for a format of Python's.
            message.flags.discard("python-format")
        _write(path, catalog)
        left[path.stem] = sum(1 for message in catalog if message.id and (message.fuzzy or not message.string))
    return left


def _write(path: Path, catalog: Catalog) -> None:
    """A file that differs only where a sentence does: without dates, line numbers and wrapping."""
    for message in catalog:
        message.flags.discard("python-format")
    written = BytesIO()
    write_po(written, catalog, width=0, include_lineno=False, sort_by_file=False)
    text = re.sub(DATED, b"", written.getvalue())
    path.write_bytes(text)
