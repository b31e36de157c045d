"""Countries and time zones from typed words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.whereabouts import country, zone, zone_name, zoned

SUMMER = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("Spain", "en", "ES"),
        ("españa", "es", "ES"),
        ("Alemania", "es", "DE"),
        ("germany", "es", "DE"),
        ("U.K.", "en", "GB"),
        ("EE. UU.", "es", "US"),
        ("Argentinia", "en", "AR"),
        ("US", "en", "US"),
        ("sevilla", "es", "ES"),
        ("Londres", "es", "GB"),
        ("Orlando", "en", "US"),
        ("austin", "en", "US"),
        ("California", "en", "US"),
    ],
)
def test_country(text: str, language: str, code: str) -> None:
    """A country is known by its name in the person's language or in English, by small slips, and by a large city."""
    found = country(text, language)
    assert (found.sure, found.named[0][0]) == (True, code)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Valencia", {"VE", "ES"}),
        ("Georgia", {"GE", "US"}),
        ("LA", {"US", "LA"}),
        ("CA", {"CA"}),
        ("DE", {"DE"}),
        ("Granada", {"ES", "NI"}),
        ("nada", {"CN"}),
        ("Barclona", {"ES"}),
    ],
)
def test_which_country(text: str, codes: set[str]) -> None:
    """A name that several countries share, two capitals and a slip in a city's name are asked about: a wrong country
    would give the numbers of another one to somebody in danger."""
    found = country(text, "en")
    assert not found.sure
    assert codes <= {code for code, _ in found.named}


@pytest.mark.parametrize("text", ["", "the moon", "my bed", "12", "in", "never", "tired", "sola", "x" * 5000, "🌍"])
def test_no_country(text: str) -> None:
    """What names no country is not taken for one."""
    assert country(text, "en").named == ()


@pytest.mark.parametrize(
    ("text", "home", "name"),
    [
        ("Madrid", None, "Europe/Madrid"),
        ("new york", None, "America/New_York"),
        ("Bogotá", None, "America/Bogota"),
        ("Germany", None, "Europe/Berlin"),
        ("Asia/Tokyo", None, "Asia/Tokyo"),
        ("20:00", "ES", "Europe/Madrid"),
        ("it is 8:03 pm", "ES", "Europe/Madrid"),
        ("8:03", "ES", "Europe/Madrid"),
        ("14:00", "US", "America/New_York"),
        ("2:00", "US", "America/New_York"),
        ("23:30", "IN", "Asia/Kolkata"),
        ("19:00", None, "Etc/GMT-1"),
        ("son las 7:00 de la tarde", None, "Etc/GMT-1"),
        ("Valencia", "ES", "Europe/Madrid"),
        ("Guadalajara", "ES", "Europe/Madrid"),
        ("Ciudad de México", None, "America/Mexico_City"),
        ("Mumbai", None, "Asia/Kolkata"),
        ("Bilbao", None, "Europe/Madrid"),
        ("Texas", None, "America/Chicago"),
    ],
)
def test_zone(text: str, home: str | None, name: str) -> None:
    """A zone is known by a city, a country with one clock, its name, or the time it is there now."""
    found = zone(text, home, SUMMER, "en")
    assert (found.sure, found.named[0][0]) == (True, name)
    assert zoned(name) is not None
    assert zone_name(name)


def test_a_country_with_several_clocks() -> None:
    """A country with several clocks is asked about, a few cities at a time."""
    found = zone("Mexico", None, SUMMER, "en")
    assert not found.sure
    assert 1 < len(found.named) <= 6


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Valencia", ("Valencia, Venezuela", "Valencia, Spain")),
        ("LA", ("Los Angeles, United States", "Vientiane, Laos")),
        ("Guadalajara", ("Guadalajara, Mexico", "Guadalajara, Spain")),
        ("7:00", ("19:00", "07:00")),
    ],
)
def test_which_place(text: str, named: tuple[str, ...]) -> None:
    """A city of which there are several, and a clock that may be in either half of the day, are asked about, by names
    that tell them apart."""
    found = zone(text, None, SUMMER, "en")
    assert not found.sure
    assert {label for _, label in found.named} >= set(named)


@pytest.mark.parametrize(
    "text",
    ["", "nowhere", "99:99", "I woke at 3:15 and cried", "every day at 9:30", "../../etc/passwd", "\x00", "x" * 5000],
)
def test_no_zone(text: str) -> None:
    """What names no place is not taken for one."""
    assert zone(text, None, SUMMER, "en").named == ()


def test_no_zone_of_another_name() -> None:
    """Only names of the tz database are zones."""
    assert zoned("../../etc/passwd") is None
    assert zoned(None) is None
