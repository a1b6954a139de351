"""
BILLmanager 6 by its API. The parameters of a ticket depend on the panel's configuration.

A ticket needs a client: `client` owns the tickets of customers who named no account. Files are not
taken; the text says where they are. `out=json` wraps each value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import Field

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskNumber, DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import part, rows, text

_AUTH_ERRORS: Final = frozenset({"auth", "access", "badpassword"})


class BillmanagerOptions(DeskOptions):
    """`kind: billmanager`: `queues` are numbers of departments, `fields` parameters there."""

    kind: Literal["billmanager"] = "billmanager"
    url: DeskUrl  # like https://billing.example.com/billmgr
    user: str
    password: SecretText
    client: DeskNumber = Field(default="", description="The number of the client of all tickets.")


class Billmanager(ApiDesk):
    """Opens tickets as an employee, in the departments that `queues` names."""

    def __init__(self, name: str, options: BillmanagerOptions, base_url: str = "") -> None:
        password = options.password.get_secret_value()
        client = HttpClient(name, options.url, secrets=[password], **options.client_options())
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(takes_files=False, appends_files=False),
        )
        self._login = [("authinfo", f"{options.user}:{password}"), ("out", "json"), ("lang", "en")]
        self._of_client = options.client

    def search(self, reference: str) -> Iterable[Candidate]:
        """Return the tickets whose subject has the reference; the panel may ignore the filter."""
        listed = self._ask("ticket_all", [("filter", "on"), ("name", reference)], is_write=False)
        hits = [Candidate(_value(row, "id"), _value(row, "name")) for row in rows(listed, "elem")]
        return [hit for hit in hits if f"[{reference}]" in (hit.subject or "")]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket, read from its form and its messages."""
        try:
            form = self._ask("ticket_all.edit", [("elid", remote_id)], is_write=False)
        except Refused:
            return None
        listed = self._ask("ticket_all.message", [("elid", remote_id)], is_write=False)
        texts = [_value(row, "message") for row in rows(listed, "elem")]
        status = _value(form, "tstatus")
        return RemoteTicket(
            subject=_value(form, "name"),
            queue=(_value(form, "client_department"),),
            text=texts[0] if texts else "",
            messages=tuple(texts[1:]),
            state="solved" if status in {"closed", "2"} else "open",
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Open the ticket."""
        form = [
            ("name", ticket.subject),
            ("message", ticket.without_files().text),
            ("client", self._of_client),
            ("client_department", ticket.queue),
            *ticket.fields.items(),
        ]
        answer = self._ask("ticket_all.edit", [("sok", "ok"), *form], is_write=True)
        name = _value(answer, "id") or _value(answer, "elid")
        if not name:
            why = self._client.describe("answered without the id of the ticket")
            raise Unavailable(why, is_uncertain=True)
        return Receipt(name, without_files=bool(ticket.files))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as one of staff's that the client doesn't see."""
        form = [("sok", "ok"), ("elid", remote_id), ("message", message.marked_text)]
        self._ask("ticket_all.edit", [*form, ("internal", "on")], is_write=True)

    def close(self, remote_id: str) -> None:
        """Remove the ticket from the queue of open tickets."""
        self._ask("ticket_open.delete", [("elid", remote_id)], is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's form in the panel."""
        return f"{self._client.url}?func=ticket_all.edit&elid={remote_id}"

    def _ask(self, func: str, form: Sequence[tuple[str, str]], *, is_write: bool) -> Any:  # noqa: ANN401
        whole = [*self._login, ("func", func), *((name, value) for name, value in form if value)]
        answer = self._client.call("POST", form=whole, is_write=is_write)
        document = part(answer.json(), "doc")
        if not isinstance(document, Mapping):
            raise (
                self._client.unclear_answer(answer, "a document")
                if is_write
                else Unavailable(
                    self._client.describe("answered without a document"), is_answered=True
                )
            )
        error = part(document, "error")
        if error is None:
            return document
        kind = text(error, "$type") or text(error, "type")
        words = _value(error, "msg") or _value(error, "detail")
        why = self._client.describe(f"answered {func} with {kind}: {words}")
        if kind in _AUTH_ERRORS:
            raise Unavailable(why, whole_desk=True, needs_operator=True, is_answered=True)
        raise Refused(why)


def _value(row: object, name: str) -> str:
    """Return a value, which the panel's JSON wraps as `{"$": …}`."""
    return text(row, name, "$") or text(row, name)
