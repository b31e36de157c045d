"""How messages go out: in order, each chat on its own, once, at the allowed rate, ahead of what can wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.delivery import Delivery, typing_time
from bot.errors import Gone, Later, Refused, StoreError, Unreachable
from bot.events import Ask, Button, Clear, Edit, Message, Say
from bot.ports import Commit
from bot.rate import Rate
from bot.session import Session
from bot.store import MemoryStore
from bot.testing import FakeChannel, ToldClock, settle

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def ask(token: str, text: str = "Which?", label: str = "A") -> Ask:
    """A question."""
    return Ask(text, token, ((Button(label, f"{token}.a"),),))


class Post:
    """A store, a channel and the delivery between them."""

    def __init__(self, rate: float = 0, pace: float = 0) -> None:
        self.store, self.channel, self.clock = MemoryStore(), FakeChannel(), ToldClock(NOON)
        self.delivery = Delivery(self.store, self.channel, Rate(rate, self.clock), self.clock, pace)
        self.revisions: dict[str, int] = {}

    async def commit(self, *messages: Message, chat: str = "1", later: bool = False, wake: bool = True) -> None:
        """Put messages into the outbox."""
        revision = self.revisions.get(chat, 0)
        self.revisions[chat] = revision + 1
        event = f"{chat}:{revision}"
        await self.store.commit(Commit(chat, event, NOON, revision, Session(revision=revision + 1), messages))
        if wake:
            self.delivery.wake(chat, later)

    def texts(self, chat: str = "1") -> list[str]:
        """What stands in a chat."""
        return [bubble.text for bubble in self.channel.chats.get(chat, [])]


async def test_in_order_and_forgotten() -> None:
    """Messages arrive in order, and leave the outbox when they have."""
    post = Post()
    await post.commit(Say("one"), Say("two"), ask("r.1"))
    await post.commit(Edit("r.1", "Which? A"), Say("three"))
    await post.delivery.idle()
    assert post.texts() == ["one", "two", "Which? A", "three"]
    assert await post.store.outbox("1") == []


async def test_later_is_waited_out_for_one_chat_alone() -> None:
    """A 429 is waited out to the second it names, and holds up no other chat."""
    post = Post()
    busy = True

    def fails(chat: str) -> None:
        if chat == "1" and busy:
            raise Later(7)

    post.channel.fails = fails
    await post.commit(Say("one"))
    await post.commit(Say("two"), chat="2")
    await settle()
    assert post.texts("2") == ["two"]
    busy = False
    await post.clock.pass_(6.9)
    assert post.texts() == []
    await post.clock.pass_(0.2)
    assert post.texts() == ["one"]


async def test_unreachable_is_tried_with_growing_pauses() -> None:
    """What cannot be reached is tried again, with pauses that grow, until it can."""
    post = Post()
    tries: list[float] = []

    def fails(chat: str) -> None:
        tries.append(post.clock.tick())
        if len(tries) < 5:
            raise Unreachable("x")

    post.channel.fails = fails
    await post.commit(Say("one"))
    await post.clock.pass_(60)
    assert tries == [0, 0.5, 1.5, 3.5, 7.5]
    assert post.texts() == ["one"]


async def test_erased_while_it_waits() -> None:
    """What is erased while it cannot be sent is not tried again; what the person is told then is sent."""
    post = Post()

    def fails(chat: str) -> None:
        raise Unreachable("x")

    post.channel.fails = fails
    await post.commit(Say("words"), Say("more words"))
    await settle()
    await post.store.commit(Commit("1", "bye", NOON, 1, None, (Say("Bye"),), erase=True))
    post.delivery.wake("1")
    post.channel.fails = None
    await post.clock.pass_(10)
    assert post.texts() == ["Bye"]


async def test_clears_what_is_young_enough() -> None:
    """What was sent longer ago than the channel deletes is not named when a chat is cleared, and not forgotten."""
    post = Post()
    await post.commit(Say("old"))
    await post.clock.pass_(60)
    await post.commit(Say("young"))
    await post.clock.pass_(60)
    await post.commit(Clear(NOON))
    await post.delivery.idle()
    assert post.texts() == ["old", ""]
    assert await post.store.standing("1", NOON) == ["0"]


@pytest.mark.parametrize("error", [Refused("no"), ValueError("a fault")])
async def test_refused_is_marked_and_passed(error: Exception) -> None:
    """What the far side will never take is marked, not tried again, and the next message goes out."""
    post = Post()
    calls = 0

    def fails(chat: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise error

    post.channel.fails = fails
    await post.commit(Say("one"), Say("two"))
    await post.delivery.idle()
    assert post.texts() == ["two"]
    assert calls == 2
    assert await post.store.outbox("1") == []


async def test_who_is_gone_costs_one_call() -> None:
    """Whoever blocked the bot is found out by one call; what else was for them is marked, not tried, until they are
    back."""
    post = Post()

    def fails(chat: str) -> None:
        raise Gone("blocked")

    post.channel.fails = fails
    await post.commit(Say("one"), Say("two"), Say("three"))
    await post.delivery.idle()
    assert post.channel.calls == [("send", "1")]
    assert post.delivery.left == {"1"}
    assert await post.store.outbox("1") == []
    post.channel.fails = None
    await post.commit(Say("four"))
    await post.delivery.idle()
    assert post.texts() == ["four"]


async def test_edits_that_change_nothing_are_left_out() -> None:
    """An edit to what already stands there, or of what is not there, is never sent; of two in a row the last is."""
    post = Post()
    question = ask("r.1")
    await post.commit(question, Edit("r.1", question.text, question.rows), Edit("r.9", "not there"))
    await post.delivery.idle()
    assert post.channel.calls == [("send", "1")]
    toggled = ask("r.1", label="✓ A").rows
    await post.commit(Edit("r.1", "Which?", toggled), Edit("r.1", "Which? A"), wake=False)
    post.delivery.wake("1")
    await post.delivery.idle()
    assert post.channel.calls == [("send", "1"), ("edit", "1")]
    assert post.texts() == ["Which? A"]


async def test_resumes_what_was_left() -> None:
    """After a start, what an earlier run left in the outbox goes out."""
    post = Post()
    for chat in range(30):
        await post.commit(Say("left"), chat=str(chat), wake=False)
    await post.delivery.resume()
    await post.delivery.idle()
    assert all(post.texts(str(chat)) == ["left"] for chat in range(30))


async def test_human_pace() -> None:
    """Bubbles come at a human pace with typing shown, the first at once; a person who goes on waits for none."""
    post = Post(pace=1)
    long = "A bubble that somebody would write for a while. " * 2
    await post.commit(Say("one"), Say(long), Say("three"))
    await settle()
    assert post.texts() == ["one"]
    assert post.channel.typed == ["1"]
    await post.clock.pass_(typing_time(long) + 0.01)
    assert post.texts() == ["one", long]
    await post.commit(Say("four"))
    await settle()
    assert post.texts() == ["one", long, "three", "four"]


async def test_a_slow_chat_holds_up_no_other() -> None:
    """While one chat's bubbles come at a human pace, others get theirs."""
    post = Post(pace=1)
    await post.commit(Say("one"), Say("two"))
    await post.commit(Say("other"), chat="2")
    await settle()
    assert post.texts("2") == ["other"]


async def test_rate_of_the_token() -> None:
    """No more messages a second go out than the token may send, and people who are there are answered first."""
    post = Post(rate=10)
    for chat in range(40):
        await post.commit(Say("reminder"), chat=f"late{chat}", later=True)
    await settle()
    assert len(post.channel.calls) == 10
    await post.commit(Say("answer"), chat="now")
    await post.clock.pass_(0.11)
    assert post.texts("now") == ["answer"]
    await post.clock.pass_(0.9)
    assert len(post.channel.calls) == 20
    await post.clock.pass_(5)
    assert len(post.channel.calls) == 41


async def test_rate_of_a_chat() -> None:
    """A chat gets a short burst, and then one message a second."""
    post = Post(rate=30)
    await post.commit(*(Say(str(number)) for number in range(8)))
    await settle()
    assert len(post.texts()) == 5
    await post.clock.pass_(1.01)
    assert len(post.texts()) == 6
    await post.clock.pass_(2)
    assert len(post.texts()) == 8


async def test_stop_leaves_the_rest() -> None:
    """A stop finishes the message that is on its way and leaves the others in the outbox for the next start."""
    post = Post(pace=1)
    await post.commit(Say("one"), Say("two"), Say("three"))
    await settle()
    await post.delivery.stop()
    assert post.texts() == ["one"]
    assert [message for _, message in await post.store.outbox("1")] == [Say("two"), Say("three")]
    post.delivery.wake("1")
    await settle()
    assert post.texts() == ["one"]


async def test_store_that_fails_for_a_while() -> None:
    """When a sent message cannot be marked, it is marked later, and not sent again."""

    class Full(MemoryStore):
        failing = 3

        async def sent(self, *arguments: object, **more: object) -> None:
            """Fail three times."""
            if self.failing:
                self.failing -= 1
                raise StoreError("full")
            await super().sent(*arguments, **more)  # type: ignore[arg-type]

    post = Post()
    post.store = post.delivery._store = Full()
    await post.commit(Say("one"), Say("two"))
    await post.clock.pass_(10)
    assert post.texts() == ["one", "two"]
    await asyncio.sleep(0)
    assert await post.store.outbox("1") == []
