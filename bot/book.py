"""All that the engine reads and nobody changes: the flows, their machines, the house's sentences, facts of the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .flow import Choose, Flow, House, Option, Phrase, Place, Several, Step, YesNo
from .helplines import HelpLines
from .languages import FIRST, base
from .machine import Route
from .safety import Rules

NOTHING = dict.fromkeys(("name", "link", "country", "notify", "contact", "retention"), "")
"""The facts of a bot of which nothing is known."""
NOWHERE = Place("house.yaml", 1, 1)


@dataclass(frozen=True, slots=True)
class Book:
    """Made by `build`. `names` maps a flow to what its templates may read, all None; `renamed` old flow names to new;
    `moved` (flow, old step) to the new one; `languages` are the same book in every language that it has. `facts` are
    `bot.name` and `bot.link`, the `country` of people who have not told theirs, and `notify`, "yes" where somebody of
    the operator's is told of danger. `rules` recognise danger, and `lines` are whom to call then."""

    flows: Mapping[str, Flow]
    house: House
    routes: Mapping[str, Route]
    names: Mapping[str, Mapping[str, None]]
    renamed: Mapping[str, str]
    moved: Mapping[tuple[str, str], str]
    facts: Mapping[str, str] = field(default_factory=dict)
    language: str = FIRST
    languages: Mapping[str, Book] = field(default_factory=dict)
    rules: Rules | None = None
    lines: HelpLines = field(default_factory=HelpLines)

    @classmethod
    def build(
        cls,
        flows: Mapping[str, Flow],
        house: House,
        facts: Mapping[str, str] | None = None,
        translated: Mapping[str, tuple[Mapping[str, Flow], House]] | None = None,
        rules: Rules | None = None,
        lines: HelpLines | None = None,
    ) -> Book:
        """A book of flows that `checker` found sound; `translated` are the same flows and house by language, `rules`
        how danger is recognised, and `lines` whom to call then."""
        steps = [(flow, step) for flow in flows.values() for step in flow.steps.values()]
        languages: dict[str, Book] = {}
        book = cls(
            flows=flows,
            house=house,
            routes={name: Route(flow) for name, flow in flows.items()},
            names={name: _answerable(flow) for name, flow in flows.items()},
            renamed={old.text: flow.name for flow in flows.values() for old in flow.was},
            moved={(flow.name, old.text): step.name for flow, step in steps for old in step.was},
            facts={**NOTHING, **(facts or {})},
            languages=languages,
            rules=rules,
            lines=lines or HelpLines(),
        )
        languages[FIRST] = book
        for language, (said, words) in (translated or {}).items():
            languages[language] = replace(book, flows=said, house=words, language=language)
        return book

    def speaking(self, language: str) -> Book:
        """The same book in a language, or in the first one where it has not been translated."""
        return self.languages.get(base(language)) or self.languages.get(FIRST, self)

    def guard(self, concern: str) -> str:
        """The flow that answers a concern, or nothing."""
        return next((flow.name for flow in self.flows.values() if concern in [c.text for c in flow.danger]), "")

    def practices(self) -> list[Flow]:
        """What the menu lists, in its order."""
        listed = [flow for flow in self.flows.values() if flow.menu is not None]
        return sorted(listed, key=lambda flow: (flow.menu, flow.name))

    def options(self, step: Step) -> tuple[Option, ...]:
        """What can be chosen at a step; empty where nothing is chosen."""
        if isinstance(step.ask, Choose | Several):
            return step.ask.options
        if isinstance(step.ask, YesNo):
            return self.yes_no(step.ask)
        return ()

    def yes_no(self, ask: YesNo) -> tuple[Option, ...]:
        """Yes and no, with all that people may type for them."""
        yes, no = ask.yes or self.label("label_yes"), ask.no or self.label("label_no")
        return (Option("yes", yes, self.typed("yes_also")), Option("no", no, self.typed("no_also")))

    def label(self, name: str) -> Phrase:
        """A label of the house."""
        return next(iter(self.house.words.get(name, ())), Phrase(name.removeprefix("label_"), NOWHERE))

    def typed(self, name: str) -> tuple[str, ...]:
        """A list of words of the house that people may type."""
        return tuple(phrase.text for phrase in self.house.words.get(name, ()))


def _answerable(flow: Flow) -> dict[str, None]:
    return {step.name: None for step in flow.steps.values() if step.ask is not None or step.call is not None}
