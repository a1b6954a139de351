"""The HTTP probe: one GET to one judged address, one hop."""

from __future__ import annotations

import http.client
from email.errors import MissingHeaderBodySeparatorDefect
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.http_client import LIBRARY_ERRORS, Body, HttpExchange
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.net.trust_roots import permissive_context
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.probes.page import facts_of, text_of, unpack
from diagnostics.targets import as_address, port_of
from diagnostics.texts import escape_hidden

REQUEST_S = 8.0  # for everything: connection, first byte, body
_BODY_CAP_BYTES = 512 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_URL = 2048
_KEPT_HEADERS = (
    *("date", "age"),  # to compare clocks
    *("server", "via", "x-powered-by", "alt-svc", "strict-transport-security"),
    *("content-type", "content-length", "content-encoding", "location", "retry-after"),
    *("www-authenticate", "x-cache", "cf-ray", "cf-mitigated", "cf-error-type"),
    *("cf-error-origin", "x-sucuri-id", "x-sucuri-block", "x-amzn-waf-action", "x-iinfo"),
    *("x-vercel-mitigated", "x-vercel-error", "x-served-by", "x-github-request-id", "x-amz-cf-id"),
    *("x-generator", "x-drupal-cache", "refresh", "x-datadome", "x-robots-tag"),
    "cross-origin-resource-policy",  # what a browser elsewhere may take
)
_MAX_COOKIES = 20


def probe_http(  # noqa: PLR0913 - what a request needs
    address: Address,
    url: str,
    *,
    observation_id: str,
    user_agent: str,
    deadline: Deadline,
    hop: int = 1,
    way: str = "http",
    by_address: bool = False,
    connection: Connection = NEW,
    jar: RequestsCookieJar | None = None,
) -> HttpObservation:
    """
    GET one URL from one address (RFC 9110, RFC 9112). Nothing is followed or sent twice.

    No login, no proxy of our environment, no compression asked for. Cookies only go back to the
    host that set them, within one chain of redirects, whose `jar` it is (RFC 6265); no value
    leaves it. The body is read up to 512 KB. A `connection` that is there
    already has its TLS set up.
    """
    watch = Stopwatch()
    parts = urlsplit(url)
    host = parts.hostname or ""
    exchange = HttpExchange(
        address,
        url,
        deadline=deadline.within(REQUEST_S),
        tls_context=permissive_context,  # the TLS probe judges the certificate
        # An address is not permitted in SNI (RFC 6066, section 3).
        server_name=None if by_address or as_address(host) else host,
        connection=connection,
    )
    facts = _ask(exchange, url, user_agent, jar)
    if facts.get("failure") is Failure.HTTP_SILENT and watch.elapsed_s < REQUEST_S / 2:
        facts["failure"] = Failure.VANTAGE_NO_TIME  # the diagnosis was over, not the server slow
    if exchange.asked_at and exchange.first_byte_at:
        facts["first_byte_s"] = round(exchange.first_byte_at - exchange.asked_at, 6)
    return HttpObservation(
        id=observation_id,
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        url=escape_hidden(url, _MAX_URL),
        host=host,
        port=port_of(url),
        hop=hop,
        way=way,
        by_address=by_address,
        first_bytes=escape_hidden(exchange.first_bytes.decode("latin-1"), 80),
        segment_bytes=connection.segment_bytes,
        **facts,
    )


def _ask(
    exchange: HttpExchange, url: str, user_agent: str, jar: RequestsCookieJar | None
) -> dict[str, Any]:
    """Send the request and read what comes; what was read before a failure is kept."""
    facts: dict[str, Any] = {}
    headers = {
        "User-Agent": user_agent,
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Encoding": "identity",
        "Accept-Language": "en, ru;q=0.9, *;q=0.5",
    }
    try:
        response = exchange.get(headers, jar)
        facts |= _head(response, url)
        if jar is not None:
            extract_cookies_to_jar(jar, response.request, response.raw)  # type: ignore[no-untyped-call]  # requests' own stubs
        body = exchange.read_body(response.raw, _BODY_CAP_BYTES)
        facts |= {"body_size_bytes": len(body.data), "body_is_whole": body.is_whole}
        facts |= _page(body, url, facts["headers"], response.headers.get("content-encoding"))
    except (Silence, BrokenError, EOFError) as error:
        facts |= _failure(error, exchange, has_head="status" in facts)
    except LIBRARY_ERRORS as error:
        facts |= _failure_of_library(error, exchange, has_head="status" in facts)
    finally:
        exchange.close()
    return facts


def _page(body: Body, url: str, headers: dict[str, str], encoding: str | None) -> dict[str, Any]:
    """Reduce the body to what conclusions need."""
    try:
        plain, is_whole = unpack(body.data, encoding, is_whole=body.is_whole)
    except ValueError as error:
        return {"failure": Failure.HTTP_MALFORMED, "failure_detail": escape_hidden(str(error))}
    except http.client.IncompleteRead:
        return {"failure": Failure.HTTP_TRUNCATED, "failure_detail": f"{encoding} has no end"}
    return facts_of(text_of(plain, headers), url, is_whole=bool(is_whole))


def _head(response: requests.Response, url: str) -> dict[str, Any]:
    if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in _defects(response)):
        raise http.client.HTTPException("a line among the headers has no colon")
    headers = {
        name: escape_hidden(_utf8(response.headers[name]))
        for name in _KEPT_HEADERS
        if name in response.headers
    }
    location = _utf8(response.headers.get("location", ""))
    is_redirect = response.status_code in _REDIRECTS and bool(location)
    return {
        "status": response.status_code,
        "reason": escape_hidden(_utf8(response.reason or ""), 80),
        "headers": headers,
        "sets_cookie": "set-cookie" in response.headers,
        "cookies": _cookie_names(response),
        "next_url": _next_url(url, location) if is_redirect else None,
    }


def _defects(response: requests.Response) -> list[Any]:
    """What Python's parser noted of the head (RFC 9112, section 5); urllib3 only logs it."""
    original = getattr(response.raw, "_original_response", None)
    return list(original.msg.defects) if isinstance(original, http.client.HTTPResponse) else []


def _cookie_names(response: requests.Response) -> tuple[str, ...]:
    """Names only; a value may be somebody's secret."""
    lines = response.raw.headers.getlist("set-cookie")[:_MAX_COOKIES]
    return tuple(escape_hidden(line.partition("=")[0].strip(), 60) for line in lines)


def _next_url(url: str, location: str) -> str:
    """Resolve a Location against the URL that gave it (RFC 9110, section 10.2.2)."""
    try:
        # The fragment is the browser's own business and never sent (RFC 9110, section 4.2.5).
        joined = urljoin(url, location.strip()).partition("#")[0]
    except ValueError:
        joined = location
    return escape_hidden(joined, _MAX_URL + 1)


def _failure(error: Exception, exchange: HttpExchange, *, has_head: bool) -> dict[str, Any]:
    # A server that said anything gave a broken answer; one that said nothing may hang.
    has_bytes = exchange.received_bytes > 0
    if isinstance(error, Silence):
        failure = Failure.HTTP_STALLED if has_bytes or has_head else Failure.HTTP_SILENT
        if exchange.asked_at is None:
            failure = Failure.TCP_SILENT
        return {"failure": failure, "failure_detail": "the time for one request was over"}
    if isinstance(error, EOFError):
        return {"failure": Failure.HTTP_MALFORMED, "failure_detail": "endless headers"}
    failure = error.failure if isinstance(error, BrokenError) else Failure.UNKNOWN
    if has_bytes:
        is_http = has_head or exchange.first_bytes.startswith(b"HTTP/")
        failure = Failure.HTTP_TRUNCATED if is_http else Failure.HTTP_MALFORMED
    return {"failure": failure, "failure_detail": escape_hidden(str(error))}


def _failure_of_library(
    error: Exception, exchange: HttpExchange, *, has_head: bool
) -> dict[str, Any]:
    """Read what the HTTP libraries say by what had come until then."""
    if has_head:  # a chunk without a length looks to http.client like an end that came too soon
        failure = Failure.HTTP_TRUNCATED if exchange.has_ended else Failure.HTTP_MALFORMED
    elif exchange.received_bytes:
        failure = Failure.HTTP_MALFORMED
    else:
        failure = Failure.HTTP_CLOSED
    return {"failure": failure, "failure_detail": escape_hidden(str(error))}


def _utf8(text: str) -> str:
    """Header bytes as people wrote them: http.client reads them as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
