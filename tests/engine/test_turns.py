"""What one turn does, flow by flow, through the whole house but the network."""

from __future__ import annotations

import pytest

from bot.book import Book
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import FACTS, GREETING, book, shipped

ONE = """
name:
  say: What is your word?
  ask: {text: {max: 20, examples: [One., Two.]}}
  next: close
close:
  say: "{{ name|quote }} it is."
  end: true
"""


async def chat_of(flows: Book, start: str = "", clock: ToldClock | None = None) -> Chat:
    """A chat that has begun a flow."""
    chat = await Chat.begin(flows, MemoryStore(), clock)
    if start:
        await chat.says(f"/start {start}")
    return chat


async def keep(chat: Chat) -> list[str]:
    """What the person keeps."""
    return [one.text for one in await chat.store.keepsakes(chat.name)]


async def test_first_words_are_greeted() -> None:
    """Whatever somebody new writes first is met with the welcome, or the greeting and the menu where there is none."""
    chat = await chat_of(shipped())
    said = await chat.says("he cheated on me")
    assert said[0].startswith(GREETING)
    assert chat.buttons == ["English", "Español", "Skip", "Pause"]
    chat = await chat_of(book(one=ONE))
    said = await chat.says("he cheated on me")
    assert said[0].startswith(GREETING)


async def test_hostile_words_are_given_back_as_they_are() -> None:
    """People's own words come back whole, whatever they contain, and are never taken for markup or template."""
    for words in ("<b>x</b> & y", "{{ name }}", "قلبي 💔", "“quoted”", "{% for %}"):
        chat = await chat_of(book(one=ONE), "one")
        said = await chat.says(words)
        inner = words.strip("“”")
        assert inner in said[0].replace("\u2068", "").replace("\u2069", "")


async def test_too_long_and_empty_words() -> None:
    """Words past the limit and no words at all are told what would fit, and the question comes again."""
    chat = await chat_of(book(one=ONE), "one")
    assert "21 characters, and there is room for 20" in (await chat.says("x" * 21))[0]
    said = await chat.says("\u200b ")
    assert "couldn't find any words" in said[0]
    assert said[-1] == "What is your word?"


async def test_ways_on_after_the_second_miss() -> None:
    """After the second answer that doesn't fit, the ways on are named and there is a button to the menu."""
    chat = await chat_of(book(one="a:\n  say: Which?\n  ask: {choose: {x: Left, y: Right}}\n  next: end"), "one")
    await chat.says("banana")
    assert "Menu" not in chat.buttons
    said = await chat.says("banana")
    assert any("If nothing here fits" in text for text in said)
    assert "Menu" in chat.buttons


async def test_own_second_question() -> None:
    """An author's own second question is asked instead of the house's."""
    chat = await chat_of(
        book(one="a:\n  say: Which?\n  ask: yesno\n  unfit: Yes or no would help.\n  next: end"), "one"
    )
    assert (await chat.says("banana"))[0] == "Yes or no would help."


async def test_did_you_mean() -> None:
    """When a typed word may be one of several buttons, they are offered, and none of them is an answer too."""
    steps = "a:\n  say: Which?\n  ask: {choose: {x: Seeing them, y: Seeing others, z: Work}}\n  next: end"
    chat = await chat_of(book(one=steps), "one")
    said = await chat.says("seeing")
    assert "Did you mean one of these?" in said[0]
    assert chat.buttons[:3] == ["Seeing them", "Seeing others", "None of these"]
    assert (await chat.taps("None of these"))[-1] == "Which?"
    assert chat.buttons[:3] == ["Seeing them", "Seeing others", "Work"]


async def test_denied_word_is_no_answer() -> None:
    """ "Not angry" is not taken for "angry"."""
    chat = await chat_of(book(one="a:\n  say: Which?\n  ask: {choose: {x: Angry, y: Sad}}\n  next: end"), "one")
    assert "Did you mean" in (await chat.says("not angry"))[0]


async def test_toggles() -> None:
    """Toggles are shown with a mark, one past `max` is told in a toast, and Done needs `min`."""
    steps = """
    a:
      say: Which?
      ask: {several: {x: One, y: Two, z: Three}, min: 1, max: 2}
      next: b
    b:
      say: "{{ a }}."
      end: true
    """
    chat = await chat_of(book(one=steps), "one")
    assert "choose 1 or more" in (await chat.taps("Done"))[0]
    await chat.taps("One")
    await chat.taps("Two")
    assert chat.buttons[:3] == ["✓ One", "✓ Two", "Three"]
    await chat.taps("Three")
    assert chat.toasts == ["2 is the most for this question. Take one away first."]
    await chat.taps("Two")
    await chat.taps("Three")
    assert (await chat.taps("Done"))[0] == "One and Three."


async def test_scale_typed_in_many_ways() -> None:
    """A number on a scale can be a digit, a word, or "7 out of 10", and what is none is asked for again."""
    steps = 'a:\n  say: How much?\n  ask: {scale: 0-10}\n  next: b\nb:\n  say: "{{ a }}!"\n  end: true'
    for words, number in (("7", 7), ("seven", 7), ("7/10", 7), ("about 7 out of 10", 7), ("10", 10), ("it's a 0", 0)):
        chat = await chat_of(book(one=steps), "one")
        assert (await chat.says(words))[0] == f"{number}!", words
    for words in ("11", "-1", "3 or 4", "7.5", "a lot"):
        chat = await chat_of(book(one=steps), "one")
        assert "from 0 to 10" in (await chat.says(words))[0], words


async def test_dates_and_times() -> None:
    """Days and times can be typed as people say them, or tapped."""
    steps = """
    a:
      say: Which day?
      ask: {date: {only: future}}
      next: b
    b:
      say: When?
      ask: time
      next: c
    c:
      say: "{{ a }} at {{ b }}."
      end: true
    """
    for day, hour, said in (
        ("12 May", "7 pm", "12 May at 19:00."),
        ("tomorrow", "at 19:30", "4 May at 19:30."),
        ("2026-06-01", "7.15am", "1 June at 07:15."),
    ):
        chat = await chat_of(book(one=steps), "one")
        await chat.says(day)
        assert (await chat.says(hour))[0] == said
    chat = await chat_of(book(one=steps), "one")
    assert "passed already" in (await chat.says("1 May 2026"))[0]
    assert "as a date" in (await chat.says("whenever"))[0]
    await chat.taps("Tomorrow")
    assert "as a time" in (await chat.says("25:00"))[0]
    assert (await chat.says("0:05"))[0] == "4 May at 00:05."


async def test_back_is_a_true_undo() -> None:
    """Back takes back the answer and all that came of it: keepsakes, reminders, what was learnt, outcomes."""
    steps = """
    a:
      say: Words?
      ask: text
      keep: line
      person: word
      remind: {after: 1d, flow: one}
      next: b
    b:
      say: "{{ person.word }}. Right?"
      ask: yesno
      next: end
    """
    chat = await chat_of(book(one=steps), "one")
    await chat.says("first")
    assert await keep(chat) == ["first"]
    said = await chat.taps("Back")
    assert said[-1] == "Words?"
    assert await keep(chat) == []
    assert await chat.store.due(chat.clock.now().replace(year=2027)) == []
    assert (await chat.says("second"))[-1] == "second. Right?"
    assert await keep(chat) == ["second"]


async def test_back_at_the_beginning() -> None:
    """At the first question there is nothing to undo, and that is said."""
    chat = await chat_of(book(one=ONE), "one")
    assert "Back" not in chat.buttons
    said = await chat.says("/back")
    assert "no answer to undo" in said[0]
    assert said[-1] == "What is your word?"


async def test_change_from_the_summary() -> None:
    """An answer that is changed in the summary recomputes what followed, and asks what is new."""
    steps = """
    who:
      say: Who?
      ask: {choose: {partner: Partner, friend: Friend}}
      next: {partner: need, friend: since}
    since:
      say: Since when?
      ask: text
      next: need
    need:
      say: What?
      ask: text
      next: check
    check:
      say: Right?
      ask: {summary: {who: Who, need: What}}
      next: close
    close:
      say: "{{ who }}, {{ need }}{% if since %}, {{ since }}{% endif %}."
      end: true
    """
    chat = await chat_of(book(one=steps), "one")
    await chat.taps("Partner")
    await chat.says("time")
    await chat.taps("Change: Who")
    assert (await chat.taps("Friend"))[-1] == "Since when?"
    said = await chat.says("May")
    assert "What\ntime" in said[-1]
    assert (await chat.taps("It is right like this"))[0] == "Friend, time, May."


async def test_sub_flow_returns() -> None:
    """A sub-flow returns with its outcome to the step that called it."""
    outer = """
    a:
      call: inner
      next: {good: b, bad: c}
    b:
      say: "It was {{ a }}."
      end: true
    c:
      say: Oh.
      end: true
    """
    inner = """
    q:
      say: How?
      ask: yesno
      next: {yes: y, no: n}
    y:
      say: Fine.
      end: good
    n:
      say: Well.
      end: bad
    """
    chat = await chat_of(book(outer=outer, inner=inner), "outer")
    assert (await chat.taps("Yes"))[:2] == ["Fine.", "It was good."]


async def test_time_limit_is_a_branch() -> None:
    """A question with a time limit goes on by itself, once, and not at all when it was answered."""
    steps = """
    a:
      say: Ready?
      ask: yesno
      wait: {for: 10m, go: late}
      next: b
    late:
      say: No hurry.
      next: b
    b:
      say: And now?
      ask: yesno
      next: end
    """
    for answered in (False, True):
        chat = await chat_of(book(one=steps), "one")
        assert isinstance(chat.clock, ToldClock)
        if answered:
            await chat.taps("Yes")
        await chat.clock.pass_(601)
        await chat.service.ring_once()
        await chat.delivery.idle()
        assert ("No hurry." in chat.bubbles) is not answered
        assert chat.bubbles[-1] == "And now?"


async def test_reminder_begins_a_flow() -> None:
    """A flow that comes due begins by itself; in the middle of another it waits for the end of that."""
    first = "a:\n  say: Bye.\n  remind: {after: 30m, flow: one}\n  end: true"
    chat = await chat_of(book(one=ONE, first=first), "first")
    assert isinstance(chat.clock, ToldClock)
    await chat.says("/start one")
    await chat.clock.pass_(1801)
    await chat.service.ring_once()
    await chat.delivery.idle()
    assert chat.bubbles[-1].startswith("What is your word?")
    count = len(chat.bubbles)
    await chat.says("calm")
    assert chat.bubbles[count:] == ["“calm” it is.", "What is your word?"]


async def test_pause_and_coming_back() -> None:
    """Pause keeps the place; after days a hello is met with where they were, and is no answer."""
    chat = await chat_of(book(one=ONE), "one")
    assert "Your place in one is kept" in (await chat.taps("Pause"))[0]
    assert (await chat.taps("Go on"))[-1] == "What is your word?"
    assert isinstance(chat.clock, ToldClock)
    await chat.clock.pass_(5 * 86400)
    said = await chat.says("hello")
    assert said[0].startswith(("Welcome back.", "Good to see you."))
    assert chat.buttons == ["Go on", "From the top", "Something else"]
    assert (await chat.says("go on"))[-1] == "What is your word?"
    await chat.clock.pass_(5 * 86400)
    said = await chat.says("peace")
    assert "“peace” it is." in said


async def test_broken_condition() -> None:
    """A condition that fails is a kind sentence with ways on, the answer is kept, and it goes on once it is mended."""
    steps = """
    a:
      say: Words?
      ask: text
      next:
        - when: a > 3
          go: b
        - b
    b:
      say: "{{ a }}, then."
      end: true
    """
    chat = await chat_of(book(one=steps), "one")
    said = await chat.says("three")
    assert "Something on my side broke" in said[-1]
    assert chat.buttons == ["Go on", "Back", "Menu"] or chat.buttons == ["Go on", "Menu"]
    assert "Something on my side broke" in (await chat.taps("Go on"))[-1]
    chat.service.book = book(one=steps.replace("a > 3", "a == 'x'"))
    assert (await chat.taps("Go on"))[0] == "three, then."


async def test_step_renamed_and_removed() -> None:
    """A renamed step goes on; a removed one is told, and the talk goes on nearby with its answers kept."""
    steps = """
    a:
      say: First?
      ask: text
      next: b
    b:
      say: Second?
      ask: text
      next: c
    c:
      say: "{{ a }} and {{ b }}."
      end: true
    """
    chat = await chat_of(book(one=steps), "one")
    await chat.says("one")
    chat.service.book = book(
        one=steps.replace("b:\n", "bee:\n      was: b\n")
        .replace("next: b", "next: bee")
        .replace("{{ b }}", "{{ bee }}")
    )
    assert (await chat.says("two"))[0] == "one and two."

    chat = await chat_of(book(one=steps), "one")
    await chat.says("one")
    removed = """
    a:
      say: First?
      ask: text
      next: d
    d:
      say: Instead?
      ask: text
      next: c
    c:
      say: "{{ a }} and {{ d }}."
      end: true
    """
    chat.service.book = book(one=removed)
    said = await chat.says("two")
    assert "has been changed since" in said[0]
    assert said[-1] == "Instead?"
    assert (await chat.says("three"))[0] == "one and three."


async def test_step_removed_before_a_broken_one(caplog: pytest.LogCaptureFixture) -> None:
    """Who stands at a question that broke, behind an answer whose question was taken away, still has a way on, and
    nothing of the program breaks."""
    last = "c: {say: C, ask: yesno, next: end}"
    chat = await chat_of(book(one="a: {say: A, ask: text, next: b}\nb: {say: B, ask: text, next: c}\n" + last), "one")
    for words in ("first", "second"):
        await chat.says(words)
    steps = "a: {say: A, ask: text, next: c}\n" + last.replace("C,", '"{{ a|days }}",')
    chat.service.book = book(one=steps)
    for _ in range(2):
        await chat.says("whatever")
        assert "Back" in chat.buttons
    assert "broken chat" not in caplog.text
    await chat.taps("Back")
    assert chat.bubbles[-1] == "A"


async def test_flow_removed() -> None:
    """When the whole flow is gone, that is said, and the menu is there."""
    chat = await chat_of(book(one=ONE, two=ONE), "one")
    chat.service.book = book(two=ONE)
    said = await chat.says("word")
    assert "has been changed since" in said[0]


async def test_question_changed_meanwhile() -> None:
    """An answer that no longer fits because the question was changed is nobody's miss."""
    steps = "a:\n  say: Which?\n  ask: {choose: {x: Left, y: Right}}\n  next: end"
    chat = await chat_of(book(one=steps), "one")
    chat.service.book = book(one=steps.replace("y: Right", "z: Up"))
    said = await chat.taps("Right")
    assert "has been changed since I asked you" in said[0]
    assert chat.buttons[:2] == ["Left", "Up"]


async def test_wordings_take_turns() -> None:
    """A practice done again does not repeat itself: wordings take turns, in a loop too."""
    ask = "ask: {choose: {more: More, stop: Stop}}\n  next: {more: a, stop: end}"
    steps = "a:\n  say: {vary: [Once., Twice., Again.]}\n  " + ask
    chat = await chat_of(book(one=steps), "one")
    said = [chat.bubbles[-1], (await chat.taps("More"))[-1], (await chat.taps("More"))[-1]]
    assert said == ["Once.", "Twice.", "Again."]


async def test_very_long_bubble_is_parted() -> None:
    """A bubble that grows past Telegram's limit by people's own words is sent as several, with nothing lost."""
    steps = """
    a:
      say: Words?
      ask: {text: {max: 4000}}
      next: b
    b:
      say: "{{ a|whole }} {{ a|whole }}"
      end: true
    """
    chat = await chat_of(Book.build(book(one=steps).flows, shipped().house, FACTS), "one")
    words = " ".join(f"w{number}" for number in range(700))
    said = await chat.says(words)
    assert all(len(text) <= 4096 for text in said)
    assert " ".join(said[:-1]).split() == (words + " " + words).split()
