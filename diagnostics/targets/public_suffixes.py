"""The public suffix list: which part of a name somebody registered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tldextract


def registered_domain(host: str) -> str:
    """
    Give the part of a name that somebody registered (`shop.co.uk`); an address as it is.

    The public suffix list is the one that comes with tldextract; an unlisted ending counts as one
    label.
    """
    parts = _suffixes()(host)
    if not parts.domain or ":" in host or host.replace(".", "").isdigit():
        return host
    if not parts.suffix:
        return ".".join(host.split(".")[-2:])
    return f"{parts.domain}.{parts.suffix}"


def has_public_suffix(name: str) -> bool:
    """Return whether a name ends in a listed suffix and has more than that."""
    parts = _suffixes()(name)
    return bool(parts.suffix and parts.domain)


@cache
def _suffixes() -> tldextract.TLDExtract:
    import tldextract  # noqa: PLC0415 - it imports requests, and an address needs none of it

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
