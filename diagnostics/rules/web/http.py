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
from diagnostics.rules.network.other_names import answers_another_name, other_names_answer
from diagnostics.rules.pages.page_code import CODE_OF_FAILURE, code_of_failure, kind_of_page
from diagnostics.rules.pages.page_finding import last_page, page_finding
from diagnostics.rules.pages.page_fingerprints import PageKind
from diagnostics.rules.ways import Way

_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}


@concludes(asks=(kind_of_page,))
def page_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """The page that a way ends at (RFC 9110, section 15.4) is an error, empty, cut, or no site."""
    for way in evidence.ways:
        first = evidence.first_pages(way)
        # Who is served by one way and counted out on the other was counted for our own requests.
        if way != evidence.leading and _is_counted_out(evidence, first):
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
    """Whether a way says "too many requests" while the leading one gives the page (RFC 6585, 4)."""
    end = evidence.chain(evidence.leading).end if evidence.leading else None
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
    """Name a page in the words of its variant, and who can fix that one."""
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
    The server speaks, and this request gets nothing within the time limit.

    TLS is spoken, or another name and path on the same port are answered (RFC 9112, section 9.5),
    or what names no host is refused there (section 3.2): else no program answers there at all.
    """
    for way in evidence.ways:
        first = evidence.first_pages(way)
        silent = [page for page in first if page.failure is Failure.HTTP_SILENT]
        speaks = way.scheme == "https" or answers_another_name(evidence, way.port)
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
    The connection is closed for this name, and the same request for the address is answered.

    A web server may be set to say nothing to names that it does not know (RFC 9110, section 7.4).
    """
    for way in evidence.ways:
        if other_names_answer(evidence, way.port):
            pages = [p for p in evidence.first_pages(way) if p.failure in _DROPPED]
            others = [p for p in evidence.by_address if p.port == way.port and p.status is not None]
            if pages:
                yield page_finding("http.vhost_missing", evidence, way, [*others, *pages])
