"""How the shipped flows read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import syllapy

from bot.draft import unmarked
from bot.flow import Flow
from bot.templates import variants
from tests.books import shipped

GRADE = 8.0
"""Years of school, over all that a flow says."""
GENDERED = {
    "en": r"\b(he|she|him|her|his|hers|himself|herself|husband|wife|boyfriend|girlfriend)\b",
    "es": r"\b(marido|esposa|esposo|novio|novia|bienvenid[oa]"
    r"|(?:estás|estés|estabas|estar|eres|seas|sientes|sentirte|quedaste|quedarte|quedas) (?:muy |tan |más |menos )?"
    r"(?:\w+[ai]d[oa]|\w+os[oa]|sol[oa]|list[oa]|segur[oa]|tranquil[oa]|enferm[oa]|content[oa]|san[oa])\b(?! de))\b",
}


def said(flow: Flow) -> Iterator[str]:
    """What a flow says in its own words: without quotes, examples, labels and what people wrote."""
    for step in flow.steps.values():
        for wording in (wording for bubble in step.says for wording in bubble.wordings):
            for text in variants(wording):
                yield re.sub("“[^”]*”", " ", unmarked(text))


def grade(text: str) -> float:
    """Years of school that a text asks for (Flesch and Kincaid 1975)."""
    words, sentences = re.findall(r"[A-Za-z']+", text), len(re.findall(r"[.?!:]+", text)) or 1
    syllables = sum(syllapy.count(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("name", shipped().flows)
def test_reading_grade(name: str) -> None:
    """A flow reads at grade 8 or lower."""
    text = " ".join(part if part[-1:] in ".?!" else f"{part}." for part in said(shipped().flows[name]) if part.strip())
    assert grade(text) <= GRADE


@pytest.mark.parametrize(("language", "name"), [(one, name) for one in shipped().languages for name in shipped().flows])
def test_nobodys_gender_is_guessed(language: str, name: str) -> None:
    """No sentence guesses anybody's gender."""
    for text in said(shipped().speaking(language).flows[name]):
        assert not re.findall(GENDERED[language], text, re.IGNORECASE), text
