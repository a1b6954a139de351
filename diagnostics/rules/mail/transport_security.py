"""Rules about TLS between mail servers: failing STARTTLS, and MTA-STS policies that demand it."""

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
# Failures that only the server's own TLS can cause; silence may be due to our network.
_BROKEN = {Failure.TLS_CLOSED, Failure.TLS_PLAIN_TEXT, Failure.TLS_ALERT, Failure.TLS_BROKEN}


@concludes("mail.starttls_broken")
def starttls_fails(evidence: Evidence) -> Iterator[Finding]:
    """
    A server offers STARTTLS on port 25, but TLS fails (RFC 3207, section 4).

    Some senders continue without encryption, others retry until they return the letter. A bad
    certificate isn't such a failure: few servers check each other's (RFC 7435).
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
    """Return the TLS handshake after STARTTLS on port 25 of an address; None without one."""
    return next(
        (o for o in evidence.all_of(TlsObservation) if (o.address, o.port) == (address, _PORT)),
        None,
    )


@concludes("mail.mta_sts_broken")
def sts_policy_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The domain demands TLS by MTA-STS, but its policy can't be read or forbids its own servers.

    RFC 8461: while the policy can't be read (sections 3.2 and 3.3), senders use an older copy that
    they keep. Senders that enforce the policy don't deliver to servers that it doesn't name
    (section 4.1) or whose certificate is bad (section 4.2).
    """
    sts = next(iter(evidence.all_of(MtaStsObservation)), None)
    if sts is None or not sts.records:
        return
    if fault := _policy_fault(sts):
        variant, term = fault
        yield _finding(evidence, sts, variant, "warning", term=term)
        return
    policy = read_sts_policy(sts.text) if sts.outcome == "read" else StsPolicy(mode="none")
    if policy.mode == "none":
        return
    hosts = servers(evidence)
    unlisted = [h for h in hosts if not any(allows(pattern, h) for pattern in policy.mx)]
    insecure = {} if unlisted else dict(_insecure_hosts(evidence, hosts))
    bad = unlisted or list(insecure)
    if not bad:
        return
    is_enforced = policy.mode == "enforce"
    severity: Severity = "critical" if is_enforced and len(bad) == len(hosts) else "warning"
    if not is_enforced:
        severity = "info"
    variant = "mx" if unlisted else "insecure"
    handshakes = [handshake for host in insecure for handshake in insecure[host]]
    yield _finding(
        evidence,
        sts,
        variant if is_enforced else f"{variant}-testing",
        severity,
        term=", ".join(map(display_host, bad[:3])),
        handshake_ids=ids(handshakes),
    )


def _policy_fault(sts: MtaStsObservation) -> tuple[str, str] | None:
    """Return the finding's variant, and the part at fault; None if senders can read the policy."""
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


def _insecure_hosts(
    evidence: Evidence, hosts: tuple[str, ...]
) -> Iterator[tuple[str, list[TlsObservation]]]:
    """Yield servers without TLS that a sender accepts (section 4.2), with failed handshakes."""
    for host in hosts:
        deliveries = [o for o in evidence.all_of(DeliveryObservation) if o.host == host]
        handshakes = [handshake_at(evidence, delivery.address) for delivery in deliveries]
        bad = [tls for tls in handshakes if tls is not None and _is_refused(tls)]
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
    is_current = certificate.not_before <= tls.started_at <= certificate.not_after
    return tls.is_trusted is False or tls.name_matches is False or not is_current


def _finding(  # noqa: PLR0913 - the parts of a finding
    evidence: Evidence,
    sts: MtaStsObservation,
    variant: str,
    severity: Severity,
    *,
    term: str,
    handshake_ids: tuple[str, ...] = (),
) -> Finding:
    return make_finding(
        "mail.mta_sts_broken",
        evidence.target.host_display,
        (*ids([sts]), *handshake_ids),
        severity=severity,
        variant=variant,
        term=term,
        host=f"mta-sts.{evidence.target.host_display}",
    )
