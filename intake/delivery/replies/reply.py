"""What comes back from a desk, whatever the desk; and how a way for it is called."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from intake.delivery.desk import DeskState
from intake.outbox import RemoteState

MAX_BODY_BYTES: Final = 1_000_000


class NotGenuine(Exception):  # noqa: N818  nothing is broken: it is not from the desk
    """The signature is missing, wrong or too old."""


@dataclass(frozen=True, slots=True)
class DeskReply:
    """
    One public reply of an agent.

    `key` is the desk's own id of it, the same however often it is told. The ticket is found by
    the desk's `remote_id`, else by our `reference`. `senders` are the addresses of who wrote it,
    where the way tells them. `state` is the ticket's there; with it the text may be empty.
    `file_names`: what hangs at it there.
    """

    key: str
    text: str
    author_name: str = ""
    remote_id: str = ""
    reference: str = ""
    senders: tuple[str, ...] = ()
    state: RemoteState | None = None
    file_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteConversation:
    """Every public reply of an agent to a ticket there, and how far they are with it."""

    replies: Sequence[DeskReply]
    state: DeskState


@dataclass(frozen=True, slots=True)
class ChangedTicket:
    """Something happened to a ticket there; the desk is asked what. See `pickup`."""

    remote_id: str


class ReplyReader(Protocol):
    """Reads one desk's webhooks."""

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | ChangedTicket | None:
        """
        The reply in a request; None where it holds none: a note, a customer's words.

        Header names are in lower case.

        Raises:
            NotGenuine: see there. Nothing of the body was read.
        """


def json_object(body: bytes) -> Mapping[str, Any]:
    """The body's object; an empty one for anything else, which holds no reply."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def check_digest(expected: str, sent: str) -> None:
    """
    Compare two signatures in a time that tells nothing of them.

    Raises:
        NotGenuine: they differ.
    """
    if not hmac.compare_digest(expected.encode(), sent.encode()):
        raise NotGenuine
