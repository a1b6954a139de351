"""
Znuny, OTRS 6 and OTOBO by the generic interface.

The web service is imported from `integrations/znuny-web-service.yml`: four operations, all by POST,
so that the password appears in no address. An error comes inside an answer of status 200.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import DeskState, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate, named_fields
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import part, rows, text, whole_number
from intake.tickets.stored_file import StoredFile

_PRIORITIES: Final = {
    "urgent": "5 very high",
    "high": "4 high",
    "normal": "3 normal",
    "low": "2 low",
    "otherwise": "3 normal",
}
_STATES: Final[Mapping[str, DeskState]] = {
    "closed": "solved",
    "merged": "solved",
    "removed": "solved",
    "pending reminder": "waiting",
    "pending auto": "waiting",
}


# The refusal of the customer's address, or of the first article's sender.
_ADDRESS_REFUSED: Final = re.compile(r"\b(?:CustomerUser|Article->From) parameter is invalid")
# An address that Znuny accepts without a check by default: its setting CheckEmailValidAddress.
_ACCEPTED_ADDRESS: Final = "root@localhost"


class ZnunyOptions(DeskOptions):
    """`kind: znuny`: `queues` by name, `fields` are dynamic fields."""

    kind: Literal["znuny"] = "znuny"
    url: DeskUrl  # …/nph-genericinterface.pl/Webservice/Intake
    user: str
    password: SecretText
    closed_state: str = "closed successful"


class Znuny(ApiDesk):
    """Creates tickets as an agent with the rights `create`, `rw` and `note` in the queues."""

    def __init__(self, name: str, options: ZnunyOptions, base_url: str = "") -> None:
        password = options.password.get_secret_value()
        client = HttpClient(name, options.url, secrets=[password], **options.client_options())
        super().__init__(name, options, client, base_url=base_url, priorities=_PRIORITIES)
        self._login = {"UserLogin": options.user, "Password": password}
        self._closed_state = options.closed_state
        self._reference_field = options.fields.get("reference", "")

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by our own field if there is one, else by the title; closed tickets too."""
        filters: dict[str, Any] = {"SearchInArchive": "AllTickets", "Limit": 50}
        if self._reference_field:
            filters[f"DynamicField_{self._reference_field}"] = {"Equals": reference}
        else:
            filters["Title"] = f"%{reference}%"
        answer = self._ask("TicketSearch", filters, is_write=False)
        ids = part(answer, "TicketID")
        ids = ids if isinstance(ids, list) else [ids]
        return [Candidate(name) for name in (text(ids, index) for index in range(len(ids))) if name]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its dynamic fields, articles and the names of its files."""
        parameters = {"TicketID": remote_id, "DynamicFields": 1, "AllArticles": 1, "Attachments": 1}
        answer = self._ask("TicketGet", {**parameters, "GetAttachmentContents": 0}, is_write=False)
        ticket = part(answer, "Ticket", 0)
        if ticket is None:
            return None
        fields = named_fields(rows(ticket, "DynamicField"), name="Name", value="Value")
        articles = rows(ticket, "Article")
        return RemoteTicket(
            reference=fields.get(self._reference_field) or None,
            subject=text(ticket, "Title"),
            requester=_address(text(ticket, "CustomerUserID")),
            queue=(text(ticket, "Queue"), text(ticket, "QueueID")),
            priority=(text(ticket, "Priority"), text(ticket, "PriorityID")),
            fields=fields,
            files={
                text(file, "Filename"): whole_number(file, "FilesizeRaw")
                for article in articles
                for file in rows(article, "Attachment")
            },
            text=text(articles, 0, "Body"),
            messages=tuple(text(article, "Body") for article in articles[1:]),
            state=_STATES.get(text(ticket, "StateType"), "open"),
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """
        Create the ticket with its first article and the files in one call.

        Znuny looks up the mail server of the customer's domain and refuses the whole ticket if it
        finds none, which is just what a customer with a broken domain has. Then the ticket is
        created for an address that Znuny accepts, and the read-back tells staff.
        """
        try:
            return self._create_for(ticket, ticket.requester.email)
        except Refused as refusal:
            if not _ADDRESS_REFUSED.search(str(refusal)):
                raise
        return self._create_for(ticket, self._mapping.without_email or _ACCEPTED_ADDRESS)

    def _create_for(self, ticket: DeskTicket, email: str) -> Receipt:
        name = ticket.requester.name.replace('"', "")
        answer = self._ask(
            "TicketCreate",
            {
                "Ticket": {
                    "Title": ticket.subject,
                    "Queue": ticket.queue,
                    "State": "new",
                    "Priority": ticket.priority,
                    "CustomerUser": email,
                },
                "Article": {
                    **_article(ticket.subject, ticket.text),
                    "SenderType": "customer",
                    "From": f'"{name}" <{email}>',
                    "IsVisibleForCustomer": 1,
                },
                **_lists(ticket.fields, ticket.files),
            },
            is_write=True,
        )
        name = text(answer, "TicketID")
        if not name:
            why = self._client.describe("answered without the id of the ticket")
            raise Unavailable(why, is_uncertain=True)
        return Receipt(name)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as an internal article."""
        article = {**_article(f"[{message.reference}]", message.marked_text), "SenderType": "agent"}
        article["IsVisibleForCustomer"] = 0
        body = {"TicketID": remote_id, "Article": article, **_lists({}, message.files)}
        self._ask("TicketUpdate", body, is_write=True)

    def close(self, remote_id: str) -> None:
        """Close the ticket."""
        body = {"TicketID": remote_id, "Ticket": {"State": self._closed_state}}
        self._ask("TicketUpdate", body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page for agents."""
        home = self._client.url.partition("/nph-genericinterface.pl")[0]
        return f"{home}/index.pl?Action=AgentTicketZoom;TicketID={remote_id}"

    def _ask(self, operation: str, body: Mapping[str, Any], *, is_write: bool) -> Any:  # noqa: ANN401
        """Call an operation; its errors come in an answer of status 200."""
        whole = {**self._login, **body}
        answer = self._client.call("POST", f"/{operation}", body=whole, is_write=is_write)
        reply = answer.json()
        error = part(reply, "Error")
        if error is None:
            return reply
        code, words = text(error, "ErrorCode"), text(error, "ErrorMessage")
        why = self._client.describe(f"answered {code}: {words}")
        if code.endswith((".AuthFail", ".AccessDenied")):
            raise Unavailable(why, whole_desk=True, needs_operator=True, is_answered=True)
        raise Refused(why)


def _address(customer: str) -> str | None:
    """Return a customer's address; None for a known customer's login, which hides the address."""
    return None if customer and "@" not in customer else customer


def _article(subject: str, words: str) -> dict[str, Any]:
    return {
        "CommunicationChannel": "Internal",
        "Subject": subject,
        "Body": words,
        "ContentType": "text/plain; charset=utf8",
    }


def _lists(fields: Mapping[str, str], files: Sequence[StoredFile]) -> dict[str, Any]:
    """Return fields and files as the interface takes them; it refuses an empty list."""
    lists: dict[str, Any] = {
        "DynamicField": [{"Name": name, "Value": value} for name, value in fields.items()],
        "Attachment": [
            {
                "Filename": file.name,
                "ContentType": file.media_type,
                "Content": b64encode(file.content).decode(),
            }
            for file in files
        ],
    }
    return {name: entries for name, entries in lists.items() if entries}
