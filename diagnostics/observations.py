"""
What probes saw: frozen facts with times, and no judgement.

None is not zero: what was not measured is None. Text from the network is already harmless here
(cut, control characters made visible).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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
    """
    Echo requests to one address; `rtt_median_s` is None when nothing came back.

    `is_limited` tells that the host counts its echo replies, so that missing ones are no loss.
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
        """Share of requests without a reply, 0 to 1; None when none could be sent."""
        return None if not self.sent else 1 - self.received / self.sent


class DnsObservation(_Observed):
    """
    One question to our resolver. `records` is empty exactly when `failure` is set.

    `aliases` are the names that the CNAME chain went through, the asked one not among them.
    `forbidden` are the records that may not be contacted; then no record is. `denied_by` is the
    zone whose SOA came with "no such name" or "no such record", and `negative_ttl_s` how long
    that may be remembered (RFC 2308). `extended_errors` are the resolver's own reasons (RFC 8914).
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
    denied_by: str | None = None
    negative_ttl_s: int | None = None
    extended_errors: tuple[str, ...] = ()


Purpose = Literal["checking_disabled", "again", "registered", "neighbour", "doubled"]


class NameCheckObservation(_Observed):
    """
    One more question about a name that failed, to tell causes apart.

    `purpose`: `checking_disabled` asks the same without DNSSEC validation (RFC 4035, section
    3.2.2) and `again` once more with it; `registered` asks whether the registered domain exists
    in its parent zone; `neighbour` asks for a name that the customer may have meant, and
    `doubled` for the one that a forgotten final dot makes.
    """

    probe: Literal["name_check"] = "name_check"
    purpose: Purpose
    name: str
    record_type: str
    rcode: str | None = None
    records: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    denied_by: str | None = None
    extended_errors: tuple[str, ...] = ()


class DelegationObservation(_Observed):
    """
    Where a zone is delegated to. `zone` serves the `name` that was looked for.

    `source` tells who said so: the `parent`'s own server, or our `resolver`. `parent_answers`
    is whether a server of the parent zone answered us directly, which proves that we can ask
    servers ourselves at all; None when none could be asked.
    """

    probe: Literal["delegation"] = "delegation"
    name: str
    zone: str
    parent: str | None = None
    source: Literal["parent", "resolver"]
    servers: tuple[str, ...] = ()
    parent_answers: bool | None = None


class AuthorityObservation(_Observed):
    """
    One delegated name server, asked itself, without recursion, at one of its addresses.

    `records` and `aliases` are its answer for `name`; `others` are different answers that the
    same server gave to the same question a moment later. `address` is None when the server's
    name has none (`failure` is `dns_server_missing`) or none may be asked. `tries` counts
    packets sent by UDP and connections tried by TCP.
    """

    probe: Literal["authority"] = "authority"
    zone: str
    server: str
    address: str | None = None
    name: str
    record_type: str
    tries: int = 0
    transport: Literal["udp", "tcp"] | None = None
    rcode: str | None = None
    is_authoritative: bool | None = None
    is_referral: bool = False
    records: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    ttl_s: int | None = None
    negative_ttl_s: int | None = None
    serial: int | None = None

    @property
    def answer(self) -> tuple[str, ...]:
        """What the server answers: where an alias leads, or the addresses."""
        return self.aliases or self.records

    @property
    def is_answer(self) -> bool:
        """Whether the server answered for the zone itself."""
        return self.failure is None and bool(self.is_authoritative) and not self.is_referral


class SignatureObservation(_Observed):
    """
    How a zone is signed, read with checking disabled and judged here.

    `ds_key_tags` are the keys that the parent zone vouches for, `key_tags` those that the zone
    has. `reason` is the first thing wrong, None when nothing was found: `ds_orphan` (no key fits
    the DS), `expired`, `not_yet_valid`, `unsigned` (no signature at all), `broken` (it does not
    verify).
    """

    probe: Literal["signature"] = "signature"
    zone: str
    ds_key_tags: tuple[int, ...] = ()
    key_tags: tuple[int, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    reason: Literal["ds_orphan", "expired", "not_yet_valid", "unsigned", "broken"] | None = None


class RegistrationObservation(_Observed):
    """
    What the registry says of a domain, by RDAP (RFC 9083) or WHOIS (RFC 3912).

    `state` is the one that matters for the name: `absent`, `expired`, `hold`, `not_delegated`,
    or plainly `registered`. `statuses` are the registry's own words.
    """

    probe: Literal["registration"] = "registration"
    domain: str
    source: Literal["rdap", "whois"]
    server: str
    state: Literal["registered", "expired", "hold", "not_delegated", "absent"] | None = None
    statuses: tuple[str, ...] = ()
    expires_at: datetime | None = None
    registrar: str = ""


class Exchanger(_Fact):
    """
    One server that takes a domain's mail (RFC 5321, section 5.1): the lowest preference first.

    `host` is "" where the domain says that it takes none (RFC 7505).
    """

    preference: int
    host: str


class MxObservation(_Observed):
    """Who takes the mail of a domain; `exchangers` is empty exactly when `failure` is set."""

    probe: Literal["mx"] = "mx"
    name: str
    rcode: str | None = None
    exchangers: tuple[Exchanger, ...] = ()


class PolicyObservation(_Observed):
    """
    The text records of one name that speak of one policy, as they stand there.

    `records` is empty where there is none: then `failure` is `dns_nxdomain` or `dns_no_data`, or
    None where other texts stand there. `depth` counts the includes that led to the name.
    """

    probe: Literal["policy"] = "policy"
    policy: Literal["spf", "dmarc"]
    name: str
    depth: int = 0
    rcode: str | None = None
    records: tuple[str, ...] = ()


class TcpObservation(_Observed):
    """
    One connection to one port, closed at once.

    `service` names the port among the server's services. `greeting` is what the server said
    first, only where a greeting was waited for: "" is silence, None is not asked. `told_by` is
    whose ICMP error ended the attempt: a router's, or the host's own.
    """

    probe: Literal["tcp"] = "tcp"
    address: str
    port: int
    host: str
    service: str | None = None
    greeting: str | None = None
    told_by: str | None = None

    @property
    def host_answered(self) -> bool:
        """Whether the host's system answered: it took the connection, refused or reset it."""
        return self.failure in {None, Failure.TCP_REFUSED, Failure.TCP_RESET}


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

    `chain` is what the server sent, its own certificate first; `needed` are the places in it
    that the way to a trusted root goes through, empty when there is no such way. `is_trusted`
    is about the chain alone, not about dates and names; `verify_code` is OpenSSL's (18: self-
    signed, 19: root unknown, 20 and 21: issuer missing). `first_bytes` is what came instead of
    TLS. `segment_bytes` tells a handshake with clamped TCP segments.
    """

    probe: Literal["tls"] = "tls"
    address: str
    port: int
    host: str
    server_name: str | None = None
    version: str | None = None
    chain: tuple[Certificate, ...] = ()
    needed: tuple[int, ...] = ()
    name_matches: bool | None = None
    is_trusted: bool | None = None
    verify_code: int | None = None
    verify_detail: str = ""
    alert: str | None = None
    first_bytes: str | None = None
    segment_bytes: int | None = None

    @property
    def certificate(self) -> Certificate | None:
        """The server's own certificate."""
        return self.chain[0] if self.chain else None


class IssuerObservation(_Observed):
    """
    The issuer of a certificate, fetched from the address that the certificate names.

    `is_trusted` tells whether the server's chain leads to a known root once it is added; None when
    it could not be fetched.
    """

    probe: Literal["issuer"] = "issuer"
    address: str | None = None
    url: str
    host: str
    port: int
    tls_id: str
    subject: str | None = None
    is_trusted: bool | None = None


class Hop(_Fact):
    """One router on the way, and what it answered; "reply" comes from the target itself."""

    ttl: int
    address: str
    answer: Literal["expired", "reply", "host_unreachable", "no_route", "prohibited"]


class RouteObservation(_Observed):
    """The routers on the way to one address, asked for all at once; silent ones are missing."""

    probe: Literal["route"] = "route"
    address: str
    hops: tuple[Hop, ...] = ()
    max_ttl: int = 0

    @property
    def loops(self) -> bool:
        """Whether packets come by the same router again and again, and never arrive."""
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


class HttpObservation(_Observed):
    """
    One request to one address, one hop; redirects are separate observations.

    `next_url` is where the answer redirects, absolute. `by_address` tells a request that named
    the address instead of the host. `headers` are the few that conclusions need. `sets_cookie`
    and `cookies` keep no value. Of the page: its first heading, the beginning of its visible text
    and how long that is, how many links, and what it loads or refreshes to. `segment_bytes` tells
    a request with clamped TCP segments.
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
    heading: str = ""
    text_start: str = ""
    text_size: int | None = None
    links: int | None = None
    loads: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    body_start: str = ""
    first_bytes: str = ""
    segment_bytes: int | None = None


class ControlObservation(_Observed):
    """
    One connection to a place that the operator knows to work, tried when the target is silent.

    It may have been made for another diagnosis some seconds ago: `started_at` tells.
    """

    probe: Literal["control"] = "control"
    host: str
    port: int
    address: str | None = None


Observation = Annotated[
    PingObservation
    | DnsObservation
    | RegistrationObservation
    | SignatureObservation
    | AuthorityObservation
    | DelegationObservation
    | NameCheckObservation
    | MxObservation
    | PolicyObservation
    | TcpObservation
    | TlsObservation
    | IssuerObservation
    | RouteObservation
    | HttpObservation
    | ControlObservation,
    Field(discriminator="probe"),
]

_SERVER_ANSWERS = {None, Failure.DNS_SERVER_LAME}


def is_life(observation: Observation) -> bool:
    """Whether anything beyond our own resolver came back: our connection works, then."""
    if isinstance(observation, TcpObservation):
        return observation.host_answered
    if isinstance(observation, PingObservation):
        return observation.received > 0
    if isinstance(observation, AuthorityObservation):
        return observation.failure in _SERVER_ANSWERS
    return isinstance(observation, DelegationObservation) and bool(observation.parent_answers)
