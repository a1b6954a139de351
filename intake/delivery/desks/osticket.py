"""
osTicket by its built-in API, which can only create tickets.

It can't be searched, so after an unclear answer a person looks. Fields of forms other than "Ticket
Details" are dropped with a 201. The key is bound to one IP address of ours.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Literal

from intake.delivery.desk import Capabilities, Receipt, Refused
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import OneWayDesk
from intake.delivery.http_client import HttpClient


class OsTicketOptions(DeskOptions):
    """`kind: osticket`: `queues` are numbers of help topics, `priorities` numbers."""

    kind: Literal["osticket"] = "osticket"
    url: DeskUrl
    key: SecretText


class OsTicket(OneWayDesk):
    """Creates tickets under the topics that `queues` names."""

    def __init__(self, name: str, options: OsTicketOptions, base_url: str = "") -> None:
        key = options.key.get_secret_value()
        capabilities = Capabilities(finds=False, repeat="never", appends=False)
        priorities = {"urgent": "4", "high": "3", "normal": "2", "low": "1", "otherwise": "2"}
        super().__init__(name, options.mapping(base_url, priorities), capabilities)
        self._client = HttpClient(
            name,
            options.url,
            headers={"X-API-Key": key},
            secrets=[key],
            **options.client_options(),
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the ticket; the answer is its number as bare text."""
        body: dict[str, Any] = {
            **ticket.fields,
            "name": ticket.requester.name,
            "email": ticket.requester.email,
            "phone": ticket.requester.phone,
            "subject": ticket.subject,
            "message": f"data:text/plain;charset=utf-8,{ticket.text}",
            "priority": ticket.priority,
            "autorespond": False,  # customers have our own receipt
            "attachments": [
                {file.name: f"data:{file.media_type};base64,{b64encode(file.content).decode()}"}
                for file in ticket.files
            ],
        }
        if ticket.queue.isdigit():
            body["topicId"] = ticket.queue
        answer = self._client.call("POST", "/api/tickets.json", body=body)
        number = answer.text.strip().strip('"')
        if not number.isalnum():
            raise self._client.unclear_answer(answer, "the number of the ticket")
        return Receipt(number)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Refuse the message, because osTicket takes no additions."""
        raise Refused(self._client.describe(f"takes nothing more for {remote_id}: {message.key}"))

    def url(self, remote_id: str) -> str:
        """Return the address of a search for the ticket, for staff."""
        return f"{self._client.url}/scp/tickets.php?a=search&query={remote_id}"
