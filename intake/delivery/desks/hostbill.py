"""
HostBill by its admin API (api2.hostbillapp.com). Its samples use GET; the key must not appear in an
address, so every call is a POST. `"success": false` comes inside an answer of status 200.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import part, rows, text

_PRIORITIES: Final = {"low": "0", "otherwise": "1", "high": "2", "urgent": "3"}
_CREDENTIAL_ERRORS: Final = ("api", "access", "permission", "ip address")


class HostbillOptions(DeskOptions):
    """`kind: hostbill`: `queues` are numbers of departments."""

    kind: Literal["hostbill"] = "hostbill"
    url: DeskUrl
    api_id: str
    api_key: SecretText


class Hostbill(ApiDesk):
    """Opens tickets in the departments that `queues` names, as if the client had opened them."""

    def __init__(self, name: str, options: HostbillOptions, base_url: str = "") -> None:
        key = options.api_key.get_secret_value()
        client = HttpClient(name, options.url, secrets=[key], **options.client_options())
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(appends_files=False),
            priorities=_PRIORITIES,
        )
        self._login = [("api_id", options.api_id), ("api_key", key)]

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by a word of the text."""
        listed = self._ask("getTickets", [("filter[body]", reference)], is_write=False)
        return [
            Candidate(text(row, "ticket_number") or text(row, "id"), text(row, "subject"))
            for row in rows(listed, "tickets")
        ]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its replies."""
        try:
            whole = self._ask("getTicketDetails", [("id", remote_id)], is_write=False)
        except Refused:
            return None
        ticket = part(whole, "ticket")
        texts = [text(row, "body") for row in rows(whole, "replies")]
        texts += [text(row, "note") for row in rows(whole, "notes")]
        return RemoteTicket(
            subject=text(ticket, "subject"),
            requester=text(ticket, "email"),
            queue=(text(ticket, "dept_id"), text(ticket, "deptname")),
            priority=(text(ticket, "priority"),),
            files={
                text(row, "org_filename") or text(row, "filename"): None
                for row in rows(whole, "attachments")
            },
            text=text(ticket, "body"),
            messages=tuple(texts),
            state="solved" if text(ticket, "status") == "Closed" else "open",
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Open the ticket with the customer's name and address."""
        form = [
            ("name", ticket.requester.name),
            ("email", ticket.requester.email),
            ("dept_id", ticket.queue),
            ("subject", ticket.subject),
            ("body", ticket.text),
            ("priority", ticket.priority),
            ("request_type", "Incident"),
            ("asclient", "1"),
            *(
                (f"attachments[{file.name}]", b64encode(file.content).decode())
                for file in ticket.files
            ),
        ]
        answer = self._ask("addTicket", form, is_write=True)
        name = text(answer, "ticket_id") or text(answer, "ticket_number")
        if not name:
            why = self._client.describe("answered without the id of the ticket")
            raise Unavailable(why, is_uncertain=True)
        return Receipt(name)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a note for staff."""
        self._ask(
            "addTicketNotes", [("id", remote_id), ("notes", message.marked_text)], is_write=True
        )

    def close(self, remote_id: str) -> None:
        """Close the ticket."""
        self._ask("setTicketStatus", [("id", remote_id), ("status", "Closed")], is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for staff."""
        return f"{self._client.url}/admin/?cmd=tickets&action=view&num={remote_id}"

    def _ask(self, call: str, form: Sequence[tuple[str, str]], *, is_write: bool) -> Any:  # noqa: ANN401
        whole = [*self._login, ("call", call), *form]
        answer = self._client.call("POST", "/admin/api.php", form=whole, is_write=is_write)
        reply = answer.json()
        if part(reply, "success") is True:
            return reply
        errors = part(reply, "error")
        words = text(errors) or "; ".join(
            text(errors, index) for index in range(5) if text(errors, index)
        )
        if not words:
            raise (
                self._client.unclear_answer(answer, "success")
                if is_write
                else Unavailable(
                    self._client.describe("answered without success"), is_answered=True
                )
            )
        why = self._client.describe(f"answered {call} with: {words}")
        if any(phrase in words.casefold() for phrase in _CREDENTIAL_ERRORS):
            raise Unavailable(why, whole_desk=True, needs_operator=True, is_answered=True)
        raise Refused(why)
