"""
A return path for each letter (VERP), so that a bounce tells which letter it was.

`bounces@hoster.example` becomes `bounces+h4x-7pm-2kp@hoster.example`: the mail server must deliver
such addresses to the mailbox (Postfix: `recipient_delimiter = +`; RFC 5233, section 1).
"""

from __future__ import annotations

import re

_KEY = re.compile(r"^[^@+]*\+([a-z0-9][a-z0-9.-]{4,60})@")


def return_path(mailbox: str, key: str) -> str:
    """Return the address in `mailbox` for one letter; the mailbox itself without a key."""
    if not key:
        return mailbox
    box, _, domain = mailbox.rpartition("@")
    return f"{box}+{key.lower()}@{domain}"


def key_of(address: str) -> str:
    """Return the key in such an address, in lower case; "" for other addresses."""
    match = _KEY.match(address.strip().strip("<>").lower())
    return match[1] if match else ""
