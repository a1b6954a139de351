"""
What probes saw: frozen facts with times, and no judgement.

None is not zero: what was not measured is None. Text from the network is already harmless here
(cut, control characters made visible).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from diagnostics.failures import Failure


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Observed(_Fact):
    """
    What every probe tells: when, how long, and why there is nothing better to show.

    `id` is readable and the same in each run: "dns-a", "tcp-443@192.0.2.7". `failure_detail` is
    for staff; a customer never reads it.
    """

    id: str
    started_at: datetime
    duration_s: float
    failure: Failure | None = None
    failure_detail: str = ""


class PingObservation(_Observed):
    """Echo requests to one address; `rtt_median_s` is None when nothing came back."""

    probe: Literal["ping"] = "ping"
    address: str
    sent: int = 0
    received: int = 0
    rtt_median_s: float | None = None
    rtt_max_s: float | None = None

    @property
    def loss_ratio(self) -> float | None:
        """Share of requests without a reply, 0 to 1; None when none could be sent."""
        return None if not self.sent else 1 - self.received / self.sent


class DnsObservation(_Observed):
    """
    One question to our resolver. `records` is empty exactly when `failure` is set.

    `aliases` are the names that the CNAME chain went through, the asked one not among them.
    `forbidden` are the records that may not be contacted; then no record is.
    """

    probe: Literal["dns"] = "dns"
    name: str
    record_type: Literal["A", "AAAA"]
    resolver: str | None = None
    rcode: str | None = None
    records: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    ttl_s: int | None = None


class TcpObservation(_Observed):
    """
    One connection to one port, closed at once.

    `service` names the port among the server's services. `greeting` is what the server said
    first, only where a greeting was waited for: "" is silence, None is not asked.
    """

    probe: Literal["tcp"] = "tcp"
    address: str
    port: int
    host: str
    service: str | None = None
    greeting: str | None = None


class Certificate(_Fact):
    """What one certificate says. Times are aware, UTC."""

    subject: str
    issuer: str
    names: tuple[str, ...] = ()
    not_before: datetime
    not_after: datetime
    is_self_signed: bool
    issuer_urls: tuple[str, ...] = ()
    sha256: str


class TlsObservation(_Observed):
    """
    One handshake; the certificate is read whatever it is worth.

    `chain` is what the server sent, its own certificate first. `is_trusted` is about the chain
    alone, not about dates and names; `verify_code` is OpenSSL's (18: self-signed, 19: root
    unknown, 20 and 21: issuer missing). `first_bytes` is what came instead of TLS.
    """

    probe: Literal["tls"] = "tls"
    address: str
    port: int
    host: str
    server_name: str | None = None
    version: str | None = None
    chain: tuple[Certificate, ...] = ()
    name_matches: bool | None = None
    is_trusted: bool | None = None
    verify_code: int | None = None
    verify_detail: str = ""
    alert: str | None = None
    first_bytes: str | None = None

    @property
    def certificate(self) -> Certificate | None:
        """The server's own certificate."""
        return self.chain[0] if self.chain else None


class HttpObservation(_Observed):
    """
    One request to one address, one hop; redirects are separate observations.

    `next_url` is where the answer redirects, absolute. `by_address` tells a request that named
    the address instead of the host. `headers` are the few that conclusions need. `sets_cookie`
    keeps no value.
    """

    probe: Literal["http"] = "http"
    address: str | None
    url: str
    host: str
    port: int
    hop: int = 1
    way: str = "http"
    by_address: bool = False
    status: int | None = None
    reason: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    sets_cookie: bool = False
    next_url: str | None = None
    first_byte_s: float | None = None
    body_size_bytes: int | None = None
    body_is_whole: bool | None = None
    title: str = ""
    body_start: str = ""
    first_bytes: str = ""


Observation = Annotated[
    PingObservation | DnsObservation | TcpObservation | TlsObservation | HttpObservation,
    Field(discriminator="probe"),
]
ANY_OBSERVATION: TypeAdapter[Observation] = TypeAdapter(Observation)
