"""The tables, as changes in order. A change that was released is never edited: add another one.

Times are microseconds since 1970 in UTC. `session`, `body` and `item` are JSON. What people wrote is sealed with their
own key (see `keys`), by the name of its table: whoever adds a table that holds words, seals them too. Who there is,
when, and what was handled and shown is not.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import sqlite_utils

from .files import FULL, Kind, refuse_newer
from .keys import Keys


@dataclass(frozen=True, slots=True)
class Migration:
    """One change: its name, and the SQL that makes it."""

    name: str
    sql: str


MIGRATIONS = (
    Migration(
        "sessions, outbox, reminders, keepsakes, history",
        """
        create table people (chat text primary key, revision integer not null, session text not null) strict;
        create table handled (event text primary key, at integer not null) strict, without rowid;
        create index handled_at on handled (at);
        create table outbox (id integer primary key autoincrement, chat text not null, body text not null) strict;
        create index outbox_chat on outbox (chat, id);
        create table shown (chat text not null, token text not null, message text not null, digest text not null,
            primary key (chat, token)) strict, without rowid;
        create table reminders (chat text not null, token text not null, flow text, at integer not null,
            primary key (chat, token)) strict, without rowid;
        create index reminders_at on reminders (at);
        create table keepsakes (chat text not null, id text not null, name text not null, words text not null,
            flow text not null, at integer not null, primary key (chat, id)) strict, without rowid;
        create table refused (id integer primary key, chat text not null, row integer not null, reason text not null,
            at integer not null) strict;
        create table history (chat text not null, number integer not null, item text not null,
            primary key (chat, number)) strict, without rowid;
        """,
    ),
    Migration(
        "what people wrote is sealed",
        """
        create table sealed_people (chat text primary key, revision integer not null, session blob not null) strict;
        insert into sealed_people select chat, revision, seal(chat, 'people', session) from people;
        drop table people;
        alter table sealed_people rename to people;

        create table sealed_outbox (id integer primary key autoincrement, chat text not null, body blob not null)
            strict;
        insert into sqlite_sequence (name, seq) select 'sealed_outbox', seq from sqlite_sequence where name = 'outbox';
        insert into sealed_outbox select id, chat, seal(chat, 'outbox', body) from outbox;
        drop table outbox;
        alter table sealed_outbox rename to outbox;
        create index outbox_chat on outbox (chat, id);

        create table sealed_keepsakes (chat text not null, id text not null, at integer not null, body blob not null,
            primary key (chat, id)) strict, without rowid;
        insert into sealed_keepsakes
            select chat, id, at, seal(chat, 'keepsakes', json_array(name, words, flow)) from keepsakes;
        drop table keepsakes;
        alter table sealed_keepsakes rename to keepsakes;

        create table sealed_history (chat text not null, number integer not null, item blob not null,
            primary key (chat, number)) strict, without rowid;
        insert into sealed_history select chat, number, seal(chat, 'history', item) from history;
        drop table history;
        alter table sealed_history rename to history;

        create table forgotten (chat text primary key, below integer not null) strict, without rowid;
        create table keyed (newest integer not null) strict;
        insert into keyed values (0);
        create table unswept (migration integer primary key) strict;
        insert into unswept values (2);
        """,
    ),
    Migration(
        "the journal, what stands in chats, who is silent or gone",
        """
        create table journal (chat text not null, id text not null, at integer not null, body blob not null,
            primary key (chat, id)) strict, without rowid;
        create table standing (chat text not null, message text not null, at integer not null,
            primary key (chat, message)) strict, without rowid;
        create index standing_at on standing (at);
        alter table outbox add column ringing integer not null default 0;
        alter table reminders add column asleep integer not null default 0;
        drop index reminders_at;
        create index reminders_due on reminders (at) where asleep = 0;
        alter table people add column seen integer;
        alter table people add column noticed integer;
        update people set seen = cast(strftime('%s', 'now') as integer) * 1000000;
        create index people_seen on people (seen) where noticed is null;
        create index people_noticed on people (noticed) where noticed is not null;
        """,
    ),
    Migration(
        "invitations",
        "create table invites (mark text primary key, until integer not null) strict, without rowid",
    ),
    Migration(
        "events that wait",
        """
        create table inbox (id integer primary key, event text not null unique, chat text not null,
            body blob not null) strict;
        create index inbox_chat on inbox (chat, id);
        """,
    ),
)
SEALED = 2
"""The version from which on a database needs the keys of its people."""
DATABASE = Kind("the database", "store.path", 0x4B494E54, len(MIGRATIONS))


def migrate(db: sqlite_utils.Database, keys: Keys, now: int) -> None:
    """Bring a database up to date, each change recorded with it in one transaction. Raises StoreError."""
    if _version(db) < len(MIGRATIONS):
        try:
            _change(db, keys, now)
        finally:
            keys.undo()
    _sweep(db)
    # The header of the file itself says the version from now on, so that an older program refuses it unopened.
    db.execute(FULL).fetchall()


def _version(db: sqlite_utils.Database) -> int:
    version = int(db.execute("pragma user_version").fetchone()[0])
    refuse_newer(DATABASE, version)
    return version


def _change(db: sqlite_utils.Database, keys: Keys, now: int) -> None:
    db.register_function(keys.seal, name="seal")
    db.execute("begin immediate")
    with db.conn:
        # Asked once more: another process may have changed all of it while this one waited for its turn.
        version = _version(db)
        if version == 0:
            db.execute("create table migrations (number integer primary key, name text, at integer) strict")
        for number, migration in enumerate(MIGRATIONS[version:], version + 1):
            for statement in migration.sql.split(";"):
                if statement.strip():
                    db.execute(statement)
            row = {"number": number, "name": migration.name, "at": now}
            db.table("migrations").insert(row)
        db.execute(f"pragma user_version = {len(MIGRATIONS)}")
        note(db.conn, keys.settle())


def note(connection: sqlite3.Connection, newest: int) -> None:
    """Remember the number of the newest key that was made for what is stored here; 0: none was made."""
    if newest:
        connection.execute("update keyed set newest = ?", (newest,))


def _sweep(db: sqlite_utils.Database) -> None:
    """Write the file anew after a change that sealed what stood in it. A start that was interrupted does it again."""
    if db.execute("select 1 from unswept").fetchone():
        db.execute("vacuum")
        db.execute(FULL).fetchall()
        db.execute("delete from unswept")
