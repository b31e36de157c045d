"""python-telegram-bot's way to the network, filled by aiohttp: the same calls for a fraction of the time."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 20.0
"""Seconds for a call to be answered."""


def place_of(message: dict[str, Any]) -> dict[str, Any]:
    """Of a message only its number and chat; anything else as it is. Its date is 0, which says in the Bot API that
    nothing more is known of it: what was sent is sent, whatever the rest of the answer looks like."""
    if "message_id" not in message:
        return message
    return {"message_id": message["message_id"], "chat": message.get("chat"), "date": 0}


def proxy_of(url: str) -> str | None:
    """The proxy that the environment (`HTTPS_PROXY`, `NO_PROXY` and so on) names for an address. Read once: aiohttp's
    own reading of it costs as much as the call, for every call."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies_environment().get(parts.scheme)


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str]]:
    """What a call sends, and its headers. Encoded here where there is no file: aiohttp would prepare a multipart form,
    which costs more than the rest of the request."""
    if data is None or not data.contains_files:
        return urlencode(data.json_parameters).encode() if data else None, FORM
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


class AiohttpRequest(BaseRequest):
    """Posts forms over one aiohttp session, made by `initialize` and closed by `shutdown`."""

    def __init__(self, base_url: str, connections: int = 100, patience: float = PATIENCE) -> None:
        super().__init__()
        self._proxy = proxy_of(base_url)
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
        jar = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar, proxy=self._proxy)

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
        body, headers = _body(request_data)
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut(f"no answer within {seconds:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer of a call. Of a message that was sent only what says where it stands is kept: building the
        library's objects from the whole echo costs as much as sending it."""
        data = BaseRequest.parse_json_payload(payload)
        result = data.get("result")
        if data.get("ok") and result is None:
            data["result"] = True
        if isinstance(result, dict):
            # Who we are: a server of another's making may leave out what goes without saying.
            data["result"] = {"is_bot": True, **result} if "username" in result else place_of(result)
        return data

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session."""
        await self.shutdown()
