"""Whole conversations over HTTP, with the bot as a process of its own."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.script import read_talks
from tests.botapi import markup
from tests.botapi.person import Person
from tests.botapi.server import BotApi
from tests.process import ROOT, BotProcess

TALKS = [
    (path.name, name)
    for path in sorted((ROOT / "flows").glob("*.test.yaml"))
    for name, lines in read_talks(path)[0].items()
    if all(line.who not in {"later", "language"} for line in lines)
]


def read(recorded: str) -> str:
    """A recorded bubble as people read it, without its buttons."""
    return markup.plain("\n".join(line for line in recorded.split("\n") if not line.startswith("["))).strip()


def undated(text: str) -> str:
    """A bubble without the day: talks were recorded on another one."""
    return re.sub(r"\b\d+ [A-Z][a-z]+", "a day", text)


async def test_every_talk_over_http(shipped: BotProcess, api: BotApi) -> None:
    """Every scripted talk is held over HTTP with nothing that Telegram would refuse, bubble for bubble as recorded."""
    for chat, (file, name) in enumerate(TALKS, 1):
        person = Person(api, chat)
        lines = read_talks(ROOT / "flows" / file)[0][name]
        for line, recorded in pairwise(lines):
            if line.who != "me":
                continue
            text = line.texts[0]
            if not text.startswith("["):
                said = await person.say(text)
            elif recorded.texts[0].startswith("[") and len(recorded.texts) == 1:
                await person.toggle(text[1:-1])
                continue
            else:
                said = await person.tap(text[1:-1])
            expected = [read(one) for one in recorded.texts if not one.startswith("(kept")]
            assert [undated(one) for one in said] == [undated(one) for one in expected], (name, text)
    assert api.refusals == []
    assert " error " not in shipped.log
    assert api.calls["editMessageText"] > 100


async def test_signs_on(bot: BotProcess, api: BotApi) -> None:
    """On Telegram the bot shows its commands with what they do, to each in their language."""
    await api.until(lambda: {"", "es"} <= set(api.commands))
    names = [
        *("start", "menu", "path", "language", "restart", "pause", "back", "sos", "checkin", "keepsakes", "journal"),
        *("progress", "privacy", "export", "discreet", "clear", "delete", "help"),
    ]
    for language in ("", "es"):
        assert [one["command"] for one in api.commands[language]] == names
    told = [[one["description"] for one in api.commands[language]] for language in ("", "es")]
    assert all(english != spanish for english, spanish in zip(*told, strict=True))
    assert all(one["description"] for one in api.commands[""])
