"""The HTTP probe: one GET request to one permitted address, without following redirects."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.http_client import LIBRARY_ERRORS, Body, HttpExchange
from diagnostics.net.response_head import ResponseHead
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.net.trust_roots import HTTP1_ALONE, WEB_PROTOCOLS, permissive_context
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.probes.certificates import end_of
from diagnostics.probes.content_policy import read_policy
from diagnostics.probes.page import facts_of, text_of, unpack
from diagnostics.probes.page_charset import misread_charset
from diagnostics.probes.page_frame import frame_rule, frame_target
from diagnostics.probes.page_parts import read_parts
from diagnostics.probes.page_refresh import next_page, redirect_target
from diagnostics.probes.page_styles import judge_styles, style_sheets
from diagnostics.probes.page_xml import xml_error_of
from diagnostics.probes.request_headers import headers_of_request
from diagnostics.targets import as_address, port_of
from diagnostics.texts import escape_hidden

REQUEST_S = 10.0  # for everything: connection, first byte, body
_BODY_CAP_BYTES = 512 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_URL = 2048
_KEPT_HEADERS = (
    *("date", "age"),  # to compare clocks
    *("server", "via", "x-powered-by", "alt-svc", "strict-transport-security"),
    *("content-type", "content-length", "content-encoding", "content-disposition"),
    *("location", "retry-after", "x-content-type-options"),
    *("www-authenticate", "x-cache", "x-cache-status", "x-proxy-cache"),
    *("x-litespeed-cache", "cf-cache-status", "cf-ray", "cf-mitigated", "cf-error-type"),
    *("cf-error-origin", "x-sucuri-id", "x-sucuri-block", "x-amzn-waf-action", "x-iinfo"),
    *("x-vercel-mitigated", "x-vercel-error", "x-served-by", "x-github-request-id", "x-amz-cf-id"),
    *("x-generator", "x-drupal-cache", "refresh", "x-datadome", "x-robots-tag"),
    "cross-origin-resource-policy",  # what a browser elsewhere may take
)
# HTTP/2 forbids them (RFC 9113, section 8.2.2).
_OF_CONNECTIONS = ("connection", "upgrade", "keep-alive", "proxy-connection", "transfer-encoding")
_MAX_COOKIES = 20
_LOOK_BACK = 200  # blanks after a page's end
_NOT_ASKED_FOR = {"br", "zstd"}  # we don't accept these (RFC 7932, RFC 8878)
_MARKUP_STARTS = (b"<!doctype", b"<html", b"<head", b"<title", b"<meta", b"<?xml")
_PACKED_STARTS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")  # gzip (RFC 1952), Zstandard (RFC 8878)


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
    as_browser: bool = False,
    as_phone: bool = False,
    is_http1: bool = False,
) -> HttpObservation:
    """
    GET one URL from one address (RFC 9110, 9112, 9113), without redirects or repeats.

    The request has our `user_agent`; `as_browser` and `as_phone` send the headers of a browser or a
    phone instead. `is_http1` doesn't offer HTTP/2 on a new connection.

    There is no login and no proxy. Cookies are returned only to the host that set them, within one
    chain of redirects, which shares a `jar` (RFC 6265). The body is read up to 512 KB. An open
    `connection` must already have TLS.
    """
    watch = Stopwatch()
    host = urlsplit(url).hostname or ""
    exchange = HttpExchange(
        address,
        url,
        deadline=deadline.within(REQUEST_S),
        tls_context=partial(permissive_context, HTTP1_ALONE if is_http1 else WEB_PROTOCOLS),
        # An address is not permitted in SNI (RFC 6066, section 3).
        server_name=None if by_address or as_address(host) else host,
        connection=connection,
    )
    words = headers_of_request(user_agent, as_browser=as_browser, as_phone=as_phone)
    facts = _ask(exchange, url, words, jar)
    if facts.get("failure") is Failure.HTTP_SILENT and watch.elapsed_s < REQUEST_S / 2:
        facts["failure"] = Failure.VANTAGE_NO_TIME  # the diagnosis was over, not the server slow
    facts |= _phases(exchange) | {"certificate_ends": end_of(exchange.certificate)}
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
        as_browser=as_browser,
        as_phone=as_phone,
        protocol="h2" if exchange.is_http2 else "http/1.1",
        first_bytes=escape_hidden(exchange.first_bytes.decode("latin-1"), 80),
        segment_bytes=connection.segment_bytes,
        **facts,
    )


def _phases(exchange: HttpExchange) -> dict[str, float]:
    """Return the seconds until the first byte, and those of the body; {} if no byte came."""
    if not exchange.asked_at or not exchange.first_byte_at:
        return {}
    return {
        "first_byte_s": round(exchange.first_byte_at - exchange.asked_at, 6),
        "body_s": round(time.monotonic() - exchange.first_byte_at, 6),
    }


def _ask(
    exchange: HttpExchange, url: str, headers: dict[str, str], jar: RequestsCookieJar | None
) -> dict[str, Any]:
    """Send the request and read the answer; what was read before a failure is kept."""
    facts: dict[str, Any] = {}
    try:
        head = exchange.get(headers, jar)
        facts |= _head_facts(head, url)
        if exchange.is_http2:
            facts["forbidden_field"] = next((n for n in _OF_CONNECTIONS if n in head), "")
        encoding = head.get("content-encoding")
        body = exchange.read_body(_BODY_CAP_BYTES, _end_finder(encoding))
        facts |= {
            "body_size_bytes": len(body.data),
            "body_is_whole": body.is_whole,
            "body_is_cut_by_time": body.is_out_of_time,
        }
        facts |= _page(body, url, facts["headers"], encoding)
        markup = facts.pop("markup", "")
        facts |= _look_of_page(markup, url, head)
        # A refresh in the page of a redirect or an error is ignored.
        refresh_url = facts.pop("refresh_url", None)
        if facts["status"] == HTTPStatus.OK and refresh_url:
            facts |= {"next_url": refresh_url, "is_refresh": True}
    except (Silence, BrokenError, EOFError) as error:
        facts |= _failure(error, exchange, has_head="status" in facts)
    except LIBRARY_ERRORS as error:
        facts |= _failure_of_library(error, exchange, has_head="status" in facts)
    finally:
        exchange.close()
    return facts


def _end_finder(encoding: str) -> Callable[[bytes], bool]:
    """Return a function that checks whether a body ends as a page does, and so is complete."""

    def is_finished(body: bytes) -> bool:
        try:
            return _is_finished(unpack(body, encoding, is_whole=None)[0])
        except ValueError:
            return False

    return is_finished


def _is_finished(plain: bytes) -> bool:
    return plain[-_LOOK_BACK:].rstrip().lower().endswith(b"</html>")


def _page(body: Body, url: str, headers: dict[str, str], encoding: str) -> dict[str, Any]:
    """Return the facts about the body that rules need."""
    if (name := encoding.strip().lower()) in _NOT_ASKED_FOR and body.data:
        if body.data.lstrip().lower().startswith(_MARKUP_STARTS):
            detail = f"not {name}: plain markup"
            return {"failure": Failure.HTTP_GARBLED, "failure_detail": detail}
        return {"unread_encoding": name}
    try:
        plain, is_whole = unpack(body.data, encoding, is_whole=body.is_whole)
    except ValueError as error:
        return {"failure": Failure.HTTP_GARBLED, "failure_detail": escape_hidden(str(error))}
    except http.client.IncompleteRead as error:
        if not _is_finished(error.partial):
            return {"failure": Failure.HTTP_TRUNCATED, "failure_detail": f"{encoding} has no end"}
        plain, is_whole = error.partial, None
    if plain.startswith(_PACKED_STARTS) and "html" in headers.get("content-type", ""):
        detail = "still packed" if encoding else "packed, and nothing says so"
        return {"failure": Failure.HTTP_GARBLED, "failure_detail": detail}
    text = text_of(plain, headers)
    refresh_url = next_page(text, headers.get("refresh", ""), url)
    misread = misread_charset(plain, headers)
    return facts_of(text, url, is_whole=bool(is_whole)) | {
        "refresh_url": refresh_url and escape_hidden(refresh_url, _MAX_URL + 1),
        "charset": misread.announced if misread else "",
        "charset_of_text": misread.actual if misread else "",
        "xml_error": xml_error_of(plain, headers) if is_whole else "",
        "markup": text,
    }


def _look_of_page(markup: str, url: str, head: ResponseHead) -> dict[str, Any]:
    """Return the files that a page needs to look right, and those that browsers won't load."""
    rules = read_policy(head.get("content-security-policy"), markup)
    sheets = style_sheets(markup, url)
    styles = judge_styles(sheets, url, rules)
    facts: dict[str, Any] = {
        "styles": styles.sheets,
        "blocked_styles": styles.blocked,
        "blocked_style": escape_hidden(styles.first_blocked, 120),
    }
    if "html" in head.get("content-type", "html"):
        facts |= read_parts(markup, url, sheets, rules)._asdict()
        facts["frame_url"] = escape_hidden(frame_target(markup, url) or "", _MAX_URL + 1)
        facts["frame_rule"] = escape_hidden(frame_rule(head), 300)
        facts["has_doctype"] = markup.lstrip("\ufeff \t\r\n")[:9].lower() == "<!doctype"
    return facts


def _head_facts(head: ResponseHead, url: str) -> dict[str, Any]:
    if len(set(head.all_of("location"))) > 1:
        raise http.client.HTTPException("several places to go to")  # no browser chooses one
    headers = {name: escape_hidden(_utf8(head.get(name))) for name in _KEPT_HEADERS if name in head}
    location = _utf8(head.get("location"))
    # Chromium and Firefox show the body of a redirect without a Location.
    is_redirect = head.status in REDIRECTS and bool(location)
    return {
        "status": head.status,
        "reason": escape_hidden(_utf8(head.reason), 80),
        "headers": headers,
        "sets_cookie": "set-cookie" in head,
        "cookies": _cookie_names(head),
        "next_url": escape_hidden(redirect_target(url, location), _MAX_URL + 1)
        if is_redirect
        else None,
    }


def _cookie_names(head: ResponseHead) -> tuple[str, ...]:
    """Return the names of cookies, without their values, which may be secret."""
    lines = head.all_of("set-cookie")[:_MAX_COOKIES]
    return tuple(escape_hidden(line.partition("=")[0].strip(), 60) for line in lines)


def _failure(error: Exception, exchange: HttpExchange, *, has_head: bool) -> dict[str, Any]:
    # If anything was received, the answer is broken; else the server may hang.
    has_bytes = exchange.received_bytes > 0
    if isinstance(error, Silence):
        failure = Failure.HTTP_STALLED if has_bytes or has_head else Failure.HTTP_SILENT
        if exchange.asked_at is None:
            failure = Failure.TCP_SILENT
        return {"failure": failure, "failure_detail": "the time for one request was over"}
    if isinstance(error, EOFError):
        return {"failure": Failure.HTTP_MALFORMED, "failure_detail": "endless headers"}
    failure = error.failure if isinstance(error, BrokenError) else Failure.UNKNOWN
    if has_bytes and failure is not Failure.HTTP2_BROKEN:
        is_http = has_head or exchange.first_bytes.startswith(b"HTTP/")
        failure = Failure.HTTP_TRUNCATED if is_http else Failure.HTTP_MALFORMED
    return {"failure": failure, "failure_detail": escape_hidden(str(error))}


def _failure_of_library(
    error: Exception, exchange: HttpExchange, *, has_head: bool
) -> dict[str, Any]:
    """Return the failure for an error of the HTTP libraries, depending on what was received."""
    if has_head:  # a chunk without a length looks to http.client like an end that came too soon
        failure = Failure.HTTP_TRUNCATED if exchange.has_ended else Failure.HTTP_MALFORMED
    elif exchange.received_bytes:
        failure = Failure.HTTP_MALFORMED
    else:
        failure = Failure.HTTP_CLOSED
    return {"failure": failure, "failure_detail": escape_hidden(str(error))}


def _utf8(text: str) -> str:
    """Decode a header as UTF-8 if it is valid; http.client has decoded it as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
