"""Rules about servers that send a domain's letters, and are refused by large receivers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.observations import (
    BlockListObservation,
    DnsObservation,
    SenderObservation,
    TcpObservation,
)
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.final_dot import name_without_reverse_zone, with_final_dot
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.mail.deliveries import delivery_at
from diagnostics.rules.mail.mail_evidence import (
    SMTP,
    display_host,
    greets,
    policies,
    service_contacts,
)
from diagnostics.rules.mail.senders import own_spf
from diagnostics.rules.mail.spf_result import spf_result
from diagnostics.service_banners import announced_name

# Access providers give such names to customers' lines, from which large receivers accept no mail.
_ACCESS_LINE = re.compile(
    r"(?:^|[.-])(?:dyn|dynamic|dhcp|dsl|adsl|ppp|pppoe|dialup|pool)\d*(?=[.-])"
)
_LOCAL_ENDINGS = ("localdomain", "local", "lan", "internal", "home", "intranet", "corp")


def sending_addresses(evidence: Evidence) -> tuple[SenderObservation, ...]:
    """Return the observations of addresses that send the domain's letters, as far as known."""
    return evidence.all_of(SenderObservation)


@concludes("mail.ptr_missing", "mail.ptr_mismatch")
def sender_has_no_good_name(evidence: Evidence) -> Iterator[Finding]:
    """
    A sending server's address has no host name, or one that doesn't resolve to that address.

    RFC 1912, section 2.1, and RFC 8601, section 3 ("iprev"): Gmail, Yandex, Mail.ru and others
    refuse such letters. If the domain's records name several addresses and one is fine, letters may
    be sent from that one, so nothing is concluded.
    """
    known = sending_addresses(evidence)
    bad = {sender: fault for sender in known if (fault := _name_fault(evidence, sender))}
    is_proven = any(sender.source == "named" for sender in known) or len(bad) == len(known)
    if not is_proven:
        return
    for sender, (code, variant) in bad.items():
        lookups = [lookup for name in sender.names for lookup in evidence.lookups_of(name)]
        yield make_finding(
            code,
            sender.address,
            ids([sender, *lookups]),
            variant=variant,
            domain=evidence.target.host_display,
            name=", ".join(map(display_host, sender.names[:2])),
            meant=with_final_dot(name_without_reverse_zone("".join(sender.names[:1]))),
            leads_to=", ".join(sorted({r for lookup in lookups for r in lookup.records})[:3]),
        )


def _name_fault(evidence: Evidence, sender: SenderObservation) -> tuple[str, str] | None:
    """Return code and variant of the fault of an address's names; None if none is known."""
    if sender.has_no_name:
        return "mail.ptr_missing", ""
    if sender.failure is not None or not sender.names:
        return None
    lookups = [lookup for name in sender.names for lookup in evidence.lookups_of(name)]
    if any(sender.address in lookup.records for lookup in lookups):
        is_line = all(_is_access_line(name, sender.address) for name in sender.names)
        return ("mail.ptr_mismatch", "line") if is_line else None
    if not lookups or not all(_is_certain(lookup) for lookup in lookups):
        return None
    if all(map(name_without_reverse_zone, sender.names)):
        return "mail.ptr_mismatch", "doubled"
    has_records = any(lookup.records for lookup in lookups)
    return "mail.ptr_mismatch", "" if has_records else "gone"


def _is_certain(lookup: DnsObservation) -> bool:
    return lookup.failure is None or lookup.failure in NO_SUCH_RECORD


def _is_access_line(name: str, address: str) -> bool:
    """Check whether a name is one of an access line: such a word and the address's numbers."""
    numbers = set(re.findall(r"\d+", name))
    return bool(_ACCESS_LINE.search(name)) and set(address.split(".")) <= numbers


@concludes("mail.helo_name")
def sender_introduces_itself_badly(evidence: Evidence) -> Iterator[Finding]:
    """
    A sending server introduces itself with a name that doesn't exist (RFC 5321, section 2.3.5).

    The name must have an address (section 4.1.1.1). It is taken from the greeting and the reply to
    EHLO, if both agree. Exchange is left out, because it uses another name when it sends.
    """
    known = {sender.address: sender for sender in sending_addresses(evidence)}
    for contact in service_contacts(evidence, SMTP):
        sender = known.get(contact.address)
        name = _own_name(evidence, contact)
        # If the lookup of the address's names failed, the other lookups are doubtful too.
        is_known = sender is not None and (sender.failure is None or sender.has_no_name)
        if not is_known or not name or not _is_unusable(evidence, name):
            continue
        yield make_finding(
            "mail.helo_name",
            display_host(contact.host),
            ids([contact, *evidence.lookups_of(name)]),
            variant="local" if _is_local(name) else "",
            name=name,
            domain=evidence.target.host_display,
        )


def _own_name(evidence: Evidence, contact: TcpObservation) -> str:
    delivery = delivery_at(evidence, contact)
    if delivery is None or not greets(contact):
        return ""
    return announced_name(contact.greeting or "", delivery.ehlo_text)


def _is_unusable(evidence: Evidence, name: str) -> bool:
    if _is_local(name):
        return True
    lookups = evidence.lookups_of(name)
    return bool(lookups) and all(lookup.failure in NO_SUCH_RECORD for lookup in lookups)


def _is_local(name: str) -> bool:
    return "." not in name or name.rpartition(".")[2] in _LOCAL_ENDINGS


@concludes("mail.block_listed")
def sender_is_on_a_list(evidence: Evidence) -> Iterator[Finding]:
    """
    A sending address is on a block list that the operator has configured (RFC 5782).

    Many receivers use such lists, each its own choice, so some of them refuse the letters. A list
    that doesn't answer us doesn't count.
    """
    listed: dict[str, list[BlockListObservation]] = {}
    for observation in evidence.all_of(BlockListObservation):
        if observation.is_listed:
            listed.setdefault(observation.address, []).append(observation)
    for address, group in listed.items():
        yield make_finding(
            "mail.block_listed",
            address,
            ids(group),
            variant="reason" if group[0].reason else "",
            lists=", ".join(entry.zone for entry in group),
            reason=group[0].reason,
            domain=evidence.target.host_display,
        )


@concludes("mail.spf_excludes_sender")
def spf_excludes_the_sender(evidence: Evidence) -> Iterator[Finding]:
    """
    The SPF record does not permit an address that is known to send (RFC 7208, section 8).

    If the record ends in "~all" (softfail), receivers mark the letter; with "-all" they refuse it.
    """
    own = own_spf(evidence)
    if own is None or len(own.records) != 1:
        return
    known = {policy.name: policy for policy in policies(evidence, "spf")}
    for sender in sending_addresses(evidence):
        if sender.source != "named":
            continue
        result = spf_result(own.name, known, sender.address, evidence)
        if result in {"fail", "softfail"}:
            yield make_finding(
                "mail.spf_excludes_sender",
                sender.address,
                ids([sender, *known.values()]),
                severity="critical" if result == "fail" else "warning",
                variant="soft" if result == "softfail" else "",
                domain=evidence.target.host_display,
            )
