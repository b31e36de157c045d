"""Sentences and conditions of flows: how they are filled in (`rendering`) and what they use (`inspection`)."""

from .inspection import Comparison, Inspection, Reference, inspect, variants
from .rendering import (
    CUT,
    PART,
    Chosen,
    ChosenAll,
    Dated,
    Lookup,
    holds,
    link,
    markup,
    render,
    render_plain,
    render_value,
)

__all__ = [
    "CUT",
    "PART",
    "Chosen",
    "ChosenAll",
    "Comparison",
    "Dated",
    "Inspection",
    "Lookup",
    "Reference",
    "holds",
    "inspect",
    "link",
    "markup",
    "render",
    "render_plain",
    "render_value",
    "variants",
]
