"""The path: all practices, what is done and kept, and one suggestion. Free to take in any order."""

from __future__ import annotations

from datetime import timedelta

from .draft import Draft
from .flow import Flow
from .menu import soft
from .names import kept, person
from .session import Kept

RAW = timedelta(days=14)
"""So long after a betrayal, only early practices are suggested. The threshold is ours, on the careful side."""


def practices(draft: Draft) -> list[Flow]:
    """The practices of the path, in the order of the menu."""
    return [flow for flow in draft.book.practices() if flow.path is not None]


def suggestion(draft: Draft) -> Flow | None:
    """What could come next: what was begun, else the first that was never done, else what was done least. Nothing soon
    after danger."""
    if soft(draft):
        return None
    when = person(draft.session).get("when")
    raw = when is not None and when.value == "recent" and draft.now - when.at < RAW
    fitting = [flow for flow in practices(draft) if flow.path == "early" or not raw]
    begun = {talk.flow for talk in draft.session.shelf}
    runs = draft.session.runs
    return min(fitting, key=lambda flow: (flow.name not in begun, runs.get(flow.name, 0)), default=None)


def show(draft: Draft) -> None:
    """The path is the question of now."""
    draft.say(draft.word("path"))
    draft.say("\n".join(_line(draft, flow) for flow in practices(draft)))
    next_one = suggestion(draft)
    draft.say(draft.word("path_next", title=draft.plain(next_one.title)) if next_one else draft.word("menu"))
    flows = sorted(practices(draft), key=lambda flow: flow is not next_one)
    rows = [[(draft.plain(flow.title), f"flow:{flow.name}")] for flow in flows]
    draft.offer([*rows, [(draft.label("menu"), "menu")]])


def _line(draft: Draft, flow: Flow) -> str:
    """A practice, how far it is, and the newest words that were kept there."""
    title, times = draft.plain(flow.title), draft.session.runs.get(flow.name, 0)
    begun = any(talk.flow == flow.name for talk in draft.session.shelf)
    state = "path_done" if times else "path_begun" if begun else "path_open"
    line = draft.word(state, title=title, times=times)
    words = _kept(draft, flow)
    return f"{line}\n{draft.word('path_kept', words=words.text, day=draft.day(words.at))}" if words else line


def _kept(draft: Draft, flow: Flow) -> Kept | None:
    names = {step.keep.name for step in flow.steps.values() if step.keep}
    mine = [one for name, one in kept(draft.session).items() if name in names]
    return max(mine, key=lambda one: one.at, default=None)
