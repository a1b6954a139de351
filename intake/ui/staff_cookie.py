"""The signed cookie that says: this browser belongs to support staff, and to whom of them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from itsdangerous import BadSignature, TimestampSigner

from diagnostics.texts import one_line

COOKIE = "intake_staff"
SHIFT_S = 12 * 3600  # a long shift
LONGEST_NAME: Final = 80
_STAFF: Final = b"staff"


def signed(token: str, name: str = "") -> str:
    """The cookie of a browser that showed the staff's token; `name` is who says to use it."""
    # Without the padding: a cookie with "=" in its value would be put into quotes.
    encoded = urlsafe_b64encode(name_of_person(name).encode()).rstrip(b"=")
    return TimestampSigner(token).sign(_STAFF + b"-" + encoded).decode()


def is_signed(cookie: str, token: str) -> bool:
    """Whether the cookie was signed with the staff's token, within a shift."""
    return name_in(cookie, token) is not None


def name_in(cookie: str, token: str) -> str | None:
    """Who uses this browser, "" where they didn't say; None unless it is staff's."""
    try:
        # The age is judged here, too: a browser's Max-Age is only its promise to forget.
        content = TimestampSigner(token).unsign(cookie, max_age=SHIFT_S)
    except BadSignature:
        return None
    role, _, encoded = content.partition(b"-")
    padding = b"=" * (-len(encoded) % 4)
    return urlsafe_b64decode(encoded + padding).decode() if role == _STAFF else None


def name_of_person(typed: str) -> str:
    """A first and last name as it is typed, on one line."""
    return " ".join(one_line(typed, LONGEST_NAME).split())
