"""Rules about danger: who answers it, and how old the help lines are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.flow import Place, Problem
from bot.helplines import FILE, HelpLines
from bot.safety import CONCERNS, Rules

from .case import Case


def answered(case: Case, rules: Rules | None) -> Iterator[Problem]:
    """F092, F093: each concern is answered by one flow, where there are rules that recognise it."""
    owners: dict[str, str] = {}
    for flow in case.flows.values():
        for named in flow.danger:
            if owners.setdefault(named.text, flow.name) != flow.name:
                message = f"{named.text!r} is answered by {owners[named.text]!r} too"
                yield Problem(named.place, "F092", message, "leave it to one of them")
    known = rules.rules if rules else ()
    for concern in sorted({rule.concern for rule in known} - owners.keys(), key=CONCERNS.index):
        place = next(rule.place for rule in known if rule.concern == concern)
        message = f"no flow answers {concern!r}, so nothing happens when it is recognised"
        yield Problem(place, "F093", message, f"add danger: [{concern}] at the top of a flow")


def aged(lines: HelpLines, today: date) -> Iterator[Problem]:
    """W090: a help line whose date is past the age of the file."""
    for country, kind, name, row in lines.older(lines.age, today):
        message = f"{country.code} {kind} {name!r} was last checked on {row.checked}"
        yield Problem(
            Place(FILE, row.place.line, row.place.column), "W090", message, "check it again, and set its date"
        )
