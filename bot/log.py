"""Log lines on stderr: one a record, `time level event key=value`. Never a word that a person wrote, never the token.

The law of this file: of an exception only its type and the lines of code are written. Its message may quote what a
person said, or an address that holds the token.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

TOKEN = re.compile(r"\d{3,}:[\w-]{8,}")
DEEPEST = 6
"""Lines of code named for an exception, the innermost."""


def redact(text: str) -> str:
    """The text without anything that looks like a token."""
    return TOKEN.sub("(token)", text)


class Lines(logging.Formatter):
    """One line a record. Of foreign records only the first line: what follows there may quote a message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        ours = record.name.split(".")[0] == "bot"
        text = record.getMessage()
        parts = [
            at,
            record.levelname.lower(),
            text if ours else f"{record.name} {text.splitlines()[0] if text else ''}",
        ]
        if record.exc_info and record.exc_info[0]:
            parts.append(exception(record.exc_info[0], record.exc_info[2]))
        return redact(" ".join(parts).replace("\n", " ").replace("\r", " "))


def exception(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception as `error=Type at=file:line<file:line`, innermost first, without its message."""
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    places = "<".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"error={kind.__name__} at={places}"


def set_up() -> None:
    """Write our records from INFO and those of libraries from WARNING to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
