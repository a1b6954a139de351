"""
Rules about the ports that mail programs use for sending and reading, and their certificates.

A server that only receives mail has none of these ports, so only hosts with an open one are judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import IssuerObservation, TlsObservation
from diagnostics.options import MAIL_PORTS
from diagnostics.rules.declaration import concludes
from diagnostics.rules.encryption import tls, tls_handshake
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.rules.mail.mail_evidence import (
    CLIENT_SERVICES,
    SMTP,
    UNHEARD,
    accepts_connections,
    can_use_port_25,
    client_hosts,
    contacts_at,
    display_host,
    greets,
    handshakes,
    servers,
    service_contacts,
)
from diagnostics.rules.mail.servers import mail_port_code, mail_port_finding
from diagnostics.rules.network.service_greetings import slow_greeting

_CERTIFICATE_RULES = (*tls_handshake.RULES, *tls.RULES)
_SENDING = ("submission", "submissions")
_SECURE = ("submissions", "imaps")
_OPEN = ("submission", "imap", "pop3")
_SECURE_PORTS = {MAIL_PORTS[service] for service in _SECURE}


@concludes("tcp.refused", "tcp.filtered")
def submission_is_closed(evidence: Evidence) -> Iterator[Finding]:
    """
    A host offers ports for reading mail, but no known host offers one for sending it.

    Mail programs send by port 587 (RFC 6409, section 3.1) or 465 (RFC 8314, section 3.3). Silence
    counts only if we can reach port 25 somewhere: networks that block it may block these too.
    """
    hosts = client_hosts(evidence)
    if not hosts or any(
        accepts_connections(evidence, host, service) for host in hosts for service in _SENDING
    ):
        return
    host = hosts[0]
    for service in _SENDING:
        group = list(contacts_at(evidence, host, service))
        failures = {contact.failure for contact in group}
        if failures == {Failure.TCP_REFUSED}:
            yield mail_port_finding("tcp.refused", host, group, "warning")
        elif failures and failures <= UNHEARD and can_use_port_25(evidence):
            yield mail_port_finding("tcp.filtered", host, group, "warning")


@concludes(asks=(mail_port_code,))
def sending_port_is_amiss(evidence: Evidence) -> Iterator[Finding]:
    """
    Port 587, 143 or 110 accepts connections but does not greet (RFC 6409, 9051, 1939).

    Or 465 or 993 does not greet after the TLS handshake (RFC 8314, section 3).
    """
    for host in client_hosts(evidence):
        for contact in [c for name in _OPEN for c in contacts_at(evidence, host, name)]:
            code = mail_port_code(evidence, contact)
            if code and (contact.failure is None or contact.failure is Failure.TCP_RESET):
                yield mail_port_finding(code, host, [contact], "warning")
        for contact in [c for name in _SECURE for c in contacts_at(evidence, host, name)]:
            if contact.failure is None and (code := mail_port_code(evidence, contact)):
                yield mail_port_finding(code, host, [contact], "warning")


@concludes("mail.login_missing")
def sending_port_offers_no_login(evidence: Evidence) -> Iterator[Finding]:
    """
    Port 587 greets and offers no log-in, within TLS neither (RFC 6409, section 4.3; RFC 4954).

    A server that refuses TLS may offer the log-in only then, and so is reported for that.
    """
    for host in client_hosts(evidence):
        silent = [
            contact
            for contact in contacts_at(evidence, host, "submission")
            if contact.offers_login is False and not contact.tls_refusal
        ]
        if silent:
            others = [c for c in contacts_at(evidence, host, "submissions") if greets(c)]
            yield make_finding(
                "mail.login_missing",
                host_with_port(display_host(host), silent[0].port),
                ids(silent),
                variant="other_port" if others else "",
                port=silent[0].port,
            )


@concludes("mail.starttls_broken")
def sending_port_refuses_tls(evidence: Evidence) -> Iterator[Finding]:
    """Port 587 announces STARTTLS and refuses the command (RFC 3207, section 4)."""
    for host in client_hosts(evidence):
        for contact in contacts_at(evidence, host, "submission"):
            if contact.tls_refusal:
                yield make_finding(
                    "mail.starttls_broken",
                    host_with_port(display_host(host), contact.port),
                    ids([contact]),
                    symptom="mail-bounces",
                    variant="sending",
                    reply=contact.tls_refusal,
                    port=contact.port,
                )


@concludes("tcp.greeting_slow")
def mail_server_greets_late(evidence: Evidence) -> Iterator[Finding]:
    """A mail server's greeting is late; senders wait for it (RFC 5321, section 4.5.3.2.1)."""
    for service in (SMTP, *CLIENT_SERVICES):
        for contact in service_contacts(evidence, service):
            yield from slow_greeting(display_host(contact.host), contact)


@concludes("tls.not_tls", "tcp.reset", "tcp.no_answer")
def secure_port_is_amiss(evidence: Evidence) -> Iterator[Finding]:
    """
    Port 465 or 993 accepts connections but does not begin with TLS (RFC 8314, section 3).

    It answers without encryption (mail programs must then be set to STARTTLS), hangs up, or stays
    silent.
    """
    code_by_failure = {
        Failure.TLS_PLAIN_TEXT: "tls.not_tls",
        Failure.TLS_CLOSED: "tcp.reset",
        Failure.TCP_RESET: "tcp.reset",
        Failure.TLS_SILENT: "tcp.no_answer",
    }
    hung_up = [
        contact
        for host in client_hosts(evidence)
        for service in _SECURE
        for contact in contacts_at(evidence, host, service)
        if contact.failure is Failure.TCP_RESET
    ]
    for contact in hung_up:
        yield mail_port_finding("tcp.reset", contact.host, [contact], "warning")
    for handshake in handshakes(evidence):
        if handshake.port not in _SECURE_PORTS:
            continue
        code = code_by_failure.get(handshake.failure) if handshake.failure else None
        # A handshake that began and then failed is judged below, by the rules of handshakes.
        if code and (code == "tls.not_tls" or not handshake.first_bytes):
            subject = host_with_port(display_host(handshake.host), handshake.port)
            yield make_finding(
                code,
                subject,
                ids([handshake]),
                severity="warning",
                variant="mail",
                port=handshake.port,
            )


@concludes(asks=_CERTIFICATE_RULES)
def certificate_is_bad_for_programs(evidence: Evidence) -> Iterator[Finding]:
    """
    A mail server's certificate has a fault that a site's may have too (RFC 8314, section 5).

    It is critical only if every secure port of the servers that accept the mail has a bad one:
    programs may not use the other hosts. A certificate for another name is never critical.
    """
    secure = handshakes(evidence)
    issuers = evidence.all_of(IssuerObservation)
    # Rules about sites ignore mail, so they get these handshakes as evidence about a site.
    as_site = Evidence(evidence.target, "site", (*secure, *issuers))
    findings = _merge_by_certificate(
        secure, [f for rule in _CERTIFICATE_RULES for f in rule(as_site)]
    )
    if evidence.target.address is not None:  # an address has no name to compare
        findings = [finding for finding in findings if finding.code != "tls.name_mismatch"]
    severity = _severity(evidence, secure, findings)
    for finding in findings:
        is_critical = finding.severity == "critical"
        # Programs may be set to the name in the certificate, as is usual on shared servers.
        mild: Severity = "warning" if finding.code == "tls.name_mismatch" else severity
        yield finding.model_copy(
            update={
                "severity": mild if is_critical else finding.severity,
                "parameters": finding.parameters | {"variant": "mail"},
            }
        )


def _merge_by_certificate(
    secure: tuple[TlsObservation, ...], findings: list[Finding]
) -> list[Finding]:
    """Merge findings with the same code about one certificate that several ports use."""
    by_handshake = {o.id: (o.host, o.chain[0].sha256) for o in secure if o.chain}
    kept: dict[tuple[str, object], Finding] = {}
    for finding in findings:
        certificate = next(
            (by_handshake[at] for at in finding.evidence if at in by_handshake), finding.evidence
        )
        first = kept.setdefault((finding.code, certificate), finding)
        if first is not finding:
            merged = dict.fromkeys((*first.evidence, *finding.evidence))
            kept[finding.code, certificate] = first.model_copy(update={"evidence": tuple(merged)})
    return list(kept.values())


def _severity(
    evidence: Evidence, secure: tuple[TlsObservation, ...], findings: list[Finding]
) -> Severity:
    broken = {
        at for finding in findings if finding.severity == "critical" for at in finding.evidence
    }
    own = [handshake for handshake in secure if handshake.host in servers(evidence)]
    return "critical" if own and all(handshake.id in broken for handshake in own) else "warning"
