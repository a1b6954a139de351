"""
Where a sign-in leads: to the page of staff's that was asked for.

A ticket's mail links to the ticket; who has to sign in first must not have to look for it after
that. The place comes back in a form, so it is judged again: only pages of our own for staff.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from intake.ui.pages import PAGES

FIELD: Final = "next"
_PLACES: Final = frozenset({page.path for page in PAGES if page.is_for_staff} | {"/staff/password"})
_TICKET: Final = re.compile(r"/staff/tickets/[0-9A-Za-z-]{1,20}")
_MAX_QUERY: Final = 1_000


def asked_place(request: Request) -> str:
    """The page of staff's that a request asks for; empty where it asks for anything else."""
    if request.method != "GET":
        return ""
    query = request.url.query
    return staff_place(f"{request.scope['path']}?{query}" if query else request.scope["path"])


def staff_place(text: str) -> str:
    """The same address where it is a page of ours for staff, without our prefix; else empty."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or len(parts.query) > _MAX_QUERY:
        return ""
    if parts.path not in _PLACES and not _TICKET.fullmatch(parts.path):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
