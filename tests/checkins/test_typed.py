"""What people type to a check-in, and to the questions about one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.books import book
from tests.checkins.people import EVENING, Somebody, rung

LATE_EVENING = datetime(2026, 5, 3, 19, 30, tzinfo=UTC)  # 21:30 in Madrid


async def rings(*said: str) -> Somebody:
    """Somebody for whom a check-in just rang."""
    one = await Somebody.begin(*said)
    await one.until(minutes=31)
    assert "Not this time" in one.chat.buttons
    return one


@pytest.mark.parametrize("text", ["yes", "ok", "sure", "Yes, now"])
async def test_yes(text: str) -> None:
    """Yes can be typed to what rings, and begins it."""
    one = await rings()
    assert (await one.chat.says(text))[-1].startswith("How are you today")


@pytest.mark.parametrize("text", ["no", "not now", "not this time"])
async def test_no(text: str) -> None:
    """No can be typed to what rings, and nothing else is asked then."""
    one = await rings()
    assert await one.chat.says(text) == ["That is fine."]


@pytest.mark.parametrize(
    ("text", "told"),
    [("later", "at 21:01"), ("in 2 hours", "at 22:01"), ("tomorrow at 9", "on 4 May at 09:00"), ("at 9pm", "at 21:00")],
)
@pytest.mark.parametrize("said", ["/checkin every day at 20:00", "/checkin today at 20:00"])
async def test_another_time(text: str, told: str, said: str) -> None:
    """Another time can be typed to what rings, and then it comes."""
    one = await rings(said, "Madrid")
    assert (await one.chat.says(text))[-1] in (f"Good. I come back {told}.", f"Good. I come back {told[:-1]}2.")
    assert len(rung(await one.until(hours=15))) == 1


@pytest.mark.parametrize("text", ["I feel awful, I can't stop crying", "me siento sola", "who are you", "🙂"])
async def test_feelings_at_a_ring(text: str) -> None:
    """Who writes what they feel to what rings is not told that it is no answer, and the check-in is still there."""
    one = await rings("/checkin today at 20:00", "Madrid")
    assert await one.chat.says(text) == ["I have read that. Shall we begin now, or is another moment better?"]
    assert "Yes, now" in one.chat.buttons


async def test_shall_they_go_on() -> None:
    """Yes and no can be typed to the question whether check-ins shall go on."""
    one = await Somebody.begin()
    await one.until(hours=72)
    await one.until(hours=1)
    assert "Let them go on" in one.chat.buttons
    assert "Shall your check-ins go on?" in (await one.chat.says("hello"))[-1]
    await one.chat.says("no")
    assert rung(await one.until(hours=48)) == []


@pytest.mark.parametrize(("language", "now", "when"), [("es", "Sí, ahora", "¿Cuándo quieres que venga?")])
async def test_another_language(language: str, now: str, when: str) -> None:
    """Who changes the language is asked the same once more, in that language."""
    one = await rings()
    await one.chat.says(f"/language {language}")
    assert now in one.chat.buttons
    await one.chat.says("/language en")
    await one.chat.says("/language")
    await one.chat.taps("Español")
    assert now in one.chat.buttons
    await one.chat.says("/checkin")
    await one.chat.taps("Nuevo aviso")
    await one.chat.says("/language en")
    await one.chat.says("/language es")
    assert one.chat.bubbles[-1].startswith(when)
    assert "Queda puesto. Todos los días, 21:00." in await one.chat.says("todos los días a las 21:00")


async def test_only_the_time_is_changed() -> None:
    """Who changes a check-in by a time alone keeps its days, and by days alone its time."""
    one = await Somebody.begin("/checkin mondays at 21:00", "Madrid")
    await one.chat.taps("Monday, 21:00")
    await one.chat.taps("Change day or time")
    assert "It is set. Monday, 22:00." in await one.chat.says("22:00")
    await one.chat.taps("Monday, 22:00")
    await one.chat.taps("Change day or time")
    assert "It is set. Monday and Friday, 22:00." in await one.chat.says("mondays and fridays")


async def test_the_day_at_the_question_for_a_time() -> None:
    """A day that is named where the time is asked for is the day; an hour that is over is the one in the evening."""
    one = await Somebody.begin("/checkin fridays", "Madrid")
    assert "It is set. Monday, 09:00." in await one.chat.says("mondays at 9")
    await one.chat.says("/checkin today")
    assert "It is set. 3 May, 20:00." in await one.chat.says("8")


async def test_no_time_is_left_today() -> None:
    """Of today only times are offered that are not over, and what is over leads to another time."""
    one = await Somebody.begin("/checkin today", "Madrid", now=LATE_EVENING)
    assert one.chat.buttons == ["All check-ins", "Menu"]
    assert "At what time?" in (await one.chat.says("20:00"))[-1]
    assert "It is set. 3 May, 23:00." in await one.chat.says("11 pm")


async def test_put_off_and_seen() -> None:
    """A check-in that comes once and was put off stands among the others, and can be stopped."""
    one = await rings("/checkin today at 20:00", "Madrid")
    await one.chat.taps("Tomorrow")
    await one.chat.says("/checkin")
    await one.chat.taps("4 May, 20:00")
    await one.chat.taps("Remove this check-in")
    assert rung(await one.until(hours=30)) == []


async def test_rest_and_what_comes_once() -> None:
    """What comes once has its day, and does not rest with the others."""
    one = await Somebody.begin("/checkin every day at 20:00", "Madrid", "/checkin in 5 days at 12:00")
    await one.until(hours=73)
    await one.chat.taps("Rest for a week")
    assert len(rung(await one.until(hours=48))) == 1


async def test_no_evening_is_left() -> None:
    """This evening is offered only where there is one."""
    one = await Somebody.begin("/checkin every day at 20:45", "Madrid")
    await one.until(minutes=80)
    assert "In an hour" in one.chat.buttons
    assert "This evening" not in one.chat.buttons


async def test_stop_at_the_check_ins() -> None:
    """Stop, where check-ins are, asks whether all of them shall stop."""
    one = await Somebody.begin()
    await one.chat.says("/checkin")
    await one.chat.says("stop")
    await one.chat.taps("Stop them")
    assert rung(await one.until(hours=48)) == []


async def test_back_to_the_list() -> None:
    """/back leads from a question about a check-in to the list of them."""
    one = await Somebody.begin()
    await one.chat.taps("New check-in")
    assert "These are your check-ins." in await one.chat.says("/back")


async def test_a_time_at_the_question_for_a_place() -> None:
    """A time for a check-in that is told where a place is asked for is kept until the place is known."""
    one = await Somebody.begin("/checkin", "every day at 8pm", "every day at 9:30", "Madrid")
    assert "It is set. Every day, 09:30." in one.chat.bubbles


async def test_two_of_one_minute() -> None:
    """Of two check-ins of the same minute about different things both come, one after the other."""
    flows = book(
        today="a:\n  say: How is it?\n  ask: yesno\n  next: end",
        limit="a:\n  say: What is it?\n  ask: text\n  keep: line\n  next: end",
    )
    one = await Somebody.begin("/start limit", "My line", "/checkin every day at 20:00", "Madrid", book=flows)
    await one.chat.says("/keepsakes")
    await one.chat.says("1")
    await one.chat.taps("Remind me of it")
    await one.chat.says("every day at 20:00")
    for _ in range(3):
        assert len(rung(await one.until(minutes=31))) == 1
        first = (await one.chat.taps("Yes, now"))[-1]
        said = await one.chat.says("/menu") if "My line" in first else await one.chat.taps("Yes")
        said += await one.until(minutes=29)
        assert len(rung(said)) == 1
        second = (await one.chat.taps("Yes, now"))[-1]
        assert {"My line" in first, "My line" in second} == {True, False}
        await one.chat.says("/menu")
        await one.until(hours=(EVENING + timedelta(days=1) - one.clock.now()).total_seconds() % 86400 / 3600)
