"""Measures imports: their CPU time, their number, and modules that serving must not load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from tests.house.source import ROOT

_RUNS = 5
SERVING = (
    "intake.web.app",
    "intake.web.server",
    "intake.bootstrap",
    "intake.wizard.screens",
)
# The authors' tools and their libraries: no customer's page should wait for them.
MUST_NOT_SERVE = (
    "pysat",
    "hypothesis",
    "intake.studio",
    "intake.authoring.lint",
    "intake.authoring.proof",
    "intake.authoring.simulation",
    "intake.authoring.drawing",
)


def cpu_seconds(code: str) -> float:
    """
    Return the seconds of CPU that a fresh interpreter spends on some code, the least of 5 runs.

    CPU time rather than elapsed time, which would vary more on a busy machine.
    """
    return min(_cpu_of_one_run(code) for _ in range(_RUNS))


def _cpu_of_one_run(code: str) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


def modules_after(code: str) -> list[str]:
    """List the modules that are loaded once some code has run in a fresh interpreter."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True, text=True
    )
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


def loaded_of(prefixes: Sequence[str], code: str) -> list[str]:
    """List the modules of some packages that the code loads."""
    return [
        module
        for module in modules_after(code)
        if any(module == prefix or module.startswith(f"{prefix}.") for prefix in prefixes)
    ]
