"""A place on the map -> its time zone. Pure. The only importer of tzfpy, which draws its zones from OpenStreetMap."""

from __future__ import annotations

from .whereabouts import zoned

SAME = {"Etc/GMT": "Etc/GMT+0", "Etc/UTC": "Etc/GMT+0"}
"""Zones of the map that the table of the tz database has under another name."""


def zone_at(latitude: float, longitude: float) -> str | None:
    """The name of the zone at a place, in degrees, as `whereabouts.zoned` knows it: on the high seas it is one by hours
    from UTC ("Etc/GMT+3" is three hours behind). None for what is no place, and where the map has no zone. A border is
    right to about a hundred metres."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    # Loaded when first needed: the map takes 40 MB of memory, and many people type where they are.
    from tzfpy import get_tz

    name = get_tz(longitude, latitude)
    name = SAME.get(name, name)
    return name if zoned(name) else None
