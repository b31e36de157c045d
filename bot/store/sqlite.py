"""The store on SQLite: a file that a small charity can copy, read and back up. The only importer of sqlite_utils,
with `migrations`.

One thread writes (see `writer`); reads go over a connection of their own that cannot write, on the caller's thread:
each is one lookup by key. WAL lets them go on meanwhile; `synchronous=FULL` puts a turn on disk before it is told;
`secure_delete` overwrites what is deleted. Neither start nor memory grows with the people stored.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from bot.errors import Conflict, StoreError
from bot.events import Due, Edit, Event, Keep, Message
from bot.ports import Commit, Loaded, Shown

from .codec import event_of, event_text, message_of, message_text, session_of, session_text, stamp, time_of
from .migrations import APPLICATION, damaged, migrate, refuse_newer
from .writer import Writer

CHECKED = 32 * 1024 * 1024
"""Bytes up to which the whole file is looked through at start. Larger ones are looked at as they are read."""


class SqliteStore:
    """See `bot.ports.Store`. Made by `open`."""

    def __init__(self, writer: Writer, reader: sqlite3.Connection) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    def open(cls, path: Path) -> SqliteStore:
        """The store in a file, which is made (for its owner alone) when it is not there.

        Raises StoreError, the file untouched, when it is another program's, newer than this program, or damaged.
        """
        try:
            if not _look(path):
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
            _prepare(connection, path)
            reader = _connect(f"{path.absolute().as_uri()}?mode=ro")
            reader.execute("select count(*) from sqlite_master").fetchone()
        except OSError as error:
            raise StoreError(
                f"{path}: the file cannot be used ({error.strerror}); look at its folder's rights"
            ) from None
        except sqlite3.DatabaseError as error:
            raise damaged(str(path), error) from None
        return cls(Writer(connection), reader)

    # --- turns ---

    async def load(self, chat: str, event: str) -> Loaded:
        """The session of `chat`, whether `event` was handled, and what waits there."""
        row = self._one(
            """select (select session from people where chat = ?1), exists (select 1 from handled where event = ?2),
            (select event from inbox where chat = ?1 order by id limit 1),
            exists (select 1 from inbox where event = ?2)""",
            (chat, event),
        )
        session = session_of(row[0]) if row[0] is not None else None
        return Loaded(session, bool(row[1]), row[2] or "", bool(row[3]))

    async def commit(self, turn: Commit) -> tuple[int, ...]:
        """Save a turn whole, or raise Conflict."""
        session = None if turn.session is None else session_text(turn.session)
        bodies = [message_text(message) for message in turn.messages]
        return await self._writer.run(lambda connection: _commit(connection, turn, session, bodies))

    # --- what waits ---

    async def postpone(self, event: Event, most: int, messages: tuple[Message, ...] = ()) -> bool:
        """Put an event behind those that wait, and messages into the outbox."""
        body, bodies = event_text(event), [message_text(message) for message in messages]

        def write(connection: sqlite3.Connection) -> bool:
            sql = """select exists (select 1 from inbox where event = ?1) or
                exists (select 1 from handled where event = ?1), (select count(*) from inbox where chat = ?2)"""
            known, waiting = connection.execute(sql, (event.id, event.chat)).fetchone()
            if not known and waiting < most:
                sql = "insert into inbox (event, chat, body) values (?, ?, ?)"
                connection.execute(sql, (event.id, event.chat, body))
                sql = "insert into outbox (chat, body) values (?, ?)"
                connection.executemany(sql, [(event.chat, one) for one in bodies])
            return bool(known or waiting < most)

        return await self._writer.run(write)

    async def postponed(self, after: str = "", limit: int = 100) -> list[Event]:
        """The first event that waits of each chat."""
        sql = """select body from inbox where id in
            (select min(id) from inbox where chat > ? group by chat order by chat limit ?) order by chat"""
        return [event_of(body) for (body,) in self._all(sql, (after, limit))]

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
        return [(row, message_of(body)) for row, body in self._all(sql, (chat, after, limit))]

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
        rows = self._all("select id, name, words, flow, at from keepsakes where chat = ? order by at, id", (chat,))
        return [Keep(mark, name, words, flow, time_of(at)) for mark, name, words, flow, at in rows]

    # --- the history of channels that have none ---

    async def record(self, chat: str, item: str) -> int:
        """Append a line to the chat's history; its number."""
        sql = """insert into history (chat, number, item)
            select ?1, coalesce(max(number), 0) + 1, ?2 from history where chat = ?1 returning number"""
        return await self._writer.run(lambda connection: int(connection.execute(sql, (chat, item)).fetchone()[0]))

    async def amend(self, chat: str, number: int, item: str) -> None:
        """Replace a line of the history."""
        sql = "update history set item = ? where chat = ? and number = ?"
        await self._writer.run(lambda connection: connection.execute(sql, (item, chat, number)).rowcount)

    async def history(self, chat: str, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
        """The newest lines of the history, oldest first."""
        sql = "select number, item from history where chat = ? and number > ? order by number desc limit ?"
        return self._all(sql, (chat, after, limit))[::-1]

    # --- the store itself ---

    # --- everybody's ---

    async def invite(self, mark: str, until: datetime) -> None:
        """Remember an invitation."""
        sql = "insert or replace into invites (mark, until) values (?, ?)"
        await self._writer.run(lambda connection: connection.execute(sql, (mark, stamp(until))).rowcount)

    async def invited(self, mark: str, now: datetime) -> bool:
        """Whether an invitation is good now."""
        return bool(self._all("select 1 from invites where mark = ? and until >= ?", (mark, stamp(now))))

    async def prune(self, before: datetime) -> None:
        """Forget handled events from before a time, and invitations that were good up to then."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("delete from handled where at < ?", (stamp(before),))
            connection.execute("delete from invites where until < ?", (stamp(before),))

        await self._writer.run(write)

    async def close(self) -> None:
        """Finish what is being written, and close."""
        # The writer last: only it may fold the log into the file and take the log away.
        self._reader.close()
        await self._writer.close()

    def _all(self, sql: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            raise StoreError(f"the database cannot be read ({name})") from None

    def _one(self, sql: str, values: Sequence[object]) -> tuple:  # type: ignore[type-arg]
        return self._all(sql, values)[0]


def _look(path: Path) -> bool:
    """Whether there is a database, told by the first bytes of the file alone. Raises StoreError, OSError."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise StoreError(f"{path}: this is not a database of ours; give store.path another name")
    (application,) = struct.unpack(">I", header[68:72])
    if application != APPLICATION:
        raise StoreError(f"{path}: this is a database of another program; give store.path another name")
    refuse_newer(struct.unpack(">I", header[60:64])[0])
    _whole(path, header)
    return True


def _whole(path: Path, header: bytes) -> None:
    """Raises StoreError when the file is shorter than it says, or (up to CHECKED bytes) when its pages are damaged."""
    size = struct.unpack(">H", header[16:18])[0]
    pages = struct.unpack(">I", header[28:32])[0]
    log = path.with_name(path.name + "-wal")
    logged = log.exists() and log.stat().st_size > 0
    if not logged and path.stat().st_size < pages * (65536 if size == 1 else size):
        raise damaged(str(path), "it is cut short")
    if not logged and path.stat().st_size <= CHECKED:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            found = connection.execute("pragma quick_check(1)").fetchone()[0]
        finally:
            connection.close()
        if found != "ok":
            raise damaged(str(path), "its pages do not fit together")


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("pragma cache_size = -4000")
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Settings of the connection that writes, and the tables."""
    try:
        if connection.execute("pragma application_id").fetchone()[0] == 0:
            # Before WAL, so that it stands in the file itself from its first page on.
            connection.execute(f"pragma application_id = {APPLICATION}")
        connection.execute("pragma journal_mode = wal").fetchone()
        connection.execute("pragma synchronous = full")
        connection.execute("pragma secure_delete = on").fetchone()
        connection.execute("pragma temp_store = memory")
        connection.execute("pragma journal_size_limit = 16777216").fetchone()
        migrate(sqlite_utils.Database(connection), stamp(datetime.now(UTC)))
        with suppress(OSError):
            path.chmod(0o600)
    except BaseException:
        connection.close()
        raise


def _commit(connection: sqlite3.Connection, turn: Commit, session: str | None, bodies: list[str]) -> tuple[int, ...]:
    _refuse(connection, turn)
    if turn.invite:
        connection.execute("delete from invites where mark = ?", (turn.invite,))
    connection.execute("insert into handled (event, at) values (?, ?)", (turn.event, stamp(turn.at)))
    connection.execute("delete from inbox where event = ?", (turn.event,))
    if turn.erase:
        _erase(connection, turn)
    if turn.session is not None:
        sql = """insert into people (chat, revision, session) values (?, ?, ?)
            on conflict (chat) do update set revision = excluded.revision, session = excluded.session"""
        connection.execute(sql, (turn.chat, turn.session.revision, session))
    for mark in turn.drop:
        connection.execute("delete from keepsakes where chat = ? and id = ?", (turn.chat, mark))
    for mark in turn.cancel:
        connection.execute("delete from reminders where chat = ? and token = ?", (turn.chat, mark))
    for keep in turn.keep:
        sql = "insert or replace into keepsakes (chat, id, name, words, flow, at) values (?, ?, ?, ?, ?, ?)"
        connection.execute(sql, (turn.chat, keep.id, keep.name, keep.text, keep.flow, stamp(keep.at)))
    for remind in turn.remind:
        sql = "insert or replace into reminders (chat, token, flow, at) values (?, ?, ?, ?)"
        connection.execute(sql, (turn.chat, remind.id, remind.flow, stamp(remind.at)))
    sql = "insert into outbox (chat, body) values (?, ?)"
    rows = tuple(int(connection.execute(sql, (turn.chat, body)).lastrowid or 0) for body in bodies)
    connection.executemany(sql, [(chat, message_text(message)) for chat, message in turn.also])
    return rows


def _refuse(connection: sqlite3.Connection, turn: Commit) -> None:
    """Raises Conflict when a turn was overtaken, before anything of it is written."""
    sql = "select (select revision from people where chat = ?), exists (select 1 from handled where event = ?)"
    revision, handled = connection.execute(sql, (turn.chat, turn.event)).fetchone()
    if handled or (revision or 0) != turn.revision:
        raise Conflict(turn.chat)
    sql = "select 1 from invites where mark = ? and until >= ?"
    if turn.invite and not connection.execute(sql, (turn.invite, stamp(turn.at))).fetchone():
        raise Conflict(turn.chat)


def _erase(connection: sqlite3.Connection, turn: Commit) -> None:
    """All rows of a chat, but for where the questions stand that this turn still edits."""
    for table in ("people", "inbox", "outbox", "reminders", "keepsakes", "refused", "history"):
        connection.execute(f"delete from {table} where chat = ?", (turn.chat,))  # noqa: S608 - names of our own
    edited = {message.token for message in turn.messages if isinstance(message, Edit)}
    for (token,) in connection.execute("select token from shown where chat = ?", (turn.chat,)).fetchall():
        if token not in edited:
            connection.execute("delete from shown where chat = ? and token = ?", (turn.chat, token))
