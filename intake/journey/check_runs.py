"""
The runs of a check: one for each target that its question names.

A check of a `target` has one run, named as the check. A check of `targets` has one for each: the
first is named as the check, the others `name:2`, `name:3` and so on, so that each is stored,
resumed and repeated by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from intake.journey.draft import Answer, CheckRun

_INDEX_MARK: Final = ":"  # never part of a step's name
# Verdicts, from a service that is down to a healthy one.
_GRAVEST_FIRST: Final = ("fault", "degraded", "inconclusive", "healthy")


def run_name(check: str, index: int) -> str:
    """Return the name of a check's run for the target at `index` (from 0) in its answer."""
    return check if index == 0 else f"{check}{_INDEX_MARK}{index + 1}"


def check_of(run: str) -> str:
    """Return the check that a run belongs to."""
    return run.partition(_INDEX_MARK)[0]


def targets_of(answer: Answer | None) -> tuple[str, ...]:
    """
    Return the targets that a check measures: those of the answer, or an e-mail address's domain.

    () for "I don't know", and for an insisted-on answer, which can't be parsed.
    """
    value: JsonValue = None if answer is None or answer.insisted else answer.value
    named = value if isinstance(value, list) else [value]
    targets = (target.rpartition("@")[2] for target in named if isinstance(target, str))
    return tuple(filter(None, targets))


def gravest_run(runs: Sequence[CheckRun]) -> CheckRun | None:
    """Return the run that conditions read: the gravest of those done, the first of equals."""
    done = [run for run in runs if run.state == "done"]
    return min(done, key=_gravity, default=None)


def _gravity(run: CheckRun) -> int:
    verdict = run.facts.get("verdict")
    return _GRAVEST_FIRST.index(verdict) if verdict in _GRAVEST_FIRST else len(_GRAVEST_FIRST)


def runs_in_order(checks: Sequence[str], runs: Mapping[str, CheckRun]) -> list[CheckRun]:
    """Return the runs in the checklist's order, those of one check in the order of its targets."""
    order = {check: place for place, check in enumerate(checks)}

    def place(run: CheckRun) -> tuple[int, int, str]:
        return order.get(check_of(run.step), len(order)), len(run.step), run.step

    return sorted(runs.values(), key=place)
