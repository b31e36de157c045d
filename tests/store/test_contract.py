"""One contract, kept by every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import Conflict
from bot.events import (
    Ask,
    Brought,
    Button,
    Clear,
    Edit,
    Event,
    File,
    Keep,
    Message,
    Note,
    Picture,
    Remind,
    Said,
    Say,
    Tapped,
)
from bot.ports import Commit, Shown, Stands, Store
from bot.session import Entry, Fact, Frame, Kept, Session, Talk
from bot.store import MemoryStore, SqliteStore

NOON = datetime(2026, 5, 3, 12, 0, 0, 123456, tzinfo=UTC)
KEEP = Keep("k", "boundary", "words", "f", NOON)
ASK = Ask("What <b>now</b>?", "r.3", ((Button("Yes 🌱", "r.3.yes"),),), True)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "bot.db")
    yield made
    await made.close()


def turn(event: str, revision: int, chat: str = "1", messages: tuple[Message, ...] = (), **more: object) -> Commit:
    session = Session(revision=revision + 1, asked=ASK)
    return replace(Commit(chat, event, NOON, revision, session, messages), **more)  # type: ignore[arg-type]


async def test_nobody(store: Store) -> None:
    """Somebody new has no session, and nothing of theirs was handled."""
    loaded = await store.load("1", "e1")
    assert loaded.session is None
    assert not loaded.handled


async def test_session_comes_back_as_it_was(store: Store) -> None:
    """A session comes back exactly as it was saved, whatever words it holds."""
    frame = Frame(1, "f", "s")
    words = "<b> {{ x }} \u202e قلب 💔 " + "x" * 4000
    entry = Entry(
        "s", (frame,), {"1.s": words, "1.t": ("a", "b"), "1.u": 7, "1.v": None}, {"with": Fact("friend", NOON)}
    )
    talk = Talk("f", "run", NOON, (frame,), (Entry("", (frame,)), entry), ("a",), 1, 1, (frame,), (entry,))
    session = Session(
        1, 9, talk, (talk,), ASK, "r.2", {"a": Fact(1, NOON)}, {"k": Kept(words, NOON)}, {"f": 2}, ("g",), NOON, "en"
    )
    await store.commit(Commit("1", "e1", NOON, 0, session))
    assert (await store.load("1", "e2")).session == session


async def test_event_is_handled_once(store: Store) -> None:
    """An event that was committed is known as handled, and committing it again is a conflict that changes nothing."""
    await store.commit(turn("e1", 0, messages=(Say("one"),)))
    assert (await store.load("1", "e1")).handled
    with pytest.raises(Conflict):
        await store.commit(turn("e1", 1, messages=(Say("two"),)))
    assert [message for _, message in await store.outbox("1")] == [Say("one")]


async def test_old_revision_conflicts(store: Store) -> None:
    """A turn made from an older revision is refused whole."""
    await store.commit(turn("e1", 0))
    with pytest.raises(Conflict):
        await store.commit(turn("e2", 0, keep=(Keep("k", "n", "words", "f", NOON),)))
    assert not (await store.load("1", "e2")).handled
    assert await store.keepsakes("1") == []


async def test_turn_without_session_leaves_it(store: Store) -> None:
    """A turn that changes no session still marks its event and leaves the session as it is."""
    await store.commit(turn("e1", 0))
    await store.commit(turn("e2", 1, session=None))
    loaded = await store.load("1", "e2")
    assert loaded.handled
    assert loaded.session is not None
    assert loaded.session.revision == 1


async def test_outbox_keeps_order(store: Store) -> None:
    """Messages leave the outbox in the order in which they were committed, of every kind."""
    messages: tuple[Message, ...] = (Edit("r.1", "done"), Say("hello"), ASK)
    rows = await store.commit(turn("e1", 0, messages=messages))
    later = await store.commit(turn("e2", 1, messages=(Say("more"),)))
    expected = list(zip((*rows, *later), (*messages, Say("more")), strict=True))
    assert await store.outbox("1") == expected
    assert await store.outbox("1", after=rows[1]) == expected[2:]
    assert await store.outbox("1", limit=1) == expected[:1]


async def test_messages_for_another_chat(store: Store) -> None:
    """A turn may say something to another chat as well: it is saved with the turn, behind what is there already."""
    await store.commit(turn("e1", 0, chat="2", messages=(Say("first"),)))
    await store.commit(turn("e2", 0, messages=(Say("mine"),), also=(("2", Say("told")),)))
    assert [message for _, message in await store.outbox("1")] == [Say("mine")]
    assert [message for _, message in await store.outbox("2")] == [Say("first"), Say("told")]


async def test_erased(store: Store) -> None:
    """An erasing turn leaves nothing of the person but its own messages, and where the question stands that they edit;
    nobody else loses anything, and the next turn is that of somebody new."""
    (row,) = await store.commit(
        turn("e1", 0, messages=(ASK,), keep=(KEEP,), remind=(Remind("r", NOON),), also=(("2", Say("told")),))
    )
    (old,) = await store.commit(turn("e1b", 1, messages=(Say("x"),)))
    await store.sent("1", row, ASK.token, Shown("17", "d"))
    await store.sent("1", old, "old", Shown("16", "d"))
    await store.record("1", "{}")
    await store.commit(turn("e2", 2, messages=(Say("never sent"),)))
    last = (Edit(ASK.token, "Gone"), Say("Bye"))
    await store.commit(Commit("1", "e3", NOON, 3, None, last, erase=True))
    assert (await store.load("1", "e4")).session is None
    assert [message for _, message in await store.outbox("1")] == list(last)
    assert await store.shown("1", ASK.token) == Shown("17", "d")
    assert await store.shown("1", "old") is None
    assert await store.keepsakes("1") == []
    assert await store.due(NOON) == []
    assert await store.history("1") == []
    assert [message for _, message in await store.outbox("2")] == [Say("told")]
    assert (await store.load("1", "e3")).handled
    await store.commit(turn("e4", 0))


async def test_on_its_way_when_erased(store: Store) -> None:
    """Of a message that was on its way when its person was erased nothing is stored, be they back or not; what they are
    told then is pending as anything else is."""
    row, late = await store.commit(turn("e1", 0, messages=(ASK, Say("words"))))
    assert await store.pending("1", row)
    assert not await store.pending("2", row)
    (bye,) = await store.commit(Commit("1", "e2", NOON, 1, None, (Say("Bye"),), erase=True))
    assert not await store.pending("1", row)
    assert await store.pending("1", bye)
    assert await store.record("1", "words", late) == 0
    assert await store.record("1", "bye", bye) == 1
    await store.sent("1", row, ASK.token, Shown("17", "d"), Stands("17", NOON))
    assert await store.shown("1", ASK.token) is None
    await store.commit(turn("e3", 0))
    await store.sent("1", late, ASK.token, Shown("18", "d"), Stands("18", NOON))
    assert await store.shown("1", ASK.token) is None
    assert await store.standing("1", NOON) == []
    assert await store.history("1") == [(1, "bye")]


EVENTS: tuple[Event, ...] = (
    Said("i1", "1", "words “so” 💔 قلب <b>\n", NOON, "es-419"),
    Tapped("i2", "1", "r.3.yes", NOON),
    Brought("i3", "1", "voice", NOON, "en"),
)


async def test_events_wait_in_order(store: Store) -> None:
    """Events wait in the order in which they came, of every kind, come back as they were, and the turn that handles one
    takes it away."""
    await store.commit(turn("e1", 0))
    for event in EVENTS:
        assert await store.postpone(event, 9)
    for at, event in enumerate(EVENTS):
        assert await store.postponed() == [event]
        loaded = await store.load("1", event.id)
        assert (loaded.waiting, loaded.queued, loaded.handled) == (event.id, True, False)
        assert not (await store.load("2", event.id)).waiting
        await store.commit(turn(event.id, at + 1))
    assert await store.postponed() == []
    assert await store.load("1", "new") == await store.load("1", "newer")
    assert (await store.load("1", "new")).waiting == ""


async def test_an_event_waits_once(store: Store) -> None:
    """An event that waits or was handled is not put there again, nor is what was to be said with it."""
    said = (Say("slowly"),)
    await store.commit(turn("e1", 0))
    assert await store.postpone(EVENTS[0], 9, said)
    assert await store.postpone(EVENTS[0], 9, said)
    assert await store.postpone(replace(EVENTS[0], id="e1"), 9, said)
    assert [message for _, message in await store.outbox("1")] == [*said]
    await store.commit(turn("i1", 1))
    assert await store.postponed() == []


async def test_so_many_wait(store: Store) -> None:
    """Where so many events of a chat wait, another one is refused with all that was to be said; other chats are not."""
    assert await store.postpone(EVENTS[0], 2)
    assert await store.postpone(EVENTS[1], 2)
    assert not await store.postpone(EVENTS[2], 2, (Say("x"),))
    assert await store.postpone(EVENTS[1], 2)
    assert await store.postpone(replace(EVENTS[2], chat="2"), 2)
    assert await store.outbox("1") == []
    assert [event.id for event in await store.postponed()] == ["i1", "i3"]


async def test_what_waits_pages(store: Store) -> None:
    """The first event of each chat that waits, page by page."""
    for chat in ("c", "a", "b"):
        for number in range(2):
            await store.postpone(Tapped(f"{chat}{number}", chat, "x", NOON), 9)
    assert [event.id for event in await store.postponed(limit=2)] == ["a0", "b0"]
    assert [event.id for event in await store.postponed(after="b")] == ["c0"]


async def test_what_waits_is_erased(store: Store) -> None:
    """An erasing turn takes away what waits of the person, and of nobody else."""
    await store.postpone(EVENTS[0], 9)
    await store.postpone(EVENTS[1], 9)
    await store.postpone(replace(EVENTS[2], chat="2"), 9)
    await store.commit(Commit("1", "i1", NOON, 0, None, (Say("Bye"),), erase=True))
    assert [event.id for event in await store.postponed()] == ["i3"]


async def test_sent_row_leaves(store: Store) -> None:
    """A delivered row leaves the outbox, and what now stands in the chat is remembered until it is gone."""
    (row,) = await store.commit(turn("e1", 0, messages=(ASK,)))
    await store.sent("1", row, "r.3", Shown("m7", "digest"))
    assert await store.outbox("1") == []
    assert await store.shown("1", "r.3") == Shown("m7", "digest")
    await store.sent("1", 0, "r.3")
    assert await store.shown("1", "r.3") is None


async def test_refused_row_leaves(store: Store) -> None:
    """A row that will never be delivered leaves the outbox, and the rows behind it stay."""
    first, second = await store.commit(turn("e1", 0, messages=(Say("one"), Say("two"))))
    await store.refused("1", first, "Refused", NOON)
    assert await store.outbox("1") == [(second, Say("two"))]


async def test_backlog_pages(store: Store) -> None:
    """The backlog names who has something to get, in the order in which it was put there, page by page; somebody with
    more behind a page is named on the next one too."""
    for chat in ("c", "a", "b"):
        await store.commit(turn(f"e{chat}", 0, chat, (Say("x"), Say("y"))))
    first = await store.backlog(limit=2)
    assert [chat for _, chat in first] == ["c", "a"]
    assert [chat for _, chat in await store.backlog(after=first[-1][0])] == ["a", "b"]


async def test_due_in_order_until_cancelled(store: Store) -> None:
    """Reminders come due oldest first, again and again under the same id until a turn cancels them."""
    later, sooner = Remind("late", NOON + timedelta(days=3), "review"), Remind("soon", NOON + timedelta(minutes=1))
    await store.commit(turn("e1", 0, remind=(later, sooner)))
    assert await store.due(NOON) == []
    found = await store.due(NOON + timedelta(days=4))
    assert [(due.chat, due.token, due.flow, due.at) for due in found] == [
        ("1", "soon", None, sooner.at),
        ("1", "late", "review", later.at),
    ]
    assert await store.due(NOON + timedelta(days=4)) == found
    await store.commit(turn(found[0].id, 1, cancel=("soon",)))
    assert await store.due(NOON + timedelta(days=4)) == found[1:]


async def test_reminder_moves(store: Store) -> None:
    """Setting a reminder again moves it."""
    await store.commit(turn("e1", 0, remind=(Remind("r", NOON, "f"),)))
    await store.commit(turn("e2", 1, cancel=("r",), remind=(Remind("r", NOON + timedelta(hours=1), "f"),)))
    assert await store.due(NOON) == []
    assert len(await store.due(NOON + timedelta(hours=1))) == 1


async def test_keepsakes_are_kept_and_dropped(store: Store) -> None:
    """Keepsakes come back oldest first, and an undone one is gone."""
    first, second = Keep("k1", "boundary", "No.", "f", NOON), Keep("k2", "thought", "“So” 💛", "g", NOON + timedelta(1))
    await store.commit(turn("e1", 0, keep=(second, first)))
    assert await store.keepsakes("1") == [first, second]
    await store.commit(turn("e2", 1, drop=("k1",)))
    assert await store.keepsakes("1") == [second]


async def test_history(store: Store) -> None:
    """The history of a chat is numbered from 1, can be amended, and gives its newest lines."""
    assert [await store.record("1", f'"{number}"') for number in range(4)] == [1, 2, 3, 4]
    assert await store.record("2", '"other"') == 1
    await store.amend("1", 2, '"new"')
    assert await store.history("1") == [(1, '"0"'), (2, '"new"'), (3, '"2"'), (4, '"3"')]
    assert await store.history("1", after=1, limit=2) == [(3, '"2"'), (4, '"3"')]


async def test_prune(store: Store) -> None:
    """Handled events are forgotten once nobody can repeat them."""
    await store.commit(turn("old", 0))
    await store.commit(turn("new", 1, at=NOON + timedelta(days=2)))
    await store.prune(NOON + timedelta(days=1))
    assert not (await store.load("1", "old")).handled
    assert (await store.load("1", "new")).handled


async def test_invitation_is_spent_once(store: Store) -> None:
    """An invitation is good up to its time, and for one turn: the next one that spends it is refused whole."""
    await store.invite("m", NOON)
    assert await store.invited("m", NOON)
    assert not await store.invited("m", NOON + timedelta(microseconds=1))
    assert not await store.invited("other", NOON)
    with pytest.raises(Conflict):
        await store.commit(turn("e1", 0, invite="m", at=NOON + timedelta(seconds=1)))
    await store.commit(turn("e1", 0, invite="m"))
    assert not await store.invited("m", NOON)
    with pytest.raises(Conflict):
        await store.commit(turn("e2", 0, "2", (Say("x"),), invite="m"))
    assert (await store.load("2", "e2")).session is None
    assert await store.outbox("2") == []


async def test_old_invitations_are_forgotten(store: Store) -> None:
    """An invitation that nobody used is forgotten some time after it is over."""
    await store.invite("old", NOON)
    await store.invite("new", NOON + timedelta(days=2))
    await store.prune(NOON + timedelta(days=1))
    assert not await store.invited("old", NOON)
    assert await store.invited("new", NOON)


async def test_many_chats_at_once(store: Store) -> None:
    """Turns of many chats at once are all saved, and of two turns of one revision exactly one."""
    calls = [store.commit(turn(f"e{chat}.{copy}", 0, str(chat))) for chat in range(300) for copy in range(2)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in results) == 300
    assert sum(result == () for result in results) == 300
    for chat in range(300):
        assert (await store.load(str(chat), "x")).session is not None


async def test_every_message_comes_back_as_it_was(store: Store) -> None:
    """Whatever goes out waits in the outbox exactly as it was put there: files, pictures and clearings too."""
    picture = Picture("in words", NOON, ((NOON, 3),), ((NOON, "a practice"),), "en", ("title", "good", "dark", "done"))
    messages = (replace(ASK, rings=True), Say("quiet", quiet=True), File("a.json", "{}"), picture, Clear(NOON))
    await store.commit(turn("e1", 0, messages=messages))
    assert tuple(message for _, message in await store.outbox("1")) == messages


async def test_notes_are_kept_and_dropped(store: Store) -> None:
    """The journal comes back oldest first, each note as it was written; the same note again replaces it, and one that
    was dropped is gone."""
    first = Note("r.n1", "f", "f.s", "What <b>now</b>?", "words 🌱", NOON)
    later = Note("r.n2", "f", "f.t", "How is it?", "7", NOON + timedelta(minutes=1), 7, "mood")
    await store.commit(turn("e1", 0, note=(later, first)))
    assert await store.notes("1") == [first, later]
    assert later.run == "r"
    again = replace(first, answer="other words")
    await store.commit(turn("e2", 1, note=(again,), drop=("r.n2",)))
    assert await store.notes("1") == [again]
    assert await store.notes("2") == []


async def test_a_row_rings_once(store: Store) -> None:
    """That a row is about to sound is known from its second try on, and only of that row."""
    one, two = await store.commit(turn("e1", 0, messages=(Say("one"), Say("two"))))
    assert not await store.ringing("1", one)
    assert await store.ringing("1", one)
    assert not await store.ringing("1", two)


async def test_what_stands_in_a_chat(store: Store) -> None:
    """What was sent is known by its id, the oldest first, until it is cleared away or too old; of somebody who is not
    stored nothing is remembered."""
    rows = await store.commit(turn("e1", 0, messages=(Say("a"), Say("b"), Say("c"), Clear(NOON))))
    for number, row in enumerate(rows[:3]):
        await store.sent("1", row, stands=Stands(str(9 + number), NOON + timedelta(seconds=number)))
    assert await store.standing("1", NOON) == ["9", "10", "11"]
    assert await store.standing("1", NOON + timedelta(seconds=1)) == ["10", "11"]
    await store.prune(NOON + timedelta(seconds=1))
    assert await store.standing("1", NOON) == ["10", "11"]
    await store.cleared("1", rows[3], ["10"])
    assert await store.standing("1", NOON) == ["11"]
    assert await store.outbox("1") == []
    (row,) = await store.commit(turn("e2", 0, "2", (Say("x"),), session=None))
    await store.sent("2", row, stands=Stands("5", NOON))
    assert await store.standing("2", NOON) == []


async def test_reminders_sleep_and_wake(store: Store) -> None:
    """The reminders of somebody who is gone do not come due, and are there when they are back; others are awake."""
    await store.commit(turn("e1", 0, remind=(Remind("a", NOON, "f"),)))
    await store.commit(turn("e2", 0, "2", remind=(Remind("b", NOON, "f"),)))
    await store.commit(turn("e3", 1, sleep=True))
    assert [due.chat for due in await store.due(NOON)] == ["2"]
    await store.commit(turn("e4", 2, wake=True))
    assert [due.chat for due in await store.due(NOON)] == ["1", "2"]


async def test_who_is_silent(store: Store) -> None:
    """Those who were silent for long are found, and those who were told of it long enough ago."""
    hour = timedelta(hours=1)
    for chat, seen, noticed in (
        ("a", NOON, None),
        ("b", NOON + hour, None),
        ("c", NOON, NOON),
        ("d", NOON, NOON + hour),
    ):
        session = Session(revision=1, seen=seen, noticed=noticed)
        await store.commit(Commit(chat, f"e{chat}", NOON, 0, session))
    assert sorted(await store.silent(NOON, NOON)) == ["a", "c"]
    assert sorted(await store.silent(NOON + hour, NOON - hour)) == ["a", "b"]
    assert len(await store.silent(NOON + hour, NOON + hour, 3)) == 3


async def test_lines_of_the_history_go(store: Store) -> None:
    """Lines can be taken out of the history; the others keep their numbers."""
    for number in range(4):
        await store.record("1", f"line {number}")
    await store.unrecord("1", [1, 3])
    assert await store.history("1") == [(2, "line 1"), (4, "line 3")]
