"""Rules about pages that browsers get but can't show correctly."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.pages.page_finding import page_finding


@concludes("http.wrong_charset")
def letters_are_garbled(evidence: Evidence) -> Iterator[Finding]:
    """
    The page declares another character encoding than it has (RFC 9110, section 8.3.2).

    The HTTP header overrides the page's own declaration (HTML, section 13.2.3.2).
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
    An https page loads its own style sheets by http, which browsers block.

    At least half of the sheets are concerned (RFC 9110, section 4.3.4; Mixed Content, section 5.1);
    with fewer missing, a page looks nearly right.
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
    A page by plain http is compressed in a way that browsers don't accept there (RFC 9110, 12.5.3).

    Browsers ask for br and zstd only by https, and some refuse them by http.
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
    """The page is sent as XML (RFC 3236, section 2), and browsers stop at a syntax error in it."""
    for way in evidence.ways:
        end = evidence.chain(way).end
        if end is not None and end.is_served and end.xml_error:
            finding = page_finding(
                "http.malformed", evidence, way, [end], variant="xml", term=end.xml_error
            )
            yield finding.model_copy(update={"fixer": "customer"})
