"""
Telegram and Mattermost: a notice with a link, for a team that works in a chat.

A chat stores no ticket, so nothing is searched, and a repeated notice does no harm. It names no
customer: more people may read the room than may read tickets.
"""

from __future__ import annotations

from typing import Literal

from intake.delivery.desk import Capabilities, Receipt
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket, ticket_facts
from intake.delivery.desks.api_desk import OneWayDesk
from intake.delivery.http_client import HttpClient
from intake.delivery.json_parts import text

_CAPABILITIES = Capabilities(finds=False, repeat="joined", takes_files=False, appends_files=False)


class TelegramOptions(DeskOptions):
    """`kind: telegram`: a bot's token, and the chat it writes to."""

    kind: Literal["telegram"] = "telegram"
    url: DeskUrl = "https://api.telegram.org"
    token: SecretText
    chat: str


class MattermostOptions(DeskOptions):
    """`kind: mattermost`: an incoming webhook, whose key is the end of its address."""

    kind: Literal["mattermost"] = "mattermost"
    url: DeskUrl
    key: SecretText
    channel: str = ""


class Telegram(OneWayDesk):
    """Posts notices as a bot."""

    def __init__(self, name: str, options: TelegramOptions, base_url: str = "") -> None:
        super().__init__(name, options.mapping(base_url), _CAPABILITIES)
        self._token, self._chat = options.token.get_secret_value(), options.chat
        self._client = HttpClient(
            name, options.url, secrets=[self._token], **options.client_options()
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Post a notice of the ticket."""
        return Receipt(self._post(notice(ticket)))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Post a notice of the message, as a reply to the ticket's notice."""
        self._post(_update(message), reply_to=remote_id)

    def _post(self, words: str, reply_to: str = "") -> str:
        body: dict[str, object] = {"chat_id": self._chat, "text": words}
        body["link_preview_options"] = {"is_disabled": True}
        if reply_to.isdigit():
            parameters = {"message_id": int(reply_to), "allow_sending_without_reply": True}
            body["reply_parameters"] = parameters
        answer = self._client.call("POST", f"/bot{self._token}/sendMessage", body=body)
        return text(answer.json(), "result", "message_id") or "sent"


class Mattermost(OneWayDesk):
    """Posts notices to an incoming webhook."""

    def __init__(self, name: str, options: MattermostOptions, base_url: str = "") -> None:
        super().__init__(name, options.mapping(base_url), _CAPABILITIES)
        self._key, self._channel = options.key.get_secret_value(), options.channel
        self._client = HttpClient(
            name, options.url, secrets=[self._key], **options.client_options()
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Post a notice of the ticket."""
        self._post(notice(ticket))
        return Receipt(ticket.reference)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Post a notice of the message."""
        del remote_id
        self._post(_update(message))

    def _post(self, words: str) -> None:
        # In a block of code nothing is markup, and no @name notifies anybody.
        body = {"text": "```\n" + words.replace("```", "'''") + "\n```"}
        if self._channel:
            body["channel"] = self._channel
        self._client.call("POST", f"/hooks/{self._key}", body=body)


def notice(ticket: DeskTicket) -> str:
    """Return the ticket in four lines: what, where, how urgent, the link."""
    facts = ticket_facts(ticket.ticket, ticket.language)
    place = " ".join(filter(None, (facts["target"], facts["addresses"])))
    lines = (ticket.subject, facts["cause-title"], place)
    return "\n".join(filter(None, (*lines, f"{ticket.queue}, {ticket.priority}", ticket.link)))


def _update(message: DeskMessage) -> str:
    lines = [line for line in message.text.splitlines() if line.strip()]
    link = next((line for line in lines if "/staff/tickets/" in line), "")
    return "\n".join(dict.fromkeys(filter(None, (f"[{message.reference}]", lines[0], link))))
