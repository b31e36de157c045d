"""The flow language as a JSON Schema (draft 2020-12), from which editors complete and underline while one writes.

Made from the keys that `reader` and `questions` know. It is a help for the eye: `checker` judges.
"""

from __future__ import annotations

from typing import Any

from .flow import AFTER, MEASURES
from .questions import BARE, KINDS, LONGEST
from .reader import FLOW_KEYS, STEP_KEYS
from .safety import CONCERNS
from .shapes import NAME, VALUE

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""A scalar: an editor reads `yes` and `3` as something else than text, and the bot as what was written."""
STEP_NAME: Schema = {"type": "string", "pattern": f"^{NAME.pattern}$"}
NAMES: Schema = {"anyOf": [STEP_NAME, {"type": "array", "items": STEP_NAME}]}
TEXTS: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}

ABOUT = {
    "flow": "The name of the flow: that of its file.",
    "title": "What people read in the menu.",
    "about": "What it is for, in one line.",
    "minutes": "About how long it takes.",
    "path": "A practice of the path: early (fit for the first raw weeks too) or later.",
    "danger": "The concerns that it answers: it begins by itself when one is recognised.",
    "gentle": "May be offered in the hours after danger.",
    "menu": "Its place in the menu; without it, it is not listed there.",
    "start": "The step where it begins; else the first.",
    "then": "The whole talk ends here, and this flow begins.",
    "count": "Lines that take turns in the question's bubble.",
    "was": "Former names, so that nobody who is in the middle is stranded.",
    "steps": "The steps, by name.",
    "say": "A bubble, or several.",
    "ask": "The question.",
    "optional": "Adds a Skip button.",
    "next": "Where it goes on: a step, a step for each value, or conditions.",
    "keep": "Keeps the answer (or a sentence) as a keepsake of this name.",
    "back": "A check-in may give such a keepsake back, unasked, when it begins.",
    "person": "Remembers the answer as person.NAME, beyond this talk.",
    "remind": "Begins a flow later.",
    "wait": "A limit of time on the question, and where it goes on then.",
    "unfit": "What is said when an answer does not fit.",
    "call": "Plays another flow and comes back.",
    "end": "The flow ends here: true, or the name of an outcome.",
    "measure": "What the scale measures: it is part of the way that people look back on.",
    "store": "never: the answer is gone when the talk is over.",
}


def flow_schema() -> Schema:
    """The schema of a flow file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A conversation",
        **_mapping(
            {
                "flow": STEP_NAME,
                "title": TEXT,
                "about": TEXT,
                "minutes": {"type": "integer", "minimum": 1, "maximum": 120},
                "path": {"enum": ["early", "later"]},
                "menu": {"type": "integer", "minimum": 1, "maximum": 99},
                "start": STEP_NAME,
                "was": NAMES,
                "danger": {"anyOf": [{"enum": list(CONCERNS)}, {"type": "array", "items": {"enum": list(CONCERNS)}}]},
                "gentle": {"type": "boolean"},
                "steps": {"type": "object", "propertyNames": STEP_NAME, "additionalProperties": _step()},
            },
            FLOW_KEYS,
            required=("flow", "title", "about", "steps"),
        ),
    }


def _mapping(fields: Schema, keys: tuple[str, ...], required: tuple[str, ...] = ()) -> Schema:
    """A mapping with these keys and no others, each with what it is about. Raises KeyError when one was forgotten."""
    properties = {key: {**fields[key], "description": ABOUT[key]} if key in ABOUT else fields[key] for key in keys}
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": list(required)}


def _kept() -> Schema:
    fields = {"as": STEP_NAME, "text": TEXT, "back": {"type": "boolean"}}
    return _mapping(fields, ("as", "text", "back"), ("as", "text"))


def _step() -> Schema:
    branch = _mapping({"when": TEXT, "go": STEP_NAME}, ("when", "go"), ("go",))
    branches = {"type": "array", "items": {"anyOf": [STEP_NAME, branch]}}
    fields = {
        "say": {"anyOf": [TEXT, _bubble(), {"type": "array", "items": {"anyOf": [TEXT, _bubble()]}}]},
        "ask": _ask(),
        "optional": {"type": "boolean"},
        "next": {"anyOf": [STEP_NAME, {"type": "object", "additionalProperties": STEP_NAME}, branches]},
        "keep": {"anyOf": [STEP_NAME, _kept()]},
        "person": STEP_NAME,
        "remind": _mapping({"after": TEXT, "flow": STEP_NAME}, ("after", "flow"), ("after", "flow")),
        "wait": _mapping({"for": TEXT, "go": STEP_NAME}, ("for", "go"), ("for", "go")),
        "unfit": TEXT,
        "call": STEP_NAME,
        "end": {"anyOf": [{"const": True}, STEP_NAME]},
        "then": STEP_NAME,
        "count": _mapping({"every": TEXT, "lines": TEXTS}, ("every", "lines"), ("every", "lines")),
        "measure": {"anyOf": [{"enum": list(MEASURES)}, _mapping({AFTER: STEP_NAME}, (AFTER,), (AFTER,))]},
        "store": {"const": "never"},
        "was": NAMES,
    }
    return _mapping(fields, STEP_KEYS)


def _bubble() -> Schema:
    return _mapping({"when": TEXT, "text": TEXT, "vary": TEXTS}, ("when", "text", "vary"))


def _ask() -> Schema:
    option = {"anyOf": [TEXT, _mapping({"label": TEXT, "also": TEXTS}, ("label", "also"), ("label",))]}
    value = {"type": "string", "pattern": f"^{VALUE.pattern}$"}
    options = {"type": "object", "propertyNames": value, "additionalProperties": option, "minProperties": 1}
    number = {"type": "integer", "minimum": 0}
    text = _mapping({"max": {**number, "maximum": LONGEST}, "examples": TEXTS}, ("max", "examples"))
    fields = {
        "choose": options,
        "several": options,
        "min": number,
        "max": number,
        "scale": {"type": "string", "examples": ["0-10", "1-5"]},
        "low": TEXT,
        "high": TEXT,
        "text": text,
        "yesno": _mapping({"yes": TEXT, "no": TEXT}, ("yes", "no")),
        "date": _mapping({"only": {"enum": ["past", "future"]}}, ("only",)),
        **{key: {"type": "object", "maxProperties": 0} for key in ("time", "country", "zone")},
        "summary": {"type": "object", "additionalProperties": TEXT},
    }
    kinds = [_mapping(fields, keys, (kind,)) for kind, keys in KINDS.items()]
    return {"anyOf": [{"enum": list(BARE)}, *kinds]}
