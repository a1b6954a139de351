"""
The page that follows a sign-in: the staff page that was requested.

A ticket's mail links to the ticket; after signing in the reader must not have to search for it. The
path comes back in a form, so it is checked again: only our own staff pages are allowed.
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


def requested_staff_path(request: Request) -> str:
    """Return the staff page that a request asks for, or "" for anything else."""
    if request.method != "GET":
        return ""
    query = request.url.query
    return safe_staff_path(f"{request.scope['path']}?{query}" if query else request.scope["path"])


def safe_staff_path(text: str) -> str:
    """Return the path if it is one of our staff pages, without our prefix, or ""."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or len(parts.query) > _MAX_QUERY:
        return ""
    if parts.path not in _PLACES and not _TICKET.fullmatch(parts.path):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
