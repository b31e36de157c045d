"""What is recognised in a text, by rules that a clinician can read."""

from __future__ import annotations

import io
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.safety import CONCERNS, LEVELS, look

from . import fuzz
from .measure import CONCERNS as LABELS
from .measure import PROBLEMS, ROOT, RULES, Judged, judge

CASES = {language: judge(ROOT / "tests" / "safety" / f"{language}.csv") for language in ("en", "es")}
RECALL = {"crisis_self": 0.90, "abuse": 0.92, "harm_others": 0.90, "other_at_risk": 0.80}
"""What of our own cases, which are harder than most, has to be recognised at least."""


def top(text: str) -> tuple[str, str]:
    """The concern and the level of the gravest sign, or nothing."""
    signs = look(RULES, text).signs
    return (signs[0].concern, signs[0].level) if signs else ("", "")


@pytest.mark.parametrize("language", CASES)
@pytest.mark.parametrize("label", RECALL)
def test_recall_of_our_own_cases(language: str, label: str) -> None:
    """Of what people write in danger, nine in ten texts are recognised, also where it is said by the way."""
    mine = [one for one in CASES[language] if one.label == label]
    assert len(mine) >= 25
    assert sum(bool(one.signs) for one in mine) / len(mine) >= RECALL[label]


@pytest.mark.parametrize("language", CASES)
def test_no_crying_wolf(language: str) -> None:
    """Of texts without danger, half of them hard ones, at most one in fifty stops a talk, and at most one in thirty is
    asked about."""
    none = [one for one in CASES[language] if one.label == "none"]
    assert len(none) >= 400
    assert sum(one.stopped for one in none) / len(none) <= 0.02
    assert sum(one.level == "maybe" for one in none) / len(none) <= 0.03


def test_cases_are_many_and_half_of_them_hard() -> None:
    """There are four hundred cases and more, in two languages, with every label, and each text once."""
    found: list[Judged] = [one for cases in CASES.values() for one in cases]
    assert len(found) >= 400
    assert len({(one.language, one.text.lower()) for one in found}) == len(found)
    assert {one.label for one in found} == {*LABELS, "none"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm going to kill myself tonight", ("suicide", "now")),
        ("just took all my pills", ("suicide", "now")),
        ("I want to die", ("suicide", "clear")),
        ("i wanna d1e", ("suicide", "clear")),
        ("k i l l  m y s e l f", ("suicide", "clear")),
        ("i want to dieeee", ("suicide", "clear")),
        ("sucide is all i think about", ("suicide", "clear")),
        ("kms", ("suicide", "clear")),
        ("everyone would be better off without me", ("suicide", "clear")),
        ("I won't be here tomorrow", ("suicide", "clear")),
        ("I can't go on", ("suicide", "maybe")),
        ("I cut my arms again", ("self_harm", "clear")),
        ("my husband hits me", ("abuse", "clear")),
        ("he is hitting me right now", ("abuse", "now")),
        ("I am going to kill him when he gets home", ("harm_to_others", "now")),
        ("I want to stab her", ("harm_to_others", "clear")),
        ("my friend says she wants to die", ("other_person_at_risk", "clear")),
        ("me quiero morir", ("suicide", "clear")),
        ("quiero suicidarme", ("suicide", "clear")),
        ("voy a matarme esta noche", ("suicide", "now")),
        ("kiero matarme", ("suicide", "clear")),
        ("me corté otra vez los brazos", ("self_harm", "clear")),
        ("mi marido me pega", ("abuse", "clear")),
        ("me está pegando", ("abuse", "now")),
        ("quiero matarlo", ("harm_to_others", "clear")),
        ("mi amiga se quiere morir", ("other_person_at_risk", "clear")),
    ],
)
def test_said(text: str, expected: tuple[str, str]) -> None:
    """Danger is recognised with its concern and its level, through misspellings, tricks of letters and spaces."""
    assert top(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to die, I'm just tired",
        "I never thought about killing myself",
        "I could have died of shame",
        "this job is killing me",
        "dying to know what she said",
        "she is dead to me",
        "have you seen suicide squad",
        "I ran 5 kms today",
        "hit me up later",
        "she stabbed me in the back",
        "he hurt me so much with his lies",
        "he never hit me",
        "my uncle committed suicide when I was ten",
        "my phone died again",
        "I could kill for a coffee",
        "in that film he kills himself",
        "no quiero morirme, solo estoy agotada",
        "me muero de risa",
        "este trabajo me mata",
        "me corté el pelo",
        "nunca me ha pegado",
        "me pegó fuerte la noticia",
        "murió mi abuela en mayo",
        "vi un documental sobre el suicidio",
    ],
)
def test_not_said(text: str) -> None:
    """Denials, sayings, films, and what others did long ago stop nobody."""
    assert top(text) == ("", "")


def test_a_denial_with_a_but_is_asked_about() -> None:
    """Who says that they are not suicidal but sees no point is asked, once and kindly."""
    assert top("I'm not suicidal but what's the point") == ("suicide", "maybe")


def test_long_ago_is_asked_about() -> None:
    """What was long ago lowers what is said outright to a question."""
    assert top("I wanted to kill myself when I was a kid") == ("suicide", "maybe")


def test_the_last_messages_count() -> None:
    """Two hints in different messages, neither of them anything alone, are asked about together."""
    first = look(RULES, "I hate myself")
    assert first.signs == ()
    assert first.hints
    second = look(RULES, "the pills are in the drawer, goodbye", first.hints)
    assert [sign.level for sign in second.signs] == ["maybe"]


def test_every_language_looks_at_every_text() -> None:
    """Whatever language is set, danger is recognised in all of them, also in one text."""
    signs = look(RULES, "he hits me. me quiero morir.").signs
    assert {sign.rule.split(".")[0] for sign in signs} == {"en", "es"}


def test_rules_are_sound() -> None:
    """The shipped rules have no problem, every concern is covered in every language, and no rule has another's name."""
    assert PROBLEMS == []
    assert RULES
    for language in ("en", "es"):
        assert {rule.concern for rule in RULES.rules if rule.language == language} == set(CONCERNS)
    assert len({rule.name for rule in RULES.rules}) == len(RULES.rules)


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    """Any text is looked at, and what is found is a part of it."""
    for sign in look(RULES, text).signs:
        assert sign.level in LEVELS[:3]
        assert sign.span in text


def test_letters_that_are_none() -> None:
    """Letters drawn apart of which nothing is left without their accents break nothing, and hide nothing."""
    assert top("\ufe70 \ufe70 \ufe70 and i want to die") == ("suicide", "clear")


def test_a_hundred_fuzzed_texts() -> None:
    """What the long fuzz makes up breaks nothing either."""
    dice = Random(7)
    seeds = fuzz.texts()
    for _ in range(100):
        text = fuzz.one(dice, seeds)
        assert all(sign.span in text for sign in look(RULES, text).signs)


def test_command_says_which_rule_spoke(capsys: pytest.CaptureFixture[str]) -> None:
    """`safety TEXT` prints level, concern, rule and the words that it found."""
    assert main(["safety", "he knows that I want to die"]) == 0
    assert capsys.readouterr().out.split() == ["clear", "suicide", "en.want_to_die", "want", "to", "die"]
    assert main(["safety", "good morning"]) == 0
    assert capsys.readouterr().out == "nothing\n"


def test_command_reads_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`safety --lines` answers each JSON string of standard input with a JSON list on a line of its own."""
    monkeypatch.setattr("sys.stdin", io.StringIO('"I want to die"\n"good morning"\n"l\\u00ednea\\n"\n'))
    assert main(["safety", "--lines"]) == 0
    first, *rest = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert first == [{"concern": "suicide", "level": "clear", "rule": "en.want_to_die", "span": "want to die"}]
    assert rest == [[], []]


def test_command_says_what_would_fit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a text, or with a line that is no JSON string, the command says what would fit, and repeats nothing."""
    assert main(["safety"]) == 2
    assert "--lines" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("I want to die\n"))
    assert main(["safety", "--lines"]) == 2
    assert "I want to die" not in capsys.readouterr().err


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report has recall and precision with intervals, every miss and every false alarm."""
    from .measure import report

    file = tmp_path / "texts.csv"
    file.write_text(
        "text,label,source,lang\nI want to die,crisis_self,own,en\nbanana,abuse,own,en\nkms,none,idiom,en\n"
    )
    found = "\n".join(report(judge(file)))
    assert "recall crisis_self: 1.000 [0.207, 1.000]  1 of 1" in found
    assert "MISSED abuse own en: banana" in found
    assert "FALSE clear idiom en: kms" in found
