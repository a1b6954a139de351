"""
Fetch documents for our own use: issuers' certificates and registries' answers, complete or not at
all.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from diagnostics.net.deadline import Deadline
from diagnostics.net.http_client import LIBRARY_ERRORS, HttpExchange
from diagnostics.options import Address


def fetch_document(  # noqa: PLR0913 - what a fetch needs
    address: Address,
    url: str,
    *,
    accept: str,
    user_agent: str,
    deadline: Deadline,
    cap_bytes: int,
    tls_context: Callable[[], ssl.SSLContext],
) -> tuple[int, bytes]:
    """
    GET a document for our own use, and return its status and its body.

    Raises:
        Silence: the deadline came first.
        BrokenError: the connection could not be made, or ended early.
        ValueError: what came is no HTTP answer, incomplete, or longer than the cap.
    """
    exchange = HttpExchange(
        address,
        url,
        deadline=deadline,
        tls_context=tls_context,
        server_name=urlsplit(url).hostname,
    )
    headers = {"User-Agent": user_agent, "Accept": accept, "Accept-Encoding": "identity"}
    try:
        head = exchange.get(headers)
        body = exchange.read_body(cap_bytes)
    except EOFError as error:
        raise ValueError("endless headers") from error
    except LIBRARY_ERRORS as error:
        raise ValueError(f"no HTTP answer: {error}") from error
    finally:
        exchange.close()
    if not body.is_whole:
        raise ValueError(f"more than {cap_bytes} bytes")
    return head.status, body.data
