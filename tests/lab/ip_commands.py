"""Runs commands that set up networks, here or in a namespace; a failed one ends the lab."""

from __future__ import annotations

import subprocess


def run(command: str, text: str = "") -> None:
    """
    Run a command with `text` on its standard input.

    Raises:
        RuntimeError: The command failed; the message is its own.
    """
    done = subprocess.run(command.split(), input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode()}")


def run_inside(name: str, command: str, text: str = "") -> None:
    """Run a command in the network namespace of a name; raises as `run` does."""
    run(f"ip netns exec {name} {command}", text)
