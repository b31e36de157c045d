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
        ("MX", "en", "MX"),
    ],
)
def test_country(text: str, language: str, code: str) -> None:
    """A country is known by its name in the person's language or in English, by small slips, and by its code."""
    assert country(text, language) == [code]


@pytest.mark.parametrize("text", ["", "the moon", "my bed", "12", "in", "x" * 5000, "🌍"])
def test_no_country(text: str) -> None:
    """What names no country is not taken for one."""
    assert country(text, "en") == []


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
        ("14:00", "US", "America/New_York"),
        ("23:30", "IN", "Asia/Kolkata"),
        ("19:00", None, "Etc/GMT-1"),
    ],
)
def test_zone(text: str, home: str | None, name: str) -> None:
    """A zone is known by a city, a country with one clock, its name, or the time it is there now."""
    assert zone(text, home, SUMMER, "en") == [name]
    assert zoned(name) is not None
    assert zone_name(name)


def test_a_country_with_several_clocks() -> None:
    """A country with several clocks is asked about, a few cities at a time."""
    assert 1 < len(zone("Mexico", None, SUMMER, "en")) <= 6


@pytest.mark.parametrize("text", ["", "nowhere", "99:99", "../../etc/passwd", "\x00", "x" * 5000])
def test_no_zone(text: str) -> None:
    """What names no place is not taken for one."""
    assert zone(text, None, SUMMER, "en") == []


def test_no_zone_of_another_name() -> None:
    """Only names of the tz database are zones."""
    assert zoned("../../etc/passwd") is None
    assert zoned(None) is None
