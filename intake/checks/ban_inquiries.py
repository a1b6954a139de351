"""
Asks the operator's system about a customer's address when only their browser fails.

Only the customer's own address is asked about, only if a finding suggests a block, and in a
separate thread: nobody waits for it, and the answer is stored like a friend's view. If the
operator allows it, the customer may have the block lifted, once per draft.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from pydantic import ValidationError

from diagnostics import BanObservation, Report, VantageObservation
from intake.checks.ban_hook import BanAnswer, BanHook
from intake.checks.storage import CheckStorage
from intake.checks.view_store import ViewStore
from intake.database import Clock, StorageError, utc_now
from intake.drafts import DraftStore
from intake.journey.draft import CheckRun
from intake.rate_limits import LimitUse, SharedLimiter

log = structlog.get_logger(__name__)

# Over https a ban that refuses connections is indistinguishable from "not reached".
_MAY_BE_A_BAN: Final = {"client.address_banned", "client.not_reached"}
_BY_ADDRESS: Final = RateLimitItemPerMinute(6, 10)
_IN_ALL: Final = RateLimitItemPerHour(600)
_AT_ONCE: Final = 8


@dataclass(frozen=True)
class _Inquiry:
    """A question about an address, for one check."""

    draft_id: str
    run: CheckRun
    address: str
    host: str

    @property
    def key(self) -> tuple[str, str]:
        return self.draft_id, self.run.step


_Work = Callable[[_Inquiry, BanHook], None]


class BanInquiries:
    """All inquiries of this process to the webhook; without one, nothing is ever asked."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        hook: BanHook | None,
        drafts: DraftStore,
        store: ViewStore,
        checks: CheckStorage,
        *,
        customers_may_lift: bool,
        clock: Clock = utc_now,
        limiter: SharedLimiter | None = None,
    ) -> None:
        self._hook, self._drafts, self._store, self._checks = hook, drafts, store, checks
        self._may_lift, self._clock = customers_may_lift, clock
        self._limiter = limiter or SharedLimiter(None, "unban")
        self._lock = threading.Lock()
        self._running: set[tuple[str, str]] = set()

    def consider(self, draft_id: str, step: str) -> None:
        """Ask if the browsers' views of a check give a reason; returns at once."""
        if self._hook is None:
            return
        try:
            inquiry = self._inquiry(draft_id, step)
        except StorageError:
            return  # the next view triggers it again
        if inquiry is not None and self._is_news(inquiry) and self._is_granted(inquiry.address):
            self._begin(inquiry, self._hook, self._ask)

    def is_asking(self, draft_id: str, step: str) -> bool:
        """Check whether an answer may still come for this check."""
        with self._lock:
            return (draft_id, step) in self._running

    def may_lift(self, run: CheckRun) -> bool:
        """Check whether there is a block that the customer of this check may have lifted."""
        word = _word(_report(run)) if self._may_lift and self._hook else None
        return word is not None and word.is_banned and word.is_liftable and not word.is_lifted

    def lift(self, draft_id: str, run: CheckRun) -> None:
        """Have the block of a check's customer lifted, once; returns at once."""
        inquiry = self._inquiry(draft_id, run.step) if self._hook else None
        if inquiry is not None and self._hook is not None and self.may_lift(inquiry.run):
            self._begin(inquiry, self._hook, self._lift)

    def _inquiry(self, draft_id: str, step: str) -> _Inquiry | None:
        stored = self._drafts.get(draft_id)
        if stored is None or stored.status == "sent":
            return None
        run = stored.draft.checks.get(step)
        report = _report(run) if run is not None and run.state == "done" else None
        address = _address(report) if report is not None else None
        if run is None or report is None or address is None:
            return None
        return _Inquiry(draft_id, run, address, report.target.host_display)

    def _is_news(self, inquiry: _Inquiry) -> bool:
        word = _word(_report(inquiry.run))
        return word is None or word.client_address != inquiry.address

    def _is_granted(self, address: str) -> bool:
        uses = LimitUse(_BY_ADDRESS, (address,)), LimitUse(_IN_ALL, ("all",))
        return self._limiter.spend(*uses) is None

    def _begin(self, inquiry: _Inquiry, hook: BanHook, work: _Work) -> None:
        with self._lock:
            if inquiry.key in self._running or len(self._running) >= _AT_ONCE:
                return
            self._running.add(inquiry.key)
        try:
            threading.Thread(target=self._work, args=(inquiry, hook, work), daemon=True).start()
        except RuntimeError:  # the system has no thread left; the next view triggers it again
            log.warning("the webhook waits for a thread", draft=inquiry.draft_id)
            with self._lock:
                self._running.discard(inquiry.key)

    def _work(self, inquiry: _Inquiry, hook: BanHook, work: _Work) -> None:
        try:
            work(inquiry, hook)
        except StorageError:
            log.warning("what the webhook said could not be stored", draft=inquiry.draft_id)
        except Exception:
            log.exception("the webhook could not be asked", draft=inquiry.draft_id)
        finally:
            with self._lock:
                self._running.discard(inquiry.key)

    def _ask(self, inquiry: _Inquiry, hook: BanHook) -> None:
        moment = inquiry.run.started_at.isoformat()
        message_id = _message_id("check", inquiry.draft_id, inquiry.address, moment)
        answer = hook.ask(inquiry.address, inquiry.host, message_id)
        if answer is not None:
            self._keep(inquiry, answer)

    def _lift(self, inquiry: _Inquiry, hook: BanHook) -> None:
        message_id = _message_id("lift", inquiry.draft_id, inquiry.address)
        if hook.lift(inquiry.address, inquiry.host, message_id):
            self._keep(inquiry, BanAnswer(is_banned=False, is_lifted=True))

    def _keep(self, inquiry: _Inquiry, answer: BanAnswer) -> None:
        run = inquiry.run
        seen = BanObservation(
            id=f"ban@{inquiry.address}",
            started_at=self._clock(),
            duration_s=0.0,
            client_address=inquiry.address,
            is_banned=answer.is_banned,
            by=answer.by,
            since=answer.since,
            is_liftable=answer.is_liftable,
            is_lifted=answer.is_lifted,
        )
        if self._store.save(inquiry.draft_id, run.step, run.target, [seen]):
            self._checks.take_views(inquiry.draft_id, run.step)


def _report(run: CheckRun) -> Report | None:
    try:
        return Report.model_validate(run.report) if run.report is not None else None
    except ValidationError:
        return None


def _address(report: Report) -> str | None:
    """Return the customer's own address if a finding that may be a ban rests on their browser."""
    evidence = {
        name
        for finding in report.findings
        if finding.code in _MAY_BE_A_BAN
        for name in finding.evidence
    }
    for seen in report.observations:
        if not isinstance(seen, VantageObservation) or seen.id not in evidence:
            continue
        if seen.vantage == "browser" and seen.client_address:
            return seen.client_address
    return None


def _word(report: Report | None) -> BanObservation | None:
    observations = report.observations if report is not None else ()
    return next((o for o in observations if isinstance(o, BanObservation)), None)


def _message_id(*parts: str) -> str:
    """Return an id that is equal for a repetition and reveals nothing about the draft."""
    return f"msg_{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:32]}"
