"""
Replies by a webhook signed according to Standard Webhooks 1.0, for an operator's own programs.

`{"type": "reply.created", "data": {"id", "reference", "text", "author", "is_public"}}`, `{"type":
"state.changed", "data": {"reference", "state"}}`; a state is "open" or "solved".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError

from intake.delivery.json_parts import text
from intake.delivery.replies.readable_text import without_quotes
from intake.delivery.replies.reply import DeskReply, NotGenuine, json_object
from intake.outbox import RemoteState

_STATES: Final[Mapping[str, RemoteState]] = {"open": "open", "solved": "solved"}


class StandardReplies:
    """Verifies with the library, which refuses requests more than five minutes old."""

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret if secret.startswith("whsec_") else secret.encode())

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | None:
        """See `ReplyReader.read`."""
        try:
            self._webhook.verify(body, dict(headers))
        # The library lets through what its own parsing raises.
        except (WebhookVerificationError, ValueError, KeyError, TypeError) as error:
            raise NotGenuine from error
        event = json_object(body)
        data = event.get("data")
        if not isinstance(data, dict):
            return None
        if event.get("type") == "state.changed" and (state := _STATES.get(text(data, "state"))):
            return DeskReply(
                key="",
                text="",
                remote_id=text(data, "ticket"),
                reference=text(data, "reference"),
                state=state,
            )
        if event.get("type") != "reply.created" or data.get("is_public") is not True:
            return None
        return DeskReply(
            key=text(data, "id") or headers["webhook-id"],
            text=without_quotes(text(data, "text")),
            author_name=text(data, "author"),
            remote_id=text(data, "ticket"),
            reference=text(data, "reference"),
        )
