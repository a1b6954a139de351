"""The signed cookie that says: this browser belongs to support staff."""

from __future__ import annotations

from itsdangerous import BadSignature, TimestampSigner

COOKIE = "intake_staff"
SHIFT_S = 12 * 3600  # a long shift


def is_signed(cookie: str, token: str) -> bool:
    """Whether the cookie was signed with the staff's token, within a shift."""
    try:
        # The age is judged here, too: a browser's Max-Age is only its promise to forget.
        return TimestampSigner(token).unsign(cookie, max_age=SHIFT_S) == b"staff"
    except BadSignature:
        return False
