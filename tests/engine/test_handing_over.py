"""From one flow to the next, facts with their day, and a bubble that counts."""

from __future__ import annotations

from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import book

TWO = {
    "one": """
        a:
          say: On to the next?
          ask: {choose: {yes: Go there, left: Leave early, inside: By way of another}}
          next: {yes: over, left: early, inside: inside}
        over: {say: Over., end: done, then: two}
        early: {end: left}
        inside: {call: part, next: over}
        """,
    "two": """
        b:
          say: This is two.
          ask: {choose: {ok: Fine}}
          next: close
        close: {say: "{{ runs }} times.", end: true}
        """,
    "part": """
        p: {say: Inside., next: {else: q}}
        q: {end: done, then: two}
        """,
}
PART = "p:\n  say: Inside, go there?\n  ask: {choose: {yes: There, no: Back out}}\n  next: {yes: q, no: r}\n"
TWO["part"] = PART + "q: {end: done, then: two}\nr: {end: done}\n"


async def begun(flows: dict[str, str], clock: ToldClock | None = None) -> Chat:
    """A chat in the flow "one"."""
    chat = await Chat.begin(book(**flows), MemoryStore(), clock)
    await chat.says("/start one")
    return chat


async def runs(chat: Chat) -> dict[str, int]:
    """How often each flow was finished."""
    session = (await chat.store.load(chat.name, "")).session
    assert session
    return session.runs


async def test_then_begins_the_next_flow() -> None:
    """A flow that ends with `then` is done, and the next one begins at once."""
    chat = await begun(TWO)
    assert await chat.taps("Go there") == ["Over.", "This is two."]
    assert await runs(chat) == {"one": 1}


async def test_left_is_not_done() -> None:
    """A flow that was left early does not count as done."""
    chat = await begun(TWO)
    await chat.taps("Leave early")
    assert await runs(chat) == {}


async def test_then_in_a_sub_flow_leaves_the_whole_talk() -> None:
    """`then` in a called flow ends the caller too, which counts as left."""
    chat = await begun(TWO)
    await chat.taps("By way of another")
    assert await chat.taps("There") == ["This is two."]
    assert await runs(chat) == {}


FACT = {
    "one": """
        when:
          say: When?
          ask: {choose: {recent: Lately, years: Long ago}}
          person: when
          next: close
        close:
          say: "{% if person.when == 'recent' and person.when.at|days < 14 %}New{% else %}Old{% endif %}"
          end: true
        """,
    "two": """
        look:
          say: "Known since {{ person.when.at|date }}, {{ person.when.at|days }} days."
          ask: {choose: {ok: Fine}}
          next: end
        """,
}


async def test_facts_know_their_day() -> None:
    """What is known of a person knows the day it was said, and how long ago that is."""
    clock = ToldClock()
    chat = await begun(FACT, clock)
    assert (await chat.taps("Lately"))[0] == "New"
    await clock.pass_(20 * 86400)
    assert (await chat.says("/start two"))[-1] == "Known since 3 May, 20 days."


COUNT = {
    "one": """
        breathe:
          say: Follow the line.
          count: {every: 4s, lines: [In, Out, Still]}
          ask: {choose: {ok: Enough}}
          wait: {for: 10s, go: late}
          next: close
        late: {say: Time., next: close}
        close: {say: Done., end: true}
        """
}


async def test_a_bubble_counts() -> None:
    """The lines of a counting take turns in the same bubble, then the time limit begins."""
    clock = ToldClock()
    chat = await begun(COUNT, clock)
    seen, before = [chat.bubbles[-1]], len(chat.bubbles)
    for _ in range(3):
        await clock.pass_(4)
        await chat.service.ring_once()
        await chat.delivery.idle()
        seen.append(chat.bubbles[-1])
    assert [one.rpartition("\n")[2] for one in seen] == ["In", "Out", "Still", "Still"]
    assert len(chat.bubbles) == before
    await clock.pass_(10)
    await chat.service.ring_once()
    await chat.delivery.idle()
    assert chat.bubbles[before] == "Time."


async def test_counting_stops_with_the_answer() -> None:
    """A counting that was answered counts no further."""
    clock = ToldClock()
    chat = await begun(COUNT, clock)
    await chat.taps("Enough")
    before = list(chat.bubbles)
    await clock.pass_(60)
    await chat.service.ring_once()
    await chat.delivery.idle()
    assert chat.bubbles == before
