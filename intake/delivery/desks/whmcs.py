"""
WHMCS by its API (developers.whmcs.com). Requests from an unknown IP address are refused.

No answer contains custom fields, so the text repeats their values. A refusal is `"result": "error"`
inside an answer of status 200.
"""

from __future__ import annotations

import html
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import Field

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import DeskState, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import rows, text
from intake.delivery.replies.readable_text import without_quotes
from intake.delivery.replies.reply import DeskReply, RemoteConversation
from intake.tickets.stored_file import StoredFile

_PRIORITIES: Final = {"urgent": "High", "high": "High", "low": "Low", "otherwise": "Medium"}
# How its answers begin when our key or address is refused, not the ticket.
_CREDENTIAL_ERRORS: Final = ("authentication", "invalid ip", "invalid permissions", "access denied")


class WhmcsOptions(DeskOptions):
    """`kind: whmcs`: `queues` are numbers of departments, `fields` numbers of custom fields."""

    kind: Literal["whmcs"] = "whmcs"
    url: DeskUrl
    identifier: str
    secret: SecretText
    access_key: SecretText | None = None
    admin_path: str = Field(default="admin", pattern=r"^[\w.-]{1,60}$")


class Whmcs(ApiDesk):
    """Opens tickets in the departments of `queues`, in the customer's name."""

    def __init__(self, name: str, options: WhmcsOptions, base_url: str = "") -> None:
        secret = options.secret.get_secret_value()
        access_key = options.access_key.get_secret_value() if options.access_key else ""
        client = HttpClient(
            name, options.url, secrets=[secret, access_key], **options.client_options()
        )
        super().__init__(name, options, client, base_url=base_url, priorities=_PRIORITIES)
        self._login = {"identifier": options.identifier, "secret": secret}
        self._login |= {"accesskey": access_key} if access_key else {}
        self._admin_path = options.admin_path

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by a part of the subject, in every department."""
        filters = {"subject": reference, "ignore_dept_assignments": "true", "limitnum": "25"}
        answer = self._ask("GetTickets", filters, is_write=False)
        return [
            Candidate(text(ticket, "id") or text(ticket, "ticketid"), text(ticket, "subject"))
            for ticket in rows(answer, "tickets", "ticket")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its notes and replies; the first reply is the ticket text."""
        try:
            ticket = self._ask("GetTicket", {"ticketid": remote_id}, is_write=False)
        except Refused:
            return None
        notes = self._ask("GetTicketNotes", {"ticketid": remote_id}, is_write=False)
        replies = rows(ticket, "replies", "reply")
        messages = [text(reply, "message") for reply in replies[1:]]
        messages += [text(note, "message") for note in rows(notes, "notes", "note")]
        return RemoteTicket(
            subject=text(ticket, "subject"),
            requester=text(ticket, "requestor_email") or text(ticket, "email"),
            queue=(text(ticket, "deptid"), text(ticket, "deptname")),
            priority=(text(ticket, "priority"),),
            files={
                text(file, "filename"): None
                for reply in replies
                for file in rows(reply, "attachments")
            },
            text=text(replies, 0, "message"),
            messages=tuple(messages),
            state=_state(text(ticket, "status")),
        )

    def conversation(self, remote_id: str) -> RemoteConversation:
        """Return staff's replies; the reply with number 0 is the ticket's own text."""
        ticket = self._ask("GetTicket", {"ticketid": remote_id}, is_write=False)
        replies = [
            DeskReply(
                key=text(reply, "replyid"),
                text=without_quotes(html.unescape(text(reply, "message"))),
                author_name=text(reply, "admin"),
                remote_id=remote_id,
                file_names=tuple(text(file, "filename") for file in rows(reply, "attachments")),
            )
            for reply in rows(ticket, "replies", "reply")
            if text(reply, "admin") and text(reply, "replyid") not in {"", "0"}
        ]
        return RemoteConversation(replies, _state(text(ticket, "status")))

    def create(self, ticket: DeskTicket) -> Receipt:
        """Open the ticket by name and address; WHMCS assigns it to a client with that address."""
        order = {
            "deptid": ticket.queue,
            "subject": ticket.subject,
            "message": ticket.text,
            "priority": ticket.priority,
            "name": ticket.requester.name,
            "email": ticket.requester.email,
        }
        if ticket.fields:
            order["customfields"] = b64encode(_php_array(ticket.fields)).decode()
        answer = self._ask("OpenTicket", {**order, **_attachments(ticket.files)}, is_write=True)
        name = text(answer, "id")
        if not name:
            why = self._client.describe("answered without the id of the ticket")
            raise Unavailable(why, is_uncertain=True)
        return Receipt(name)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a note, which the customer neither sees nor gets by mail."""
        note = {"ticketid": remote_id, "message": message.marked_text}
        self._ask("AddTicketNote", {**note, **_attachments(message.files)}, is_write=True)

    def close(self, remote_id: str) -> None:
        """Close the ticket."""
        self._ask("UpdateTicket", {"ticketid": remote_id, "status": "Closed"}, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for staff."""
        page = f"{self._admin_path}/supporttickets.php?action=view&id={remote_id}"
        return f"{self._client.url}/{page}"

    def _ask(self, action: str, values: Mapping[str, str], *, is_write: bool) -> Any:  # noqa: ANN401
        form = {**self._login, "action": action, "responsetype": "json", **values}
        answer = self._client.call("POST", "/includes/api.php", form=form, is_write=is_write)
        reply = answer.json()
        result = text(reply, "result")
        if result == "success":
            return reply
        if result != "error":
            raise (
                self._client.unclear_answer(answer, "a result")
                if is_write
                else Unavailable(
                    self._client.describe("answered without a result"), is_answered=True
                )
            )
        words = text(reply, "message")
        why = self._client.describe(f"answered {action} with: {words}")
        if words.casefold().startswith(_CREDENTIAL_ERRORS):
            raise Unavailable(why, whole_desk=True, needs_operator=True, is_answered=True)
        raise Refused(why)


def _state(status: str) -> DeskState:
    return "solved" if status == "Closed" else "waiting" if status == "Answered" else "open"


def _attachments(files: Sequence[StoredFile]) -> dict[str, str]:
    if not files:
        return {}
    parts = [{"name": file.name, "data": b64encode(file.content).decode()} for file in files]
    return {"attachments": b64encode(json.dumps(parts).encode()).decode()}


def _php_array(values: Mapping[str, str]) -> bytes:
    """Return an array as PHP's serialize() writes it: texts by number, with byte lengths."""
    parts = []
    for name, value in values.items():
        data = value.encode()
        key = b"i:%d;" % int(name) if name.isdigit() else b's:%d:"%b";' % (len(name), name.encode())
        parts.append(key + b's:%d:"%b";' % (len(data), data))
    return b"a:%d:{%b}" % (len(parts), b"".join(parts))
