"""The replies that come back from a desk, and the interface of a webhook's reader."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from intake.delivery.desk import DeskState
from intake.outbox import RemoteState

MAX_BODY_BYTES: Final = 1_000_000


class NotGenuine(Exception):  # noqa: N818  an answer to a request, not a fault of ours
    """The request isn't from the desk: its signature is missing, wrong or too old."""


@dataclass(frozen=True, slots=True)
class DeskReply:
    """
    One public reply of an agent.

    `key` is the desk's own id of it, the same however often it is reported. The ticket is found by
    the desk's `remote_id`, else by our `reference`. `senders` are its author's addresses, if known.
    `state` is the ticket's state at the desk; with it the text may be empty. `file_names` are
    attached there.
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
    """Every public reply of an agent to a ticket at the desk, and the ticket's state there."""

    replies: Sequence[DeskReply]
    state: DeskState


@dataclass(frozen=True, slots=True)
class ChangedTicket:
    """A ticket changed at the desk, which must be asked how; see `pickup`."""

    remote_id: str


class ReplyReader(Protocol):
    """Reads one desk's webhooks."""

    def read(self, headers: Mapping[str, str], body: bytes) -> DeskReply | ChangedTicket | None:
        """
        Return the reply in a request; None if it holds none, such as a note or a customer's words.

        Header names are in lower case.

        Raises:
            NotGenuine: the signature doesn't fit; nothing of the body was read.
        """


def json_object(body: bytes) -> Mapping[str, Any]:
    """Return the body's JSON object; an empty one for anything else."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def check_digest(expected: str, sent: str) -> None:
    """
    Compare two signatures in constant time.

    Raises:
        NotGenuine: they differ.
    """
    if not hmac.compare_digest(expected.encode(), sent.encode()):
        raise NotGenuine
