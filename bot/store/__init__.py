"""Stores: one contract (`bot.ports.Store`), kept by SQLite and by memory."""

from __future__ import annotations

from .memory import MemoryStore
from .sqlite import SqliteStore

__all__ = ["MemoryStore", "SqliteStore"]
