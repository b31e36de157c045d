"""Flow -> problems: one small function a rule. Finds all, raises nothing, changes nothing.

Codes that begin with W are advice; all others keep the bot from starting. `docs/flows.md` explains each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from .checks import Case, danger, keyboards, sentences, style, translations, ways, world
from .flow import House, Problem
from .reader import Reading, read_folder

Rule = Callable[[Case], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    ways.targets,
    ways.measured,
    ways.unreachable,
    ways.endless,
    ways.silent_loops,
    ways.uncovered,
    ways.unknown_values,
    ways.skips,
    sentences.templates,
    sentences.names,
    sentences.fleeting,
    sentences.comparisons,
    sentences.markup,
    sentences.lengths,
    keyboards.too_many,
    keyboards.labels,
    keyboards.shared_words,
    keyboards.summaries,
    world.calls,
    world.circles,
    world.unwritten,
    world.renamed,
    world.menus,
    world.house_words,
    world.house_commands,
)


SAID: tuple[Rule, ...] = (
    sentences.templates,
    sentences.names,
    sentences.fleeting,
    sentences.markup,
    sentences.lengths,
    keyboards.labels,
    keyboards.shared_words,
    world.house_words,
    world.house_commands,
    *style.RULES,
)
"""What a translation has to hold to as well."""


def check(reading: Reading, today: date | None = None) -> list[Problem]:
    """Every problem of a folder of flows and its translations, in the order of its files and lines. `today` (UTC) tells
    which help lines are past their age; None: that is not looked at."""
    case = Case(reading.flows, reading.house)
    found = [*reading.problems, *(problem for rule in (*RULES, *style.RULES) for problem in rule(case))]
    found += [*danger.answered(case, reading.rules), *(danger.aged(reading.lines, today) if today else ())]
    for language, catalogue in reading.catalogues.items():
        own = Case(reading.flows, House() if reading.lent else reading.house)
        found += translations.findings(own, catalogue)
        found += [problem for rule in SAID for problem in rule(Case(*reading.translated[language]))]
    return sorted(set(found), key=lambda problem: (problem.place, problem.code, problem.message))


def check_path(path: Path, house: Path | None = None, today: date | None = None) -> list[Problem]:
    """The problems of a folder; or of one file, read together with the others of its folder. `house` stands in where
    the folder has none; `today` as in `check`."""
    if path.is_dir():
        return check(read_folder(path, house), today)
    return [one for one in check(read_folder(path.parent, house), today) if one.place.file == path.name]


def is_error(problem: Problem) -> bool:
    """Whether the bot would not start with it."""
    return not problem.code.startswith("W")
