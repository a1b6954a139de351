"""What was sent to a desk against what is read back there: what it dropped in silence."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intake.delivery.desk import DeskState, Loss
from intake.delivery.desk_ticket import DeskTicket

_TAG = re.compile(r"<[^<>]{0,300}>")
_SHOWN = 80  # characters of a value in the words for staff


@dataclass(frozen=True, slots=True)
class RemoteTicket:
    """
    A ticket as the desk has it; None stands for what the desk doesn't tell.

    `queue` and `priority` are all the names by which the desk knows it, such as its number and its
    title. `files` are sizes in bytes by name, None where no size is told.
    """

    reference: str | None = None
    subject: str | None = None
    requester: str | None = None
    queue: tuple[str, ...] | None = None
    priority: tuple[str, ...] | None = None
    fields: Mapping[str, str] | None = None
    files: Mapping[str, int | None] | None = None
    text: str | None = None
    messages: tuple[str, ...] | None = None
    state: DeskState = "unknown"

    def is_about(self, reference: str) -> bool:
        """Whether it is exactly this ticket's: by its own field, or the brackets in its subject."""
        if self.reference:
            return self.reference.strip() == reference
        return f"[{reference}]" in (self.subject or "")


def compare(sent: DeskTicket, remote: RemoteTicket) -> tuple[Loss, ...]:
    """Everything that isn't there as it was sent; what the desk doesn't tell is not compared."""
    return tuple(_losses(sent, remote))


def _losses(sent: DeskTicket, remote: RemoteTicket) -> Iterator[Loss]:
    if not remote.is_about(sent.reference):
        yield Loss("reference", sent=sent.reference, actual=_short(remote.reference or ""))
    if remote.subject is not None and _plain(sent.subject) not in _plain(remote.subject):
        yield Loss("subject", sent=_short(sent.subject), actual=_short(remote.subject))
    if (
        remote.requester is not None
        and sent.requester.email.casefold() != remote.requester.strip().casefold()
    ):
        yield Loss("requester", sent=sent.requester.email, actual=_short(remote.requester))
    yield from _named("queue", sent.queue, remote.queue)
    yield from _named("priority", sent.priority, remote.priority)
    if remote.fields is not None:
        for name, value in sent.fields.items():
            actual = remote.fields.get(name, "")
            if _plain(value) != _plain(actual):
                yield Loss("field", name, _short(value), _short(actual))
    if remote.text is not None and _plain(sent.text) not in _plain(remote.text):
        yield Loss("text", sent=str(len(sent.text)), actual=str(len(remote.text)))
    yield from _missing_files(sent, remote)


def _named(kind: str, sent: str, remote: tuple[str, ...] | None) -> Iterator[Loss]:
    if not sent or remote is None:
        return
    if sent.casefold() not in {name.strip().casefold() for name in remote}:
        actual = _short(", ".join(filter(None, remote)))
        yield Loss("queue" if kind == "queue" else "priority", sent=sent, actual=actual)


def _missing_files(sent: DeskTicket, remote: RemoteTicket) -> Iterator[Loss]:
    if remote.files is None:
        return
    sizes = list(remote.files.values())
    for file in sent.files:
        actual = remote.files.get(file.name)
        # A desk may call a file otherwise; the same number of bytes is that file.
        if file.name in remote.files and actual in {None, file.size_bytes}:
            continue
        if file.name not in remote.files and file.size_bytes in sizes:
            continue
        size = "" if actual is None else str(actual)
        yield Loss("file", file.name, str(file.size_bytes), size)


def _plain(text: str) -> str:
    """The text without marks and blanks: desks fold, wrap and mark up what they keep."""
    return "".join(html.unescape(_TAG.sub("", text)).split()).casefold()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
