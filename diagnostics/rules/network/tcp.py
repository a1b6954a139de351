"""Rules about TCP ports: closed, filtered, reset, or never answering."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation, TcpObservation, TlsObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.https_record import https_only_reason
from diagnostics.rules.evidence import Evidence, host_with_port, ids, is_ipv6, split_host_port
from diagnostics.rules.network.other_names import (
    answers_same_path_by_address,
    port_answers_by_address,
)
from diagnostics.rules.one_of_several import partial_failure, partial_port_failure
from diagnostics.rules.ways import Way, strict_transport_parent
from diagnostics.texts import escape_hidden

_CODES = {
    Failure.TCP_REFUSED: "tcp.refused",
    Failure.TCP_SILENT: "tcp.filtered",
    Failure.TCP_HOST_UNREACHABLE: "tcp.filtered",
    Failure.TCP_NO_ROUTE: "tcp.filtered",
    Failure.TCP_PROHIBITED: "tcp.filtered",
    Failure.TCP_RESET: "tcp.reset",
}
_CLOSED = tuple(dict.fromkeys(_CODES.values()))
_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}
_WEB_PORTS = {80, 443}
_OPTIONAL_SERVICES = {"ftp", "panel"}


@concludes(*_CLOSED)
def web_port_is_closed(evidence: Evidence) -> Iterator[Finding]:
    """
    Neither https nor http accepts a connection, or not the one that the redirects lead to.

    A reset of the first packet is a refusal (RFC 9293, section 3.10.7.1). Silence or "prohibited"
    (RFC 1812, section 5.2.7.1) is a firewall, but only if a ping or another port shows that the
    host is up. Without a scheme, browsers try https, then http: one closed port alone breaks
    nothing, but if packets to it are dropped, every visitor waits first.
    """
    known: set[tuple[str, str]] = set()
    for way in evidence.ways:
        if way.opens:
            for finding in _closed_addresses(evidence, way):
                # If https and http are both closed at an address, that is one fault, not two.
                key = (finding.code, str(finding.parameters["addresses"]))
                if key not in known:
                    known.add(key)
                    yield finding
        elif _is_needed(evidence, way.port):
            yield from _closed(evidence, way.contacts)
        # If https is refused, browsers fall back to http at once, unless HSTS forbids it.
        elif way.scheme == "https" and (
            way.is_silent or strict_transport_parent(evidence.requests)
        ):
            yield from _closed(evidence, way.contacts, severity="warning")


def _closed_addresses(evidence: Evidence, way: Way) -> Iterator[Finding]:
    """Yield warnings about closed addresses, if another of their family is open."""
    for is_v6 in (False, True):
        family = [c for c in way.contacts if is_ipv6(c.address) is is_v6]
        broken = [c for c in family if c.failure in _CODES]
        works = [c.address for c in way.contacts if c.failure is None]
        if broken and len(broken) < len(family):
            yield from _closed(evidence, tuple(broken), severity="warning", works=works)


def _closed(
    evidence: Evidence,
    contacts: tuple[TcpObservation, ...],
    *,
    severity: Severity | None = None,
    works: list[str] | None = None,
) -> Iterator[Finding]:
    """Yield one finding per code for a port's closed addresses; `works` are addresses that work."""
    by_code: dict[str, list[TcpObservation]] = {}
    for contact in contacts:
        code = _CODES.get(contact.failure) if contact.failure else None
        # `net` reports a host that is unreachable as a whole; "prohibited" is about the port.
        is_whole = contact.failure is not Failure.TCP_PROHIBITED and not evidence.is_alive(
            contact.address
        )
        if code and not (code == "tcp.filtered" and is_whole):
            by_code.setdefault(code, []).append(contact)
    for code, group in by_code.items():
        addresses = [contact.address for contact in group]
        several = partial_failure(addresses, works or (), connects=False)
        # An answered ping shows that the host is up.
        pings = [ping for ping in evidence.pings if ping.received and ping.address in addresses]
        yield make_finding(
            code,
            host_with_port(evidence.target.host_display, group[0].port),
            ids([*group, *pings]),
            severity=severity,
            parameters=several or https_only_reason(evidence),
            port=group[0].port,
            addresses=", ".join(addresses),
        )


@concludes(*_CLOSED)
def redirect_leads_to_closed_port(evidence: Evidence) -> Iterator[Finding]:
    """The site redirects (RFC 9110, section 15.4) to another port of its host that is closed."""
    ways = {way.port for way in evidence.ways}
    for way in evidence.ways:
        chain = evidence.chain(way)
        if chain.ending != "lost" or chain.next_url is None:
            continue
        host, port = split_host_port(chain.next_url)
        if host == evidence.target.host and port not in ways:
            contacts = tuple(c for c in evidence.contacts if c.port == port)
            if contacts and all(c.failure is not None for c in contacts):
                for finding in _closed(evidence, contacts):
                    # For a missing https the general texts are better than this variant's.
                    has_variant = port not in _WEB_PORTS and finding.code != "tcp.reset"
                    added = {"variant": "redirect"} if has_variant else {}
                    added["page"] = escape_hidden(chain.pages[-1].url, 120)
                    added["next"] = escape_hidden(chain.next_url, 120)
                    yield finding.model_copy(update={"parameters": finding.parameters | added})


@concludes(*_CLOSED, "tcp.no_answer")
def service_is_closed(evidence: Evidence) -> Iterator[Finding]:
    """
    A service of a server is closed, or takes connections (RFC 9293, section 3.5) and never greets.

    What a server may not offer at all (ftp, panel) is a warning, and so is a refusal of https where
    http answers; ssh is critical only when nothing else answers.
    """
    if evidence.kind != "server":
        return
    working = [c for c in evidence.contacts if _works(evidence, c)]
    if any(c.failure is None and not _works(evidence, c) for c in evidence.contacts):
        working = [c for c in working if _is_proven(evidence, c)]  # a hung host's kernel accepts
    opened = {c.service for c in working}
    order = list(evidence.service_ports.values())
    ports = {contact.port for contact in evidence.contacts}
    # Ports without a service come last: their numbers are larger than any place in the table.
    for port in sorted(ports, key=lambda port: order.index(port) if port in order else port):
        contacts = tuple(c for c in evidence.contacts if c.port == port)
        service = contacts[0].service
        is_minor = service in _OPTIONAL_SERVICES or (service == "ssh" and bool(opened - {"ssh"}))
        # Many servers don't offer https; a browser that is refused there goes on to http.
        is_refused = {c.failure for c in contacts} == {Failure.TCP_REFUSED}
        is_minor |= service == "https" and is_refused and "http" in opened
        severity: Severity = "critical"
        if is_minor or any(_works(evidence, contact) for contact in contacts):
            severity = "warning"
        yield from _closed(evidence, contacts, severity=severity)
        hung = [c for c in contacts if c.failure is None and not _works(evidence, c)]
        if hung:
            silent = [page for c in hung for page in _unanswered(evidence, c)]
            is_late = not silent and bool(working)  # the greeting may still come
            yield _no_answer(
                evidence,
                ids([*hung, *silent]),
                port,
                "warning" if is_late else severity,
                waited_s=hung[0].greeting_s if not silent else None,
            )


def _works(evidence: Evidence, contact: TcpObservation) -> bool:
    """Check whether a port is open, and nothing shows that only the system's kernel answers."""
    if contact.failure is not None or contact.stays_silent:
        return False
    requests = [p for p in evidence.requests if _is_at(p, contact)]
    return not requests or len(_unanswered(evidence, contact)) < len(requests)


def _is_proven(evidence: Evidence, contact: TcpObservation) -> bool:
    """Check whether a program behind the port has answered."""
    return bool(contact.greeting or contact.begins_with_tls) or any(
        _is_at(page, contact) and page.first_bytes for page in evidence.requests
    )


def _unanswered(evidence: Evidence, contact: TcpObservation) -> list[HttpObservation]:
    """Return the requests to this port that got no answer at all, not even by TLS."""
    # TCP_SILENT: the request wasn't sent, because the TLS handshake got no answer.
    silent = {Failure.HTTP_SILENT, Failure.TCP_SILENT}
    return [p for p in evidence.requests if _is_at(p, contact) and p.failure in silent]


def _is_at(page: HttpObservation, contact: TcpObservation) -> bool:
    return (page.address, page.port) == (contact.address, contact.port)


def _no_answer(  # noqa: PLR0913 - the parts of a finding
    evidence: Evidence,
    evidence_ids: tuple[str, ...],
    port: int,
    severity: Severity | None = None,
    several: dict[str, str] | None = None,
    *,
    waited_s: float | None = None,
) -> Finding:
    """Return the finding that a port never answers; `waited_s` is our limit for a greeting."""
    waits = [o.duration_s for o in evidence.observations if o.id in evidence_ids]
    return make_finding(
        "tcp.no_answer",
        host_with_port(evidence.target.host_display, port),
        evidence_ids,
        severity=severity,
        parameters=several,
        port=port,
        variant="" if waited_s is None else "greeting",
        seconds=max(1, round(waited_s or max(waits, default=0))),
    )


@concludes("tcp.no_answer")
def named_service_port_hangs(evidence: Evidence) -> Iterator[Finding]:
    """
    The customer named a service's port (`host:22`): it takes connections and never greets.

    SSH and FTP servers speak first (RFC 4253, section 4.2; RFC 959, section 5.4).
    """
    port = evidence.target.port
    if evidence.kind == "server" or port is None:
        return
    hung = [c for c in evidence.contacts if c.port == port and c.stays_silent]
    if hung:
        # Greetings have no maximal delay, so our time limit proves no fault.
        yield _no_answer(evidence, ids(hung), port, "warning", waited_s=hung[0].greeting_s)


@concludes("tcp.reset")
def connection_is_reset(evidence: Evidence) -> Iterator[Finding]:
    """
    The connection is accepted and then dropped before any answer (RFC 9293, section 3.5.2).

    The same request by address is dropped too; otherwise only this name isn't served.
    """
    dropped: list[TlsObservation | HttpObservation] = [
        o
        for o in evidence.handshakes
        if o.failure is Failure.TLS_CLOSED
        # If the server sent anything, `tls` reports that the handshake fails.
        and not o.first_bytes
        and not o.version
        and o.host == evidence.target.host
    ]
    pages = [
        o
        for way in evidence.ways
        for o in evidence.first_pages(way)
        if o.failure in _DROPPED and not answers_same_path_by_address(evidence, way.port)
    ]
    for port in dict.fromkeys(o.port for o in (*dropped, *pages)):
        at_port = [o for o in (*dropped, *pages) if o.port == port]
        subject = host_with_port(evidence.target.host_display, port)
        severity: Severity | None = None if _is_outage(evidence, port, len(at_port)) else "warning"
        several = partial_port_failure(evidence, port, at_port)
        yield make_finding(
            "tcp.reset", subject, ids(at_port), severity=severity, parameters=several, port=port
        )


def _is_outage(evidence: Evidence, port: int, failed_count: int) -> bool:
    """Check whether a port that browsers need fails at every address that accepts connections."""
    opened = [c for c in evidence.contacts if c.port == port and c.failure is None]
    return failed_count >= len(opened) and _is_needed(evidence, port)


def _is_needed(evidence: Evidence, port: int) -> bool:
    """Check whether browsers need a port: no other is open, or its redirects lead to this one."""
    open_way = evidence.open_way
    next_url = evidence.chain(open_way).next_url if open_way is not None else None
    leads_there = next_url is not None and split_host_port(next_url) == (evidence.target.host, port)
    return open_way is None or open_way.port == port or leads_there


@concludes("tcp.no_answer")
def connection_is_never_answered(evidence: Evidence) -> Iterator[Finding]:
    """
    The kernel accepts connections (RFC 9293, section 3.5), but no program answers, for any name.

    A second request, by address and for another path, tells this from `http.timeout`.
    """
    silent = [
        o
        for o in evidence.handshakes
        if o.failure is Failure.TLS_SILENT and o.host == evidence.target.host and not o.first_bytes
    ]
    for port in dict.fromkeys(o.port for o in silent):
        at_port = [o for o in silent if o.port == port]
        severity: Severity | None = None if _is_outage(evidence, port, len(at_port)) else "warning"
        yield _no_answer(
            evidence, ids(at_port), port, severity, partial_port_failure(evidence, port, at_port)
        )
    for way in evidence.ways:
        pages = [o for o in evidence.first_pages(way) if o.failure is Failure.HTTP_SILENT]
        if way.scheme == "http" and pages and not port_answers_by_address(evidence, way.port):
            yield _no_answer(evidence, ids([*pages, *evidence.by_address]), way.port)
