"""
FreeScout with "API & Webhooks": a webhook for the event `convo.agent.reply.created`.

Source:
    freescout.net/module/api-webhooks: the conversation with its threads, newest first. The secret
    is md5 of the installation's APP_KEY followed by "webhook_key" (the module's Webhook.php), the
    signature base64 of HMAC-SHA1 over the body.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from intake.delivery.json_parts import rows, text, whole_number
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply, check_digest, json_object

_EVENT: Final = "convo.agent.reply.created"


class FreeScoutReplies:
    """Reads users' replies and the status; notes have an event of their own and aren't messages."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | None:
        """See `ReplyReader.read`."""
        expected = b64encode(hmac.digest(self._secret, body, "sha1")).decode()
        check_digest(expected, headers.get("x-freescout-signature", ""))
        conversation = json_object(body)
        status = text(conversation, "status")
        change = DeskReply(
            key="",
            text="",
            remote_id=text(conversation, "id"),
            state=("solved" if status == "closed" else "open") if status else None,
        )
        replies = [
            thread for thread in rows(conversation, "_embedded", "threads") if _is_reply(thread)
        ]
        if headers.get("x-freescout-event") != _EVENT or not replies:
            return change if change.state else None
        newest = max(replies, key=lambda thread: whole_number(thread, "id") or 0)
        return replace(
            change,
            key=text(newest, "id"),
            text=without_quotes(text_of_html(text(newest, "body"))),
            author_name=_name(newest),
        )


def _is_reply(thread: Mapping[str, Any]) -> bool:
    is_sent = text(thread, "state") == "published"
    is_by_agent = text(thread, "createdBy", "type") == "user"
    return text(thread, "type") == "message" and is_sent and is_by_agent


def _name(thread: Mapping[str, Any]) -> str:
    # Its documentation has both spellings.
    parts = (("firstName", "first"), ("lastName", "last"))
    names = (
        next(filter(None, (text(thread, "createdBy", key) for key in keys)), "") for keys in parts
    )
    return " ".join(filter(None, names))
