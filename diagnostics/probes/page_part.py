"""The page part probe: request one script, style sheet or picture of a page."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.http_client import LIBRARY_ERRORS, Body, HttpExchange
from diagnostics.net.response_head import ResponseHead
from diagnostics.net.trust_roots import WEB_PROTOCOLS, permissive_context
from diagnostics.observations import HttpObservation, PagePart, PagePartObservation
from diagnostics.observations.http import PartDefect
from diagnostics.options import Address
from diagnostics.probes.page import unpack
from diagnostics.probes.part_rules import fits_integrity, is_open_to
from diagnostics.probes.request_headers import headers_of_request
from diagnostics.targets import port_of
from diagnostics.texts import escape_hidden

PART_S = 4.0
_ENOUGH_BYTES = 512  # to see whether a web page begins
_WHOLE_BYTES = 2 * 1024 * 1024  # of a file whose hash counts
# For a script without which a page is empty. Proxies that can't write their temporary files cut
# answers at the size of their buffers, 64 to 128 KiB, and some networks at 16 KiB.
_SCRIPT_BYTES = 144 * 1024
_PAGE_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<!--")
_GZIP_START = b"\x1f\x8b\x08"  # RFC 1952, section 2.3.1
_REDIRECTS = range(300, 400)


def probe_page_part(  # noqa: PLR0913 - what a request needs
    address: Address,
    part: PagePart,
    page: HttpObservation,
    *,
    number: int,
    user_agent: str,
    deadline: Deadline,
    as_browser: bool = False,
) -> PagePartObservation:
    """
    GET a file of a page from an address of its host, and read only its beginning.

    It is read completely if the page requires a hash of it, and largely if it is a script without
    which the page is empty, because an incomplete script does nothing.
    """
    watch = Stopwatch()
    host = urlsplit(part.url).hostname or ""
    exchange = HttpExchange(
        address,
        part.url,
        deadline=deadline.within(PART_S),
        tls_context=partial(permissive_context, WEB_PROTOCOLS),
        server_name=host,
    )
    headers = headers_of_request(user_agent, as_browser=as_browser)
    headers |= {"Accept": "*/*", "Accept-Encoding": "identity"}
    if part.needs_leave:
        own = urlsplit(page.url)
        headers["Origin"] = f"{own.scheme}://{own.netloc}"
    enough = _SCRIPT_BYTES if page.is_shell and part.kind == "script" else _ENOUGH_BYTES
    cap_bytes = _WHOLE_BYTES if part.integrity else enough
    facts = _ask(exchange, headers, part, page.url, cap_bytes)
    if facts.get("defect") == "stuck" and deadline.left_s <= 0:
        facts |= {"defect": None, "failure": Failure.VANTAGE_NO_TIME}
    return PagePartObservation(
        id=f"{part.kind}-{number}-of-{page.id}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        url=part.url,
        host=host,
        port=port_of(part.url),
        page=page.id,
        kind=part.kind,
        is_module=part.is_module,
        **facts,
    )


def _ask(
    exchange: HttpExchange, headers: dict[str, str], part: PagePart, page_url: str, cap_bytes: int
) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    try:
        head = exchange.get(headers)
        facts = {
            "status": head.status,
            "content_type": escape_hidden(
                head.get("content-type").partition(";")[0].strip().lower(), 80
            ),
            "is_strict": "nosniff" in head.get("x-content-type-options").lower(),
        }
        if part.needs_leave:
            facts["is_open"] = is_open_to(page_url, head.get("access-control-allow-origin"))
        body, early_end = _read_body(exchange, cap_bytes)
        facts["is_markup"] = _is_markup(part, body.data)
        facts["defect"] = early_end or _defect(part, page_url, head, body)
        if part.integrity and body.is_whole:
            plain, is_whole = unpack(body.data, head.get("content-encoding"), is_whole=True)
            facts["fits_integrity"] = fits_integrity(part.integrity, plain) if is_whole else None
    except Silence:
        facts |= {"failure": Failure.VANTAGE_NO_TIME, "failure_detail": "no answer in our time"}
    except BrokenError as error:
        facts |= {"failure": error.failure, "failure_detail": escape_hidden(error.detail)}
    except (EOFError, *LIBRARY_ERRORS) as error:
        facts |= {"failure": Failure.HTTP_MALFORMED, "failure_detail": escape_hidden(str(error))}
    finally:
        exchange.close()
    return facts


def _read_body(exchange: HttpExchange, cap_bytes: int) -> tuple[Body, PartDefect | None]:
    """Read a body; for a file that is needed completely, also return how it ended too early."""
    try:
        return exchange.read_body(cap_bytes), None
    except Silence:
        defect: PartDefect = "stuck"
        if cap_bytes == _ENOUGH_BYTES:
            raise
    except (BrokenError, *LIBRARY_ERRORS):
        defect = "cut"
        if cap_bytes == _ENOUGH_BYTES:
            raise
    return Body(b"", is_whole=None), defect


def _is_markup(part: PagePart, data: bytes) -> bool:
    """
    Check whether a file is a web page, or a program's error in place of a script.

    No script begins with a tag, but one that is no module may begin with "<!--" (ECMA-262, B.1.1).
    """
    beginning = data[:_ENOUGH_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if part.kind == "script" and beginning.startswith(b"<"):
        return part.is_module or not beginning.startswith(b"<!--")
    return beginning.startswith(_PAGE_STARTS)


def _defect(part: PagePart, page_url: str, head: ResponseHead, body: Body) -> PartDefect | None:
    """Return what makes a file useless although its status is good or a redirect; else None."""
    if head.status in _REDIRECTS:
        to = urldefrag(urljoin(part.url, head.get("location"))).url
        return "circle" if to in {part.url, page_url} else None
    if body.data.startswith(_GZIP_START) and not head.get("content-encoding"):
        return "packed"
    is_file = part.kind == "script" and head.status == HTTPStatus.OK
    return "empty" if is_file and body.is_whole and not body.data.strip() else None
