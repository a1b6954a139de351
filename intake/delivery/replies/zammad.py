"""
Zammad 6 and 7: a trigger "article was created" with a webhook that has an HMAC signature token.

Source:
    Zammad admin documentation, "Webhook payload": `X-Hub-Signature: sha1=…` over the body, a
    `ticket` and an `article` with `sender`, `internal` and `content_type`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from intake.delivery.json_parts import text
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply, check_digest, json_object


class ZammadReplies:
    """Public articles of agents."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | None:
        """See `ReplyReader.read`."""
        expected = f"sha1={hmac.digest(self._secret, body, 'sha1').hex()}"
        check_digest(expected, headers.get("x-hub-signature", ""))
        whole = json_object(body)
        article = whole.get("article")
        # Anything but a plain "false" may be a note for colleagues.
        if not isinstance(article, dict) or article.get("internal") is not False:
            return None
        if text(article, "sender") != "Agent":
            return None
        written = text(article, "body")
        if text(article, "content_type") != "text/plain":
            written = text_of_html(written)
        first, last = (text(article, "created_by", part) for part in ("firstname", "lastname"))
        return DeskReply(
            key=text(article, "id"),
            text=without_quotes(written),
            author_name=" ".join(filter(None, (first, last))),
            remote_id=text(whole, "ticket", "id") or text(article, "ticket_id"),
        )
