"""Request the scripts that fill a page, or its style sheets, to see whether browsers get them."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from diagnostics.late_imports import importing
from diagnostics.observations import HttpObservation, PagePart, PagePartObservation
from diagnostics.options import Address
from diagnostics.plan.redirects import judge_url
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.probes.page_part import probe_page_part
from diagnostics.targets import port_of

# A program may be turned away where a browser isn't.
_MAX_OTHERS = 3
_EARLY_ENDS = {"cut", "stuck"}
_MAY_MEAN_US = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.TOO_MANY_REQUESTS}


def look_at_parts(run: Run, page: HttpObservation | None) -> None:
    """
    Request the scripts of a page that shows nothing without them, else its style sheets.

    They are requested one after the other until one is fine, so a working page takes one more
    request. If none is, its other files are requested too, to see whether the server sends files at
    all. Files that the page's policy blocks aren't requested.
    """
    if page is None or page.address is None or page.status != HTTPStatus.OK or page.failure:
        return
    with importing:
        from diagnostics.rules.pages.page_parts import comes  # noqa: PLC0415 - loaded by now
    wanted = "script" if page.is_shell else "style"
    allowed = [part for part in page.parts if not part.is_blocked]
    parts = [part for part in allowed if part.kind == wanted]
    if not parts:
        return
    others = [part for part in allowed if part.kind != wanted][:_MAX_OTHERS]
    for number, part in enumerate([*parts, *others], 1):
        seen = _ask(run, page, part, number)
        if seen is None or comes(seen, page) is not False:
            return


def _ask(
    run: Run, page: HttpObservation, part: PagePart, number: int
) -> PagePartObservation | None:
    is_closed = run.is_over or not run.policy.may_speak_http(port_of(part.url))
    if is_closed or not run.once(f"part-{part.url}"):
        return None
    address = _address_of(run, page, part)
    if address is None:
        return None

    def probe(*, as_browser: bool) -> PagePartObservation:
        return probe_page_part(
            address,
            part,
            page,
            number=number,
            user_agent=run.options.user_agent,
            deadline=run.deadline,
            as_browser=as_browser,
        )

    seen = probe(as_browser=page.as_browser)
    if seen.status in _MAY_MEAN_US and not page.as_browser:
        seen = probe(as_browser=True)
    # A single answer that breaks off may be due to our own connection.
    if seen.defect in _EARLY_ENDS:
        seen = probe(as_browser=page.as_browser)
    return run.emit(seen)


def _address_of(run: Run, page: HttpObservation, part: PagePart) -> Address | None:
    """Return the address to request a file from: the page's own, or one of another host's."""
    host = urlsplit(part.url).hostname or ""
    if host == page.host and page.address is not None:
        return ip_address(page.address)
    target, _ = judge_url(run, part.url)
    addresses = find_addresses(run, target.host) if target is not None else []
    return addresses[0] if addresses else None
