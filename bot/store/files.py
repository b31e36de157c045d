"""SQLite files of ours: looked at before they are touched, and opened with the settings that keep what they promise.

WAL lets reads go on while one connection writes; `synchronous=FULL` puts a commit on disk before it is told;
`secure_delete` overwrites what is deleted; `temp_store=memory` leaves nothing in temporary files.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StoreError

CHECKED = 32 * 1024 * 1024
"""Bytes up to which the whole file is looked through at start. Larger ones are looked at as they are read."""
FULL = "pragma wal_checkpoint(truncate)"
"""Folds the log into the file and cuts it to nothing. Its answer begins with 1 when somebody reads meanwhile."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: what people call it, the setting of its path, its `application_id`, the version we know."""

    name: str
    setting: str
    application: int
    version: int


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever the disk or SQLite says meanwhile is raised as a StoreError with the file's name."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: the file cannot be used ({error.strerror}); look at its folder's rights") from None
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise StoreError(f"{path}: another program is busy with the file; try again when it is done") from None
        raise damaged(path, error) from None


def damaged(path: Path, error: sqlite3.Error | str) -> StoreError:
    """What to say of a file that SQLite cannot read."""
    return StoreError(f"{path}: the database is damaged ({error}); restore a backup, or move the file away")


def refuse_newer(kind: Kind, version: int) -> None:
    """Raises StoreError when a file was written by a program newer than this one."""
    if version > kind.version:
        raise StoreError(
            f"{kind.name} has version {version} and this program knows {kind.version}; "
            "start the newer program, or restore an older backup"
        )


def look(path: Path, kind: Kind) -> int | None:
    """The version of a file by its first bytes alone; None: there is none. Raises StoreError, OSError."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise StoreError(f"{path}: this is not a database of ours; give {kind.setting} another name")
    (application,) = struct.unpack(">I", header[68:72])
    if application != kind.application:
        raise StoreError(f"{path}: this is a database of another program; give {kind.setting} another name")
    version = int(struct.unpack(">I", header[60:64])[0])
    refuse_newer(kind, version)
    _whole(path, header)
    return version


def _whole(path: Path, header: bytes) -> None:
    """Raises StoreError when the file is shorter than it says, or (up to CHECKED bytes) when its pages are damaged."""
    size = struct.unpack(">H", header[16:18])[0]
    pages = struct.unpack(">I", header[28:32])[0]
    if _logged(path):
        return
    if path.stat().st_size < pages * (65536 if size == 1 else size):
        raise damaged(path, "it is cut short")
    if path.stat().st_size <= CHECKED:
        with closing(peek(path)) as connection:
            found = connection.execute("pragma quick_check(1)").fetchone()[0]
        if found != "ok":
            raise damaged(path, "its pages do not fit together")


def _logged(path: Path) -> bool:
    """Whether there is a log beside the file that is not folded into it."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def peek(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing: without a log beside it, not even that SQLite's own files are made."""
    mode = "mode=ro" if _logged(path) else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)


def make(path: Path) -> None:
    """An empty file for its owner alone, and its folder, where they are not there. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a file that is there, to read (`ro`) or to write (`rw`)."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("pragma cache_size = -4000")
    connection.execute("pragma temp_store = memory")
    return connection


def set_up(connection: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """The settings of a connection that writes. Raises sqlite3.Error."""
    if connection.execute("pragma application_id").fetchone()[0] == 0:
        # Before WAL, so that it stands in the file itself from its first page on.
        connection.execute(f"pragma application_id = {kind.application}")
    connection.execute("pragma journal_mode = wal").fetchone()
    connection.execute("pragma synchronous = full")
    connection.execute("pragma secure_delete = on").fetchone()
    connection.execute("pragma journal_size_limit = 16777216").fetchone()
    with suppress(OSError):
        path.chmod(0o600)
