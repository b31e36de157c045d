"""What people keep stays as they left it: erased, written anew, with its reminder, whatever is undone or changed."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.engine import advance
from bot.events import Said, Say
from bot.session import Fact, Kept, Session
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import book, shipped
from tests.checkins.people import Somebody

LIMIT = """
zero:
  say: Where are you?
  ask: text
  next: name
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
    """A keepsake that was written anew keeps its new words when an answer before it is changed, and its day."""
    clock = ToldClock()
    chat = await begin("/keepsakes", clock=clock)
    await taps(chat, "1", "Change it")
    await chat.says("Not a cent.")
    await clock.pass_(86400)
    await change(chat, "Where", "there")
    assert await kept(chat) == ["Not a cent."]
    await chat.taps(RIGHT)
    assert (await chat.says("/keepsakes"))[1] == "limit\n1 · 3 May “Not a cent.”"


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
