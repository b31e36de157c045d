"""Stores: one contract (`bot.ports.Store`), kept by SQLite and by memory."""

from __future__ import annotations

from .memory import MemoryStore
from .operator import Given, KeyFile, Operator
from .rotation import rotate
from .sqlite import SqliteStore

__all__ = ["Given", "KeyFile", "MemoryStore", "Operator", "SqliteStore", "rotate"]
