"""Observations about a domain's mail: who takes it, and which texts speak of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from diagnostics.observations.base import BaseObservation, FrozenModel


class Exchanger(FrozenModel):
    """
    One server that takes a domain's mail (RFC 5321, section 5.1): the lowest preference first.

    `host` is "" where the domain says that it takes none (RFC 7505).
    """

    preference: int
    host: str


class MxObservation(BaseObservation):
    """
    Who takes the mail of a domain; `exchangers` is empty exactly when `failure` is set.

    `aliases` are where its name is sent to (CNAME), in order. `is_authenticated`: our resolver has
    proved the answer by DNSSEC.
    """

    probe: Literal["mx"] = "mx"
    name: str
    rcode: str | None = None
    exchangers: tuple[Exchanger, ...] = ()
    aliases: tuple[str, ...] = ()
    is_authenticated: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers' names, "" where the domain says that it takes no mail."""
        return tuple(exchanger.host for exchanger in self.exchangers)


class PolicyObservation(BaseObservation):
    """
    The text records of one name that speak of one policy, as they stand there.

    `records` is empty where there is none: then `failure` is `dns_nxdomain` or `dns_no_data`, or
    None where other texts stand there. `depth` counts the includes that led to the name.
    `void_terms` are the terms of an SPF record that ask for a name and get no record;
    `term_addresses` are the addresses that a term "a" leads to, as far as it was asked. `aliases`
    are where the name is sent to (CNAME), in order. `unread` are texts that are meant as an SPF
    record and don't begin as one, so that receivers pass them by.
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

    `targets` are empty where there is none, and where the domain says that it has no such service.
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
    Which certificates a mail server's name announces for port 25 (RFC 7672).

    `is_authenticated`: our resolver has proved the answer by DNSSEC.
    """

    probe: Literal["tlsa"] = "tlsa"
    host: str
    name: str
    rcode: str | None = None
    is_authenticated: bool = False
    records: tuple[TlsaRecord, ...] = ()


class SmtpStep(FrozenModel):
    """One command and its reply: the code, the extended status (RFC 3463), and the words."""

    command: str
    code: int
    status: str | None = None
    text: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the server says no, for now (4xx) or for good (5xx): RFC 5321, section 4.2.1."""
        return self.code >= 400  # noqa: PLR2004 - see above


class DeliveryObservation(BaseObservation):
    """
    A conversation with a server that takes the mail, up to the recipient and no further.

    `steps` are the commands that were answered; the last of them may be a refusal. `failure` tells
    that the conversation broke off. `extensions` are the words of the last EHLO.
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
        """The reply that ended the conversation; None where the recipient was taken."""
        return next((step for step in self.steps if step.is_refusal), None)

    @property
    def ehlo_text(self) -> str:
        """What the server answered to the first EHLO, its own name first."""
        return next((step.text for step in self.steps if step.command == "EHLO"), "")

    @property
    def is_taken(self) -> bool:
        """Whether the server would take a letter for the recipient."""
        return any(step.command == "RCPT" and not step.is_refusal for step in self.steps)

    @property
    def is_life(self) -> bool:
        """Whether the server answered."""
        return bool(self.steps)
