"""What is read of an update."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.events import Brought, Said, Tapped
from bot.telegram.updates import read

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
CHAT = {"id": 1, "type": "private"}
SENT = datetime(2026, 5, 3, 11, tzinfo=UTC)


def message(**more: Any) -> dict[str, Any]:
    return {"update_id": 7, "message": {"message_id": 1, "date": int(SENT.timestamp()), "chat": CHAT, **more}}


@pytest.mark.parametrize(
    ("more", "text", "at"),
    [
        ({"text": "words"}, "words", SENT),
        ({"text": "half \ud83d, null \0."}, "half ?, null .", SENT),
        ({"text": "words", "date": 10**30}, "words", NOON),
        ({"text": "words", "date": -1}, "words", NOON),
        ({"text": "words", "date": "soon"}, "words", NOON),
        ({"text": "words", "from": {"id": "1"}}, "words", SENT),
        ({"text": "words", "from": {"language_code": 7}}, "words", SENT),
        ({"text": "words", "entities": 7, "reply_to_message": [], "photo": []}, "words", SENT),
    ],
)
def test_odd_parts_cost_no_answer(more: dict[str, Any], text: str, at: datetime) -> None:
    """A message is read whatever is odd about the parts that nobody needs, and says only what a database takes."""
    assert read(message(**more), NOON) == Said("tg:7", "1", text, at)


@pytest.mark.parametrize(
    "chat",
    [
        {"id": 1, "type": "channel"},
        {"id": "1", "type": "private"},
        {"id": True, "type": "private"},
        {"id": -1, "type": "private"},
        {"id": 2**63, "type": "private"},
        {"id": 1, "type": "group"},
        {"id": 1, "type": ["private"]},
        {"id": 1},
        {},
        None,
        [CHAT],
    ],
)
def test_no_private_chat_is_no_event(chat: object) -> None:
    """What comes from no private chat of a person is no event, in whatever shape it comes."""
    assert read(message(text="words", chat=chat), NOON) is None
    tapped = {"update_id": 7, "callback_query": {"data": "r.1.yes", "message": {"chat": chat}}}
    assert read(tapped, NOON) is None
    assert read({"update_id": 7, "edited_message": {"chat": chat, "text": "words"}}, NOON) is None


def test_long_choice_is_cut() -> None:
    """What a forged button carries is cut to what a button can carry."""
    tapped = {"update_id": 7, "callback_query": {"data": "x" * 10_000, "message": {"chat": CHAT}}}
    assert read(tapped, NOON) == Tapped("tg:7", "1", "x" * 64, NOON)


def test_group_and_bot() -> None:
    """Of a group it is read that somebody wrote there, and a bot's message is none."""
    group = {"id": -100, "type": "supergroup"}
    assert read(message(text="words", chat=group), NOON) == Brought("tg:7", "-100", "group", SENT)
    assert read(message(text="words", **{"from": {"is_bot": True}}), NOON) is None


@pytest.mark.parametrize(
    ("update", "thing", "words"),
    [
        (message(photo=[{}], caption="help \0me"), "photo", "help me"),
        (message(document={"file_id": "f"}, caption="help me"), "file", "help me"),
        ({"update_id": 7, "edited_message": message(text="help me")["message"]}, "edit", "help me"),
        ({"update_id": 7, "edited_message": message(photo=[{}], caption="help me")["message"]}, "edit", "help me"),
        (message(text="x" * 9000), "long", "x" * 4096),
        (message(photo=[{}], caption=["help me"]), "photo", ""),
        (message(text="I will find you", forward_origin={"type": "user"}), "forward", ""),
        (message(photo=[{}], caption="I will find you", forward_origin={"type": "user"}), "forward", ""),
    ],
)
def test_words_beside(update: dict[str, Any], thing: str, words: str) -> None:
    """What stands under a picture or a file, a changed text and a long one are read; what is forwarded is not."""
    found = read(update, NOON)
    assert isinstance(found, Brought)
    assert (found.thing, found.words) == (thing, words)
