"""What people wrote is sealed with a key of their own, and whoever's key is destroyed is forgotten everywhere."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SettingError, StoreError
from bot.events import Ask, Button, Edit, Keep, Remind, Say
from bot.ports import Commit, Loaded, Shown, Stands
from bot.secret import key_of, key_text
from bot.session import Fact, Kept, Session
from bot.store import Given, KeyFile, SqliteStore, rotate
from bot.store.codec import message_text, session_text
from bot.store.keys import Forgotten, Keys
from bot.store.migrations import MIGRATIONS

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECRETS = ("the blue house in March", "la mañana que llegó Begoña «rota»")
OLD, NEW, OTHER = (Given(bytes([number]) * 32) for number in (1, 2, 3))


def turn(event: str, revision: int = 0, chat: str = "1", words: str = "words") -> Commit:
    return Commit(chat, event, NOON, revision, Session(revision=revision + 1, held=words), (Say(words),))


async def filled(path: Path, *chats: str, operator: Given | None = None) -> None:
    store = SqliteStore.open(path, operator=operator)
    for chat in chats or ("1",):
        await store.commit(turn(f"e{chat}", chat=chat, words=f"words of {chat}"))
    await store.close()


def everything(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


async def words_of(store: SqliteStore, chat: str) -> str:
    session = (await store.load(chat, "")).session
    assert session
    return session.held


def copied(folder: Path, to: Path, *names: str) -> Path:
    to.mkdir(exist_ok=True)
    for name in names:
        if (folder / name).exists():
            shutil.copy(folder / name, to / name)
    return to / names[0]


def sql(path: Path, statement: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


# --- nothing can be read ---


async def test_nothing_is_written_in_clear(tmp_path: Path) -> None:
    """No byte of any file holds what people wrote, whichever way it came, while the store is open and after."""
    store = SqliteStore.open(tmp_path / "bot.db")
    for number, words in enumerate(SECRETS):
        ask = Ask(words, "r.3", ((Button(words, "r.3.yes"),),))
        session = Session(1, asked=ask, held=words, person={"a": Fact(words, NOON)}, kept={"k": Kept(words, NOON)})
        keep = Keep("k", words, words, words, NOON)
        one = Commit(str(number), f"e{number}", NOON, 0, session, (ask, Edit("r.3", words)), (keep,))
        await store.commit(replace(one, also=(("9", Say(words)),)))
        await store.record(str(number), words)
        await store.amend(str(number), await store.record(str(number), "x"), json.dumps(words))
        assert await store.keepsakes(str(number)) == [keep]
    files = everything(tmp_path)
    assert {"bot.db-wal", "bot.keys-wal"} <= set(files)
    await store.close()
    for data in (*files.values(), *everything(tmp_path).values()):
        for words in SECRETS:
            for form in (words, json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1]):
                for coding in ("utf-8", "utf-16-le", "utf-16-be"):
                    assert form.encode(coding) not in data


async def test_two_people_with_the_same_words(tmp_path: Path) -> None:
    """The same words are sealed differently for each person and each time."""
    store = SqliteStore.open(tmp_path / "bot.db")
    for chat in ("1", "1", "2"):
        await store.record(chat, "the same")
    blobs = [item for (item,) in sql(tmp_path / "bot.db", "select item from history")]
    assert len({blob[20:] for blob in blobs}) == 3
    await store.close()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("people", "update people set session = (select session from people where chat = '2') where chat = '1'"),
        ("people", "update people set session = (select body from outbox where chat = '1') where chat = '1'"),
        ("people", "update people set session = substr(session, 1, 60) where chat = '1'"),
        ("people", "update people set session = x'' where chat = '1'"),
        ("people", "update people set session = x'01ffffffffffffffff00' where chat = '1'"),
        ("outbox", "update outbox set body = (select body from outbox where chat = '2') where chat = '1'"),
    ],
    ids=["another person's", "another table's", "cut", "empty", "no such key", "another's message"],
)
async def test_moved_or_changed(tmp_path: Path, table: str, change: str) -> None:
    """What was put in the place of somebody else's words, or changed, is refused with the name of its table alone."""
    await filled(tmp_path / "bot.db", "1", "2")
    sql(tmp_path / "bot.db", change)
    store = SqliteStore.open(tmp_path / "bot.db")
    with pytest.raises(StoreError, match=f"^{table}: a row cannot be unsealed") as caught:
        await (store.load("1", "") if table == "people" else store.outbox("1"))
    assert caught.value.__cause__ is None
    assert "words" not in str(caught.value)
    assert await words_of(store, "2") == "words of 2"
    await store.close()


# --- the operator's key ---


async def test_key_file(tmp_path: Path) -> None:
    """The operator's key is made once, and all three files are for their owner alone."""
    await filled(tmp_path / "new" / "bot.db", "1")
    first = (tmp_path / "new" / "bot.key").read_text()
    assert key_of(first)
    await filled(tmp_path / "new" / "bot.db", "2")
    assert (tmp_path / "new" / "bot.key").read_text() == first
    assert set(everything(tmp_path / "new")) == {"bot.db", "bot.key", "bot.keys"}
    for path in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


async def test_killed_before_the_first_key_was_written(tmp_path: Path) -> None:
    """A process that dies while it makes the operator's key leaves none: the next start makes it."""
    dies(tmp_path / "bot.db", "open", "-")
    assert not (tmp_path / "bot.key").exists()
    await filled(tmp_path / "bot.db")
    assert key_of((tmp_path / "bot.key").read_text())


def together(path: Path) -> list[str]:
    """What three processes say that open a store at once."""
    command = [sys.executable, "-m", "tests.store.lives", str(path)]
    bots = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    return ["".join(bot.communicate("", timeout=60)) for bot in bots]


async def test_first_starts_at_once(tmp_path: Path) -> None:
    """Processes that start for the first time at the same moment all open the store, with one key of the operator's."""
    for number in range(4):
        path = tmp_path / str(number) / "bot.db"
        assert together(path) == ["open\n"] * 3
        assert set(everything(path.parent)) == {"bot.db", "bot.key", "bot.keys"}
        assert len(sql(path.with_suffix(".keys"), "select 1 from operators")) == 1


async def test_key_file_behind_a_link(tmp_path: Path) -> None:
    """Where the operator's key stands behind a link, a rotation changes the file that it leads to."""
    (tmp_path / "safe").mkdir()
    (tmp_path / "bot.key").symlink_to(tmp_path / "safe" / "key")
    await filled(tmp_path / "bot.db")
    first = (tmp_path / "safe" / "key").read_text()
    assert rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key")) == 1
    assert (tmp_path / "bot.key").is_symlink()
    assert (tmp_path / "safe" / "key").read_text() != first
    await filled(tmp_path / "bot.db", "2")


async def test_wrong_key(tmp_path: Path) -> None:
    """Another key than the one in use is refused with one line, and every file stays as it was."""
    await filled(tmp_path / "bot.db", operator=OLD)
    before = everything(tmp_path)
    with pytest.raises(StoreError, match=r"^store\.key: this is not the key that .*bot\.keys was wrapped with"):
        SqliteStore.open(tmp_path / "bot.db", operator=OTHER)
    assert everything(tmp_path) == before
    store = SqliteStore.open(tmp_path / "bot.db", operator=OLD)
    with pytest.raises(StoreError, match="not the key"):
        SqliteStore.open(tmp_path / "bot.db", operator=OTHER)
    assert await words_of(store, "1") == "words of 1"
    await store.close()


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("bot.key", lambda path: path.unlink(), r"bot\.key: the operator's key is missing"),
        ("bot.key", lambda path: path.write_text("swordfish"), r"bot\.key: this is no operator's key"),
        ("bot.key", lambda path: path.write_text(""), r"bot\.key: this is no operator's key"),
        ("bot.key", lambda path: path.chmod(0o640), r"others on this machine may read it; run: chmod 600 .*bot\.key"),
        ("bot.key", lambda path: path.write_text("0f" * 32), r"bot\.key: this is not the key that"),
        ("bot.keys", lambda path: path.unlink(), r"bot\.keys: the keys of the people in the database are missing"),
        ("bot.keys", lambda path: path.write_bytes(b""), r"bot\.keys: the keys of the people .* are missing"),
        ("bot.keys", lambda path: path.write_text("x" * 200), r"bot\.keys: this is not a database of ours"),
        (
            "bot.keys",
            lambda path: shutil.copy(path.with_name("bot.db"), path),
            r"bot\.keys: this is a database of another program; give store\.keys",
        ),
    ],
)
async def test_refused(tmp_path: Path, name: str, change, reason: str) -> None:  # type: ignore[no-untyped-def]
    """Without the files of keys as they were the store does not open, and nothing is made or changed."""
    await filled(tmp_path / "bot.db")
    change(tmp_path / name)
    before = everything(tmp_path)
    with pytest.raises(StoreError, match=reason) as caught:
        SqliteStore.open(tmp_path / "bot.db")
    assert "\n" not in str(caught.value)
    assert "swordfish" not in str(caught.value)
    assert everything(tmp_path) == before


def test_forms_of_a_key() -> None:
    """A key may be written in hex or in either base64, and nothing else is taken for one."""
    key = bytes(range(220, 252))
    for text in (
        key.hex(),
        key.hex().upper(),
        key_text(key),
        key_text(key) + "=",
        " 3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vs=\n",
    ):
        assert key_of(text) == key, text
    for text in ("", "swordfish", key.hex()[:-1], key.hex() + "0", key_text(key)[:-1], "ñ" * 43, key_text(key) + "=="):
        assert key_of(text) is None, text


# --- who is forgotten ---


async def test_forgotten_in_old_copies(tmp_path: Path) -> None:
    """A copy of the database made before somebody was erased cannot be read with the keys of after; that of everybody
    else can."""
    store = SqliteStore.open(tmp_path / "bot.db")
    await store.commit(turn("a", chat="1", words="mine"))
    await store.commit(turn("b", chat="2", words="theirs"))
    old = copied(tmp_path, tmp_path / "old", "bot.db", "bot.db-wal", "bot.keys", "bot.keys-wal")
    (wrapped,) = [one for (one,) in sql(old.with_name("bot.keys"), "select wrapped from keys where chat = '1'")]
    await store.commit(Commit("1", "c", NOON, 1, None, (Edit("r.1", "x"), Say("Bye")), erase=True))
    assert [message for _, message in await store.outbox("1")] == [Edit("r.1", "x"), Say("Bye")]
    # As the files are at this moment, and not only after the end.
    assert not any(wrapped in data for data in everything(tmp_path).values())
    copied(tmp_path, tmp_path / "old", "bot.keys", "bot.keys-wal", "bot.key")
    await store.close()
    (sealed,) = sql(old, "select session from people where chat = '1'")[0]
    keys = Keys.open(old.with_suffix(".keys"), KeyFile(old.with_suffix(".key")))
    with pytest.raises(Forgotten, match=r"^people: a row cannot be unsealed: its key was destroyed$"):
        keys.unseal("1", "people", sealed)
    keys.close()
    again = SqliteStore.open(old)
    assert await words_of(again, "2") == "theirs"
    await again.close()


@pytest.mark.parametrize("back", [False, True], ids=["gone", "came back"])
@pytest.mark.parametrize("first", ["load", "outbox", "keepsakes", "history"])
async def test_stays_erased_in_a_restored_copy(tmp_path: Path, first: str, back: bool) -> None:
    """When a copy of the database from before somebody was erased is brought back, they stay erased: the bot meets
    them as somebody new, whatever it reads first, and nobody else loses anything."""
    path = tmp_path / "bot.db"
    await filled(path, "2")
    store = SqliteStore.open(path)
    await store.commit(replace(turn("a"), keep=(Keep("k", "n", "words", "f", NOON),), remind=(Remind("r", NOON),)))
    await store.record("1", "{}")
    await store.close()
    copied(tmp_path, tmp_path / "old", "bot.db")
    store = SqliteStore.open(path)
    await store.commit(Commit("1", "bye", NOON, 1, None, (Say("Bye"),), erase=True))
    if back:
        await store.commit(turn("b", words="again"))
    else:
        sql(tmp_path / "bot.keys", "delete from keys where chat = '1'")
    await store.close()
    copied(tmp_path / "old", tmp_path, "bot.db")
    store = SqliteStore.open(path)
    read = {"load": store.load("1", "x"), "outbox": store.outbox("1"), "keepsakes": store.keepsakes("1")}
    read["history"] = store.history("1")
    await read.pop(first)
    assert (await read.pop("load") if "load" in read else await store.load("1", "x")) == Loaded(None, False)
    assert [await other for other in read.values()] == [[]] * len(read)
    assert await store.due(NOON) == []
    assert await words_of(store, "2") == "words of 2"
    await store.commit(turn("c", words="new"))
    assert await words_of(store, "1") == "new"
    await store.close()


async def test_old_copy_of_the_keys(tmp_path: Path) -> None:
    """A copy of the file of keys from before somebody came is refused with a line that says so: nobody is erased for
    it."""
    await filled(tmp_path / "bot.db", "1")
    copied(tmp_path, tmp_path / "old", "bot.keys")
    await filled(tmp_path / "bot.db", "2")
    copied(tmp_path, tmp_path / "new", "bot.keys")
    copied(tmp_path / "old", tmp_path, "bot.keys")
    with pytest.raises(StoreError, match="file of people's keys is older than the database"):
        SqliteStore.open(tmp_path / "bot.db")
    copied(tmp_path / "new", tmp_path, "bot.keys")
    store = SqliteStore.open(tmp_path / "bot.db")
    assert await words_of(store, "2") == "words of 2"
    await store.close()


async def test_come_back(tmp_path: Path) -> None:
    """Whoever was erased and writes again has a key again, with the farewell still to be delivered and no more."""
    await filled(tmp_path / "bot.db")
    store = SqliteStore.open(tmp_path / "bot.db")
    await store.sent("1", 1, "r.1", Shown("7", "d"))
    await store.commit(Commit("1", "bye", NOON, 1, None, (Edit("r.1", "gone"),), erase=True))
    await store.commit(turn("back", words="again"))
    await store.close()
    store = SqliteStore.open(tmp_path / "bot.db")
    assert await words_of(store, "1") == "again"
    assert [message for _, message in await store.outbox("1")] == [Edit("r.1", "gone"), Say("again")]
    assert len(sql(tmp_path / "bot.keys", "select 1 from keys where chat = '1'")) == 1
    await store.close()


def dies(path: Path, what: str, statement: str) -> None:
    command = [sys.executable, "-m", "tests.store.dies", str(path), what, statement]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9


async def test_killed_before_the_key_was_destroyed(tmp_path: Path) -> None:
    """Who was erased just before the process died is forgotten at the next start."""
    await filled(tmp_path / "bot.db")
    dies(tmp_path / "bot.db", "erase", "delete from keys")
    assert len(sql(tmp_path / "bot.keys", "select 1 from keys where chat = '1'")) == 2
    store = SqliteStore.open(tmp_path / "bot.db")
    assert (await store.load("1", "")).session is None
    assert [message for _, message in await store.outbox("1")] == [Say("Farewell")]
    assert sql(tmp_path / "bot.keys", "select number from keys where chat = '1'") == [(2,)]
    assert sql(tmp_path / "bot.db", "select 1 from forgotten") == []
    await store.close()


async def test_killed_before_the_erasure(tmp_path: Path) -> None:
    """Who was not erased yet when the process died is as before, and can be erased."""
    await filled(tmp_path / "bot.db")
    dies(tmp_path / "bot.db", "erase", "delete from people")
    store = SqliteStore.open(tmp_path / "bot.db")
    assert await words_of(store, "1") == "words of 1"
    await store.commit(Commit("1", "bye", NOON, 1, None, erase=True))
    assert sql(tmp_path / "bot.keys", "select 1 from keys where chat = '1'") == []
    await store.close()


async def test_nothing_left_to_open(tmp_path: Path) -> None:
    """Of somebody of whom nothing is stored any more the file of keys has not even their chat, as soon as the last
    message to them was sent or refused; nor of those whose words went in another way, once what is old is forgotten."""
    store = SqliteStore.open(tmp_path / "bot.db")
    for chat in ("1", "2", "3"):
        await store.commit(turn(f"e{chat}", chat=chat))
    bye = [(await store.commit(Commit(c, f"b{c}", NOON, 1, None, (Say("Bye"),), erase=True)))[0] for c in ("1", "2")]
    assert len(sql(tmp_path / "bot.keys", "select 1 from keys")) == 3
    await store.sent("1", bye[0], stands=Stands("5", NOON))
    await store.refused("2", bye[1], "gone", NOON)
    assert sql(tmp_path / "bot.keys", "select chat from keys") == [("3",)]
    assert (
        sql(tmp_path / "bot.db", "select 1 from refused") == sql(tmp_path / "bot.db", "select 1 from forgotten") == []
    )
    await store.record("4", "x")
    await store.unrecord("4", [1])
    await store.prune(NOON)
    assert sql(tmp_path / "bot.keys", "select chat from keys") == [("3",)]
    assert await words_of(store, "3") == "words"
    await store.commit(turn("again", chat="1", words="again"))
    assert await words_of(store, "1") == "again"
    await store.close()


async def test_killed_with_nothing_left(tmp_path: Path) -> None:
    """When the process dies before the keys of somebody of whom nothing is left were destroyed, the next start does."""
    await filled(tmp_path / "bot.db")
    store = SqliteStore.open(tmp_path / "bot.db")
    await store.commit(Commit("1", "bye", NOON, 1, None, (Say("Bye"),), erase=True))
    await store.close()
    dies(tmp_path / "bot.db", "send", "delete from keys")
    assert len(sql(tmp_path / "bot.keys", "select 1 from keys where chat = '1'")) == 1
    await SqliteStore.open(tmp_path / "bot.db").close()
    assert sql(tmp_path / "bot.keys", "select 1 from keys") == []


async def test_keys_leave_no_trace(tmp_path: Path) -> None:
    """Of hundreds of keys destroyed among hundreds that stay, no byte stays in the file or in its log."""
    store = SqliteStore.open(tmp_path / "bot.db")
    chats = [str(number * 7919 % 100_003) for number in range(600)]
    for chat in chats:
        await store.record(chat, "x")
    kept = dict(sql(tmp_path / "bot.keys", "select chat, wrapped from keys"))
    for chat in chats[::2] + chats[1::4]:
        await store.commit(Commit(chat, f"bye {chat}", NOON, 0, None, erase=True))
    data = (tmp_path / "bot.keys").read_bytes() + (tmp_path / "bot.keys-wal").read_bytes()
    assert not any(kept[chat] in data for chat in chats[::2] + chats[1::4])
    assert await store.history(chats[3]) == [(1, "x")]
    await store.close()


# --- a database from before ---


async def test_clear_database_is_sealed(tmp_path: Path) -> None:
    """A database from before words were sealed is sealed at its first start, be it of several processes at once: all of
    it can still be read, and nothing of it is left in clear."""
    path = tmp_path / "bot.db"
    words = SECRETS[1]
    ask, keep = Ask(words, "r.1", ()), Keep("k", words, f"{words} \U0001f49b", "flow", NOON)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma application_id = 1263095380")
        db.execute("pragma journal_mode = wal")
        db.executescript("create table migrations (number integer primary key, name text, at integer) strict;")
        db.executescript(MIGRATIONS[0].sql)
        for chat in ("1", "2"):
            session = session_text(Session(3, held=words))
            db.execute("insert into people values (?, 3, ?)", (chat, session))
            db.execute("insert into outbox (chat, body) values (?, ?)", (chat, message_text(ask)))
            row = (chat, "k", keep.name, keep.text, keep.flow, 1777809600000000)
            db.execute("insert into keepsakes values (?, ?, ?, ?, ?, ?)", row)
            db.execute("insert into history values (?, 5, ?)", (chat, json.dumps(words)))
        db.execute("delete from outbox where chat = '2'")
        db.execute("insert into migrations values (1, 'first', 0)")
        db.execute("pragma user_version = 1")
        copied(tmp_path, tmp_path / "crashed", "bot.db", "bot.db-wal")
        copied(tmp_path, tmp_path / "three", "bot.db", "bot.db-wal")
    assert together(tmp_path / "three" / "bot.db") == ["open\n"] * 3
    for one in (path, tmp_path / "crashed" / "bot.db", tmp_path / "three" / "bot.db"):
        store = SqliteStore.open(one)
        for data in [found.read_bytes() for found in one.parent.iterdir() if found.is_file()]:
            assert not any(part.encode() in data for part in (words, json.dumps(words)[1:-1], words[:9]))
        assert await words_of(store, "1") == words
        assert await store.outbox("1") == [(1, ask)]
        assert await store.keepsakes("2") == [replace(keep, at=NOON)]
        assert await store.history("2") == [(5, json.dumps(words))]
        assert await store.commit(turn("e", 3)) == (3,)
        await store.close()


# --- another key for the operator ---


async def test_rotated_while_it_runs(tmp_path: Path) -> None:
    """While the operator's key is replaced twice, a bot in another process reads whom it knew and meets new people;
    afterwards the new key opens all, and what was handed over is gone when a bot has taken over."""
    path = tmp_path / "bot.db"
    await filled(path, "1", "2", "3")
    first = (tmp_path / "bot.key").read_text()
    command = [sys.executable, "-m", "tests.store.lives", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdin
        assert bot.stdout

        def talk(chat: str) -> str:
            print(chat, file=bot.stdin, flush=True)
            return bot.stdout.readline().strip()  # type: ignore[union-attr]

        assert bot.stdout.readline() == "open\n"
        assert talk("1") == "words of 1"
        assert rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key")) == 3
        assert [talk(chat) for chat in ("1", "2", "new")] == ["words of 1!", "words of 2", "nobody"]
        assert rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key")) == 4
        assert [talk(chat) for chat in ("newer", "3", "new")] == ["nobody", "words of 3", "!"]
        bot.stdin.close()
        assert bot.wait(60) == 0
    assert (tmp_path / "bot.key").read_text() != first
    assert set(everything(tmp_path)) == {"bot.db", "bot.key", "bot.keys"}
    assert len(sql(tmp_path / "bot.keys", "select 1 from operators where handover is not null")) == 2
    store = SqliteStore.open(path)
    assert [await words_of(store, chat) for chat in ("1", "2", "3", "new", "newer")] == [
        *("words of 1!!", "words of 2!", "words of 3!", "!!", "!")
    ]
    await store.take_over()
    assert sql(tmp_path / "bot.keys", "select 1 from operators where handover is not null") == []
    await store.close()
    (tmp_path / "bot.key").write_text(first)
    with pytest.raises(StoreError, match=r"this key was replaced on \d{4}-\d\d-\d\d; start with the new one"):
        SqliteStore.open(path)


async def test_rotated_and_opened_by_others(tmp_path: Path) -> None:
    """After a rotation others may open the same files and take over from the bot that runs, while it has seen what is
    due once: it reads whom it did not know yet, and meets new people."""
    path = tmp_path / "bot.db"
    await filled(path, "1", "2")
    store = SqliteStore.open(path)
    assert rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key")) == 2
    await SqliteStore.open(path).close()
    assert await words_of(store, "1") == "words of 1"
    assert rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key")) == 2
    assert await store.due(NOON) == []
    other = SqliteStore.open(path)
    await other.take_over()
    await other.close()
    assert await words_of(store, "2") == "words of 2"
    await store.commit(turn("new", chat="3", words="new"))
    assert await words_of(store, "3") == "new"
    await store.close()


async def test_taken_over_before_a_rotation(tmp_path: Path) -> None:
    """A bot that takes over destroys what was left to those before it, and not what was left to itself."""
    path = tmp_path / "bot.db"
    await filled(path)
    rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key"))
    store = SqliteStore.open(path)
    rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key"))
    await store.take_over()
    assert sql(tmp_path / "bot.keys", "select number from operators where handover is not null") == [(2,)]
    assert await words_of(store, "1") == "words of 1"
    await store.close()


async def test_rotated_while_it_starts(tmp_path: Path) -> None:
    """A rotation between the look at the operator's key and its use is seen: the start goes on with the new key."""
    path = tmp_path / "bot.db"
    await filled(path)

    class Slow(KeyFile):
        def key(self, current: str | None) -> bytes:
            found = super().key(current)
            if (tmp_path / "bot.key").read_text() == first:
                rotate(tmp_path / "bot.keys", KeyFile(self.path))
            return found

    first = (tmp_path / "bot.key").read_text()
    store = SqliteStore.open(path, operator=Slow(tmp_path / "bot.key"))
    await store.commit(turn("new", chat="2", words="new"))
    assert [await words_of(store, chat) for chat in ("1", "2")] == ["words of 1", "new"]
    await store.close()


async def test_rotated_between_given_keys(tmp_path: Path) -> None:
    """With keys that are settings the next one has to be given, and one that was in use before is refused."""
    await filled(tmp_path / "bot.db", operator=OLD)
    before = everything(tmp_path)
    with pytest.raises(SettingError, match=r"^store\.new_key: .*BOT_STORE__NEW_KEY"):
        rotate(tmp_path / "bot.keys", OLD)
    with pytest.raises(SettingError, match=r"^store\.new_key: this key is or was in use"):
        rotate(tmp_path / "bot.keys", Given(OLD.given, OLD.given))
    with pytest.raises(StoreError, match="not the key"):
        rotate(tmp_path / "bot.keys", Given(OTHER.given, NEW.given))
    assert everything(tmp_path)["bot.keys"] == before["bot.keys"]
    assert rotate(tmp_path / "bot.keys", Given(OLD.given, NEW.given)) == 1
    with pytest.raises(StoreError, match=r"^store\.key: this key was replaced on"):
        SqliteStore.open(tmp_path / "bot.db", operator=OLD)
    store = SqliteStore.open(tmp_path / "bot.db", operator=NEW)
    assert await words_of(store, "1") == "words of 1"
    await store.close()


@pytest.mark.parametrize(("statement", "replaced"), [("commit", False), ("pragma wal_checkpoint", True)])
async def test_rotation_interrupted(tmp_path: Path, statement: str, replaced: bool) -> None:
    """A rotation that died before its transaction is as if it had not been; both that and a whole one can be done
    again."""
    path = tmp_path / "bot.db"
    await filled(path)
    first = (tmp_path / "bot.key").read_text()
    dies(path, "rotate", statement)
    assert (tmp_path / "bot.key.new").exists() is not replaced
    store = SqliteStore.open(path)
    assert await words_of(store, "1") == "words of 1"
    await store.close()
    assert ((tmp_path / "bot.key").read_text() != first) is replaced
    assert rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key")) == 1
    assert not (tmp_path / "bot.key.new").exists()
    await filled(path, "2")


async def test_rotation_without_its_last_step(tmp_path: Path) -> None:
    """A rotation that died before the new key took the place of the old one is ended at the next start."""
    await filled(tmp_path / "bot.db")
    first = (tmp_path / "bot.key").read_text()
    rotate(tmp_path / "bot.keys", KeyFile(tmp_path / "bot.key"))
    second = (tmp_path / "bot.key").read_text()
    shutil.copy(tmp_path / "bot.key", tmp_path / "bot.key.new")
    (tmp_path / "bot.key").write_text(first)
    store = SqliteStore.open(tmp_path / "bot.db")
    assert await words_of(store, "1") == "words of 1"
    assert (tmp_path / "bot.key").read_text() == second
    assert not (tmp_path / "bot.key.new").exists()
    await store.close()
