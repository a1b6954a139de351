"""
Find the registered part of a name, by the public suffix list of tldextract.

Nothing is downloaded. tldextract imports requests, so it is imported at the first use for a name: a
refused address costs nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from diagnostics.late_imports import importing
from diagnostics.targets.target import as_address

if TYPE_CHECKING:
    from tldextract import TLDExtract

_TESTING_SUFFIXES = {"test", "example", "invalid"}  # RFC 6761: ordinary names that don't resolve


def registered_domain(host: str) -> str:
    """
    Return the part of a name that somebody registered (`shop.co.uk`); an address comes back as it
    is.

    An unlisted ending counts as one label.
    """
    if as_address(host) is not None:
        return host
    parts = _suffix_list()(host)
    if not parts.domain:
        return host
    if not parts.suffix:
        return ".".join(host.split(".")[-2:])
    return f"{parts.domain}.{parts.suffix}"


def has_public_suffix(name: str) -> bool:
    """Check whether a word is a name below a public suffix or below one reserved for tests."""
    if name.rpartition(".")[2] in _TESTING_SUFFIXES:
        return True
    parts = _suffix_list()(name)
    return bool(parts.suffix and parts.domain)


@cache
def _suffix_list() -> TLDExtract:
    with importing:
        from tldextract import TLDExtract  # noqa: PLC0415 - see above
    # Without these arguments it would download a list and write it to disk.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)
