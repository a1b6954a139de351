"""Rules about TLS between mail servers: STARTTLS that fails, and policies that demand it."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import Failure
from diagnostics.mta_sts import StsPolicy, allows, is_sts_record, read_sts_policy
from diagnostics.observations import DeliveryObservation, MtaStsObservation, TlsObservation
from diagnostics.options import MAIL_PORTS
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.rules.mail.mail_evidence import SMTP, display_host, servers

_PORT = MAIL_PORTS[SMTP]
# What only a server's own TLS can be the reason of; silence may be ours.
_BROKEN = {Failure.TLS_CLOSED, Failure.TLS_PLAIN_TEXT, Failure.TLS_ALERT, Failure.TLS_BROKEN}


@concludes("mail.starttls_broken")
def starttls_fails(evidence: Evidence) -> Iterator[Finding]:
    """
    A server offers STARTTLS on port 25 and can't begin it (RFC 3207, section 4).

    Some senders go on in the open, others keep the letter and try until it comes back. A bad
    certificate is no such failure: between servers few look at it (RFC 7435).
    """
    for delivery in evidence.all_of(DeliveryObservation):
        refusal = delivery.refusal
        handshake = handshake_at(evidence, delivery.address)
        is_refused = refusal is not None and refusal.command == "STARTTLS"
        has_failed = handshake is not None and handshake.failure in _BROKEN
        if not is_refused and not has_failed:
            continue
        yield make_finding(
            "mail.starttls_broken",
            host_with_port(display_host(delivery.host), delivery.port),
            ids([delivery, *([handshake] if handshake else [])]),
            variant="refused" if is_refused else "",
            reply=f"{refusal.code} {refusal.text}" if refusal is not None else "",
        )


def handshake_at(evidence: Evidence, address: str) -> TlsObservation | None:
    """Return the handshake behind STARTTLS on port 25 of an address."""
    return next(
        (o for o in evidence.all_of(TlsObservation) if (o.address, o.port) == (address, _PORT)),
        None,
    )


@concludes("mail.mta_sts_broken")
def sts_policy_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The domain demands TLS of senders, and its policy can't be read or forbids its own servers.

    RFC 8461: while the policy can't be read (sections 3.2 and 3.3), an older one that a sender
    keeps goes on to count; servers that it does not name (section 4.1), or whose certificate is
    bad (section 4.2), get no letters from senders that enforce it.
    """
    sts = next(iter(evidence.all_of(MtaStsObservation)), None)
    if sts is None or not sts.records:
        return
    if reason := _unreadable(sts):
        variant, term = reason
        yield _finding(evidence, sts, variant, "warning", term=term)
        return
    policy = read_sts_policy(sts.text) if sts.outcome == "read" else StsPolicy(mode="none")
    if policy.mode == "none":
        return
    hosts = servers(evidence)
    strangers = [h for h in hosts if not any(allows(pattern, h) for pattern in policy.mx)]
    insecure = {} if strangers else dict(_insecure(evidence, hosts))
    bad = strangers or list(insecure)
    if not bad:
        return
    is_enforced = policy.mode == "enforce"
    severity: Severity = "critical" if is_enforced and len(bad) == len(hosts) else "warning"
    if not is_enforced:
        severity = "info"
    variant = "mx" if strangers else "insecure"
    seen = [handshake for host in insecure for handshake in insecure[host]]
    yield _finding(
        evidence,
        sts,
        variant if is_enforced else f"{variant}-testing",
        severity,
        term=", ".join(map(display_host, bad[:3])),
        seen=ids(seen),
    )


def _unreadable(sts: MtaStsObservation) -> tuple[str, str] | None:
    """Return the variant of the words, and what is bad; None where senders can read the policy."""
    if len(sts.records) > 1:
        return "record", f"{len(sts.records)} × v=STSv1"
    if not is_sts_record(sts.records[0]):
        return "record", sts.records[0]
    if sts.outcome in {"no_address", "unreachable", "certificate"}:
        return sts.outcome, ""
    if sts.outcome == "status":
        return "status", str(sts.status)
    if sts.outcome == "read" and (mistake := read_sts_policy(sts.text).mistake):
        return "syntax", mistake
    return None


def _insecure(
    evidence: Evidence, hosts: tuple[str, ...]
) -> Iterator[tuple[str, list[TlsObservation]]]:
    """Return the servers that offer no TLS, or not one that a sender accepts (section 4.2)."""
    for host in hosts:
        deliveries = [o for o in evidence.all_of(DeliveryObservation) if o.host == host]
        shaken = [handshake_at(evidence, delivery.address) for delivery in deliveries]
        bad = [tls for tls in shaken if tls is not None and _is_refused(tls)]
        is_plain = any(
            delivery.steps and "STARTTLS" not in delivery.extensions and not delivery.is_encrypted
            for delivery in deliveries
        )
        if bad or is_plain:
            yield host, bad


def _is_refused(tls: TlsObservation) -> bool:
    certificate = tls.certificate
    if certificate is None:
        return tls.failure in _BROKEN
    is_dated = certificate.not_before <= tls.started_at <= certificate.not_after
    return tls.is_trusted is False or tls.name_matches is False or not is_dated


def _finding(  # noqa: PLR0913 - what its words need
    evidence: Evidence,
    sts: MtaStsObservation,
    variant: str,
    severity: Severity,
    *,
    term: str,
    seen: tuple[str, ...] = (),
) -> Finding:
    return make_finding(
        "mail.mta_sts_broken",
        evidence.target.host_display,
        (*ids([sts]), *seen),
        severity=severity,
        variant=variant,
        term=term,
        host=f"mta-sts.{evidence.target.host_display}",
    )
