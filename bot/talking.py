"""One turn of one person: what kind of event came, and what it does to the talk. The inside of `engine.advance`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from . import answers, checkins, commands, guard, lookback, menu, repair, ringing
from .answers import Fit, Reading, Unsure
from .asking import answers as answer_rows
from .asking import controls, forget_limit
from .draft import Draft, escaped, unmarked
from .errors import ConditionError
from .events import Brought, Due, Edit, Erase, Event, Left, Located, Said, Tapped, Toast
from .flow import LEFT, Several, Step, Words, Zone
from .names import person
from .session import Session
from .undo import back, change, make_room
from .walk import DEPTH, beat, proceed, record
from .whereabouts import zone_name, zoned

AWAY = timedelta(days=3)
"""After so long, a person is welcomed back with where they were."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that an author has to mend: what and where, without a word of the person's."""

    code: str
    flow: str
    step: str


class Talking:
    """One turn of one person: what kind of event it is, and what it does to the talk."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.fault: Fault | None = None
        self.idle = False

    def handle(self, event: Event) -> None:
        """Write the turn into the draft."""
        draft = self.draft
        first = draft.session.revision == 0 and draft.session.asked is None
        before = draft.session
        try:
            self._dispatch(event, first)
            for _ in range(DEPTH):
                # More than once where a flow hands over to the next one without a question.
                if draft.session.talk is not None and draft.session.talk.stuck and not (self.fault or self.idle):
                    self._go_on()
            if draft.session.asked is None and not self.idle:
                menu.show(draft)
        except ConditionError as error:
            self._failed(error, before)

    def _dispatch(self, event: Event, first: bool) -> None:
        draft = self.draft
        if isinstance(event, Left) or (isinstance(event, Due) and event.flow is not None):
            talk = draft.session.talk
            ringing.left(draft) if isinstance(event, Left) else ringing.due(draft, event)
            self.idle = draft.session.talk is talk or draft.session.talk is None
            return
        gone = self._find()
        if not isinstance(event, Due):
            ringing.returned(draft)
        if isinstance(event, Tapped):
            self._tapped(event, gone)
        elif isinstance(event, Said):
            self._said(event, gone, first)
        elif isinstance(event, Brought):
            self._brought(event, first)
        elif isinstance(event, Located):
            self._located(event)
        elif not gone:
            self._late()

    def _failed(self, error: ConditionError, before: Session) -> None:
        """A sentence broke where nothing was answered: all is as before the event, but for a way to try again."""
        draft = self.draft
        draft.session, draft.effects, draft.bubbles = before, [], []
        talk = before.talk
        frame = talk.stack[-1] if talk else None
        self.fault = Fault(str(error), frame.flow if frame else "", frame.step if frame else "")
        if talk:
            draft.set_talk(stuck=True, changing=None, aside=())
            repair.broke(draft)
        else:
            menu.show(draft)

    # --- events ---

    def _find(self) -> bool:
        """Look where the talk is in the flows of now. Whether its question is gone (the person is told)."""
        draft = self.draft
        if draft.session.talk is None:
            return False
        gone = menu.find_again(draft)
        if gone:
            draft.settle()
        elif draft.session.talk is not None and not draft.talk.stuck:
            repair.reworded(draft)
        return gone

    def _said(self, event: Said, gone: bool, first: bool) -> None:
        draft = self.draft
        if guard.noticed(draft, event.text):
            return
        found = commands.command(draft, event.text)
        if found == ("skip", "") and self._skippable():
            self._answer(Fit(None, ""))
        elif found:
            self._command(*found)
        elif first:
            commands.start(draft, "")
        elif not gone and (control := commands.labelled(draft, event.text)):
            self._control(control)
        elif gone or self._welcomed(event):
            return
        elif draft.session.talk is None:
            if not commands.expected(draft, event.text):
                self._wish(event.text)
        elif draft.talk.stuck:
            self._go_on()
        else:
            self._answer(self._read(event.text))

    def _welcomed(self, event: Said) -> bool:
        """After days, say where we were; a mere hello then is no answer."""
        draft = self.draft
        if draft.session.talk is None or draft.session.seen is None or draft.now - draft.session.seen < AWAY:
            return False
        if answers.plain(event.text) in map(answers.plain, draft.book.typed("hello")):
            commands.start(draft, "")
            return True
        draft.say(draft.word("welcome_back", title=draft.title()))
        return False

    def _wish(self, text: str) -> None:
        """Words said to the menu: the name of a practice, or not."""
        draft = self.draft
        flow = menu.find(draft, text)
        if flow:
            menu.enter(draft, flow)
        else:
            draft.say(draft.word("unfit_choose"))
            draft.flush()
            menu.show(draft)

    def _tapped(self, event: Tapped, gone: bool) -> None:
        draft = self.draft
        token, _, value = event.choice.rpartition(".")
        asked = draft.session.asked
        if asked is None or token != asked.token:
            self._old(token, gone)
            return
        draft.set(last=token)
        if value.startswith("!"):
            self._control(value[1:])
        else:
            self._choose(value)

    def _old(self, token: str, gone: bool) -> None:
        """A button of another time: say so, show the question of now, move nothing. A double tap is not worth that."""
        draft = self.draft
        if token and token == draft.session.last and not gone:
            draft.effects.append(Toast(draft.plain_word("same_button")))
            self.idle = True
            return
        draft.effects.append(Toast(draft.plain_word("old_button")))
        if draft.session.asked is not None:
            self._repeat()

    def _repeat(self) -> None:
        """The question of now, below what came after it."""
        talk = self.draft.session.talk
        if talk is None:
            menu.stand(self.draft)
        elif not talk.stuck:
            repair.repeat(self.draft, self.draft.step)

    def _brought(self, event: Brought, first: bool) -> None:
        draft = self.draft
        if event.words and guard.noticed(draft, event.words, answering=False):
            return
        draft.say(draft.word(event.thing, max=4000))
        if first:
            draft.flush()
            commands.start(draft, "")

    def _located(self, event: Located) -> None:
        """A place: the answer to a question for one, or where their clock goes from now on."""
        draft, talk = self.draft, self.draft.session.talk
        if talk is None or talk.stuck:
            checkins.locate(draft, event.zone)
        elif isinstance(draft.step.ask, Zone) and zoned(event.zone):
            self._answer(Fit(event.zone, zone_name(event.zone)))
        else:
            draft.say(draft.word("place"))

    def _late(self) -> None:
        """The next line of a counting is due; or the time limit of the question of now has passed: that is a branch."""
        draft = self.draft
        if not draft.talk.stuck and draft.step.count and beat(draft, draft.step, draft.step.count):
            return
        if draft.talk.changing is not None:
            back(draft)
            return
        draft.settle()
        record(draft, None, "")
        self._go_on("late")

    # --- what can be done to the question of now ---

    def _command(self, name: str, argument: str) -> None:
        draft = self.draft
        if draft.session.talk is not None and not draft.talk.stuck:
            forget_limit(draft, draft.step)
        commands.run(draft, name, argument)

    def _control(self, name: str) -> None:
        draft = self.draft
        kind, _, rest = name.partition(":")
        if kind == "flow" and rest in draft.book.flows:
            draft.settle(escaped(draft.title_of(rest)))
            menu.enter(draft, rest)
        elif kind == "everything":
            menu.show(draft, whole=True)
        elif kind in commands.SCREENS:
            commands.press(draft, kind, rest)
            self.idle = Erase() in draft.effects
        elif kind in {"menu", "pause", "back", "path", "restart", "language"}:
            self._command(kind, rest)
        elif draft.session.talk is None:
            menu.again(draft)
        elif draft.talk.stuck:
            self._go_on()
        else:
            self._answering_control(kind, rest)

    def _answering_control(self, kind: str, rest: str) -> None:
        draft, step = self.draft, self.draft.step
        options = draft.book.options(step)
        if kind == "skip" and step.optional:
            self._answer(Fit(None, ""))
        elif kind == "done" and isinstance(step.ask, Several):
            self._answer(answers.several(step.ask, options, draft.talk.toggles))
        elif kind == "change" and change(draft, rest):
            return
        elif kind in {"ok", "today", "yesterday", "tomorrow"}:
            self._answer(self._read(self._typed(kind)))
        elif kind == "examples" and isinstance(step.ask, Words):
            repair.examples(draft, step, step.ask)
        elif kind == "held" and draft.session.held:
            self._answer(self._read(draft.session.held))
        else:
            self._repeat()

    def _typed(self, kind: str) -> str:
        """A control that stands for something one could have typed."""
        if kind == "ok":
            return self.draft.book.label("label_ok").text
        days = {"yesterday": -1, "tomorrow": 1}.get(kind, 0)
        return (self.draft.local() + timedelta(days=days)).date().isoformat()

    def _choose(self, value: str) -> None:
        """A button that answers."""
        draft = self.draft
        if draft.session.talk is None or draft.talk.stuck:
            self._repeat()
            return
        step = draft.step
        option = answers.pick(draft.book.options(step), value)
        if isinstance(step.ask, Several) and option:
            self._toggle(step, step.ask, value)
        elif option:
            self._answer(Fit(value, unmarked(option.label.text)))
        else:
            # A scale's numbers, or a button of a question that an author has changed since.
            self._answer(self._read(value))

    def _read(self, text: str) -> Reading:
        draft, facts = self.draft, person(self.draft.session)
        home = facts["country"].value if "country" in facts else None
        chosen = draft.talk.toggles
        return answers.read(
            draft.book, draft.step, text, draft.local(), chosen, home if isinstance(home, str) else None
        )

    def _toggle(self, step: Step, ask: Several, value: str) -> None:
        draft, asked = self.draft, self.draft.session.asked
        on = draft.talk.toggles
        now = tuple(one for one in on if one != value) if value in on else (*on, value)
        if ask.max is not None and len(now) > ask.max and len(now) > len(on):
            draft.effects.append(Toast(draft.plain_word("unfit_several_max", max=ask.max)))
            return
        draft.set_talk(toggles=now)
        if asked is not None:
            rows = (*answer_rows(draft, step, asked.token), controls(draft, step, asked.token))
            draft.set(asked=replace(asked, rows=rows))
            draft.effects.append(Edit(asked.token, asked.text, rows))

    def _skippable(self) -> bool:
        talk = self.draft.session.talk
        return talk is not None and not talk.stuck and self.draft.step.optional

    def _answer(self, reading: Reading) -> None:
        """An answer was read: log it and go on; or ask what was meant; or say what would fit."""
        draft, step = self.draft, self.draft.step
        if isinstance(reading, Fit):
            forget_limit(draft, step)
            own_words = isinstance(step.ask, Words) or not reading.shown
            draft.settle("" if own_words else escaped(reading.shown))
            record(draft, reading.value, reading.shown, make_room(draft))
            self._go_on()
        elif isinstance(reading, Unsure):
            repair.did_you_mean(draft, reading, step)
        else:
            repair.missed(draft, reading, step)

    # --- moving ---

    def _go_on(self, trigger: str = "") -> None:
        """Go on from the newest answer. If the flow is broken there, take back the steps (not the answer), report the
        fault, and offer to try again."""
        draft = self.draft
        draft.settle()
        saved, effects, bubbles = draft.session, list(draft.effects), list(draft.bubbles)
        try:
            proceed(draft, trigger)
        except ConditionError as error:
            draft.session, draft.effects, draft.bubbles = saved, effects, bubbles
            if repair.asked_again(draft):
                return
            self.fault = Fault(str(error), draft.frame.flow, draft.frame.step)
            repair.broke(draft)
            return
        if not draft.talk.stack:
            self._finished()

    def _finished(self) -> None:
        draft = self.draft
        if draft.outcome != LEFT:
            lookback.finished(draft)
        menu.finish(draft)
        draft.flush()
        held = guard.finished(draft)
        if held is not None:
            if draft.session.talk is None:
                commands.returned(draft, held)
            elif held:
                self._answer(self._read(held))
            return
        then, draft.then = draft.then, ""
        if then in draft.book.flows:
            menu.enter(draft, then)
            return
        if ringing.waited(draft):
            return
        menu.show(draft, "menu_left" if draft.outcome == LEFT else "menu_again")
