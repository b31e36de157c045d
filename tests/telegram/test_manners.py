"""How the bot behaves on Telegram, over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.events import Event
from bot.telegram import connect
from bot.testing import ToldClock
from tests.books import GREETING
from tests.botapi.person import Person
from tests.botapi.server import TOKEN, BotApi
from tests.process import CONVERSATIONS, BotProcess


async def test_tapped_question_shows_the_choice(ana: Person) -> None:
    """A tapped question is edited to show what was chosen, and its keyboard goes."""
    await ana.say("/start set_boundaries")
    question = ana.asked
    await ana.tap("My partner")
    assert question.text == "Who is it about?\n\n✓ My partner"
    assert question.rows == []


async def test_old_button(ana: Person, api: BotApi) -> None:
    """A tap on an old question gets a toast and the question of now, and changes nothing."""
    await ana.say("/start set_boundaries")
    post, data = ana.asked, ana.asked.button("My partner")
    await ana.tap("A friend")
    await ana.tap("Yes, I'm alone with this")
    now, count = ana.asked, len(ana.posts)
    await api.tap(1, post.id, data)
    assert await ana.answer(count) == [now.text]
    await api.until(lambda: any("earlier question" in toast for toast in api.toasts[1]))
    await ana.tap("No")
    assert "Where do you still feel exposed?" in ana.posts[-1].text


async def test_button_of_another_practice(ana: Person, api: BotApi) -> None:
    """A tap on a question of another practice changes nothing in this one."""
    await ana.say("/start set_boundaries")
    post, data = ana.asked, ana.asked.button("My partner")
    await ana.say("/start acknowledge_feelings")
    now, count = ana.asked, len(ana.posts)
    await api.tap(1, post.id, data)
    assert await ana.answer(count) == [now.text]


async def test_double_tap(ana: Person, api: BotApi) -> None:
    """A double tap counts once, and the second tap stops spinning with a friendly word."""
    await ana.say("/start set_boundaries")
    post, data, count = ana.asked, ana.asked.button("My partner"), len(ana.posts)
    await api.tap(1, post.id, data)
    await api.tap(1, post.id, data)
    await api.until(lambda: len(api.toasts.get(1, [])) == 2)
    assert await ana.answer(count) == [
        "Before we go on, there is one question that everybody gets here. It is about safety.",
        "Is this a moment when nobody reads along?",
    ]
    assert sorted(api.toasts[1]) == ["", "I have it already."]


async def test_quick_messages(ana: Person, api: BotApi) -> None:
    """Messages sent at once are as many turns, in order."""
    await ana.say("/start set_boundaries")
    for text in ("a friend", "yes", "no", "money"):
        await api.say(1, text)
    await api.until(lambda: "camera" in ana.posts[-1].text)
    assert [post.text.split("\n")[-1] for post in ana.posts if "✓" in post.text] == [
        "✓ A friend",
        "✓ Yes, I'm alone with this",
        "✓ No",
        "✓ Money",
    ]


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}}, "can't listen"),
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]}, "can't look at pictures"),
        ({"document": {"file_id": "f", "file_unique_id": "u"}}, "can't open files"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "don't need a place"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "only read words"),
    ],
    ids=["voice", "photo", "file", "place", "contact"],
)
async def test_not_words(ana: Person, api: BotApi, content: dict[str, object], answer: str) -> None:
    """Voice, photos, files and places get a kind answer, and the question of now still stands."""
    await ana.say("/start set_boundaries")
    count = len(ana.posts)
    await api.say(1, "", **content)
    await api.until(lambda: len(ana.posts) > count)
    assert answer in ana.posts[-1].text
    assert (await ana.tap("A friend"))[-1] == "Is this a moment when nobody reads along?"


async def test_forwarded_edited_and_long(ana: Person, api: BotApi) -> None:
    """Forwarded, edited and over-long texts are never taken for an answer."""
    await ana.say("/start challenge_beliefs")
    origin = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
    for answer, act in (
        ("forwarded", api.say(1, "what he wrote", forward_origin=origin)),
        ("changes to messages", api.edit(1, "another answer")),
        ("longer than I can take in", api.say(1, "x" * 4097)),
    ):
        count = len(ana.posts)
        await act
        await api.until(lambda count=count: len(ana.posts) > count)  # type: ignore[misc]
        assert answer in ana.posts[-1].text
    assert (await ana.say("At night."))[-1].startswith("What is the thought that hurts most?")


async def test_group(ana: Person, api: BotApi) -> None:
    """In a group the bot says one polite line with a link, and no more within the hour."""
    for _ in range(3):
        await api.say(-100, "/start@kintsugi_bot")
    await api.until(lambda: bool(api.posts.get(-100)))
    await ana.say("/start")
    assert [post.text for post in api.posts[-100]] == [
        "I only talk in private, where others don't read along. You find me at https://t.me/kintsugi_bot"
    ]


@pytest.mark.parametrize(
    ("code", "line"), [(400, "error refused chat=1 row={} 400 can't parse"), (403, "info gone chat=1 row={} 403 ")]
)
async def test_refusal_that_quotes(bot: BotProcess, ana: Person, api: BotApi, code: int, line: str) -> None:
    """A refusal that quotes what it refuses is in the log as its code and a word of ours, and nothing of the quote."""
    await ana.say("/start challenge_beliefs")
    api.quoting[1] = (code, "the blue house in March")
    await api.say(1, "At night.")
    await bot.until(line.split(" row=")[0])
    assert line.partition("{}")[2] in bot.log
    assert "blue house" not in bot.log


async def test_clear_with_what_cannot_be_deleted(ana: Person, api: BotApi) -> None:
    """/clear takes all messages out of the chat but the one that Telegram does not delete."""
    for _ in range(3):
        await ana.say("/menu")
    before = [post.id for post in ana.posts]
    api.lasting = {before[1]}
    await api.say(1, "/clear")
    await api.until(lambda: ana.posts[-1].id > before[-1])
    assert [post.id for post in ana.posts if post.id in before] == [before[1]]


async def test_held_back_holds_up_nobody(api: BotApi) -> None:
    """While a turn of one chat cannot be saved it is tried again every two seconds, and others are heard meanwhile."""
    heard: list[str] = []
    pauses: list[float] = []

    class Impatient(ToldClock):
        async def sleep(self, seconds: float) -> None:
            pauses.append(seconds)
            await asyncio.sleep(0)

    async def handle(event: Event) -> str:
        if event.chat == "1":
            raise StoreError("not now")
        heard.append(event.chat)
        return ""

    clock = Impatient()
    telegram = await connect(TOKEN, api.url, clock)
    poller = telegram.poller(handle, clock)
    first = await api.say(1, "held")
    fetching = asyncio.create_task(poller.run())
    await api.until(lambda: len(pauses) > 5)
    await api.say(2, "hello")
    await api.until(lambda: "2" in heard)
    fetching.cancel()
    await asyncio.wait([fetching])
    await telegram.close()
    assert max(pauses) == 2
    assert poller.offset <= first


async def test_bare_words(ana: Person) -> None:
    """Bare words such as "menu", "stop" and "help" work like their commands."""
    await ana.say("/start set_boundaries")
    assert "You can tap a button" in (await ana.say("help"))[0]
    assert "kept, and nothing is lost" in (await ana.say("Stop."))[0]
    assert [button["text"] for button in ana.posts[-1].rows[0]] == ["Go on", "Menu"]
    await ana.say("menu")
    assert ana.posts[-1].rows[0][0]["text"] == "Go on: Set a boundary"


async def test_restart(ana: Person) -> None:
    """/restart begins this practice from the top, and /restart NAME any other."""
    await ana.say("/start set_boundaries")
    await ana.tap("A friend")
    said = await ana.say("/restart")
    assert said[0] == "Set a boundary, from the top. What you kept before stays kept."
    assert said[-1] == "Who is it about?"
    assert (await ana.say("/restart grounding"))[0].startswith("Steady myself, from the top.")
    assert "I don't know anything called" in (await ana.say("/restart nothing"))[0]


async def test_malformed_updates_do_not_stop_it(ana: Person, api: BotApi) -> None:
    """Updates that nobody can read are passed over, and the next message is answered."""
    for update in (
        {"message": {"message_id": 1}},
        {"message": None},
        {"callback_query": {"id": "9", "from": {}, "chat_instance": "", "data": 7}},
        {"poll": {"id": "x"}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "new_chat_title": "x"}},
    ):
        await api.update(update)
    assert (await ana.say("/start"))[0].startswith(GREETING)


async def test_flood_of_one_does_not_hold_others(bot: BotProcess, api: BotApi) -> None:
    """A 429 for one chat holds up no other, and is waited out."""
    api.busy[1] = 3
    await api.say(1, "/start")
    assert (await Person(api, 2).say("/start"))[0].startswith(GREETING)
    assert not any(post.rows for post in api.posts.get(1, []))
    await api.until(lambda: any(post.rows for post in api.posts.get(1, [])))


async def test_blocked(bot: BotProcess, api: BotApi) -> None:
    """To somebody who blocked the bot nothing is tried twice, and when they are back they are answered."""
    api.blocked.add(1)
    await api.say(1, "/start")
    await api.until(lambda: api.calls["sendMessage"] >= 1)
    assert (await Person(api, 2).say("hi"))[0].startswith(GREETING)
    calls = api.calls["sendMessage"]
    api.blocked.clear()
    assert "only read words" not in (await Person(api, 1).say("menu"))[0]
    assert api.calls["sendMessage"] == calls + 1


async def test_second_poller_is_told(bot: BotProcess, api: BotApi, tmp_path: Path) -> None:
    """A second bot with the same token is told so plainly, in both logs' words, and neither loses a message."""
    (tmp_path / "other").mkdir()
    other = BotProcess.telegram(tmp_path / "other", api.url, BOT_FLOWS__PATH=CONVERSATIONS)
    await other.start()
    await api.until(lambda: "another program fetches with the same token" in bot.log + other.log, 30)
    assert await other.stop() == 0
    assert (await Person(api, 3).say("/start"))[0].startswith(GREETING)


async def test_refused_token(api: BotApi, tmp_path: Path) -> None:
    """A token that Telegram refuses is one line with the setting and the fix, exit code 2, and never the token."""
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=CONVERSATIONS)
    bot.settings["TELEGRAM_BOT_TOKEN"] = "999999:wrong-token-wrong-token"
    await bot.start()
    assert bot.process
    assert await bot.process.wait() == 2
    assert bot.log.strip().startswith("telegram.token: Telegram does not know it; copy it again from @BotFather")
    assert len(bot.log.splitlines()) == 1
    assert "wrong-token" not in bot.log


async def test_revoked_token(api: BotApi, tmp_path: Path) -> None:
    """When the token is revoked while the bot runs, it ends with that line."""
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=CONVERSATIONS)
    await bot.start()
    await api.until(lambda: api.calls["getUpdates"] > 0)
    api.token = "another"
    await api.say(1, "/start")
    assert bot.process
    assert await asyncio.wait_for(bot.process.wait(), 10) == 2
    assert "telegram.token: Telegram refuses it" in bot.log.splitlines()[-1]
    assert TOKEN not in bot.log
    assert "Traceback" not in bot.log


async def test_no_word_in_the_log(ana: Person, bot: BotProcess) -> None:
    """The log names steps and times, and never a word that the person wrote."""
    await ana.say("/start challenge_beliefs")
    await ana.say("a very unusual sentence")
    await ana.say("xylophone")
    assert "at=challenge_beliefs.thought" in bot.log
    assert "unusual" not in bot.log
    assert "xylophone" not in bot.log


async def test_stops_while_telegram_is_away(tmp_path: Path) -> None:
    """A bot that cannot reach Telegram waits for it, and ends at once when it is told to."""
    bot = BotProcess.telegram(tmp_path, "http://127.0.0.1:9")
    await bot.start()
    await bot.until("unreachable http://127.0.0.1:9")
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log
