"""
Request Tracker 5 by REST 2 (RT::REST2).

Tested with 5.0.3 of Debian 12. An unknown custom field and a requester that is no address are
dropped with a 201. An unknown queue is a 403, as a refused token is.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, DeskState, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import rows, text, whole_number
from intake.tickets.stored_file import StoredFile

_API: Final = "/REST/2.0"
_PRIORITIES: Final = {"urgent": "100", "high": "75", "normal": "50", "low": "0"}
_STATES: Final[Mapping[str, DeskState]] = {
    "new": "open",
    "open": "open",
    "stalled": "waiting",
    "resolved": "solved",
    "rejected": "solved",
    "deleted": "solved",
}
_MAX_TEXTS: Final = 10  # messages of one ticket that are read back


class RequestTrackerOptions(DeskOptions):
    """`kind: request-tracker`."""

    kind: Literal["request-tracker"] = "request-tracker"
    url: DeskUrl
    token: SecretText


class RequestTracker(ApiDesk):
    """Creates tickets with the token of a user who may see, create and comment in the queues."""

    def __init__(self, name: str, options: RequestTrackerOptions, base_url: str = "") -> None:
        token = options.token.get_secret_value()
        client = HttpClient(
            name,
            options.url,
            headers={"Authorization": f"token {token}"},
            secrets=[token],
            **options.client_options(),
        )
        capabilities = Capabilities()
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=capabilities,
            priorities=_PRIORITIES,
        )
        self._reference_field = options.fields.get("reference", "")

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by the subject, and by our own field if there is one."""
        clauses = [f"Subject LIKE '{reference}'"]
        if self._reference_field:
            clauses.append(f"CF.{{{self._reference_field}}} = '{reference}'")
        query = {"query": " OR ".join(clauses), "fields": "Subject", "per_page": "100"}
        answer = self._client.call("GET", f"{_API}/tickets", query=query).json()
        return [
            Candidate(text(item, "id"), text(item, "Subject") or None)
            for item in rows(answer, "items")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its queue's name, its files and its texts."""
        answer = self._client.call("GET", f"{_API}/ticket/{remote_id}", accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        ticket = answer.json()
        fields = {
            text(field, "name"): text(field, "values", 0) for field in rows(ticket, "CustomFields")
        }
        files, texts = self._attachments(remote_id)
        return RemoteTicket(
            reference=fields.get(self._reference_field) or None,
            subject=text(ticket, "Subject"),
            requester=self._address(text(ticket, "Requestor", 0, "id")),
            queue=(text(ticket, "Queue", "id"), self._queue_name(text(ticket, "Queue", "id"))),
            priority=(text(ticket, "Priority"),),
            fields=fields,
            files=files,
            text=texts[0] if texts else "",
            messages=tuple(texts[1:]),
            state=_STATES.get(text(ticket, "Status"), "open"),
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the ticket with everything in one request."""
        body = {
            "Queue": ticket.queue,
            "Subject": ticket.subject,
            "Requestor": ticket.requester.email,
            "Priority": ticket.priority,
            "CustomFields": dict(ticket.fields),
            # Correspondence is mailed to this address, comments aren't.
            **({"Cc": ticket.reply_address} if ticket.reply_address else {}),
            **_content(ticket.text, ticket.files),
        }
        try:
            answer = self._client.call("POST", f"{_API}/ticket", body=body)
        except Unavailable as trouble:
            if trouble.needs_operator and self._is_token_accepted():
                # The token is good: it is this queue that is unknown, or closed to it.
                raise Refused(f"{trouble} in the queue '{ticket.queue}'") from trouble
            raise
        return Receipt(self.remote_id(answer, "id"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """
        Add the message as a comment; correspondence would be mailed to the customer, who wrote
        it.
        """
        body = _content(message.marked_text, message.files)
        self._client.call("POST", f"{_API}/ticket/{remote_id}/comment", body=body)

    def close(self, remote_id: str) -> None:
        """Resolve the ticket."""
        body = {"Status": "resolved"}
        self._client.call("PUT", f"{_API}/ticket/{remote_id}", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page."""
        return f"{self._client.url}/Ticket/Display.html?id={remote_id}"

    def _is_token_accepted(self) -> bool:
        """Check whether the token itself is accepted."""
        try:
            self._client.call("GET", f"{_API}/rt")
        except (Refused, Unavailable):
            return False
        return True

    def _queue_name(self, queue_id: str) -> str:
        if not queue_id:
            return ""
        answer = self._client.call("GET", f"{_API}/queue/{queue_id}", accepts={403, 404})
        return text(answer.json(), "Name")

    def _address(self, user: str) -> str:
        """Return a user's address, which is their name only if RT created the user from it."""
        if not user or "@" in user:
            return user
        path = f"{_API}/user/{quote(user, safe='')}"
        return text(self._client.call("GET", path, accepts={403, 404}).json(), "EmailAddress")

    def _attachments(self, remote_id: str) -> tuple[dict[str, int | None], list[str]]:
        """Return the files' sizes by name, and the messages' texts, oldest first."""
        query = {"fields": "Filename,ContentType,ContentLength", "per_page": "100"}
        path = f"{_API}/ticket/{remote_id}/attachments"
        files: dict[str, int | None] = {}
        texts: list[str] = []
        for item in rows(self._client.call("GET", path, query=query).json(), "items"):
            if name := text(item, "Filename"):
                files[name] = whole_number(item, "ContentLength")
            elif text(item, "ContentType") == "text/plain" and len(texts) < _MAX_TEXTS:
                texts.append(self._text(text(item, "id")))
        return files, texts

    def _text(self, attachment_id: str) -> str:
        answer = self._client.call("GET", f"{_API}/attachment/{attachment_id}")
        try:
            return b64decode(text(answer.json(), "Content")).decode("utf-8", "replace")
        except ValueError:
            return ""


def _content(words: str, files: Sequence[StoredFile]) -> dict[str, Any]:
    attachments = [
        {
            "FileName": file.name,
            "FileType": file.media_type,
            "FileContent": b64encode(file.content).decode(),
        }
        for file in files
    ]
    content: dict[str, Any] = {"Content": words, "ContentType": "text/plain"}
    return content | ({"Attachments": attachments} if attachments else {})
