"""The base classes of desks. With an API, a search isn't trusted and a ticket is read back."""

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

_MAX_ID_LENGTH: Final = 100
_MAX_READ: Final = 20  # candidates of one search that are read back


@dataclass(frozen=True, slots=True)
class Candidate:
    """A search result; `subject` is None if the list doesn't contain it."""

    remote_id: str
    subject: str | None = None


class BaseDesk:
    """The base of all desks: a name, a mapping and capabilities."""

    def __init__(self, name: str, mapping: DeskMapping, capabilities: Capabilities) -> None:
        self._name, self._mapping, self._capabilities = name, mapping, capabilities

    @property
    def name(self) -> str:
        """The name of the desk for staff and in the outbox."""
        return self._name

    @property
    def mapping(self) -> DeskMapping:
        """The desk's names for our queues, priorities and facts."""
        return self._mapping

    def set_reply_addresses(self, addresses: ReplyAddresses) -> None:
        """Put an address for agents' replies into the tickets from now on."""
        self._mapping = replace(self._mapping, replies=addresses)

    @property
    def capabilities(self) -> Capabilities:
        """What the desk can do."""
        return self._capabilities


class ApiDesk(BaseDesk):
    """
    A desk whose tickets can be read back.

    A subclass implements `search`, `read` and `create`, and if it can `attach`, `append` and
    `close`.
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
        capabilities_used = capabilities or Capabilities()
        if options.search_lag_s is not None:
            capabilities_used = replace(capabilities_used, search_lag_s=options.search_lag_s)
        super().__init__(name, options.mapping(base_url, priorities), capabilities_used)
        self._client = client

    def search(self, reference: str) -> Iterable[Candidate]:
        """Return tickets that may have this reference; a desk may return any others as well."""
        raise NotImplementedError

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return a ticket; None if there is none with this id."""
        raise NotImplementedError

    def find(self, reference: str) -> str | None:
        """
        Return the id of the first ticket that was read back and has exactly this reference; or
        None.

        Desks that don't know the field of a search ignore it and return their newest tickets.

        Raises:
            Unavailable: the search doesn't filter, so the answer is unknown.
        """
        hits = list(self.search(reference))
        hits.sort(key=lambda hit: f"[{reference}]" not in (hit.subject or ""))
        for hit in hits[:_MAX_READ]:
            remote = self.read(hit.remote_id)
            if remote is not None and remote.is_about(reference):
                return hit.remote_id
        if len(hits) > _MAX_READ and any(hit.subject is None for hit in hits[_MAX_READ:]):
            why = (
                f"answers a search for {reference} with {len(hits)} others. Check the field's name"
            )
            raise Unavailable(self._client.describe(why), needs_operator=True)
        return None

    def verify(self, remote_id: str, ticket: DeskTicket) -> tuple[Loss, ...]:
        """Read the ticket back, and return what differs from what was sent."""
        remote = self.read(remote_id)
        if remote is None:
            return (Loss("unread"),)
        return compare(ticket, remote)

    def has_message(self, remote_id: str, key: str) -> bool:
        """Check whether the ticket has a message with this key in brackets."""
        remote = self.read(remote_id)
        messages = remote.messages if remote else None
        return any(f"[{key}]" in message for message in messages or ())

    def state(self, remote_id: str) -> DeskState:
        """Return how far staff are with the ticket."""
        remote = self.read(remote_id)
        return remote.state if remote else "unknown"

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Refuse files: a desk that takes files with the ticket takes none later."""
        del remote_id
        if files:
            raise Refused(self._client.describe("takes no files later"))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Refuse the message: this desk takes no additions."""
        del remote_id
        raise Refused(self._client.describe(f"can't add {message.key} to a ticket that is there"))

    def close(self, remote_id: str) -> None:
        """Refuse: this desk can't close tickets by its API, so a person does."""
        raise Refused(self._client.describe(f"can't close {remote_id}: close it there"))

    def url(self, remote_id: str) -> str:
        """Return "", because no address is known."""
        del remote_id
        return ""

    def remote_id(self, answer: HttpAnswer, *keys: str | int) -> str:
        """
        Return the id of a new ticket from the answer that created it.

        Raises:
            Unavailable: the answer has no id, so what was done is unknown.
        """
        name = text(answer.json(), *keys)
        if not name or not name.isprintable() or len(name) > _MAX_ID_LENGTH or "/" in name:
            raise self._client.unclear_answer(answer, "the id of the ticket")
        return name


def named_fields(items: Iterable[dict[str, Any]], *, name: str, value: str) -> dict[str, str]:
    """Return custom fields that a desk lists as objects, by name."""
    return {text(item, name): text(item, value) for item in items}


class OneWayDesk(BaseDesk):
    """A desk that takes messages and answers no questions: a mailbox, a webhook, a chat."""

    def find(self, reference: str) -> str | None:
        """Return None: this desk can't be searched."""
        del reference
        return None

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Do nothing: the files went with the ticket."""

    def has_message(self, remote_id: str, key: str) -> bool:
        """Return False: this desk can't be searched."""
        del remote_id, key
        return False

    def verify(self, remote_id: str, ticket: DeskTicket) -> tuple[Loss, ...]:
        """Return no losses: nothing can be read back."""
        del remote_id, ticket
        return ()

    def state(self, remote_id: str) -> DeskState:
        """Return "unknown": this desk doesn't reveal it."""
        del remote_id
        return "unknown"

    def url(self, remote_id: str) -> str:
        """Return "", because there is no address."""
        del remote_id
        return ""

    def close(self, remote_id: str) -> None:
        """Do nothing: there is nothing to close."""
