"""The ways to a site that a browser may try (scheme and port), and the redirects of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation, TcpObservation


@dataclass(frozen=True)
class RedirectChain:
    """
    The pages of one way in order, and how its redirects end.

    `ending` is "page" if the last page doesn't redirect, "loop" if the redirects never end, and
    "lost" if the next URL, `next_url`, gave no page.
    """

    pages: tuple[HttpObservation, ...]
    ending: Literal["page", "loop", "lost"]
    next_url: str | None = None

    @property
    def end(self) -> HttpObservation | None:
        """The last page; None if the redirects don't end at a page."""
        return self.pages[-1] if self.ending == "page" else None


@dataclass(frozen=True)
class Way:
    """A scheme and a port of the target that a browser may try, with the connections to it."""

    scheme: str
    port: int
    contacts: tuple[TcpObservation, ...]

    @property
    def opens(self) -> bool:
        """Whether any address accepts a connection."""
        return any(contact.failure is None for contact in self.contacts)

    @property
    def is_silent(self) -> bool:
        """Whether every address was tried and none answers."""
        return bool(self.contacts) and all(
            contact.failure is Failure.TCP_SILENT for contact in self.contacts
        )


def strict_transport_parent(requests: Iterable[HttpObservation]) -> HttpObservation | None:
    """
    Return the parent domain's start page if it makes browsers use https for all subdomains.

    RFC 6797, section 6.1.2: includeSubDomains.
    """
    parents = (page for page in requests if page.way == "parent")
    return next((page for page in parents if page.is_strict_below), None)
