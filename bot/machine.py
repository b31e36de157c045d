"""Flow -> state machine. The only importer of `transitions`.

One machine a flow, built once; no model is registered with it, so that its cost does not grow with people. Which way
is taken was decided before (`walk.way`); the machine moves, and refuses a move that the flow does not declare.
"""

from __future__ import annotations

from typing import Any

from transitions import Machine, MachineError

from .errors import ConditionError
from .flow import END, Flow


class _Marker:
    """What stands on a state during one move."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Route:
    """The ways of one flow, as a state machine: steps are states, branches are transitions."""

    def __init__(self, flow: Flow) -> None:
        ways = [
            {"trigger": branch.name, "source": step.name, "dest": branch.target}
            for step in flow.steps.values()
            for branch in step.branches
        ]
        self._machine: Any = Machine(
            model=None,
            states=[*flow.steps, END],
            transitions=ways,
            initial=None,
            auto_transitions=False,
            name=flow.name,
        )

    def move(self, step: str, trigger: str) -> str:
        """The step that `trigger` leads to from `step`. Raises ConditionError when the flow has no such way."""
        marker = _Marker(step)
        try:
            self._machine.events[trigger].trigger(marker)
        except (MachineError, KeyError):
            raise ConditionError(f"{self._machine.name} step {step!r} has no way {trigger!r}") from None
        return marker.state
