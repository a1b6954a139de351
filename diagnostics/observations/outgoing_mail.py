"""Observations of the letters that a domain sends: its servers, and the keys that sign."""

from __future__ import annotations

from typing import Literal

from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.observations.base import BaseObservation, FrozenModel


class SignatureTag(FrozenModel):
    """The domain and the selector of one DKIM signature (RFC 6376, section 3.5)."""

    domain: str
    selector: str


class SentLetterObservation(BaseObservation):
    """
    The customer's own letter: its From, its return path, its signatures.

    `address` is the sending server's that the receiver named; "" if it named none.
    """

    probe: Literal["sent_letter"] = "sent_letter"
    from_domain: str
    envelope_domain: str = ""
    signatures: tuple[SignatureTag, ...] = ()
    address: str = ""


class SenderObservation(BaseObservation):
    """
    One address that sends the domain's letters, and its names (PTR, RFC 1912, section 2.1).

    `source`: a letter or the customer named it ("named"), or only the domain's own records do
    ("records"). If `failure` is set, there are no names.
    """

    probe: Literal["sender"] = "sender"
    address: str
    source: Literal["named", "records"]
    rcode: str | None = None
    names: tuple[str, ...] = ()

    @property
    def has_no_name(self) -> bool:
        """Whether it is certain that the address has no name."""
        return self.failure in NO_SUCH_RECORD


class DkimObservation(BaseObservation):
    """
    The key records of one selector; `source` tells a letter's selector from a usual one.

    `records` are the texts that are meant as keys. `alias` is the name that the name points to.
    """

    probe: Literal["dkim"] = "dkim"
    name: str
    selector: str
    domain: str
    source: Literal["letter", "usual"]
    rcode: str | None = None
    records: tuple[str, ...] = ()
    alias: str = ""


class BlockListObservation(BaseObservation):
    """
    What one block list says of an address (RFC 5782).

    `is_listed` is None if it is unknown: the list refused to answer us, or its test entries show
    that it does not work. `reason` is its own text.
    """

    probe: Literal["block_list"] = "block_list"
    zone: str
    address: str
    rcode: str | None = None
    answers: tuple[str, ...] = ()
    is_listed: bool | None = None
    reason: str = ""


StsOutcome = Literal["read", "no_address", "unreachable", "certificate", "status", "unmeasured"]


class MtaStsObservation(BaseObservation):
    """
    The record and the policy file of MTA-STS (RFC 8461).

    Without a record nothing is fetched, and `outcome` is None. `text` is the file as it came.
    `tls_reports` are the records of TLS-RPT (RFC 8460).
    """

    probe: Literal["mta_sts"] = "mta_sts"
    name: str
    rcode: str | None = None
    records: tuple[str, ...] = ()
    outcome: StsOutcome | None = None
    status: int | None = None
    address: str = ""
    text: str = ""
    tls_reports: tuple[str, ...] = ()
