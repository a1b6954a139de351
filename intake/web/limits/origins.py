"""
The origins that may call us: our own pages only.

Streamlit lets an unknown Origin's handshake ask a public service for this server's own address, in
the event loop and for up to 20 seconds (streamlit/web/server/server_util.py), and accepts
`http://localhost` of any port. So requests of a foreign Origin are refused before they reach it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

_OURS = frozenset({"same-origin", "none"})  # none: typed, or opened from a bookmark

_PORTS = {"http": ":80", "https": ":443"}


class Origins:
    """Checks Origin against Host (RFC 6454, section 7; RFC 6455, section 4.2.2)."""

    def __init__(self, public_url: str | None) -> None:
        self._public = _origin(public_url) if public_url else None

    def allows(self, headers: Headers, *, is_socket: bool) -> bool:
        """
        Check whether a request comes from our own page, or from no page at all.

        Our own forms send "null", because our Referrer-Policy hides their address; then
        Sec-Fetch-Site decides, in browsers that send it. A socket's Origin isn't hidden by that
        policy.
        """
        origin = headers.get("origin")
        if origin is None:
            return True
        if origin == "null":
            return not is_socket and headers.get("sec-fetch-site", "none") in _OURS
        parsed = _origin(origin)
        if parsed is None:
            return False
        # The schemes aren't compared: behind a proxy that terminates TLS we are called by http.
        scheme, host = parsed
        asked = _without_default_port(headers.get("host", ""), scheme)
        return parsed == self._public or host == asked

    def is_by_https(self, headers: Headers) -> bool:
        """
        Check whether a request was sent to our public https address.

        A proxy that isn't named as trusted can't tell us that it terminated TLS, but Host does:
        whoever wrote our public name into it came by https, or should have.
        """
        if self._public is None or self._public[0] != "https":
            return False
        return _without_default_port(headers.get("host", ""), "https") == self._public[1]


def host_of(origin: str) -> str:
    """Return host and port of an allowed Origin, in the form of a Host header."""
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
    """Remove the scheme's default port, which browsers omit and proxies may add."""
    return host.lower().removesuffix(_PORTS[scheme])
