"""When check-ins ring: a scripted year in twelve zones, against a walk through every minute of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.schedule import Quiet, Rule, Snooze, is_quiet, next_ring, quiet_end, snoozed, verdict

ZONES = (
    "Europe/Madrid",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Santiago",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
MADRID = ZoneInfo("Europe/Madrid")
YEAR = 2026
START, END = datetime(YEAR, 1, 1, tzinfo=UTC), datetime(YEAR + 1, 1, 1, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEVER = Quiet("00:00", "00:00")
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
QUICK = settings(max_examples=300, deadline=None)

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23) | st.integers(0, 3), st.integers(0, 59))
dates = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31)).map(date.isoformat)
weekly = st.builds(
    lambda at, days: Rule(at, tuple(sorted(days))), clocks, st.sets(st.integers(0, 6), min_size=1) | st.just(range(7))
)
rules = weekly | st.builds(lambda at, day: Rule(at, day=day), clocks, dates)
zones = st.sampled_from(ZONES).map(ZoneInfo)
CHANGES = (
    "03-29T01",
    "10-25T01",
    "04-23T22",
    "10-29T21",
    "10-03T15:30",
    "04-04T15",
    "09-06T04",
    "03-08T07",
    "11-01T06",
)
"""When clocks change in several of the zones, in UTC."""
moments = st.integers(0, 364 * 86400).map(lambda seconds: START + timedelta(seconds=seconds)) | st.builds(
    lambda change, seconds: datetime.fromisoformat(f"{YEAR}-{change}Z") + timedelta(seconds=seconds),
    st.sampled_from(CHANGES),
    st.integers(-4 * 3600, 4 * 3600),
)
quiets = st.builds(Quiet, clocks, clocks)


@cache
def walked(name: str) -> dict[date, list[tuple[str, datetime]]]:
    """Every minute of the year, as the clock of a zone reads it: by its date, in the order in which they come."""
    zone, days = ZoneInfo(name), defaultdict(list)
    for minutes in range(int((END - START) / MINUTE)):
        now = START + minutes * MINUTE
        here = now.astimezone(zone)
        days[here.date()].append((f"{here.hour:02}:{here.minute:02}", now))
    return days


def promised(rule: Rule, name: str) -> list[datetime]:
    """The rings of a rule in the year by the walk: on each of its days, the first minute that is as late as it says."""
    found = []
    for day, minutes in walked(name).items():
        if day.weekday() in rule.days if rule.days else day.isoformat() == rule.day:
            found += [next((now for clock, now in minutes if clock >= rule.at), None)]
    return [now for now in found if now and now > START]


def rung(rule: Rule, zone: tzinfo, start: datetime, end: datetime) -> list[datetime]:
    """The rings of a rule as the bot would find them: each after the one before."""
    rings = []
    while (ring := next_ring(rule, zone, rings[-1] if rings else start)) and ring < end:
        rings.append(ring)
    return rings


@pytest.mark.parametrize("name", ZONES)
def test_the_scripted_year(name: str) -> None:
    """In a zone that changes its clocks twice in the year, every rule of every person rings at the promised time of
    each promised day, once, and at no other."""
    zone = ZoneInfo(name)
    offsets = [minutes[0][1].astimezone(zone).utcoffset() for minutes in walked(name).values()]
    assert sum(one != other for one, other in pairwise(offsets)) == 2

    @SLOW
    @given(st.lists(rules, min_size=1, max_size=4))
    def person(mine: list[Rule]) -> None:
        for rule in mine:
            assert rung(rule, zone, START, END) == promised(rule, name)

    person()


@QUICK
@given(weekly, zones, moments)
def test_any_moment_of_the_year(rule: Rule, zone: ZoneInfo, after: datetime) -> None:
    """Asked at any moment, at a ring too, the next ring is the first of the year's rings after it."""
    rings = rung(rule, zone, after - timedelta(days=10), after + timedelta(days=10))
    assert next_ring(rule, zone, after) == rings[bisect_right(rings, after)]
    for ring in rings:
        assert next_ring(rule, zone, ring - timedelta(microseconds=1)) == ring
        assert (next_ring(rule, zone, ring) or ring) > ring


@pytest.mark.parametrize(
    ("name", "rule", "after", "rings"),
    [
        # A gap: 02:00 becomes 03:00.
        ("Europe/Madrid", Rule("02:30", day="2026-03-29"), "2026-03-28T12:00", "2026-03-29T01:00"),
        ("Europe/Madrid", Rule("02:00", day="2026-03-29"), "2026-03-28T12:00", "2026-03-29T01:00"),
        ("Europe/Madrid", Rule("03:00", day="2026-03-29"), "2026-03-28T12:00", "2026-03-29T01:00"),
        # Two in the morning comes twice: the first, and then not before the next day.
        ("Europe/Madrid", Rule("02:30", day="2026-10-25"), "2026-10-24T12:00", "2026-10-25T00:30"),
        ("Europe/Madrid", Rule("02:30", tuple(range(7))), "2026-10-25T00:30", "2026-10-26T01:30"),
        ("Europe/Madrid", Rule("02:30", tuple(range(7))), "2026-10-25T01:10", "2026-10-26T01:30"),
        # Midnight becomes one.
        ("America/Santiago", Rule("00:00", (6,)), "2026-09-05T12:00", "2026-09-06T04:00"),
        ("Africa/Cairo", Rule("00:15", day="2026-04-24"), "2026-04-20T00:00", "2026-04-23T22:00"),
        ("Asia/Beirut", Rule("00:59", day="2026-03-29"), "2026-03-20T00:00", "2026-03-28T22:00"),
        # Half an hour, and two hours.
        ("Australia/Lord_Howe", Rule("02:10", day="2026-10-04"), "2026-10-01T00:00", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", Rule("01:45", day="2026-04-05"), "2026-04-01T00:00", "2026-04-04T14:45"),
        ("Antarctica/Troll", Rule("02:00", day="2026-03-29"), "2026-03-28T00:00", "2026-03-29T01:00"),
        # The last hour of a Saturday does not exist: it rings as Sunday begins.
        ("America/Nuuk", Rule("23:30", (5,)), "2026-03-28T12:00", "2026-03-29T01:00"),
        # Apia had no 30 December 2011.
        ("Pacific/Apia", Rule("10:00", tuple(range(7))), "2011-12-29T20:00", "2011-12-30T20:00"),
        ("Pacific/Apia", Rule("10:00", (4,)), "2011-12-28T20:00", "2012-01-05T20:00"),
        ("Pacific/Apia", Rule("10:00", day="2011-12-30"), "2011-12-28T20:00", "2011-12-30T20:00"),
        # Odd hours from UTC, and a leap day.
        ("Asia/Kathmandu", Rule("20:00", day="2026-05-13"), "2026-05-13T00:00", "2026-05-13T14:15"),
        ("Pacific/Chatham", Rule("09:00", day="2026-01-10"), "2026-01-09T00:00", "2026-01-09T19:15"),
        ("Africa/Monrovia", Rule("12:00", day="1960-01-01"), "1959-12-31T00:00", "1960-01-01T12:44:30"),
        ("Europe/Madrid", Rule("20:00", day="2028-02-29"), "2026-01-01T00:00", "2028-02-29T19:00"),
        ("Europe/Madrid", Rule("20:00", (1,)), "2028-02-28T19:00", "2028-02-29T19:00"),
        ("Europe/Madrid", Rule("20:00", (0, 2)), "2028-02-28T19:00", "2028-03-01T19:00"),
    ],
)
def test_odd_clocks(name: str, rule: Rule, after: str, rings: str) -> None:
    """Where clocks jump, go back or lose a day, a check-in rings at the first moment that fits its promise."""
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_ring(rule, ZoneInfo(name), start) == datetime.fromisoformat(rings).replace(tzinfo=UTC)


def test_a_single_one_is_over() -> None:
    """A single check-in rings once: from its ring on there is no next."""
    rule, ring = Rule("20:00", day="2026-05-13"), datetime(2026, 5, 13, 18, tzinfo=UTC)
    assert next_ring(rule, MADRID, ring - MINUTE) == ring
    assert next_ring(rule, MADRID, ring) is None
    assert next_ring(rule, MADRID, ring.astimezone(MADRID)) is None


def test_a_folded_hour_in_their_own_zone() -> None:
    """Moments in the person's own zone are told apart in the hour that comes twice, which Python alone does not do."""
    rule = Rule("02:30", tuple(range(7)))
    first = datetime(2026, 10, 25, 2, 30, tzinfo=MADRID)
    again = datetime(2026, 10, 25, 2, 20, tzinfo=MADRID, fold=1)
    assert next_ring(rule, MADRID, first - MINUTE) == first.astimezone(UTC)
    assert next_ring(rule, MADRID, again) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@SLOW
@given(weekly, zones, zones, moments)
def test_a_change_of_zone(rule: Rule, before: ZoneInfo, then: ZoneInfo, moved: datetime) -> None:
    """Who moves in the middle of the year has the check-ins of the old zone until then, and those of the new one from
    then on."""
    rings = rung(rule, before, START, moved)
    rings += rung(rule, then, moved, END)
    old, new = promised(rule, before.key), promised(rule, then.key)
    assert rings == [ring for ring in old if ring < moved] + [ring for ring in new if ring > moved]


@pytest.mark.parametrize("rule", [Rule("25:00", (1,)), Rule("8pm", (1,)), Rule("20:00", (7,)), Rule("20:00")])
def test_no_rule(rule: Rule) -> None:
    """A rule without a time, or without a day, is refused rather than guessed at."""
    with pytest.raises(ValueError, match=r"."):
        next_ring(rule, MADRID, START)


@QUICK
@given(quiets, zones, moments)
def test_quiet_hours(quiet: Quiet, zone: ZoneInfo, at: datetime) -> None:
    """Whenever the clock is between the two times it is quiet, until the moment when quiet ends, and not at it."""
    clock = at.astimezone(zone).strftime("%H:%M")
    over = quiet.end < quiet.start
    if clock >= quiet.start or clock < quiet.end if over else quiet.start <= clock < quiet.end:
        assert is_quiet(quiet, zone, at)
    end = quiet_end(quiet, zone, at)
    assert not is_quiet(quiet, zone, end)
    assert (end == at) == (not is_quiet(quiet, zone, at))
    assert at <= end <= at + 50 * HOUR
    assert all(is_quiet(quiet, zone, at + (end - at) * part / 16) for part in range(16) if end > at)


@QUICK
@given(clocks, zones, moments)
def test_never_quiet(clock: str, zone: ZoneInfo, at: datetime) -> None:
    """Quiet hours that end when they start are none."""
    assert not is_quiet(Quiet(clock, clock), zone, at)
    assert quiet_end(Quiet(clock, clock), zone, at) == at


@pytest.mark.parametrize(
    ("name", "quiet", "at", "end"),
    [
        ("Europe/Madrid", Quiet(), "2026-05-13T19:00", "2026-05-14T07:00"),
        ("Europe/Madrid", Quiet(), "2026-05-14T06:59", "2026-05-14T07:00"),
        ("Europe/Madrid", Quiet(), "2026-05-14T07:00", "2026-05-14T07:00"),
        ("Europe/Madrid", Quiet("13:00", "15:00"), "2026-05-14T11:30", "2026-05-14T13:00"),
        # They end in a gap, in an hour that comes twice, and on a day that there was not.
        ("Europe/Madrid", Quiet("23:00", "02:30"), "2026-03-28T23:00", "2026-03-29T01:00"),
        ("Europe/Madrid", Quiet("23:00", "02:30"), "2026-10-24T23:00", "2026-10-25T01:30"),
        ("Europe/Madrid", Quiet("02:30", "06:00"), "2026-10-25T01:10", "2026-10-25T05:00"),
        ("Europe/Madrid", Quiet("03:00", "02:00"), "2026-03-28T12:00", "2026-03-30T00:00"),
        # One minute past midnight became 23:01 of the day before.
        ("America/St_Johns", Quiet("00:00", "06:00"), "2010-11-07T02:41", "2010-11-07T09:30"),
        ("Pacific/Apia", Quiet(), "2011-12-30T09:30", "2011-12-30T19:00"),
    ],
)
def test_when_quiet_ends(name: str, quiet: Quiet, at: str, end: str) -> None:
    """Quiet hours span midnight or not, and begin and end once a night, whatever the clocks do in it."""
    assert quiet_end(quiet, ZoneInfo(name), datetime.fromisoformat(at + "Z")) == datetime.fromisoformat(end + "Z")


@pytest.mark.parametrize(
    ("kind", "now", "rings"),
    [
        ("10m", "12:00", "13 12:10"),
        ("1h", "20:30", "13 21:30"),
        ("evening", "02:00", "13 19:00"),
        ("evening", "12:00", "13 19:00"),
        ("evening", "18:30", "13 19:00"),
        ("evening", "18:31", "13 20:31"),
        ("evening", "19:30", "13 20:45"),
        ("evening", "20:35", "13 20:45"),
        ("evening", "20:40", "14 09:00"),
        ("evening", "23:00", "14 09:00"),
        ("tomorrow", "08:00", "14 20:15"),
        ("tomorrow", "23:59", "14 20:15"),
    ],
)
def test_putting_off(kind: Snooze, now: str, rings: str) -> None:
    """A check-in is put off by minutes, to this evening (before quiet hours, else after them) or to tomorrow."""
    here = datetime.fromisoformat(f"2026-05-13T{now}").replace(tzinfo=MADRID)
    ring = snoozed(kind, "20:15", MADRID, here, Quiet())
    assert ring.astimezone(MADRID).strftime("%d %H:%M") == rings
    assert ring.tzinfo is UTC


def test_putting_off_without_quiet_hours() -> None:
    """Who has no quiet hours has "this evening" in two hours, late as it is."""
    now = datetime(2026, 5, 13, 23, tzinfo=MADRID)
    assert snoozed("evening", "20:15", MADRID, now, NEVER) == now + 2 * HOUR


def test_tomorrow_that_there_was_not() -> None:
    """The tomorrow of 29 December 2011 in Apia is the 31st."""
    apia = ZoneInfo("Pacific/Apia")
    ring = snoozed("tomorrow", "20:15", apia, datetime(2011, 12, 29, 21, tzinfo=apia), Quiet())
    assert ring == datetime(2011, 12, 31, 20, 15, tzinfo=apia)


@QUICK
@given(st.sampled_from(["10m", "1h", "evening", "tomorrow"]), clocks, zones, moments, quiets)
def test_what_is_put_off_comes(kind: Snooze, at: str, zone: ZoneInfo, now: datetime, quiet: Quiet) -> None:
    """What is put off rings ten minutes later or more, within two days or when quiet ends after them, and "this
    evening" is never quiet."""
    ring = snoozed(kind, at, zone, now, quiet)
    assert now + 10 * MINUTE <= ring <= now + 75 * HOUR
    assert kind != "evening" or not is_quiet(quiet, zone, ring)


@pytest.mark.parametrize(
    ("at", "now", "what"),
    [
        ("13 20:00", "13 19:59", "now"),
        ("13 20:00", "13 20:15", "now"),
        ("13 20:00", "13 20:16", "late"),
        ("13 23:00", "13 23:10", "now"),
        ("13 23:00", "13 23:20", "wait"),
        ("13 20:59", "13 23:20", "missed"),
        ("13 21:00", "13 23:20", "wait"),
        ("13 23:00", "14 09:00", "late"),
        ("13 10:00", "13 20:00", "late"),
        ("13 10:00", "13 21:30", "missed"),
        ("13 20:00", "14 08:01", "missed"),
        ("13 20:00", "19 12:00", "missed"),
    ],
)
def test_lateness(at: str, now: str, what: str) -> None:
    """After an outage a check-in rings late, waits for the end of quiet hours, or is left when it would be stale."""
    due, here = (datetime.fromisoformat(f"2026-05-{one.replace(' ', 'T')}").replace(tzinfo=MADRID) for one in (at, now))
    assert verdict(due, here, Quiet(), MADRID) == what


@QUICK
@given(zones, moments, st.timedeltas(timedelta(hours=-1), timedelta(days=3)), quiets)
def test_waiting_ends(zone: ZoneInfo, at: datetime, late: timedelta, quiet: Quiet) -> None:
    """What waits rings late when quiet ends, late ones ring when it is not quiet, and none rings half a day late."""
    what = verdict(at, at + late, quiet, zone)
    quiet_now = is_quiet(quiet, zone, at + late)
    assert (what == "now") == (late <= 15 * MINUTE)
    assert what != "late" or not quiet_now
    assert late <= 12 * HOUR or what == "missed"
    if what == "wait":
        assert quiet_now
        assert verdict(at, quiet_end(quiet, zone, at + late), quiet, zone) == "late"
