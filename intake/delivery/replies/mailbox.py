"""
Replies by mail: each ticket has an address of its own for each desk, in the mailbox for bounces.

In `bounces+reply.h4x-7pm-2kp.MAC@hoster.example` the MAC is a code that only we can make, because
whoever knows the address may answer in the desk's name. Only the desk gets the address.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses
from itertools import islice
from typing import Final

from diagnostics import bound_nesting
from diagnostics.texts import one_line
from intake.delivery.replies.readable_text import text_of_html, without_quotes
from intake.delivery.replies.reply import DeskReply
from intake.delivery.return_path import key_of, return_path
from intake.tickets.reference import parse_reference

_KEY: Final = re.compile(r"reply\.([a-z0-9]{3}-?[a-z0-9]{3}-?[a-z0-9]{3})\.([a-z2-7]{20})")
_MAX_LETTER_BYTES: Final = 4_000_000
_CODE_LENGTH: Final = 20  # characters of base32: 100 bits
_RECIPIENT_HEADERS: Final = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_VIA_SUFFIX: Final = re.compile(r"\s+via\s+\S.*$", re.IGNORECASE)  # Request Tracker: "Olga via RT"
_HEADERS: Final = HeaderRegistry()
_MAX_COMMENTS: Final = 50  # RFC 5322, section 3.2.2: they may be nested
_MAX_HEADER: Final = 4_000  # characters; only the first 2,000 of a list of recipients are read
_MAX_HEADERS: Final = 200_000  # all headers that are read of one letter and its parts
_MAX_MIME_HEADER: Final = 2_000  # a file's name of 255 Russian letters in the form of RFC 2231
_MIME_MARK: Final = re.compile('[;"@,:<>)]')
_MAX_MIME_MARKS: Final = 120


class _HeaderReader:
    """
    Parses the headers of one letter, at the cost that an honest letter has.

    Python's parser takes time that grows with the square of the marks in a MIME header (16 KB of
    semicolons took seven seconds), and parses each header again whenever it is asked for.
    """

    def __init__(self) -> None:
        self._read = dict[tuple[str, str], BaseHeader]()
        self._characters_left = _MAX_HEADERS

    def __call__(self, name: str, value: str) -> BaseHeader:
        """Return a header's value; empty if Python's parser fails on what a stranger wrote."""
        if (known := self._read.get((name, value))) is None:
            known = self._read[name, value] = self._parse(name, value)
        return known

    def _parse(self, name: str, value: str) -> BaseHeader:
        value = _affordable(name, value)
        self._characters_left -= len(value)
        if self._characters_left < 0:
            value = ""
        try:
            return _HEADERS(name, value)
        except Exception:  # noqa: BLE001 - an index, an attribute, the depth: no error names them all
            return _HEADERS(name, "")


def _affordable(name: str, value: str) -> str:
    """Return what of a header can be parsed in milliseconds, which is all of an honest one."""
    if value.count("(") > _MAX_COMMENTS:  # `parseaddr` recurses as deep as they are nested
        return ""
    if not name.lower().startswith(("content-", "mime-")):
        return value[:_MAX_HEADER]
    value = value[:_MAX_MIME_HEADER]
    too_many = next(islice(_MIME_MARK.finditer(value), _MAX_MIME_MARKS, None), None)
    return value[: too_many.start()] if too_many else value


@dataclass(frozen=True, slots=True)
class ReplyMailbox:
    """The addresses for replies from one desk; `secret` is known to us alone."""

    mailbox: str
    desk: str
    secret: bytes

    def address(self, reference: str) -> str:
        """Return the address of a ticket at this desk."""
        return return_path(self.mailbox, f"reply.{reference.lower()}.{self.code(reference)}")

    def code(self, reference: str) -> str:
        """Return the code that proves that we gave the address out."""
        about = f"{self.desk} {reference}".encode()
        digest = hmac.digest(self.secret, about, hashlib.sha256)
        return b32encode(digest).decode().lower()[:_CODE_LENGTH]


@dataclass(frozen=True, slots=True)
class MailedReply:
    """A mail to a ticket's address at a desk; `reply` is None if it holds none to show."""

    desk: str
    reference: str
    reply: DeskReply | None


def read_mailed_reply(
    letter: bytes, mailboxes: Iterable[ReplyMailbox], addressed_to: str = ""
) -> MailedReply | None:
    """Return what a letter to one of the addresses holds; None if it went to none of them."""
    policy = EmailPolicy(header_factory=_HeaderReader())
    message = message_from_bytes(bound_nesting(letter[:_MAX_LETTER_BYTES]), policy=policy)
    listed = list(mailboxes)
    for address in _addresses(message, addressed_to):
        match = _KEY.fullmatch(key_of(address))
        reference = parse_reference(match[1]) if match else None
        if match is None or reference is None:
            continue
        for mailbox in listed:
            if hmac.compare_digest(mailbox.code(reference), match[2]):
                reply = None if _is_automatic(message) else _reply(message, reference)
                return MailedReply(mailbox.desk, reference, reply)
    return None


def _addresses(message: EmailMessage, addressed_to: str) -> Iterator[str]:
    yield addressed_to
    for name in _RECIPIENT_HEADERS:
        values = [str(value)[:2_000] for value in message.get_all(name, [])]
        yield from (address for _, address in _people_in(values))


def _people_in(values: list[str]) -> list[tuple[str, str]]:
    try:
        return getaddresses(values)
    except Exception:  # noqa: BLE001 - the depth of groups in groups, an index: see `_HeaderReader`
        return []


def _person_in(value: str) -> tuple[str, str]:
    """Return name and address of the first person that a header names; both "" if none."""
    return next(iter(_people_in([value])), ("", ""))


def _is_automatic(message: EmailMessage) -> bool:
    """Check for an out-of-office note, a delivery notice, or a letter of our own that came back."""
    automatic = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return (
        automatic != "no"  # RFC 3834, section 5
        or _person_in(str(message.get("Return-Path", "x")))[1] == ""
        or message.get("X-Auto-Response-Suppress") is not None
        or message.get_content_type() in {"multipart/report", "message/delivery-status"}
        or "X-Intake-Reference" in message
        or ".ticket@" in str(message.get("Message-ID", ""))
    )


def _reply(message: EmailMessage, reference: str) -> DeskReply | None:
    key = one_line(str(message.get("Message-ID", "")), 300)
    written = without_quotes(_text(message))
    if not key or not written:
        return None
    name, sender = _person_in(str(message.get("From", "")))
    # Request Tracker writes in its own name, and names the author here.
    originator = _person_in(str(message.get("RT-Originator", "")))[1]
    return DeskReply(
        key=key,
        text=written,
        author_name=_VIA_SUFFIX.sub("", name),
        reference=reference,
        senders=(sender, originator),
    )


def _text(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
        content = part.get_content() if part is not None else ""
    except (LookupError, ValueError, KeyError, TypeError):  # a charset or a part that is none
        return ""
    if not isinstance(content, str):
        return ""
    is_html = part is not None and part.get_content_subtype() == "html"
    return text_of_html(content) if is_html else content
