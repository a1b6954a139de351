"""
Read the fields of a delivery status (RFC 3464), from its part or from a text that
contains them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FIELD = re.compile(
    r"^[ \t>|]{0,4}(reporting-mta|dsn-gateway|received-from-mta|arrival-date|original-envelope-id|"
    r"original-recipient|final-recipient|x-actual-recipient|action|status|remote-mta|"
    r"diagnostic-code|x-display-name|x-supplementary-info|last-attempt-date|will-retry-until|"
    r"x-original-message-id|x-spam-[a-z]{1,20}|x-[a-z0-9-]{1,40}):[ \t]*(.*)$",
    re.IGNORECASE,
)
_ADDRESS_TYPE = re.compile(
    r"^\s*(?:rfc822|rfc-?822|utf-8|x400|unknown|smtp|x-[a-z-]+)\s*;\s*", re.IGNORECASE
)
_TYPE = re.compile(r"^\s*([a-z0-9-]{1,30})\s*;\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']{1,128}@[^\s<>()\[\]:;,\"']{1,255}")
_REPLY_LINE = re.compile(r"[45]\d\d[ -]")
_MAX_RECIPIENTS = 20
_MAX_FIELD = 4000


@dataclass
class RecipientStatus:
    """One recipient's fields: the first value of each, without its type."""

    recipient: str = ""
    action: str = ""
    status: str = ""
    remote_host: str = ""
    diagnostic: str = ""
    diagnostic_type: str = ""


@dataclass(frozen=True)
class DeliveryReport:
    """A report on the whole letter, and on each recipient."""

    reporter: str
    recipients: tuple[RecipientStatus, ...]


def read_delivery_status(text: str) -> DeliveryReport:
    """Return the fields in a text, in any order and place."""
    reporter = ""
    recipients: list[RecipientStatus] = []
    current = RecipientStatus()
    for name, value in _fields(text.split("\n")):
        if name == "reporting-mta":
            reporter = reporter or _without_type(value)
        elif _begins_another(name, current):
            recipients.append(current)
            current = RecipientStatus()
        _put(current, name, value)
    recipients.append(current)
    filled = [entry for entry in recipients if entry.recipient or entry.status or entry.action]
    return DeliveryReport(reporter, tuple(filled[:_MAX_RECIPIENTS]))


def _begins_another(name: str, current: RecipientStatus) -> bool:
    """Check whether a field belongs to the next recipient: a group has one of each."""
    if name == "original-recipient":
        return bool(current.recipient and (current.action or current.status))
    # The original recipient usually stands before or behind the final one in the same group.
    return name == "final-recipient" and bool(
        current.recipient and (current.action or current.status or current.diagnostic)
    )


def _fields(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the fields with their continuation lines (RFC 5322, section 2.2.3)."""
    name, value = "", ""
    for line in lines:
        if match := _FIELD.match(line):
            if name:
                yield name, value
            name, value = match[1].lower(), match[2].strip()
        elif name and _continues(name, line):
            if len(value) < _MAX_FIELD:
                value = f"{value} {line.strip()}"
        elif name:
            yield name, value
            name = ""
    if name:
        yield name, value


def _continues(name: str, line: str) -> bool:
    """Check whether a line belongs to the field before it, folded or not."""
    if line[:1] in (" ", "\t") and line.strip():
        return True
    # Some put a reply of several lines into the field as it came.
    return name == "diagnostic-code" and _REPLY_LINE.match(line) is not None


def _put(entry: RecipientStatus, name: str, value: str) -> None:
    match name:
        case "final-recipient" | "original-recipient" | "x-actual-recipient":
            entry.recipient = entry.recipient or _address(value)
        case "action":
            entry.action = entry.action or value.partition(" ")[0].lower().strip(";,.()")
        case "status":
            entry.status = entry.status or value
        case "remote-mta":
            entry.remote_host = entry.remote_host or _without_type(value)
        case "diagnostic-code":
            if not entry.diagnostic:
                match_type = _TYPE.match(value)
                entry.diagnostic_type = match_type[1].lower() if match_type else ""
                entry.diagnostic = _without_type(value)


def find_address(text: str) -> str:
    """Return the first mail address in a text; "" if there is none."""
    return next(find_addresses(text), "")


def find_addresses(text: str) -> Iterator[str]:
    """Yield the mail addresses in a text, in order."""
    return (match[0].strip(".") for match in _ADDRESS.finditer(text))


def _address(value: str) -> str:
    text = _ADDRESS_TYPE.sub("", value).strip()[:1000]
    return find_address(text) or text.strip("<>\"' ")[:255]


def _without_type(value: str) -> str:
    return _TYPE.sub("", value, count=1).strip()
