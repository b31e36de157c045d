"""The operator's key, which wraps the keys of all people: given as a setting, or kept in a file of its own.

The law of this file: **a key that something is wrapped with is never lost**. A key file is never overwritten but by a
whole one, a missing one is never made anew, and a new key is on disk before anything is wrapped with it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from bot.errors import SettingError, StoreError
from bot.secret import FITS, key_of, key_text

from .sealing import fingerprint, new_key

OTHERS = 0o077


class Operator(Protocol):
    """Where the operator's key comes from."""

    def key(self, current: str | None) -> bytes:
        """The key, where `current` is the fingerprint of the one in use (None: none is in use yet). Whether they fit
        is for the caller to see. Raises StoreError."""
        ...

    def successor(self) -> bytes:
        """The key that a rotation goes to, kept safe already. Raises StoreError, SettingError."""
        ...

    def adopt(self) -> None:
        """The successor is the key in use from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A key that was given as a setting (`store.key`), and the one that a rotation goes to (`store.new_key`)."""

    given: bytes = field(repr=False)
    new: bytes | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return "store.key"

    def key(self, current: str | None) -> bytes:
        """The key of the setting."""
        return self.given

    def successor(self) -> bytes:
        """The key of the other setting."""
        if self.new is None:
            problem = "the key is a setting, so that the new one has to be given, too"
            raise SettingError("store.new_key", problem, f"set BOT_STORE__NEW_KEY to {FITS}, and keep it")
        return self.new

    def adopt(self) -> None:
        """For the operator to do, who holds both."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file that holds the key as one line, for its owner alone. It is made when no key is in use yet."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def _file(self) -> Path:
        """The file itself, where the path is a link to it: a link is not to be replaced by a file."""
        return self.path.resolve()

    @property
    def _next(self) -> Path:
        return self._file.with_name(self._file.name + ".new")

    def key(self, current: str | None) -> bytes:
        """The key of the file. A rotation that was interrupted before its end is ended."""
        found = _read(self.path)
        if current is None:
            return found or _write(self._file, new_key())
        if found is None or fingerprint(found) != current:
            new = _read(self._next)
            if new is not None and fingerprint(new) == current:
                self.adopt()
                return new
        if found is None:
            raise StoreError(
                f"{self.path}: the operator's key is missing, and without it nobody's words can be read; "
                "put your copy of it back (store.key_file)"
            )
        return found

    def successor(self) -> bytes:
        """A new key, in a file beside. One that an interrupted rotation left there, unused, goes."""
        self._next.unlink(missing_ok=True)
        return _write(self._next, new_key())

    def adopt(self) -> None:
        """The new file in the place of the old one, at one stroke."""
        # Another process that started meanwhile may have done it.
        with suppress(FileNotFoundError):
            self._next.replace(self._file)
        _sync(self._file.parent)


def _read(path: Path) -> bytes | None:
    """The key in a file; None: no file. Raises StoreError."""
    try:
        mode = path.stat().st_mode & 0o777
        text = path.read_text("ascii", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}: the operator's key cannot be read ({error.strerror})") from None
    if os.name == "posix" and mode & OTHERS:
        problem = "the file holds the operator's key and others on this machine may read it"
        raise StoreError(f"{path}: {problem}; run: chmod 600 {path}")
    key = key_of(text)
    if key is None:
        raise StoreError(f"{path}: this is no operator's key ({FITS}); put your copy of it back")
    return key


def _write(path: Path, key: bytes) -> bytes:
    """A key in a file that was not there before, whole and on disk when this returns; the key that stands there, which
    is another one if another process was quicker. Raises StoreError."""
    beside = path.with_name(f"{path.name}.{token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(number, "w") as file:
                file.write(key_text(key) + "\n")
                file.flush()
                os.fsync(file.fileno())
            _name(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        _sync(path.parent)
    except FileExistsError:
        return _read(path) or _write(path, key)
    except OSError as error:
        raise StoreError(f"{path}: the operator's key cannot be written ({error.strerror})") from None
    return key


def _name(beside: Path, path: Path) -> None:
    """Give a whole file its name, which overwrites nothing. Raises FileExistsError when the name is taken."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        # A disk that knows no links, such as a stick: then a moment is left between the look and the naming.
        if path.exists():
            raise FileExistsError from None
        beside.rename(path)


def _sync(folder: Path) -> None:
    """Put the names in a folder on disk, where the platform can."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
