"""Read a returned letter, or text copied out of one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from diagnostics.letters.amazon_notification import read_notification
from diagnostics.letters.classification import UNKNOWN, find_cause
from diagnostics.letters.delivery_status import (
    DeliveryReport,
    RecipientStatus,
    find_address,
    read_delivery_status,
)
from diagnostics.letters.letter_reading import LetterReading, Outcome, RecipientReading
from diagnostics.letters.message_parts import MessageParts, split_letter
from diagnostics.letters.notice_evidence import has_evidence
from diagnostics.letters.notice_signs import (
    is_document,
    looks_like_notice,
    other_outcome,
    program_of,
    speaks_of_delay,
)
from diagnostics.letters.notice_text import (
    RecipientBlock,
    before_returned,
    named_recipient,
    recipient_blocks,
    returned_part,
    sender_of,
)
from diagnostics.letters.patterns import sign
from diagnostics.letters.smtp_reply import (
    SmtpReply,
    find_command,
    find_reply,
    find_status,
    refusal_in,
    transcript_reply,
)
from diagnostics.texts import one_line

_MAX_RESPONSE = 600
_MAX_HEAD = 3000  # characters in which a letter says who wrote it
_OUTCOMES: dict[str, Outcome] = {
    "failed": "failed",
    "failure": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
    "deliverable": "delivered",
}
# The cause of an outcome that is no failure.
_CAUSE_OF_OUTCOME: dict[Outcome, str] = {
    "auto-reply": "auto-reply",
    "complaint": "complaint",
    "receipt": "delivered",
    "delivered": "delivered",
    "not-a-notice": UNKNOWN,
}
_HOST = re.compile(
    r"\b((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})\.? ?[\[(]\d{1,3}(?:\.\d{1,3}){3}", re.IGNORECASE
)
_EXIT_CODES = {"67": "recipient-unknown", "68": "domain-unknown"}
_MESSAGE_ID = re.compile(r"^message-id:\s{0,20}<?([^\s<>]{3,250})>?", re.IGNORECASE | re.MULTILINE)


def read_letter(letter: bytes | str) -> LetterReading:
    """
    Read a returned letter: its source as bytes, or what somebody copied of it as text.

    Only the first megabyte is read. No letter makes this raise; what isn't understood has the
    outcome "not-a-notice" or the cause "unknown".
    """
    parts = split_letter(letter)
    reading = _read_parts(parts)
    inner_notice = returned_part(parts.notice)
    # A notice about a notice: the text that follows is one itself, and may say more.
    if reading.cause == UNKNOWN and sign("daemon").search(inner_notice[:_MAX_HEAD]):
        inner = _read_parts(split_letter(inner_notice))
        return reading if inner.cause == UNKNOWN else inner
    return reading


def _read_parts(parts: MessageParts) -> LetterReading:
    notification = read_notification(parts.notice)
    notice = before_returned(parts.notice)
    returned = parts.returned or returned_part(parts.notice)
    if notification is not None:
        status = notification[1]
        outcome: Outcome | None = "complaint" if notification[0] == "complaint" else None
    else:
        status = read_delivery_status(parts.status or notice)
        outcome = other_outcome(parts)
    if outcome is not None:
        recipients: tuple[RecipientReading, ...] = ()
    elif notification is None and not _is_notice(parts, notice):
        outcome, recipients = "not-a-notice", ()
    elif status.recipients:
        recipients = tuple(_from_status(status, notice))
    else:
        recipients = tuple(_from_words(parts, notice, sender_of(returned)))
    return _compose(parts, status, recipients, outcome, returned)


def _is_notice(parts: MessageParts, notice: str) -> bool:
    is_text = not (parts.is_source or parts.status)
    return looks_like_notice(parts) and not (is_text and is_document(notice))


def _compose(
    parts: MessageParts,
    status: DeliveryReport,
    recipients: Sequence[RecipientReading],
    outcome: Outcome | None,
    returned: str,
) -> LetterReading:
    main_recipient = _main_recipient(recipients)
    if outcome is None:
        outcome = main_recipient.outcome if main_recipient else "not-a-notice"
    found_id = _MESSAGE_ID.search(returned[:20_000])
    reporter = status.reporter or find_address(parts.headers.get("from", "")).partition("@")[2]
    return LetterReading(
        outcome=outcome,
        cause=_CAUSE_OF_OUTCOME.get(outcome)
        or (main_recipient.cause if main_recipient else UNKNOWN),
        reporter=one_line(reporter, 255),
        program=program_of(parts),
        sender=one_line(sender_of(returned) or find_address(parts.headers.get("to", "")), 255),
        message_id=one_line(found_id[1], 250) if found_id else "",
        recipients=tuple(recipients),
    )


def _main_recipient(recipients: Sequence[RecipientReading]) -> RecipientReading | None:
    """
    Return the recipient that matters most: failed before delayed, known before unknown
    causes.
    """

    def weight(entry: RecipientReading) -> tuple[int, bool]:
        return ("failed", "delayed", "delivered").index(entry.outcome), entry.cause == UNKNOWN

    return min(recipients, key=weight, default=None)


def _from_status(status: DeliveryReport, notice: str) -> list[RecipientReading]:
    blocks = {block.recipient.lower(): block for block in recipient_blocks(notice)}
    return [_read_fields(entry, blocks, notice) for entry in status.recipients]


def _read_fields(
    entry: RecipientStatus, blocks: dict[str, RecipientBlock], notice: str
) -> RecipientReading:
    block = blocks.get(entry.recipient.lower())
    around = block.text if block else notice
    response = entry.diagnostic or entry.status.partition(" ")[2] or refusal_in(around)
    transcript = transcript_reply(around)
    # Of a reply of several lines the field often has only the first.
    if response[3:4] == "-" and transcript.startswith(response):
        response = transcript
    own = find_reply(response)
    nearby = find_reply(around)
    outcome = _OUTCOMES.get(entry.action, "failed")
    reply = SmtpReply(
        code=own.code or (nearby.code if not entry.diagnostic else None),
        status=_most_specific(own.status, find_status(entry.status), nearby.status),
        command=own.command or find_command(around),
    )
    cause = "delivered"
    if outcome != "delivered":
        cause = find_cause(response, around, reply)
        # The exit code of a program (sysexits.h) is no reply of a server.
        if entry.diagnostic_type == "x-unix" and cause in (UNKNOWN, "expired", "server-error"):
            cause = _EXIT_CODES.get(entry.diagnostic.strip(), "program-failed")
        cause = _delay_cause(cause, is_late=outcome == "delayed")
    return RecipientReading(
        recipient=one_line(entry.recipient, 255),
        outcome=outcome,
        cause=cause,
        smtp_code=reply.code,
        status=reply.status,
        command=reply.command,
        remote_host=one_line(entry.remote_host, 255),
        response=one_line(response or around, _MAX_RESPONSE),
    )


def _delay_cause(cause: str, *, is_late: bool) -> str:
    """
    Return the cause of a late letter, which is "delayed" without a known reason and hasn't expired
    yet.
    """
    return "delayed" if is_late and cause in (UNKNOWN, "expired") else cause


def _most_specific(*statuses: str | None) -> str | None:
    """Return the first status that says more than "other"; else the first one; None without any."""
    known = [status for status in statuses if status]
    specific = [status for status in known if not status.endswith(".0.0")]
    return next(iter((*specific, *known)), None)


def _from_words(parts: MessageParts, notice: str, sender: str) -> list[RecipientReading]:
    """Read a notice without fields: its recipients, and the text about each of them."""
    is_late = speaks_of_delay(notice)
    sender_address = sender or find_address(parts.headers.get("to", ""))
    blocks = list(recipient_blocks(notice))
    if parts.is_source or len(blocks) > 1:
        blocks = [
            block for block in blocks if block.recipient.lower() != sender_address.lower()
        ] or blocks
    # Copied headers name people too; who has a reason beside the name is the recipient.
    blocks = [block for block in blocks if _has_reason(block)] or blocks
    if not blocks:
        listed = find_address(parts.headers.get("x-failed-recipients", ""))
        blocks = [RecipientBlock(listed or named_recipient(notice, sender_address.lower()), notice)]
    # Of several recipients each has its own reason; the notice as a whole only helps for one.
    common = notice if len(blocks) == 1 else ""
    readings = [_read_block(block, common, is_late=is_late) for block in blocks]
    return readings if any(has_evidence(entry, parts, notice) for entry in readings) else []


def _has_reason(block: RecipientBlock) -> bool:
    words = refusal_in(block.text)
    return find_cause(words, "", find_reply(words)) != UNKNOWN


def _read_block(block: RecipientBlock, notice: str, *, is_late: bool) -> RecipientReading:
    own, around = find_reply(block.text), find_reply(notice)
    reply = SmtpReply(
        code=own.code or around.code,
        status=_most_specific(own.status, around.status),
        command=own.command or around.command,
    )
    response = refusal_in(block.text if block.text.strip() else notice)
    return RecipientReading(
        recipient=one_line(block.recipient, 255),
        outcome="delayed" if is_late else "failed",
        cause=_delay_cause(find_cause(response, f"{block.text}\n{notice}", reply), is_late=is_late),
        smtp_code=reply.code,
        status=reply.status,
        command=reply.command,
        remote_host=_host_in(block.text),
        response=one_line(response, _MAX_RESPONSE),
    )


def _host_in(text: str) -> str:
    match = _HOST.search(text[:5000])
    return match[1] if match else ""
