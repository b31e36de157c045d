"""Where the files that come with the program are: in the checkout, or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
BUNDLED = PACKAGE / "bundled"
"""Only in a wheel, which carries the flows and the example of the settings in here."""


def bundled(name: str) -> Path:
    """A file or folder that comes with the program, such as "flows"."""
    return (BUNDLED if BUNDLED.is_dir() else PACKAGE.parent) / name
