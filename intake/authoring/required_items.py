"""
The items that every ticket of a checklist must contain.

Two lists come from a hosting provider's own guide to writing a support request (see the mission); a
checklist may name items of its own under `must-have`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from intake.authoring.messages import Phrase, Translated, phrase, translated
from intake.journey.model import Head


@dataclass(frozen=True, slots=True)
class RequiredItem:
    """
    One item; `follows` names the item whose answer decides whether this one applies.

    `is_own`: the checklist names it under `must-have`, and may state the choice that requires it.
    """

    id: str
    what: Phrase | Translated
    follows: str | None = None
    is_own: bool = False


RECORDS: Final[Mapping[str, tuple[RequiredItem, ...]]] = {
    "server-down": (
        RequiredItem("server", phrase("record-item-server")),
        RequiredItem("ping", phrase("record-item-ping")),
        RequiredItem("opens-by-address", phrase("record-item-opens-by-address")),
        RequiredItem("opens-by-name", phrase("record-item-opens-by-name")),
        RequiredItem("panel", phrase("record-item-panel")),
        RequiredItem("ssh", phrase("record-item-ssh")),
        RequiredItem("ftp", phrase("record-item-ftp")),
        RequiredItem("own-connection", phrase("record-item-own-connection")),
        RequiredItem("account-state", phrase("record-item-account-state")),
        RequiredItem("notices", phrase("record-item-notices")),
        RequiredItem("console", phrase("record-item-console")),
    ),
    "site-down": (
        RequiredItem("site", phrase("record-item-site")),
        RequiredItem("scope", phrase("record-item-scope")),
        RequiredItem("since", phrase("record-item-since")),
        RequiredItem("changed", phrase("record-item-changed")),
        RequiredItem("own-connection", phrase("record-item-own-connection")),
        RequiredItem("before", phrase("record-item-before")),
        RequiredItem("solved-before", phrase("record-item-solved-before"), "before"),
        RequiredItem("lasted", phrase("record-item-lasted"), "before"),
        RequiredItem("browser", phrase("record-item-browser")),
        RequiredItem("browser-changed", phrase("record-item-browser-changed")),
        RequiredItem("other-browser", phrase("record-item-other-browser")),
        RequiredItem("error", phrase("record-item-error")),
        RequiredItem("asked-before", phrase("record-item-asked-before")),
        RequiredItem("support-answered", phrase("record-item-support-answered"), "asked-before"),
    ),
}


def required_items(head: Head) -> tuple[RequiredItem, ...]:
    """Return the items of a checklist: those of its record, then its own."""
    of_record = RECORDS[head.record] if head.record is not None else ()
    own = (
        RequiredItem(name, translated(what), is_own=True) for name, what in head.must_have.items()
    )
    return (*of_record, *own)
