"""What people gather: keepsakes, a journal, the way so far; all of it theirs to read, change, take along and erase."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.book import Book
from bot.checks.words import COMMANDS
from bot.ports import Commit
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import ROOT, book, shipped

LIMIT = """
name:
  say: What is your limit?
  ask: text
  keep: limit
  next: how
how:
  say: How sure are you?
  ask: {scale: 0-10}
  measure: before
  next: secret
secret:
  say: Are you afraid?
  ask: yesno
  store: never
  next: {yes: told, no: told}
told:
  say: "You said {{ secret }}, and {{ name|quote }}."
  end: true
"""
FIRST, SECOND = "I will not lend money.", "I go home at ten."


def knowing(flows: Book, **facts: str) -> Book:
    """A book of one language that knows these facts of the bot."""
    return replace(flows, facts={**flows.facts, **facts}, languages={})


async def begin(*said: str, clock: ToldClock | None = None) -> Chat:
    """A chat in which these things were said."""
    chat = await Chat.begin(book(limit=LIMIT), MemoryStore(), clock)
    for text in said:
        await chat.says(text)
    return chat


async def two() -> Chat:
    """Somebody who kept two limits, a day apart."""
    clock = ToldClock()
    chat = await begin("/start limit", FIRST, "3", "yes", clock=clock)
    await clock.pass_(86400)
    for text in ("/start limit", SECOND, "8", "no"):
        await chat.says(text)
    return chat


async def test_keepsakes_are_listed_and_read() -> None:
    """/keepsakes lists what was kept with its practice and day, the newest first, and shows each in full."""
    chat = await two()
    said = await chat.says("/keepsakes")
    assert said[1] == f"limit\n1 · 4 May “{SECOND}”\n2 · 3 May “{FIRST}”"
    assert (await chat.taps("2"))[0] == f"limit\n3 May\n\n{FIRST}"


async def test_a_keepsake_is_changed() -> None:
    """A keepsake can be written anew, and is given back in its new words from then on."""
    chat = await two()
    await chat.says("/keepsakes")
    await chat.taps("1")
    await chat.taps("Change it")
    said = await chat.says("I go home at nine.")
    assert said[-1] == "limit\n4 May\n\nI go home at nine."
    assert [keep.text for keep in await chat.store.keepsakes("1")] == [FIRST, "I go home at nine."]
    assert SECOND not in str((await chat.store.load("1", "")).session)


async def test_a_keepsake_is_erased() -> None:
    """A keepsake can be erased, after one more question; what was kept before it is the newest again."""
    chat = await two()
    await chat.says("/keepsakes")
    await chat.taps("1")
    await chat.taps("Erase it")
    assert (await chat.taps("Erase it"))[0] == "It is erased."
    session = (await chat.store.load("1", "")).session
    assert session
    assert session.kept["limit"].text == FIRST
    assert SECOND not in str(session)


async def test_a_keepsake_of_a_practice_that_is_not_finished() -> None:
    """What was kept in a practice that was left in the middle can be erased too, and going on there does not bring it
    back."""
    chat = await begin("/start limit", FIRST, "/keepsakes")
    await chat.taps("1")
    await chat.taps("Erase it")
    await chat.taps("Erase it")
    assert (await chat.says("/keepsakes"))[0].startswith("Nothing is kept here yet.")


async def test_many_keepsakes() -> None:
    """Six are listed at once, and the others are one tap away."""
    chat = await begin()
    for number in range(8):
        for text in ("/start limit", f"Limit {number}", "3", "yes"):
            await chat.says(text)
        assert isinstance(chat.clock, ToldClock)
        await chat.clock.pass_(60)
    await chat.says("/keepsakes")
    assert chat.buttons == ["1", "2", "3", "4", "5", "6", "More", "Menu"]
    await chat.taps("More")
    assert chat.buttons == ["7", "8", "Previous", "Menu"]
    assert "Limit 0" in (await chat.taps("8"))[0]


async def test_the_journal() -> None:
    """/journal has a page for each time a practice was taken, with the questions as they were asked and the answers."""
    chat = await two()
    said = await chat.says("/journal")
    assert said[1] == "1 · 4 May limit\n2 · 3 May limit"
    page = (await chat.taps("2"))[0]
    assert page == f"limit\n3 May\n\nWhat is your limit?\n{FIRST}\n\nHow sure are you?\n3"
    await chat.taps("Erase it")
    await chat.taps("Erase it")
    assert len(await chat.store.notes("1")) == 2


async def test_what_is_never_stored() -> None:
    """An answer that is never to be stored leads on and is given back in its talk; after it, it is nowhere."""
    chat = await begin("/start limit", FIRST, "3")
    assert (await chat.says("yes"))[0] == f"You said Yes, and “{FIRST}”."
    store = chat.store
    assert [note.step for note in await store.notes("1")] == ["limit.name", "limit.how"]
    session = (await store.load("1", "")).session
    assert session
    assert session.talk is None
    assert "secret" not in str(session)


async def test_the_question_of_the_journal() -> None:
    """The journal shows the question that was answered, whatever else was asked about the answer."""
    flows = book(
        a="a:\n  say: Who?\n  ask: {choose: {partner: My partner, parent: My parent}}\n  next: b\n"
        "b:\n  say: And what?\n  ask: {text: {examples: [A lie]}}\n  next: end"
    )
    chat = await Chat.begin(flows, MemoryStore())
    for text in ("/start a", "my par", "My parent", "[Show examples]", "A debt", "/journal", "1"):
        await (chat.taps(text.strip("[]")) if text.startswith("[") else chat.says(text))
    assert "\n\nWho?\nMy parent\n\nAnd what?\nA debt" in chat.bubbles[-1]


async def test_undone_is_not_in_the_journal() -> None:
    """An answer that was taken back is not in the journal."""
    chat = await begin("/start limit", FIRST, "3")
    await chat.taps("Back")
    notes = await chat.store.notes("1")
    assert [note.answer for note in notes] == [FIRST]


async def test_danger_is_not_in_the_journal() -> None:
    """What is said in danger is in no journal."""
    chat = await Chat.begin(shipped(), MemoryStore())
    for text in ("/start today", "2", "I want to die", "yes", "it is all too much"):
        await chat.says(text)
    assert [note.answer for note in await chat.store.notes("1")] == ["2"]


async def moody(days: int, language: str = "en") -> Chat:
    """Somebody who told how it was on so many days, and finished a practice."""
    clock = ToldClock()
    chat = await Chat.begin(shipped(), MemoryStore(), clock)
    await chat.says("/start")
    await chat.says(f"/language {language}")
    for day in range(days):
        await chat.says("/start today")
        await chat.says(str(2 + day * 6 // max(days, 1)))
        await chat.says("/menu")
        await clock.pass_(86400)
        await chat.says("/restart today")
        await chat.says("/menu")
    return chat


async def test_progress_with_nothing() -> None:
    """With nothing to look at, /progress says so, and draws nothing."""
    chat = await Chat.begin(shipped(), MemoryStore())
    assert (await chat.says("/progress"))[-1].startswith("There is nothing to look at yet.")


@pytest.mark.parametrize(
    ("days", "language", "words"),
    [
        (9, "en", "There isn't enough here yet"),
        (40, "en", "lighter than the weeks before"),
        (40, "es", "más llevaderas que las anteriores"),
    ],
)
async def test_progress(days: int, language: str, words: str) -> None:
    """/progress shows a picture, says in words what it shows, and one sentence that is true."""
    chat = await moody(days, language)
    picture, sentence, *rest = await chat.says("/progress")
    assert picture.startswith("(picture)")
    assert words in sentence
    assert rest


async def numbers(*told: str, language: str = "en", a_day: int = 1) -> list[str]:
    """What /progress says after these numbers, so many of them a day."""
    clock = ToldClock()
    chat = await Chat.begin(shipped(), MemoryStore(), clock)
    await chat.says("/start")
    await chat.says(f"/language {language}")
    for at, number in enumerate(told, 1):
        for text in ("/restart today", number, "/menu"):
            await chat.says(text)
        await clock.pass_(60 if at % a_day else 86400)
    return await chat.says("/progress")


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("between 0 and 10", "average")), ("es", ("entre 0 y 10", "media"))]
)
async def test_several_numbers_a_day(language: str, words: tuple[str, str]) -> None:
    """Where a day has several numbers, /progress names the lowest and the highest of them, and says that the day is
    shown at their average, not as it was told."""
    picture, sentence, *_ = await numbers("0", "10", "0", "10", language=language, a_day=2)
    assert words[0] in picture
    assert words[1] in picture
    assert words[1] in sentence
    assert "told them" not in sentence
    assert "tal como" not in sentence


async def test_nothing_lies_between_five_and_five() -> None:
    """Where all days are alike, one number is said once."""
    picture, _, words, *_ = await numbers(*["5"] * 15)
    assert picture == "(picture) A picture of 15 days, all at 5. The line through them begins and ends near 5."
    assert words == "Most of the days you told me about were around 5."
    words = (await numbers(*["1"] * 19, "9", language="es"))[2]
    assert words == "La mayoría de los días que me has contado están alrededor de 1."


async def test_export_holds_everything() -> None:
    """/export sends a page and JSON that hold every word of theirs, but what was never to be stored."""
    chat = await two()
    await chat.says("/checkin every day at 20:00")
    await chat.says("Madrid")
    await chat.says("/export")
    files = chat.channel.files["1"]
    assert set(files) == {"my-data.html", "my-data.json"}
    for words in (FIRST, SECOND, "How sure are you?", "What is your limit?", "Europe/Madrid"):
        assert words in files["my-data.json"], words
    for words in (FIRST, SECOND, "How sure are you?", "Every day, 20:00", "Madrid"):
        assert words in files["my-data.html"], words
    data = json.loads(files["my-data.json"])
    assert [keep["text"] for keep in data["keepsakes"]] == [FIRST, SECOND]
    assert len(data["answers"]) == 4
    assert data["checkins"][0]["rule"]["at"] == "20:00"


async def test_privacy_says_who_to_ask() -> None:
    """/privacy says what is stored and for how long, and how to reach those who run the bot."""
    chat = await begin("/start limit")
    chat.service.book = knowing(chat.service.book, contact="help@example.org", retention="90")
    said = " ".join(await chat.says("/privacy"))
    assert "help@example.org" in said
    assert "After 90 days" in said
    assert chat.buttons == ["Send me all of it", "Be discreet", "Erase everything", "Menu"]
    await chat.taps("Erase everything")
    assert chat.buttons == ["Yes, erase everything", "No, keep it"]


async def test_clear() -> None:
    """/clear takes away what the bot sent, and nothing that was kept."""
    chat = await begin("/start limit", FIRST)
    assert FIRST in (await chat.store.keepsakes("1"))[0].text
    said = await chat.says("/clear")
    assert said[-1].startswith("Done.")
    assert [bubble for bubble in chat.bubbles if bubble] == [said[-1]]
    assert len(await chat.store.keepsakes("1")) == 1
    assert (await chat.says("/start limit"))[-1].startswith("How sure are you?")


async def silent(days: float) -> tuple[Chat, ToldClock]:
    """Somebody who was silent for so many days, at a bot that erases after ninety."""
    clock = ToldClock()
    chat = await begin("/start limit", FIRST, clock=clock)
    chat.service.book = knowing(chat.service.book, retention="90")
    await clock.pass_(days * 86400)
    await chat.service.forget()
    await chat.delivery.idle()
    return chat, clock


async def test_silence_is_noticed_before_it_is_erased() -> None:
    """Where words are kept for ninety days, a silent person is told seven days before, and then all of it is gone."""
    chat, clock = await silent(82.9)
    assert not chat.bubbles[-1].startswith("This chat has been quiet")
    await clock.pass_(86400)
    await chat.service.forget()
    await chat.delivery.idle()
    assert chat.bubbles[-1].startswith("This chat has been quiet for a long time")
    count = len(chat.bubbles)
    await clock.pass_(6.5 * 86400)
    await chat.service.forget()
    await chat.delivery.idle()
    assert len(chat.bubbles) == count
    assert (await chat.store.load("1", "")).session
    await clock.pass_(86400)
    await chat.service.forget()
    assert (await chat.store.load("1", "")).session is None
    assert await chat.store.keepsakes("1") == []


async def test_a_word_keeps_it() -> None:
    """Whoever answers the notice keeps everything for as long again."""
    chat, clock = await silent(84)
    await chat.taps("Keep everything")
    await clock.pass_(80 * 86400)
    await chat.service.forget()
    assert (await chat.store.load("1", "")).session


async def test_a_full_journal() -> None:
    """A journal that is full is said to be so once; the talk goes on, and erasing a page makes room."""
    chat = await begin("/start limit", FIRST, "3", "yes")
    store = chat.store
    session = (await store.load("1", "")).session
    assert session
    full = replace(session, revision=session.revision + 1, noted=1_999_990)
    await store.commit(Commit("1", "full", chat.clock.now(), session.revision, full))
    await chat.says("/start limit")
    assert (await chat.says(SECOND))[0].startswith("There is no room for more pages")
    assert not any("no room" in bubble for bubble in await chat.says("8"))
    await chat.says("no")
    assert [keep.text for keep in await store.keepsakes("1")] == [FIRST, SECOND]
    await chat.says("/journal")
    for label in ("1", "Erase it", "Erase it"):
        await chat.taps(label)
    await chat.says("/start limit")
    assert not any("no room" in bubble for bubble in await chat.says("Once more."))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_command_is_told(language: str) -> None:
    """Every command that is listed is in /help and in the README, and has a description, in every language."""
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = shipped().languages[language].house.commands
    said = " ".join(one.text for one in shipped().languages[language].house.words["help"])
    assert set(commands) == set(COMMANDS)
    for name, command in commands.items():
        if command.listed:
            assert f"/{name}" in said, name
            assert f"`/{name}`" in readme or f"`/{name} " in readme, name
            assert 3 <= len(command.about.text) <= 256
