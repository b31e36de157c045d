"""The JSON Schema of the flow language."""

from __future__ import annotations

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.cli import main
from bot.schema import flow_schema
from tests.books import ROOT

VALIDATOR = Draft202012Validator(flow_schema())
FLOWS = [
    path
    for path in sorted((ROOT / "flows").glob("*.yaml"))
    if ".test." not in path.name and path.stem not in {"house", "helplines"}
]


def stringly(value: object) -> object:
    """What an editor makes of YAML, but keys as text: `1d` and `yes` are names here."""
    if isinstance(value, dict):
        return {{True: "yes", False: "no"}.get(key, str(key)): stringly(one) for key, one in value.items()}
    return [stringly(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_shipped_flows_fit(path) -> None:  # type: ignore[no-untyped-def]
    """Every shipped flow fits the schema."""
    errors = [error.message[:200] for error in VALIDATOR.iter_errors(stringly(yaml.safe_load(path.read_text("utf-8"))))]
    assert errors == []


@pytest.mark.parametrize(
    "step",
    [
        {"says": "x"},
        {"say": "x", "ask": "chose"},
        {"say": "x", "ask": {"scale": "0-10", "lowest": "x"}},
        {"say": "x", "next": [{"when": "x"}]},
        {"say": "x", "remind": {"after": "3d"}},
    ],
)
def test_mistakes_do_not_fit(step: dict[str, object]) -> None:
    """Misspelt and missing keys do not fit."""
    flow = {"flow": "a", "title": "A", "about": "B", "steps": {"a": step}}
    assert list(VALIDATOR.iter_errors(flow))


def test_schema_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`schema` prints the schema, which is itself a sound one."""
    assert main(["schema"]) == 0
    Draft202012Validator.check_schema(printed := json.loads(capsys.readouterr().out))
    assert printed == flow_schema()
