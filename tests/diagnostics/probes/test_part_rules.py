"""What browsers demand of a part that came."""

from __future__ import annotations

import base64
import hashlib

import pytest

from diagnostics.probes.part_rules import fits_integrity, is_open_to

FILE = b"h1 { color: teal }\n"


def hash_of(name: str, body: bytes = FILE) -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, body).digest()).decode()}"


@pytest.mark.parametrize(
    ("integrity", "fits"),
    [
        (hash_of("sha384"), True),
        (hash_of("sha256"), True),
        (hash_of("sha384", FILE.replace(b"\n", b"\r\n")), False),
        (f"{hash_of('sha384', b'another')} {hash_of('sha384')}", True),
        # The strongest algorithm counts, whatever the weaker ones say.
        (f"{hash_of('sha256')} {hash_of('sha512', b'another')}", False),
        (f"{hash_of('sha256', b'another')} {hash_of('sha512')}", True),
        (f"{hash_of('sha384')}?from=build", True),
        (hash_of("sha384").replace("+", "-").replace("/", "_"), True),
        ("", None),
        ("md5-0123456789abcdef0123456789abcdef0123456789ab", None),
        ("sha384-%%%", None),
        ("sha384-" + "=" * 60, None),
    ],
)
def test_a_file_is_compared_with_the_hashes_of_its_page(
    integrity: str,
    fits: bool | None,  # noqa: FBT001 - by pytest
) -> None:
    assert fits_integrity(integrity, FILE) is fits


@pytest.mark.parametrize(
    ("allowed", "is_open"),
    [
        ("*", True),
        ("https://shop.example", True),
        ("https://shop.example:8443", False),
        ("http://shop.example", False),
        ("https://www.shop.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_file_of_elsewhere_is_open_to_a_page(
    allowed: str,
    is_open: bool,  # noqa: FBT001 - by pytest
) -> None:
    assert is_open_to("https://shop.example/garden/", allowed) is is_open
