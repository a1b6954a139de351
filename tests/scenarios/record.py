"""
Record scenarios from the lab: `python -m tests.scenarios.record [WORLD | "WORLD NAME"]…`.

With `--codes`, one case more for each code that no scenario shows. Only cases that are named
rightly are recorded, and only new ones unless `--all` is said. An `expected.txt` that is there
already is never changed.
"""

from __future__ import annotations

import re
import sys

from tests.lab.model import Case, run_case
from tests.lab.worlds import CASES, WORLDS
from tests.scenarios.stored import FOLDER, load_all, store


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    wanted = [case for case in CASES if case.world in words or _name(case) in words]
    wanted += _one_for_each_code() if "--codes" in sys.argv else []
    is_all = "--all" in sys.argv
    for name, factory in WORLDS.items():
        cases = [case for case in wanted if case.world == name]
        cases = [case for case in cases if is_all or not (FOLDER / _folder(case)).exists()]
        if not cases:
            continue
        with factory() as world:
            for case in cases:
                outcome = run_case(case, world)
                if not outcome.is_named:
                    print(f"not recorded, {outcome.codes}: {_name(case)}")
                    continue
                options = case.options(world.options) if case.options else world.options
                store(_folder(case), outcome.report, options)
    return 0


def _one_for_each_code() -> list[Case]:
    shown = {code for scenario in load_all() for code in scenario.codes}
    first = {case.expected: case for case in reversed(CASES) if _name(case).isascii()}
    return [case for code, case in first.items() if code not in shown]


def _name(case: Case) -> str:
    return f"{case.world} {case.name}"


def _folder(case: Case) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _name(case).lower()).strip("-")


if __name__ == "__main__":
    sys.exit(main())
