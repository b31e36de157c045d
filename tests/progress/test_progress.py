"""What is said of the time so far is true."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.progress import Done, Mood, Practice, Way, alt, way
from tests.progress.invented import NOW, ago, busy, months, moods, practices, years

VALUE = st.none() | st.integers(0, 10)
SHAPES = st.one_of(
    st.lists(VALUE, max_size=110),
    st.tuples(st.integers(0, 10), st.lists(st.none() | st.integers(-1, 1), min_size=10, max_size=110)).map(
        lambda one: [None if step is None else min(10, max(0, one[0] + step)) for step in one[1]]
    ),
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 60), st.integers(1, 40)).map(
        lambda one: [one[0]] * one[2] + [one[1] + 2] * one[3]
    ),
    st.tuples(st.integers(0, 4), st.integers(6, 10), st.integers(3, 40)).map(lambda one: [one[0], one[1]] * one[2]),
)
"""Moods of anybody: anything, nearly even, a step up or down, up and down."""


def by_day(told: list[Mood]) -> dict[int, float]:
    """The mean mood of each day, by how many days ago that was."""
    found: dict[int, list[int]] = {}
    for one in told:
        found.setdefault((NOW.date() - one.at.date()).days, []).append(one.value)
    return {back: fmean(values) for back, values in found.items()}


def true(seen: Way, told: list[Mood], dones: list[Done]) -> bool:
    """Whether the sentence that was chosen holds, worked out again from the moods themselves."""
    said, numbers, days = seen.sentence.key, seen.sentence.numbers, by_day(told)
    recent = [mood for back, mood in days.items() if back < 21]
    before = [mood for back, mood in days.items() if 21 <= back < 84]
    compared = len(recent) >= 4 and len(before) >= 4
    gap = fmean(recent) - fmean(before) if compared else 0.0
    late = {back: mood for back, mood in days.items() if back < 14}
    six_weeks = [mood for back, mood in sorted(days.items(), reverse=True) if back < 42]
    jumps = [new - old for old, new in pairwise(six_weeks) if abs(new - old) >= 3]
    return {
        "progress_none": not told and not dones,
        "progress_practices": not told
        and numbers == {"times": len(dones), "practices": len({one.title for one in dones})},
        "progress_little": bool(days) and (len(days) < 6 or max(days) - min(days) + 1 < 14),
        "progress_dark": len(late) >= 4
        and max(late) - min(late) >= 7
        and numbers.get("low") == sum(mood <= 3 for mood in late.values()) >= 0.75 * len(late)
        and numbers.get("days") == len(late),
        "progress_up": compared and gap >= 1.0 and numbers.get("recent", 0) > numbers.get("before", 0),
        "progress_down": compared and gap <= -1.0 and numbers.get("recent", 0) < numbers.get("before", 0),
        "progress_even": compared and abs(gap) < 1.0 and abs(numbers.get("around", 99) - fmean(recent)) < 1.5,
        "progress_swings": len(jumps) >= 3
        and min(jumps) < 0 < max(jumps)
        and min(six_weeks) < numbers.get("low", 0) + 1 < numbers.get("high", 0) < max(six_weeks) + 1,
        "progress_days": len(days) >= 6
        and numbers.get("days") == len(days)
        and abs(7 * numbers.get("weeks", 0) - (max(days) - min(days) + 1)) <= 3
        and numbers.get("several") == (len(days) < len(told)),
    }[said]


@settings(max_examples=600, deadline=None)
@given(SHAPES, st.integers(0, 40), st.integers(0, 3))
def test_the_sentence_is_true(values: list[int | None], silence: int, times: int) -> None:
    """Whatever somebody told, the sentence that is chosen holds."""
    told, dones = moods([*values, *[None] * silence]), practices(30, 9, 2)[:times]
    assert true(way(told, dones, NOW), told, dones)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([], "progress_none"),
        ([4], "progress_little"),
        ([4] * 13, "progress_little"),
        ([4] * 40, "progress_even"),
        ([3] * 30 + [6] * 21, "progress_up"),
        ([6, 7] * 15 + [4, 5] * 10, "progress_down"),
        ([2, 8] * 20, "progress_swings"),
        ([5] * 30 + [2] * 14, "progress_dark"),
        ([1] * 8, "progress_dark"),
        ([0] * 60 + [3] * 21, "progress_dark"),
        ([6] * 30 + [None] * 21, "progress_days"),
        ([6] * 20, "progress_days"),
    ],
)
def test_each_sentence(values: list[int | None], key: str) -> None:
    """Every sentence has a time to which it belongs."""
    assert way(moods(values), [], NOW).sentence.key == key


def test_only_practices() -> None:
    """Somebody who told no mood is told what they finished."""
    said = way([], practices(42, 9, 3), NOW).sentence
    assert (said.key, said.numbers) == ("progress_practices", {"practices": 3, "times": 5})


def test_chance_is_no_change() -> None:
    """A few scattered days are not called better or worse, even where their means differ."""
    values = [2, 7, 4, 8, *[None] * 20, 6, 1, 7, 3]
    assert abs(fmean([6, 1, 7, 3]) - fmean([2, 7, 4, 8])) >= 1
    assert way(moods(values), [], NOW).sentence.key not in ("progress_up", "progress_down")


@settings(max_examples=200, deadline=None)
@given(SHAPES)
def test_the_line(values: list[int | None]) -> None:
    """The line is there with enough days only, stays within what was told, and goes on nowhere."""
    seen = way(moods(values), [], NOW)
    days = [one.day for one in seen.days]
    assert seen.enough == (len(days) >= 6 and (days[-1] - days[0]).days >= 13)
    assert seen.enough or not seen.trend
    low, high = min((one.mood for one in seen.days), default=0), max((one.mood for one in seen.days), default=0)
    for piece in seen.trend:
        assert {piece[0].day, piece[-1].day} <= set(days)
        assert all(low - 1e-9 <= point.mood <= high + 1e-9 for point in piece)
        assert all((new.day - old.day).days >= 1 for old, new in pairwise(piece))


def test_the_line_stops_in_a_silence() -> None:
    """Over more than two weeks without a mood there is no line."""
    pieces = months().trend
    assert len(pieces) == 2
    assert (pieces[1][0].day - pieces[0][-1].day).days > 14


def test_the_line_is_gentle() -> None:
    """One bad day hardly moves the line, and a lasting change does."""
    calm = [6] * 30
    dip = way(moods([*calm[:15], 0, *calm[16:]]), [], NOW)
    change = way(moods([3] * 20 + [7] * 20), [], NOW)
    assert min(point.mood for piece in dip.trend for point in piece) > 5
    assert change.trend[0][0].mood == pytest.approx(3)
    assert change.trend[0][-1].mood == pytest.approx(7)


def test_two_years_are_quick_and_small() -> None:
    """Years of moods make a line of some hundred points."""
    assert sum(map(len, years().trend)) <= 800
    assert len(busy().marks) > 300


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), max_size=40))
def test_several_moods_on_a_day(told: list[tuple[int, int]]) -> None:
    """A day counts once, with the mean of what was told on it, in whatever order it came."""
    given_moods = [Mood(ago(back), value) for back, value in told]
    seen = way(given_moods, [], NOW)
    assert seen == way(reversed(given_moods), [], NOW)
    assert sum(one.times for one in seen.days) == seen.checkins == len(told)
    assert {(NOW.date() - one.day).days: one.mood for one in seen.days} == pytest.approx(by_day(given_moods))


def test_several_moods_are_told() -> None:
    """Where a day has several moods, what is said knows it, and names the lowest and the highest that was told."""
    told = [Mood(ago(back, NOW), value) for back in (0, 1) for value in (0, 10)]
    seen = way(told, [], NOW)
    assert seen.sentence.numbers["several"]
    assert [one.mood for one in seen.days] == [5, 5]
    assert alt(seen)[0].numbers == {"days": 2, "low": 0, "high": 10, "several": True}
    assert not way(told[1:3], [], NOW).sentence.numbers["several"]


@pytest.mark.parametrize(("days", "weeks"), [(14, 2), (15, 2), (17, 2), (18, 3), (21, 3)])
def test_weeks_are_rounded(days: int, weeks: int) -> None:
    """Fifteen days in a row are about two weeks."""
    said = way(moods([6] * days), [], NOW).sentence
    assert (said.key, said.numbers["weeks"]) == ("progress_days", weeks)


def test_a_day_is_the_persons_own() -> None:
    """Late in the evening is still the same day where the person is."""
    madrid = ZoneInfo("Europe/Madrid")
    told = [Mood(datetime(2026, 5, 3, 23, 50, tzinfo=madrid), 4), Mood(datetime(2026, 5, 4, 0, 10, tzinfo=madrid), 5)]
    assert [one.day for one in way(told, [], NOW).days] == [date(2026, 5, 3), date(2026, 5, 4)]


def test_what_comes_later_is_left_out() -> None:
    """Nothing is shown from after now."""
    seen = way([Mood(NOW + timedelta(hours=1), 9)], [Done(NOW + timedelta(days=1), "Later")], NOW)
    assert (seen.days, seen.marks, seen.first, seen.last) == ((), (), NOW.date(), NOW.date())


def test_before_and_after() -> None:
    """A practice tells what its measure did the last time, and nothing where that was not answered or was the same."""
    runs = [(7, 4), (5, 5), (3, 6), (None, 3), (4, None), (None, None)]
    dones = [Done(ago(30 - at), "Set a boundary", *run) for at, run in enumerate(runs)]
    assert way([], dones, NOW).practices == (Practice("Set a boundary", 6, dones[-1]),)
    assert [one.moved for one in dones] == [True, False, True, False, False, False]


@given(st.lists(st.integers(0, 10), min_size=6, max_size=90))
def test_the_usual_range(values: list[int]) -> None:
    """Most days lie in the range that is called usual, and the middle one does."""
    low, high = way(moods(values), [], NOW).usual or (99, 99)
    assert low <= high
    assert low - 0.5 <= median(values) <= high + 0.5
    assert sum(low - 0.5 <= value <= high + 0.5 for value in values) >= 0.6 * len(values)


def test_marks_name_their_practice() -> None:
    """Every mark leads to a practice, and those are in the order in which they were begun."""
    seen = months()
    assert [one.times for one in seen.practices] == [
        sum(mark.number == number for mark in seen.marks) for number in range(1, len(seen.practices) + 1)
    ]
    firsts = [next(mark.day for mark in seen.marks if mark.number == number) for number in range(1, 5)]
    assert firsts == sorted(firsts)
