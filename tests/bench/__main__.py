"""Runs every part of the benchmark and prints it; exits with 1 where a limit is broken."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tests.bench.checklist import run_checklist_bench
from tests.bench.command import run_command_bench
from tests.bench.crowd import run_crowd_bench
from tests.bench.diagnose import run_diagnose_bench
from tests.bench.memory import run_memory_bench
from tests.bench.tickets import run_tickets_bench
from tests.bench.wizard import LEVELS, run_wizard_bench

PARTS = ("wizard", "crowd", "memory", "diagnose", "command", "checklist", "tickets")


def main() -> None:
    """Read the arguments, run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which parts: {', '.join(PARTS)}; all by default")
    parser.add_argument("--sessions", default=",".join(map(str, LEVELS)))
    parser.add_argument("--seconds", type=float, default=20.0, help="length of one level")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    levels = tuple(int(number) for number in arguments.sessions.split(","))
    parts: dict[str, Callable[[], int]] = {
        "wizard": lambda: run_wizard_bench(levels, arguments.seconds, arguments.rounds),
        "crowd": run_crowd_bench,
        "memory": run_memory_bench,
        "diagnose": run_diagnose_bench,
        "command": run_command_bench,
        "checklist": run_checklist_bench,
        "tickets": run_tickets_bench,
    }
    sys.exit(max(parts[name]() for name in arguments.parts or PARTS))


if __name__ == "__main__":
    main()
