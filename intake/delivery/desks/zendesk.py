"""
Zendesk. Tickets are found by their `external_id`, a list that is up to date; its search is late.

A repeat with the same Idempotency-Key gets the first answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import DeskState, Receipt
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate, named_fields
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import rows, text, whole_number
from intake.tickets.stored_file import StoredFile

_API: Final = "/api/v2"
_PRIORITIES: Final = {"otherwise": "normal", "low": "low", "high": "high", "urgent": "urgent"}
_STATES: Final[Mapping[str, DeskState]] = {
    "pending": "waiting",
    "hold": "waiting",
    "solved": "solved",
    "closed": "solved",
}


class ZendeskOptions(DeskOptions):
    """`kind: zendesk`: `queues` are numbers of groups, `fields` numbers of ticket fields."""

    kind: Literal["zendesk"] = "zendesk"
    url: DeskUrl
    user: str  # the agent's address
    token: SecretText


class Zendesk(ApiDesk):
    """Creates tickets for the groups that `queues` names."""

    def __init__(self, name: str, options: ZendeskOptions, base_url: str = "") -> None:
        token = options.token.get_secret_value()
        client = HttpClient(
            name,
            options.url,
            auth=(f"{options.user}/token", token),
            secrets=[token],
            **options.client_options(),
        )
        super().__init__(name, options, client, base_url=base_url, priorities=_PRIORITIES)

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by the external id, which is our reference."""
        query = {"external_id": reference, "page[size]": "50"}
        answer = self._client.call("GET", f"{_API}/tickets.json", query=query).json()
        return [
            Candidate(text(ticket, "id"), text(ticket, "subject"))
            for ticket in rows(answer, "tickets")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its people, groups and comments."""
        path, query = f"{_API}/tickets/{remote_id}.json", {"include": "users,groups"}
        answer = self._client.call("GET", path, query=query, accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        whole = answer.json()
        ticket = whole.get("ticket") if isinstance(whole, dict) else None
        addresses = named_fields(rows(whole, "users"), name="id", value="email")
        groups = named_fields(rows(whole, "groups"), name="id", value="name")
        group = text(ticket, "group_id")
        path = f"{_API}/tickets/{remote_id}/comments.json"
        comments = rows(self._client.call("GET", path).json(), "comments")
        return RemoteTicket(
            reference=text(ticket, "external_id") or None,
            subject=text(ticket, "subject"),
            requester=addresses.get(text(ticket, "requester_id"), ""),
            queue=(group, groups.get(group, "")),
            priority=(text(ticket, "priority"),),
            fields=named_fields(rows(ticket, "custom_fields"), name="id", value="value"),
            files={
                text(file, "file_name"): whole_number(file, "size")
                for comment in comments
                for file in rows(comment, "attachments")
            },
            text=text(comments, 0, "body"),
            messages=tuple(text(comment, "body") for comment in comments[1:]),
            state=_STATES.get(text(ticket, "status"), "open"),
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Upload the files, whose tokens live for an hour, then create the ticket with them."""
        body: dict[str, object] = {
            "external_id": ticket.reference,
            "subject": ticket.subject,
            "comment": {"body": ticket.text, "uploads": self._uploads(ticket.files)},
            "requester": {"name": ticket.requester.name, "email": ticket.requester.email},
            "priority": ticket.priority,
            "custom_fields": [
                {"id": int(name) if name.isdigit() else name, "value": value}
                for name, value in ticket.fields.items()
            ],
        }
        if ticket.queue.isdigit():
            body["group_id"] = int(ticket.queue)
        headers = {"Idempotency-Key": ticket.key}
        path = f"{_API}/tickets.json"
        answer = self._client.call("POST", path, body={"ticket": body}, headers=headers)
        return Receipt(self.remote_id(answer, "ticket", "id"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as an internal note."""
        uploads = self._uploads(message.files)
        comment = {"body": message.marked_text, "public": False, "uploads": uploads}
        body = {"ticket": {"comment": comment}}
        self._client.call("PUT", f"{_API}/tickets/{remote_id}.json", body=body)

    def close(self, remote_id: str) -> None:
        """Mark the ticket as solved."""
        body = {"ticket": {"status": "solved"}}
        self._client.call("PUT", f"{_API}/tickets/{remote_id}.json", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for agents."""
        return f"{self._client.url}/agent/tickets/{remote_id}"

    def _uploads(self, files: Sequence[StoredFile]) -> list[str]:
        return [self._upload(file) for file in files]

    def _upload(self, file: StoredFile) -> str:
        answer = self._client.call(
            "POST",
            f"{_API}/uploads.json",
            query={"filename": file.name},
            data=file.content,
            headers={"Content-Type": file.media_type},
            is_write=False,
        )
        return self.remote_id(answer, "upload", "token")
