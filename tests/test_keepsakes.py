"""What people keep stays as they left it: erased, written anew, with its reminder, whatever is undone or changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.engine import advance
from bot.events import Said, Say
from bot.session import Fact, Kept, Session
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import book, shipped
from tests.checkins.people import Somebody

NAMED = """
name:
  say: What is your limit?
  ask: text
  keep: limit
  next: sum
sum:
  say: This is it.
  ask: {summary: {zero: Where, name: Limit}}
  next: end
"""
LIMIT = """
zero:
  say: Where are you?
  ask: text
  next: name
"""
LIMIT += NAMED
RIGHT, WORDS = "It is right like this", "I will not lend money."


async def begin(*said: str, clock: ToldClock | None = None) -> Chat:
    """Somebody at the summary of a practice in which they kept a limit, who then said these things."""
    chat = await Chat.begin(book(limit=LIMIT), MemoryStore(), clock)
    for text in ("/start limit", "here", WORDS, *said):
        await chat.says(text)
    return chat


async def taps(chat: Chat, *labels: str) -> list[str]:
    """Press these buttons, one after the other; what came back last."""
    said: list[str] = []
    for label in labels:
        said = await chat.taps(label)
    return said


async def kept(chat: Chat) -> list[str]:
    """The words that are kept."""
    return [keep.text for keep in await chat.store.keepsakes("1")]


async def change(chat: Chat, what: str, words: str) -> None:
    """Go back to the summary and change an answer there."""
    await chat.says("/start limit")
    await chat.taps(f"Change: {what}")
    await chat.says(words)


async def test_erased_stays_erased() -> None:
    """A keepsake that was erased does not come back when an answer before it is changed, however often."""
    chat = await begin("/keepsakes")
    await taps(chat, "1", "Erase it", "Erase it")
    for words in ("there", "nowhere"):
        await change(chat, "Where", words)
        assert await kept(chat) == []
    await chat.taps(RIGHT)
    session = (await chat.store.load("1", "")).session
    assert session
    assert session.kept == {}


async def test_changed_stays_changed() -> None:
    """A keepsake that was written anew keeps its new words and its day when an answer before it is changed; once it is
    erased, its words are nowhere."""
    clock = ToldClock()
    chat = await begin("/keepsakes", clock=clock)
    await taps(chat, "1", "Change it")
    await chat.says("Not a cent.")
    await clock.pass_(86400)
    await change(chat, "Where", "there")
    assert await kept(chat) == ["Not a cent."]
    assert (await chat.says("/keepsakes"))[1] == "limit\n1 · 3 May “Not a cent.”"
    await taps(chat, "1", "Erase it", "Erase it")
    assert "Not a cent." not in str((await chat.store.load("1", "")).session)


async def test_a_new_answer_is_kept() -> None:
    """An answer that is given anew is kept in its new words, even where the ones before were written anew or erased."""
    chat = await begin("/keepsakes")
    await taps(chat, "1", "Change it")
    await chat.says("Not a cent.")
    await change(chat, "Limit", "Not one euro.")
    assert await kept(chat) == ["Not one euro."]
    await chat.says("/keepsakes")
    await taps(chat, "1", "Erase it", "Erase it")
    await change(chat, "Limit", "Nothing at all.")
    assert await kept(chat) == ["Nothing at all."]


async def test_an_erased_page_stays_erased() -> None:
    """Answers whose page was erased do not come back into the journal when an answer before them is changed."""
    chat = await begin("/journal")
    await taps(chat, "1", "Erase it", "Erase it")
    await change(chat, "Where", "there")
    assert [note.answer for note in await chat.store.notes("1")] == ["there"]


async def test_equal_words_are_two_keepsakes() -> None:
    """Where the same words were kept twice, changing the older leaves the newer as the newest."""
    clock = ToldClock()
    chat = await begin(clock=clock)
    await chat.taps(RIGHT)
    await clock.pass_(400 * 86400)
    for text in ("/start limit", "here", WORDS):
        await chat.says(text)
    await chat.taps(RIGHT)
    await chat.says("/keepsakes")
    await taps(chat, "2", "Change it")
    await chat.says("Not a cent.")
    session = (await chat.store.load("1", "")).session
    assert session
    assert (session.kept["limit"].text, session.kept["limit"].at) == (WORDS, clock.now())


async def reminded(flow: str = LIMIT) -> Somebody:
    """Somebody at a summary who will be reminded at 20:30 of what they kept."""
    who = await Somebody.begin("/start limit", "here", WORDS, "/keepsakes", book=book(limit=flow))
    await taps(who.chat, "1", "Remind me of it")
    for text in ("Madrid", "every day at 20:30"):
        await who.chat.says(text)
    return who


async def test_a_reminder_goes_with_its_keepsake() -> None:
    """Going back behind a keepsake takes its reminder along: nothing rings, and /checkin has nothing."""
    who = await reminded()
    await who.chat.says("/start limit")
    await who.chat.taps("Back")
    assert await kept(who.chat) == []
    await who.chat.says("/menu")
    assert await who.until(hours=26) == []
    assert not any("kept" in label for label in (await who.chat.says("/checkin")) + who.chat.buttons)


async def test_a_reminder_stays_with_its_keepsake() -> None:
    """A reminder gives back what was kept in its words of now, when answers of its practice were changed."""
    for what, words, now in (("Where", "there", WORDS), ("Limit", "Not a cent.", "Not a cent.")):
        who = await reminded()
        await change(who.chat, what, words)
        await who.chat.taps(RIGHT)
        await who.until(hours=2)
        assert now in " ".join(await who.chat.taps("Yes, now")), what


BRANCH = """
zero:
  say: Where are you?
  ask: {choose: {here: Here, there: There}}
  next: {here: name, there: how}
how:
  say: How is it?
  ask: {choose: {good: Good, bad: Bad}}
  next: {good: sum, bad: name}
"""
BRANCH += NAMED


async def test_a_reminder_waits_for_its_keepsake() -> None:
    """A changed answer may lead by another question: a reminder stays where that leads to its keepsake again, and goes
    where it does not."""
    for how, there in (("Bad", True), ("Good", False)):
        who = await reminded(BRANCH)
        await change(who.chat, "Where", "There")
        await taps(who.chat, how, RIGHT)
        assert bool(await kept(who.chat)) is there
        assert bool(await who.until(hours=2)) is there
        if there:
            assert WORDS in " ".join(await who.chat.taps("Yes, now"))


def test_one_day_everywhere() -> None:
    """What was kept after midnight where the person is was kept on that day, under /path as under /keepsakes."""
    now = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)
    facts, words = {"zone": Fact("Europe/Madrid", now)}, {"boundary": Kept(WORDS, now)}
    turn = advance(shipped(), Session(person=facts, kept=words), Said("1", "1", "/path", now), now)
    assert any(f"4 May: “{WORDS}”" in one.text for one in turn.effects if isinstance(one, Say))


TODAY = "Two minutes for today"
ALARM = "Last year I wanted to kill myself, and now I do not."


async def editing(*said: str) -> Chat:
    """Somebody who kept their line of the day, and was asked how it shall read."""
    chat = await Chat.begin(shipped(), MemoryStore())
    for text in ("/start", "/start today", "5", "tired", "Something else", "My line.", "/keepsakes"):
        await chat.says(text)
    await taps(chat, "1", "Change it")
    for text in said:
        await chat.says(text)
    return chat


async def test_a_false_alarm_while_writing() -> None:
    """New words of a keepsake that were taken for danger are kept when they meant something else."""
    chat = await editing(ALARM)
    assert await kept(chat) == ["5/10 · tired · My line."]
    said = await chat.taps("I meant something else")
    assert said[-2:] == ["This is how it reads now.", f"{TODAY}\n3 May\n\n{ALARM}"]
    assert await kept(chat) == [ALARM]
    session = (await chat.store.load("1", "")).session
    assert session
    assert (session.held, session.back, session.expects) == ("", (), "")


async def test_help_while_writing() -> None:
    """Who asks for help while writing a keepsake anew is asked for the words again after it."""
    chat = await editing("/sos", "skip")
    assert (await chat.taps("Go on"))[-1].startswith("How shall it read?")
    await chat.says("New words.")
    assert await kept(chat) == ["New words."]


@pytest.mark.parametrize("words", ["----", "one\n---\ntwo", "---\none\n---", "{{ 7 * 7 }}"])
async def test_words_stay_as_they_are(words: str) -> None:
    """Words with lines of dashes are kept and shown as they were written, in one bubble."""
    chat = await begin("/keepsakes")
    await taps(chat, "1", "Change it")
    assert (await chat.says(words))[-1] == f"limit\n3 May\n\n{words}"
    assert await kept(chat) == [words]
    chat = await Chat.begin(book(limit=LIMIT), MemoryStore())
    for text in ("/start limit", words):
        await chat.says(text)
    await chat.says("/journal")
    assert (await chat.taps("1"))[0] == f"limit\n3 May\n\nWhere are you?\n{words}"


@pytest.mark.parametrize("words", ["\u200b", "\u2800\u00a0", "\u200d\ufe0f", "\u3164", "\u202e"])
async def test_nothing_to_see_is_no_words(words: str) -> None:
    """What has nothing to see in it is taken neither for new words of a keepsake nor for an answer."""
    chat = await begin("/keepsakes")
    await taps(chat, "1", "Change it")
    assert (await chat.says(words))[0].startswith("I couldn't find any words in that.")
    await chat.says("Not a cent.")
    assert await kept(chat) == ["Not a cent."]
    await chat.says("/restart limit")
    assert (await chat.says(words))[0].startswith("I couldn't find any words in that.")


async def test_the_year_is_shown() -> None:
    """Lists and pages name the year of a day of another year, and no other."""
    clock = ToldClock()
    chat = await begin(clock=clock)
    await chat.taps(RIGHT)
    await clock.pass_(400 * 86400)
    for text in ("/start limit", "here", WORDS):
        await chat.says(text)
    assert (await chat.says("/keepsakes"))[1] == f"limit\n1 · 7 June “{WORDS}”\n2 · 3 May 2026 “{WORDS}”"
    assert (await chat.taps("2"))[0] == f"limit\n3 May 2026\n\n{WORDS}"
    assert (await chat.says("/journal"))[1] == "1 · 7 June limit\n2 · 3 May 2026 limit"
    assert (await chat.taps("2"))[0].startswith("limit\n3 May 2026\n")


@pytest.mark.parametrize(("screen", "left"), [("/keepsakes", 0), ("/journal", 1)])
async def test_a_typed_yes_or_no(screen: str, left: int) -> None:
    """Whether something shall be erased can be answered in words; what is neither yes nor no is asked again."""
    chat = await begin(screen)
    await taps(chat, "1", "Erase it")
    assert (await chat.says("no thanks"))[0].startswith("limit\n3 May")
    await chat.taps("Erase it")
    said = await chat.says("hmm")
    assert said[0] == "Is that a yes or a no?"
    assert said[1].startswith("Shall I erase this")
    assert (await chat.says("Yes please"))[0] == "It is erased."
    assert len(await kept(chat)) == left


async def many() -> Chat:
    """Somebody who kept nine limits, a minute apart."""
    clock = ToldClock()
    chat = await begin(clock=clock)
    for number in range(1, 9):
        await chat.taps(RIGHT)
        await clock.pass_(60)
        for text in ("/start limit", "here", f"Limit {number}"):
            await chat.says(text)
    return chat


@pytest.mark.parametrize("screen", ["/keepsakes", "/journal"])
async def test_numbers_and_pages(screen: str) -> None:
    """Any number of a list can be typed; a list that is shorter than asked for shows its end; pages go both ways, and
    what is erased or left leads back to its page."""
    chat = await many()
    await chat.says(screen)
    assert "Limit 1" in (await chat.says("8"))[0]
    assert chat.buttons[-1] == "Menu"
    await chat.says(screen)
    assert (await chat.says("10"))[0] != ""
    assert chat.buttons == ["1", "2", "3", "4", "5", "6", "More", "Menu"]
    await chat.says(f"{screen} 9999")
    assert chat.buttons == ["7", "8", "9", "Previous", "Menu"]
    await taps(chat, "8", "Erase it", "Erase it")
    assert chat.buttons == ["7", "8", "Previous", "Menu"]
    await taps(chat, "8", "All I kept" if screen == "/keepsakes" else "All my answers")
    assert chat.buttons == ["7", "8", "Previous", "Menu"]
    await chat.taps("Previous")
    assert chat.buttons == ["1", "2", "3", "4", "5", "6", "More", "Menu"]
    await chat.says(f"{screen} 9999")
    for _ in range(2):
        await taps(chat, "7", "Erase it", "Erase it")
    assert chat.buttons == ["1", "2", "3", "4", "5", "6", "Menu"]


@pytest.mark.parametrize("word", ["/back", "/skip", "/restart", "/help", "/pause"])
async def test_there_is_a_way_on(word: str) -> None:
    """Whatever command is given while a keepsake is read, written anew or erased, there is a way on."""
    for labels in (("1",), ("1", "Change it"), ("1", "Erase it")):
        chat = await begin("/keepsakes")
        await taps(chat, *labels)
        assert await chat.says(word)
        assert chat.buttons
        assert await chat.taps(chat.buttons[-1])
        assert await kept(chat) == [WORDS]
