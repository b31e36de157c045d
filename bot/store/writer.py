"""One thread that writes. What many chats ask for while one transaction goes to disk shares the next one.

The law of this file: **a call is answered after the transaction that holds its write is on disk**, and what fails in
one call undoes that call alone. What the writes put into another file (`Beside`) is on disk before the transaction.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.errors import BotError, StoreError

T = TypeVar("T")
MOST = 500
"""Calls that share a transaction."""


class Beside(Protocol):
    """Another file that the writes of a transaction write to."""

    def settle(self, connection: sqlite3.Connection) -> None:
        """Put on disk what the writes made: before their transaction is committed."""
        ...

    def undo(self) -> None:
        """Take back what was not settled."""
        ...

    def finish(self, connection: sqlite3.Connection) -> None:
        """Do what follows a transaction, before its calls are answered. Raises nothing."""
        ...


@dataclass(frozen=True, slots=True)
class _Call:
    write: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


_Outcome = tuple[_Call, Any, BaseException | None]


class Writer:
    """Owns the connection that writes. A write checks everything that may refuse it before its first change: a
    BotError that it raises undoes nothing else."""

    def __init__(self, connection: sqlite3.Connection, beside: Beside) -> None:
        self._connection = connection
        self._beside = beside
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, write: Callable[[sqlite3.Connection], T]) -> T:
        """Write, and come back when it is on disk. Raises what `write` raised, or StoreError."""
        if self._closed:
            raise StoreError("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._calls.put(_Call(write, loop, future))
        # A caller that is cancelled does not take its write back.
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Finish what was asked for, then close the connection."""
        if not self._closed:
            self._closed = True
            self._calls.put(None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while batch := self._next():
            self._answer(self._together(batch) or [self._alone(call) for call in batch])
        self._connection.close()

    def _next(self) -> list[_Call]:
        """The calls that wait now, at least one; none: it is time to close."""
        call = self._calls.get()
        batch: list[_Call] = []
        while call is not None:
            batch.append(call)
            if len(batch) == MOST or self._calls.empty():
                return batch
            call = self._calls.get()
        if batch:
            self._calls.put(None)
        return batch

    def _together(self, batch: list[_Call]) -> list[_Outcome]:
        """All calls in one transaction; nothing when SQLite refused one of them, and all were undone."""
        done: list[_Outcome] = []
        try:
            self._connection.execute("begin immediate")
            for call in batch:
                try:
                    done.append((call, call.write(self._connection), None))
                except BotError as error:
                    done.append((call, None, error))
            self._commit()
        except Exception:
            self._undo()
            return []
        return done

    def _alone(self, call: _Call) -> _Outcome:
        try:
            self._connection.execute("begin immediate")
            result = call.write(self._connection)
            self._commit()
        except BotError as error:
            self._undo()
            return call, None, error
        except Exception as error:
            self._undo()
            # The name alone: a message of SQLite's may quote what was to be written.
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            return call, None, StoreError(f"the database did not take a write ({name})")
        return call, result, None

    def _commit(self) -> None:
        self._beside.settle(self._connection)
        self._connection.execute("commit")
        self._beside.finish(self._connection)

    def _undo(self) -> None:
        self._beside.undo()
        if self._connection.in_transaction:
            self._connection.execute("rollback")

    def _answer(self, done: list[_Outcome]) -> None:
        for loop in {outcome[0].loop for outcome in done}:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, [one for one in done if one[0].loop is loop])


def _resolve(done: list[_Outcome]) -> None:
    for call, result, error in done:
        if call.future.done():
            continue
        if error is None:
            call.future.set_result(result)
        else:
            call.future.set_exception(error)
