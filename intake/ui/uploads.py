"""
Which open pages may send us files: those on which an upload field is drawn.

Streamlit takes files for any open page, whether it asked for one or not, and holds them in memory.
The web's gate asks here before it lets one through.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner import get_script_run_ctx

_KEPT = 5_000  # pages; more than sockets are open
_VALID_FOR_S = 2 * 3600.0

_lock = threading.Lock()
_allowed: OrderedDict[str, float] = OrderedDict()
_run = threading.local()


def allow() -> None:
    """Call where an upload field is drawn: this page may send files while it shows the field."""
    session = _session()
    _run.is_drawn = True
    if session is None:
        return
    with _lock:
        _allowed[session] = time.monotonic()
        # Drawn anew is used anew: the pages that go first are those not drawn for longest.
        _allowed.move_to_end(session)
        while len(_allowed) > _KEPT:
            _allowed.popitem(last=False)


@contextmanager
def watched() -> Iterator[None]:
    """Around a page's whole run: one that ends without a field takes the permission back."""
    _run.is_drawn = False
    yield
    # Not in a `finally`: a run that is broken off to begin anew has not drawn everything.
    session = _session()
    if not _run.is_drawn and session is not None:
        with _lock:
            _allowed.pop(session, None)


def is_allowed(session: str) -> bool:
    """Whether the page of this Streamlit session shows an upload field."""
    with _lock:
        drawn_at = _allowed.get(session)
    return drawn_at is not None and time.monotonic() - drawn_at < _VALID_FOR_S


def _session() -> str | None:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else None
