"""Recognise notices, what they report, and the program that wrote them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from diagnostics.letters.letter_reading import Outcome
from diagnostics.letters.message_parts import MessageParts
from diagnostics.letters.patterns import sign, signs_of
from diagnostics.letters.smtp_reply import find_reply

# Markdown's, as in a README or a guide; the "#" of a notice (`#5.1.1`, `#< host`) has no blank.
_HEADING = re.compile(r"^#{1,6} +[^\W\d_]|^```|^\| ?-{3,} ?\|", re.MULTILINE)
_MIN_HEADINGS = 2
# Of 681 real ones the longest has 6,482 characters, without the letter that it returns.
_MAX_NOTICE_LENGTH = 10_000
_BEGINNING = 1_000
_HEADER = re.compile(
    r"^[ >]{0,4}(?:from|to|subject|received|date|message-id|от|кому|тема|дата):",
    re.MULTILINE | re.IGNORECASE,
)
_MAX_TEXT = 20_000


def looks_like_notice(parts: MessageParts) -> bool:
    """Check whether a letter's headers, or the words of a copied text, are those of a notice."""
    headers = parts.headers
    if parts.status or "x-failed-recipients" in headers:
        return True
    if not parts.is_source:
        return True
    content_type = headers.get("content-type", "").lower()
    if "delivery-status" in content_type or "x-ms-exchange-message-is-ndr" in headers:
        return True
    if sign("daemon").search(headers.get("from", "")) or headers.get("return-path", "") == "<>":
        return True
    if sign("subject").search(headers.get("subject", "")):
        return True
    # Somebody's letter that quotes a refusal, with its code and its words.
    reply = find_reply(parts.notice[:_MAX_TEXT])
    return reply.code is not None and speaks_of_failure(parts.notice)


def is_document(notice: str) -> bool:
    """
    Check whether a pasted text is a document, like a guide, that mentions mail among other things.

    `notice` is what precedes the letter that a notice returns.
    """
    if len(_HEADING.findall(notice[:_MAX_TEXT])) >= _MIN_HEADINGS:
        return True
    if len(notice) <= _MAX_NOTICE_LENGTH or _HEADER.search(notice):
        return False
    # What somebody copied of a log may be endless, and begins with a refusal.
    reply = find_reply(notice[:_BEGINNING])
    return reply.code is None and reply.status is None


def is_from_daemon(parts: MessageParts) -> bool:
    """Check whether a mail server wrote the letter, and no person or shop."""
    headers = parts.headers
    if "x-failed-recipients" in headers or headers.get("return-path", "") == "<>":
        return True
    return bool(sign("daemon").search(headers.get("from", "")))


def speaks_of_failure(text: str) -> bool:
    """Check whether a text says that a letter did not arrive."""
    return bool(sign("failure").search(" ".join(text[:_MAX_TEXT].split())))


def speaks_of_delay(text: str) -> bool:
    """Check whether a text says that the server keeps trying."""
    words = " ".join(text[:5000].split())
    return bool(sign("delay").search(words)) and not sign("gave_up").search(words)


def other_outcome(parts: MessageParts) -> Outcome | None:
    """Return what else than a failure the letter reports; None if it may be a failure."""
    headers = parts.headers
    content_type = headers.get("content-type", "").lower()
    if parts.feedback or "feedback-report" in content_type:
        return "complaint"
    if headers.get("subject", "").lower().startswith("complaint about message from"):
        return "complaint"
    if "disposition-notification" in content_type:
        return "receipt"
    if parts.status:
        return None
    return "auto-reply" if _is_auto_reply(headers, parts.notice) else None


def _is_auto_reply(headers: Mapping[str, str], notice: str) -> bool:
    if "x-failed-recipients" in headers or sign("daemon").search(headers.get("from", "")):
        return False
    marks = headers.get("auto-submitted", "").lower().startswith("auto-replied")
    marks = (
        marks
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or "x-auto-response-suppress" in headers
    )
    marks = marks or headers.get("precedence", "").lower() in ("auto_reply", "auto-reply")
    subject = headers.get("subject", "")
    if sign("subject").search(subject):
        return False
    is_away = bool(sign("away").search(subject) or sign("away").search(notice[:2000]))
    return (marks or is_away) and not speaks_of_failure(notice)


def program_of(parts: MessageParts) -> str:
    """Return the mail program or service that wrote the notice; "" if unknown."""
    headers = parts.headers
    # The newest "Received" is the reader's own server; only what the notice says of itself counts.
    names = ("from", "x-mailer", "message-id", "content-type", "user-agent", "x-gm-message-state")
    known = [f"{name}: {headers[name]}" for name in names if name in headers]
    known += [
        f"{name}:" for name in headers if name.startswith(("x-failed", "x-ms-exch", "x-postfix"))
    ]
    text = "\n".join((*known, parts.notice[:3000], parts.status[:2000]))
    return next((name for name, pattern in signs_of("programs") if pattern.search(text)), "")
