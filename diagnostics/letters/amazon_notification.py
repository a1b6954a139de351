"""Read Amazon SES's notifications of refusals: JSON as a letter's text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from diagnostics.letters.delivery_status import DeliveryReport, RecipientStatus

_LISTS = {
    "bounce": "bouncedRecipients",
    "complaint": "complainedRecipients",
    "delivery": "recipients",
    "deliverydelay": "delayedRecipients",
}
_ACTIONS = {"delivery": "delivered", "deliverydelay": "delayed"}
_MAX_RECIPIENTS = 50


def read_notification(text: str) -> tuple[str, DeliveryReport] | None:
    """
    Return the kind of a notification and its report; None if the text is none.

    The kinds are "bounce", "complaint", "delivery" and "deliverydelay".
    """
    start = text.find("{")
    if start < 0 or ("notificationType" not in text and "eventType" not in text):
        return None
    try:
        event = json.JSONDecoder(strict=False).raw_decode(_on_one_line(text[start:]))[0]
        inner = event.get("Message") if isinstance(event, dict) else None
        if isinstance(inner, str):
            event = json.loads(inner)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict):
        return None
    kind = str(event.get("notificationType") or event.get("eventType") or "").lower()
    detail = event.get(kind if kind != "deliverydelay" else "deliveryDelay")
    if kind not in _LISTS or not isinstance(detail, dict):
        return None
    rows = detail.get(_LISTS[kind])
    rows = rows[:_MAX_RECIPIENTS] if isinstance(rows, list) else []
    return kind, DeliveryReport(
        str(detail.get("reportingMTA") or "")
        .removeprefix("dsn;")
        .removeprefix("dns;")
        .strip()[:255],
        tuple(_recipient(row, kind, detail) for row in rows),
    )


def _recipient(row: object, kind: str, detail: Mapping[str, Any]) -> RecipientStatus:
    if not isinstance(row, dict):
        return RecipientStatus(recipient=str(row)[:255], action=_ACTIONS.get(kind, "failed"))
    words = str(row.get("diagnosticCode") or "")
    # A letter stopped by Amazon's own list has no server's reply.
    if detail.get("bounceSubType") in ("Suppressed", "OnAccountSuppressionList"):
        words = f"{words} on the suppression list"
    return RecipientStatus(
        recipient=str(row.get("emailAddress") or "")[:255],
        action=str(row.get("action") or _ACTIONS.get(kind, "failed")).lower()[:20],
        status=str(row.get("status") or "")[:20],
        diagnostic=words.partition(";")[2].strip() if words.lower().startswith("smtp") else words,
    )


def _on_one_line(text: str) -> str:
    """Undo the line breaks of servers in a line that was too long for them."""
    return text.replace("!\n ", "").replace("=\n", "").replace("\n", "")
