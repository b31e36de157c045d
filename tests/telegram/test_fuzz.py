"""Anything that a server may hand over as updates, mixed with good ones, over HTTP and the loop that fetches.

`FUZZ=3000 pytest tests/telegram/test_fuzz.py -n 0` looks for longer.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.log import Lines
from bot.rate import Rate
from bot.service import Service
from bot.store import MemoryStore
from bot.telegram import connect
from tests.books import book
from tests.botapi.server import TOKEN, BotApi
from tests.test_service import ECHO

EXAMPLES = int(os.environ.get("FUZZ", "80"))
SECRET = "xylophone"
"""Stands in every text that somebody writes, and may stand in no line of the log."""
DEEP, DIGITS, ENDLESS = "@deep", "@digits", "@endless"
RAW = {f'"{DEEP}"': "[" * 50_000 + "]" * 50_000, f'"{DIGITS}"': "9" * 5_000, f'"{ENDLESS}"': "1e999"}
"""What Python's own JSON could not write."""

Json = dict[str, Any]
FIRST_GOOD, FIRST_BAD = 5_000_000, 1_000_000_000
"""Numbers of the chats of people, and of those of hostile updates."""
numbers = count(1_000)


def person(chat: int) -> Json:
    return {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": "en"}


def message(chat: int, kind: str = "private", **content: Any) -> Json:
    place = {"id": chat, "type": kind, "first_name": "Ana"}
    return {"message_id": next(numbers), "date": 1_777_000_000, "chat": place, "from": person(chat), **content}


FILE = {"file_id": "f", "file_unique_id": "u"}
ORIGIN = {"type": "user", "date": 1, "sender_user": person(7)}
CONTENTS: tuple[Json, ...] = (
    {"text": f"{SECRET} one"},
    {"text": f"/start {SECRET}", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
    {"text": SECRET * 120_000},
    {"text": SECRET, "entities": [{"type": "bold", "offset": n, "length": 1} for n in range(10_000)]},
    {"text": SECRET, "forward_origin": ORIGIN},
    {"text": SECRET, "reply_to_message": message(9, text=SECRET, reply_to_message=message(9, text=SECRET))},
    {"photo": [{**FILE, "width": 9, "height": 9}], "caption": SECRET},
    {"voice": {**FILE, "duration": 3}},
    {"sticker": {**FILE, "type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}},
    {"document": FILE},
    {"location": {"latitude": 1.0, "longitude": 2.0}},
    {"contact": {"phone_number": SECRET, "first_name": SECRET}},
    {"poll": {"id": "1", "question": SECRET, "options": [], "total_voter_count": 0}},
    {"new_chat_members": [person(8)]},
    {"pinned_message": message(9, text=SECRET)},
    {},
)


def query(chat: int, data: str) -> Json:
    under = message(chat, text=SECRET)
    return {"id": f"q{next(numbers)}", "from": person(chat), "chat_instance": "1", "data": data, "message": under}


def bases(chat: int) -> list[Json]:
    """A valid update of every kind."""
    kinds = ("group", "supergroup", "channel", "private", "sender")
    found: list[Json] = [{"message": message(chat, **content)} for content in CONTENTS]
    found += [{"message": message(-chat, kind, text=SECRET)} for kind in kinds]
    found += [{"message": {**message(chat, text=SECRET), "from": {**person(chat), "is_bot": True}}}]
    found += [{"edited_message": message(chat, text=SECRET, edit_date=2)}, {"channel_post": message(chat, "channel")}]
    found += [{"callback_query": query(chat, data)} for data in ("r.1.yes", SECRET * 1_200, "")]
    found += [{"inline_query": {"id": "1", "from": person(chat), "query": SECRET, "offset": ""}}, {"new_kind": {}}, {}]
    found += [{"my_chat_member": {"chat": {"id": chat, "type": "private"}, "from": person(chat), "date": 1}}]
    return found


VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**53, 2**63, 2**64, -(2**63), 10**30, 0.5, -1e308, float("nan")),
    *("", "1", "x", SECRET, "\ud800", f"{SECRET}\udfff", "\x00", "private", "channel", "web:ana", "💔" * 5_000),
    *(DEEP, DIGITS, ENDLESS, [], {}, [[]], [None], [{}], {"id": 1}, {"id": "1", "type": "private"}, [[[[[[1]]]]]]),
    *([{"type": "bold"}] * 3, {"": ""}, {"message_id": 1}, person(7), "9" * 30, "/start", "/delete"),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of an update, at most so many."""
    inside = node.items() if isinstance(node, dict) else enumerate(node[:3]) if isinstance(node, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def mutate(draw: st.DrawFn, update: Json) -> None:
    """Replace, drop, rename, duplicate or move one part."""
    every = list(places(update))
    if not every:
        return
    *way, last = draw(st.sampled_from(every))
    node: Any = update
    for key in way:
        node = node[key]
    match draw(st.sampled_from(["replace", "replace", "drop", "rename", "move", "wrap"])):
        case "drop":
            del node[last]
        case "rename" if isinstance(node, dict):
            node[draw(st.sampled_from(["message", "text", "chat", "from", "id", "data", "date", "photo"]))] = node.pop(
                last
            )
        case "move":
            other: Any = update
            for key in draw(st.sampled_from(every)):
                other = other[key]
            node[last] = copy.deepcopy(other)
        case "wrap":
            node[last] = [node[last]]
        case _:
            node[last] = copy.deepcopy(draw(st.sampled_from(VALUES)))


@st.composite
def hostile(draw: st.DrawFn) -> Any:
    """An update that is broken in some places, or nothing like one."""
    if draw(st.integers(0, 15)) == 0:
        return copy.deepcopy(draw(st.sampled_from(VALUES)))
    update = copy.deepcopy(draw(st.sampled_from(bases(FIRST_BAD + draw(st.integers(0, 50))))))
    update["update_id"] = next(numbers)
    for _ in range(draw(st.integers(0, 4))):
        mutate(draw, update)
    return update


class Hostile(BotApi):
    """A server that hands over what a test wrote, as it was written."""

    page = "[]"
    offset = 0

    async def _do_getUpdates(self, fields: dict[str, str]) -> web.Response:  # noqa: N802 - the API's name
        self.offset = int(fields["offset"])
        page, self.page = self.page, "[]"
        return web.Response(text=f'{{"ok": true, "result": {page}}}', content_type="application/json")


class Hasty(SystemClock):
    """A clock on which nobody waits."""

    async def sleep(self, seconds: float) -> None:
        """Come back at once."""
        await asyncio.sleep(0)


class World:
    """The bot in this process, at a server of that kind, and all that it logs."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.lines: list[str] = []
        self.handler = logging.Handler()
        self.handler.emit = lambda record: self.lines.append(Lines().format(record))  # type: ignore[method-assign]

    async def start(self) -> None:
        """Sign on."""
        self.api = Hostile()
        clock, store = Hasty(), MemoryStore()
        self.telegram = await connect(TOKEN, await self.api.start(), clock)
        self.delivery = Delivery(store, self.telegram.channel, Rate(0, clock), clock)
        self.poller = self.telegram.poller(Service(book(one=ECHO), store, self.delivery, clock).handle, clock)

    async def stop(self) -> None:
        """Close everything."""
        await self.poller.stop()
        await self.delivery.stop()
        await self.telegram.close()
        await self.api.stop()

    async def fetch(self, page: str) -> None:
        """One look at what there is, until all of it is answered."""
        self.api.page = page
        assert await self.poller.once()
        await self.delivery.idle()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One bot for all examples."""
    made = World()
    logging.getLogger().addHandler(made.handler)
    logging.getLogger("bot").setLevel(logging.INFO)
    made.runner.run(made.start())
    yield made
    made.runner.run(made.stop())
    made.runner.close()
    logging.getLogger().removeHandler(made.handler)


def written(updates: list[Any]) -> str:
    """The updates as JSON."""
    text = json.dumps(updates)
    for mark, raw in RAW.items():
        text = text.replace(mark, raw)
    return text


def answerable(update: Any) -> Iterator[int]:
    """The chats that an update may have an answer in."""
    for name, kinds in (
        ("message", ("private", "group", "supergroup")),
        ("edited_message", ("private",)),
        ("callback_query", ("private",)),
    ):
        found = update.get(name) if isinstance(update, dict) else None
        said = found.get("message") if name == "callback_query" and isinstance(found, dict) else found
        chat = said.get("chat") if isinstance(said, dict) else None
        if not isinstance(chat, dict) or chat.get("type") not in kinds or type(chat.get("id")) is not int:
            continue
        sender = found.get("from") if name == "message" else None
        group = chat["type"] != "private"
        if (chat["id"] < 0) == group and (group or not isinstance(sender, dict) or sender.get("is_bot") is not True):
            yield chat["id"]


QUIET = list(HealthCheck)


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=QUIET, derandomize=EXAMPLES < 500)
@given(st.lists(hostile(), max_size=8), st.lists(st.integers(0, 8), max_size=3), st.booleans())
def test_hostile_updates(world: World, bad: list[Any], good: list[int], twice: bool) -> None:
    """Whatever stands among the updates, the loop goes on, the good ones are answered, once, the offset moves over all
    of them, no line of the log holds a word, and what is no private message has no answer."""
    world.api.posts.clear()
    world.lines.clear()
    page, chats = list(bad), []
    for place in good:
        chat = FIRST_GOOD + next(numbers)
        chats.append(chat)
        update = {"message": message(chat, text="/start one"), "update_id": next(numbers)}
        page.insert(place, update)
        if twice:
            page.append(copy.deepcopy(update))
    before = world.poller.offset
    world.runner.run(world.fetch(written(page)))
    for chat in chats:
        assert [post.text for post in world.api.posts[chat]].count("Next?") == 1
    fine = [u["update_id"] for u in page if isinstance(u, dict) and type(u.get("update_id")) is int]
    assert world.poller.offset == max([before - 1, *(one for one in fine if 0 <= one < 2**53)]) + 1
    assert not any(SECRET in line for line in world.lines)
    allowed = {chat for update in page for chat in answerable(update)}
    assert {chat for chat, posts in world.api.posts.items() if posts} <= allowed
