"""Unused loopback addresses and ports for daemons; waiting for a daemon's port; stopping it."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import time

_counter = itertools.count(1)


def free_address() -> str:
    """Return an unused address of 127.0.0.0/8: all of its ports are free."""
    number = next(_counter)
    process = os.getpid() % 250 + 2
    return f"127.{process}.{number // 250}.{number % 250 + 1}"


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until_open(
    address: str, port: int, process: subprocess.Popen[bytes], *, log: str = ""
) -> None:
    """
    Wait until a daemon accepts connections.

    Raises:
        RuntimeError: The daemon ended; the message has its exit code and `log`.
        TimeoutError: Nothing listens after 90 seconds.
    """
    ends_at = time.monotonic() + 90
    while time.monotonic() < ends_at:
        if process.poll() is not None:
            raise RuntimeError(f"the daemon ended with {process.returncode}: {log or 'see above'}")
        with socket.socket() as sock:
            sock.settimeout(0.2)
            if sock.connect_ex((address, port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on {address}:{port}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate a daemon that we started; kill it if it still runs after 5 seconds."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
