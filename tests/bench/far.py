"""Real servers at the far end of a wire: a resolver and every site of the lab, so far away."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab import cases_http, cases_tls
from tests.lab.model import own_network
from tests.lab.web import WebWorld
from tests.lab.wire import entered, namespace_here, wire

NOBODY = "10.90.200.1"  # an address at the far end that nobody carries
_NETWORK = "10.90"
_DEVICE = "wire0"
_NEAR, _FAR = "10.92.0.1", "10.92.0.2"


@contextmanager
def far_world(round_trip_s: float) -> Iterator[WebWorld]:
    """Put this thread at the near end of the wire, and the servers at the far one."""
    sites = cases_http.SITES | cases_tls.SITES
    with (
        WebWorld(sites, _NETWORK) as world,
        namespace_here() as far,
        own_network(),
        namespace_here() as near,
        wire((_DEVICE, near), (_DEVICE, far), round_trip_s / 2),
    ):
        _run(f"ip addr add {_NEAR} peer {_FAR} dev {_DEVICE}")
        _run(f"ip route add {_NETWORK}.0.0/16 via {_FAR}")
        with entered(far):
            _run(f"ip addr add {_FAR} peer {_NEAR} dev {_DEVICE}")
            _run(f"ip route add blackhole {NOBODY}/32")
        yield world


def _run(command: str) -> None:
    subprocess.run(command.split(), check=True)
