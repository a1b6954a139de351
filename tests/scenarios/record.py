"""
Record scenarios from the lab: `python -m tests.scenarios.record [WORLD]… [--all]`.

Only cases that are named rightly are recorded, and only new ones unless `--all` is said. An
`expected.txt` that is there already is never changed.
"""

from __future__ import annotations

import re
import sys

from tests.lab.model import run_case
from tests.lab.worlds import CASES, WORLDS
from tests.scenarios.stored import FOLDER, store


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    is_all = "--all" in sys.argv
    for name, factory in WORLDS.items():
        cases = [case for case in CASES if case.world == name and (not words or name in words)]
        cases = [
            case
            for case in cases
            if is_all or not (FOLDER / _folder(case.world, case.name)).exists()
        ]
        if not cases:
            continue
        with factory() as world:
            for case in cases:
                outcome = run_case(case, world)
                if not outcome.is_named:
                    print(f"not recorded, {outcome.codes}: {case.world} {case.name}")
                    continue
                options = case.options(world.options) if case.options else world.options
                store(_folder(case.world, case.name), outcome.report, options)
    return 0


def _folder(world: str, name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{world} {name}".lower()).strip("-")


if __name__ == "__main__":
    sys.exit(main())
