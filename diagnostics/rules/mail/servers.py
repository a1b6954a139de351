"""Rules about the servers that accept a domain's mail."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import DeliveryObservation, TcpObservation
from diagnostics.rules.declaration import concludes, own_codes
from diagnostics.rules.dns.final_dot import doubled_record, name_without_zone
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.rules.mail.deliveries import (
    delivery_at,
    delivery_code,
    is_mailbox_full,
    refusal_cause,
    refusal_variant,
)
from diagnostics.rules.mail.mail_evidence import (
    SMTP,
    UNHEARD,
    can_use_port_25,
    contacts_at,
    display_host,
    greets,
    has_answering_port,
    is_about_us,
    is_literal,
    mx_observation,
    servers,
    service_contacts,
    takes_letters,
    takes_mail,
)
from diagnostics.rules.mail.web_fronts import is_web_front
from diagnostics.rules.network.banners import protocol_of
from diagnostics.service_banners import banner_state

_PORT = 25
_BROKEN = {Failure.TCP_REFUSED: "tcp.refused", Failure.TCP_RESET: "tcp.reset"}


@concludes("mail.null_mx")
def domain_refuses_mail(evidence: Evidence) -> Iterator[Finding]:
    """
    An MX record without a server declares that the domain accepts no mail (RFC 7505).

    It must not be combined with other MX records (section 3); some senders then still obey it.
    """
    mx = mx_observation(evidence)
    if mx is None or all(exchanger.host for exchanger in mx.exchangers):
        return
    is_alone = not any(exchanger.host for exchanger in mx.exchangers)
    yield make_finding(
        "mail.null_mx",
        evidence.target.host_display,
        ids([mx]),
        severity="critical" if is_alone else "warning",
        variant="" if is_alone else "mixed",
    )


@concludes("mail.no_mx")
def mx_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """
    The domain has no MX record (RFC 5321, section 5.1).

    Senders then try the domain's own address. If mail is accepted there, or we can't tell, this is
    a warning: spam filters distrust such a domain, and when the site moves, its mail moves too.
    """
    mx = mx_observation(evidence)
    lookups = evidence.lookups
    if mx is None or mx.failure is not Failure.DNS_NO_DATA or not lookups:
        return
    has_address = bool(evidence.addresses) or any(lookup.forbidden for lookup in lookups)
    # Nothing is concluded if we don't know whether the domain has an address.
    if not has_address and any(lookup.failure is not Failure.DNS_NO_DATA for lookup in lookups):
        return
    tried = service_contacts(evidence, SMTP)
    may_work = has_address and not (
        tried and all(mail_port_code(evidence, contact) for contact in tried)
    )
    doubled = doubled_record(evidence, mx.name, "MX", bool)
    yield make_finding(
        "mail.no_mx",
        evidence.target.host_display,
        ids((mx, *lookups, *tried, *([doubled] if doubled else []))),
        severity="warning" if may_work else None,
        variant="doubled" if doubled else "address" if may_work else "",
        doubled=doubled.name if doubled else "",
    )


@concludes("mail.mx_missing", "mail.mx_private")
def server_has_no_address(evidence: Evidence) -> Iterator[Finding]:
    """
    An MX record names a server without an address, or one in a private network.

    It must name a host with an address (RFC 5321, section 5.1), and must not be an address itself
    (RFC 1035, section 3.3.9). Senders can't reach addresses of RFC 1918.
    """
    mx = mx_observation(evidence)
    if mx is None or mx.failure is not None:
        return
    bad = {host: fault for host in servers(evidence) if (fault := _host_fault(evidence, host))}
    severity: Severity = "warning" if len(bad) < len(servers(evidence)) else "critical"
    for host, (code, variant) in bad.items():
        lookups = evidence.lookups_of(host)
        yield make_finding(
            code,
            display_host(host),
            ids((mx, *lookups)),
            severity=severity,
            variant=variant,
            domain=evidence.target.host_display,
            meant=f"{name_without_zone(host, evidence.target.host)}.",
            addresses=", ".join(address for lookup in lookups for address in lookup.forbidden),
        )


def _host_fault(evidence: Evidence, host: str) -> tuple[str, str] | None:
    """Return code and variant of why a server can't be reached by its name; None if it can."""
    if is_literal(host):
        return "mail.mx_missing", "address"
    lookups = evidence.lookups_of(host)
    if any(lookup.forbidden for lookup in lookups):
        return "mail.mx_private", ""
    failed = name_failure(lookups)
    if failed is None:
        return None
    if name_without_zone(host, evidence.target.host):
        return "mail.mx_missing", "doubled"
    return "mail.mx_missing", "failing" if failed[0] == "dns.servfail" else ""


@concludes(
    *("tcp.refused", "tcp.reset", "tcp.filtered", "tcp.no_answer", "tcp.wrong_service"),
    *("mail.mx_silent", "mail.greeting_refused"),
    asks=(delivery_code,),
)
def mail_port_code(evidence: Evidence, contact: TcpObservation) -> str | None:
    """
    A mail server doesn't greet with 220 (RFC 5321, section 4.2), or refuses the domain's letters.

    A server may refuse with 554 or 421 in its first line (section 3.1). Senders wait for that line
    for five minutes (section 4.5.3.2.1), so silence until our own limit is no proof. Silence to our
    first packet counts only if another server accepts our connection to port 25; else our own
    network may block it. A web front such as a CDN accepts no letters.
    """
    delivery = delivery_at(evidence, contact)
    if delivery is not None and greets(contact):
        return delivery_code(delivery)
    if contact.failure is None:
        return _bad_greeting_code(contact)
    is_front = contact.port == _PORT and is_web_front(contact.host, contact.address)
    if is_front and contact.failure in {*UNHEARD, *_BROKEN}:
        return "mail.mx_silent"
    if contact.failure in _BROKEN:
        return _BROKEN[contact.failure]
    if contact.failure in UNHEARD and can_use_port_25(evidence):
        return "tcp.filtered" if has_answering_port(evidence, contact.address) else "mail.mx_silent"
    return None


def _bad_greeting_code(contact: TcpObservation) -> str | None:
    greeting = contact.greeting
    if greeting is None or greets(contact) or is_about_us(contact):
        return None
    if not greeting or contact.greeting_ends is False:
        return "tcp.wrong_service" if contact.begins_with_tls else "tcp.no_answer"
    is_foreign = banner_state(contact.service or SMTP, greeting) == "foreign"
    return "tcp.wrong_service" if is_foreign else "mail.greeting_refused"


@concludes(asks=(mail_port_code,))
def server_takes_no_mail(evidence: Evidence) -> Iterator[Finding]:
    """
    A server that should accept the domain's mail does not (RFC 5321, section 5.1).

    Senders then try the next one, so this is a warning as long as another is ready, or may be.
    """
    tried = service_contacts(evidence, SMTP)
    is_down = bool(tried) and all(mail_port_code(evidence, contact) for contact in tried)
    for host in servers(evidence):
        by_code: dict[str, list[TcpObservation]] = {}
        for contact in contacts_at(evidence, host, SMTP):
            if code := mail_port_code(evidence, contact):
                by_code.setdefault(code, []).append(contact)
        for code, group in by_code.items():
            delivery = delivery_at(evidence, group[0])
            is_proven = is_down and code != "tcp.no_answer"
            if delivery is None or code not in CODES_OF_DELIVERY:
                yield mail_port_finding(code, host, group, "critical" if is_proven else "warning")
            else:
                yield _refused_letter(evidence, code, host, delivery, is_down=is_down)


CODES_OF_DELIVERY = own_codes(delivery_code)


def _refused_letter(
    evidence: Evidence, code: str, host: str, delivery: DeliveryObservation, *, is_down: bool
) -> Finding:
    """Return a finding about a server's refusal of the letter that we announced."""
    step, is_one_mailbox = delivery.refusal, is_mailbox_full(delivery)
    # Letters with a sender are still accepted; only delivery notices are lost.
    is_partial = is_one_mailbox or code == "mail.null_sender_refused"
    return make_finding(
        code,
        display_host(host),
        ids([delivery]),
        # One full mailbox doesn't tell anything about the others.
        severity="critical" if is_down and not is_partial else "warning",
        variant="mailbox" if is_one_mailbox else refusal_variant(step) if step else "",
        domain=evidence.target.host_display,
        recipient=delivery.recipient,
        reply=f"{step.code} {step.text}" if step else "",
    )


def mail_port_finding(
    code: str, host: str, group: list[TcpObservation], severity: Severity
) -> Finding:
    """Return a finding about a port of a mail server, with the variant for mail."""
    greeting = group[0].greeting or ""
    return make_finding(
        code,
        host_with_port(display_host(host), group[0].port),
        ids(group),
        severity=severity,
        symptom="mail-missing" if group[0].port == _PORT else None,
        variant=_variant_at_port(code, group[0]),
        host=display_host(host),
        port=group[0].port,
        addresses=", ".join(contact.address for contact in group),
        greeting=greeting,
        seconds=round(group[0].greeting_s or 0),
        expected="SMTP",
        protocol=protocol_of(greeting) or "?",
    )


def _variant_at_port(code: str, contact: TcpObservation) -> str:
    """Return the variant; a refusal at a port for mail programs doesn't affect incoming letters."""
    if code == "tcp.wrong_service" and contact.begins_with_tls:
        return "tls"
    if code == "tcp.no_answer" and contact.greeting_ends is False:
        return "half"
    if code == "mail.mx_silent":
        return "front" if is_web_front(contact.host, contact.address) else "mail"
    if code != "mail.greeting_refused" or contact.port == _PORT:
        return "mail"
    state = banner_state(contact.service or SMTP, contact.greeting or "")
    if state == "broken":
        return "log_ins"
    return "sending" if contact.service in {"submission", "submissions"} else "reading"


@concludes("mail.smtp_unmeasured")
def port_25_says_nothing(evidence: Evidence) -> Iterator[Finding]:
    """
    No server greeted as ready, and the reason may be on our side.

    No server answered at port 25 (RFC 5321, section 4.5.4.2), or one refused our own address (RFC
    5782). That proves nothing about other senders.
    """
    tried = service_contacts(evidence, SMTP)
    unproven = [
        contact
        for contact in tried
        if not takes_letters(evidence, contact) and mail_port_code(evidence, contact) is None
    ]
    if unproven and not takes_mail(evidence):
        variant, text = _unproven_reason(evidence, unproven)
        deliveries = [delivery_at(evidence, contact) for contact in unproven]
        yield make_finding(
            "mail.smtp_unmeasured",
            evidence.target.host_display,
            ids([*unproven, *(delivery for delivery in deliveries if delivery)]),
            variant=variant,
            greeting=text,
        )


def _unproven_reason(evidence: Evidence, unproven: list[TcpObservation]) -> tuple[str, str]:
    """Return the finding's variant, and the server's greeting or reply."""
    for contact in unproven:
        if is_about_us(contact):
            return "listed", contact.greeting or ""
        delivery = delivery_at(evidence, contact)
        if delivery is None:
            continue
        if delivery.refusal is not None:
            step = delivery.refusal
            is_ours = refusal_cause(step) in {"blocked-address", "bad-reputation", "server-name"}
            return ("listed" if is_ours else "policy"), f"{step.code} {step.text}"
        return "late", ""
    return "", ""
