"""The headers of our requests: our own, a browser's or a phone's."""

from __future__ import annotations

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",  # as browsers do: what is packed wrongly shows only then
    "Accept-Language": "en, ru;q=0.9, *;q=0.5",
}
# The headers of a common browser, for sites that refuse programs.
_BROWSER_HEADERS = {
    "User-Agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36"
    ),
    "Accept": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
        "*/*;q=0.8"
    ),
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en-US,en;q=0.9,ru;q=0.8",
    "Upgrade-Insecure-Requests": "1",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-User": "?1",
    "Sec-Fetch-Dest": "document",
}


# Only the headers of a phone that intruders' conditions use.
_PHONE_HEADERS = {
    "User-Agent": (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36"
    ),
    "Referer": "https://www.google.com/",
}


def headers_of_request(
    user_agent: str, *, as_browser: bool, as_phone: bool = False
) -> dict[str, str]:
    """Return the headers of a request: ours with `user_agent`, or a browser's or a phone's."""
    if as_phone:
        return _HEADERS | _PHONE_HEADERS
    return dict(_BROWSER_HEADERS if as_browser else _HEADERS | {"User-Agent": user_agent})
