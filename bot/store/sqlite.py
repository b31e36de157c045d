"""The store on SQLite: a file that a small charity can copy, read and back up. The only importer of sqlite_utils,
with `migrations`.

One thread writes (see `writer`); reads go over a connection of their own that cannot write, on the caller's thread:
each is one lookup by key. What people wrote is sealed with their own key (see `keys`) by the thread that writes, in the
order in which it is written, so that nothing is sealed with a key that an erasure before it destroys. Neither start nor
memory grows with the people stored.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlite_utils

from bot.errors import Conflict, StoreError
from bot.events import Due, Edit, Keep, Message
from bot.ports import Commit, Loaded, Shown

from .codec import keepsake_of, keepsake_text, message_of, message_text, session_of, session_text, stamp, time_of
from .files import connect, look, make, set_up, told
from .keys import Forgotten, Keys
from .migrations import DATABASE, SEALED, migrate, note
from .operator import KeyFile, Operator
from .writer import Writer

log = logging.getLogger(__name__)
WORDS = (("people", "session"), ("outbox", "body"), ("keepsakes", "body"), ("history", "item"))
"""Tables that hold what people wrote, and the column that is sealed."""


class SqliteStore:
    """See `bot.ports.Store`. Made by `open`."""

    def __init__(self, writer: Writer, reader: sqlite3.Connection, keys: Keys) -> None:
        self._writer = writer
        self._reader = reader
        self._keys = keys

    @classmethod
    def open(cls, path: Path, keys: Path | None = None, operator: Operator | None = None) -> SqliteStore:
        """The store in a file, which is made (for its owner alone) when it is not there, with the file of people's
        keys and the operator's key that wraps them. None: `.keys` and `.key` beside the database.

        Raises StoreError, every file untouched, when the database is another program's, newer than this program, or
        damaged, and when the keys are missing or the operator's key is not theirs.
        """
        with told(path):
            version = look(path, DATABASE)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        needed = version is not None and version >= SEALED
        ring = Keys.open(keys or path.with_suffix(".keys"), operator or KeyFile(path.with_suffix(".key")), needed)
        with ExitStack() as undoing, told(path):
            undoing.callback(ring.close)
            make(path)
            connection = connect(path, "rw")
            undoing.callback(connection.close)
            _prepare(connection, path, ring)
            reader = connect(path, "ro")
            undoing.callback(reader.close)
            reader.execute("select count(*) from sqlite_master").fetchone()
            undoing.pop_all()
        return cls(Writer(connection, _Beside(ring)), reader, ring)

    # --- turns ---

    async def load(self, chat: str, event: str) -> Loaded:
        """The session of `chat`, and whether `event` was handled."""
        row = self._one(
            "select (select session from people where chat = ?), exists (select 1 from handled where event = ?)",
            (chat, event),
        )
        try:
            session = None if row[0] is None else session_of(self._keys.unseal(chat, "people", row[0]))
        except Forgotten:
            await self._purge(chat)
            return await self.load(chat, event)
        return Loaded(session, bool(row[1]))

    async def commit(self, turn: Commit) -> tuple[int, ...]:
        """Save a turn whole, or raise Conflict."""
        texts = _Texts.of(turn)
        return await self._writer.run(lambda connection: _commit(connection, self._keys, turn, texts))

    # --- delivery ---

    async def sent(self, chat: str, row: int, token: str = "", shown: Shown | None = None) -> None:
        """Forget a delivered row; remember what stands in the chat."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("delete from outbox where id = ?", (row,))
            if token and shown:
                sql = "insert or replace into shown (chat, token, message, digest) values (?, ?, ?, ?)"
                connection.execute(sql, (chat, token, shown.message, shown.digest))
            elif token:
                connection.execute("delete from shown where chat = ? and token = ?", (chat, token))

        await self._writer.run(write)

    async def refused(self, chat: str, row: int, reason: str, at: datetime) -> None:
        """Forget a row that will never be delivered, and mark why."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("delete from outbox where id = ?", (row,))
            sql = "insert into refused (chat, row, reason, at) values (?, ?, ?, ?)"
            connection.execute(sql, (chat, row, reason, stamp(at)))

        await self._writer.run(write)

    async def shown(self, chat: str, token: str) -> Shown | None:
        """What stands in the chat for a question."""
        found = self._all("select message, digest from shown where chat = ? and token = ?", (chat, token))
        return Shown(*found[0]) if found else None

    async def outbox(self, chat: str, after: int = 0, limit: int = 100) -> list[tuple[int, Message]]:
        """What is still to be delivered to a chat, in order."""
        sql = "select id, body from outbox where chat = ? and id > ? order by id limit ?"
        rows = self._all(sql, (chat, after, limit))
        return [(row, message_of(body)) for row, body in await self._unsealed(chat, "outbox", rows)]

    async def backlog(self, after: str = "", limit: int = 1000) -> list[str]:
        """Chats that have something in the outbox."""
        sql = "select distinct chat from outbox where chat > ? order by chat limit ?"
        return [chat for (chat,) in self._all(sql, (after, limit))]

    # --- what was promised and kept ---

    async def due(self, now: datetime, limit: int = 100) -> list[Due]:
        """Reminders whose time has come, oldest first."""
        sql = "select chat, token, flow, at from reminders where at <= ? order by at, chat, token limit ?"
        rows = self._all(sql, (stamp(now), limit))
        return [Due(f"due:{chat}:{token}:{at}", chat, token, flow, time_of(at)) for chat, token, flow, at in rows]

    async def keepsakes(self, chat: str) -> list[Keep]:
        """What the person kept, oldest first."""
        rows = self._all("select id, at, body from keepsakes where chat = ? order by at, id", (chat,))
        found = await self._unsealed(chat, "keepsakes", rows)
        return [keepsake_of(mark, body, time_of(at)) for mark, at, body in found]

    # --- the history of channels that have none ---

    async def record(self, chat: str, item: str) -> int:
        """Append a line to the chat's history; its number."""
        sql = """insert into history (chat, number, item)
            select ?1, coalesce(max(number), 0) + 1, ?2 from history where chat = ?1 returning number"""

        def write(connection: sqlite3.Connection) -> int:
            return int(connection.execute(sql, (chat, self._keys.seal(chat, "history", item))).fetchone()[0])

        return await self._writer.run(write)

    async def amend(self, chat: str, number: int, item: str) -> None:
        """Replace a line of the history."""
        sql = "update history set item = ? where chat = ? and number = ?"

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(sql, (self._keys.seal(chat, "history", item), chat, number))

        await self._writer.run(write)

    async def history(self, chat: str, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
        """The newest lines of the history, oldest first."""
        sql = "select number, item from history where chat = ? and number > ? order by number desc limit ?"
        return await self._unsealed(chat, "history", self._all(sql, (chat, after, limit))[::-1])

    # --- the store itself ---

    async def prune(self, before: datetime) -> None:
        """Forget handled events from before a time."""
        sql = "delete from handled where at < ?"
        await self._writer.run(lambda connection: connection.execute(sql, (stamp(before),)).rowcount)

    async def close(self) -> None:
        """Finish what is being written, and close."""
        # The writer last: only it may fold the log into the file and take the log away.
        self._reader.close()
        await self._writer.close()
        self._keys.close()

    async def _unsealed(self, chat: str, kind: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows of a chat with their last column unsealed, those left out whose key was destroyed."""
        found = []
        for *row, blob in rows:
            try:
                found.append((*row, self._keys.unseal(chat, kind, blob)))
            except Forgotten:
                await self._purge(chat)
        return found

    async def _purge(self, chat: str) -> None:
        """Erase what cannot be read any more: this is a copy of the database from before somebody was erased, brought
        back. They stay erased."""
        await self._writer.run(lambda connection: _purge(connection, self._keys, chat))

    def _all(self, sql: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            raise StoreError(f"the database cannot be read ({name})") from None

    def _one(self, sql: str, values: Sequence[object]) -> tuple:  # type: ignore[type-arg]
        return self._all(sql, values)[0]


def _prepare(connection: sqlite3.Connection, path: Path, keys: Keys) -> None:
    """Settings of the connection that writes, and the tables."""
    set_up(connection, path, DATABASE)
    migrate(sqlite_utils.Database(connection), keys, stamp(datetime.now(UTC)))
    keys.refuse_older(connection.execute("select newest from keyed").fetchone()[0])
    _forget(connection, keys)


class _Beside:
    """See `writer.Beside`: people's keys are on disk before what is sealed with them, and go after their words."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def settle(self, connection: sqlite3.Connection) -> None:
        note(connection, self._keys.settle())

    def undo(self) -> None:
        self._keys.undo()

    def finish(self, connection: sqlite3.Connection) -> None:
        _forget(connection, self._keys)


def _forget(connection: sqlite3.Connection, keys: Keys) -> None:
    """Destroy the keys of those who were erased. What cannot be done now is done after the next turn, or at start."""
    for chat, below in connection.execute("select chat, below from forgotten").fetchall():
        try:
            keys.forget(chat, below)
            connection.execute("delete from forgotten where chat = ? and below = ?", (chat, below))
        except (StoreError, sqlite3.Error) as error:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            log.error("keys.not_forgotten chat=%s error=%s", chat, name)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a turn says, as it is before it is sealed."""

    session: str | None
    bodies: list[str]
    also: list[tuple[str, str]]
    keeps: list[str]

    @classmethod
    def of(cls, turn: Commit) -> _Texts:
        return cls(
            None if turn.session is None else session_text(turn.session),
            [message_text(message) for message in turn.messages],
            [(chat, message_text(message)) for chat, message in turn.also],
            [keepsake_text(keep) for keep in turn.keep],
        )


def _commit(connection: sqlite3.Connection, keys: Keys, turn: Commit, texts: _Texts) -> tuple[int, ...]:
    found = connection.execute(
        "select (select revision from people where chat = ?), exists (select 1 from handled where event = ?)",
        (turn.chat, turn.event),
    ).fetchone()
    if found[1] or (found[0] or 0) != turn.revision:
        raise Conflict(turn.chat)
    # All sealing comes before the first change: it may raise a StoreError, which undoes nothing.
    below = keys.renew(turn.chat) if turn.erase else 0
    session = None if texts.session is None else keys.seal(turn.chat, "people", texts.session)
    keeps = [keys.seal(turn.chat, "keepsakes", text) for text in texts.keeps]
    bodies = [(turn.chat, keys.seal(turn.chat, "outbox", text)) for text in texts.bodies]
    also = [(chat, keys.seal(chat, "outbox", text)) for chat, text in texts.also]
    connection.execute("insert into handled (event, at) values (?, ?)", (turn.event, stamp(turn.at)))
    if turn.erase:
        _erase(connection, turn.chat, {message.token for message in turn.messages if isinstance(message, Edit)})
        connection.execute("insert or replace into forgotten (chat, below) values (?, ?)", (turn.chat, below))
    if turn.session is not None:
        sql = """insert into people (chat, revision, session) values (?, ?, ?)
            on conflict (chat) do update set revision = excluded.revision, session = excluded.session"""
        connection.execute(sql, (turn.chat, turn.session.revision, session))
    for mark in turn.drop:
        connection.execute("delete from keepsakes where chat = ? and id = ?", (turn.chat, mark))
    for mark in turn.cancel:
        connection.execute("delete from reminders where chat = ? and token = ?", (turn.chat, mark))
    for keep, body in zip(turn.keep, keeps, strict=True):
        sql = "insert or replace into keepsakes (chat, id, at, body) values (?, ?, ?, ?)"
        connection.execute(sql, (turn.chat, keep.id, stamp(keep.at), body))
    for remind in turn.remind:
        sql = "insert or replace into reminders (chat, token, flow, at) values (?, ?, ?, ?)"
        connection.execute(sql, (turn.chat, remind.id, remind.flow, stamp(remind.at)))
    sql = "insert into outbox (chat, body) values (?, ?)"
    rows = tuple(int(connection.execute(sql, values).lastrowid or 0) for values in bodies)
    connection.executemany(sql, also)
    return rows


def _erase(connection: sqlite3.Connection, chat: str, edited: set[str]) -> None:
    """All rows of a chat, but for where the questions stand that are still to be edited."""
    for table in ("people", "outbox", "reminders", "keepsakes", "refused", "history"):
        connection.execute(f"delete from {table} where chat = ?", (chat,))  # noqa: S608 - names of our own
    for (token,) in connection.execute("select token from shown where chat = ?", (chat,)).fetchall():
        if token not in edited:
            connection.execute("delete from shown where chat = ? and token = ?", (chat, token))


def _purge(connection: sqlite3.Connection, keys: Keys, chat: str) -> None:
    """The rows of a chat that were sealed with a key that is gone; all of its rows when its session was."""
    oldest = keys.oldest(chat)
    sql = "select 1 from people where chat = ? and substr(session, 1, 9) < ?"
    if oldest is None or connection.execute(sql, (chat, oldest)).fetchone():
        _erase(connection, chat, set())
        return
    # Somebody who is being erased just now, and whose new rows are not to be touched.
    for table, column in WORDS:
        sql = f"delete from {table} where chat = ? and substr({column}, 1, 9) < ?"  # noqa: S608 - names of our own
        connection.execute(sql, (chat, oldest))
