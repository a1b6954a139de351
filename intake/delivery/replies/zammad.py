"""
Zammad 6 and 7: a trigger "article was created" with a webhook that has an HMAC signature token.

Source:
    Zammad admin documentation, "Webhook payload": `X-Hub-Signature: sha1=…` over the body, a
    `ticket` with its `state`, an `article` with `sender`, `internal` and `content_type`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from intake.delivery.json_parts import rows, text
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply, check_digest, json_object

_SOLVED: Final = frozenset({"closed", "merged"})


class ZammadReplies:
    """Reads agents' public articles, and the state, which every request contains."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | None:
        """See `ReplyReader.read`."""
        expected = f"sha1={hmac.digest(self._secret, body, 'sha1').hex()}"
        check_digest(expected, headers.get("x-hub-signature", ""))
        whole = json_object(body)
        article, state = whole.get("article"), text(whole, "ticket", "state")
        change = DeskReply(
            key="",
            text="",
            remote_id=text(whole, "ticket", "id") or text(article, "ticket_id"),
            state=("solved" if state in _SOLVED else "open") if state else None,
        )
        # Anything but a plain "false" may be a note for colleagues.
        is_public = isinstance(article, dict) and article.get("internal") is False
        if not is_public or text(article, "sender") != "Agent":
            return change if change.state else None
        written = text(article, "body")
        if text(article, "content_type") != "text/plain":
            written = text_of_html(written)
        first, last = (text(article, "created_by", part) for part in ("firstname", "lastname"))
        return replace(
            change,
            key=text(article, "id"),
            text=without_quotes(written),
            author_name=" ".join(filter(None, (first, last))),
            file_names=tuple(text(file, "filename") for file in rows(article, "attachments")),
        )
