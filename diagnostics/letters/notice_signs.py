"""Whether a letter or a text is a notice at all, what it reports, and which program wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from diagnostics.letters.letter_reading import Outcome
from diagnostics.letters.message_parts import MessageParts
from diagnostics.letters.patterns import sign, signs_of
from diagnostics.letters.smtp_reply import find_reply

# Markdown's, as in a README or a guide; the "#" of a notice (`#5.1.1`, `#< host`) has no blank.
_HEADING = re.compile(r"^#{1,6} +[^\W\d_]|^```|^\| ?-{3,} ?\|", re.MULTILINE)
_MANY_HEADINGS = 2
# Of 681 real ones the longest has 6,482 characters, without the letter that it returns.
_LONGEST_NOTICE = 10_000
_BEGINNING = 1_000
_HEADER = re.compile(
    r"^[ >]{0,4}(?:from|to|subject|received|date|message-id|от|кому|тема|дата):",
    re.MULTILINE | re.IGNORECASE,
)
_MAX_TEXT = 20_000


def looks_like_notice(parts: MessageParts) -> bool:
    """Whether a letter's headers, or the words of a copied text, are those of a notice."""
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
    Whether a pasted text is one to be read, like a guide, and speaks of mail among much else.

    `notice` is what stands before the letter that a notice returns.
    """
    if len(_HEADING.findall(notice[:_MAX_TEXT])) >= _MANY_HEADINGS:
        return True
    if len(notice) <= _LONGEST_NOTICE or _HEADER.search(notice):
        return False
    # What somebody copied of a log may be endless, and begins with a refusal.
    reply = find_reply(notice[:_BEGINNING])
    return reply.code is None and reply.status is None


def is_from_daemon(parts: MessageParts) -> bool:
    """Whether a mail server wrote the letter, and no person or shop."""
    headers = parts.headers
    if "x-failed-recipients" in headers or headers.get("return-path", "") == "<>":
        return True
    return bool(sign("daemon").search(headers.get("from", "")))


def speaks_of_failure(text: str) -> bool:
    """Whether a text says that a letter did not arrive."""
    return bool(sign("failure").search(" ".join(text[:_MAX_TEXT].split())))


def speaks_of_delay(text: str) -> bool:
    """Whether a text says that the server goes on trying."""
    words = " ".join(text[:5000].split())
    return bool(sign("delay").search(words)) and not sign("gave_up").search(words)


def other_outcome(parts: MessageParts) -> Outcome | None:
    """Say what else than a failure the letter reports; None where it may be one."""
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
    """Return the mail program or service that wrote the notice; empty where it doesn't show."""
    headers = parts.headers
    # The newest "Received" is the reader's own server; only what the notice says of itself counts.
    names = ("from", "x-mailer", "message-id", "content-type", "user-agent", "x-gm-message-state")
    known = [f"{name}: {headers[name]}" for name in names if name in headers]
    known += [
        f"{name}:" for name in headers if name.startswith(("x-failed", "x-ms-exch", "x-postfix"))
    ]
    text = "\n".join((*known, parts.notice[:3000], parts.status[:2000]))
    return next((name for name, pattern in signs_of("programs") if pattern.search(text)), "")
