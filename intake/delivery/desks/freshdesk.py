"""
Freshdesk, API 2. Its search is late by minutes, so tickets are found by a tag, after a wait.

Texts are HTML. Priorities, states and sources are numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, DeskState, Receipt
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.desks.markup_escape import text_to_html
from intake.delivery.http_client import HttpClient, Upload
from intake.delivery.json_parts import part, rows, text, whole_number
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply, RemoteConversation
from intake.tickets.stored_file import StoredFile

_API: Final = "/api/v2"
_OPEN, _SOURCE_PORTAL, _RESOLVED = "2", "2", 4
_PRIORITIES: Final = {"low": "1", "otherwise": "2", "high": "3", "urgent": "4"}
# Replies and notes; not what an agent forwarded to somebody else.
_SOURCES_OF_REPLIES: Final = frozenset({0, 2})
_PAGE, _MAX_PAGES = 100, 5
_STATES: Final[Mapping[str, DeskState]] = {"3": "waiting", "4": "solved", "5": "solved"}


class FreshdeskOptions(DeskOptions):
    """`kind: freshdesk`: `queues` are numbers of groups, `fields` names like `cf_cause`."""

    kind: Literal["freshdesk"] = "freshdesk"
    url: DeskUrl
    key: SecretText


class Freshdesk(ApiDesk):
    """Creates tickets for the groups that `queues` names."""

    def __init__(self, name: str, options: FreshdeskOptions, base_url: str = "") -> None:
        key = options.key.get_secret_value()
        client = HttpClient(
            name, options.url, auth=(key, "X"), secrets=[key], **options.client_options()
        )
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(),
            priorities=_PRIORITIES,
        )
        self._agents: dict[str, str] = {}

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by the tag, which is our reference."""
        query = {"query": f"\"tag:'{reference}'\""}
        answer = self._client.call("GET", f"{_API}/search/tickets", query=query).json()
        return [
            Candidate(text(ticket, "id"), text(ticket, "subject"))
            for ticket in rows(answer, "results")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its requester and conversation."""
        path = f"{_API}/tickets/{remote_id}"
        query = {"include": "requester,conversations"}
        answer = self._client.call("GET", path, query=query, accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        ticket = answer.json()
        own = part(ticket, "custom_fields")
        names = own if isinstance(own, dict) else {}
        return RemoteTicket(
            subject=text(ticket, "subject"),
            requester=text(ticket, "requester", "email"),
            queue=(text(ticket, "group_id"),),
            priority=(text(ticket, "priority"),),
            fields={str(name): text(names, str(name)) for name in names},
            files={
                text(file, "name"): whole_number(file, "size")
                for file in rows(ticket, "attachments")
            },
            text=text(ticket, "description_text"),
            messages=tuple(text(row, "body_text") for row in rows(ticket, "conversations")),
            state=_STATES.get(text(ticket, "status"), "open"),
        )

    def conversation(self, remote_id: str) -> RemoteConversation:
        """Return agents' replies and public notes; the list has pages, oldest first."""
        path = f"{_API}/tickets/{remote_id}"
        ticket = self._client.call("GET", path).json()
        replies: list[DeskReply] = []
        for page in range(1, _MAX_PAGES + 1):
            query = {"per_page": str(_PAGE), "page": str(page)}
            listed = rows(self._client.call("GET", f"{path}/conversations", query=query).json())
            replies += [self._reply(remote_id, row) for row in listed if _is_public_reply(row)]
            if len(listed) < _PAGE:
                break
        return RemoteConversation(replies, _STATES.get(text(ticket, "status"), "open"))

    def _reply(self, remote_id: str, row: dict[str, Any]) -> DeskReply:
        return DeskReply(
            key=text(row, "id"),
            text=without_quotes(text(row, "body_text") or text_of_html(text(row, "body"))),
            author_name=self._agent(text(row, "user_id")),
            remote_id=remote_id,
            file_names=tuple(text(file, "name") for file in rows(row, "attachments")),
        )

    def _agent(self, number: str) -> str:
        """Return the name of an agent; "" if the key may not read agents."""
        if number and number not in self._agents:
            path = f"{_API}/agents/{number}"
            answer = self._client.call("GET", path, accepts={401, 403, 404}).json()
            self._agents[number] = text(answer, "contact", "name")
        return self._agents.get(number, "")

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the ticket from a form, because JSON can't carry files."""
        plain = {
            "subject": ticket.subject,
            "description": text_to_html(ticket.text),
            "email": ticket.requester.email,
            "name": ticket.requester.name,
            "priority": ticket.priority,
            "status": _OPEN,
            "source": _SOURCE_PORTAL,
        }
        if ticket.queue.isdigit():
            plain["group_id"] = ticket.queue
        form = [
            *plain.items(),
            ("tags[]", ticket.reference),
            *((f"custom_fields[{name}]", value) for name, value in ticket.fields.items()),
        ]
        answer = self._client.call(
            "POST", f"{_API}/tickets", form=form, uploads=_uploads(ticket.files)
        )
        return Receipt(self.remote_id(answer, "id"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a private note."""
        form = [("body", text_to_html(message.marked_text)), ("private", "true")]
        path = f"{_API}/tickets/{remote_id}/notes"
        self._client.call("POST", path, form=form, uploads=_uploads(message.files))

    def close(self, remote_id: str) -> None:
        """Resolve the ticket."""
        body: dict[str, Any] = {"status": _RESOLVED}
        self._client.call("PUT", f"{_API}/tickets/{remote_id}", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for agents."""
        return f"{self._client.url}/a/tickets/{remote_id}"


def _is_public_reply(row: Mapping[str, Any]) -> bool:
    """
    Check whether an agent wrote the row for the customer. Anything but a plain false may be a
    note.
    """
    is_public = row.get("private") is False and row.get("incoming") is False
    return is_public and row.get("source") in _SOURCES_OF_REPLIES


def _uploads(files: Sequence[StoredFile]) -> list[Upload]:
    return [Upload("attachments[]", file.name, file.content, file.media_type) for file in files]
