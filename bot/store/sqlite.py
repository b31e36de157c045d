"""The store on SQLite: a file that a small charity can copy, read and back up. The only importer of sqlite_utils,
with `migrations`.

One thread writes (see `writer`); reads go over a connection of their own that cannot write, on the caller's thread:
each is one lookup by key. What people wrote is sealed with their own key (see `keys`) by the thread that writes, in the
order in which it is written, so that nothing is sealed with a key that an erasure before it destroys. Neither start nor
memory grows with the people stored.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlite_utils

from bot.errors import StoreError
from bot.events import Due, Event, Keep, Message, Note
from bot.ports import Commit, Loaded, Shown, Stands

from .codec import event_of, event_text, keepsake_of, message_of, message_text, note_of, session_of, stamp, time_of
from .files import connect, look, make, set_up, told
from .keys import Forgotten, Keys
from .migrations import DATABASE, SEALED, migrate, note
from .operator import KeyFile, Operator
from .turns import Texts, below, leave, leave_behind, purge, save
from .writer import Writer

log = logging.getLogger(__name__)


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
        """The session of `chat`, whether `event` was handled, and what waits there."""
        row = self._one(
            """select (select session from people where chat = ?1), exists (select 1 from handled where event = ?2),
            (select event from inbox where chat = ?1 order by id limit 1),
            exists (select 1 from inbox where event = ?2)""",
            (chat, event),
        )
        try:
            session = None if row[0] is None else session_of(self._keys.unseal(chat, "people", row[0]))
        except Forgotten:
            await self._purge(chat)
            return await self.load(chat, event)
        return Loaded(session, bool(row[1]), row[2] or "", bool(row[3]))

    async def commit(self, turn: Commit) -> tuple[int, ...]:
        """Save a turn whole, or raise Conflict."""
        texts = Texts.of(turn)
        return await self._writer.run(lambda connection: save(connection, self._keys, turn, texts))

    # --- what waits ---

    async def postpone(self, event: Event, most: int, messages: tuple[Message, ...] = ()) -> bool:
        """Put an event behind those that wait, and messages into the outbox."""
        text, texts = event_text(event), [message_text(message) for message in messages]

        def write(connection: sqlite3.Connection) -> bool:
            body = self._keys.seal(event.chat, "inbox", text)
            bodies = [self._keys.seal(event.chat, "outbox", one) for one in texts]
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
        sql = """select chat, body from inbox where id in
            (select min(id) from inbox where chat > ? group by chat order by chat limit ?) order by chat"""
        rows = [await self._unsealed(chat, "inbox", [(body,)]) for chat, body in self._all(sql, (after, limit))]
        return [event_of(body) for found in rows for (body,) in found]

    # --- delivery ---

    async def ringing(self, chat: str, row: int) -> bool:
        """Mark a row as being sent; whether it was marked before."""
        sql = "update outbox set ringing = ringing + 1 where id = ? returning ringing > 1"
        found = await self._writer.run(lambda connection: connection.execute(sql, (row,)).fetchone())
        return bool(found and found[0])

    async def sent(
        self, chat: str, row: int, token: str = "", shown: Shown | None = None, stands: Stands | None = None
    ) -> None:
        """Forget a delivered row; remember what stands in the chat."""

        def write(connection: sqlite3.Connection) -> None:
            there = connection.execute("delete from outbox where id = ?", (row,)).rowcount
            # Of somebody who was erased nothing is remembered, not even that they were told so.
            if there and stands:
                sql = """insert or replace into standing (chat, message, at)
                    select chat, ?, ? from people where chat = ?"""
                connection.execute(sql, (stands.message, stamp(stands.at), chat))
            if there and token and shown:
                sql = """insert or replace into shown (chat, token, message, digest)
                    select chat, ?, ?, ? from people where chat = ?"""
                connection.execute(sql, (token, shown.message, shown.digest, chat))
            elif token and not shown:
                connection.execute("delete from shown where chat = ? and token = ?", (chat, token))
            leave(connection, chat)

        await self._writer.run(write)

    async def refused(self, chat: str, row: int, reason: str, at: datetime) -> None:
        """Forget a row that will never be delivered, and mark why."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("delete from outbox where id = ?", (row,))
            sql = "insert into refused (chat, row, reason, at) select chat, ?, ?, ? from people where chat = ?"
            connection.execute(sql, (row, reason, stamp(at), chat))
            leave(connection, chat)

        await self._writer.run(write)

    async def shown(self, chat: str, token: str) -> Shown | None:
        """What stands in the chat for a question."""
        found = self._all("select message, digest from shown where chat = ? and token = ?", (chat, token))
        return Shown(*found[0]) if found else None

    async def standing(self, chat: str, since: datetime) -> list[str]:
        """What was sent to a chat lately."""
        sql = "select message from standing where chat = ? and at >= ? order by at, cast(message as integer)"
        return [message for (message,) in self._all(sql, (chat, stamp(since)))]

    async def cleared(self, chat: str, row: int, messages: Sequence[str]) -> None:
        """Forget a row that cleared the chat, and what it cleared."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("delete from outbox where id = ?", (row,))
            sql = "delete from standing where chat = ? and message = ?"
            connection.executemany(sql, [(chat, message) for message in messages])

        await self._writer.run(write)

    async def outbox(self, chat: str, after: int = 0, limit: int = 100) -> list[tuple[int, Message]]:
        """What is still to be delivered to a chat, in order."""
        sql = "select id, body from outbox where chat = ? and id > ? order by id limit ?"
        rows = self._all(sql, (chat, after, limit))
        return [(row, message_of(body)) for row, body in await self._unsealed(chat, "outbox", rows)]

    async def pending(self, chat: str, row: int) -> bool:
        """Whether a row is still to be delivered."""
        return bool(self._all("select 1 from outbox where id = ? and chat = ?", (row, chat)))

    async def backlog(self, after: int = 0, limit: int = 1000) -> list[tuple[int, str]]:
        """Chats that have something in the outbox, in its order."""
        sql = "select min(id), chat from outbox where id > ? group by chat order by min(id) limit ?"
        return self._all(sql, (after, limit))

    # --- what was promised and kept ---

    async def due(self, now: datetime, limit: int = 100) -> list[Due]:
        """Reminders whose time has come, oldest first. Asked for every second, which is often enough to see that the
        operator's key was replaced."""
        self._keys.follow()
        sql = (
            "select chat, token, flow, at from reminders where asleep = 0 and at <= ? order by at, chat, token limit ?"
        )
        rows = self._all(sql, (stamp(now), limit))
        return [Due(f"due:{chat}:{token}:{at}", chat, token, flow, time_of(at)) for chat, token, flow, at in rows]

    async def keepsakes(self, chat: str) -> list[Keep]:
        """What the person kept, oldest first."""
        rows = self._all("select id, at, body from keepsakes where chat = ? order by at, id", (chat,))
        found = await self._unsealed(chat, "keepsakes", rows)
        return [keepsake_of(mark, body, time_of(at)) for mark, at, body in found]

    async def notes(self, chat: str) -> list[Note]:
        """The journal, oldest first."""
        rows = self._all("select id, at, body from journal where chat = ? order by at, id", (chat,))
        found = await self._unsealed(chat, "journal", rows)
        return [note_of(mark, body, time_of(at)) for mark, at, body in found]

    async def silent(self, seen: datetime, noticed: datetime, limit: int = 100) -> list[str]:
        """Who was silent for long, or told so long ago."""
        sql = """select chat from people where noticed is null and seen <= ?
            union all select chat from people where noticed is not null and noticed <= ? limit ?"""
        return [chat for (chat,) in self._all(sql, (stamp(seen), stamp(noticed), limit))]

    # --- the history of channels that have none ---

    async def record(self, chat: str, item: str, row: int | None = None) -> int:
        """Append a line to the chat's history; its number."""
        there = "select 1 from outbox where id = ? and chat = ?"
        sql = """insert into history (chat, number, item)
            select ?1, coalesce(max(number), 0) + 1, ?2 from history where chat = ?1 returning number"""

        def write(connection: sqlite3.Connection) -> int:
            if row is not None and not connection.execute(there, (row, chat)).fetchone():
                return 0
            return int(connection.execute(sql, (chat, self._keys.seal(chat, "history", item))).fetchone()[0])

        return await self._writer.run(write)

    async def amend(self, chat: str, number: int, item: str) -> None:
        """Replace a line of the history."""
        sql = "update history set item = ? where chat = ? and number = ?"

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(sql, (self._keys.seal(chat, "history", item), chat, number))

        await self._writer.run(write)

    async def unrecord(self, chat: str, numbers: Sequence[int]) -> None:
        """Take lines out of the history."""
        sql = "delete from history where chat = ? and number = ?"
        rows = [(chat, number) for number in numbers]
        await self._writer.run(lambda connection: connection.executemany(sql, rows).rowcount)

    async def history(self, chat: str, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
        """The newest lines of the history, oldest first."""
        sql = "select number, item from history where chat = ? and number > ? order by number desc limit ?"
        return await self._unsealed(chat, "history", self._all(sql, (chat, after, limit))[::-1])

    # --- everybody's ---

    async def invite(self, mark: str, until: datetime) -> None:
        """Remember an invitation."""
        sql = "insert or replace into invites (mark, until) values (?, ?)"
        await self._writer.run(lambda connection: connection.execute(sql, (mark, stamp(until))).rowcount)

    async def invited(self, mark: str, now: datetime) -> bool:
        """Whether an invitation is good now."""
        return bool(self._all("select 1 from invites where mark = ? and until >= ?", (mark, stamp(now))))

    async def prune(self, before: datetime) -> None:
        """Forget handled events and sent messages from before a time, and invitations that were good up to then."""

        def write(connection: sqlite3.Connection) -> None:
            for table, column in (("handled", "at"), ("standing", "at"), ("invites", "until")):
                sql = f"delete from {table} where {column} < ?"  # noqa: S608 - names of our own
                connection.execute(sql, (stamp(before),))

        await self._writer.run(write)
        # In pieces, so that nobody waits for all of it.
        after: int | None = 0
        while after is not None:
            piece = partial(leave_behind, keys=self._keys, after=after)
            after = await self._writer.run(piece)

    # --- the store itself ---

    async def take_over(self) -> None:
        """We are the bot that runs from now on: what was left to the one before us goes. Raises StoreError."""
        await asyncio.to_thread(self._keys.take_over)

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
        await self._writer.run(lambda connection: purge(connection, self._keys, chat))

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
    """Destroy the keys of those who were erased, or of whom nothing is left. What cannot be done now is done after the
    next turn, or at start."""
    rows = connection.execute("select chat, below from forgotten").fetchall()
    if not rows:
        return
    try:
        keys.forget([(chat, below(connection, chat, number)) for chat, number in rows])
        connection.executemany("delete from forgotten where chat = ? and below = ?", rows)
    except (StoreError, sqlite3.Error) as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        log.error("keys.not_forgotten chats=%s error=%s", len(rows), name)
