"""Observations of a domain's mail: the servers that take it, and the records about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from diagnostics.observations.base import BaseObservation, FrozenModel


class Exchanger(FrozenModel):
    """
    One server that takes a domain's mail (RFC 5321, section 5.1); the lowest preference comes
    first.

    `host` is "" if the domain says that it takes no mail (RFC 7505).
    """

    preference: int
    host: str


class MxObservation(BaseObservation):
    """
    The servers that take a domain's mail; `exchangers` is empty exactly when `failure` is set.

    `aliases` are the names that its name points to (CNAME), in order. `is_authenticated`: our
    resolver has verified the answer by DNSSEC.
    """

    probe: Literal["mx"] = "mx"
    name: str
    rcode: str | None = None
    exchangers: tuple[Exchanger, ...] = ()
    aliases: tuple[str, ...] = ()
    is_authenticated: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers' names, "" if the domain says that it takes no mail."""
        return tuple(exchanger.host for exchanger in self.exchangers)


class PolicyObservation(BaseObservation):
    """
    The text records of one name that belong to one policy, as they are.

    `records` is empty if there is none: then `failure` is `dns_nxdomain` or `dns_no_data`, or None
    if the name has other texts. `depth` counts the includes that led to the name. `void_terms` are
    the terms of an SPF record that look up a name without records; `term_addresses` are the
    addresses of its "a" terms, as far as they were looked up. `aliases` are the names that the name
    points to (CNAME), in order. `unread` are texts that are meant as an SPF record and don't begin
    as one, so that receivers ignore them.
    """

    probe: Literal["policy"] = "policy"
    policy: Literal["spf", "dmarc"]
    name: str
    depth: int = 0
    rcode: str | None = None
    records: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    void_terms: tuple[str, ...] = ()
    term_addresses: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class ServiceRecordObservation(BaseObservation):
    """
    The servers that a domain names for one service of mail programs (SRV, RFC 6186).

    `targets` is empty if there is none, and if the domain says that it has no such service.
    """

    probe: Literal["service_record"] = "service_record"
    name: str
    rcode: str | None = None
    targets: tuple[str, ...] = ()


class TlsaRecord(FrozenModel):
    """One TLSA record (RFC 6698, section 2.1); `data` is hexadecimal."""

    usage: int
    selector: int
    matching: int
    data: str


class TlsaObservation(BaseObservation):
    """
    The certificates that a mail server's name announces for port 25 (RFC 7672).

    `is_authenticated`: our resolver has verified the answer by DNSSEC.
    """

    probe: Literal["tlsa"] = "tlsa"
    host: str
    name: str
    rcode: str | None = None
    is_authenticated: bool = False
    records: tuple[TlsaRecord, ...] = ()


class SmtpStep(FrozenModel):
    """One command and its reply: the code, the extended status (RFC 3463), and the text."""

    command: str
    code: int
    status: str | None = None
    text: str = ""

    @property
    def is_refusal(self) -> bool:
        """
        Whether the server refuses, temporarily (4xx) or permanently (5xx): RFC 5321,
        section 4.2.1.
        """
        return self.code >= 400  # noqa: PLR2004 - see above


class DeliveryObservation(BaseObservation):
    """
    An SMTP session with a server that takes the mail, up to the recipient and no further.

    `steps` are the commands that were answered; the last of them may be a refusal. `failure`: the
    session broke off. `extensions` are the keywords of the last EHLO.
    """

    probe: Literal["delivery"] = "delivery"
    address: str
    port: int
    host: str
    recipient: str
    extensions: tuple[str, ...] = ()
    is_encrypted: bool = False
    steps: tuple[SmtpStep, ...] = ()

    @property
    def refusal(self) -> SmtpStep | None:
        """The reply that ended the session; None if the recipient was accepted."""
        return next((step for step in self.steps if step.is_refusal), None)

    @property
    def ehlo_text(self) -> str:
        """The server's answer to the first EHLO, its own name first."""
        return next((step.text for step in self.steps if step.command == "EHLO"), "")

    @property
    def is_taken(self) -> bool:
        """Whether the server would accept a letter for the recipient."""
        return any(step.command == "RCPT" and not step.is_refusal for step in self.steps)

    @property
    def is_life(self) -> bool:
        """Whether the server answered."""
        return bool(self.steps)
