"""
Parser of DKIM key records (RFC 6376, section 3.6.1): the key, or why receivers can't use it.

Pure: it sends no query, and whether a bad key does harm is for the rules.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal

from diagnostics.late_imports import importing

MIN_BITS = 1024  # RFC 8301, section 3.2: verifiers reject shorter keys
_MAX_KEY = 4096  # characters; a key of 16,384 bits has 2,800
_ED25519_BYTES = 32  # RFC 8463, section 4
_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*([^;]*?)\s*")
_KEY_TAG = re.compile(r"(?:^|;)\s*p\s*=", re.IGNORECASE)
_HASHES = {"sha256"}
_SERVICES = {"*", "email"}

KeyFault = Literal["syntax", "revoked", "key", "short", "type", "scope"]


@dataclass(frozen=True)
class DkimKey:
    """
    One key record. `fault` is None if receivers can use it; else `term` is the part at fault.

    `bits` is the length of an RSA key. `is_test` (the flag "y") asks receivers to treat the
    domain's letters as unsigned if their signature fails.
    """

    fault: KeyFault | None = None
    term: str = ""
    bits: int | None = None
    is_test: bool = False


def is_dkim_key(text: str) -> bool:
    """Check whether a text record is meant as a key; a wildcard may answer with other records."""
    return text.lstrip().lower().startswith("v=dkim") or bool(_KEY_TAG.search(text))


def read_dkim_key(text: str) -> DkimKey:
    """Parse a key record; `term` is the first part that receivers can't use."""
    tags = _read_tags(text)
    if isinstance(tags, str):
        return DkimKey("syntax", tags)
    is_test = "y" in _list(tags.get("t", ""))
    if not tags["p"]:
        return DkimKey("revoked", "p=", is_test=is_test)
    for name, known in (("h", _HASHES), ("s", _SERVICES)):
        if name in tags and not _list(tags[name]) & known:
            return DkimKey("scope", f"{name}={tags[name]}", is_test=is_test)
    kind = tags.get("k", "rsa")
    if kind not in {"rsa", "ed25519"}:
        return DkimKey("type", f"k={kind}", is_test=is_test)
    fault, bits = _judge_key(tags["p"], kind)
    return DkimKey(fault, f"p={tags['p'][:24]}" if fault else "", bits, is_test)


def _read_tags(text: str) -> dict[str, str] | str:
    """Return the tags, "p" among them, or the part that can't be parsed (section 3.2)."""
    tags: dict[str, str] = {}
    for number, part in enumerate(part for part in text.split(";") if part.strip()):
        match = _TAG.fullmatch(part)
        # A version is optional; if it is there, it must come first and be exactly this.
        if match is None or (match[1] == "v" and (number, match[2]) != (0, "DKIM1")):
            return part.strip()
        if match[1] in tags:
            return part.strip()
        tags[match[1]] = match[2]
    return tags if "p" in tags else "p="


def _list(text: str) -> set[str]:
    return {entry.strip().lower() for entry in text.split(":")}


def _judge_key(text: str, kind: str) -> tuple[KeyFault | None, int | None]:
    # White space may stand anywhere in a key (section 3.2, FWS).
    try:
        data = base64.b64decode("".join(text[:_MAX_KEY].split()), validate=True)
    except (binascii.Error, ValueError):
        return "key", None
    if kind == "ed25519":
        return (None if len(data) == _ED25519_BYTES else "key"), None
    with importing:  # slow to import, and most diagnoses see no DKIM key
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_der_public_key,
        )
    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        return "key", None
    if not isinstance(key, rsa.RSAPublicKey):
        return "type", None
    return ("short" if key.key_size < MIN_BITS else None), key.key_size
