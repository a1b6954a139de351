"""The ways that a browser may take to a site, and where each leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation, TcpObservation


@dataclass(frozen=True)
class RedirectChain:
    """
    Where one way leads: the pages in order, and how it ends.

    `end` is the last page of the site when nothing redirects further; `loop` when it never
    ends; `lost` when the next place, `next_url`, gave no page.
    """

    pages: tuple[HttpObservation, ...]
    ending: Literal["page", "loop", "lost"]
    next_url: str | None = None

    @property
    def end(self) -> HttpObservation | None:
        """The page where it ends."""
        return self.pages[-1] if self.ending == "page" else None


@dataclass(frozen=True)
class Way:
    """One way a browser may take: a scheme and a port of the target."""

    scheme: str
    port: int
    contacts: tuple[TcpObservation, ...]

    @property
    def opens(self) -> bool:
        """Whether any address takes a connection."""
        return any(contact.failure is None for contact in self.contacts)

    @property
    def is_silent(self) -> bool:
        """Whether packets vanish at every address."""
        return bool(self.contacts) and all(
            contact.failure is Failure.TCP_SILENT for contact in self.contacts
        )


def find_strict_parent(requests: Iterable[HttpObservation]) -> HttpObservation | None:
    """
    Find the start page of the domain above that makes browsers use https for names below it.

    RFC 6797, section 6.1.2: includeSubDomains.
    """
    asked = (page for page in requests if page.way == "parent")
    return next((page for page in asked if page.is_strict_below), None)
