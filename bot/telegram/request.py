"""python-telegram-bot's way to the network, filled by aiohttp: the same calls for a fraction of the time."""

from __future__ import annotations

from types import TracebackType

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

PATIENCE = 20.0
"""Seconds for a call to be answered."""


class AiohttpRequest(BaseRequest):
    """Posts forms over one aiohttp session, made by `initialize` and closed by `shutdown`."""

    def __init__(self, connections: int = 100, patience: float = PATIENCE) -> None:
        super().__init__()
        self._connections = connections
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for a call to be answered."""
        return self._patience

    async def initialize(self) -> None:
        """Open the session."""
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True)

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Make a call; the status and the body. Raises NetworkError or TimedOut, which name no address: it holds the
        token."""
        if self._session is None:
            raise NetworkError("the session is not open")
        seconds = read_timeout if isinstance(read_timeout, float | int) else self._patience
        timeout = aiohttp.ClientTimeout(total=seconds + 5, sock_connect=10, sock_read=seconds)
        body = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(method, url, data=body, timeout=timeout) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut(f"no answer within {seconds:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session."""
        await self.shutdown()
