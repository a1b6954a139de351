"""FreeScout with its module "API & Webhooks". A mailbox has no priorities."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Receipt, Unavailable
from intake.delivery.desk_options import DeskNumber, DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate, named_fields
from intake.delivery.desks.markup_escape import text_to_html
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import rows, text, whole_number
from intake.tickets.stored_file import StoredFile


class FreeScoutOptions(DeskOptions):
    """`kind: freescout`: `queues` are numbers of mailboxes, `fields` numbers of custom fields."""

    kind: Literal["freescout"] = "freescout"
    url: DeskUrl
    key: SecretText
    user: DeskNumber  # in whose name notes are written


class FreeScout(ApiDesk):
    """Creates conversations in the mailboxes that `queues` names."""

    def __init__(self, name: str, options: FreeScoutOptions, base_url: str = "") -> None:
        key = options.key.get_secret_value()
        headers = {"X-FreeScout-API-Key": key}
        client = HttpClient(
            name, options.url, headers=headers, secrets=[key], **options.client_options()
        )
        # FreeScout has no priorities to map.
        super().__init__(name, options, client, base_url=base_url)
        self._user = int(options.user)
        self._reference_field = options.fields.get("reference", "")

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by a part of the subject."""
        query = {"subject": reference, "pageSize": "50"}
        answer = self._client.call("GET", "/api/conversations", query=query).json()
        return [
            Candidate(text(item, "id"), text(item, "subject"))
            for item in rows(answer, "_embedded", "conversations")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the conversation with its threads, which arrive newest first."""
        path, query = f"/api/conversations/{remote_id}", {"embed": "threads"}
        answer = self._client.call("GET", path, query=query, accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        item = answer.json()
        threads = sorted(rows(item, "_embedded", "threads"), key=_number)
        fields = named_fields(rows(item, "customFields"), name="id", value="value")
        return RemoteTicket(
            reference=fields.get(self._reference_field) or None,
            subject=text(item, "subject"),
            requester=text(item, "customer", "email"),
            queue=(text(item, "mailboxId"),),
            fields=fields,
            files={
                text(file, "fileName"): whole_number(file, "size")
                for thread in threads
                for file in rows(thread, "_embedded", "attachments")
            },
            text=text(threads, 0, "body"),
            messages=tuple(text(thread, "body") for thread in threads[1:]),
            state="solved" if text(item, "status") == "closed" else "open",
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the conversation with the customer's first message; its id comes in a header."""
        customer = {"email": ticket.requester.email, "firstName": ticket.requester.name[:40]}
        body = {
            "type": "email",
            "mailboxId": _as_number(ticket.queue),
            "subject": ticket.subject,
            "status": "active",
            "customer": customer,
            "threads": [
                {
                    "type": "customer",
                    "text": text_to_html(ticket.text),
                    "customer": customer,
                    "attachments": _attachments(ticket.files),
                }
            ],
            "customFields": [
                {"id": _as_number(name), "value": value} for name, value in ticket.fields.items()
            ],
        }
        answer = self._client.call("POST", "/api/conversations", body=body)
        name = answer.headers.get("resource-id", "") or text(answer.json(), "id")
        if not name.isdigit():
            why = self._client.describe("answered without the id of the conversation")
            raise Unavailable(why, is_uncertain=True)
        return Receipt(name)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a note."""
        body = {
            "type": "note",
            "text": text_to_html(message.marked_text),
            "user": self._user,
            "attachments": _attachments(message.files),
        }
        self._client.call("POST", f"/api/conversations/{remote_id}/threads", body=body)

    def close(self, remote_id: str) -> None:
        """Close the ticket."""
        body = {"byUser": self._user, "status": "closed"}
        self._client.call("PUT", f"/api/conversations/{remote_id}", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page."""
        return f"{self._client.url}/conversation/{remote_id}"


def _number(thread: dict[str, Any]) -> int:
    return whole_number(thread, "id") or 0


def _as_number(name: str) -> int | str:
    return int(name) if name.isdigit() else name


def _attachments(files: Sequence[StoredFile]) -> list[dict[str, str]]:
    return [
        {
            "fileName": file.name,
            "mimeType": file.media_type,
            "data": b64encode(file.content).decode(),
        }
        for file in files
    ]
