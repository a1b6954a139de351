"""
Rules about what mail programs use: the ports for sending and reading, and their certificates.

A server that only takes mail has none of these ports, so only hosts that offer one are judged.
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
    client_hosts,
    contacts,
    contacts_at,
    display_host,
    handshakes,
    is_port_25_ours_to_use,
    opens,
    servers,
)
from diagnostics.rules.mail.servers import at_port, code_of
from diagnostics.rules.network.service_greetings import slow_greeting

_CERTIFICATE_RULES = (*tls_handshake.RULES, *tls.RULES)
_SENDING = ("submission", "submissions")
_SECURE = ("submissions", "imaps")
_OPEN = ("submission", "imap", "pop3")
_SECURE_PORTS = {MAIL_PORTS[service] for service in _SECURE}


@concludes("tcp.refused", "tcp.filtered")
def submission_is_closed(evidence: Evidence) -> Iterator[Finding]:
    """
    Mail can be read at a host, and none of the known ones takes mail from programs.

    Programs send by port 587 (RFC 6409, section 3.1) or 465 (RFC 8314, section 3.3). Silence counts
    only where we reach port 25: networks that close it may close these too.
    """
    hosts = client_hosts(evidence)
    if not hosts or any(opens(evidence, host, service) for host in hosts for service in _SENDING):
        return
    host = hosts[0]
    for service in _SENDING:
        group = list(contacts_at(evidence, host, service))
        failures = {contact.failure for contact in group}
        if failures == {Failure.TCP_REFUSED}:
            yield at_port("tcp.refused", host, group, "warning")
        elif failures and failures <= UNHEARD and is_port_25_ours_to_use(evidence):
            yield at_port("tcp.filtered", host, group, "warning")


@concludes(asks=(code_of,))
def sending_port_is_amiss(evidence: Evidence) -> Iterator[Finding]:
    """
    Port 587, 143 or 110 takes connections and does not greet (RFC 6409, 9051, 1939).

    Nor do 465 and 993, once TLS stands (RFC 8314, section 3).
    """
    for host in client_hosts(evidence):
        for contact in [c for name in _OPEN for c in contacts_at(evidence, host, name)]:
            code = code_of(evidence, contact)
            if code and (contact.failure is None or contact.failure is Failure.TCP_RESET):
                yield at_port(code, host, [contact], "warning")
        for contact in [c for name in _SECURE for c in contacts_at(evidence, host, name)]:
            if contact.failure is None and (code := code_of(evidence, contact)):
                yield at_port(code, host, [contact], "warning")


@concludes("tcp.greeting_slow")
def mail_server_greets_late(evidence: Evidence) -> Iterator[Finding]:
    """A mail server's greeting comes late; senders wait (RFC 5321, section 4.5.3.2.1)."""
    for service in (SMTP, *CLIENT_SERVICES):
        for contact in contacts(evidence, service):
            yield from slow_greeting(display_host(contact.host), contact)


@concludes("tls.not_tls", "tcp.reset", "tcp.no_answer")
def secure_port_is_amiss(evidence: Evidence) -> Iterator[Finding]:
    """
    Port 465 or 993 takes connections and does not speak TLS at once (RFC 8314, section 3).

    It answers in the open (programs must be told STARTTLS then), hangs up, or says nothing.
    """
    amiss = {
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
        yield at_port("tcp.reset", contact.host, [contact], "warning")
    for handshake in handshakes(evidence):
        if handshake.port not in _SECURE_PORTS:
            continue
        code = amiss.get(handshake.failure) if handshake.failure else None
        # Who answered in TLS and then failed is judged below, by the rules of handshakes.
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
    What is wrong with a site's certificate is wrong with a mail server's too (RFC 8314, section 5).

    It is critical only where each secure port of the servers that take the mail has a bad one: at
    other names programs may never look. One for another name never is.
    """
    secure = handshakes(evidence)
    issuers = evidence.all_of(IssuerObservation)
    # The rules of a site's certificate, applied to these handshakes as if they were its own.
    alone = Evidence(evidence.target, "site", (*secure, *issuers))
    findings = _each_certificate_once(
        secure, [f for judge in _CERTIFICATE_RULES for f in judge(alone)]
    )
    if evidence.target.address is not None:  # nobody asked for a name
        findings = [finding for finding in findings if finding.code != "tls.name_mismatch"]
    severity = _severity(evidence, secure, findings)
    for finding in findings:
        is_critical = finding.severity == "critical"
        # Programs may be set to the name that it is for, as shared servers have it.
        mild: Severity = "warning" if finding.code == "tls.name_mismatch" else severity
        yield finding.model_copy(
            update={
                "severity": mild if is_critical else finding.severity,
                "parameters": finding.parameters | {"variant": "mail"},
            }
        )


def _each_certificate_once(
    secure: tuple[TlsObservation, ...], findings: list[Finding]
) -> list[Finding]:
    """Name what is wrong with a certificate once, however many ports show it."""
    by_handshake = {o.id: (o.host, o.chain[0].sha256) for o in secure if o.chain}
    kept: dict[tuple[str, object], Finding] = {}
    for finding in findings:
        certificate = next(
            (by_handshake[at] for at in finding.evidence if at in by_handshake), finding.evidence
        )
        first = kept.setdefault((finding.code, certificate), finding)
        if first is not finding:
            seen = dict.fromkeys((*first.evidence, *finding.evidence))
            kept[finding.code, certificate] = first.model_copy(update={"evidence": tuple(seen)})
    return list(kept.values())


def _severity(
    evidence: Evidence, secure: tuple[TlsObservation, ...], findings: list[Finding]
) -> Severity:
    broken = {
        at for finding in findings if finding.severity == "critical" for at in finding.evidence
    }
    own = [handshake for handshake in secure if handshake.host in servers(evidence)]
    return "critical" if own and all(handshake.id in broken for handshake in own) else "warning"
