"""The page's server, called as a browser and as others would."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def test_only_by_its_own_name(http: aiohttp.ClientSession, address: str) -> None:
    """On loopback only loopback's names are answered, so that no other name can be pointed at it."""
    for host, status in (("evil.example", 403), ("localhost", 200), ("127.0.0.1:1", 200)):
        async with http.get(address, headers={"Host": host}) as response:
            assert response.status == status, host


async def test_only_its_own_page_may_call(http: aiohttp.ClientSession, address: str) -> None:
    """Another site's page cannot speak for a person."""
    body = {"name": "n1", "text": "hello"}
    for origin, status in (("http://evil.example", 403), ("null", 403), (address, 200)):
        async with http.post(f"{address}/api/ana/say", json=body, headers={"Origin": origin}) as response:
            assert response.status == status, origin


async def test_headers(http: aiohttp.ClientSession, address: str) -> None:
    """Every answer forbids scripts, frames and assets from elsewhere, and is never cached."""
    for path in ("/", "/p/ana", "/page/app.js", "/nothing", "/api/ana/news"):
        async with http.get(address + path) as response:
            assert "default-src 'none'" in response.headers["Content-Security-Policy"], path
            assert response.headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("say", b"not json", 400),
        ("say", b"[]", 400),
        ("say", b'{"name": "a"}', 400),
        ("say", b'{"name": 1, "text": "x"}', 400),
        ("say", b'{"name": "../x", "text": "x"}', 400),
        ("tap", b'{"name": "a", "choice": {}}', 400),
        ("tap", b'{"name": "a", "choice": "forged.!change:x"}', 200),
        ("say", b'{"name": "b", "text": "\\ud800"}', 200),
        ("say", b'{"name": "c", "text": "' + b"x" * 5000 + b'"}', 200),
        ("say", b'{"name": "d", "text": "' + b"x" * 70000 + b'"}', 413),
    ],
)
async def test_malformed_calls(http: aiohttp.ClientSession, address: str, path: str, body: bytes, status: int) -> None:
    """Malformed and oversized calls are refused with a line, and forged ones change nothing."""
    async with http.post(f"{address}/api/ana/{path}", data=body) as response:
        assert response.status == status
        assert "Traceback" not in await response.text()


async def test_person_has_a_plain_name(http: aiohttp.ClientSession, address: str) -> None:
    """A person's name has letters, digits, - and _ alone."""
    for name, status in (("ana", 200), ("a.b", 404), ("x" * 41, 404)):
        async with http.get(f"{address}/p/{name}") as response:
            assert response.status == status, name


async def test_a_repeated_call_counts_once(http: aiohttp.ClientSession, address: str) -> None:
    """A call that a broken connection repeated is one message and one turn."""
    for _ in range(3):
        async with http.post(f"{address}/api/eve/say", json={"name": "n1", "text": "/start"}) as response:
            assert response.status == 200
    async with http.get(f"{address}/api/eve/news") as response:
        line = await response.content.readline()
        assert line.count(b'"who": "me"') == 1
        assert line.count(b"I'm glad you are here") <= 1
