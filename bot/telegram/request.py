"""python-telegram-bot's way to the network, filled by aiohttp: the same calls for a fraction of the time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEEPEST = 60
"""Levels of a server's answer that are read where it has more than Python reads. The Bot API has a dozen."""
MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
"""Strings of JSON, and what opens and closes a level."""
DIGITS = 20
"""Digits of a whole number in such an answer; longer ones are read as 0."""
LARGEST = 10**13
"""Numbers in the parameters of a refusal stay below it: seconds, and groups."""
PATIENCE = 20.0
"""Seconds for a call to be answered."""


def place_of(message: dict[str, Any]) -> dict[str, Any]:
    """Of a message only its number and chat; anything else as it is. Its date is 0, which says in the Bot API that
    nothing more is known of it: what was sent is sent, whatever the rest of the answer looks like."""
    if "message_id" not in message:
        return message
    return {"message_id": message["message_id"], "chat": message.get("chat"), "date": 0}


def _loaded(text: str) -> Any:
    """JSON. What Python does not read (too deep, or a number too long) is left out, so that the rest is read. Raises
    TelegramError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_shallow(text), parse_int=lambda digits: int(digits) if len(digits) <= DIGITS else 0)
    except (ValueError, RecursionError):
        raise TelegramError("the answer cannot be read") from None


def _shallow(text: str) -> str:
    """JSON with null where it is deeper than DEEPEST."""
    kept, depth, start = [], 0, 0
    for found in MARKS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept.append(text[start : found.start()])
        elif found[0] in "]}":
            if depth == DEEPEST + 1:
                kept.append("null")
                start = found.end()
            depth -= 1
    return "".join([*kept, text[start:]])


def _refusal(data: dict[str, Any]) -> dict[str, Any]:
    """What a refusal says, without what the library would stumble over."""
    said, more = data.get("description"), data.get("parameters")
    known = more.items() if isinstance(more, dict) else ()
    parameters = {name: value for name, value in known if type(value) is int and abs(value) < LARGEST}
    return {"ok": False, "description": said if isinstance(said, str) else "", "parameters": parameters}


def _answered(status: int, payload: bytes) -> bytes:
    """The body of an answer. A refusal that is none of the Bot API's (a proxy's page) is left out: the library would
    repeat it in its error, and it may repeat what was sent."""
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return payload
    try:
        AiohttpRequest.parse_json_payload(payload)
    except TelegramError:
        return b"{}"
    return payload


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
                return response.status, _answered(response.status, await response.read())
        except TimeoutError:
            raise TimedOut(f"no answer within {seconds:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer of a call. Of a message that was sent only what says where it stands is kept: building the
        library's objects from the whole echo costs as much as sending it. Raises TelegramError, and unlike the library
        logs nothing: what cannot be read may hold what people wrote."""
        data = _loaded(payload.decode("utf-8", "replace"))
        if not isinstance(data, dict):
            raise TelegramError("the answer is no answer of the Bot API")
        if not data.get("ok"):
            return _refusal(data)
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
