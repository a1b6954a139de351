"""
Which pages may call us: our own alone.

Streamlit lets an unknown Origin's handshake ask a public service for this server's own address, in
the event loop and for up to 20 seconds (streamlit/web/server/server_util.py), and takes
`http://localhost` of any port. So a foreign Origin never gets that far.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

_OURS = frozenset({"same-origin", "none"})  # none: typed, or opened from a bookmark

_PORTS = {"http": ":80", "https": ":443"}


class Origins:
    """Judges by Origin and Host (RFC 6454, section 7; RFC 6455, section 4.2.2)."""

    def __init__(self, public_url: str | None) -> None:
        self._public = _origin(public_url) if public_url else None

    def allows(self, headers: Headers, *, is_socket: bool) -> bool:
        """
        Whether a request comes from our own page, or from no page at all.

        A form of ours says "null", for our Referrer-Policy hides its address; then Sec-Fetch-Site
        tells, in the browsers that send it. A socket's Origin is never hidden by that.
        """
        origin = headers.get("origin")
        if origin is None:
            return True
        if origin == "null":
            return not is_socket and headers.get("sec-fetch-site", "none") in _OURS
        parsed = _origin(origin)
        if parsed is None:
            return False
        # The schemes aren't compared: behind a proxy that ends TLS we are called by http.
        scheme, host = parsed
        asked = _without_default_port(headers.get("host", ""), scheme)
        return parsed == self._public or host == asked


def host_of(origin: str) -> str:
    """Host and port of an allowed Origin, as a Host header has them."""
    return urlsplit(origin).netloc


def _origin(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, _without_default_port(parts.netloc, parts.scheme)


def _without_default_port(host: str, scheme: str) -> str:
    """A host without the scheme's own port, which browsers leave out and proxies may put in."""
    return host.lower().removesuffix(_PORTS[scheme])
