"""The chat page: the same bot in a browser. The only place that serves HTTP."""

from __future__ import annotations

from .channel import PREFIX, WebChannel
from .server import WebServer

__all__ = ["PREFIX", "WebChannel", "WebServer"]
