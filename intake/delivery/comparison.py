"""Compare what was sent to a desk with what is read back, to find what it dropped silently."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intake.delivery.desk import DeskState, Loss
from intake.delivery.desk_ticket import DeskTicket

_TAG = re.compile(r"<[^<>]{0,300}>")
_MAX_SHOWN = 80  # characters of a value in the words for staff


@dataclass(frozen=True, slots=True)
class RemoteTicket:
    """
    A ticket as the desk has it; None for what the desk doesn't reveal.

    `queue` and `priority` are all the names by which the desk knows it, such as its number and its
    title. `files` are sizes in bytes by name, None for an unknown size.
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
        """
        Check whether it is exactly this ticket, by its own field or by the brackets in
        its subject.
        """
        if self.reference:
            return self.reference.strip() == reference
        return f"[{reference}]" in (self.subject or "")


def compare(sent: DeskTicket, remote: RemoteTicket) -> tuple[Loss, ...]:
    """Return what isn't there as it was sent; what the desk doesn't reveal is not compared."""
    return tuple(_losses(sent, remote))


def _losses(sent: DeskTicket, remote: RemoteTicket) -> Iterator[Loss]:
    if not remote.is_about(sent.reference):
        yield Loss("reference", sent=sent.reference, actual=_shorten(remote.reference or ""))
    if remote.subject is not None and _normalise(sent.subject) not in _normalise(remote.subject):
        yield Loss("subject", sent=_shorten(sent.subject), actual=_shorten(remote.subject))
    if (
        remote.requester is not None
        and sent.requester.email.casefold() != remote.requester.strip().casefold()
    ):
        yield Loss("requester", sent=sent.requester.email, actual=_shorten(remote.requester))
    yield from _name_loss("queue", sent.queue, remote.queue)
    yield from _name_loss("priority", sent.priority, remote.priority)
    if remote.fields is not None:
        for name, value in sent.fields.items():
            actual = remote.fields.get(name, "")
            if _normalise(value) != _normalise(actual):
                yield Loss("field", name, _shorten(value), _shorten(actual))
    if remote.text is not None and _normalise(sent.text) not in _normalise(remote.text):
        yield Loss("text", sent=str(len(sent.text)), actual=str(len(remote.text)))
    yield from _missing_files(sent, remote)


def _name_loss(kind: str, sent: str, remote: tuple[str, ...] | None) -> Iterator[Loss]:
    if not sent or remote is None:
        return
    if sent.casefold() not in {name.strip().casefold() for name in remote}:
        actual = _shorten(", ".join(filter(None, remote)))
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


def _normalise(text: str) -> str:
    """
    Return the text without tags and white space: desks fold, wrap and mark up what they
    store.
    """
    return "".join(html.unescape(_TAG.sub("", text)).split()).casefold()


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
