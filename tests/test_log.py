"""Log lines: one a record, without words and without the token."""

from __future__ import annotations

import logging

from bot.log import Lines


def line(name: str, message: str, error: Exception | None = None) -> str:
    """A record as it is written."""
    info = (type(error), error, error.__traceback__) if error else None
    return Lines().format(logging.LogRecord(name, logging.ERROR, __file__, 1, message, (), info))


def test_exception_without_its_message() -> None:
    """Of an exception the type and the lines of code are written; its message may hold what a person said."""
    try:
        raise ValueError("what she said")
    except ValueError as error:
        written = line("bot.service", "broken chat=1", error)
    assert "error=ValueError at=test_log.py:" in written
    assert "she said" not in written


def test_one_line_without_the_token() -> None:
    """A record is one line, and whatever looks like a token is left out."""
    written = line("bot.x", "a\nb https://api.telegram.org/bot123456789:AAbbCCddEEffGGhhIIjjKKll/getMe")
    assert "\n" not in written
    assert "AAbbCC" not in written


def test_foreign_records_are_cut() -> None:
    """Of a library's record only the first line is written."""
    assert "second" not in line("aiohttp.client", "first\nsecond")
