"""The state that workers of one diagnosis share: what the others have found so far."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from ipaddress import ip_address

from diagnostics.failures import Failure
from diagnostics.observations import DnsObservation, Observation, TcpObservation
from diagnostics.options import Address

_SYN_REPEATED_S = (
    0.9  # longer means that the first packet was lost and repeated after 1 s, RFC 6298
)


class Knowledge:
    """
    Addresses that answer, addresses that lose packets, and lookups of the target's name.

    `is_settled` is set once something answered, or everything was tried; the test of our own
    connection waits for it. `name_servers_failed` is done once it is certain that none of the
    name's servers answers.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._alive: dict[Address, threading.Event] = {}
        self.lossy_addresses: set[str] = set()
        self.alias_servers: set[str] = set()  # name servers whose name is an alias
        self.lookups: list[DnsObservation] = []
        self.seen: list[Observation] = []
        self.has_life = False
        self.is_settled = threading.Event()
        self.name_servers_failed: Future[None] = Future()
        self._lock = threading.Lock()

    def learn(self, observation: Observation) -> None:
        """Update the state from an observation."""
        self.seen.append(observation)
        if isinstance(observation, TcpObservation) and observation.host_answered:
            self.alive(ip_address(observation.address)).set()
            # A wait for a greeting is no repeated SYN, so observations with one don't count.
            if observation.duration_s > _SYN_REPEATED_S and observation.greeting is None:
                self.lossy_addresses.add(observation.address)
        if observation.is_life:
            self.has_life = True
            self.is_settled.set()
        if isinstance(observation, DnsObservation) and observation.name == self._host:
            self.lookups.append(observation)

    def mark_name_servers_failed(self) -> None:
        """Tell workers that wait for a lookup of the name to give up."""
        with self._lock:
            if not self.name_servers_failed.done():
                self.name_servers_failed.set_result(None)

    def alive(self, address: Address) -> threading.Event:
        """Return the event that is set as soon as anything is received from this address."""
        with self._lock:
            # Locked: two threads must not wait for two different events of one address.
            return self._alive.setdefault(address, threading.Event())

    def is_silent(self, address: Address) -> bool:
        """Check whether nothing was received from this address yet."""
        return not self.alive(address).is_set()

    @property
    def is_name_usable(self) -> bool:
        """Whether the name has addresses, or fails in a way that may be our own fault."""
        if not self.lookups:
            return True
        failures = [lookup.failure for lookup in self.lookups if lookup.failure is not None]
        is_doubtful = any(
            failure is Failure.DNS_SERVFAIL or failure.is_ours for failure in failures
        )
        return is_doubtful or any(lookup.records for lookup in self.lookups)
