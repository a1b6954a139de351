"""
The open pages that may upload files: those on which an upload field is drawn.

Streamlit accepts files for any open page, whether it asked for one or not, and holds them in
memory. The web's gate asks here before it accepts one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner import get_script_run_ctx

_MAX_PAGES = 5_000  # more than there can be open sockets
_VALID_FOR_S = 2 * 3600.0

_lock = threading.Lock()
_allowed: OrderedDict[str, float] = OrderedDict()
_run = threading.local()


def allow() -> None:
    """Permit this page to upload while it shows the field; call it where the field is drawn."""
    session = _session()
    _run.is_drawn = True
    if session is None:
        return
    with _lock:
        _allowed[session] = time.monotonic()
        # Least recently drawn pages are removed first.
        _allowed.move_to_end(session)
        while len(_allowed) > _MAX_PAGES:
            _allowed.popitem(last=False)


@contextmanager
def track_upload_field() -> Iterator[None]:
    """Withdraw the permission if the page's whole run draws no upload field."""
    _run.is_drawn = False
    yield
    # Not in a `finally`: a run that is interrupted by a rerun has not drawn everything.
    session = _session()
    if not _run.is_drawn and session is not None:
        with _lock:
            _allowed.pop(session, None)


def is_allowed(session: str) -> bool:
    """Check whether the page of this Streamlit session shows an upload field."""
    with _lock:
        drawn_at = _allowed.get(session)
    return drawn_at is not None and time.monotonic() - drawn_at < _VALID_FOR_S


def _session() -> str | None:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else None
