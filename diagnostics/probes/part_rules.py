"""Browsers' checks of a page's file: its hash (SRI), and the permission of its origin (CORS)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from urllib.parse import urlsplit

_HASH = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_=-]{40,100})(?:\?\S*)?")


def fits_integrity(integrity: str, body: bytes) -> bool | None:
    """
    Compare a file with the hashes that a page requires (Subresource Integrity, section 3.3.4).

    Of several algorithms the strongest counts; any one of its hashes is enough. None if no hash is
    valid: browsers then require nothing.
    """
    demanded: dict[str, set[bytes]] = {}
    for match in map(_HASH.fullmatch, integrity.split()):
        if match is None:
            continue
        try:
            digest = base64.b64decode(match[2].replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            continue
        demanded.setdefault(match[1], set()).add(digest)
    if not demanded:
        return None
    strongest = max(demanded)  # the names sort by strength
    return hashlib.new(strongest, body).digest() in demanded[strongest]


def is_open_to(page_url: str, allowed: str) -> bool:
    """Check whether Access-Control-Allow-Origin permits a page to use a file (Fetch, 4.9)."""
    page = urlsplit(page_url)
    return allowed.strip() in {"*", f"{page.scheme}://{page.netloc}"}
