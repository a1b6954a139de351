"""Rules about pages that come, and that browsers can't show as they are meant."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.pages.page_finding import page_finding


@concludes("http.wrong_charset")
def letters_are_garbled(evidence: Evidence) -> Iterator[Finding]:
    """
    The page names another encoding than it is written in (RFC 9110, section 8.3.2).

    The header counts before what the page says of itself (HTML, section 13.2.3.2).
    """
    for way in evidence.ways:
        end = evidence.chain(way).end
        if end is None or not end.is_served or not end.charset:
            continue
        actual = end.charset_of_text
        variant = "" if actual else "of_unknown"
        yield page_finding(
            "http.wrong_charset",
            evidence,
            way,
            [end],
            term=end.charset,
            found=actual,
            variant=variant,
        )


@concludes("http.mixed_content")
def styles_are_blocked(evidence: Evidence) -> Iterator[Finding]:
    """
    An https page asks for its own style sheets by http, which browsers refuse.

    At least half of its sheets (RFC 9110, section 4.3.4; Mixed Content, section 5.1): with less
    missing a page looks nearly as it should.
    """
    for way in evidence.ways:
        end = evidence.chain(way).end
        if end is None or not end.is_served:
            continue
        if end.blocked_styles and end.blocked_styles * 2 >= end.styles:
            yield page_finding(
                "http.mixed_content",
                evidence,
                way,
                [end],
                term=end.blocked_style,
                count=end.blocked_styles,
            )


@concludes("http.malformed")
def packing_is_not_asked_for(evidence: Evidence) -> Iterator[Finding]:
    """
    A page by plain http is packed in a way that no browser asks for there (RFC 9110, 12.5.3).

    Browsers ask for br and zstd by https alone, and some refuse them elsewhere.
    """
    for way in evidence.ways:
        end = evidence.chain(way).end
        if end is None or not end.is_served or not end.unread_encoding:
            continue
        if end.url.startswith("http:"):
            finding = page_finding(
                "http.malformed",
                evidence,
                way,
                [end],
                variant="unasked",
                term=end.unread_encoding,
            )
            yield finding.model_copy(update={"severity": "warning", "fixer": "customer"})


@concludes("http.malformed")
def markup_breaks_off(evidence: Evidence) -> Iterator[Finding]:
    """The page is sent as XML (RFC 3236, section 2), and browsers stop at a mistake of its form."""
    for way in evidence.ways:
        end = evidence.chain(way).end
        if end is not None and end.is_served and end.xml_error:
            finding = page_finding(
                "http.malformed", evidence, way, [end], variant="xml", term=end.xml_error
            )
            yield finding.model_copy(update={"fixer": "customer"})
