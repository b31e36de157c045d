"""What several tests use."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.botapi.server import BotApi


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server on loopback."""
    server = BotApi()
    await server.start()
    yield server
    await server.stop()
