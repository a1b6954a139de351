"""Pages that are not the site, recognised by at least two signals from the catalogue."""

from __future__ import annotations

from diagnostics.observations import HttpObservation
from diagnostics.texts import load_yaml

_ENOUGH_SIGNALS = 2


def page_kind(page: HttpObservation) -> str | None:
    """Give the code that names this page, or None: it may well be the site."""
    for code, fingerprints in load_yaml("findings/catalogue/pages.yaml").items():
        for fingerprint in fingerprints:
            signals = [_matches(page, name, words) for name, words in fingerprint.items()]
            if all(signals) and len(signals) >= _ENOUGH_SIGNALS:
                return str(code)
    return None


def _matches(page: HttpObservation, signal: str, words: str) -> bool:
    if signal == "title":
        return words in page.title.lower()
    if signal == "url":
        return words in page.url.lower() or words in (page.next_url or "").lower()
    if signal == "header":
        return any(words in value.lower() for value in page.headers.values())
    return words in page.body_start.lower()
