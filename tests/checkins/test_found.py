"""What a hostile reading of the check-ins found, and will not find again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import whereabouts
from bot.events import Keep
from bot.ports import Commit
from bot.session import Danger, Kept, Session
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import book
from tests.checkins.people import EVENING, Somebody, rung

NOON = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)  # 11:30 in Madrid
FL = {f"f{i}": f"a:\n  say: Bye.\n  remind: {{after: 3d, flow: b{i}}}\n  end: true" for i in range(7)}
FL |= {f"b{i}": f"a:\n  say: Back {i}?\n  ask: yesno\n  next: end" for i in range(7)}
FL |= {
    "n": "a:\n  say: Bye.\n  remind: {after: 5h, flow: b1}\n  end: true",
    "today": "a:\n  say: How is it?\n  ask: yesno\n  next: end",
    "prac": "a:\n  say: P1?\n  ask: yesno\n  next: b\nb:\n  say: P2?\n  ask: yesno\n  next: end",
}


async def sess(one: Somebody) -> Session:
    """Where they are."""
    session = (await one.chat.store.load(one.chat.name, "")).session
    assert session
    return session


async def poke(one: Somebody, keep: tuple[Keep, ...] = (), **ch: Any) -> None:
    """Put something into their session."""
    s, now = await sess(one), one.clock.now()
    await one.chat.store.commit(
        Commit(
            one.chat.name, f"poke:{s.revision}", now, s.revision, replace(s, revision=s.revision + 1, **ch), keep=keep
        )
    )


async def each_hour(one: Somebody, hours: int) -> list[tuple[datetime, str]]:
    """What comes in so many hours, with the end of the hour in which it came."""
    return [(one.clock.now(), x) for _ in range(hours) for x in await one.until(hours=1)]


async def danger_to_end(one: Somebody) -> list[str]:
    """Write of danger, and go through what answers it by its first buttons; what was said last."""
    said = await one.chat.says("I want to kill myself")
    while True:
        b, t = one.chat.buttons, (await sess(one)).talk
        if t is None or t.flow.startswith("review"):
            return said
        said = await one.chat.taps(b[0])


async def in_practice() -> Somebody:
    """Somebody whose check-in waits for the end of a practice, and who looks at it."""
    one = await Somebody.begin("/checkin every day at 12:00", "Madrid", now=NOON)
    await one.chat.says("/start set_boundaries")
    await one.until(minutes=35)
    await one.chat.says("/checkin")
    await one.chat.taps("Every day, 12:00")
    return one


async def test_nothing_rings_as_a_talk_about_danger_ends() -> None:
    """What came due during a talk about danger does not begin in the turn in which that ends."""
    one = await Somebody.begin()
    await one.until(minutes=20)
    await one.chat.says("I want to kill myself")
    await one.until(minutes=15)
    said: list[str] = []
    for _ in range(5):
        said += await one.chat.taps(one.chat.buttons[0])
    assert not rung(said), said


async def test_no_heavy_follow_up_as_danger_ends() -> None:
    """A follow-up that waited is put off to a later day when what ended was a talk about danger."""
    one = await Somebody.begin()
    await poke(one, waiting=("review_trust",))
    await danger_to_end(one)
    t = (await sess(one)).talk
    assert t is None or t.flow != "review_trust"


async def test_a_question_about_danger_keeps_its_buttons() -> None:
    """Who is asked whether they think of dying, and is silent, is not interrupted by a check-in."""
    one = await Somebody.begin(now=EVENING - timedelta(hours=2))
    await one.chat.says("I hate myself and can't go on like this")
    assert (await sess(one)).talk.flow == "crisis"
    await one.until(hours=3)
    assert (await sess(one)).talk is not None


async def test_removed_while_it_waited() -> None:
    """A check-in that is removed while it waits for the end of a practice does not come."""
    one = await in_practice()
    await one.chat.taps("Remove this check-in")
    assert await one.until(hours=1.2) == []


async def test_removed_while_it_waited_discreetly() -> None:
    """Nor does it for somebody who is discreet."""
    one = await Somebody.begin("/checkin every day at 12:00", "Madrid", "/discreet", now=NOON)
    await one.chat.says("/start set_boundaries")
    await one.until(minutes=35)
    await one.chat.says("/checkin")
    await one.chat.taps("Every day, 12:00")
    await one.chat.taps("Remove this check-in")
    assert await one.until(hours=1.2) == []


async def test_rests_while_it_waited() -> None:
    """A check-in that is told to rest while it waits rests."""
    one = await in_practice()
    await one.chat.taps("Rest for a week")
    assert await one.until(hours=1.2) == []


async def test_changed_while_it_waited() -> None:
    """A check-in that is moved while it waits comes at its new time alone."""
    one = await in_practice()
    await one.chat.taps("Change day or time")
    await one.chat.says("every day at 18:00")
    assert await one.until(hours=1.2) == []


async def test_no_follow_up_is_lost() -> None:
    """However many follow-ups came due while somebody was gone, all of them wait for the practices to come."""
    one = await Somebody.begin("/checkin", book=book(**FL))
    await one.shares("Europe/Madrid")
    for i in range(7):
        await one.chat.says(f"/start f{i}")
    await one.leaves()
    await one.clock.pass_(30 * 86400)
    await one.chat.says("/menu")
    await one.until(minutes=5)
    assert len((await sess(one)).waiting) == 7


async def test_two_follow_ups_of_one_flow() -> None:
    """Two follow-ups of the same flow that came due in one night are both asked."""
    one = await Somebody.begin("/checkin", book=book(**FL))
    await one.shares("Europe/Madrid")
    await one.chat.says("/start n")
    await one.until(minutes=30)
    await one.chat.says("/start n")
    await one.chat.says("/menu")
    n = 0
    for _ in range(48):
        if await one.until(hours=1):
            n += 1
            await one.chat.says("yes")
            await one.chat.says("/menu")
    assert n == 2


async def test_one_thing_after_a_pause() -> None:
    """After a pause one of the things that wait comes, and the others after it."""
    one = await Somebody.begin("/checkin", book=book(**FL))
    await one.shares("Europe/Madrid")
    for i in range(5):
        await one.chat.says(f"/start f{i}")
    await one.outage(hours=24 * 10 - 8)
    await one.chat.says("/menu")
    await one.chat.says("/start prac")
    await one.chat.says("/pause")
    assert len(await one.until(hours=1.1)) == 1


async def test_put_off_to_another_zone() -> None:
    """What was put off out of quiet hours keeps out of those of the zone to which somebody moved."""
    one = await Somebody.begin("/checkin", book=book(**FL))
    await one.shares("Europe/Madrid")
    await one.chat.says("/start n")
    await one.chat.says("/menu")
    await one.until(hours=5.5)
    await one.shares("America/New_York")
    assert [at.hour - 4 for at, _ in await each_hour(one, 20)] == [9]


async def test_put_off_after_danger() -> None:
    """What is put off after danger keeps out of quiet hours, also when the person had put it off themselves."""
    one = await Somebody.begin("/checkin", book=book(**FL))
    await one.shares("Europe/Madrid")
    await one.chat.says("/start f0")
    await one.chat.says("/discreet")
    await one.until(hours=72.1)
    await one.chat.taps("Tomorrow")
    await one.until(hours=7.5)
    await poke(one, danger=Danger("suicide", "clear", one.clock.now(), True))
    assert all(9 <= (at.hour + 2) % 24 < 21 for at, _ in await each_hour(one, 60))


async def test_not_while_somebody_writes() -> None:
    """Who is asked to write a keepsake anew is not interrupted, and what they write is taken for it."""
    one = await Somebody.begin()
    await poke(
        one,
        keep=(Keep("t.k1", "boundary", "Old.", "set_boundaries", one.clock.now()),),
        kept={"boundary": Kept("Old.", one.clock.now())},
    )
    await one.chat.says("/keepsakes")
    await one.chat.taps("1")
    await one.until(minutes=29)
    await one.chat.taps("Change it")
    await one.until(minutes=2)
    await one.chat.says("My new words.")
    assert (await one.chat.store.keepsakes("1"))[0].text == "My new words."


async def test_a_single_one_after_danger() -> None:
    """A check-in for one day that came too soon after danger is not lost: it waits."""
    one = await Somebody.begin("/checkin tomorrow at 10:00", "Madrid", "/menu")
    await poke(one, danger=Danger("suicide", "clear", one.clock.now(), True))
    await one.until(hours=72)
    assert (await sess(one)).waiting


async def test_a_single_one_while_gone() -> None:
    """A check-in for one day that came due while somebody was gone is there when they are back."""
    one = await Somebody.begin("/checkin tomorrow at 10:00", "Madrid", "/menu")
    await one.leaves()
    await one.clock.pass_(20 * 3600)
    await one.chat.says("/menu")
    said = await one.until(minutes=5)
    assert said or (await sess(one)).waiting


async def test_a_single_one_put_off_for_days() -> None:
    """A check-in for one day that is put off from day to day comes, whatever is set meanwhile."""
    one = await Somebody.begin("/checkin today at 20:00", "Madrid")
    await one.until(minutes=31)
    for _ in range(2):
        await one.chat.taps("Tomorrow")
        await one.until(hours=24.1)
    await one.chat.taps("Tomorrow")
    await one.chat.says("/checkin every monday at 7:00")
    await one.chat.says("/menu")
    assert len(rung(await one.until(hours=26))) == 1


async def test_changed_while_put_off() -> None:
    """A check-in that is moved while it is put off comes at its new time alone."""
    one = await Somebody.begin("/checkin every Sunday at 20:00", "Madrid")
    await one.until(minutes=31)
    await one.chat.taps("Tomorrow")
    await one.chat.says("/checkin")
    await one.chat.taps("Sunday, 20:00")
    await one.chat.taps("Change day or time")
    await one.chat.says("every monday at 10:00")
    await one.chat.says("/menu")
    assert len(rung(await one.until(hours=48))) == 1


async def test_put_off_and_moved_house() -> None:
    """What was put off to an hour of the clock comes at that hour in the zone to which somebody moved."""
    one = await Somebody.begin("/checkin every Sunday at 20:00", "Madrid")
    await one.until(minutes=31)
    await one.chat.taps("Tomorrow")
    await one.shares("America/New_York")
    await one.chat.says("/menu")
    r = [a - timedelta(hours=4) for a, _ in await each_hour(one, 40)]
    assert all(a.hour == 20 for a in r), r


async def test_two_in_one_minute() -> None:
    """Two check-ins of the same minute ring once."""
    one = await Somebody.begin("/checkin every day at 20:00", "Madrid", "/checkin every sunday at 20:00", "/menu")
    assert len(rung(await one.until(minutes=31))) == 1


async def test_late_and_due_at_once() -> None:
    """What was missed and what is due when the bot is back are one message."""
    one = await Somebody.begin("/checkin every day at 9:00", "Madrid", "/checkin every day at 12:30", "/menu")
    assert len(await one.outage(hours=17 + 10 / 60)) == 1


async def test_late_and_due_in_the_morning() -> None:
    """What the night missed and what is due at the end of quiet hours are one message."""
    one = await Somebody.begin("/checkin every day at 22:00", "Madrid", "/checkin every day at 9:00", "/menu")
    await one.outage(hours=4.5)
    assert len(await one.until(hours=9.2)) == 1


async def test_messages_that_wait_make_nothing_new() -> None:
    """What is too old stays too old, however many messages of the person are answered before it."""
    c = ToldClock(EVENING)
    one = Somebody(await Chat.begin(book(**FL), MemoryStore(), c, per_minute=6), c)
    for t in ("/checkin every day at 20:00", "Madrid", "/menu"):
        await one.chat.says(t)
    await c.pass_(3600 * 16)
    for _ in range(26):
        await one.chat.says("/menu")
    r = []
    for _ in range(600):
        await c.pass_(1)
        n = len(one.chat.bubbles)
        await one.ring()
        r += rung(one.chat.bubbles[n:])
    assert r == []


async def test_an_old_ring() -> None:
    """The buttons of an earlier check-in lead to those of now."""
    one = await Somebody.begin()
    await one.until(minutes=31)
    old = one.chat._asked().rows[0][0].choice
    await one.until(hours=24)
    await one.chat.presses(old)
    assert "Yes, now" in one.chat.buttons


async def test_help_at_a_ring() -> None:
    """After /help the check-in still asks."""
    one = await Somebody.begin()
    await one.until(minutes=31)
    await one.chat.says("/help")
    assert "Yes, now" in one.chat.buttons


async def test_asked_once_after_danger() -> None:
    """How somebody is after danger is asked once."""
    one = await Somebody.begin()
    await one.until(minutes=31)
    await danger_to_end(one)
    await one.chat.says("/menu")
    n = 0
    for _ in range(72):
        x = await one.until(hours=1)
        n += any("I said I would ask" in b for b in x)
        if x:
            await one.chat.says("/menu")
    assert n == 1


def test_clocks_of_half_an_hour() -> None:
    """A time of day in a zone of half hours is that of a zone in which it is that time."""
    zones = whereabouts.zone("23:00", None, EVENING, "en").named
    assert all(EVENING.astimezone(whereabouts.zoned(z)).strftime("%H:%M") == "23:00" for z, _ in zones)


@pytest.mark.parametrize(
    ("words", "place", "told"),
    [
        ("in two hours", "Madrid", "3 May, 21:30"),
        ("in two hours", "New York", "3 May, 15:30"),
        ("tomorrow at 9:00", "Auckland", "5 May, 09:00"),
    ],
)
async def test_counted_from_their_clock(words: str, place: str, told: str) -> None:
    """A check-in in so many hours or days counts from the clock of the person, when that is told afterwards too."""
    one = await Somebody.begin(f"/checkin {words}", place)
    assert f"It is set. {told}." in one.chat.bubbles


async def test_counted_from_their_answer() -> None:
    """Somebody who takes their time to say where they are still gets what they asked for, counted from then."""
    one = await Somebody.begin("/checkin in 5 minutes")
    await one.until(minutes=20)
    await one.chat.says("Madrid")
    assert len(rung(await one.until(minutes=6))) == 1


async def test_the_list_is_no_question() -> None:
    """Who looks at their check-ins is asked nothing there, so what is due then comes at its minute."""
    one = await Somebody.begin("/checkin in 2 minutes", "Madrid")
    assert len(rung(await one.until(minutes=3))) == 1


async def test_waits_until_they_are_gone() -> None:
    """What waits for somebody who was asked to write comes ten minutes after their last word, and not ten after it
    was due."""
    one = await Somebody.begin("/checkin in 8 minutes", "Madrid")
    await one.chat.taps("New check-in")
    assert rung(await one.until(minutes=9)) == []
    assert len(rung(await one.until(minutes=2))) == 1


async def test_not_this_time() -> None:
    """To a check-in one may say no: nothing else is asked then, until the next."""
    one = await Somebody.begin()
    for _ in range(4):
        assert len(rung(await one.until(hours=24))) == 1
        assert await one.chat.taps("Not this time") == ["That is fine."]
        assert one.chat.buttons == ["Menu"]
