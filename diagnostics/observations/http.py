"""The observation of one request and its page."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from diagnostics.observations.base import BaseObservation, FrozenModel

PartKind = Literal["script", "style", "picture"]
PartDefect = Literal["packed", "empty", "circle", "cut", "stuck"]
_OF_LIMITS = {429, 503}
_SERVER_ERRORS = {500, 502, 503, 504}
Phase = Literal["name", "connection", "handshake", "first_byte", "body"]


class LoadTimeObservation(BaseObservation):
    """
    One more try of a page that was slow, on a connection of its own: the seconds of each phase.

    `repeats` is the page that was slow, None for a page of a control (`INTAKE_CONTROL`). `name_s`
    is how long a name took that nobody asked for before, only where names are in question. A phase
    that was not come to is None; `unfinished` is the one that we stopped waiting in.
    """

    probe: Literal["load_time"] = "load_time"
    address: str | None
    url: str
    host: str
    port: int
    repeats: str | None = None
    status: int | None = None
    name_s: float | None = None
    connection_s: float | None = None
    handshake_s: float | None = None
    first_byte_s: float | None = None
    body_s: float | None = None
    body_size_bytes: int | None = None
    unfinished: Phase | None = None

    @property
    def is_control(self) -> bool:
        """Whether it is of a place that is known to work, not of the target."""
        return self.repeats is None


class PagePart(FrozenModel):
    """
    A file that a page asks for: a script, a style sheet, a picture or an icon.

    It is of the page's own host, or a script of another that the page shows nothing without.
    `is_blocked`: the page's own policy keeps browsers from loading it. `needs_leave`: being of
    elsewhere, it must be open to the page (CORS). `integrity` are the hashes that it must have.
    """

    kind: PartKind
    url: str
    is_module: bool = False
    is_blocked: bool = False
    needs_leave: bool = False
    integrity: str = ""


class PagePartObservation(BaseObservation):
    """
    What came for one part of a page, `page` being that page's observation.

    `content_type` is the media type alone, "" where none was said. `is_markup`: a web page came
    instead. `is_strict`: the server forbids to guess the type (`nosniff`). `is_open` tells whether
    the page may use it from elsewhere, `fits_integrity` whether it has one of the hashes that the
    page demands; None where neither is asked for or known. `defect` is what else makes it useless:
    packed by gzip and not announced as such, not a byte, or a redirect to itself or to the page; a
    script that ends before its announced length (`cut`), or of which no more comes (`stuck`).
    """

    probe: Literal["page_part"] = "page_part"
    address: str
    url: str
    host: str
    port: int
    page: str
    kind: PartKind
    is_module: bool = False
    status: int | None = None
    content_type: str = ""
    is_markup: bool = False
    is_strict: bool = False
    is_open: bool | None = None
    fits_integrity: bool | None = None
    defect: PartDefect | None = None


class HttpObservation(BaseObservation):
    """
    One request to one address, one hop; redirects are separate observations.

    `next_url` is where the answer redirects, absolute; `is_refresh`: by a page that is shown, not
    by its status. `by_address` tells a request that named the address instead of the host.
    `headers` are the few that conclusions need. `sets_cookie` and `cookies` keep no value.

    Of the page: its first heading, the beginning of its visible text and how long that is, how many
    links, and what it loads or refreshes to. `unquoted_start` is the visible text without quotes
    and code, None where there is none. `own_links` counts other pages of the same host,
    `other_domains` are the first that its links lead to. Sizes are None where not the whole page
    was read. `styles` counts its style sheets, `blocked_styles` those that browsers refuse to load,
    of which `blocked_style` is one. `parts` are the first scripts, style sheets and pictures of its
    own host; `is_shell`: without its scripts the page shows nothing, `has_other_scripts`: others
    than those may fill it. `has_doctype`: browsers read it by the rules of today. `charset` is what
    browsers read it in where it is written in another, `charset_of_text`, as far as that is known.
    `body_is_cut_by_time`: our time was over while the body still came. `first_byte_s` counts from
    the request, `body_s` from the first byte. `forbidden_field` is a header that HTTP/2 forbids.
    `frame_url` is the one frame that the page consists of, `frame_rule` who may frame the page.
    `unread_encoding` is a compression that we neither asked for nor undo: the page is unknown.
    `xml_error` is the mistake at which browsers stop, where the page is sent as XML.

    How it was asked: `segment_bytes` tells clamped TCP segments, `protocol` what was spoken, by its
    name in ALPN, `as_browser` a browser's words, `as_phone` those of a phone's browser that comes
    from a search; `repeats` is the observation that it repeats in
    another manner, in those words or by HTTP/1.1. `certificate_ends` is of the certificate that a
    request of its own connection got; None where the handshake is an observation by itself.
    """

    probe: Literal["http"] = "http"
    address: str | None
    url: str
    host: str
    port: int
    hop: int = 1
    way: str = "http"
    by_address: bool = False
    as_browser: bool = False
    as_phone: bool = False
    repeats: str | None = None
    protocol: str = "http/1.1"
    status: int | None = None
    reason: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    sets_cookie: bool = False
    next_url: str | None = None
    is_refresh: bool = False
    first_byte_s: float | None = None
    body_s: float | None = None
    body_size_bytes: int | None = None
    body_is_whole: bool | None = None
    body_is_cut_by_time: bool = False
    title: str = ""
    heading: str = ""
    text_start: str = ""
    unquoted_start: str | None = None
    text_size: int | None = None
    links: int | None = None
    own_links: int | None = None
    other_domains: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    styles: int = 0
    blocked_styles: int = 0
    blocked_style: str = ""
    parts: tuple[PagePart, ...] = ()
    is_shell: bool = False
    has_other_scripts: bool = False
    has_doctype: bool = False
    charset: str = ""
    charset_of_text: str = ""
    cookies: tuple[str, ...] = ()
    body_start: str = ""
    first_bytes: str = ""
    forbidden_field: str = ""
    frame_url: str = ""
    frame_rule: str = ""
    unread_encoding: str = ""
    xml_error: str = ""
    segment_bytes: int | None = None
    certificate_ends: datetime | None = None

    @property
    def is_error(self) -> bool:
        """Whether the answer is an error, the asker's or the server's (RFC 9110, section 15)."""
        return self.status is not None and self.status >= HTTPStatus.BAD_REQUEST

    @property
    def may_pass(self) -> bool:
        """Whether the same request may be answered a moment later (RFC 9110, section 15.6)."""
        return self.counts_requests or self.status in _SERVER_ERRORS

    @property
    def counts_requests(self) -> bool:
        """Whether a limit on requests may say this (RFC 6585, section 4; nginx's own say 503)."""
        return self.status in _OF_LIMITS

    @property
    def is_strict_below(self) -> bool:
        """Whether browsers then use https alone for every name below (RFC 6797, section 6.1)."""
        header = self.headers.get("strict-transport-security", "").lower()
        words = header.replace(" ", "").replace('"', "").split(";")
        ages = [word.removeprefix("max-age=") for word in words if word.startswith("max-age=")]
        # An age of nothing takes it back.
        return "includesubdomains" in words and any(age.strip("0").isdigit() for age in ages)

    @property
    def is_served(self) -> bool:
        """Whether an answer came whole enough to be read, and it is no error."""
        return self.failure is None and self.status is not None and not self.is_error
