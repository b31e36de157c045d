"""One turn on its way into SQLite: sealed first, then written whole. And all of a person on their way out.

Everything here runs on the thread that writes, within its transaction (see `writer`).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.errors import Conflict
from bot.events import Edit, Keep, Note
from bot.ports import Commit

from .codec import keepsake_text, message_text, note_text, session_text, stamp
from .keys import Keys

WORDS = (
    ("people", "session"),
    ("inbox", "body"),
    ("outbox", "body"),
    ("keepsakes", "body"),
    ("journal", "body"),
    ("history", "item"),
)
"""Tables that hold what people wrote, and the column that is sealed."""
LEFT = "select " + " or ".join(f"exists (select 1 from {table} where chat = ?1)" for table, _ in WORDS)  # noqa: S608
"""Whether anything sealed is left of a chat."""
EVERY = 2**62
"""No key has a number as high."""
PIECE = 500
"""Keys that are looked at together for whether they still open anything."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a turn says, as it is before it is sealed."""

    session: str | None
    bodies: list[str]
    also: list[tuple[str, str]]
    keeps: list[str]
    notes: list[str]

    @classmethod
    def of(cls, turn: Commit) -> Texts:
        """The texts of a turn."""
        return cls(
            None if turn.session is None else session_text(turn.session),
            [message_text(message) for message in turn.messages],
            [(chat, message_text(message)) for chat, message in turn.also],
            [keepsake_text(keep) for keep in turn.keep],
            [note_text(note) for note in turn.note],
        )


def save(connection: sqlite3.Connection, keys: Keys, turn: Commit, texts: Texts) -> tuple[int, ...]:
    """Save a turn whole; the rows of its messages in the outbox. Raises Conflict, or StoreError, before any change."""
    _refuse(connection, turn)
    # All sealing comes before the first change: it may raise a StoreError, which undoes nothing.
    below = keys.renew(turn.chat) if turn.erase else 0
    session = None if texts.session is None else keys.seal(turn.chat, "people", texts.session)
    keeps = [keys.seal(turn.chat, "keepsakes", text) for text in texts.keeps]
    notes = [keys.seal(turn.chat, "journal", text) for text in texts.notes]
    bodies = [(turn.chat, keys.seal(turn.chat, "outbox", text)) for text in texts.bodies]
    also = [(chat, keys.seal(chat, "outbox", text)) for chat, text in texts.also]
    connection.execute("insert into handled (event, at) values (?, ?)", (turn.event, stamp(turn.at)))
    connection.execute("delete from inbox where event = ?", (turn.event,))
    connection.execute("delete from invites where mark = ?", (turn.invite,))
    if turn.erase:
        erase(connection, turn.chat, {message.token for message in turn.messages if isinstance(message, Edit)})
        connection.execute("insert or replace into forgotten (chat, below) values (?, ?)", (turn.chat, below))
    if turn.session is not None:
        sql = """insert into people (chat, revision, session, seen, noticed) values (?, ?, ?, ?, ?)
            on conflict (chat) do update set revision = excluded.revision, session = excluded.session,
            seen = excluded.seen, noticed = excluded.noticed"""
        seen, noticed = (at and stamp(at) for at in (turn.session.seen or turn.at, turn.session.noticed))
        connection.execute(sql, (turn.chat, turn.session.revision, session, seen, noticed))
    _gathered(connection, turn, keeps, notes)
    _reminders(connection, turn)
    sql = "insert into outbox (chat, body) values (?, ?)"
    rows = tuple(int(connection.execute(sql, values).lastrowid or 0) for values in bodies)
    connection.executemany(sql, also)
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


def _gathered(connection: sqlite3.Connection, turn: Commit, keeps: list[bytes], notes: list[bytes]) -> None:
    """What was kept, noted, and taken back."""
    for mark in turn.drop:
        connection.execute("delete from keepsakes where chat = ? and id = ?", (turn.chat, mark))
        connection.execute("delete from journal where chat = ? and id = ?", (turn.chat, mark))
    gathered: tuple[Keep | Note, ...] = (*turn.keep, *turn.note)
    for one, body in zip(gathered, (*keeps, *notes), strict=True):
        table = "keepsakes" if isinstance(one, Keep) else "journal"
        sql = f"insert or replace into {table} (chat, id, at, body) values (?, ?, ?, ?)"  # noqa: S608 - names of our own
        connection.execute(sql, (turn.chat, one.id, stamp(one.at), body))


def _reminders(connection: sqlite3.Connection, turn: Commit) -> None:
    for mark in turn.cancel:
        connection.execute("delete from reminders where chat = ? and token = ?", (turn.chat, mark))
    for remind in turn.remind:
        sql = "insert or replace into reminders (chat, token, flow, at) values (?, ?, ?, ?)"
        connection.execute(sql, (turn.chat, remind.id, remind.flow, stamp(remind.at)))
    if turn.sleep or turn.wake:
        sql = "update reminders set asleep = ? where chat = ?"
        connection.execute(sql, (not turn.wake, turn.chat))


def erase(connection: sqlite3.Connection, chat: str, edited: set[str]) -> None:
    """All rows of a chat, but for where the questions stand that are still to be edited."""
    for table in ("people", "inbox", "outbox", "reminders", "keepsakes", "journal", "refused", "history", "standing"):
        connection.execute(f"delete from {table} where chat = ?", (chat,))  # noqa: S608 - names of our own
    for (token,) in connection.execute("select token from shown where chat = ?", (chat,)).fetchall():
        if token not in edited:
            connection.execute("delete from shown where chat = ? and token = ?", (chat, token))


def purge(connection: sqlite3.Connection, keys: Keys, chat: str) -> None:
    """The rows of a chat that were sealed with a key that is gone; all of its rows when its session was."""
    oldest = keys.oldest(chat)
    sql = "select 1 from people where chat = ? and substr(session, 1, 9) < ?"
    if oldest is None or connection.execute(sql, (chat, oldest)).fetchone():
        erase(connection, chat, set())
        return
    # Somebody who is being erased just now, and whose new rows are not to be touched.
    for table, column in WORDS:
        sql = f"delete from {table} where chat = ? and substr({column}, 1, 9) < ?"  # noqa: S608 - names of our own
        connection.execute(sql, (chat, oldest))


def leave(connection: sqlite3.Connection, chat: str) -> None:
    """Where nothing sealed is left of a chat, its keys are to go as well: not even its number stays."""
    if not connection.execute(LEFT, (chat,)).fetchone()[0]:
        connection.execute("insert or ignore into forgotten (chat, below) values (?, 0)", (chat,))


def leave_behind(connection: sqlite3.Connection, keys: Keys, after: int) -> int | None:
    """`leave` for the owners of the next keys behind number `after`; the last of these. None: there were no more."""
    owners = keys.owners(after, PIECE)
    for _, chat in owners:
        leave(connection, chat)
    return owners[-1][0] if owners else None


def below(connection: sqlite3.Connection, chat: str, number: int) -> int:
    """The number below which the keys of somebody who is forgotten go: all of them, when they open nothing any more."""
    return number if connection.execute(LEFT, (chat,)).fetchone()[0] else EVERY
