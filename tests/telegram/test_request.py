"""What is read of a server's answers."""

from __future__ import annotations

import json

import pytest
from aiohttp import web
from telegram import Message
from telegram.error import BadRequest, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.request import AiohttpRequest


@pytest.mark.parametrize(
    ("result", "read"),
    [
        ({"message_id": 7, "date": 99999999999999, "chat": {"id": 1}}, {"message_id": 7, "chat": {"id": 1}, "date": 0}),
        ({"username": "a_bot", "id": 1}, {"is_bot": True, "username": "a_bot", "id": 1}),
        (None, True),
        ([{"update_id": 1}], [{"update_id": 1}]),
    ],
)
def test_only_what_counts_is_read(result: object, read: object) -> None:
    """Of what was sent only its place is read: what was sent is sent, whatever the rest of the answer looks like."""
    payload = json.dumps({"ok": True, "result": result}).encode()
    assert AiohttpRequest.parse_json_payload(payload)["result"] == read


def test_a_place_is_a_message() -> None:
    """What is left of a message is a message still."""
    place = {"message_id": 7, "chat": {"id": 1, "type": "private"}, "date": 0}
    message = Message.de_json(place, None)
    assert message.message_id == 7


@pytest.mark.parametrize(
    ("result", "read"),
    [
        ('[{"update_id": 1, "x": ' + "[" * 50_000 + "]" * 50_000 + '}, {"update_id": 2}]', [1, 2]),
        ('[{"update_id": ' + "9" * 5_000 + '}, {"update_id": 2, "text": "\\"]}[{"}]', [0, 2]),
    ],
    ids=["deep", "long number"],
)
def test_what_python_does_not_read(result: str, read: list[int]) -> None:
    """An answer that is deeper than Python reads, or holds a longer number, is read but for that."""
    payload = f'{{"ok": true, "result": {result}}}'.encode()
    assert [one["update_id"] for one in AiohttpRequest.parse_json_payload(payload)["result"]] == read


@pytest.mark.parametrize("payload", [b"", b'{"ok": tru', b"[1]", b"<html>secret</html>", b'"secret"', b"[" * 99_999])
def test_no_answer_is_not_logged(payload: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """What is no answer of the Bot API is an error that repeats nothing of it, and is not logged: it may hold what
    people wrote."""
    with pytest.raises(TelegramError) as caught:
        AiohttpRequest.parse_json_payload(payload)
    assert "secret" not in str(caught.value)
    assert caplog.text == ""


def test_refusal_is_read_as_it_should_be() -> None:
    """Of a refusal its words and numbers are read, and nothing that is something else."""
    payload = {
        "ok": False,
        "description": ["x"],
        "parameters": {"retry_after": 3, "migrate_to_chat_id": "-1", "x": 1e9},
    }
    read = {"ok": False, "description": "", "parameters": {"retry_after": 3}}
    assert AiohttpRequest.parse_json_payload(json.dumps(payload).encode()) == read


async def test_error_page_is_not_repeated() -> None:
    """The page that a proxy shows instead of an answer is in no error: it may repeat what was sent."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(status=400, text=await request.text())

    app = web.Application()
    app.router.add_post("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    request = AiohttpRequest("http://127.0.0.1")
    await request.initialize()
    said = RequestData([RequestParameter("text", "secret", None)])
    with pytest.raises(BadRequest) as caught:
        await request.post(f"http://127.0.0.1:{runner.addresses[0][1]}/", said)
    await request.shutdown()
    await runner.cleanup()
    assert "secret" not in str(caught.value)
