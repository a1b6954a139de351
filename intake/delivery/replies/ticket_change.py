"""
Webhooks that only say that a ticket changed; the change itself is read at the desk with our key.

Freshdesk's automations, UseDesk's and Omnidesk's rules sign nothing, and Freshdesk and Omnidesk put
texts into JSON without escaping them. So only the ticket's number is taken from the request, and it
must bring the secret that was agreed on.

Source:
    Freshdesk, "Using webhooks in automation rules"; UseDesk, "Requests from Usedesk (Webhooks)",
    where `secret` is the channel's token; Omnidesk, "Вебхуки". WHMCS calls by our own hook,
    `integrations/whmcs-replies.php`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from intake.delivery.json_parts import text
from intake.delivery.replies.reply import ChangedTicket, check_digest, json_object

_HEADER: Final = "x-intake-secret"
# Where the different desks have the number of the ticket: of a new one, a comment, a change.
_NUMBER_KEYS: Final = (
    ("ticket_id",),
    ("case_id",),
    ("freshdesk_webhook", "ticket_id"),
    ("comment", "ticket_id"),
    ("trigger", "ticket_id"),
    ("ticket", "id"),
)
_MAX_ID_LENGTH: Final = 20


class TicketChanges:
    """
    Reads requests with the secret in the header `X-Intake-Secret`, or as `secret` in
    the body.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, headers: Mapping[str, str], body: bytes) -> ChangedTicket | None:
        """See `ReplyReader.read`."""
        values = json_object(body) or _form(body)
        check_digest(self._secret, headers.get(_HEADER) or text(values, "secret"))
        number = next(filter(None, (text(values, *keys) for keys in _NUMBER_KEYS)), "").strip()
        if not number.isascii() or not number.isdigit() or len(number) > _MAX_ID_LENGTH:
            return None
        return ChangedTicket(number)


def _form(body: bytes) -> Mapping[str, object]:
    """
    Return the values of a form, where `ticket[id]=5` is part of a group.

    UseDesk sends one if "JSON request" is off.
    """
    values: dict[str, object] = {}
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=200)
    except ValueError:
        return {}
    for name, value in pairs:
        group, _, inner = name.partition("[")
        part = values.setdefault(group, {} if inner else value)
        if inner and isinstance(part, dict):
            part[inner.rstrip("]")] = value
    return values
