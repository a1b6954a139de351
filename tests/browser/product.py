"""Runs the product as an operator does: a process with its settings, which can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.published import copy_published

START_TIMEOUT_S = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Product:
    """`intake serve` in its own process, which can be killed and restarted on the same data."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    published: Path | None = None  # a database to begin with, see `tests.published`
    staff_link: str = ""
    output: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")},
            "INTAKE_DATA": str(self.data),
            "INTAKE_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            # Chromium can't resolve the names of these worlds, so its measurements are useless.
            "INTAKE_BROWSER_LOOK": "false",
            **self.settings,
        }

    def start(self) -> None:
        if self.published is not None:
            copy_published(self.published, self.data)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "intake", "serve"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(ready,), daemon=True).start()
        if not ready.wait(START_TIMEOUT_S):
            self.kill()
            raise AssertionError("the product did not start:\n" + "".join(self.output[-40:]))

    def _read(self, ready: threading.Event) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if "Staff sign in at " in line:
                self.staff_link = line.split("Staff sign in at ")[1].strip()
                ready.set()

    def kill(self) -> None:
        """Send SIGKILL, which ends the process at once, like a power cut."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def stop(self) -> int:
        """Send SIGTERM, as a supervisor does; return the exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            return self.process.wait(20)
        return 0

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another `intake` command on the same data and settings."""
        return subprocess.run(
            [sys.executable, "-m", "intake", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
