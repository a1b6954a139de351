"""The setting of other sources of incidents: a kind, an equals sign, an address."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from intake.settings.values import split

FEED_KINDS: Final = ("statuspage", "instatus", "cachet", "cachet3", "uptime-kuma", "file")


def _feeds(value: object) -> tuple[tuple[str, str], ...]:
    """Return pairs of a kind and an address; the kinds are those of `incidents.feed_formats`."""
    feeds = []
    for word in map(str, split(value)):
        kind, equals, address = word.partition("=")
        is_page = urlsplit(address).scheme in {"http", "https"} and urlsplit(address).hostname
        if kind not in FEED_KINDS or not equals or not address:
            raise ValueError(
                f"{word!r} is no source; write {', '.join(FEED_KINDS)}, then = and its address,"
                " like statuspage=https://status.example.com"
            )
        if kind != "file" and not is_page:
            raise ValueError(f"{address!r} is no page; write its address with https")
        if kind == "uptime-kuma" and "/status/" not in address:
            raise ValueError(f"{address!r} lacks its page's name: write it up to /status/name")
        feeds.append((kind, address))
    return tuple(feeds)


Feeds = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_feeds)]
