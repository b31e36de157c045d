"""Moving through flows: from the newest log entry on, steps speak until one asks.

The law of this file: **a walk ends**. It asks, or the outermost flow ends, or after CEILING silent steps it is a fault.
Which way is taken is decided here, from declared branches; the machine makes the move.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from .asking import ANSWER, ask, counted, ends, summary
from .draft import Draft, unmarked
from .errors import ConditionError
from .events import Edit, Keep, Note, Remind
from .fleeting import DAY, gone, missing, passing, without
from .flow import END, LEFT, Bubble, Counting, Keeping, Phrase, Scale, Step, Summary
from .session import Entry, Fact, Frame, Kept, Talk, Value
from .templates import holds, render_plain, render_value

CEILING = 60
"""Steps that one turn may pass without asking."""
JOURNAL = 2_000_000
"""Characters that one person's journal holds: some thousand pages."""
DEPTH = 8
"""Sub-flows inside one another."""
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def begin(draft: Draft, flow: str) -> None:
    """Put a new run of a flow before its start: `proceed` goes on from there. No other talk may be going on."""
    frame = Frame(draft.next_visit(), flow, "")
    draft.set(talk=Talk(flow, _stamp(draft), draft.now, (frame,), (Entry("", (frame,)),), stuck=True))


def _stamp(draft: Draft) -> str:
    """A short name of this run: its second, in base 36."""
    number, digits = int(draft.now.timestamp()), ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


def record(draft: Draft, value: Value, shown: str, was: Mapping[str, Kept] | None = None, noted: bool = True) -> None:
    """Log the answer to the question of now. Never raises: from here on it cannot be lost. `was`: what had been kept
    of it, where it was undone before; not `noted`: the journal leaves it out."""
    step, frame = draft.step, draft.frame
    known = {step.person.text: Fact(value, draft.now)} if step.person and value is not None else {}
    fades = draft.now + DAY if passing(draft, step) else None
    answers = {f"{frame.id}.{step.name}": value}
    entry = Entry(step.name, draft.talk.stack, answers, known, shown=shown, was=dict(was or {}), fades=fades)
    draft.append(replace(entry, marks=_noted(draft, step, value, shown) if noted else ()))
    draft.set_talk(stuck=True, toggles=(), misses=0)
    if not draft.book.flows[draft.talk.flow].danger:
        draft.set(held="")
    if "language" in known:
        draft.listen()


def _noted(draft: Draft, step: Step, value: Value, shown: str) -> tuple[str, ...]:
    """Put an answer into the journal; its mark. What was skipped, what is known of the person as a fact, what is never
    to be stored, and all that is said to a flow that answers danger stays out of it."""
    if value is None or not shown or step.person or passing(draft, step):
        return ()
    mark = f"{draft.talk.run}.n{len(draft.talk.log)}"
    asked = _storable(draft, step)
    asked = re.sub(r"\n<i>[^<]*</i>$", "", asked) if isinstance(step.ask, Scale) else asked
    number = value if isinstance(value, int) else None
    here = f"{draft.frame.flow}.{step.name}"
    question = unmarked(asked)
    noted, length = draft.session.noted, len(question) + len(shown)
    if noted + length > JOURNAL:
        if noted < JOURNAL:
            draft.set(noted=JOURNAL)
            draft.say(draft.word("journal_full"))
        return ()
    draft.set(noted=noted + length)
    draft.effects.append(Note(mark, draft.talk.flow, here, question, shown, draft.now, number, step.measure))
    return (mark,)


def _storable(draft: Draft, step: Step) -> str:
    """The question of now, without what is not to stay, where it gives that back."""
    whole = draft.session
    draft.set(talk=without(draft.talk))
    try:
        return question(draft, step)
    except ConditionError:
        return ""
    finally:
        draft.session = whole


def proceed(draft: Draft, trigger: str = "") -> None:
    """Go on from the newest log entry: from the start, or by the way that its answer takes (or by `trigger`); where
    that answer is held no more, its question is asked again.

    Raises ConditionError; the caller then takes back what this did, and the talk stays `stuck` behind that entry.
    """
    last = draft.talk.log[-1]
    draft.set_talk(stack=last.before)
    known = last.step and not gone(last)
    walk(draft, _answered(draft, trigger) if known else last.step or draft.flow.start)


def _answered(draft: Draft, trigger: str = "") -> str:
    """Do what hangs on the newest answer, and take its way."""
    step, value = draft.step, answer_of(draft.talk.log[-1])
    if value is not None:
        _follow_up(draft, step)
    return _move(draft, trigger or way(draft, step, value))


def answer_of(entry: Entry) -> Value:
    """The answer that an entry was made for (it may hold outcomes of sub-flows besides)."""
    return entry.answers.get(f"{entry.before[-1].id}.{entry.step}")


def walk(draft: Draft, go: str) -> None:
    """Enter step `go` of the innermost frame, and go on until a step asks or the talk is over."""
    for _ in range(CEILING):
        go = _leave(draft, "done") if go == END else _enter(draft, go)
        if not go:
            return
    raise ConditionError(f"{draft.flow.place} more than {CEILING} steps without a question")


def _enter(draft: Draft, name: str) -> str:
    """Enter a step and do what it says; the next step, or nothing when it asks or the talk is over."""
    draft.set_talk(stack=(*draft.talk.stack[:-1], replace(draft.frame, step=name)))
    step = draft.step
    draft.passed.append((draft.frame.flow, name))
    speak(draft, step)
    if step.ask is not None:
        if _redone(draft, step):
            return _redo(draft)
        ask(draft, step)
        return ""
    if step.call is not None:
        return _call(draft, step.call.text)
    _follow_up(draft, step)
    if step.end is not None:
        draft.taken.append((draft.frame.flow, name, "end"))
    if step.end is not None and step.then is not None:
        draft.then = step.then.text
        draft.outcome = step.end if len(draft.talk.stack) == 1 else LEFT
        draft.set_talk(stack=(), stuck=False)
        return ""
    if step.end is not None:
        return _leave(draft, step.end)
    return _move(draft, way(draft, step, None))


def _call(draft: Draft, flow: str) -> str:
    if len(draft.talk.stack) >= DEPTH:
        raise ConditionError(f"{draft.step.place} more than {DEPTH} flows inside one another")
    frame = Frame(draft.next_visit(), flow, "")
    draft.set_talk(stack=(*draft.talk.stack, frame))
    return draft.flow.start


def _leave(draft: Draft, outcome: str) -> str:
    """The innermost flow ended: back to the step that called it, or the talk is over."""
    draft.set_talk(stack=draft.talk.stack[:-1])
    if not draft.talk.stack:
        draft.set_talk(stuck=False)
        draft.outcome = outcome
        return ""
    frame, last = draft.frame, draft.talk.log[-1]
    draft.amend(answers={**last.answers, f"{frame.id}.{frame.step}": outcome})
    return _move(draft, way(draft, draft.step, outcome))


def _move(draft: Draft, trigger: str) -> str:
    draft.taken.append((draft.frame.flow, draft.frame.step, trigger))
    return draft.book.routes[draft.frame.flow].move(draft.frame.step, trigger)


def way(draft: Draft, step: Step, value: Value) -> str:
    """The name of the branch that is taken with this answer (or outcome). Raises ConditionError when there is none, and
    when a condition asks for an answer that is held no more: it must not be taken for another one."""
    otherwise = ""
    known: dict[str, Any] = {}
    if any(branch.when for branch in step.branches):
        lost = missing(draft.talk, draft.frame)
        known = {name: one for name, one in draft.names().items() if name not in lost}
    for branch in step.branches:
        exact = branch.name == f"={value}" or (branch.name == "skip" and value is None and step.optional)
        if exact or (branch.when is not None and holds(branch.when, known)):
            return branch.name
        if branch.name in {"else", "next"}:
            otherwise = branch.name
    if not otherwise:
        raise ConditionError(f"{step.place} no way on for this answer")
    return otherwise


# --- what a step does besides asking ---


def speak(draft: Draft, step: Step) -> None:
    """Say the bubbles of a step whose conditions hold, in a wording of this visit."""
    known = draft.names() if step.says else {}
    for bubble in step.says:
        if bubble.when is None or holds(bubble.when, known):
            draft.say(draft.render(_wording(draft, step, bubble), known))
    if isinstance(step.ask, Summary):
        draft.say(summary(draft, step.ask))
    if isinstance(step.ask, Scale) and (line := ends(draft, step.ask)) and draft.bubbles:
        draft.bubbles[-1] += f"\n<i>{line}</i>"


def _wording(draft: Draft, step: Step, bubble: Bubble) -> Phrase:
    before = sum(entry.step == step.name for entry in draft.talk.log)
    runs = draft.session.runs.get(draft.talk.flow, 0)
    return bubble.wordings[(runs + before) % len(bubble.wordings)]


def _follow_up(draft: Draft, step: Step) -> None:
    """Keep and remind what the step asks for; both hang on the newest log entry."""
    if step.keep:
        _keep(draft, step.keep)
    if step.remind:
        after = render_value(step.remind.after, draft.names()).strip()
        if found := re.fullmatch(r"(\d{1,3})([mhdw])", after):
            mark = f"{draft.talk.run}.r{draft.next_visit()}"
            draft.effects.append(Remind(mark, draft.now + int(found[1]) * UNITS[found[2]], step.remind.flow))
            draft.amend(marks=(*draft.talk.log[-1].marks, mark))
        elif after != "none":
            raise ConditionError(f"{step.remind.place} is not a time such as 3d, 2h, 30m or none")


def _keep(draft: Draft, keep: Keeping) -> None:
    """Keep what a step asks for. What is kept again stays what it was: in the person's own words, or erased."""
    last = draft.talk.log[-1]
    text = render_plain(keep.text or ANSWER, {"answer": last.shown, **draft.names()}).strip()
    was = last.was.get(keep.name)
    if was and (was.own or not was.text):
        now = was
    elif text:
        mark = (was and was.id) or f"{draft.talk.run}.k{draft.next_visit()}"
        now = Kept(text, was.at if was and was.text == text else draft.now, mark)
    else:
        return
    if now.text:
        draft.effects.append(Keep(now.id, keep.name, now.text, draft.talk.flow, now.at))
        draft.amend(marks=(*last.marks, now.id))
    rest = {name: one for name, one in last.was.items() if name != keep.name}
    draft.amend(kept={**last.kept, keep.name: now}, was=rest)


# --- answers that are applied again after one before them was changed ---


def _redone(draft: Draft, step: Step) -> Entry | None:
    """The answer that was given at this step before the change, if there is one and nothing was said against it."""
    here = (draft.frame.flow, step.name)
    found = (one for one in draft.talk.redo if not gone(one))
    return next((one for one in found if (one.before[-1].flow, one.step) == here), None)


def _redo(draft: Draft) -> str:
    """Apply an earlier answer again, silently, with all that hung on it. What was erased from the journal stays out."""
    found = _redone(draft, draft.step)
    if found is None:
        raise LookupError("nothing to apply again")
    draft.set_talk(redo=draft.talk.redo[draft.talk.redo.index(found) + 1 :])
    draft.bubbles.clear()
    noted = any(mark.rpartition(".")[2].startswith("n") for mark in found.marks)
    record(draft, answer_of(found), found.shown, {**found.was, **found.kept}, noted)
    return _answered(draft)


def question(draft: Draft, step: Step) -> str:
    """The bubble of a step that carries its question, as it reads now."""
    before, draft.bubbles = draft.bubbles, []
    try:
        speak(draft, step)
        return draft.bubbles[-1] if draft.bubbles else ""
    finally:
        draft.bubbles = before


def beat(draft: Draft, step: Step, count: Counting) -> bool:
    """Show the next line of a counting. False: it was the last one, and a time limit that followed it is over."""
    asked, number = draft.session.asked, draft.talk.beat + 1
    if asked is None or number > len(count.lines):
        return False
    if number < len(count.lines):
        draft.set_talk(beat=number)
        text = counted(draft, count, question(draft, step))
        draft.set(asked=replace(asked, text=text))
        draft.effects += [Edit(asked.token, text, asked.rows), Remind(asked.token, draft.now + count.every)]
    elif step.wait is not None:
        draft.set_talk(beat=number)
        draft.effects.append(Remind(asked.token, draft.now + step.wait))
    return True
