"""
Lets other vantages measure a check's target, within budgets, and stores their views.

It begins when our own diagnosis has ended and accepted the target, and nobody waits for it: results
that come in time are added to the stored check, like a friend's view. Drafts that share a diagnosis
share its views.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

import structlog
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from diagnostics import AddressPolicy, Options, Report, VantageObservation
from intake.checks.browser_requests import open_endpoint
from intake.checks.storage import CheckStorage
from intake.checks.view_store import ViewStore
from intake.database import StorageError
from intake.journey.draft import CheckRun
from intake.rate_limits import LimitUse, SharedLimiter
from intake.vantages.vantage import VantageAdapter, VantageJob

log = structlog.get_logger(__name__)

LOOK_LIVES_S: Final = 70.0  # results after that are not waited for
_BY_TARGET: Final = RateLimitItemPerMinute(4, 10)
_IN_ALL: Final = RateLimitItemPerHour(300)
_MAX_LOOKS: Final = 300


@dataclass
class _Look:
    """A target that is being measured: the results so far, and the checks that get them."""

    began: float = field(default_factory=time.monotonic)
    missing: int = 0
    views: dict[str, list[VantageObservation]] = field(default_factory=dict)
    readers: list[tuple[str, CheckRun]] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        return self.missing > 0 and time.monotonic() - self.began < LOOK_LIVES_S


class OtherVantages:
    """All measurements of this process by other vantages, except browsers."""

    def __init__(
        self,
        vantages: Sequence[VantageAdapter],
        store: ViewStore,
        checks: CheckStorage,
        options: Options,
        *,
        limiter: SharedLimiter | None = None,
    ) -> None:
        self._vantages, self._store, self._checks = tuple(vantages), store, checks
        self._options = options
        self._limiter = limiter or SharedLimiter(None, "other-vantages")
        self._lock = threading.Lock()
        self._looks: dict[str, _Look] = {}

    def ask(self, draft_id: str, run: CheckRun, report: Report) -> None:
        """Begin to measure a target from elsewhere, or join a running look; returns at once."""
        if report.kind == "mail" or not self._vantages or not self._is_permitted(report):
            return
        key = f"{report.kind} {report.target} {report.started_at.isoformat()}"
        with self._lock:
            look = self._looks.get(key)
            is_new = look is None
            if look is None:
                if not self._is_granted(report.target.host):
                    return
                look = self._looks[key] = _Look()
                self._forget_old()
            look.readers.append((draft_id, run))
            known = [list(seen) for seen in look.views.values()]
        if is_new:
            self._begin(look, report)
        for seen in known:
            self._store_views([(draft_id, run)], seen)

    def is_looking(self, draft_id: str, step: str) -> bool:
        """Check whether a result may still come for this check."""
        with self._lock:
            return any(
                look.is_running
                and any((reader, run.step) == (draft_id, step) for reader, run in look.readers)
                for look in self._looks.values()
            )

    def stop(self) -> None:
        """Begin nothing more, and end the long polls of workers."""
        for vantage in self._vantages:
            vantage.stop()

    def _begin(self, look: _Look, report: Report) -> None:
        way = open_endpoint(report, "http")
        job = VantageJob(
            target=report.target,
            kind=report.kind,
            is_named_publicly=bool(report.addresses),
            controls=self._options.controls,
            scheme=way[0] if way else "https",
        )
        for vantage in self._vantages:
            # Counted before it begins: an answer may come at once.
            with self._lock:
                look.missing += 1
            try:
                awaited = vantage.begin(job, lambda seen: self._store_answer(look, seen))
            except Exception:
                # A failure of one vantage must not affect the others.
                log.exception("a vantage can't be used", vantage=vantage.name)
                awaited = 0
            with self._lock:
                look.missing += awaited - 1

    def _store_answer(self, look: _Look, seen: Sequence[VantageObservation]) -> None:
        """Store one answer's observations for every check of the look."""
        with self._lock:
            look.missing -= 1
            by_viewer: dict[str, list[VantageObservation]] = {}
            for observation in seen:
                by_viewer.setdefault(observation.viewer, []).append(observation)
            look.views |= by_viewer
            readers = list(look.readers)
        for observations in by_viewer.values():
            self._store_views(readers, observations)

    def _store_views(
        self, readers: Iterable[tuple[str, CheckRun]], seen: Sequence[VantageObservation]
    ) -> None:
        for draft_id, run in readers:
            try:
                if self._store.save(draft_id, run.step, run.target, seen):
                    self._checks.take_views(draft_id, run.step)
            except StorageError:
                # A view is optional, and the next check asks again.
                log.warning("a look from elsewhere could not be stored", draft=draft_id)

    def _is_permitted(self, report: Report) -> bool:
        """Check whether we may dial every address that the target has here."""
        policy = AddressPolicy(self._options)
        return all(policy.refusal(ip_address(a)) is None for a in report.addresses)

    def _is_granted(self, host: str) -> bool:
        uses = LimitUse(_BY_TARGET, ("target", host)), LimitUse(_IN_ALL, ("all",))
        return self._limiter.spend(*uses) is None

    def _forget_old(self) -> None:
        for key in list(self._looks)[: max(0, len(self._looks) - _MAX_LOOKS)]:
            del self._looks[key]
