"""
The runs of a check: one for each target that its question names.

A check of a `target` has one run, of the check's own name. Of `targets` it has one for each: the
first by the check's name, the others by `name:2`, `name:3` and so on, so that each is kept,
continued and made again by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from intake.journey.draft import Answer, CheckRun

_NUMBER: Final = ":"  # no step's name holds one
# From what keeps a customer's service down to what doesn't.
_GRAVEST_FIRST: Final = ("fault", "degraded", "inconclusive", "healthy")


def run_name(check: str, index: int) -> str:
    """The name of a check's run for the target at this place of its answer, from 0."""
    return check if index == 0 else f"{check}{_NUMBER}{index + 1}"


def check_of(run: str) -> str:
    """The check that a run is of."""
    return run.partition(_NUMBER)[0]


def targets_of(answer: Answer | None) -> tuple[str, ...]:
    """
    What a check measures of an answer: each target, of an e-mail address its domain.

    Nothing of "I don't know", and of what was insisted on, which can't be read.
    """
    value: JsonValue = None if answer is None or answer.insisted else answer.value
    named = value if isinstance(value, list) else [value]
    targets = (target.rpartition("@")[2] for target in named if isinstance(target, str))
    return tuple(filter(None, targets))


def leading(runs: Sequence[CheckRun]) -> CheckRun | None:
    """The run that conditions read: of those that are done the gravest, the first of equals."""
    done = [run for run in runs if run.state == "done"]
    return min(done, key=_gravity, default=None)


def _gravity(run: CheckRun) -> int:
    verdict = run.facts.get("verdict")
    return _GRAVEST_FIRST.index(verdict) if verdict in _GRAVEST_FIRST else len(_GRAVEST_FIRST)


def in_order(checks: Sequence[str], runs: Mapping[str, CheckRun]) -> list[CheckRun]:
    """The runs in the checklist's order, those of one check in the order of its targets."""
    order = {check: place for place, check in enumerate(checks)}

    def place(run: CheckRun) -> tuple[int, int, str]:
        return order.get(check_of(run.step), len(order)), len(run.step), run.step

    return sorted(runs.values(), key=place)
