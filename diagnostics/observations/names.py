"""Observations of a name: the answers of resolvers, name servers and registries."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from diagnostics.failures import Failure
from diagnostics.observations.base import BaseObservation


class DnsObservation(BaseObservation):
    """
    One question to our resolver. `records` is empty exactly when `failure` is set.

    `aliases` are the names of the CNAME chain, without the asked one. `forbidden` are the records
    that may not be contacted; then `records` is empty. `denied_by` is the zone whose SOA came with
    "no such name" or "no such record", and `negative_ttl_s` how long that may be cached (RFC 2308).
    `extended_errors` are the resolver's own reasons (RFC 8914).
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


class HttpsRecordObservation(BaseObservation):
    """
    The records of type HTTPS of the target's name (RFC 9460), which only browsers use.

    `is_service`: one of them describes a service, so that browsers use https and no http (section
    9.5). `ech_name` is the public name of their key for encrypted names (RFC 9849), and
    `ech_refused_at` are the site's addresses whose server does not answer for it. `other_name` is
    another name that the first record points to, `port` a port other than 443, `hints` its
    addresses; `not_served_at` are places ("address:port") that it leads to and that don't answer
    for the site.
    """

    probe: Literal["https_record"] = "https_record"
    name: str
    rcode: str | None = None
    records: tuple[str, ...] = ()
    is_service: bool = False
    ech_name: str | None = None
    ech_refused_at: tuple[str, ...] = ()
    other_name: str = ""
    port: int | None = None
    hints: tuple[str, ...] = ()
    not_served_at: tuple[str, ...] = ()


Purpose = Literal["checking_disabled", "again", "registered", "neighbour", "doubled"]


class CaaObservation(BaseObservation):
    """
    The authorities that may issue certificates for a name (CAA, RFC 8659), asked if one has expired
    or will soon.

    `zone` is the name that has the records, the host's own or one above; "" if there are none, so
    that anybody may issue. `issuers` are the domains that the records name, "" for "nobody".
    """

    probe: Literal["caa"] = "caa"
    name: str
    zone: str = ""
    rcode: str | None = None
    issuers: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


class NameCheckObservation(BaseObservation):
    """
    One more question about a name that failed, to distinguish causes.

    `purpose`: `checking_disabled` asks the same without DNSSEC validation (RFC 4035, section 3.2.2)
    and `again` once more with it; `registered` asks whether the registered domain exists in its
    parent zone; `neighbour` asks for a name that the customer may have meant, and `doubled` for the
    name that results from a forgotten final dot.
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


class DelegationObservation(BaseObservation):
    """
    The servers that a zone is delegated to. `zone` contains the `name` that was asked for.

    `source` says where the answer is from: the `parent`'s own server, or our `resolver`.
    `parent_answers` is whether a server of the parent zone answered us directly, which proves that
    we can ask servers ourselves at all; None if none could be asked.
    """

    probe: Literal["delegation"] = "delegation"
    name: str
    zone: str
    parent: str | None = None
    source: Literal["parent", "resolver"]
    servers: tuple[str, ...] = ()
    parent_answers: bool | None = None

    @property
    def is_life(self) -> bool:
        """Whether a server of the parent zone answered us."""
        return bool(self.parent_answers)


class AuthorityObservation(BaseObservation):
    """
    One delegated name server, asked directly, without recursion, at one of its addresses.

    `records` and `aliases` are its answer for `name`; `other_answers` are different answers of the
    same server a moment later. `address` is None if the server's name has none (`failure` is
    `dns_server_missing`) or none may be asked. `tries` counts packets sent by UDP and connections
    tried by TCP. `drops_edns`: only a question without EDNS was answered. `drops_udp`: packets
    vanish and connections are answered. `aaaa_rcode` is the server's answer to AAAA, asked if it
    has an IPv4 address for the name. `is_alias`: the server's own name is an alias. `signed_until`
    is when the last signature over its addresses for the name expires. `is_glue_alone`: the zone
    above has the server's address, and the server, in whose zone its own name is, denies it.
    `is_own_word`: the zone names the server, and the zone above doesn't. `aaaa_is_silent`: the
    question for AAAA was not answered, the one for A was. `aaaa_is_bare`: an empty answer came,
    without authority and without an SOA record.
    """

    probe: Literal["authority"] = "authority"
    zone: str
    server: str
    address: str | None = None
    name: str
    record_type: str
    tries: int = 0
    transport: Literal["udp", "tcp"] | None = None
    drops_edns: bool = False
    drops_udp: bool = False
    is_alias: bool = False
    is_glue_alone: bool = False
    is_own_word: bool = False
    aaaa_rcode: str | None = None
    aaaa_is_silent: bool = False
    aaaa_is_bare: bool = False
    rcode: str | None = None
    is_authoritative: bool | None = None
    is_referral: bool = False
    records: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    other_answers: tuple[tuple[str, ...], ...] = ()
    ttl_s: int | None = None
    negative_ttl_s: int | None = None
    serial: int | None = None
    signed_until: datetime | None = None

    @property
    def answer(self) -> tuple[str, ...]:
        """The server's answer: the aliases, or else the addresses."""
        return self.aliases or self.records

    @property
    def is_answer(self) -> bool:
        """Whether the server answered for the zone itself."""
        return self.failure is None and bool(self.is_authoritative) and not self.is_referral

    @property
    def is_life(self) -> bool:
        """Whether the server answered us, correctly or not."""
        return self.failure in {None, Failure.DNS_SERVER_LAME}


class SignatureObservation(BaseObservation):
    """
    How a zone is signed, read with checking disabled and verified here.

    `ds_key_tags` are the keys that the parent zone vouches for, `key_tags` those that the zone has.
    `reason` is the first error, None if nothing was found: `ds_orphan` (no key fits the DS),
    `expired`, `not_yet_valid`, `unsigned` (no signature at all), `broken` (it does not verify).
    """

    probe: Literal["signature"] = "signature"
    zone: str
    ds_key_tags: tuple[int, ...] = ()
    key_tags: tuple[int, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    reason: Literal["ds_orphan", "expired", "not_yet_valid", "unsigned", "broken"] | None = None


class RegistrationObservation(BaseObservation):
    """
    What the registry says of a domain, by RDAP (RFC 9083) or WHOIS (RFC 3912).

    `state` is the one that matters for the name: `absent`, `expired`, `hold`, `not_delegated`, or
    simply `registered`. `statuses` are the registry's own words.
    """

    probe: Literal["registration"] = "registration"
    domain: str
    source: Literal["rdap", "whois"]
    server: str
    state: Literal["registered", "expired", "hold", "not_delegated", "absent"] | None = None
    statuses: tuple[str, ...] = ()
    expires_at: datetime | None = None
    registrar: str = ""
