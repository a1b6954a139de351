"""A server hands out checklists without loading what validates them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WORKSHOP = ("pysat", "hypothesis", "intake.authoring", "intake.studio")
START = """
import json, sys
from intake.bootstrap import services
import intake.web.app
import intake.wizard.screens
{before}
live = services().checklists
live.reload()
assert len(live) >= 6, list(live)
print(json.dumps(sorted(sys.modules)))
"""
NO_PROCESS = """
import subprocess
def refuse(*args, **kwargs):
    raise AssertionError("a known file is validated again")
subprocess.run = refuse
"""


def start(data: Path, before: str = "") -> list[str]:
    """Start the services in a fresh interpreter; the modules that are loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", START.format(before=before)],
        env={**os.environ, "INTAKE_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return modules


def of_workshop(modules: list[str]) -> list[str]:
    return [name for name in modules if name.startswith(WORKSHOP)]


@pytest.mark.timeout(600)
def test_a_server_never_loads_the_workshop_and_validates_a_file_once(tmp_path: Path) -> None:
    """The first start validates in a process of its own; the next knows the files by content."""
    assert of_workshop(start(tmp_path)) == []
    assert of_workshop(start(tmp_path, NO_PROCESS)) == []
