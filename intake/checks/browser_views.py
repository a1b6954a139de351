"""
Lets other browsers test a target: one token per look, used up by its result.

Tokens are in this process's memory, for as long as a page may take. After a restart the wizard's
page gets a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import structlog
from pydantic import ValidationError

from diagnostics import Options, Report
from intake.checks.browser_requests import (
    BrowserRequest,
    FamilyUrls,
    browser_requests,
    coarse_network,
    read_answer,
)
from intake.checks.storage import CheckStorage
from intake.checks.view_store import FriendLink, ViewStore
from intake.database import Clock, utc_now
from intake.drafts import DraftStore
from intake.journey.draft import CheckRun

log = structlog.get_logger(__name__)

TOKEN_LIVES_S: Final = 600.0
_MAX_LOOKS: Final = 5_000


@dataclass(frozen=True)
class BrowserLook:
    """A browser's pending look: the check it is for, and the requests to make."""

    draft_id: str
    step: str
    target: str
    host: str
    requests: tuple[BrowserRequest, ...]
    vantage: Literal["browser", "friend"]
    friend_token: str = ""
    begun: float = 0.0


class BrowserViews:
    """
    Looks of the customer's browser and of friends' browsers.

    `page_scheme` is the scheme of our own pages. `is_on` is the operator's setting for the
    customer's
    own browser; friends' links are made only on a customer's click. `looked` is called with the
    draft
    and the step of each completed look.
    """

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        drafts: DraftStore,
        store: ViewStore,
        checks: CheckStorage,
        options: Options,
        *,
        families: FamilyUrls,
        page_scheme: str,
        is_on: bool,
        clock: Clock = utc_now,
        looked: Callable[[str, str], None] = lambda _draft, _step: None,
    ) -> None:
        self._drafts, self._store, self._checks = drafts, store, checks
        self._options, self._families = options, families
        self._page_scheme, self._is_on, self._clock = page_scheme, is_on, clock
        self._looked = looked
        self._lock = threading.Lock()
        self._looks: dict[str, BrowserLook] = {}
        self._by_page: dict[tuple[str, str, str, str], str] = {}

    def token_for(self, draft_id: str, run: CheckRun, client: str) -> str | None:
        """
        Return the token of the customer's own look at an ended check, or None.

        The same page gets the same token until it is used up: one look per network and measurement.
        """
        if not self._is_on or run.state != "done" or run.report is None:
            return None
        page = (draft_id, run.step, run.started_at.isoformat(), coarse_network(client))
        with self._lock:
            known = self._by_page.get(page)
            if known is not None:
                look = self._looks.get(known)
                return known if look is not None and _is_fresh(look) else None
        look = self._new_look(draft_id, run, "browser")
        if look is None:
            return None
        return self._begin(look, page)

    def link_token(self, case_token: str, step: str) -> str:
        """Return the token of a check's friend link: a one-way hash of the customer's key."""
        key = hmac.new(case_token.encode(), f"friend:{step}".encode(), hashlib.sha256)
        return key.hexdigest()[:43]

    def open_link(self, case_token: str, draft_id: str, step: str) -> str:
        """Make the friend link of a check usable for a day; return its token."""
        token = self.link_token(case_token, step)
        self._store.open_link(token, draft_id, step)
        return token

    def find_link(self, token: str) -> FriendLink | None:
        """Return a friend link, without using it up."""
        return self._store.find_link(token)

    def host_of(self, link: FriendLink) -> str | None:
        """Return the host of a friend link; None if its draft is gone or was sent."""
        run = self._run(link)
        report = _report(run) if run else None
        return report.target.host_display if report else None

    def begin_friend(self, token: str, link: FriendLink) -> str | None:
        """Return the token of a friend's look, or None if there is nothing to try."""
        run = self._run(link)
        look = self._new_look(link.draft_id, run, "friend", token) if run else None
        return self._begin(look, None) if look else None

    def find(self, token: str) -> BrowserLook | None:
        """Return the look of an unused token, or None."""
        with self._lock:
            look = self._looks.get(token)
        return look if look is not None and _is_fresh(look) else None

    def finish(self, token: str, answer: bytes, client: str) -> bool:
        """
        Store a browser's answer; a readable answer uses up the token.

        Returns whether it was stored.

        Raises:
            StorageError: it could not be stored now; the token stays valid.
        """
        look = self.find(token)
        if look is None:
            return False
        seen = read_answer(
            answer, look.requests, vantage=look.vantage, client=client, now=self._clock()
        )
        if not seen:
            return False
        with self._lock:
            # Of two simultaneous answers one counts.
            if self._looks.pop(token, None) is None:
                return False
        try:
            if look.friend_token:
                is_kept = self._store.save_friend(look.friend_token, look.target, seen)
            else:
                is_kept = self._store.save(look.draft_id, look.step, look.target, seen)
            if is_kept:
                self._checks.take_views(look.draft_id, look.step)
                self._looked(look.draft_id, look.step)
        except Exception:
            with self._lock:
                self._looks[token] = look
            raise
        return is_kept

    def viewers(self, draft_id: str, run: CheckRun) -> frozenset[str]:
        """Return the ids of the viewers of an ended check so far."""
        return self._store.viewers(draft_id, run.step, run.target)

    def _run(self, link: FriendLink) -> CheckRun | None:
        stored = self._drafts.get(link.draft_id)
        if stored is None or stored.status == "sent":
            return None
        return stored.draft.checks.get(link.step)

    def _new_look(
        self,
        draft_id: str,
        run: CheckRun,
        vantage: Literal["browser", "friend"],
        friend_token: str = "",
    ) -> BrowserLook | None:
        report = _report(run)
        if report is None:
            return None
        requests = browser_requests(
            report,
            self._options,
            self._families,
            page_scheme=self._page_scheme,
            # The path may be private, so a friend's browser doesn't get it.
            path=report.target.path if vantage == "browser" else "/",
        )
        if not requests:
            return None
        host = report.target.host_display
        return BrowserLook(
            draft_id, run.step, run.target, host, requests, vantage, friend_token, time.monotonic()
        )

    def _begin(self, look: BrowserLook, page: tuple[str, str, str, str] | None) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            self._looks[token] = look
            if page is not None:
                self._by_page[page] = token
        return token

    def _forget_old(self) -> None:
        """Limit the tables' sizes; a page whose look was made is remembered for a while."""
        for table in (self._looks, self._by_page):
            # Oldest first: dictionaries keep the order of insertion.
            for key in list(table)[: max(0, len(table) - _MAX_LOOKS)]:
                del table[key]  # type: ignore[arg-type]


def _is_fresh(look: BrowserLook) -> bool:
    return time.monotonic() - look.begun < TOKEN_LIVES_S


def _report(run: CheckRun) -> Report | None:
    if run.report is None:
        return None
    try:
        return Report.model_validate(run.report)
    except ValidationError:
        log.warning("a stored report can't be read", step=run.step)
        return None
