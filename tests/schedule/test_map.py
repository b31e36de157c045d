"""Places on the map and their time zones."""

from __future__ import annotations

import subprocess
import sys
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tzfpy import timezonenames

from bot.map import SAME, zone_at
from bot.whereabouts import zoned


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (40.4168, -3.7038, "Europe/Madrid"),
        (28.1235, -15.4363, "Atlantic/Canary"),
        (51.5074, -0.1278, "Europe/London"),
        (40.7128, -74.0060, "America/New_York"),
        (34.0522, -118.2437, "America/Los_Angeles"),
        (33.4484, -112.0740, "America/Phoenix"),
        (19.4326, -99.1332, "America/Mexico_City"),
        (4.7110, -74.0721, "America/Bogota"),
        (-33.4489, -70.6693, "America/Santiago"),
        (-34.6037, -58.3816, "America/Argentina/Buenos_Aires"),
        (30.0444, 31.2357, "Africa/Cairo"),
        (27.7172, 85.3240, "Asia/Kathmandu"),
        (22.5726, 88.3639, "Asia/Kolkata"),
        (35.6762, 139.6503, "Asia/Tokyo"),
        (-31.5500, 159.0800, "Australia/Lord_Howe"),
        (-13.8507, -171.7514, "Pacific/Apia"),
        (50.4501, 30.5234, "Europe/Kyiv"),
        # The high seas.
        (0.0, -150.0, "Etc/GMT+10"),
        (0.0, 0.0, "Etc/GMT+0"),
    ],
)
def test_zone_of_a_place(latitude: float, longitude: float, name: str) -> None:
    """A place has the zone of its city, at sea that of its hours from UTC, and the bot knows each by its name."""
    assert zone_at(latitude, longitude) == name
    assert zoned(name) is not None


@pytest.mark.parametrize("place", [(nan, 0), (0, nan), (1000, 1000), (91, 0), (0, -181), (inf, 0), (0, -inf)])
def test_no_place(place: tuple[float, float]) -> None:
    """Numbers that are no place on Earth have no zone."""
    assert zone_at(*place) is None


@given(st.floats(), st.floats())
def test_any_numbers(latitude: float, longitude: float) -> None:
    """Whatever numbers come, there is a zone that the bot knows, or none."""
    name = zone_at(latitude, longitude)
    assert name is None or zoned(name) is not None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_everywhere_on_earth(latitude: float, longitude: float) -> None:
    """Everywhere on Earth there is a zone, the poles and the date line included."""
    assert zone_at(latitude, longitude) is not None


def test_names_of_the_map() -> None:
    """Every zone that the map can name is one that the bot knows."""
    assert [name for name in timezonenames() if zoned(SAME.get(name, name)) is None] == []


def test_loaded_when_first_needed() -> None:
    """The map is loaded for the first place that somebody sends, not before."""
    code = (
        "import sys, bot.map; assert 'tzfpy' not in sys.modules; bot.map.zone_at(0, 0); assert 'tzfpy' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
