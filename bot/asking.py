"""A step's question as a keyboard: which buttons there are, what they carry, how toggles look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .answers import plain
from .book import NOWHERE
from .draft import Draft, unmarked
from .events import Button, Remind, Rows, Unremind
from .flow import Choose, Counting, Day, Option, Phrase, Scale, Several, Step, Summary, Words, YesNo
from .templates import render

WIDE = 16
"""Characters of a label up to which two buttons share a row on a narrow phone."""
ANSWER = Phrase("{{ answer }}", NOWHERE)


def ask(draft: Draft, step: Step) -> None:
    """Ask the question of `step` with what was said so far; it is a new visit with a token of its own."""
    draft.set_talk(misses=0, mark=step.mark, stuck=False)
    put(draft, step)


def put(draft: Draft, step: Step, rows: Rows | None = None) -> None:
    """Ask again, with the bubbles said so far: the same question under a new token, so only one keyboard lives."""
    forget_limit(draft, step)
    token = f"{draft.talk.run}.{draft.next_visit()}"
    if step.count is not None and draft.bubbles:
        draft.set_talk(beat=0)
        draft.bubbles[-1] = counted(draft, step.count, draft.bubbles[-1])
    draft.ask(token, rows_of(draft, step, token) if rows is None else rows, typed=not isinstance(step.ask, Summary))
    if (pause := step.count.every if step.count else step.wait) is not None:
        draft.effects.append(Remind(token, draft.now + pause))


def counted(draft: Draft, count: Counting, text: str) -> str:
    """A question's bubble with the line of now under it."""
    return f"{text}\n\n<b>{draft.render(count.lines[draft.talk.beat], draft.names())}</b>"


def forget_limit(draft: Draft, step: Step) -> None:
    """The time limit and the counting of the question of now are off."""
    if (step.wait or step.count) and draft.session.asked:
        draft.effects.append(Unremind(draft.session.asked.token))


def rows_of(draft: Draft, step: Step, token: str) -> Rows:
    """The keyboard of a step's question."""
    return (*answers(draft, step, token), controls(draft, step, token))


def answers(draft: Draft, step: Step, token: str) -> Rows:
    """The buttons that answer."""
    ask = step.ask
    if isinstance(ask, Several):
        chosen = draft.talk.toggles
        marked = [(("✓ " if option.value in chosen else "") + label(option), option.value) for option in ask.options]
        return (*_rows(marked, token), (_control(draft, "done", token),))
    if isinstance(ask, Choose | YesNo):
        return _rows([(label(option), option.value) for option in draft.book.options(step)], token)
    if isinstance(ask, Scale):
        return _scale(ask, token)
    if isinstance(ask, Day):
        days = {"past": ("today", "yesterday"), "future": ("today", "tomorrow")}.get(ask.only or "", ("today",))
        return (tuple(_control(draft, day, token) for day in days),)
    if isinstance(ask, Summary):
        return (*_changes(draft, ask, token), (_control(draft, "ok", token),))
    if isinstance(ask, Words):
        offers = (("held", draft.session.held), ("examples", ask.examples))
        return tuple((_control(draft, name, token),) for name, there in offers if there)
    return ()


def likely(draft: Draft, options: Sequence[Option], token: str) -> Rows:
    """The keyboard of "did you mean": these options, or none of them."""
    return (*_rows([(label(one), one.value) for one in options], token), (_control(draft, "none_of_these", token),))


def controls(draft: Draft, step: Step, token: str) -> tuple[Button, ...]:
    """The row under every question: Back, Skip where there is one, Pause."""
    back = len(draft.talk.log) > 1 or draft.talk.changing is not None
    wanted = [("back", back), ("skip", step.optional), ("pause", True)]
    return tuple(_control(draft, name, token) for name, there in wanted if there)


def _control(draft: Draft, name: str, token: str) -> Button:
    return Button(unmarked(render(draft.book.label(f"label_{name}"), {})), f"{token}.!{name}")


def label(option: Option) -> str:
    """The label of an option, as plain text."""
    return unmarked(render(option.label, {}))


def _rows(labelled: Sequence[tuple[str, str]], token: str) -> Rows:
    buttons = [Button(text, f"{token}.{value}") for text, value in labelled]
    width = 2 if all(len(button.label) <= WIDE for button in buttons) else 1
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def _scale(ask: Scale, token: str) -> Rows:
    buttons = [Button(str(number), f"{token}.{number}") for number in range(ask.low, ask.high + 1)]
    width = len(buttons) if len(buttons) <= 6 else (len(buttons) + 1) // 2
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def ends(draft: Draft, ask: Scale, known: Mapping[str, Any] | None = None) -> str:
    """What the ends of a scale mean, in one line; `known` is what their words may use, else all of the talk."""
    known = draft.names() if known is None else known
    said = [(ask.low, ask.low_label), (ask.high, ask.high_label)]
    return " · ".join(f"{number} = {draft.render(phrase, known)}" for number, phrase in said if phrase)


def _changes(draft: Draft, ask: Summary, token: str) -> Rows:
    given = {entry.step for entry in draft.talk.log if entry.before and entry.before[-1].id == draft.frame.id}
    pairs = zip(ask.steps, ask.labels, strict=True)
    return tuple(
        (
            Button(
                unmarked(draft.word("label_change", title=unmarked(render(title, {})))), f"{token}.!change:{name.text}"
            ),
        )
        for name, title in pairs
        if name.text in given
    )


def summary(draft: Draft, ask: Summary) -> str:
    """The answers of a summary, one below the other, each under its label; what was not asked is left out."""
    known, answer = draft.names(), replace(ANSWER, language=draft.book.language)
    lines = []
    for name, title in zip(ask.steps, ask.labels, strict=True):
        if known.get(name.text) is not None:
            words = draft.render(answer, {"answer": known[name.text]})
            lines.append(f"<b>{draft.render(title, known)}</b>\n{words}")
    return "\n\n".join(lines)


def offered(draft: Draft) -> set[str]:
    """All that can be typed instead of tapping a button that answers the question of now, in plain letters."""
    asked = draft.session.asked
    if asked is None or draft.session.talk is None or draft.session.talk.stuck:
        return set()
    options = draft.book.options(draft.step)
    names = {plain(name) for option in options for name in (option.label.text, *option.also)}
    return names | {plain(button.label) for row in asked.rows for button in row if ".!" not in button.choice}
