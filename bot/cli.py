"""The commands. Whatever an operator or an author has to mend is said in lines they can act on, never a traceback.

Exit codes: 0 fine, 1 the flows have errors, 2 a setting, the database or the token cannot be used.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .checker import check_path, is_error
from .errors import BotError, FlowError, SettingError
from .places import bundled
from .reader import Reading
from .secret import hidden

if TYPE_CHECKING:
    from .config import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    given = _parser().parse_args(arguments)
    _no_core()
    try:
        return int(given.command(given))
    except FlowError as error:
        print(error, file=sys.stderr)
        print("The bot does not start on flows with errors.", file=sys.stderr)
        return 1
    except BotError as error:
        # A key that was set as the name of a file is part of what cannot be done with that file.
        print(hidden(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _no_core() -> None:
    """What people write, and keys, stand in memory: a crash may not leave a copy of it on the disk."""
    # Windows has no such module; it writes no such copies either, unless told to.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kintsugi", description="A companion after a betrayal, on Telegram.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="start the bot: on Telegram with a token, else on a page of its own")
    run.add_argument("--config", type=Path, metavar="FILE", help="settings; see config.example.yaml")
    run.set_defaults(command=_run)

    check = commands.add_parser("check", help="find every problem in flow files")
    check.add_argument("path", type=Path, nargs="?", metavar="PATH", help="a folder or a file; else the bundled flows")
    check.set_defaults(command=_check)

    test = commands.add_parser("test", help="play the scripted talks (*.test.yaml)")
    test.add_argument("path", type=Path, nargs="?", metavar="PATH", help="a folder or a file; else the bundled flows")
    test.add_argument("--update", action="store_true", help="write down what the bot says now")
    test.add_argument("--cover", action="store_true", help="play every flow by itself until all its ways are taken")
    test.add_argument("--print", action="store_true", help="print the talks as they go")
    test.set_defaults(command=_test)

    messages = commands.add_parser("messages", help="bring the catalogues of translations up to date")
    messages.add_argument("path", type=Path, nargs="?", metavar="PATH", help="a folder; else the bundled flows")
    messages.add_argument("--add", metavar="LANGUAGE", help="begin a catalogue for another language, such as es")
    messages.set_defaults(command=_messages)

    safety = commands.add_parser("safety", help="say what in a text is read as danger, and by which rule")
    safety.add_argument("text", nargs="?", metavar="TEXT", help="the text")
    safety.add_argument(
        "--lines", action="store_true", help="read JSON strings, one a line; write a JSON list for each"
    )
    safety.set_defaults(command=_safety)

    schema = commands.add_parser("schema", help="print the JSON Schema of a flow, for completion in editors")
    schema.set_defaults(command=_schema)

    _invite_options(commands.add_parser("invite", help="make codes, with each of which one person may talk here"))
    _keys(commands.add_parser("keys", help="the keys that people's words are sealed with"))
    _helplines_options(commands.add_parser("helplines", help="list the help lines that need checking again"))
    return parser


def _helplines_options(helplines: argparse.ArgumentParser) -> None:
    helplines.add_argument("--older-than", default="180d", metavar="AGE", help="180d (the default), 12m or 2y")
    helplines.set_defaults(command=_helplines)


def _invite_options(invite: argparse.ArgumentParser) -> None:
    invite.add_argument("--days", type=int, default=14, metavar="N", help="how long it is good (14)")
    invite.add_argument("--count", type=int, default=1, metavar="N", help="how many, one a line (1)")
    invite.add_argument("--config", type=Path, metavar="FILE", help="settings; see config.example.yaml")
    invite.set_defaults(command=_invite)


def _keys(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    rotate = commands.add_parser("rotate", help="replace the operator's key; the bot may be running")
    rotate.add_argument("--config", type=Path, metavar="FILE", help="settings; see config.example.yaml")
    rotate.set_defaults(command=_rotate)


def _run(given: argparse.Namespace) -> int:
    # Loaded here, so that the other commands start at once.
    from .config import load_settings
    from .log import set_up
    from .run import run

    settings = load_settings(given.config, os.environ)
    set_up()
    asyncio.run(run(settings))
    return 0


def _rotate(given: argparse.Namespace) -> int:
    """Wrap all people's keys with another key of the operator's, and say what is to be done now."""
    from .config import load_settings
    from .run import operator
    from .store import rotate

    settings = load_settings(given.config, os.environ)
    given_key = settings.store.key.get_secret_value()
    if settings.store.new_key.get_secret_value() and not given_key:
        problem = f"the key in use is not a setting but a file ({settings.store.key_path}), which gets a new one itself"
        raise SettingError("store.new_key", problem, "take store.new_key away, or set store.key to the key in use")
    count = rotate(settings.store.keys_path, operator(settings))
    print(hidden(f"{settings.store.keys_path}: {_count(count, 'key')} wrapped with the new key of the operator"))
    if given_key:
        print("Put the value of store.new_key into store.key, take store.new_key away, and start the bot again.")
    else:
        print(hidden(f"{settings.store.key_path}: this is the new key; keep a copy of it, and start the bot again."))
    return 0


def _invite(given: argparse.Namespace) -> int:
    """Print codes, one a line, each with how to use it. They are kept as marks alone: nobody can print them again."""
    import secrets

    from .access import new_code
    from .config import load_settings

    if not (1 <= given.days <= 365 and 1 <= given.count <= 1000):
        raise BotError("--days is a number from 1 to 365, and --count one from 1 to 1000")
    settings = load_settings(given.config, os.environ)
    codes = [new_code(secrets.choice) for _ in range(given.count)]
    until = datetime.now(UTC) + timedelta(days=given.days)
    link = asyncio.run(_invited(settings, codes, until))
    for code in codes:
        print(f"{code}  {link}?start={code}" if link else f"{code}  /start {code}")
    print(f"Good for one person each, until {until:%Y-%m-%d %H:%M} UTC.", file=sys.stderr)
    if settings.telegram.access != "invite":
        problem = f"telegram.access is {settings.telegram.access!r}: codes are asked for only where it is invite"
        print(problem, file=sys.stderr)
    return 0


async def _invited(settings: Settings, codes: Sequence[str], until: datetime) -> str:
    """Keep codes in the database, in which the bot may be working meanwhile; the bot's link, where it has one."""
    from .access import mark_of
    from .run import operator
    from .store import SqliteStore
    from .telegram import link

    store = SqliteStore.open(settings.store.path, settings.store.keys_path, operator(settings))
    try:
        await asyncio.gather(*(store.invite(mark_of(code), until) for code in codes))
    finally:
        await store.close()
    return await link(settings.token, settings.telegram.base_url) if settings.token else ""


def _path(given: argparse.Namespace) -> Path:
    """The folder or file that was named, or the bundled flows, as short as it can be written."""
    path: Path = given.path or bundled("flows")
    here = Path.cwd()
    if not path.exists():
        raise BotError(f"{path}: there is no such file or folder; name a folder of flows, or one flow file")
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def _check(given: argparse.Namespace) -> int:
    path = _path(given)
    folder = path if path.is_dir() else path.parent
    problems = check_path(path, bundled("flows") / "house.yaml", _today())
    for problem in problems:
        print(f"{folder}/{problem}")
    errors = sum(map(is_error, problems))
    print(f"{path}: {_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}", file=sys.stderr)
    return 1 if errors else 0


def _test(given: argparse.Namespace) -> int:
    from .book import Book
    from .run import read_flows
    from .script import rehearse

    path = _path(given)
    folder = path if path.is_dir() else path.parent
    reading = read_flows(folder)
    if given.cover:
        return _cover(reading)
    files = sorted(path.glob("*.test.yaml")) if path.is_dir() else [path]
    facts = {"name": "Kintsugi", "link": "https://t.me/kintsugi_bot"}
    book = Book.build(reading.flows, reading.house, facts, reading.translated, reading.rules, reading.lines)
    rehearsal = rehearse(book, files)
    if given.print:
        print("\n".join(rehearsal.files.values()))
    if given.update:
        for file, text in rehearsal.files.items():
            file.write_text(text, "utf-8")
    # What --update writes down is no difference any more; what cannot be played still is.
    found = [*map(str, rehearsal.problems), *(rehearsal.broken if given.update else rehearsal.differences)]
    for line in found:
        print(f"{folder}/{line}")
    every = {(flow.name, step) for flow in reading.flows.values() for step in flow.steps}
    print(
        f"{_count(rehearsal.talks, 'talk')}, {_count(len(found), 'difference')}, "
        f"{len(rehearsal.reached)} of {len(every)} steps played",
        file=sys.stderr,
    )
    return 1 if found else 0


def _cover(reading: Reading) -> int:
    """Play every flow by itself in every language: exit code 1 unless all ways were taken and nothing broke."""
    from .book import Book
    from .explore import explore, lines

    book = Book.build(
        reading.flows, reading.house, {"name": "Kintsugi", "link": ""}, reading.translated, reading.rules, reading.lines
    )
    found = [explore(spoken, name) for spoken in book.languages.values() for name in spoken.flows]
    for one in found:
        print("\n".join(lines(one)))
    taken, left = sum(len(one.taken) for one in found), sum(len(one.left) for one in found)
    print(f"{taken} of {taken + left} ways taken in {_count(len(book.languages), 'language')}", file=sys.stderr)
    return 1 if left or any(one.faults for one in found) else 0


def _messages(given: argparse.Namespace) -> int:
    from .catalogue import FOLDER, begin, merge
    from .reader import read_folder
    from .translate import sentences

    folder = _path(given)
    reading = read_folder(folder)
    if reading.problems:
        raise FlowError("\n".join(f"{folder}/{problem}" for problem in reading.problems))
    if given.add:
        begin(folder, given.add)
    found = sentences(reading.flows, reading.house)
    left = merge(folder, found)
    print(f"{folder}/{FOLDER}/messages.pot: {_count(len({one.phrase.text for one in found}), 'sentence')}")
    for language, missing in left.items():
        print(f"{folder}/{FOLDER}/{language}.po: {missing} to translate")
    return 0


def _safety(given: argparse.Namespace) -> int:
    """Print the rules that speak: level, concern, rule and the words found; nothing is kept or logged."""
    import json
    from dataclasses import asdict

    from .safety import look
    from .safety_rules import read_rules

    rules, problems = read_rules(bundled("flows"))
    if problems:
        raise FlowError("\n".join(f"{bundled('flows')}/{problem}" for problem in problems))
    if given.lines:
        for line in sys.stdin:
            if line.strip():
                print(json.dumps([asdict(sign) for sign in look(rules, _string(line)).signs], ensure_ascii=False))
        return 0
    if given.text is None:
        raise BotError('name a text, such as: python -m bot safety "I can\'t go on"; or give --lines')
    signs = look(rules, given.text).signs
    for sign in signs:
        print(f"{sign.level:6}{sign.concern:22}{sign.rule:24}{sign.span}")
    if not signs:
        print("nothing")
    return 0


def _string(line: str) -> str:
    import json

    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise BotError('--lines: each line of standard input has to be a JSON string, such as "I can\'t go on"')
    return found


def _helplines(given: argparse.Namespace) -> int:
    """Print the rows whose date is older, the oldest first, and how many there are of all."""
    from .helplines import months
    from .helplines_reader import read_helplines

    age = months(given.older_than)
    if age is None:
        raise BotError(f"--older-than is {given.older_than!r}: this is no age; write 180d, 12m or 2y")
    lines, problems = read_helplines(bundled("flows"))
    if problems:
        raise FlowError("\n".join(f"{bundled('flows')}/{problem}" for problem in problems))
    rows = list(lines.older(age, _today()))
    for country, kind, name, row in rows:
        print(f"{row.checked}  {country.code}  {kind:10}{name}  ({row.place})")
    every = sum(1 for country in lines.countries.values() for _ in country.rows())
    print(f"{len(rows)} of {every} rows are older than {given.older_than}", file=sys.stderr)
    return 0


def _today() -> date:
    return datetime.now(UTC).date()


def _schema(given: argparse.Namespace) -> int:
    import json

    from .schema import flow_schema

    print(json.dumps(flow_schema(), indent=2))
    return 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
