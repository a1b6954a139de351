"""
UseDesk by the API of a channel (api.usedocs.com). Every call is a POST with the key in its body.

`additional_id` holds our reference; only the API shows it. It can't be searched for: the newest
tickets are listed and read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, DeskState, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.http_client import HttpClient, Upload
from intake.delivery.json_parts import rows, text
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply, RemoteConversation
from intake.tickets.stored_file import StoredFile

_MAX_TEXT: Final = 60_000  # characters; the limit is about 64 KB
_PRIORITIES: Final = {"low": "low", "otherwise": "medium", "high": "urgent", "urgent": "extreme"}
_STATES: Final[Mapping[str, DeskState]] = {
    "2": "solved",
    "3": "solved",
    "4": "solved",
    "10": "solved",
    "5": "waiting",
    "6": "waiting",
}
_SOLVED: Final = "2"


class UseDeskOptions(DeskOptions):
    """`kind: usedesk`: `queues` are numbers of groups, `fields` numbers of additional fields."""

    kind: Literal["usedesk"] = "usedesk"
    url: DeskUrl = "https://api.usedesk.ru"
    token: SecretText


class UseDesk(ApiDesk):
    """Creates tickets for the groups that `queues` names."""

    def __init__(self, name: str, options: UseDeskOptions, base_url: str = "") -> None:
        token = options.token.get_secret_value()
        client = HttpClient(name, options.url, secrets=[token], **options.client_options())
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(appends_files=True),
            priorities=_PRIORITIES,
        )
        self._token = token

    def search(self, reference: str) -> Iterable[Candidate]:
        """List the newest tickets, and return those whose subject has our reference."""
        listed = self._ask("/tickets", [("sort", "id"), ("order", "desc")], is_write=False)
        items = listed if isinstance(listed, list) else rows(listed, "tickets")
        hits = [Candidate(text(item, "id"), text(item, "subject")) for item in rows(items)]
        return [hit for hit in hits if f"[{reference}]" in (hit.subject or "")]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its comments, which come newest first."""
        try:
            whole = self._ask("/ticket", [("ticket_id", remote_id)], is_write=False)
        except Refused:
            return None
        comments = sorted(rows(whole, "comments"), key=lambda row: int(text(row, "id") or 0))
        fields = {text(row, "ticket_field_id"): text(row, "value") for row in rows(whole, "fields")}
        return RemoteTicket(
            reference=text(whole, "ticket", "additional_id") or None,
            subject=text(whole, "ticket", "subject"),
            requester=text(whole, "client", "email") or None,
            queue=(text(whole, "ticket", "group"),),
            priority=(text(whole, "ticket", "priority"),),
            fields=fields,
            files={
                text(file, "name"): None for comment in comments for file in rows(comment, "files")
            },
            text=text(comments, 0, "message"),
            messages=tuple(text(comment, "message") for comment in comments[1:]),
            state=_STATES.get(text(whole, "ticket", "status_id"), "open"),
        )

    def conversation(self, remote_id: str) -> RemoteConversation:
        """Return agents' public comments, without what a rule wrote."""
        whole = self._ask("/ticket", [("ticket_id", remote_id)], is_write=False)
        replies = [
            DeskReply(
                key=text(comment, "id"),
                text=without_quotes(text_of_html(text(comment, "message"))),
                author_name=text(comment, "user", "name"),
                remote_id=remote_id,
                file_names=tuple(text(file, "name") for file in rows(comment, "files")),
            )
            for comment in rows(whole, "comments")
            if text(comment, "type") == "public" and text(comment, "from") == "user"
        ]
        replies.sort(key=lambda reply: int(reply.key or 0))
        return RemoteConversation(replies, _STATES.get(text(whole, "ticket", "status_id"), "open"))

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the ticket in the customer's name."""
        form = [
            ("subject", ticket.subject),
            ("message", ticket.text[:_MAX_TEXT]),
            ("client_name", ticket.requester.name),
            ("client_email", ticket.requester.email),
            ("client_phone", ticket.requester.phone),
            ("additional_id", ticket.reference),
            ("type", "incident"),
            ("priority", ticket.priority),
            ("from", "client"),
            ("field_id", ";".join(ticket.fields)),
            ("field_value", ";".join(value.replace(";", ",") for value in ticket.fields.values())),
        ]
        if ticket.queue.isdigit():
            form.append(("group_id", ticket.queue))
        answer = self._ask("/create/ticket", form, is_write=True, files=ticket.files)
        name = text(answer, "ticket_id")
        if not name:
            why = self._client.describe("answered without the id of the ticket")
            raise Unavailable(why, is_uncertain=True)
        return Receipt(name)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a private comment."""
        form = [
            ("ticket_id", remote_id),
            ("message", message.marked_text[:_MAX_TEXT]),
            ("type", "private"),
        ]
        self._ask("/create/comment", form, is_write=True, files=message.files)

    def close(self, remote_id: str) -> None:
        """Mark the ticket as solved."""
        form = [("ticket_id", remote_id), ("status", _SOLVED)]
        self._ask("/update/ticket", form, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for agents, at the cloud service."""
        return f"https://secure.usedesk.ru/tickets/{remote_id}"

    def _ask(
        self,
        path: str,
        form: Sequence[tuple[str, str]],
        *,
        is_write: bool,
        files: Sequence[StoredFile] = (),
    ) -> Any:  # noqa: ANN401  JSON
        whole = [("api_token", self._token), *((name, value) for name, value in form if value)]
        uploads = [Upload("files[]", file.name, file.content, file.media_type) for file in files]
        answer = self._client.call("POST", path, form=whole, uploads=uploads, is_write=is_write)
        reply = answer.json()
        if words := text(reply, "error"):
            why = self._client.describe(f"answered {text(reply, 'code')}: {words}")
            if "token" in words.casefold():
                raise Unavailable(why, whole_desk=True, needs_operator=True, is_answered=True)
            raise Refused(why)
        return reply
