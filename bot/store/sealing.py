"""Words made unreadable: AES-256-GCM with a random nonce of 96 bits. The only importer of cryptography.

What is sealed is bound to a label (whose it is, and of what kind): under another label it does not open.
"""

from __future__ import annotations

import hashlib
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.secret import SIZE

NONCE = 12
HEAD = struct.Struct(">Bq")
"""What every sealed text begins with: the version of its form, and the number of its key."""
VERSION = 1


class Unopened(Exception):
    """It was sealed with another key or under another label, or it was changed since."""


class Cipher:
    """One key, ready for use. Safe to share between threads."""

    __slots__ = ("_aes",)

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(key)

    def seal(self, data: bytes, label: bytes) -> bytes:
        """The nonce and the sealed data: 28 bytes more than there were."""
        nonce = os.urandom(NONCE)
        return nonce + self._aes.encrypt(nonce, data, label)

    def unseal(self, data: bytes, label: bytes) -> bytes:
        """What `seal` was given. Raises Unopened."""
        try:
            return self._aes.decrypt(data[:NONCE], data[NONCE:], label)
        except (InvalidTag, ValueError):
            # From None: nothing of the data may travel with the error.
            raise Unopened from None


def new_key() -> bytes:
    """A key that nobody had before."""
    return os.urandom(SIZE)


def fingerprint(key: bytes) -> str:
    """A name for an operator's key that tells nothing of it: 16 hex digits."""
    return hashlib.blake2b(key, digest_size=8, person=b"kintsugi key").hexdigest()


def seal_text(cipher: Cipher, number: int, label: str, text: str) -> bytes:
    """A text as a column holds it: the number of its key in clear, and all else sealed."""
    head = head_of(number)
    return head + cipher.seal(text.encode("utf-8", "surrogatepass"), head + label.encode())


def unseal_text(cipher: Cipher, label: str, blob: bytes) -> str:
    """The text that `seal_text` was given. Raises Unopened."""
    head = blob[: HEAD.size]
    return cipher.unseal(blob[HEAD.size :], head + label.encode()).decode("utf-8", "surrogatepass")


def head_of(number: int) -> bytes:
    """What every text that was sealed with a key begins with; in the order of the numbers."""
    return HEAD.pack(VERSION, number)


def number_of(blob: bytes) -> int:
    """The number of the key that a column was sealed with. Raises Unopened when it is no sealed text of ours."""
    if len(blob) < HEAD.size or blob[0] != VERSION:
        raise Unopened
    return int(HEAD.unpack(blob[: HEAD.size])[1])
