"""Observations of an address: pings, the route to it, and connections to its ports."""

from __future__ import annotations

from typing import Literal

from diagnostics.failures import HOST_ANSWERED
from diagnostics.observations.base import BaseObservation, FrozenModel


class PingObservation(BaseObservation):
    """
    Echo requests to one address; `rtt_median_s` is None if nothing came back.

    `is_limited`: the host limits its echo replies, so that missing ones are no loss.
    """

    probe: Literal["ping"] = "ping"
    address: str
    sent: int = 0
    received: int = 0
    rtt_min_s: float | None = None
    rtt_median_s: float | None = None
    rtt_max_s: float | None = None
    is_limited: bool = False

    @property
    def loss_ratio(self) -> float | None:
        """Share of requests without a reply, 0 to 1; None if none could be sent."""
        return None if not self.sent else 1 - self.received / self.sent

    @property
    def is_life(self) -> bool:
        """Whether an echo came back."""
        return self.received > 0


class Hop(FrozenModel):
    """One router on the route, and its answer; "reply" comes from the target itself."""

    ttl: int
    address: str
    answer: Literal["expired", "reply", "host_unreachable", "no_route", "prohibited"]


class RouteObservation(BaseObservation):
    """The routers on the route to one address, probed all at once; silent ones are missing."""

    probe: Literal["route"] = "route"
    address: str
    hops: tuple[Hop, ...] = ()
    max_ttl: int = 0

    @property
    def loops(self) -> bool:
        """Whether packets pass the same router again and again, and never arrive."""
        if any(hop.answer == "reply" for hop in self.hops):
            return False
        expired = [hop for hop in self.hops if hop.answer == "expired"]
        seen: dict[str, set[int]] = {}
        for hop in expired:
            seen.setdefault(hop.address, set()).add(hop.ttl)
        return any(
            len(ttls) > 2 and max(ttls) - min(ttls) > 3  # noqa: PLR2004 - a late repeat is no loop
            for ttls in seen.values()
        )


class TcpObservation(BaseObservation):
    """
    One connection to one port, closed at once.

    `service` names the port among the server's services. `greeting` is what the server sent first,
    if a greeting was waited for: "" is silence, None is not asked. `greeting_s` is how long it
    took, or how long we waited. `begins_with_tls`: whether a silent port answers to TLS, if that
    was tried. `greeting_ends`: whether the last of its lines came, if it has more than one. For an
    SSH server `key_exchanges`, `host_keys` and `ciphers` are what it offers; `breaks_off`: it
    closed the connection twice instead. At the port for sending mail `offers_login` is whether the
    server offers to log in (AUTH, RFC 4954), within TLS if it offers that; None if we don't know.
    `tls_refusal` is its reply to STARTTLS, if it announces that and refuses. `icmp_source` is the
    sender of the ICMP error that ended the attempt: a router, or the host itself.
    """

    probe: Literal["tcp"] = "tcp"
    address: str
    port: int
    host: str
    service: str | None = None
    greeting: str | None = None
    greeting_s: float | None = None
    begins_with_tls: bool | None = None
    greeting_ends: bool | None = None
    key_exchanges: tuple[str, ...] = ()
    host_keys: tuple[str, ...] = ()
    ciphers: tuple[str, ...] = ()
    breaks_off: bool = False
    offers_login: bool | None = None
    tls_refusal: str = ""
    icmp_source: str | None = None

    @property
    def host_answered(self) -> bool:
        """Whether the host's system answered: it accepted, refused or reset the connection."""
        return self.failure in HOST_ANSWERED

    @property
    def is_life(self) -> bool:
        """Whether the host's system answered."""
        return self.host_answered

    @property
    def stays_silent(self) -> bool:
        """Whether no greeting came, and nothing shows that the program waits for TLS."""
        return self.greeting == "" and not self.begins_with_tls


class ControlObservation(BaseObservation):
    """
    One connection to a place that the operator knows to work, tried if the target is silent.

    It may have been made for another diagnosis some seconds ago: see `started_at`.
    """

    probe: Literal["control"] = "control"
    host: str
    port: int
    address: str | None = None
