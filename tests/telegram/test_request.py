"""What is read of a server's answers."""

from __future__ import annotations

import json

import pytest
from telegram import Message

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
