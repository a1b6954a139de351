"""
How long the command takes to start, as a whole process.

The baseline is a bare interpreter that imports typer, which every command of ours stands on. The
limits are those of a person who waits: help and a refused target at once, a healthy site in little
more than what its measuring takes, an author's folder in a breath. They hold on a machine that does
nothing else.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.checklist import long_checklist
from tests.lab import cases_tls
from tests.lab.web import WebWorld

RUNS = 7
INSTANT_S = 0.3
HEALTHY_S = 1.1
LINT_S, LINT_LONG_S, LONG_STEPS = 1.2, 2.0, 300
_INTAKE = (sys.executable, "-m", "intake")


def wall_s(command: Sequence[str], extra: Mapping[str, str] | None = None) -> float:
    """Median seconds of some runs, after one that warms the disk's cache."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    seconds = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, env={**kept, **(extra or {})}, capture_output=True, check=False)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def run_command_bench() -> int:
    """Print the rows; 0 when the limits are kept."""
    print("\nStart of the command, whole processes, against `python -c 'import typer'`")
    base = wall_s([sys.executable, "-c", "import typer"])
    print(f"  the baseline {base:.2f} s")
    rows = [
        ("intake --help", wall_s([*_INTAKE, "--help"]), INSTANT_S),
        ("a refused target", wall_s([*_INTAKE, "diagnose", "192.168.0.1"]), INSTANT_S),
        ("lint of the shipped checklists", wall_s([*_INTAKE, "checklists", "lint"]), LINT_S),
        (f"lint of {LONG_STEPS} steps", _lint_long_s(), LINT_LONG_S),
    ]
    if os.geteuid() == 0:
        rows.append(("a healthy site", _healthy_s(), HEALTHY_S))
    else:
        print("  a healthy site: skipped, the lab's network namespace needs root")
    broken = 0
    for name, seconds, limit in rows:
        is_kept = seconds <= limit
        broken += not is_kept
        print(
            f"  {name}: {seconds:.2f} s, {seconds / base:.1f} x the baseline,"
            f" at most {limit} s: {'kept' if is_kept else 'BROKEN'}"
        )
    return 1 if broken else 0


def _lint_long_s() -> float:
    with TemporaryDirectory() as folder:
        Path(folder, "long.yaml").write_text(long_checklist(LONG_STEPS), encoding="utf-8")
        return wall_s([*_INTAKE, "checklists", "lint", folder])


def _healthy_s() -> float:
    with WebWorld(cases_tls.SITES) as world:
        options = world.options
        settings = {
            "INTAKE_ALLOW_NETWORKS": ",".join(map(str, options.allow_networks)),
            "INTAKE_RESOLVERS": ",".join(options.resolvers),
            "INTAKE_CA_FILE": str(options.ca_file or ""),
        }
        return wall_s([*_INTAKE, "diagnose", f"https://{world.places['tls']}"], settings)
