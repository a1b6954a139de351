"""Omnidesk (omnidesk.ru/api): cases, with files as a form. Its filters match parts of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, DeskState, Receipt
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient, Upload
from intake.delivery.json_parts import part, rows, text, whole_number
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply, RemoteConversation
from intake.tickets.stored_file import StoredFile

_PRIORITIES: Final = {"low": "low", "otherwise": "normal", "high": "high", "urgent": "critical"}
_STATES: Final[Mapping[str, DeskState]] = {"waiting": "waiting", "closed": "solved"}


class OmnideskOptions(DeskOptions):
    """`kind: omnidesk`: `queues` are numbers of groups, `fields` names like `cf_25`."""

    kind: Literal["omnidesk"] = "omnidesk"
    url: DeskUrl
    user: str  # the staff member's address
    key: SecretText


class Omnidesk(ApiDesk):
    """Creates cases for the groups that `queues` names."""

    def __init__(self, name: str, options: OmnideskOptions, base_url: str = "") -> None:
        key = options.key.get_secret_value()
        client = HttpClient(
            name, options.url, auth=(options.user, key), secrets=[key], **options.client_options()
        )
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(),
            priorities=_PRIORITIES,
        )
        self._reference_field = options.fields.get("reference", "")
        self._staff: dict[str, str] = {}

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by the subject; the list is an object with a number for each case."""
        query = {"subject": reference, "limit": "50"}
        answer = self._client.call("GET", "/api/cases.json", query=query).json()
        return [
            Candidate(text(case, "case_id"), text(case, "subject"))
            for case in _numbered_items(answer, "case")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the case with its customer and its messages."""
        answer = self._client.call("GET", f"/api/cases/{remote_id}.json", accepts={404})
        if answer.status == 404:  # noqa: PLR2004
            return None
        case = part(answer.json(), "case")
        own = part(case, "custom_fields")
        fields = {str(name): text(own, str(name)) for name in own} if isinstance(own, dict) else {}
        path, query = f"/api/cases/{remote_id}/messages.json", {"order": "asc", "limit": "50"}
        messages = list(
            _numbered_items(self._client.call("GET", path, query=query).json(), "message")
        )
        return RemoteTicket(
            reference=fields.get(self._reference_field) or None,
            subject=text(case, "subject"),
            requester=self._address(text(case, "user_id")),
            queue=(text(case, "group_id"),),
            priority=(text(case, "priority"),),
            fields=fields,
            files={
                text(file, "file_name"): whole_number(file, "file_size")
                for message in messages
                for file in part(message, "attachments") or ()
            },
            text=text(messages, 0, "content"),
            messages=tuple(text(message, "content") for message in messages[1:]),
            state=_STATES.get(text(case, "status"), "open"),
        )

    def conversation(self, remote_id: str) -> RemoteConversation:
        """Return staff's messages, without notes and without what a rule sent."""
        case = part(self._client.call("GET", f"/api/cases/{remote_id}.json").json(), "case")
        path, query = f"/api/cases/{remote_id}/messages.json", {"order": "asc", "limit": "100"}
        messages = _numbered_items(self._client.call("GET", path, query=query).json(), "message")
        replies = [
            DeskReply(
                key=text(message, "message_id"),
                text=without_quotes(
                    text(message, "content") or text_of_html(text(message, "content_html"))
                ),
                author_name=self._staff_name(text(message, "staff_id")),
                remote_id=remote_id,
                file_names=tuple(text(file, "file_name") for file in rows(message, "attachments")),
            )
            for message in messages
            if _is_reply(message)
        ]
        return RemoteConversation(replies, _STATES.get(text(case, "status"), "open"))

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the case from a form, which takes files as well."""
        form = [
            ("case[user_email]", ticket.requester.email),
            ("case[user_full_name]", ticket.requester.name),
            ("case[subject]", ticket.subject),
            ("case[content]", ticket.text),
            ("case[priority]", ticket.priority),
            *((f"case[custom_fields][{name}]", value) for name, value in ticket.fields.items()),
        ]
        if ticket.queue.isdigit():
            form.append(("case[group_id]", ticket.queue))
        answer = self._client.call(
            "POST", "/api/cases.json", form=form, uploads=_uploads(ticket.files, "case")
        )
        return Receipt(self.remote_id(answer, "case", "case_id"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a note for staff."""
        form = [("note[content]", message.marked_text)]
        path = f"/api/cases/{remote_id}/note.json"
        self._client.call("POST", path, form=form, uploads=_uploads(message.files, "note"))

    def close(self, remote_id: str) -> None:
        """Close the ticket."""
        body = {"case": {"status": "closed"}}
        self._client.call("PUT", f"/api/cases/{remote_id}.json", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for staff."""
        return f"{self._client.url}/staff/cases/record/{remote_id}"

    def _staff_name(self, number: str) -> str:
        if number not in self._staff:
            path = f"/api/staff/{number}.json"
            answer = self._client.call("GET", path, accepts={403, 404}).json()
            self._staff[number] = text(answer, "staff", "staff_full_name")
        return self._staff[number]

    def _address(self, user: str) -> str:
        if not user:
            return ""
        answer = self._client.call("GET", f"/api/users/{user}.json", accepts={403, 404})
        return text(answer.json(), "user", "user_email")


def _is_reply(message: object) -> bool:
    """
    Check whether staff wrote the message for the customer. Anything but a plain false may be a
    note.
    """
    has_staff_author = text(message, "staff_id") not in {"", "0"}
    return (
        has_staff_author and part(message, "note") is False and not part(message, "sent_via_rule")
    )


def _numbered_items(answer: object, name: str) -> Iterable[object]:
    """Yield the items of a list, which is an object: `{"0": {"case": {…}}, "total_count": 1}`."""
    if isinstance(answer, dict):
        for key in answer:
            if str(key).isdigit() and isinstance(item := part(answer, str(key), name), dict):
                yield item


def _uploads(files: Sequence[StoredFile], field: str) -> list[Upload]:
    return [
        Upload(f"{field}[attachments][{position}]", file.name, file.content, file.media_type)
        for position, file in enumerate(files, start=1)
    ]
