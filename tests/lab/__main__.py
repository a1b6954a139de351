"""
Runs the whole lab and prints the results: `make lab`, or `python -m tests.lab [WORD]…`.

With words, only cases whose world, name or expected code contains one of them are run. The exit
status is 0 when at least 97 % are named, nothing healthy is accused, nothing takes over 15 s, and,
of a whole run, every code led at least one diagnosis.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from diagnostics import CODES
from tests.lab.model import HEALTHY, Case, Outcome, run_case
from tests.lab.regions import RegionWorld
from tests.lab.worlds import CASES, WORLDS

NAMED_AT_LEAST = 0.97
LONGEST_S = 15.0


def main() -> int:
    if os.geteuid() != 0:
        print("The lab needs root: network namespaces and low ports. Nothing was run.")
        return 3
    RegionWorld.runs_processes = True
    cases = [case for case in CASES if _is_asked_for(case, sys.argv[1:])]
    outcomes = list(_run(cases))
    is_good = _conclude(outcomes)
    unshown = _unshown(outcomes) if len(cases) == len(CASES) else []
    if unshown:
        print(f"not shown by any case: {', '.join(unshown)}")
    return 0 if is_good and not unshown else 1


def _unshown(outcomes: list[Outcome]) -> list[str]:
    """
    Return the codes that were the root cause of no case.

    Codes of severity info count as shown beside "everything answers" too.
    """
    named = [outcome for outcome in outcomes if outcome.is_named and outcome.codes]
    shown = {outcome.codes[0] for outcome in named}
    beside = {code for outcome in named for code in outcome.case.also if code in outcome.codes}
    shown |= {code for code in beside if CODES[code].severity == "info"}
    return [code for code in CODES if code not in shown]


def _is_asked_for(case: Case, words: list[str]) -> bool:
    text = f"{case.world} {case.name} {case.expected}"
    return not words or any(word in text for word in words)


def _run(cases: list[Case]) -> Iterator[Outcome]:
    for name in dict.fromkeys(case.world for case in cases):
        own = [one for one in cases if one.world == name]
        with WORLDS[name]() as world, ThreadPoolExecutor(getattr(world, "at_once", 1)) as pool:
            for outcome in pool.map(partial(run_case, world=world), own):
                _print(outcome)
                yield outcome


def _print(outcome: Outcome) -> None:
    case = outcome.case
    mark = "✓" if outcome.is_named else "✗"
    told = "" if outcome.is_named else f" {outcome.verdict}: {', '.join(outcome.codes) or '-'}"
    print(
        f"{mark} {outcome.duration_s:6.2f} s  {case.world:8} {case.expected:26} {case.name}{told}",
        flush=True,
    )


def _conclude(outcomes: list[Outcome]) -> bool:
    broken = [one for one in outcomes if one.case.expected != HEALTHY]
    healthy = [one for one in outcomes if one.case.expected == HEALTHY]
    named = sum(one.is_named for one in broken)
    alarms = [one.case.name for one in healthy if one.is_false_alarm]
    seconds = sorted(one.duration_s for one in outcomes)
    share = named / len(broken) if broken else 1.0
    print(
        f"\n{named} of {len(broken)} faults named ({share:.0%}), "
        f"{sum(one.is_named for one in healthy)} of {len(healthy)} healthy ones cleared, "
        f"{len(alarms)} false alarms{': ' if alarms else ''}{', '.join(alarms)}"
    )
    if seconds:
        at = seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]
        middle = seconds[len(seconds) // 2]
        print(f"median {middle:.2f} s, p95 {at:.2f} s, slowest {seconds[-1]:.2f} s")
    is_quick = not seconds or seconds[-1] <= LONGEST_S
    return share >= NAMED_AT_LEAST and not alarms and is_quick


if __name__ == "__main__":
    sys.exit(main())
