"""What is not to stay: `store: never`, what is answered in danger, and the words that were read as danger."""

from __future__ import annotations

import json

import pytest

from bot.checker import check
from bot.events import Thing
from bot.fleeting import DAY
from bot.reader import Reading, read_flow
from bot.session import Session
from bot.store import MemoryStore
from bot.store.codec import session_text
from bot.testing import Chat, ToldClock
from tests.books import book, shipped

SECRET, DANGER = "the blue house", "I want to kill myself in the blue house"
TELL = """
tell:
  say: Tell me.
  ask: text
  store: never
  next: again
again:
  say: "You said {{ tell }}. And now?"
  ask: text
  next: last
last:
  say: Is there more?
  ask: text
  next: {WAY}
more: {say: So it was., end: true}
other: {say: It was not., end: true}
"""
WAYS = {
    "by its words": "[{when: \"tell == 'the blue house'\", go: more}, {go: other}]",
    "by its size": "[{when: tell >= 'a', go: more}, {go: other}]",
    "without it": "[{when: again == 'other', go: other}, {go: more}]",
}


async def telling(way: str = "without it") -> tuple[Chat, ToldClock]:
    """Somebody who told what is never to be stored, and answered one question more."""
    clock = ToldClock()
    chat = await Chat.begin(book(one=TELL.replace("{WAY}", WAYS[way])), MemoryStore(), clock)
    for text in ("/start one", SECRET, "later"):
        await chat.says(text)
    return chat, clock


async def screened(clock: ToldClock) -> Chat:
    """Somebody who said to the screening that they are afraid, and stands behind it."""
    chat = await Chat.begin(shipped(), MemoryStore(), clock)
    await chat.says("/start set_boundaries")
    for label in ("My partner", "Another relationship", "We live together", "Weeks or months", "I'm alone with this"):
        await chat.taps(label)
    assert chat.bubbles[-1].startswith("In the last year")
    await chat.taps("Yes")
    return chat


async def session_of(chat: Chat) -> Session:
    """What is held of them now."""
    session = (await chat.store.load(chat.name, "")).session
    assert session
    return session


async def exported(chat: Chat) -> dict[str, object]:
    """What /export hands out, as data."""
    await chat.says("/export")
    data: dict[str, object] = json.loads(chat.channel.files[chat.name]["my-data.json"])
    return data


@pytest.mark.parametrize("taps", [(), ("Go on",), ("Go on", "3")])
async def test_the_screening_is_in_no_export(taps: tuple[str, ...]) -> None:
    """What was said to the questions about safety is in no export, in the middle of a practice either: no answer, not
    that there was one, and not what came of it."""
    chat = await screened(ToldClock())
    for label in taps:
        await chat.taps(label)
    before = json.dumps((await exported(chat))["unfinished"])
    await chat.says("/pause")
    for written in (before, json.dumps((await exported(chat))["unfinished"])):
        assert "set_boundaries" in written
        assert "My partner" in written
        assert "fear" not in written
        assert "careful" not in written


async def test_the_screening_is_held_for_a_day() -> None:
    """A practice that is left holds what was said to the screening for a day, and goes on behind it on the same way."""
    clock = ToldClock()
    chat = await screened(clock)
    await chat.taps("Go on")
    await chat.says("/pause")
    await clock.pass_(DAY.total_seconds() - 1)
    await chat.says("/menu")
    assert '.fear":"yes"' in session_text(await session_of(chat))
    await clock.pass_(1)
    await chat.says("/menu")
    assert '.fear":' not in session_text(await session_of(chat))
    await chat.says("/start set_boundaries")
    assert chat.bubbles[-1].startswith("How heavy is it for you today?")
    await chat.says("3")
    assert "a little more yours" in chat.bubbles[-1]


@pytest.mark.parametrize("leaves", ["/menu", "/pause", "/keepsakes", "nothing"])
async def test_never_stored_is_held_for_a_day(leaves: str) -> None:
    """Wherever somebody left a talk, an answer that is never to be stored is gone with their first message a day later,
    also out of the question that gave it back; the talk goes on where it was."""
    clock = ToldClock()
    chat = await Chat.begin(book(one=TELL.replace("{WAY}", WAYS["without it"])), MemoryStore(), clock)
    for text in ("/start one", SECRET):
        await chat.says(text)
    if leaves != "nothing":
        await chat.says(leaves)
    await clock.pass_(86400)
    await chat.brings("photo")
    assert SECRET not in session_text(await session_of(chat))
    await chat.says("/start one")
    assert "You said . And now?" in chat.bubbles[-1]
    await chat.says("later")
    await chat.says("more")
    assert "So it was." in chat.bubbles


@pytest.mark.parametrize("way", ["by its words", "by its size"])
async def test_what_is_gone_and_needed_is_asked_again(way: str) -> None:
    """Where the way on depends on an answer that is gone, its question is asked again, no way is taken without it, and
    what was answered since is kept."""
    chat, clock = await telling(way)
    await clock.pass_(86400)
    assert (await chat.says("no"))[-1] == "Tell me."
    await chat.taps("Back")
    assert (await chat.says("no"))[-1] == "Tell me."
    await chat.says("/menu")
    await chat.says("/start one")
    assert chat.bubbles[-1] == "Tell me."
    assert "So it was." in await chat.says(SECRET)
    assert [note.answer for note in await chat.store.notes("1")] == ["later", "no"]


async def test_a_question_does_not_tell_on_it() -> None:
    """A question that gives back what is never to be stored stands in the journal and in the export without it."""
    chat, _ = await telling()
    await chat.says("no")
    assert [note.question for note in await chat.store.notes("1")] == ["You said . And now?", "Is there more?"]
    await chat.says("/export")
    assert not any(SECRET in text for text in chat.channel.files["1"].values())


async def test_ticks_are_not_stored() -> None:
    """What was ticked at a question that is never to be stored goes when the talk is left."""
    steps = "a:\n  say: Which?\n  ask: {several: {red: Red, blue: Blue, white: White}}\n  store: never\n  next: end"
    chat = await Chat.begin(book(one=steps), MemoryStore())
    await chat.says("/start one")
    await chat.taps("Blue")
    await chat.says("/menu")
    assert "blue" not in session_text(await session_of(chat))


@pytest.mark.parametrize("words", ["{{ a }}", "{{ every.a|join }}", "{% if a %}so{% endif %}"])
def test_no_keepsake_of_it(words: str) -> None:
    """`check` refuses a keepsake that is made of what is never to be stored."""
    steps = f"a: {{say: A, ask: text, store: never, next: b}}\n  b: {{keep: {{as: x, text: '{words}!'}}, end: true}}"
    flow, problems = read_flow("one.yaml", f"flow: one\ntitle: one\nabout: A test.\nsteps:\n  {steps}\n")
    assert flow
    assert not problems
    found = [problem.message for problem in check(Reading({"one": flow}, shipped().house)) if problem.code == "F008"]
    assert found == ["the step 'b' keeps 'a', which is never to be stored"]


@pytest.mark.parametrize("leaves", ["/menu", "/pause", "/sos", "/start today"])
async def test_words_of_danger_go_with_the_talk(leaves: str) -> None:
    """The words that were read as danger are gone when the talk about it is left, and they are in no export before."""
    chat = await Chat.begin(shipped(), MemoryStore())
    for text in ("/start today", DANGER):
        await chat.says(text)
    await chat.says("/export")
    assert "blue house" not in chat.channel.files["1"]["my-data.json"]
    await chat.says(leaves)
    assert "blue house" not in session_text(await session_of(chat))


async def test_words_of_danger_are_held_for_a_day() -> None:
    """Back at the question that was interrupted, the words can be taken as its answer; answered with others, or a day
    later, or when that question is left, they are gone."""
    for last in ("an answer", "/menu", ""):
        clock = ToldClock()
        chat = await Chat.begin(shipped(), MemoryStore(), clock)
        for text in ("/start acknowledge_feelings", DANGER):
            await chat.says(text)
        await chat.taps("No, but I am low")
        await chat.taps("I'm safe for now, go on")
        assert (await session_of(chat)).held == DANGER
        words = chat.buttons[0] if last == "an answer" else last
        await (chat.says(words) if last else clock.pass_(86400))
        await chat.brings("photo")
        assert (await session_of(chat)).held == ""


async def test_answers_in_danger_are_not_stored() -> None:
    """What is answered in a flow about danger is in no export, and a day later it is gone from a talk that was left."""
    clock = ToldClock()
    chat = await Chat.begin(shipped(), MemoryStore(), clock)
    await chat.says("I want to die")
    await chat.taps("Yes")
    await chat.says("/menu")
    assert '"step": "clear"' not in json.dumps((await exported(chat))["unfinished"])
    await clock.pass_(86400)
    await chat.says("/menu")
    (crisis,) = (talk for talk in (await session_of(chat)).shelf if talk.flow == "crisis")
    assert not any(entry.answers or entry.shown for entry in crisis.log)
    await chat.says("/start crisis")
    assert chat.bubbles[-1].startswith("Thank you for being so open.")


@pytest.mark.parametrize("thing", ["photo", "edit", "file", "long"])
async def test_danger_beside_what_is_no_answer(thing: Thing, caplog: pytest.LogCaptureFixture) -> None:
    """Danger under a picture, in a changed or in a long message is answered, held nowhere, and never taken for an
    answer; "I meant something else" asks the question of before again. Other words there change nothing."""
    caplog.set_level("DEBUG")
    chat = await Chat.begin(shipped(), MemoryStore())
    await chat.says("/start today")
    question = chat.bubbles[-1]
    assert len(await chat.brings(thing, SECRET)) == 1
    assert any("findahelpline.com" in text for text in await chat.brings(thing, DANGER))
    session = await session_of(chat)
    assert session.talk
    assert session.talk.flow == "crisis"
    assert "blue house" not in session_text(session) + caplog.text
    await chat.taps("I meant something else")
    assert chat.bubbles[-1] == question
