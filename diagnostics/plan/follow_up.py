"""
Further measurements that distinguish causes, each made only after a failure that needs it.

Small TCP segments detect an MTU black hole; a fetched issuer shows whether an incomplete chain
would be valid with it.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import Certificate, HttpObservation, TlsObservation
from diagnostics.options import Address
from diagnostics.plan.connect import shake_hands
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.plan.second_looks import look_again, look_by_http1
from diagnostics.probes.http import REQUEST_S
from diagnostics.probes.issuer import MAX_ISSUERS, probe_issuer
from diagnostics.probes.tls import HANDSHAKE_S
from diagnostics.targets import NotATargetError, parse_target, port_of

SMALL_SEGMENT_BYTES = 536  # the smallest that every host must take, RFC 9293, section 3.7.1
_STALL_S = 1.5  # after so long, large packets of a handshake or page may be lost
# A missing intermediate and a private root have the same codes; fetching the issuer distinguishes
# them.
_ISSUER_IS_MISSING = {2, 20, 21}  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT and its like
SLOW_S = 3.0  # if the first byte is later, the repeat is waited for
_HUNG = {Failure.HTTP_SILENT, Failure.HTTP_STALLED}


# Big packets


def shake_hands_watched(
    run: Run, address: Address, port: int, host: str, connection: Connection = NEW
) -> tuple[TlsObservation | None, Connection]:
    """
    Do a TLS handshake. If it stalls, also try one with small segments and one with a short hello.

    If the short hello is answered and a long one isn't, the cause is known and the first handshake
    ends.
    """
    # One deadline for all, so that the repeats, which begin later, don't end later.
    is_done, is_decided = threading.Event(), threading.Event()
    until = run.deadline.within(HANDSHAKE_S)

    def again(*, is_short: bool) -> None:
        if is_done.wait(_STALL_S):
            return
        new = NEW if is_short else Connection(segment_bytes=SMALL_SEGMENT_BYTES)
        new = replace(new, is_decided=is_done.is_set)
        tls, stream = shake_hands(run, address, port, host, new, until=until, is_short=is_short)
        stream.close()
        # A server that was only slow the first time answers a long hello by now.
        if tls is not None and tls.version and tls.long_hello_answers is False:
            is_decided.set()

    others = [run.spawn(again, is_short=is_short) for is_short in (False, True)]
    connection = replace(connection, is_decided=is_decided.is_set)
    tls, connection = shake_hands(run, address, port, host, connection, until=until)
    is_done.set()
    if tls is not None and tls.failure is Failure.TLS_SILENT:
        run.wait(others)
    return tls, connection


def get_watched(
    run: Run, request: PageRequest, connection: Connection, jar: RequestsCookieJar
) -> HttpObservation | None:
    """
    Request the page. If it stalls, also request it with small segments, and by HTTP/1.1 (not 2).

    A page that broke off or was refused is requested once more by `look_again`.
    """
    # One deadline for both, as above.
    is_done, until = threading.Event(), run.deadline.within(REQUEST_S)

    def again() -> None:
        if not is_done.wait(_STALL_S) and run.once("small-page"):
            small = Connection(segment_bytes=SMALL_SEGMENT_BYTES, is_decided=is_done.is_set)
            same = replace(request, observation_id=f"{request.observation_id}/small", way="small")
            get(run, same, small, until=until)

    def by_http1() -> None:
        if not is_done.wait(_STALL_S):
            look_by_http1(run, request, Connection(is_decided=is_done.is_set))

    is_http2 = connection.stream is not None and connection.stream.protocol == "h2"
    others = [run.spawn(work) for work in ([again, by_http1] if is_http2 else [again])]
    page = get(run, request, connection, jar)
    # After a slow page the running repeat is kept: it shows whether the page is slow again.
    if page is None or (page.first_byte_s or 0) < SLOW_S:
        is_done.set()
    if page is not None and (page.failure in _HUNG or not is_done.is_set()):
        run.wait(others)
    is_done.set()
    return look_again(run, request, page, jar) if page is not None else None


# The chain


def find_issuer(run: Run, tls: TlsObservation, address: Address) -> None:
    """Fetch the intermediates that the server didn't send, one by one (RFC 5280, 4.2.2.1)."""
    if tls.is_trusted is not False or tls.verify_code not in _ISSUER_IS_MISSING:
        return
    last = _last_linked(tls)
    if last is None or last.is_self_signed or not run.once(f"issuer-of@{tls.id}"):
        return
    known: tuple[bytes, ...] = ()
    urls = last.issuer_urls
    for number in range(MAX_ISSUERS):
        source = next((source for url in urls if (source := _judged_source(run, url))), None)
        if source is None or run.is_over:
            return
        url, source_address = source
        issuer = probe_issuer(
            tls,
            url=url,
            source_address=source_address,
            server_address=address,
            known=known,
            number=number + 1,
            ca_file=run.options.ca_file,
            user_agent=run.options.user_agent,
            deadline=run.deadline,
        )
        run.emit(issuer.observation)
        if issuer.observation.is_trusted is not False or issuer.der is None:
            return
        known, urls = (*known, issuer.der), issuer.next_urls


def _last_linked(tls: TlsObservation) -> Certificate | None:
    """Return the certificate of the chain whose issuer wasn't sent; unrelated ones are ignored."""
    rest = list(tls.chain[1:])
    last = tls.certificate
    while last is not None:
        issuer = next((other for other in rest if other.subject == last.issuer), None)
        if issuer is None:
            break
        rest.remove(issuer)
        last = issuer
    return last


def _judged_source(run: Run, url: str) -> tuple[str, Address] | None:
    """Return an issuer's URL and its address; None if it must not be fetched, as for any target."""
    try:
        target, is_repaired = parse_target(url)
    except NotATargetError:
        return None
    # Fetching by https would itself need a certificate chain, so CAs must not use such URLs (RFC
    # 5280, section 8).
    if is_repaired or target.scheme != "http":
        return None
    if not run.policy.may_speak_http(port_of(url)):
        return None
    addresses = find_addresses(run, target.host)
    return (url, addresses[0]) if addresses else None
