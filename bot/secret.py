"""An operator's key as text: 32 bytes in hex or base64, as `openssl rand -hex 32` prints them."""

from __future__ import annotations

import base64
import binascii
import re

from .log import redact

SIZE = 32
"""Bytes of a key: AES-256."""
FITS = "32 random bytes in hex or base64, such as `openssl rand -hex 32` prints"


KEY = re.compile(r"(?<![\w+/-])(?:[0-9A-Fa-f]{64}|[\w+-][\w+/-]{42}=?)(?![\w+/-])", re.ASCII)
"""What looks like a key, wherever it was written by mistake."""


def hidden(text: str) -> str:
    """The text without anything that looks like a key or a token."""
    return KEY.sub("(key)", redact(text))


def key_of(text: str) -> bytes | None:
    """The key that a text holds, or None when it holds none. Both alphabets of base64 fit, with or without `=`."""
    text = text.strip()
    if re.fullmatch(r"[0-9A-Fa-f]{64}", text):
        return bytes.fromhex(text)
    if not re.fullmatch(r"[\w+/-]{43}=?", text, re.ASCII):
        return None
    try:
        return base64.b64decode(text.rstrip("=").replace("-", "+").replace("_", "/") + "=", validate=True)
    except binascii.Error:
        return None


def key_text(key: bytes) -> str:
    """A key as a line that `key_of` reads."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=")
