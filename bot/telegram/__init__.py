"""Telegram: what comes in as events, what goes out as calls of the Bot API. The only importer of telegram."""

from __future__ import annotations

import os

# Times in seconds are timedelta in the library's coming version; asked for now, so that it does not warn.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from .channel import TelegramChannel
from .connect import Telegram, connect, link

__all__ = ["Telegram", "TelegramChannel", "connect", "link"]
