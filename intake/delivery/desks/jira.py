"""
Jira Service Management, cloud and data center. Requests are raised on behalf of the customer.

A file is added to an existing request, in two steps. JQL may be late by a minute or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, Receipt, Refused
from intake.delivery.desk_options import DeskNumber, DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.desks.markup_escape import escape_markup
from intake.delivery.http_client import HttpClient, Upload
from intake.delivery.json_parts import part, rows, text, whole_number
from intake.tickets.stored_file import StoredFile

_DESK: Final = "/rest/servicedeskapi"
_API: Final = "/rest/api/2"
_PRIORITIES: Final = {"low": "Low", "otherwise": "Medium", "high": "High", "urgent": "Highest"}


class JiraOptions(DeskOptions):
    """`kind: jira`: `queues` are numbers of request types, `fields` like `customfield_10010`."""

    kind: Literal["jira"] = "jira"
    url: DeskUrl
    user: str = ""  # with a token of the cloud; empty for a personal token of the data center
    token: SecretText
    service_desk: DeskNumber
    closed_transition: DeskNumber = ""


class Jira(ApiDesk):
    """Raises requests of the types that `queues` names, at one service desk."""

    def __init__(self, name: str, options: JiraOptions, base_url: str = "") -> None:
        token = options.token.get_secret_value()
        client = HttpClient(
            name,
            options.url,
            auth=(options.user, token) if options.user else None,
            headers={} if options.user else {"Authorization": f"Bearer {token}"},
            secrets=[token],
            **options.client_options(),
        )
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(attaches_later=True, appends_files=False),
            priorities=_PRIORITIES,
        )
        self._desk, self._transition = options.service_desk, options.closed_transition
        self._own_fields = tuple(options.fields.values())

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by the words of the summary. JQL finds words, so each hit is read back."""
        body = {"jql": f'summary ~ "\\"{reference}\\""', "fields": ["summary"], "maxResults": 50}
        answer = self._client.call("POST", f"{_API}/search", body=body, is_write=False).json()
        return [
            Candidate(text(issue, "key"), text(issue, "fields", "summary"))
            for issue in rows(answer, "issues")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the issue of the request."""
        names = ["summary", "description", "priority", "reporter", "attachment", "comment"]
        query = {"fields": ",".join([*names, "status", *self._own_fields])}
        path = f"{_API}/issue/{remote_id}"
        answer = self._client.call("GET", path, query=query, accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        fields = part(answer.json(), "fields")
        done = text(fields, "status", "statusCategory", "key") == "done"
        return RemoteTicket(
            subject=text(fields, "summary"),
            requester=text(fields, "reporter", "emailAddress") or None,
            priority=(text(fields, "priority", "name"),),
            fields={name: text(fields, name) for name in self._own_fields},
            files={
                text(file, "filename"): whole_number(file, "size")
                for file in rows(fields, "attachment")
            },
            text=text(fields, "description"),
            messages=tuple(text(row, "body") for row in rows(fields, "comment", "comments")),
            state="solved" if done else "open",
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Raise the request on behalf of the customer."""
        values: dict[str, Any] = {
            **ticket.fields,
            "summary": ticket.subject,
            "description": escape_markup(ticket.text),
            "priority": {"name": ticket.priority},
        }
        body: dict[str, Any] = {
            "serviceDeskId": self._desk,
            "requestTypeId": ticket.queue,
            "requestFieldValues": values,
        }
        if not ticket.requester.is_made_up:
            body["raiseOnBehalfOf"] = ticket.requester.email
        answer = self._client.call("POST", f"{_DESK}/request", body=body)
        return Receipt(self.remote_id(answer, "issueKey"))

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Upload the files to temporary storage, then attach them to the request."""
        for file in files:
            upload = Upload("file", file.name, file.content, file.media_type)
            answer = self._client.call(
                "POST",
                f"{_DESK}/servicedesk/{self._desk}/attachTemporaryFile",
                uploads=[upload],
                headers={"X-Atlassian-Token": "no-check", "X-ExperimentalApi": "opt-in"},
                is_write=False,
            )
            place = self.remote_id(answer, "temporaryAttachments", 0, "temporaryAttachmentId")
            body = {"temporaryAttachmentIds": [place], "public": True}
            path = f"{_DESK}/request/{remote_id}/attachment"
            self._client.call("POST", path, body=body)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as an internal comment."""
        body = {"body": escape_markup(message.marked_text), "public": False}
        self._client.call("POST", f"{_DESK}/request/{remote_id}/comment", body=body)

    def close(self, remote_id: str) -> None:
        """Apply the transition that the options name; each project has its own."""
        if not self._transition:
            raise Refused(
                self._client.describe(f"names no closed_transition: close {remote_id} there")
            )
        body = {"transition": {"id": self._transition}}
        path = f"{_API}/issue/{remote_id}/transitions"
        self._client.call("POST", path, body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for agents."""
        return f"{self._client.url}/browse/{remote_id}"
