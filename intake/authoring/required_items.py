"""
The two checklists of record: what must stand in every ticket about a site or a server down.

From a hosting provider's own guide to writing a support request; see the mission.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from intake.authoring.messages import Phrase, phrase


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One item; `only_after` names a choice without which it has no meaning."""

    id: str
    what: Phrase
    only_after: tuple[str, str] | None = None


RECORDS: Final[Mapping[str, tuple[RecordItem, ...]]] = {
    "server-down": (
        RecordItem("server", phrase("record-item-server")),
        RecordItem("ping", phrase("record-item-ping")),
        RecordItem("opens-by-address", phrase("record-item-opens-by-address")),
        RecordItem("opens-by-name", phrase("record-item-opens-by-name")),
        RecordItem("panel", phrase("record-item-panel")),
        RecordItem("ssh", phrase("record-item-ssh")),
        RecordItem("ftp", phrase("record-item-ftp")),
        RecordItem("own-connection", phrase("record-item-own-connection")),
        RecordItem("account-state", phrase("record-item-account-state")),
        RecordItem("notices", phrase("record-item-notices")),
        RecordItem("console", phrase("record-item-console")),
    ),
    "site-down": (
        RecordItem("site", phrase("record-item-site")),
        RecordItem("scope", phrase("record-item-scope")),
        RecordItem("since", phrase("record-item-since")),
        RecordItem("changed", phrase("record-item-changed")),
        RecordItem("own-connection", phrase("record-item-own-connection")),
        RecordItem("before", phrase("record-item-before")),
        RecordItem("solved-before", phrase("record-item-solved-before"), ("before", "again")),
        RecordItem("lasted", phrase("record-item-lasted"), ("before", "again")),
        RecordItem("browser", phrase("record-item-browser")),
        RecordItem("browser-changed", phrase("record-item-browser-changed")),
        RecordItem("other-browser", phrase("record-item-other-browser")),
        RecordItem("error", phrase("record-item-error")),
        RecordItem("asked-before", phrase("record-item-asked-before")),
        RecordItem(
            "support-answered", phrase("record-item-support-answered"), ("asked-before", "yes")
        ),
    ),
}
