"""
A link with a delay: packets pass between two TUN devices after a time, in both directions.

It stands in for netem, which the kernel may lack. It runs in its own process, so that it doesn't
slow down the measurements.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_TUNSETIFF, _TUN_NO_PI = 0x400454CA, 0x1001
_CLONE_NEWNET = 0x40000000
_MTU = 2048
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def wire(
    near: tuple[str, int], far: tuple[str, int], delay_s: float, jitter_s: float = 0.0
) -> Iterator[None]:
    """
    Link two ends, each a device's name and the file descriptor of a network namespace.

    Each direction takes `delay_s`, and up to `jitter_s` more; packets may overtake each other.
    """
    devices = [_tun(name, namespace) for name, namespace in (near, far)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.lab.wire", *map(str, (*devices, delay_s, jitter_s))],
        pass_fds=devices,
    )
    for device in devices:
        os.close(device)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _tun(name: str, namespace: int) -> int:
    """Create a device; its file descriptor can be read and written from any namespace."""
    with entered(namespace):
        device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _TUN_NO_PI))
        subprocess.run(["ip", "link", "set", name, "up"], check=True)
    return device


@contextmanager
def entered(namespace: int) -> Iterator[None]:
    """Enter another network namespace for a block; what is opened or started there stays in it."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _libc.setns(namespace, _CLONE_NEWNET)
        yield
    finally:
        _libc.setns(before, _CLONE_NEWNET)
        os.close(before)


@contextmanager
def namespace_here() -> Iterator[int]:
    """Yield an open file descriptor of this thread's network namespace."""
    namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        yield namespace
    finally:
        os.close(namespace)


def carry(near: int, far: int, delay_s: float, jitter_s: float) -> None:
    """Forward packets in an endless loop."""
    under_way: list[tuple[float, int, bytes]] = []
    while True:
        wait_s = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        readable, _, _ = select.select([near, far], [], [], wait_s)
        for device in readable:
            packet = os.read(device, _MTU)
            due_at = time.monotonic() + delay_s + random.uniform(0, jitter_s)  # noqa: S311 - a wire's mood
            heapq.heappush(under_way, (due_at, far if device == near else near, packet))
        while under_way and under_way[0][0] <= time.monotonic():
            _, device, packet = heapq.heappop(under_way)
            with suppress(OSError):
                os.write(device, packet)


if __name__ == "__main__":
    carry(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
