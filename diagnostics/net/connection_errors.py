"""How a connection can end early, and the meaning of the system's errors."""

from __future__ import annotations

import errno
from types import MappingProxyType

from diagnostics.failures import Failure

# connect(2) and the ICMP errors behind it: tcp-reset and port-unreachable give ECONNREFUSED,
# host-unreachable and the prohibited codes EHOSTUNREACH, net-unreachable ENETUNREACH.
ERRNO_FAILURES = MappingProxyType(
    {
        errno.ECONNREFUSED: Failure.TCP_REFUSED,
        errno.ETIMEDOUT: Failure.TCP_SILENT,
        errno.EHOSTUNREACH: Failure.TCP_HOST_UNREACHABLE,
        errno.EHOSTDOWN: Failure.TCP_HOST_UNREACHABLE,
        errno.ENETUNREACH: Failure.TCP_NO_ROUTE,
        errno.ECONNRESET: Failure.TCP_RESET,
        errno.ENOTCONN: Failure.TCP_RESET,  # accepted, and reset before we read the peer's address
        errno.EPIPE: Failure.TCP_RESET,
        # Our own system's routes without a destination: "prohibit" gives EACCES, "blackhole"
        # EINVAL.
        errno.EACCES: Failure.VANTAGE_NOT_PERMITTED,
        errno.EPERM: Failure.VANTAGE_NOT_PERMITTED,
        errno.EINVAL: Failure.VANTAGE_NO_ROUTE,
        errno.EADDRNOTAVAIL: Failure.VANTAGE_NO_ROUTE,
        # Out of descriptors.
        errno.EMFILE: Failure.VANTAGE_NOT_PERMITTED,
    }
)


class BrokenError(Exception):
    """
    The connection ended early. Not an OSError, so that no library in between converts it.

    `icmp_source` is the sender of the ICMP error, if there was one.
    """

    def __init__(self, failure: Failure, detail: str, *, icmp_source: str | None = None) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
        self.icmp_source = icmp_source


class Silence(Exception):  # noqa: N818 - it is what happened, not an error
    """Nothing came until the deadline."""


def broken(error: OSError) -> BrokenError:
    """Return the BrokenError for an error of the system."""
    failure = ERRNO_FAILURES.get(error.errno or 0, Failure.UNKNOWN)
    return BrokenError(failure, str(error))
