"""Rules about what the web server answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from diagnostics.catalogue import Finding
from diagnostics.catalogue.remedies import variants_of
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.network.other_names import (
    answers_same_path_by_address,
    port_answers_by_address,
)
from diagnostics.rules.pages.page_code import CODE_OF_FAILURE, code_of_failure, kind_of_page
from diagnostics.rules.pages.page_finding import last_page, page_finding
from diagnostics.rules.pages.page_fingerprints import PageKind
from diagnostics.rules.ways import Way

_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}


@concludes(asks=(kind_of_page,))
def page_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The page at the end of the redirects is an error, empty, incomplete, or not the site's own.

    RFC 9110, section 15.4, defines redirects; http and https are judged separately.
    """
    for way in evidence.ways:
        first = evidence.first_pages(way)
        # "Too many requests" on only one of http and https is due to our own requests.
        if way != evidence.open_way and _is_counted_out(evidence, first):
            continue
        kinds = {page.id: kind_of_page(page, evidence) for page in first}
        broken = [page for page in first if kinds[page.id]]
        works = [page for page in first if page.status is not None and not kinds[page.id]]
        for kind in dict.fromkeys(kinds[page.id] for page in broken):
            here = [page for page in broken if kinds[page.id] == kind]
            if kind:
                yield _kind_finding(kind, evidence, way, here, works=works)
        end = evidence.chain(way).end
        kind = kind_of_page(end, evidence) if end else None
        if end and kind and end not in first:
            yield _kind_finding(kind, evidence, way, [end])


def _is_counted_out(evidence: Evidence, pages: Sequence[HttpObservation]) -> bool:
    """Check for "too many requests" (RFC 6585, 4) on a way while the open way serves the page."""
    end = evidence.chain(evidence.open_way).end if evidence.open_way else None
    is_limited = bool(pages) and all(p.status == HTTPStatus.TOO_MANY_REQUESTS for p in pages)
    return is_limited and end is not None and end.is_served


def _kind_finding(
    kind: PageKind,
    evidence: Evidence,
    way: Way,
    pages: list[HttpObservation],
    *,
    works: Sequence[HttpObservation] = (),
) -> Finding:
    """Return a finding about a page, with the variant's own fixer, symptom and severity."""
    if not kind.variant:
        return page_finding(kind.code, evidence, way, pages, works=works)
    finding = page_finding(kind.code, evidence, way, pages, works=works, variant=kind.variant)
    differs = variants_of(kind.code).get(kind.variant, {})
    return finding.model_copy(
        update={name: differs[name] for name in ("fixer", "symptom", "severity") if name in differs}
    )


@concludes("http.timeout", asks=(code_of_failure,))
def answer_never_completes(evidence: Evidence) -> Iterator[Finding]:
    """
    The server works, but this request gets no answer within the time limit.

    It works if it speaks TLS, answers another name and path on the same port (RFC 9112, section
    9.5), or refuses a request without a host (section 3.2). Otherwise no program answers at all.
    """
    for way in evidence.ways:
        first = evidence.first_pages(way)
        silent = [page for page in first if page.failure is Failure.HTTP_SILENT]
        speaks = way.scheme == "https" or port_answers_by_address(evidence, way.port)
        if silent and speaks:
            works = [page for page in first if page.status is not None and not page.failure]
            yield page_finding("http.timeout", evidence, way, silent, works=works)
        last = last_page(evidence, way)
        if last and last not in first and last.failure is Failure.HTTP_SILENT:
            yield page_finding("http.timeout", evidence, way, [last])
        if last and last not in first and last.failure in CODE_OF_FAILURE:
            yield page_finding(CODE_OF_FAILURE[last.failure], evidence, way, [last])


@concludes("http.vhost_missing")
def server_answers_other_names_only(evidence: Evidence) -> Iterator[Finding]:
    """
    The server closes the connection for this name, but answers the same request by address.

    A web server may be set not to answer for names that it doesn't know (RFC 9110, section 7.4).
    """
    for way in evidence.ways:
        if answers_same_path_by_address(evidence, way.port):
            pages = [p for p in evidence.first_pages(way) if p.failure in _DROPPED]
            others = [p for p in evidence.by_address if p.port == way.port and p.status is not None]
            if pages:
                yield page_finding("http.vhost_missing", evidence, way, [*others, *pages])
