"""
Zammad 6 and 7. A repeat makes a second ticket, its developers say (zammad#5628).

Tickets are found by a condition on their title, which queries the database; `query` would use the
search index, which is late. The key's user needs the permission `ticket.agent`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import DeskState, Receipt
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import rows, text, whole_number
from intake.tickets.stored_file import StoredFile

_API: Final = "/api/v1"
_PRIORITIES: Final = {
    "urgent": "3 high",
    "high": "3 high",
    "normal": "2 normal",
    "low": "1 low",
    "otherwise": "2 normal",
}
_STATES: Final[Mapping[str, DeskState]] = {
    "closed": "solved",
    "merged": "solved",
    "pending reminder": "waiting",
    "pending close": "waiting",
}


class ZammadOptions(DeskOptions):
    """`kind: zammad`: `queues` are groups, `fields` are attributes of tickets."""

    kind: Literal["zammad"] = "zammad"
    url: DeskUrl
    token: SecretText


class Zammad(ApiDesk):
    """Creates tickets in the groups that `queues` names, and customers by their address."""

    def __init__(self, name: str, options: ZammadOptions, base_url: str = "") -> None:
        token = options.token.get_secret_value()
        client = HttpClient(
            name,
            options.url,
            headers={"Authorization": f"Token token={token}"},
            secrets=[token],
            **options.client_options(),
        )
        super().__init__(name, options, client, base_url=base_url, priorities=_PRIORITIES)
        self._reference_field = options.fields.get("reference", "")

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by our own attribute if there is one, else by the title."""
        name, operator = ("title", "contains")
        if self._reference_field:
            name, operator = self._reference_field, "is"
        condition = {f"ticket.{name}": {"operator": operator, "value": reference}}
        body = {"condition": condition, "limit": 50, "expand": True}
        answer = self._client.call("POST", f"{_API}/tickets/search", body=body, is_write=False)
        return [Candidate(text(item, "id"), text(item, "title")) for item in rows(answer.json())]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with names instead of numbers, and its articles."""
        path, query = f"{_API}/tickets/{remote_id}", {"expand": "true"}
        answer = self._client.call("GET", path, query=query, accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        ticket = answer.json()
        path = f"{_API}/ticket_articles/by_ticket/{remote_id}"
        articles = rows(self._client.call("GET", path).json())
        attributes = ticket if isinstance(ticket, dict) else {}
        fields = {str(name): text(attributes, str(name)) for name in attributes}
        return RemoteTicket(
            reference=fields.get(self._reference_field) or None,
            subject=fields.get("title", ""),
            requester=fields.get("customer", ""),
            queue=(fields.get("group", ""), fields.get("group_id", "")),
            priority=(fields.get("priority", ""), fields.get("priority_id", "")),
            fields=fields,
            files={
                text(file, "filename"): whole_number(file, "size")
                for article in articles
                for file in rows(article, "attachments")
            },
            text=text(articles[0], "body") if articles else "",
            messages=tuple(text(article, "body") for article in articles[1:]),
            state=_STATES.get(fields.get("state", ""), "open"),
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the ticket with its first article, as if the customer had written by the web."""
        body = {
            **ticket.fields,
            "title": ticket.subject,
            "group": ticket.queue,
            "priority": ticket.priority,
            "customer_id": f"guess:{ticket.requester.email}",
            "article": {
                "subject": ticket.subject,
                "body": ticket.text,
                "content_type": "text/plain",
                "type": "web",
                "sender": "Customer",
                "internal": False,
                "attachments": _attachments(ticket.files),
            },
        }
        answer = self._client.call("POST", f"{_API}/tickets", body=body)
        return Receipt(self.remote_id(answer, "id"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a note, which is mailed to nobody."""
        body = {
            "ticket_id": remote_id,
            "body": message.marked_text,
            "content_type": "text/plain",
            "type": "note",
            "internal": not message.is_public,
            "attachments": _attachments(message.files),
        }
        self._client.call("POST", f"{_API}/ticket_articles", body=body)

    def close(self, remote_id: str) -> None:
        """Close the ticket."""
        body = {"state": "closed"}
        self._client.call("PUT", f"{_API}/tickets/{remote_id}", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for agents."""
        return f"{self._client.url}/#ticket/zoom/{remote_id}"


def _attachments(files: Sequence[StoredFile]) -> list[dict[str, Any]]:
    return [
        {
            "filename": file.name,
            "data": b64encode(file.content).decode(),
            "mime-type": file.media_type,
        }
        for file in files
    ]
