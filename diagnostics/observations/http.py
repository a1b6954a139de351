"""Observations of HTTP requests and pages."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from diagnostics.observations.base import BaseObservation, FrozenModel

PartKind = Literal["script", "style", "picture"]
PartDefect = Literal["packed", "empty", "circle", "cut", "stuck"]
_RATE_LIMIT_STATUSES = {429, 503}
_SERVER_ERRORS = {500, 502, 503, 504}
Phase = Literal["name", "connection", "handshake", "first_byte", "body"]


class LoadTimeObservation(BaseObservation):
    """
    A repeated request for a slow page, on a connection of its own: the seconds of each phase.

    `repeats` is the observation of the slow page, None for a page of a control (`INTAKE_CONTROL`).
    `name_s` is how long an uncached name took to resolve, measured only if name servers are
    suspected. A phase that was not reached is None; `unfinished` is the one during which we stopped
    waiting.
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
        """Whether it measures a place that is known to work, not the target."""
        return self.repeats is None


class PagePart(FrozenModel):
    """
    A file that a page loads: a script, a style sheet, a picture or an icon.

    It is on the page's own host, or a script of another host without which the page shows nothing.
    `is_blocked`: the page's own policy keeps browsers from loading it. `needs_leave`: it is on
    another host, so that host must allow it (CORS). `integrity` are the hashes that it must have.
    """

    kind: PartKind
    url: str
    is_module: bool = False
    is_blocked: bool = False
    needs_leave: bool = False
    integrity: str = ""


class PagePartObservation(BaseObservation):
    """
    The answer for one part of a page, `page` being that page's observation.

    `content_type` is the media type alone, "" if none was sent. `is_markup`: a web page came
    instead. `is_strict`: the server forbids browsers to guess the type (`nosniff`). `is_open`:
    whether the page may use it from another host. `fits_integrity`: whether it has one of the
    hashes that the page demands. Both are None if they don't apply or aren't known. `defect` is
    another reason why it is useless: compressed by gzip without saying so, empty, or a redirect to
    itself or to the page; a script that ends before its announced length (`cut`), or that stalls
    (`stuck`).
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

    `next_url` is the absolute address of a redirect; `is_refresh`: by the page's content, not by
    its status. `by_address`: the request named the address instead of the host. `headers` are the
    few that conclusions need. `sets_cookie` and `cookies` contain no values.

    Of the page: its first heading, the beginning of its visible text and the text's length, the
    number of links, and what it loads or refreshes to. `unquoted_start` is the visible text without
    quotations and code, None if there is none. `own_links` counts links to other pages of the same
    host, `other_domains` are the first other domains that it links to. Sizes are None if the page
    was not read completely. `styles` counts its style sheets, `blocked_styles` those that browsers
    refuse to load; `blocked_style` is one of these. `parts` are the first scripts, style sheets and
    pictures of its own host. `is_shell`: without its scripts the page shows nothing;
    `has_other_scripts`: other scripts may fill it. `has_doctype`: browsers use standards mode.
    `charset` is the encoding in which browsers read it, if it is written in another,
    `charset_of_text`, as far as that is known. `body_is_cut_by_time`: our time was over while the
    body still came. `first_byte_s` counts from the request, `body_s` from the first byte.
    `forbidden_field` is a header that HTTP/2 forbids. `frame_url` is the one frame that the page
    consists of, `frame_rule` the rule on who may frame the page. `unread_encoding` is a compression
    that we neither asked for nor decode, so the page is unknown. `xml_error` is the error at which
    browsers stop, if the page is sent as XML.

    Of the request: `segment_bytes` are clamped TCP segments, `protocol` is the protocol used, by
    its ALPN name, `as_browser`: with a browser's headers, `as_phone`: with those of a phone's
    browser that comes from a search; `repeats` is the observation that this one repeats in another
    way, with such headers or by HTTP/1.1. `certificate_ends` is the end of the certificate that a
    request on its own connection got, None if the handshake is an observation of its own.
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
        """Whether the answer is an error of the client's or the server's (RFC 9110, section 15)."""
        return self.status is not None and self.status >= HTTPStatus.BAD_REQUEST

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a moment later (RFC 9110, section 15.6)."""
        return self.counts_requests or self.status in _SERVER_ERRORS

    @property
    def counts_requests(self) -> bool:
        """
        Whether the status may mean a rate limit (RFC 6585, section 4; nginx's own
        limits send 503).
        """
        return self.status in _RATE_LIMIT_STATUSES

    @property
    def is_strict_below(self) -> bool:
        """Whether browsers then use only https for every subdomain (RFC 6797, section 6.1)."""
        header = self.headers.get("strict-transport-security", "").lower()
        words = header.replace(" ", "").replace('"', "").split(";")
        ages = [word.removeprefix("max-age=") for word in words if word.startswith("max-age=")]
        # An age of zero revokes it.
        return "includesubdomains" in words and any(age.strip("0").isdigit() for age in ages)

    @property
    def is_served(self) -> bool:
        """Whether a readable answer came that is no error."""
        return self.failure is None and self.status is not None and not self.is_error
