"""What only a file can do: refuse, survive, and keep its rights."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.events import Remind, Say
from bot.ports import Commit
from bot.session import Session
from bot.store import SqliteStore
from bot.store.migrations import MIGRATIONS

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def turn(event: str, revision: int = 0, chat: str = "1") -> Commit:
    return Commit(chat, event, NOON, revision, Session(revision=revision + 1), (Say("hello"),))


async def filled(path: Path, chats: int = 1) -> None:
    store = SqliteStore.open(path)
    for chat in range(chats):
        await store.commit(turn(f"e{chat}", chat=str(chat)))
    await store.close()


async def test_survives_a_restart(tmp_path: Path) -> None:
    """What was committed is there after the file was closed and opened again."""
    await filled(tmp_path / "bot.db")
    store = SqliteStore.open(tmp_path / "bot.db")
    assert (await store.load("0", "e0")).handled
    assert len(await store.outbox("0")) == 1
    await store.close()


async def test_for_its_owner_alone(tmp_path: Path) -> None:
    """The database and its log can be read by their owner alone."""
    store = SqliteStore.open(tmp_path / "new" / "bot.db")
    await store.commit(turn("e1"))
    for path in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    await store.close()


async def test_settings_of_the_file(tmp_path: Path) -> None:
    """The database is in WAL mode, says whose it is, and records each change of its tables with its name."""
    await filled(tmp_path / "bot.db")
    db = sqlite3.connect(tmp_path / "bot.db")
    assert db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert db.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
    assert db.execute("select number, name from migrations").fetchall() == [
        (number, migration.name) for number, migration in enumerate(MIGRATIONS, 1)
    ]
    db.close()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: b"These are my notes, and not a database at all.\n" * 9, "not a database of ours"),
        (lambda data: data[:68] + b"\0\0\0\1" + data[72:], "another program"),
        (lambda data: data[:60] + (len(MIGRATIONS) + 1).to_bytes(4, "big") + data[64:], "newer program"),
        (lambda data: data[: len(data) // 2], "damaged"),
        (lambda data: data[:4096] + b"\xff" * 8192 + data[12288:], "damaged"),
        (lambda data: data[:40], "not a database of ours"),
    ],
    ids=["text", "foreign", "newer", "short", "scrambled", "stub"],
)
async def test_refused_untouched(tmp_path: Path, damage, reason: str) -> None:  # type: ignore[no-untyped-def]
    """A file that is newer, damaged or not ours is refused with a line that says so, and stays as it was."""
    path = tmp_path / "bot.db"
    await filled(path, 40)
    path.write_bytes(damage(path.read_bytes()))
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert set(before) == {"bot.db", "bot.keys", "bot.key"}
    with pytest.raises(StoreError, match=reason):
        SqliteStore.open(path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


async def test_folder_cannot_be_made(tmp_path: Path) -> None:
    """A path below a file is refused with the reason."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        SqliteStore.open(tmp_path / "file" / "bot.db")


async def test_one_bad_write_undoes_itself_alone(tmp_path: Path) -> None:
    """A write that SQLite refuses is told to its caller, and the others of its transaction are saved."""
    import asyncio

    store = SqliteStore.open(tmp_path / "bot.db")
    huge = Commit("bad", "bad", NOON, 0, Session(revision=1), remind=(Remind("x", datetime.max.replace(tzinfo=UTC)),))
    bad = Commit("bad", "bad", NOON, 0, Session(revision=2**70))
    results = await asyncio.gather(
        store.commit(turn("a", chat="a")), store.commit(bad), store.commit(turn("b", chat="b")), return_exceptions=True
    )
    assert isinstance(results[1], StoreError)
    assert (await store.load("a", "a")).handled
    assert (await store.load("b", "b")).handled
    assert (await store.load("bad", "bad")).session is None
    await store.commit(huge)
    await store.close()


async def test_closed_store_says_so(tmp_path: Path) -> None:
    """Writing to a closed store is an error, never a wait without end."""
    store = SqliteStore.open(tmp_path / "bot.db")
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.commit(turn("e"))
    await store.close()


async def test_killed_while_writing(tmp_path: Path) -> None:
    """After SIGKILL in the middle of writing, every turn that was answered is in the file."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writes", str(tmp_path / "bot.db")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    done = [child.stdout.readline().strip() for _ in range(50)]
    child.kill()
    done += [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    store = SqliteStore.open(tmp_path / "bot.db")
    assert all([(await store.load("1", event)).handled for event in done])
    await store.close()
