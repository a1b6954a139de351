"""What desks with an API have in common: a search is not believed, a ticket is read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from intake.delivery.comparison import RemoteTicket, compare
from intake.delivery.desk import Capabilities, DeskState, Loss, Refused, Unavailable
from intake.delivery.desk_mapping import DeskMapping, ReplyAddresses
from intake.delivery.desk_options import DeskOptions
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.http_client import HttpAnswer, HttpClient
from intake.delivery.json_parts import text
from intake.tickets.stored_file import StoredFile

_LONGEST_ID: Final = 100
_MOST_READ: Final = 20  # candidates of one search that are read back


@dataclass(frozen=True, slots=True)
class Candidate:
    """One hit of a desk's search; `subject` as far as the list tells it, None if it doesn't."""

    remote_id: str
    subject: str | None = None


class NamedDesk:
    """What every desk is told at the start: its name, its names for ours, what it can do."""

    def __init__(self, name: str, mapping: DeskMapping, capabilities: Capabilities) -> None:
        self._name, self._mapping, self._capabilities = name, mapping, capabilities

    @property
    def name(self) -> str:
        """What staff and the outbox call it."""
        return self._name

    @property
    def mapping(self) -> DeskMapping:
        """Its names for our queues, priorities and facts."""
        return self._mapping

    def take_replies_at(self, addresses: ReplyAddresses) -> None:
        """From now on tickets bear an address that agents' replies come back to."""
        self._mapping = replace(self._mapping, replies=addresses)

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._capabilities


class ApiDesk(NamedDesk):
    """
    A desk whose tickets can be read back.

    A subclass has `search`, `read`, `create`, and what else it can: `attach`, `append`, `close`.
    """

    def __init__(  # noqa: PLR0913  what a desk is made of
        self,
        name: str,
        options: DeskOptions,
        client: HttpClient,
        *,
        base_url: str = "",
        capabilities: Capabilities | None = None,
        priorities: Mapping[str, str] | None = None,
    ) -> None:
        can = capabilities or Capabilities()
        if options.search_lag_s is not None:
            can = replace(can, search_lag_s=options.search_lag_s)
        super().__init__(name, options.mapping(base_url, priorities), can)
        self._client = client

    def search(self, reference: str) -> Iterable[Candidate]:
        """Tickets that may have this reference; a desk may answer with any others as well."""
        raise NotImplementedError

    def read(self, remote_id: str) -> RemoteTicket | None:
        """One ticket; None where there is none of this id."""
        raise NotImplementedError

    def find(self, reference: str) -> str | None:
        """
        The id of the first ticket that was read back and has exactly this reference.

        Desks that don't know a search's field ignore it and answer with their newest tickets.

        Raises:
            Unavailable: the search doesn't filter, so that nobody can tell.

        """
        hits = list(self.search(reference))
        hits.sort(key=lambda hit: f"[{reference}]" not in (hit.subject or ""))
        for hit in hits[:_MOST_READ]:
            remote = self.read(hit.remote_id)
            if remote is not None and remote.is_about(reference):
                return hit.remote_id
        if len(hits) > _MOST_READ and any(hit.subject is None for hit in hits[_MOST_READ:]):
            why = (
                f"answers a search for {reference} with {len(hits)} others. Check the field's name"
            )
            raise Unavailable(self._client.words(why), needs_operator=True)
        return None

    def verify(self, remote_id: str, ticket: DeskTicket) -> tuple[Loss, ...]:
        """Read the ticket back; what differs from what was sent."""
        remote = self.read(remote_id)
        if remote is None:
            return (Loss("unread"),)
        return compare(ticket, remote)

    def has_message(self, remote_id: str, key: str) -> bool:
        """Whether a message with this key in brackets is there."""
        remote = self.read(remote_id)
        messages = remote.messages if remote else None
        return any(f"[{key}]" in message for message in messages or ())

    def state(self, remote_id: str) -> DeskState:
        """How far staff are with it."""
        remote = self.read(remote_id)
        return remote.state if remote else "unknown"

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Desks that take files with the ticket take none later."""
        del remote_id
        if files:
            raise Refused(self._client.words("takes no files later"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """A desk that can't be written to again."""
        del remote_id
        raise Refused(self._client.words(f"can't add {message.key} to a ticket that is there"))

    def close(self, remote_id: str) -> None:
        """A desk that can't close by its API: a person does."""
        raise Refused(self._client.words(f"can't close {remote_id}: close it there"))

    def url(self, remote_id: str) -> str:
        """No address is known."""
        del remote_id
        return ""

    def remote_id(self, answer: HttpAnswer, *keys: str | int) -> str:
        """
        The id of what was created, from the answer to it.

        Raises:
            Unavailable: there is none, so nobody knows what was done.

        """
        name = text(answer.json(), *keys)
        if not name or not name.isprintable() or len(name) > _LONGEST_ID or "/" in name:
            raise self._client.unclear(answer, "the id of the ticket")
        return name


def named_fields(items: Iterable[dict[str, Any]], *, name: str, value: str) -> dict[str, str]:
    """Custom fields that a desk lists as objects, by name."""
    return {text(item, name): text(item, value) for item in items}


class OneWayDesk(NamedDesk):
    """A desk that takes messages and tells nothing: a mailbox, a webhook, a chat."""

    def find(self, reference: str) -> str | None:
        """It can't be asked."""
        del reference
        return None

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Files went with the ticket."""

    def has_message(self, remote_id: str, key: str) -> bool:
        """It can't be asked."""
        del remote_id, key
        return False

    def verify(self, remote_id: str, ticket: DeskTicket) -> tuple[Loss, ...]:
        """Nothing can be read back."""
        del remote_id, ticket
        return ()

    def state(self, remote_id: str) -> DeskState:
        """It doesn't tell."""
        del remote_id
        return "unknown"

    def url(self, remote_id: str) -> str:
        """There is no address."""
        del remote_id
        return ""

    def close(self, remote_id: str) -> None:
        """There is nothing to close."""
