"""The bot against the Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.botapi.person import Person
from tests.botapi.server import BotApi
from tests.process import CONVERSATIONS, BotProcess


@pytest.fixture
async def shipped(tmp_path: Path, api: BotApi) -> AsyncIterator[BotProcess]:
    """The bot with the flows that come with it."""
    process = BotProcess.telegram(tmp_path, api.url)
    await process.start()
    yield process
    assert await process.stop() == 0
    assert "Traceback" not in process.log


@pytest.fixture
async def bot(tmp_path: Path, api: BotApi) -> AsyncIterator[BotProcess]:
    """The bot as a process of its own, which ends well."""
    process = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=CONVERSATIONS)
    await process.start()
    yield process
    assert await process.stop() == 0
    assert "Traceback" not in process.log


@pytest.fixture
def ana(bot: BotProcess, api: BotApi) -> Person:
    return Person(api, 1)
