"""Rules about ports."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation, TcpObservation, TlsObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.https_record import why_https_alone
from diagnostics.rules.evidence import Evidence, ids, is_ipv6, place, place_of
from diagnostics.rules.network.other_names import answers_another_name, other_names_answer
from diagnostics.rules.one_of_several import at_some_addresses, where_port_fails
from diagnostics.rules.ways import Way, find_strict_parent
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
_MAY_BE_ABSENT = {"ftp", "panel"}


@concludes(*_CLOSED)
def web_port_is_closed(evidence: Evidence) -> Iterator[Finding]:
    """
    No way to the site takes a connection, or the way that the redirects lead to.

    A reset to the first packet is a refusal (RFC 9293, section 3.10.7.1). Silence or "prohibited"
    (RFC 1812, section 5.2.7.1) is a firewall, and only where an echo or another port shows that
    the host is up. A browser without a scheme tries https, then http: one closed port alone
    breaks nothing, but packets that vanish make every visitor wait first.
    """
    known: set[tuple[str, str]] = set()
    for way in evidence.ways:
        if way.opens:
            for finding in _closed_addresses(evidence, way):
                # A server that takes none of the web's connections is one fault, not one a port.
                key = (finding.code, str(finding.parameters["addresses"]))
                if key not in known:
                    known.add(key)
                    yield finding
        elif _is_on_the_way(evidence, way.port):
            yield from _closed(evidence, way.contacts)
        # Browsers fall back to http at once where https is refused, unless they may not.
        elif way.scheme == "https" and (way.is_silent or find_strict_parent(evidence.requests)):
            yield from _closed(evidence, way.contacts, severity="warning")


def _closed_addresses(evidence: Evidence, way: Way) -> Iterator[Finding]:
    """Some addresses of a family are closed while others of it answer: some visitors wait."""
    for is_six in (False, True):
        family = [c for c in way.contacts if is_ipv6(c.address) is is_six]
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
    """One finding for a port, whatever number of addresses shows it; `works` are others that do."""
    by_code: dict[str, list[TcpObservation]] = {}
    for contact in contacts:
        code = _CODES.get(contact.failure) if contact.failure else None
        # A host that is lost as a whole is judged in `net`; "prohibited" is a word about this port.
        is_whole = contact.failure is not Failure.TCP_PROHIBITED and not evidence.is_alive(
            contact.address
        )
        if code and not (code == "tcp.filtered" and is_whole):
            by_code.setdefault(code, []).append(contact)
    for code, group in by_code.items():
        addresses = [contact.address for contact in group]
        several = at_some_addresses(addresses, works or (), connects=False)
        yield make_finding(
            code,
            place(evidence.target.host_display, group[0].port),
            _with_life(evidence, group),
            severity=severity,
            parameters=several or why_https_alone(evidence),
            port=group[0].port,
            addresses=", ".join(addresses),
        )


def _with_life(evidence: Evidence, group: list[TcpObservation]) -> tuple[str, ...]:
    """Add what shows that the host is up."""
    echoes = [p for p in evidence.pings if p.received and p.address in {c.address for c in group}]
    return (*ids(group), *ids(echoes))


@concludes(*_CLOSED)
def redirect_leads_to_closed_port(evidence: Evidence) -> Iterator[Finding]:
    """The site's redirect (RFC 9110, section 15.4) names a port of its own that is closed."""
    ways = {way.port for way in evidence.ways}
    for way in evidence.ways:
        chain = evidence.chain(way)
        if chain.ending != "lost" or chain.next_url is None:
            continue
        host, port = place_of(chain.next_url)
        if host == evidence.target.host and port not in ways:
            contacts = tuple(c for c in evidence.contacts if c.port == port)
            if contacts and all(c.failure is not None for c in contacts):
                for finding in _closed(evidence, contacts):
                    # That https isn't there is told by its own words.
                    is_inner = port not in _WEB_PORTS and finding.code != "tcp.reset"
                    words = {"variant": "redirect"} if is_inner else {}
                    words["page"] = escape_hidden(chain.pages[-1].url, 120)
                    words["next"] = escape_hidden(chain.next_url, 120)
                    yield finding.model_copy(update={"parameters": finding.parameters | words})


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
        working = [c for c in working if _is_proven(evidence, c)]  # a hung host takes connections
    opened = {c.service for c in working}
    order = list(evidence.service_ports.values())
    ports = {contact.port for contact in evidence.contacts}
    # Ports without a service come last: their numbers are larger than any place in the table.
    for port in sorted(ports, key=lambda port: order.index(port) if port in order else port):
        contacts = tuple(c for c in evidence.contacts if c.port == port)
        service = contacts[0].service
        is_minor = service in _MAY_BE_ABSENT or (service == "ssh" and bool(opened - {"ssh"}))
        # Many servers never had https; a browser that is refused there goes on to http.
        is_refused = {c.failure for c in contacts} == {Failure.TCP_REFUSED}
        is_minor |= service == "https" and is_refused and "http" in opened
        severity: Severity = "critical"
        if is_minor or any(_works(evidence, contact) for contact in contacts):
            severity = "warning"
        yield from _closed(evidence, contacts, severity=severity)
        hung = [c for c in contacts if c.failure is None and not _works(evidence, c)]
        if hung:
            silent = [page for c in hung for page in _unanswered(evidence, c)]
            # A greeting that we didn't wait for long enough is no fault, while others answer.
            is_late = not silent and bool(working)
            yield _no_answer(
                evidence,
                ids([*hung, *silent]),
                port,
                "warning" if is_late else severity,
                waited_s=hung[0].greeting_s if not silent else None,
            )


def _works(evidence: Evidence, contact: TcpObservation) -> bool:
    """Whether a program answers, and not only the system's kernel."""
    if contact.failure is not None or contact.stays_silent:
        return False
    asked = [p for p in evidence.requests if _is_at(p, contact)]
    return not asked or len(_unanswered(evidence, contact)) < len(asked)


def _is_proven(evidence: Evidence, contact: TcpObservation) -> bool:
    """Whether a program was heard behind the port."""
    return bool(contact.greeting or contact.begins_with_tls) or any(
        _is_at(page, contact) and page.first_bytes for page in evidence.requests
    )


def _unanswered(evidence: Evidence, contact: TcpObservation) -> list[HttpObservation]:
    """Requests to this port that nothing came back from, not even a word of TLS."""
    # TCP_SILENT here: the request was never sent, because TLS did not begin.
    silent = {Failure.HTTP_SILENT, Failure.TCP_SILENT}
    return [p for p in evidence.requests if _is_at(p, contact) and p.failure in silent]


def _is_at(page: HttpObservation, contact: TcpObservation) -> bool:
    return (page.address, page.port) == (contact.address, contact.port)


def _no_answer(  # noqa: PLR0913 - a finding's own parts
    evidence: Evidence,
    evidence_ids: tuple[str, ...],
    port: int,
    severity: Severity | None = None,
    several: dict[str, str] | None = None,
    *,
    waited_s: float | None = None,
) -> Finding:
    """Say that a port takes connections and is silent; `waited_s` is our limit for a greeting."""
    waits = [o.duration_s for o in evidence.observations if o.id in evidence_ids]
    return make_finding(
        "tcp.no_answer",
        place(evidence.target.host_display, port),
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
        # Nobody knows how long a greeting takes at most, so our limit proves no fault.
        yield _no_answer(evidence, ids(hung), port, "warning", waited_s=hung[0].greeting_s)


@concludes("tcp.reset")
def connection_is_reset(evidence: Evidence) -> Iterator[Finding]:
    """
    The connection is taken and then dropped before any answer (RFC 9293, section 3.5.2).

    The same request for the address is dropped too: else the server only lacks this name.
    """
    dropped: list[TlsObservation | HttpObservation] = [
        o
        for o in evidence.handshakes
        if o.failure is Failure.TLS_CLOSED
        # A server that said something speaks: then it is the handshake that fails.
        and not o.first_bytes
        and not o.version
        and o.host == evidence.target.host
    ]
    pages = [
        o
        for way in evidence.ways
        for o in evidence.first_pages(way)
        if o.failure in _DROPPED and not other_names_answer(evidence, way.port)
    ]
    for port in dict.fromkeys(o.port for o in (*dropped, *pages)):
        here = [o for o in (*dropped, *pages) if o.port == port]
        subject = place(evidence.target.host_display, port)
        severity: Severity | None = None if _is_all_there(evidence, port, len(here)) else "warning"
        several = where_port_fails(evidence, port, here)
        yield make_finding(
            "tcp.reset", subject, ids(here), severity=severity, parameters=several, port=port
        )


def _is_all_there(evidence: Evidence, port: int, broken: int) -> bool:
    """Whether a port is broken at every address that takes connections, on the way that leads."""
    opened = [c for c in evidence.contacts if c.port == port and c.failure is None]
    return broken >= len(opened) and _is_on_the_way(evidence, port)


def _is_on_the_way(evidence: Evidence, port: int) -> bool:
    """Whether a port of the host's own leads, or the redirects of what leads end at it in vain."""
    leading = evidence.leading
    next_url = evidence.chain(leading).next_url if leading is not None else None
    leads_there = next_url is not None and place_of(next_url) == (evidence.target.host, port)
    return leading is None or leading.port == port or leads_there


@concludes("tcp.no_answer")
def connection_is_never_answered(evidence: Evidence) -> Iterator[Finding]:
    """
    The kernel takes connections (RFC 9293, section 3.5) and no program answers, for any name.

    Told from `http.timeout` by a second request, for the address and another path.
    """
    silent = [
        o
        for o in evidence.handshakes
        if o.failure is Failure.TLS_SILENT and o.host == evidence.target.host and not o.first_bytes
    ]
    for port in dict.fromkeys(o.port for o in silent):
        here = [o for o in silent if o.port == port]
        severity: Severity | None = None if _is_all_there(evidence, port, len(here)) else "warning"
        yield _no_answer(
            evidence, ids(here), port, severity, where_port_fails(evidence, port, here)
        )
    for way in evidence.ways:
        pages = [o for o in evidence.first_pages(way) if o.failure is Failure.HTTP_SILENT]
        if way.scheme == "http" and pages and not answers_another_name(evidence, way.port):
            yield _no_answer(evidence, ids([*pages, *evidence.by_address]), way.port)
