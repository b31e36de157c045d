"""What goes over HTTP that is no bubble: files, pictures, and messages that disappear."""

from __future__ import annotations

import json

from tests.botapi.person import Person
from tests.botapi.server import BotApi
from tests.process import BotProcess

PNG = b"\x89PNG\r\n\x1a\n"


async def test_export_sends_two_files(ana: Person, api: BotApi) -> None:
    """/export sends a page and JSON, and says what they are."""
    await ana.say("/start acknowledge_feelings")
    said = await ana.say("/export")
    assert said[-1].startswith("Here is all that is stored of you.")
    files = dict(post.file for post in ana.posts if post.file)
    assert set(files) == {"my-data.html", "my-data.json"}
    assert files["my-data.html"].startswith(b"<!DOCTYPE html>")
    assert json.loads(files["my-data.json"])["format"] == 1
    assert api.refusals == []


async def test_progress_sends_a_picture(shipped: BotProcess, api: BotApi) -> None:
    """/progress sends a picture with the same in words under it, and a sentence after it."""
    one = Person(api, 77)
    await one.say("/start today")
    await one.say("6")
    said = await one.say("/progress")
    (post,) = [post for post in one.posts if post.file]
    assert post.file
    assert post.file[1].startswith(PNG)
    assert post.text.startswith("A picture with a dot for each day")
    assert any(text.startswith("There isn't enough here yet") for text in said)
    assert api.refusals == []


async def test_clear_takes_messages_away(ana: Person, api: BotApi) -> None:
    """/clear takes away all that the bot sent, a hundred messages at a time, and one neutral bubble stays."""
    for _ in range(60):
        await ana.say("/help")
    assert len(ana.posts) > 200
    await api.say(1, "/clear")
    await api.until(lambda: bool(ana.posts) and ana.posts[-1].text.startswith("Done."))
    assert len(ana.posts) == 1
    assert api.calls["deleteMessages"] >= 3
    assert await ana.say("/menu")


async def test_a_place_becomes_a_clock(ana: Person, api: BotApi, bot: BotProcess) -> None:
    """A place that is shared becomes the clock of a check-in, and is in no log."""
    await ana.say("/checkin every day at 20:00")
    count = len(ana.posts)
    await api.say(1, "", location={"latitude": 40.4168, "longitude": -3.7038})
    await api.until(lambda: len(ana.posts) >= count + 3)
    assert "It is set. Every day, 20:00." in [post.text for post in ana.posts[count:]]
    assert "40.4" not in bot.log


async def test_who_blocked_comes_back(ana: Person, api: BotApi) -> None:
    """Telegram's word that somebody blocked the bot is taken; when they are back, they are where they were."""
    await ana.say("/start set_boundaries")
    member = {"user": {"id": 123456789, "is_bot": True, "first_name": "Kintsugi"}, "status": "kicked", "until_date": 0}
    place = {"id": 1, "type": "private", "first_name": "Ana"}
    changed = {"chat": place, "from": {"id": 1, "is_bot": False, "first_name": "Ana"}, "date": 1}
    await api.update(
        {"my_chat_member": {**changed, "old_chat_member": {**member, "status": "member"}, "new_chat_member": member}}
    )
    assert (await ana.say("/start"))[0].startswith(("Welcome back", "Good to see you"))
