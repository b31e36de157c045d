"""The program as an operator meets it: started, refused, installed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import __version__
from bot.access import mark_of
from bot.cli import main
from bot.store import SqliteStore
from tests.books import ROOT
from tests.process import BotProcess


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot` in a folder, to its end."""
    environment = BotProcess(folder, **variables).environment()
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


async def test_without_a_token(tmp_path: Path) -> None:
    """Without a token the bot prints its page's address and how to get a token, keeps its data in `data/`, and stops
    when it is told to."""
    bot = BotProcess(tmp_path, BOT_WEB__PORT=0)
    await bot.start()
    await bot.until("The chat page: http://127.0.0.1:")
    await bot.until("write to @BotFather")
    assert (tmp_path / "data" / "kintsugi.db").exists()
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "line"),
    [
        (["run", "--config", "none.yaml"], {}, 2, "none.yaml: the file cannot be read"),
        (["run"], {"BOT_WEB__PORT": "high"}, 2, "web.port (BOT_WEB__PORT) is 'high': this does not fit"),
        (["run"], {"BOT_WEB__PROT": "1"}, 2, "BOT_WEB__PROT: there is no such setting; did you mean BOT_WEB__PORT?"),
        (["run"], {"BOT_FLOWS__PATH": "none"}, 2, "flows.path is 'none': there is no such folder"),
        (["run"], {"BOT_FLOWS__PATH": "."}, 2, "flows.path is '.': there is no flow in this folder"),
        (["run"], {"BOT_STORE__PATH": "/proc/none/bot.db"}, 2, "/proc/none/bot.db: the file cannot be used"),
    ],
)
def test_refused(tmp_path: Path, arguments: list[str], variables: dict[str, str], code: int, line: str) -> None:
    """What cannot be used is one line with the fix, an exit code, and no traceback."""
    done = run(tmp_path, *arguments, **variables)
    assert done.returncode == code
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_port_that_is_taken(tmp_path: Path) -> None:
    """A port that another program has is told with the setting's name."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(tmp_path, "run", BOT_WEB__PORT=str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "web.port" in done.stderr
    assert "Traceback" not in done.stderr


def test_flows_with_errors(tmp_path: Path) -> None:
    """The bot does not start on flows with errors, and shows the same list as `check`."""
    folder = ROOT / "tests" / "broken" / "every_problem_at_once"
    started = run(tmp_path, "run", BOT_FLOWS__PATH=str(folder))
    checked = run(tmp_path, "check", str(folder))
    assert started.returncode == checked.returncode == 1
    assert started.stderr.splitlines()[:-1] == checked.stdout.splitlines()
    assert started.stderr.splitlines()[-1] == "The bot does not start on flows with errors."


async def test_newer_database(tmp_path: Path) -> None:
    """A database of a newer program is refused with a line, and stays as it is."""
    store = SqliteStore.open(tmp_path / "bot.db")
    await store.close()
    data = bytearray((tmp_path / "bot.db").read_bytes())
    data[60:64] = (99).to_bytes(4, "big")
    (tmp_path / "bot.db").write_bytes(data)
    done = run(tmp_path, "run", BOT_STORE__PATH="bot.db")
    assert done.returncode == 2
    assert "the database has version 99 and this program knows" in done.stderr
    assert "start the newer program" in done.stderr
    assert (tmp_path / "bot.db").read_bytes() == data


async def test_wrong_key(tmp_path: Path) -> None:
    """Another key than the one that was used is refused with a line, in which neither stands."""
    right, wrong = "0a" * 32, "0b" * 32
    bot = BotProcess(tmp_path, BOT_WEB__PORT=0, BOT_STORE__KEY=right)
    await bot.start()
    await bot.until("The chat page")
    assert await bot.stop() == 0
    files = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    assert set(files) == {"kintsugi.db", "kintsugi.keys"}
    done = run(tmp_path, "run", BOT_STORE__KEY=wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("store.key: this is not the key that data/kintsugi.keys was wrapped with")
    assert done.stderr.count("\n") == 1
    assert wrong not in done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()} == files


async def test_no_core_dumps(tmp_path: Path) -> None:
    """A crash of the running bot leaves no copy of its memory on the disk."""
    bot = BotProcess(tmp_path, BOT_WEB__PORT=0)
    await bot.start()
    await bot.until("The chat page")
    assert bot.process
    limits = Path(f"/proc/{bot.process.pid}/limits")
    if limits.exists():
        (line,) = [line for line in limits.read_text().splitlines() if line.startswith("Max core file size")]
        assert line.split()[4:6] == ["0", "0"]
    assert await bot.stop() == 0


async def test_keys_rotate(tmp_path: Path) -> None:
    """`keys rotate` replaces the operator's key while the bot runs, says what to do now, and prints no key."""
    assert run(tmp_path, "keys", "rotate").returncode == 2
    assert not (tmp_path / "data").exists()
    bot = BotProcess(tmp_path, BOT_WEB__PORT=0)
    await bot.start()
    await bot.until("The chat page")
    first = (tmp_path / "data" / "kintsugi.key").read_text()
    done = run(tmp_path, "keys", "rotate")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("data/kintsugi.keys: 0 keys wrapped with the new key of the operator\n")
    second = (tmp_path / "data" / "kintsugi.key").read_text()
    assert first != second
    assert second.strip() not in done.stdout
    assert await bot.stop() == 0
    (tmp_path / "data" / "kintsugi.key").write_text(first)
    refused = run(tmp_path, "run")
    assert refused.returncode == 2
    assert refused.stderr.startswith("data/kintsugi.key: this key was replaced on ")


async def test_new_key_beside_a_key_file(tmp_path: Path) -> None:
    """`keys rotate` with a key file refuses a new key that it would not take, and changes nothing."""
    run(tmp_path, "invite")
    first = (tmp_path / "data" / "kintsugi.key").read_text()
    done = run(tmp_path, "keys", "rotate", BOT_STORE__NEW_KEY="0a" * 32)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("store.new_key: the key in use is not a setting but a file (data/kintsugi.key)")
    assert "0a0a" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "data" / "kintsugi.key").read_text() == first


@pytest.mark.parametrize("name", ["KEY_FILE", "KEYS", "PATH"])
async def test_key_in_the_wrong_place(tmp_path: Path, name: str) -> None:
    """A key that was set as the name of a file is not printed."""
    run(tmp_path, "invite")
    for command in (["invite"], ["keys", "rotate"], ["run"]):
        done = run(tmp_path, *command, **{f"BOT_STORE__{name}": "0a" * 32, "BOT_WEB__HOST": "192.0.2.1"})
        assert "0a0a" not in done.stdout + done.stderr


async def test_rotated_under_a_running_bot(tmp_path: Path) -> None:
    """After a rotation neither `invite` nor a start that fails cuts off the bot that runs: it meets somebody new."""
    bot = BotProcess(tmp_path, BOT_WEB__PORT=0)
    await bot.start()
    await bot.until("The chat page")
    address = bot.log.split("The chat page: ")[1].split()[0]
    assert run(tmp_path, "keys", "rotate").returncode == 0
    assert run(tmp_path, "invite").returncode == 0
    failed = run(tmp_path, "run", BOT_WEB__PORT=address.rpartition(":")[2])
    assert failed.returncode == 2
    assert failed.stderr.startswith("web.port is ")
    assert failed.stderr.count("\n") == 1
    words = {"name": "call-one", "text": "I want to kill myself"}
    async with aiohttp.ClientSession() as session, session.post(f"{address}/api/me/say", json=words) as answer:
        assert answer.status == 200
    assert await bot.stop() == 0
    assert "held" not in bot.log


async def test_invite(tmp_path: Path) -> None:
    """`invite` prints codes, one a line, with how to use each, and keeps nothing of them but that they are good."""
    done = run(tmp_path, "invite", "--count", "3", "--days", "2", BOT_TELEGRAM__ACCESS="invite")
    assert done.returncode == 0
    codes = [line.split()[0] for line in done.stdout.splitlines()]
    assert done.stdout == "".join(f"{code}  /start {code}\n" for code in codes)
    assert len(set(codes)) == 3
    assert done.stderr.startswith("Good for one person each, until ")
    assert all(code.encode() not in (tmp_path / "data" / "kintsugi.db").read_bytes() for code in codes)
    store = SqliteStore.open(tmp_path / "data" / "kintsugi.db")
    now = datetime.now(UTC)
    for code in codes:
        assert await store.invited(mark_of(code), now + timedelta(days=1.9))
        assert not await store.invited(mark_of(code), now + timedelta(days=2.1))
    await store.close()


def test_invite_where_nobody_is_asked(tmp_path: Path) -> None:
    """`invite` says when the settings ask nobody for a code, and refuses numbers that make no sense."""
    assert "telegram.access is 'open'" in run(tmp_path, "invite").stderr
    done = run(tmp_path, "invite", "--days", "0")
    assert done.returncode == 2
    assert done.stderr.startswith("--days is a number from 1 to 365")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


def test_installed_wheel(tmp_path: Path) -> None:
    """An installed wheel, started from any folder, finds its own flows and the example of the settings."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", str(ROOT), "--no-deps", "-w", str(tmp_path)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("kintsugi_bot-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert {"bot/bundled/flows/house.yaml", "bot/bundled/config.example.yaml", "bot/web/page/index.html"} <= inside
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    for command in (["check"], ["test"]):
        done = subprocess.run(
            [sys.executable, "-m", "bot", *command], cwd=elsewhere, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert str(site) in done.stderr or command == ["test"]
    assert (site / "bin" / "kintsugi").exists()
