"""
Redmine by REST. Tested with 5.0.4 of Debian 12; REST is off until it is enabled there.

An issue has no requester: its author is the key's user. Put `email` into a custom field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import Field

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, Receipt
from intake.delivery.desk_options import DeskNumber, DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate, named_fields
from intake.delivery.desks.markup_escape import escape_markup
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import part, rows, text, whole_number
from intake.tickets.stored_file import StoredFile


class RedmineOptions(DeskOptions):
    """`kind: redmine`: `queues` are projects, `fields` are numbers of custom fields."""

    kind: Literal["redmine"] = "redmine"
    url: DeskUrl
    key: SecretText
    tracker: DeskNumber = Field(default="", description="The number of the tracker.")
    closed_status: DeskNumber = Field(default="5", description="The number of a closed status.")


class Redmine(ApiDesk):
    """Creates issues in the projects that `queues` names."""

    def __init__(self, name: str, options: RedmineOptions, base_url: str = "") -> None:
        key = options.key.get_secret_value()
        headers = {"X-Redmine-API-Key": key}
        client = HttpClient(
            name, options.url, headers=headers, secrets=[key], **options.client_options()
        )
        super().__init__(name, options, client, base_url=base_url, capabilities=Capabilities())
        self._tracker, self._closed_status = options.tracker, options.closed_status
        self._reference_field = options.fields.get("reference", "")

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by our own field if there is one, else by the subject; closed tickets too."""
        query = {"status_id": "*", "limit": "100"}
        if self._reference_field:
            query[f"cf_{self._reference_field}"] = reference
        else:
            query["subject"] = f"~{reference}"
        answer = self._client.call("GET", "/issues.json", query=query).json()
        return [
            Candidate(text(issue, "id"), text(issue, "subject")) for issue in rows(answer, "issues")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the issue with its journals and files."""
        query = {"include": "journals,attachments"}
        path = f"/issues/{remote_id}.json"
        answer = self._client.call("GET", path, query=query, accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        issue = part(answer.json(), "issue")
        fields = named_fields(rows(issue, "custom_fields"), name="id", value="value")
        project = text(issue, "project", "id")
        return RemoteTicket(
            reference=fields.get(self._reference_field) or None,
            subject=text(issue, "subject"),
            queue=(project, text(issue, "project", "name"), self._identifier(project)),
            priority=(text(issue, "priority", "id"), text(issue, "priority", "name")),
            fields=fields,
            files={
                text(file, "filename"): whole_number(file, "filesize")
                for file in rows(issue, "attachments")
            },
            text=text(issue, "description"),
            messages=tuple(text(journal, "notes") for journal in rows(issue, "journals")),
            state="solved" if text(issue, "closed_on") else "open",
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Upload the files, then create the issue with them."""
        issue: dict[str, Any] = {
            "project_id": ticket.queue,
            "subject": ticket.subject,
            "description": escape_markup(ticket.text),
            "uploads": self._uploads(ticket.files),
            "custom_fields": [
                {"id": int(name) if name.isdigit() else name, "value": value}
                for name, value in ticket.fields.items()
            ],
        }
        if self._tracker:
            issue["tracker_id"] = self._tracker
        if priority := self._priority(ticket.priority):
            issue["priority_id"] = priority
        answer = self._client.call("POST", "/issues.json", body={"issue": issue})
        return Receipt(self.remote_id(answer, "issue", "id"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a note."""
        issue = {
            "notes": escape_markup(message.marked_text),
            "uploads": self._uploads(message.files),
        }
        self._client.call("PUT", f"/issues/{remote_id}.json", body={"issue": issue})

    def close(self, remote_id: str) -> None:
        """Give the ticket the closed status."""
        issue = {"status_id": self._closed_status}
        path = f"/issues/{remote_id}.json"
        self._client.call("PUT", path, body={"issue": issue}, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page."""
        return f"{self._client.url}/issues/{remote_id}"

    def _uploads(self, files: Sequence[StoredFile]) -> list[dict[str, str]]:
        return [
            {"token": self._upload(file), "filename": file.name, "content_type": file.media_type}
            for file in files
        ]

    def _upload(self, file: StoredFile) -> str:
        """
        Upload a file and return its token. Redmine itself removes an upload that no issue
        names.
        """
        answer = self._client.call(
            "POST",
            "/uploads.json",
            query={"filename": file.name},
            data=file.content,
            headers={"Content-Type": "application/octet-stream"},
            is_write=False,
        )
        return self.remote_id(answer, "upload", "token")

    def _priority(self, priority_name: str) -> str:
        """Return the number of a named priority; "" if there is none of this name."""
        if priority_name.isdigit():
            return priority_name
        answer = self._client.call("GET", "/enumerations/issue_priorities.json", accepts={403, 404})
        for priority in rows(answer.json(), "issue_priorities"):
            if text(priority, "name").casefold() == priority_name.casefold():
                return text(priority, "id")
        return ""

    def _identifier(self, project: str) -> str:
        answer = self._client.call("GET", f"/projects/{project}.json", accepts={403, 404})
        return text(answer.json(), "project", "identifier")
