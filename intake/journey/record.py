"""
The two checklists of record: what must stand in every ticket about a site or a server down.

From a hosting provider's own guide to writing a support request; see the mission.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One item; `only_after` names a choice without which it has no meaning."""

    id: str
    what: str
    only_after: tuple[str, str] | None = None


RECORDS: Final[Mapping[str, tuple[RecordItem, ...]]] = {
    "server-down": (
        RecordItem("server", "the server's name or address"),
        RecordItem("ping", "does the server answer ping"),
        RecordItem("opens-by-address", "does the site open by IP address"),
        RecordItem("opens-by-name", "does the site open by domain"),
        RecordItem("panel", "does the control panel open"),
        RecordItem("ssh", "does SSH answer"),
        RecordItem("ftp", "does FTP answer"),
        RecordItem("own-connection", "is it the customer's own Internet connection"),
        RecordItem("account-state", "is the balance positive, is nothing suspended"),
        RecordItem("notices", "is there a notice of a block or of planned work"),
        RecordItem("console", "is the server reachable from inside the virtualisation panel"),
    ),
    "site-down": (
        RecordItem("site", "the name of a site that fails"),
        RecordItem("scope", "do all sites fail, or one, or some"),
        RecordItem("since", "since when"),
        RecordItem("changed", "what was changed before it happened"),
        RecordItem("own-connection", "is it the customer's own Internet connection"),
        RecordItem("before", "first time, or has it happened before"),
        RecordItem("solved-before", "how it was solved then", ("before", "again")),
        RecordItem("lasted", "how long it lasted then", ("before", "again")),
        RecordItem("browser", "which browser and version"),
        RecordItem("browser-changed", "was the browser changed lately"),
        RecordItem("other-browser", "does another browser work"),
        RecordItem("error", "what error shows"),
        RecordItem("asked-before", "was support asked about this before"),
        RecordItem("support-answered", "what did support answer", ("asked-before", "yes")),
    ),
}
