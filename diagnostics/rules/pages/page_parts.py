"""The rule about a page's scripts and style sheets that browsers can't load."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation, PagePart, PagePartObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, ids, split_host_port
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.targets import as_address
from diagnostics.texts import escape_hidden

_PASSWORD = {HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED}
_REDIRECTS = range(300, 400)
_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_MISSING = {Failure.TCP_REFUSED, Failure.TLS_PLAIN_TEXT, Failure.TLS_BROKEN, Failure.TLS_ALERT}
_CSS, _SCRIPTS = "text/css", ("javascript", "ecmascript")


def comes(seen: PagePartObservation, page: HttpObservation) -> bool | None:
    """Check whether browsers can use the answer for a page's file; None if that isn't certain."""
    if seen.failure is not None:
        return False if seen.failure in _MISSING else None
    if seen.status is not None and seen.defect is not None:
        return False
    if seen.status is None or seen.status in _PASSWORD or seen.status in _REDIRECTS:
        return None
    # Another server may refuse only our address.
    if seen.host != page.host and seen.status not in {*_ABSENT, HTTPStatus.OK}:
        return None
    if seen.is_open is False or seen.fits_integrity is False:
        return False
    return seen.status < HTTPStatus.BAD_REQUEST and not _is_of_wrong_type(seen, page)


def _is_of_wrong_type(seen: PagePartObservation, page: HttpObservation) -> bool:
    """
    Check whether browsers refuse a file by type (HTML, 4.2.4 and 8.1.4.2; Fetch, section 2.9).

    A web page in place of a script fails at its first character, whatever its type.
    """
    kind = seen.content_type
    if seen.kind == "picture":
        return seen.is_markup
    if seen.kind == "style":
        return bool(kind) and kind != _CSS and (page.has_doctype or seen.is_strict)
    is_script = any(word in kind for word in _SCRIPTS)
    return seen.is_markup or ((seen.is_module or seen.is_strict) and not is_script)


@concludes("http.parts_missing")
def page_lacks_its_parts(evidence: Evidence) -> Iterator[Finding]:
    """
    A page that is filled by scripts gets none of them, or a page gets none of its style sheets.

    The server doesn't have the file, sends a type other than a script's or a style sheet's (RFC
    9239, RFC 2318; HTML, sections 4.2.4 and 8.1.4.2), or the page's own policy keeps browsers from
    loading it (CSP 3, section 4.1.2). All of the first three files must be missing. If there are
    other scripts, which may fill the page, or if no file comes at all, which looks the same at a
    server that shows one page for everything, it is only worth knowing; a server error shows that
    it isn't such a server. A script that stops half-way may be due to the network: a warning.
    """
    open_way = evidence.open_way
    end = evidence.chain(open_way).end if open_way else None
    if end is None or not end.is_served or code_of_page(end, evidence):
        return
    kind = "script" if end.is_shell else "style"
    parts = [part for part in end.parts if part.kind == kind]
    lost = [(part, seen) for part in parts if (seen := _lost(evidence, end, part)) is not None]
    if not parts or len(lost) < len(parts):
        return
    part, seen = lost[0]
    variant = _variant(end, part, seen)
    is_plain = variant in {"", "markup", "styles", "styles_markup"} and not _is_own_error(seen)
    severity: Severity = "warning"
    may_be_filled = kind == "script" and end.has_other_scripts
    if may_be_filled or (is_plain and not _gives_files(evidence, end)):
        severity, variant = "info", "unsure"
    elif kind == "script" and variant != "stuck" and not _is_refused_to_us(evidence, end, seen):
        severity = "critical"
    yield make_finding(
        "http.parts_missing",
        escape_hidden(end.url, 120),
        ids([end, *(o for _, o in lost if isinstance(o, PagePartObservation))]),
        severity=severity,
        symptom="blank" if kind == "script" else "other-error",
        variant=variant,
        part=escape_hidden(part.url, 120),
        status=getattr(seen, "status", None) or "",
        type=getattr(seen, "content_type", "") or "text/html",
        host=end.host,
        other_host=_host_of(part),
    )


def _is_own_error(seen: PagePartObservation | PagePart) -> bool:
    """Check for a server error, or "forbidden" (RFC 9110, section 15.5.4)."""
    status = seen.status if isinstance(seen, PagePartObservation) else None
    return status is not None and (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.FORBIDDEN
    )


def _is_refused_to_us(
    evidence: Evidence, page: HttpObservation, seen: PagePartObservation | PagePart
) -> bool:
    """Check whether a server without usable files forbids this one; it may refuse only programs."""
    status = seen.status if isinstance(seen, PagePartObservation) else None
    return status == HTTPStatus.FORBIDDEN and not _gives_files(evidence, page)


def _gives_files(evidence: Evidence, page: HttpObservation) -> bool:
    """Check whether any file of the page is fine."""
    parts = evidence.all_of(PagePartObservation)
    return any(part.page == page.id and comes(part, page) for part in parts)


def _lost(
    evidence: Evidence, page: HttpObservation, part: PagePart
) -> PagePartObservation | PagePart | None:
    """
    Return the answer that makes a file unusable, or the file itself; None if it is usable.

    The file itself is returned if the page's policy blocks it, or its host is the visitor's own
    computer or has no address.
    """
    if (
        part.is_blocked
        or _is_local(part, page)
        or name_failure(evidence.lookups_of(_host_of(part))) is not None
    ):
        return part
    return next(
        (
            o
            for o in evidence.all_of(PagePartObservation)
            if (o.page, o.url) == (page.id, part.url) and comes(o, page) is False
        ),
        None,
    )


def _host_of(part: PagePart) -> str:
    return split_host_port(part.url)[0]


def _is_local(part: PagePart, page: HttpObservation) -> bool:
    """
    Check whether a file's host is the visitor's own computer (RFC 6761, section 6.3).

    That is right if the page itself is there.
    """
    host = _host_of(part)
    if host == page.host:
        return False
    address = as_address(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    return host == "localhost" or host.endswith(".localhost")


def _variant(page: HttpObservation, part: PagePart, seen: PagePartObservation | PagePart) -> str:
    """Return the variant: whether scripts or styles are missing, and why."""
    if isinstance(seen, PagePart):
        why = "blocked" if part.is_blocked else "local" if _is_local(part, page) else "nowhere"
    elif seen.fits_integrity is False:
        why = "changed"
    elif seen.is_open is False:
        why = "shut"
    elif part.url.startswith("https:") and page.url.startswith("http:") and seen.failure:
        why = "upgraded"
    elif seen.defect is not None:
        why = seen.defect
    elif seen.status is None or seen.status >= HTTPStatus.BAD_REQUEST:
        why = ""
    else:
        why = "markup" if seen.is_markup else "type"
    if why == "" and _host_of(part) != page.host:
        why = "elsewhere"
    return "_".join(word for word in ("styles" if part.kind == "style" else "", why) if word)
