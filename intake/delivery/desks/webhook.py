"""
A webhook of the operator's own: each ticket as JSON, signed according to Standard Webhooks 1.0.

The receiver recognises a repeat by `webhook-id`, which is the same at every attempt: the ticket's
reference, or the reference and the name of the addition.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from standardwebhooks import Webhook

from intake.delivery.desk import Capabilities, Receipt
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import OneWayDesk
from intake.delivery.http_client import HttpClient
from intake.tickets.stored_file import StoredFile

_PREFIX = "whsec_"


class WebhookOptions(DeskOptions):
    """`kind: webhook`."""

    kind: Literal["webhook"] = "webhook"
    url: DeskUrl
    secret: SecretText


class WebhookDesk(OneWayDesk):
    """Posts tickets to `url`."""

    def __init__(self, name: str, options: WebhookOptions, base_url: str = "") -> None:
        capabilities = Capabilities(finds=False, repeat="known")
        super().__init__(name, options.mapping(base_url), capabilities)
        secret = options.secret.get_secret_value()
        self._client = HttpClient(name, options.url, secrets=[secret], **options.client_options())
        # The library takes base64; a secret of another form is its own bytes.
        self._signer = Webhook(secret if secret.startswith(_PREFIX) else secret.encode())

    def create(self, ticket: DeskTicket) -> Receipt:
        """
        Post the ticket with its files. The receipt has the receiver's `id` if it answers with
        one.
        """
        answer = self._post("ticket.created", ticket.key, _document(ticket))
        remote_id = answer.get("id") if isinstance(answer, dict) else None
        return Receipt(str(remote_id) if isinstance(remote_id, str | int) else ticket.reference)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Post the message."""
        self._post(
            "ticket.updated",
            message.key,
            {
                "id": remote_id,
                "reference": message.reference,
                "text": message.text,
                "is_public": message.is_public,
                "files": _files(message.files),
                **({"ticket": message.ticket.model_dump(mode="json")} if message.is_whole else {}),
            },
        )

    def _post(self, kind: str, key: str, data: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
        now = datetime.now(UTC)
        event = {"type": kind, "timestamp": now.isoformat(), "data": data}
        body = json.dumps(event, ensure_ascii=False)
        answer = self._client.call(
            "POST",
            data=body.encode(),
            headers={
                "content-type": "application/json",
                "webhook-id": key,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._signer.sign(key, now, body),
            },
        )
        return answer.json()


def _document(ticket: DeskTicket) -> dict[str, Any]:
    requester = ticket.requester
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "text": ticket.text,
        "queue": ticket.queue,
        "priority": ticket.priority,
        "requester": {
            "name": requester.name,
            "email": None if requester.is_made_up else requester.email,
            "phone": requester.phone or None,
            "account": requester.account or None,
        },
        "fields": dict(ticket.fields),
        "link": ticket.link or None,
        "files": _files(ticket.files),
        "ticket": ticket.ticket.model_dump(mode="json"),
    }


def _files(files: Sequence[StoredFile]) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "type": file.media_type,
            "size_bytes": file.size_bytes,
            "content": b64encode(file.content).decode(),
        }
        for file in files
    ]
