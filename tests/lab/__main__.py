"""
Run the whole lab and print what was named: `make lab`, or `python -m tests.lab [WORD]…`.

With words, only cases whose world, name or expected code contains one of them are run. The exit
status is 0 when at least 97 % are named, nothing healthy is accused, and nothing takes over 15 s.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from tests.lab.model import HEALTHY, Case, Outcome, run_case
from tests.lab.worlds import CASES, WORLDS

NAMED_AT_LEAST = 0.97
LONGEST_S = 15.0


def main() -> int:
    if os.geteuid() != 0:
        print("The lab needs root: network namespaces and low ports. Nothing was run.")
        return 3
    cases = [case for case in CASES if _is_asked_for(case, sys.argv[1:])]
    outcomes = list(_run(cases))
    return _conclude(outcomes)


def _is_asked_for(case: Case, words: list[str]) -> bool:
    text = f"{case.world} {case.name} {case.expected}"
    return not words or any(word in text for word in words)


def _run(cases: list[Case]) -> Iterator[Outcome]:
    for name in dict.fromkeys(case.world for case in cases):
        with WORLDS[name]() as world:
            for case in [one for one in cases if one.world == name]:
                outcome = run_case(case, world)
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


def _conclude(outcomes: list[Outcome]) -> int:
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
    is_good = share >= NAMED_AT_LEAST and not alarms and seconds and seconds[-1] <= LONGEST_S
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
