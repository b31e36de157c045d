"""The keys of people: one each, wrapped by the operator's key, in an SQLite file of their own beside the database.

The law of this file: **whoever's key is deleted here cannot be read any more**, in no copy of the database, whenever it
was made; and no row is committed whose key is not on disk yet.

Half of it belongs to the thread that writes (`seal`, `renew`, `settle`, `undo`, `forget`), half to the one that reads
(`unseal`). Each half has a connection and recently used keys of its own, so that neither waits for the other, and what
was read a moment ago never decides what is written with. Memory does not grow with the people stored.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Hashable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from bot.errors import StoreError

from .codec import stamp, time_of
from .files import FULL, Kind, connect, look, make, peek, set_up, told
from .operator import Operator
from .sealing import Cipher, Unopened, fingerprint, head_of, new_key, number_of, seal_text, unseal_text

KEYS = Kind("the file of people's keys", "store.keys", 0x4B494E4B, 1)
MOST = 5_000
"""Keys that each half remembers."""
# Rows come in the order of their numbers and are never moved by others that come between: in a table sorted by chat,
# SQLite leaves copies of moved rows in its pages, which secure_delete does not find when the row is deleted.
TABLES = (
    "create table keys (number integer primary key autoincrement, chat text not null, wrapped blob not null, "
    "by text not null) strict",
    "create index keys_chat on keys (chat, number)",
    "create table operators (number integer primary key, by text not null unique, made integer not null, "
    "replaced integer, handover blob) strict",
)
"""`by` is the fingerprint of the operator's key that wraps a row; `handover` the key that followed, sealed with the one
that it replaced, for a bot that was running meanwhile."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Recent(Generic[K, V]):
    """What was used last, at most MOST of it."""

    def __init__(self) -> None:
        self._found: dict[K, V] = {}
        self._lock = threading.Lock()

    def get(self, name: K) -> V | None:
        with self._lock:
            found = self._found.pop(name, None)
            if found is not None:
                self._found[name] = found
            return found

    def put(self, name: K, value: V) -> V:
        with self._lock:
            self._found[name] = value
            if len(self._found) > MOST:
                del self._found[next(iter(self._found))]
        return value

    def drop(self, name: K) -> None:
        with self._lock:
            self._found.pop(name, None)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


class Forgotten(StoreError):
    """The person's key was destroyed after this was written: what is read is an older copy of the database."""


class _Replaced(Exception):
    """The operator's key was replaced between the look at it and the use of it."""


class Keys:
    """Made by `open`. A kind is the name of the table that the words stand in."""

    def __init__(self, path: Path, operator: bytes) -> None:
        self._path = path
        self._first = self._current = fingerprint(operator)
        self._operators = {self._first: Cipher(operator)}
        self._writing = connect(path, "rw")
        try:
            _prepare(self._writing, path, self._first)
            self._reading = connect(path, "ro")
        except BaseException:
            self._writing.close()
            raise
        self._made = 0
        self._newest: _Recent[str, tuple[int, Cipher]] = _Recent()
        self._numbered: _Recent[int, Cipher] = _Recent()

    @classmethod
    def open(cls, path: Path, operator: Operator, needed: bool = False) -> Keys:
        """The keys in a file, which is made when it is not there, unless it is `needed` for what is sealed already.

        Raises StoreError, with every file as it was, when the file is missing or the operator's key is not its own.
        """
        with told(path):
            while True:
                key = unlock(path, operator, needed)
                make(path)
                with suppress(_Replaced):
                    return cls(path, key)

    # --- the thread that writes ---

    def seal(self, chat: str, kind: str, text: str) -> bytes:
        """A person's words as a column holds them. Somebody new gets a key, which `settle` puts on disk."""
        number, cipher = self._newest.get(chat) or self._find(chat)
        return seal_text(cipher, number, _label(kind, chat), text)

    def renew(self, chat: str) -> int:
        """Give a person a new key, for what is written from now on; its number. The older ones stay until `forget`."""
        self._begin()
        key = new_key()
        wrapped = self._operators[self._current].seal(key, _label("key", chat).encode())
        sql = "insert into keys (chat, wrapped, by) values (?, ?, ?)"
        number = int(self._writing.execute(sql, (chat, wrapped, self._current)).lastrowid or 0)
        self._newest.put(chat, (number, Cipher(key)))
        self._made = number
        return number

    def settle(self) -> int:
        """Put new keys on disk: before the rows that were sealed with them are committed. The number of the newest of
        them; 0: there were none."""
        if self._writing.in_transaction:
            self._writing.execute("commit")
        made, self._made = self._made, 0
        return made

    def undo(self) -> None:
        """Take back the keys that were not settled."""
        if self._writing.in_transaction:
            self._newest.clear()
            self._writing.execute("rollback")
        self._made = 0

    def refuse_older(self, newest: int) -> None:
        """Raises StoreError when this file never held the key with this number: then it is an old copy."""
        if newest > _last(self._writing):
            raise StoreError(
                "the file of people's keys is older than the database, and keys that were made since are missing; "
                "put its newest copy back (store.keys), or a copy of the database that is older than it"
            )

    def oldest(self, chat: str) -> bytes | None:
        """How what was sealed with the oldest key of a person begins: whatever sorts before it cannot be read any more.
        None: they have no key."""
        number = self._writing.execute("select min(number) from keys where chat = ?", (chat,)).fetchone()[0]
        return None if number is None else head_of(number)

    def forget(self, people: Iterable[tuple[str, int]]) -> None:
        """Destroy the keys of people (chat, below) with a number less than `below`: gone from the file and from its log
        when this returns. Raises StoreError or sqlite3.Error when they may not be; then do it again."""
        with self._writing:
            self._writing.execute("begin immediate")
            for chat, below in people:
                sql = "select number from keys where chat = ? and number < ?"
                for (number,) in self._writing.execute(sql, (chat, below)).fetchall():
                    self._numbered.drop(number)
                found = self._newest.get(chat)
                if found and found[0] < below:
                    self._newest.drop(chat)
                self._writing.execute("delete from keys where chat = ? and number < ?", (chat, below))
        if self._writing.execute(FULL).fetchone()[0]:
            raise StoreError("the log of the file of people's keys is being read, and still holds a key")

    def owners(self, after: int, limit: int) -> list[tuple[int, str]]:
        """Keys that are on disk or about to be, from behind number `after`: their numbers, and whose they are."""
        sql = "select number, chat from keys where number > ? order by number limit ?"
        return self._writing.execute(sql, (after, limit)).fetchall()

    def close(self) -> None:
        """Close both connections: when nobody reads or writes any more."""
        self._reading.close()
        self._writing.close()

    def _find(self, chat: str) -> tuple[int, Cipher]:
        """A person's newest key; a new one for somebody new."""
        sql = "select number, wrapped, by from keys where chat = ? order by number desc limit 1"
        row = self._writing.execute(sql, (chat,)).fetchone()
        if row is None:
            self.renew(chat)
            row = self._writing.execute(sql, (chat,)).fetchone()
        number, wrapped, by = row
        return self._newest.put(chat, (number, self._unwrap(self._writing, chat, wrapped, by)))

    def _begin(self) -> None:
        """Begin a transaction unless one is open, and see which operator's key is the one in use: while the
        transaction is open no rotation can change it."""
        if not self._writing.in_transaction:
            self._writing.execute("begin immediate")
            (by,) = self._writing.execute("select by from operators where replaced is null").fetchone()
            self._operator(self._writing, by)
            self._current = by

    # --- the thread that reads ---

    def unseal(self, chat: str, kind: str, blob: bytes) -> str:
        """What `seal` was given for the same chat and kind. Raises Forgotten, or another StoreError, naming the kind
        and nothing else."""
        try:
            number = number_of(blob)
            cipher = self._numbered.get(number) or self._numbered.put(number, self._load(chat, kind, number))
            return unseal_text(cipher, _label(kind, chat), blob)
        except Unopened:
            raise StoreError(f"{kind}: a row cannot be unsealed: it was moved or changed") from None

    def _load(self, chat: str, kind: str, number: int) -> Cipher:
        sql = "select chat, wrapped, by from keys where number = ?"
        try:
            row = self._reading.execute(sql, (number,)).fetchone()
            if row is None and 0 < number <= _last(self._reading):
                raise Forgotten(f"{kind}: a row cannot be unsealed: its key was destroyed")
        except sqlite3.Error as error:
            raise _unreadable(error) from None
        if row is None or row[0] != chat:
            raise Unopened
        return self._unwrap(self._reading, *row)

    # --- the operator's key ---

    def follow(self) -> None:
        """Take over the operator's key that came in the place of ours, if one did: while it is there to be had, for the
        next program that starts may take it away. On the thread that reads."""
        try:
            for (by,) in self._reading.execute("select by from operators where replaced is null").fetchall():
                if by not in self._operators:
                    self._take(self._reading)
        except sqlite3.Error as error:
            raise _unreadable(error) from None

    def take_over(self) -> None:
        """Destroy what was handed over to those who ran before us. What came since we started stays: it is for us."""
        with told(self._path), closing(connect(self._path, "rw")) as connection:
            set_up(connection, self._path, KEYS)
            sql = "update operators set handover = null where number < (select number from operators where by = ?)"
            connection.execute(sql, (self._first,))
            connection.execute(FULL).fetchone()

    def _unwrap(self, connection: sqlite3.Connection, chat: str, wrapped: bytes, by: str) -> Cipher:
        return Cipher(self._operator(connection, by).unseal(wrapped, _label("key", chat).encode()))

    def _operator(self, connection: sqlite3.Connection, by: str) -> Cipher:
        """An operator's key by its fingerprint: one that we have, or one that was handed over since we started."""
        if by not in self._operators:
            self._take(connection)
        if by not in self._operators:
            raise StoreError("the operator's key was replaced since this program started; start it with the new one")
        return self._operators[by]

    def _take(self, connection: sqlite3.Connection) -> None:
        """The keys that were handed over, from ours to the newest."""
        sql = "select by, handover from operators where handover is not null order by number"
        for old, handover in connection.execute(sql).fetchall():
            if old in self._operators:
                key = self._operators[old].unseal(handover, b"handover")
                self._operators[fingerprint(key)] = Cipher(key)


def unlock(path: Path, operator: Operator, needed: bool) -> bytes:
    """The operator's key, seen to be the one that a file of keys is wrapped by. Raises StoreError, OSError,
    sqlite3.Error, and then nothing was changed."""
    known = _operators(path)
    current = next((by for by, replaced in known.items() if replaced is None), None)
    if current is None and needed:
        raise StoreError(
            f"{path}: the keys of the people in the database are missing, and without them nobody's words can be "
            "read; put the newest copy of this file back (store.keys)"
        )
    key = operator.key(current)
    mine = fingerprint(key)
    if current is not None and mine != current:
        replaced = known.get(mine)
        if replaced is not None:
            day = time_of(replaced).date().isoformat()
            raise StoreError(f"{operator}: this key was replaced on {day}; start with the new one")
        raise StoreError(f"{operator}: this is not the key that {path} was wrapped with; start with that one")
    return key


def _operators(path: Path) -> dict[str, int | None]:
    """The fingerprints of the operator's keys that a file knows, and when they were replaced."""
    if look(path, KEYS) is None:
        return {}
    with closing(peek(path)) as connection:
        if not connection.execute("pragma user_version").fetchone()[0]:
            return {}
        return dict(connection.execute("select by, replaced from operators order by number").fetchall())


def _prepare(connection: sqlite3.Connection, path: Path, by: str) -> None:
    """The settings and tables of a file of keys that `by` opens. Raises _Replaced when it does so no more. What was
    handed over stays: it is for a bot that may be running now."""
    set_up(connection, path, KEYS)
    connection.execute("begin immediate")
    if not connection.execute("pragma user_version").fetchone()[0]:
        for statement in TABLES:
            connection.execute(statement)
        now = stamp(datetime.now(UTC))
        connection.execute("insert into operators (by, made) values (?, ?)", (by, now))
        connection.execute(f"pragma user_version = {KEYS.version}")
    current = connection.execute("select by from operators where replaced is null").fetchone()
    connection.execute("commit")
    if current != (by,):
        raise _Replaced
    connection.execute(FULL).fetchone()


def _unreadable(error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StoreError(f"the file of people's keys cannot be read ({name})")


def _last(connection: sqlite3.Connection) -> int:
    """The number of the newest key that a file ever held."""
    row = connection.execute("select seq from sqlite_sequence where name = 'keys'").fetchone()
    return int(row[0]) if row else 0


def _label(kind: str, chat: str) -> str:
    """What a sealed text is bound to."""
    return f"{kind}\0{chat}"
