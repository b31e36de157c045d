"""Another key for the operator: all people's keys are wrapped anew, in one transaction, while the bot may be running.

The bot that runs holds the old key. The new one is left to it in the file, sealed with the old one, until another bot
runs in its place: whoever has the old key and this file can read until then, as before.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SettingError, StoreError

from .codec import stamp
from .files import FULL, connect, set_up, told
from .keys import KEYS, unlock
from .operator import Operator
from .sealing import Cipher, fingerprint

BATCH = 1_000
"""Keys held at a time."""


def rotate(path: Path, operator: Operator) -> int:
    """Wrap every person's key with the operator's next one; how many there are. Raises StoreError or SettingError, and
    then nothing was changed."""
    with told(path):
        old = unlock(path, operator, needed=True)
        with closing(connect(path, "rw")) as connection:
            set_up(connection, path, KEYS)
            connection.execute("begin immediate")
            try:
                count = _rewrap(connection, old, _next(connection, old, operator))
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise
            operator.adopt()
            # So that the log does not hold them as they were wrapped before.
            connection.execute(FULL).fetchone()
    return count


def _next(connection: sqlite3.Connection, old: bytes, operator: Operator) -> bytes:
    """The key to go to. Raises StoreError, SettingError."""
    if connection.execute("select by from operators where replaced is null").fetchone() != (fingerprint(old),):
        raise StoreError("the operator's key is being replaced by somebody else as well; look what became of it")
    new = operator.successor()
    if connection.execute("select 1 from operators where by = ?", (fingerprint(new),)).fetchone():
        raise SettingError("store.new_key", "this key is or was in use", "make another one")
    return new


def _rewrap(connection: sqlite3.Connection, old: bytes, new: bytes) -> int:
    before, after, by = Cipher(old), Cipher(new), fingerprint(new)
    count = last = 0
    sql = "select number, chat, wrapped from keys where number > ? order by number limit ?"
    while rows := connection.execute(sql, (last, BATCH)).fetchall():
        wrapped = [
            (after.seal(before.unseal(key, label), label), by, number)
            for number, chat, key in rows
            for label in [f"key\0{chat}".encode()]
        ]
        connection.executemany("update keys set wrapped = ?, by = ? where number = ?", wrapped)
        count, last = count + len(rows), rows[-1][0]
    now = stamp(datetime.now(UTC))
    handover = before.seal(new, b"handover")
    sql = "update operators set replaced = ?, handover = ? where by = ?"
    connection.execute(sql, (now, handover, fingerprint(old)))
    connection.execute("insert into operators (by, made) values (?, ?)", (by, now))
    return count
