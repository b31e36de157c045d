"""The tables, as changes in order. A change that was released is never edited: add another one.

Times are microseconds since 1970 in UTC. `session`, `body` and `item` are JSON.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import sqlite_utils

from bot.errors import StoreError

APPLICATION = 0x4B494E54
"""`PRAGMA application_id` of our files: "KINT"."""


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
        "invitations",
        "create table invites (mark text primary key, until integer not null) strict, without rowid",
    ),
    Migration(
        "events that wait",
        """
        create table inbox (id integer primary key, event text not null unique, chat text not null,
            body text not null) strict;
        create index inbox_chat on inbox (chat, id);
        """,
    ),
)


def migrate(db: sqlite_utils.Database, now: int) -> None:
    """Bring a database up to date, each change recorded with it in one transaction. Raises StoreError."""
    version = int(db.execute("pragma user_version").fetchone()[0])
    refuse_newer(version)
    if version == len(MIGRATIONS):
        return
    with db.atomic():
        if version == 0:
            db.execute("create table migrations (number integer primary key, name text, at integer) strict")
        for number, migration in enumerate(MIGRATIONS[version:], version + 1):
            for statement in migration.sql.split(";"):
                if statement.strip():
                    db.execute(statement)
            row = {"number": number, "name": migration.name, "at": now}
            db.table("migrations").insert(row)
        db.execute(f"pragma user_version = {len(MIGRATIONS)}")
    # The header of the file itself says the version from now on, so that an older program refuses it unopened.
    db.execute("pragma wal_checkpoint(truncate)").fetchall()


def refuse_newer(version: int) -> None:
    """Raises StoreError when a database was written by a program newer than this one."""
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the database has version {version} and this program knows {len(MIGRATIONS)}; "
            "start the newer program, or restore an older backup"
        )


def damaged(path: str, error: sqlite3.Error | str) -> StoreError:
    """What to say of a file that SQLite cannot read."""
    return StoreError(f"{path}: the database is damaged ({error}); restore a backup, or move the file away")
