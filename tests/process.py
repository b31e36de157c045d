"""The bot as people run it: a process of its own, started, told to stop, or killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.botapi.server import TOKEN

ROOT = Path(__file__).parent.parent
CONVERSATIONS = ROOT / "tests" / "conversations"
"""Flows of the tests' own, so that a test of manners does not hang on what the shipped flows say today."""


class BotProcess:
    """`python -m bot run` in a folder, against a Bot API server."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.settings = settings
        self.arguments = ("-m", "bot", "run")
        self.process: asyncio.subprocess.Process | None = None

    def environment(self) -> dict[str, str]:
        """Its variables: none of ours but those that were set here."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "TELEGRAM_"))}
        return {**own, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in self.settings.items()}}

    @classmethod
    def telegram(cls, folder: Path, url: str, **more: Any) -> BotProcess:
        """One that talks to a Bot API server, at full speed."""
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "BOT_TELEGRAM__BASE_URL": url}
        fast = dict.fromkeys(("BOT_TELEGRAM__PACE", "BOT_TELEGRAM__RATE", "BOT_LIMITS__PER_MINUTE"), 0)
        return cls(folder, **{**settings, **fast, **more})

    async def start(self) -> None:
        """Start it."""
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.arguments),
                cwd=self.folder,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )

    async def until(self, words: str, seconds: float = 20) -> None:
        """Wait until it has printed these words."""
        async with asyncio.timeout(seconds):
            while words not in self.log:
                assert self.process
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.02)

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 10)

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        assert self.process
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    @property
    def log(self) -> str:
        """What it has printed."""
        return (self.folder / "bot.log").read_text("utf-8")
