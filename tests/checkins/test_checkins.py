"""When the bot begins a talk: at the promised time, once, and never at a bad moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.events import Keep
from bot.ports import Commit
from bot.session import Kept
from bot.testing import Chat
from tests.books import book
from tests.checkins.people import LATE, ON, Somebody, rung

DAY = 24.0


async def test_in_words_with_the_clock_first() -> None:
    """A check-in that is asked for in words asks first what time it is there, and is then set as it was said."""
    one = await Somebody.begin("/checkin every day at 8pm")
    assert one.chat.bubbles[-1].startswith("What time is it for you now?")
    said = await one.chat.says("madrid")
    assert "Then it is 19:30 for you." in said[0]
    assert "It is set. Every day, 20:00." in said
    assert "Every day, 20:00" in one.chat.buttons


async def test_in_words_in_spanish() -> None:
    """In Spanish it is set in Spanish words."""
    one = await Somebody.begin("/start", "/language es", "/checkin lun mié vie 19:30", "Madrid")
    assert "Queda puesto. Lunes, miércoles y viernes, 19:30." in one.chat.bubbles
    assert "Lunes, miércoles y viernes, 19:30" in one.chat.buttons


async def test_in_buttons() -> None:
    """All of it can be tapped: a new one, its day and time, another time, rest, stop."""
    one = await Somebody.begin("/checkin")
    await one.chat.taps("Set my clock")
    await one.chat.says("19:30")
    await one.chat.taps("New check-in")
    assert "It is set. Sunday, 18:00." in await one.chat.taps("Sunday, 18:00")
    await one.chat.taps("Sunday, 18:00")
    await one.chat.taps("Change day or time")
    assert "It is set. 6 May, 18:00." in await one.chat.says("in three days")
    await one.chat.says("in two days")
    assert one.chat.bubbles[-1].startswith("At what time?")
    assert "It is set. 5 May, 12:30." in await one.chat.taps("12:30")
    await one.chat.says("weekdays at 7")
    await one.chat.taps("Monday to Friday, 07:00")
    await one.chat.taps("Rest for a week")
    assert "Monday to Friday, 07:00 (rests until 10 May)" in one.chat.buttons
    await one.chat.taps("Monday to Friday, 07:00 (rests until 10 May)")
    await one.chat.taps("Remove this check-in")
    assert [label for label in one.chat.buttons if "07:00" in label] == []
    assert "6 May, 18:00" in one.chat.buttons


async def test_what_is_no_time_is_asked_again() -> None:
    """What is no time is asked for again with examples, and the menu stays one tap away."""
    one = await Somebody.begin("/checkin every day at 8pm", "Madrid", "I was so angry on Monday that I cried")
    assert "every day at 20:00" in one.chat.bubbles[-1]
    assert "Menu" in one.chat.buttons


async def test_rings_once_at_its_time() -> None:
    """It rings at its minute of each day, once, with words that tell nothing, and leads to two minutes for today."""
    one = await Somebody.begin()
    assert len(rung(await one.until(minutes=29))) == 0
    said = await one.until(minutes=2)
    assert len(rung(said)) == len(said) == 1
    assert "betray" not in said[0]
    assert len(rung(await one.until(hours=23))) == 0
    assert len(rung(await one.until(hours=1))) == 1
    assert (await one.chat.taps("Yes, now"))[-1].startswith("How are you today")


@pytest.mark.parametrize(("label", "hours"), [("In 10 minutes", 1 / 6), ("In an hour", 1), ("Tomorrow", 24)])
async def test_snooze(label: str, hours: float) -> None:
    """A check-in can be put off from where it stands, and comes at that time."""
    one = await Somebody.begin()
    await one.until(minutes=30)
    said = await one.chat.taps(label)
    assert said[-1].startswith("Good. I come back")
    assert rung(await one.until(hours=hours - 0.05)) == []
    assert len(rung(await one.until(hours=0.1))) == 1


async def test_this_evening() -> None:
    """A check-in of the morning can be put off to the evening of the same day."""
    one = await Somebody.begin("/checkin every day at 9:00", "Madrid", now=datetime(2026, 5, 3, 6, tzinfo=UTC))
    await one.until(hours=1)
    assert (await one.chat.taps("This evening"))[-1] == "Good. I come back at 19:00."
    assert rung(await one.until(hours=9.9)) == []
    assert len(rung(await one.until(hours=0.2))) == 1


async def test_ten_at_most() -> None:
    """Ten can be set; the eleventh is kindly refused, and the same one twice is one."""
    one = await Somebody.begin()
    for hour in range(8, 19):
        await one.chat.says(f"/checkin every day at {hour}:00")
    assert any("10 check-ins are as many as I can keep" in bubble for bubble in one.chat.bubbles)
    assert sum("Every day" in label for label in one.chat.buttons) == 10
    again = await Somebody.begin()
    await again.chat.says("/checkin every day at 20:00")
    assert sum("Every day" in label for label in again.chat.buttons) == 1


async def test_never_in_the_middle_of_a_practice() -> None:
    """What is due in a practice waits until it is finished."""
    one = await Somebody.begin()
    await one.until(minutes=20)
    await one.chat.says("/start today")
    await one.chat.says("7")
    assert await one.until(minutes=20) == []
    said: list[str] = []
    while "Skip" in one.chat.buttons:
        said = await one.chat.says("skip")
    assert len(rung(said)) == 1
    assert "Yes, now" in one.chat.buttons


async def test_after_a_pause() -> None:
    """What was due in a practice comes an hour after it was paused, with the place still kept."""
    one = await Somebody.begin("/checkin every day at 18:00", "Madrid", now=datetime(2026, 5, 3, 15, 30, tzinfo=UTC))
    await one.until(minutes=20)
    await one.chat.says("/start set_boundaries")
    await one.until(minutes=15)
    await one.chat.says("/pause")
    assert await one.until(minutes=59) == []
    assert len(rung(await one.until(minutes=2))) == 1
    assert (await one.chat.says("/start set_boundaries"))[0].startswith(("Welcome back", "Good to see you"))


async def test_who_left_a_practice_is_not_in_its_middle() -> None:
    """Who wrote nothing for an hour has left the practice: the check-in comes, and the place is kept."""
    one = await Somebody.begin("/checkin every day at 22:00", "Madrid")
    await one.chat.says("/start set_boundaries")
    assert len(rung(await one.until(hours=2.6))) == 1
    assert "Go on: Set a boundary" in (await one.chat.taps("In 10 minutes"), one.chat.buttons)[1]


async def test_one_message_for_all_that_an_outage_missed() -> None:
    """After an outage each person gets one gentle message for all that was missed, and the next ones on time."""
    one = await Somebody.begin("/checkin every day at 9:00", "Madrid", "/checkin every day at 12:30", "/menu")
    said = await one.outage(hours=19)
    assert len(said) == 1
    assert said[0].startswith(LATE)
    assert await one.until(hours=5) == []
    assert len(rung(await one.until(hours=24))) == 2


async def test_nothing_older_than_twelve_hours() -> None:
    """What was missed more than twelve hours ago is not brought up, and the next time is kept."""
    one = await Somebody.begin("/checkin every day at 8:00", "Madrid", "/menu")
    assert await one.outage(hours=25) == []
    assert len(rung(await one.until(hours=12))) == 1


async def test_nothing_missed_comes_at_night() -> None:
    """What an outage missed does not come in quiet hours; it waits for their end, if that is not too late."""
    one = await Somebody.begin("/checkin every day at 22:00", "Madrid", "/menu")
    assert await one.outage(hours=4.5) == []
    assert await one.until(hours=8.9) == []
    assert len(await one.until(hours=0.2)) == 1


async def test_chosen_times_are_kept_in_quiet_hours() -> None:
    """A time that somebody chose within their quiet hours is kept."""
    one = await Somebody.begin("/checkin every day at 23:30", "Madrid", "/menu")
    assert len(rung(await one.until(hours=4.1))) == 1


async def test_three_without_an_answer() -> None:
    """After three without an answer it is asked once whether to go on; after that there is silence, and a way back."""
    one = await Somebody.begin()
    assert len(rung(await one.until(hours=3 * DAY))) == 3
    said = await one.until(hours=DAY)
    assert len(said) == 1
    assert said[0].startswith(ON)
    assert await one.until(hours=10 * DAY) == []
    await one.chat.says("/checkin")
    await one.chat.taps("Every day, 20:00 (stopped)")
    await one.chat.taps("Start it again")
    await one.chat.says("/menu")
    assert len(rung(await one.until(hours=DAY))) == 1


async def test_an_answer_starts_the_count_anew() -> None:
    """Whatever somebody does between them, the check-ins go on."""
    one = await Somebody.begin()
    for _ in range(6):
        assert len(rung(await one.until(hours=DAY))) == 1
        await one.chat.says("/menu")


async def test_who_blocked_the_bot_costs_nothing() -> None:
    """Nothing comes due for somebody who blocked the bot; when they are back, so are their check-ins, and no others."""
    one = await Somebody.begin("/checkin every day at 20:00", "Madrid", "/menu")
    await one.leaves()
    await one.clock.pass_(10 * 86400)
    assert await one.chat.store.due(one.clock.now()) == []
    await one.chat.says("/menu")
    assert await one.until(hours=0.4) == []
    assert len(rung(await one.until(hours=DAY))) == 1


async def test_a_change_of_zone() -> None:
    """Who moves to another zone keeps the time of day."""
    one = await Somebody.begin()
    await one.chat.says("/checkin")
    await one.chat.taps("Set my clock")
    await one.chat.says("New York")
    await one.chat.says("/menu")
    assert rung(await one.until(hours=6)) == []
    assert len(rung(await one.until(hours=1))) == 1
    assert one.clock.now() == datetime(2026, 5, 4, 0, 30, tzinfo=UTC)


async def test_a_shared_place() -> None:
    """A place that is shared becomes a clock; where a question asks for one, it is the answer."""
    one = await Somebody.begin("/checkin every day at 20:00")
    said = await one.shares("Europe/Madrid")
    assert "It is set. Every day, 20:00." in said
    flows = book(one="zone:\n  say: Where?\n  ask: zone\n  next: close\nclose:\n  say: '{{ zone }}.'\n  end: true")
    other = await Somebody.begin("/start one", book=flows)
    assert "New York." in await other.shares("America/New_York")
    assert (await other.shares(""))[0]


async def test_discreet() -> None:
    """Who asked for it is reminded with words that say nothing, and nothing they wrote is given back."""
    one = await Somebody.begin()
    await _keep(one.chat, "I will not lend money this year.")
    await one.chat.says("/discreet")
    said = await one.until(hours=1)
    assert said == ["A reminder that you asked for. Is now a good moment?"]
    assert "I will not lend" not in " ".join(await one.chat.taps("Yes, now"))


async def test_discreet_to_the_end() -> None:
    """Who is discreet sees nothing of what they wrote when a check-in has begun either, nor where it was put off; and a
    practice that they are in goes on when they choose it."""
    one = await Somebody.begin()
    await one.chat.says("/start today")
    for text in ("4", "worn out", "skip", "I walked by the river."):
        await one.chat.says(text)
    assert (await one.chat.says("/discreet"))[
        -1
    ] == "If you have the strength, you could look for words for what you feel. Shall I show you?"
    await one.chat.taps("Enough for today")
    await one.until(hours=1)
    assert one.chat.buttons[0] == "Yes, now"
    assert "river" not in " ".join(await one.chat.taps("Yes, now"))
    await one.chat.says("/start set_boundaries")
    await one.until(hours=23.5)
    await one.chat.taps("In 10 minutes")
    assert one.chat.buttons == ["Menu"]


async def test_a_keepsake_is_given_back() -> None:
    """A check-in gives back something that was kept, once it has begun and not in the notification."""
    one = await Somebody.begin()
    await _keep(one.chat, "I will not lend money this year.")
    said = await one.until(hours=1)
    assert "I will not lend" not in " ".join(said)
    assert "“I will not lend money this year.”" in (await one.chat.taps("Yes, now"))[0]


async def _keep(chat: Chat, words: str) -> None:
    """Keep a boundary in the shortest way there is."""
    await chat.says("/start review_boundary")
    await chat.says("/menu")
    session = (await chat.store.load(chat.name, "")).session
    assert session
    now = chat.clock.now()
    kept = replace(session, revision=session.revision + 1, kept={"boundary": Kept(words, now)})
    keep = Keep("t.k1", "boundary", words, "set_boundaries", now)
    await chat.store.commit(Commit(chat.name, f"keep:{now}", now, session.revision, kept, keep=(keep,)))


async def test_reminded_of_a_keepsake() -> None:
    """Of a single keepsake one can be reminded: it rings with neutral words, and shows it when it is told to."""
    one = await Somebody.begin("/checkin", "Madrid")
    await one.shares("Europe/Madrid")
    await _keep(one.chat, "I will not lend money this year.")
    await one.chat.says("/keepsakes")
    await one.chat.taps("1")
    await one.chat.taps("Remind me of it")
    await one.chat.says("tomorrow at 10:00")
    await one.chat.says("/menu")
    said = await one.until(hours=15)
    assert len(rung(said)) == 1
    assert "lend" not in said[0]
    assert "I will not lend money this year." in (await one.chat.taps("Yes, now"))[0]


async def test_a_single_one_is_over() -> None:
    """A check-in for one day rings on that day and is gone."""
    one = await Somebody.begin("/checkin tomorrow at 10:00", "Madrid", "/menu")
    assert len(rung(await one.until(hours=30))) == 1
    await one.chat.says("/checkin")
    assert [label for label in one.chat.buttons if "10:00" in label] == []
    assert await one.until(hours=30) == []


async def test_one_message_for_check_ins_and_follow_ups() -> None:
    """A check-in and a follow-up that an outage of the night missed are one message in the morning; the follow-up
    comes after the next practice."""
    first = "a:\n  say: Bye.\n  remind: {after: 5h, flow: back}\n  end: true"
    back = "a:\n  say: Here I am again. Now?\n  ask: yesno\n  next: end"
    today = "a:\n  say: How is it?\n  ask: yesno\n  next: end"
    flows = book(first=first, back=back, today=today)
    one = await Somebody.begin("/checkin every day at 23:00", "Madrid", "/start first", book=flows)
    assert await one.outage(hours=6) == []
    assert await one.until(hours=7.4) == []
    said = await one.until(hours=0.2)
    assert len(said) == 1
    if said[0].startswith(LATE):
        await one.chat.taps("Yes, now")
    assert await one.until(hours=2) == []
