"""Top-level domains that browsers open only by https, whatever was typed."""

from __future__ import annotations

# Whole endings on the list of preloaded HSTS (RFC 6797, section 12.3) that Chromium keeps and the
# other browsers take over: net/http/transport_security_state_static.json, 2025.
_ENDINGS = frozenset(
    {
        *("app", "bank", "boo", "channel", "dad", "day", "dev", "eat", "esq", "fly", "foo", "ing"),
        *("insurance", "meme", "mov", "new", "nexus", "page", "phd", "prof", "rsvp", "zip"),
        # One company's own.
        *("amazon", "android", "audible", "azure", "bing", "chrome", "fire", "fujitsu", "gle"),
        *("gmail", "google", "hangout", "hotmail", "imdb", "kindle", "meet", "microsoft", "office"),
        *("play", "prime", "search", "silk", "skype", "windows", "xbox", "youtube", "zappos"),
        *("xn--cckwcxetd", "xn--jlq480n2rg"),
    }
)


def https_only_ending(host: str) -> str | None:
    """Return the ending for which browsers never use plain http; None for every other name."""
    ending = host.rpartition(".")[2]
    return ending if ending in _ENDINGS and ending != host else None
