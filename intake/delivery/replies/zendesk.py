"""
Zendesk: a webhook subscribed to "Ticket comment added".

Source:
    Zendesk developer documentation, "Verifying webhook authenticity" (base64 of HMAC-SHA256 over
    the timestamp and the body) and "Ticket events" (`zen:event-type:ticket.comment_added`).
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from intake.database import Clock, utc_now
from intake.delivery.json_parts import part, text
from intake.delivery.replies.readable_text import without_quotes
from intake.delivery.replies.reply import DeskReply, NotGenuine, check_digest, json_object

_EVENT: Final = "zen:event-type:ticket.comment_added"
_SOLVED: Final = frozenset({"solved", "closed"})
# Zendesk retries for hours with the first timestamp, so younger requests are accepted; the
# comment's own id takes care of repeats.
_MAX_AGE: Final = timedelta(hours=24)


class ZendeskReplies:
    """Reads staff's public comments, and the status, which every event of a ticket contains."""

    def __init__(self, secret: str, *, clock: Clock = utc_now) -> None:
        self._secret, self._clock = secret.encode(), clock

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | None:
        """See `ReplyReader.read`."""
        at = headers.get("x-zendesk-webhook-signature-timestamp", "")
        expected = b64encode(hmac.digest(self._secret, at.encode() + body, "sha256")).decode()
        check_digest(expected, headers.get("x-zendesk-webhook-signature", ""))
        self._check_age(at)
        whole = json_object(body)
        status = text(whole, "detail", "status").lower()
        change = DeskReply(
            key="",
            text="",
            remote_id=text(whole, "detail", "id"),
            reference=text(whole, "detail", "external_id"),
            state=("solved" if status in _SOLVED else "open") if status else None,
        )
        comment = part(whole, "event", "comment")
        is_reply = (
            part(comment, "is_public") is True and part(comment, "author", "is_staff") is True
        )
        if whole.get("type") != _EVENT or not is_reply:
            return change if change.state else None
        return replace(
            change,
            key=text(comment, "id"),
            text=without_quotes(text(comment, "body")),
            author_name=text(comment, "author", "name"),
        )

    def _check_age(self, at: str) -> None:
        try:
            is_recent = abs(self._clock() - datetime.fromisoformat(at)) <= _MAX_AGE
        except (ValueError, TypeError) as error:
            raise NotGenuine from error
        if not is_recent:
            raise NotGenuine
