"""
The diagnoses of this process: one per target, in threads, within budgets.

With claims, the processes on one database share one diagnosis of a target.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Final, TypeVar

import structlog
from limits import RateLimitItemPerMinute
from sqlalchemy import Engine

from diagnostics import Address, Options, Report, Target, diagnose, registered_domain
from intake.checks.claim_watch import ClaimWatch, adopt
from intake.checks.claims import DiagnosisClaims
from intake.checks.shared_run import CheckRequest, RunKey, SharedRun
from intake.database import StorageError
from intake.rate_limits import LimitUse, SharedLimiter

log = structlog.get_logger(__name__)

KEPT_RUNS: Final = 500
_TARGET_BUDGET: Final = RateLimitItemPerMinute(
    12, 10
)  # for all clients: we must not become a stress tool
_ONE_PLACE: Final = {4: 32, 6: 64}  # prefix length of one server's or one customer's address
# A network that one subscriber may get (RFC 6177, section 2); it contains 65,536 /64 clients.
_SUBSCRIBER_PREFIX: Final = 48
_SUBSCRIBERS_SHARE: Final = 5  # one fifth of the total budget
_IPV6: Final = 6
_LOCKS: Final = 64
Key = TypeVar("Key")
MeasureElsewhere = Callable[[CheckRequest, str], bool]


@dataclass(frozen=True, slots=True)
class CheckBudgets:
    """
    Diagnoses in ten minutes: for one client's address, and for everybody together.

    `per_place`: how many of them may go to one address, counted in this process, or to the names of
    one registered domain. Any number of names can lead to one server, and their owner chooses
    which.
    """

    per_client: int
    per_place: int = 1000
    in_all: int = 3000


class RunPool:
    """
    Begins diagnoses or joins running ones; `engine` is the database shared by processes.

    Joining uses no budget. Over a budget the last result is used again, if there is one.
    """

    def __init__(
        self, options: Options, *, at_once: int, budgets: CheckBudgets, engine: Engine | None
    ) -> None:
        self._options = replace(options, may_dial=self._may_dial)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="check")
        self._limiter = SharedLimiter(engine, "checks")
        self._per_client = RateLimitItemPerMinute(budgets.per_client, 10)
        self._in_all = RateLimitItemPerMinute(budgets.in_all, 10)
        share = max(budgets.per_client, budgets.in_all // _SUBSCRIBERS_SHARE)
        self._per_subscriber = RateLimitItemPerMinute(share, 10)
        self._per_place = RateLimitItemPerMinute(budgets.per_place, 10)
        # A diagnosis checks before each address: in memory, so that none waits for the database.
        self._dialled = SharedLimiter(None, "dialled")
        self._claims = DiagnosisClaims(engine, options) if engine is not None else None
        self._watch = ClaimWatch(self._claims, self._take_over) if self._claims else None
        self._by_target: dict[RunKey, SharedRun] = {}
        # About one lock per target, so that a slow database doesn't block other checks.
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))
        self._hand_over: MeasureElsewhere | None = None
        self.verdicts: Counter[str] = (
            Counter()
        )  # of this process; includes `failed` for our own failures

    def find_or_begin(
        self, request: CheckRequest, client: str, *, again: bool
    ) -> tuple[SharedRun | None, str]:
        """
        Return the run to use, begun if there is none; else None and the spent budget.

        Raises:
            StorageError: the database that the processes share can't be written now.
        """
        with self._locks[hash(request.key) % _LOCKS]:
            shared = self._by_target.get(request.key)
            if shared is not None and not _is_over(shared, again=again):
                return shared, ""
            uses = self._uses(request.target, client)
            if self._claims is None or request.letter is not None:
                return self._begin_alone(request, shared, uses)
            return self._begin_among_all(request, shared, uses, again=again)

    def measure_in_workers(self, hand_over: MeasureElsewhere) -> None:
        """Hand claimed diagnoses over to workers; those not accepted are measured here."""
        self._hand_over = hand_over

    def measure_claimed(self, request: CheckRequest, claim: str) -> None:
        """
        Measure in the caller's thread what another process has claimed.

        Does nothing if the claim was taken over meanwhile.

        Raises:
            StorageError: the database can't be written now.
        """
        if self._claims is None or self._watch is None or not self._claims.renew([claim]):
            return
        self._watch.hold(claim)
        self._measure(SharedRun(request.key), request, claim)

    def stop(self) -> None:
        """Begin nothing more; running diagnoses end by their own deadlines."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._watch is not None:
            self._watch.stop()

    def _begin_alone(
        self, request: CheckRequest, last: SharedRun | None, uses: tuple[LimitUse, ...]
    ) -> tuple[SharedRun | None, str]:
        """Begin without other processes: there are none, or the run can't be shared."""
        if (refused := self._limiter.spend(*uses)) is not None:
            return _reusable(last), _spent_budget(refused)
        return self._measure_soon(request, SharedRun(request.key), ""), ""

    def _begin_among_all(
        self,
        request: CheckRequest,
        last: SharedRun | None,
        uses: tuple[LimitUse, ...],
        *,
        again: bool,
    ) -> tuple[SharedRun | None, str]:
        assert self._claims is not None  # noqa: S101 - the caller checked it
        assert self._watch is not None  # noqa: S101 - see above
        taken = self._claims.try_claim(request.key, again=again, limiter=self._limiter, uses=uses)
        shared = SharedRun(request.key)
        if taken.claim:
            return self._measure_soon(request, shared, taken.claim), ""
        run = taken.other
        if taken.refused is not None and (run is None or run.report is None):
            return _reusable(last), _spent_budget(taken.refused)
        self._by_target[request.key] = shared
        if run is not None and run.has_ended:
            adopt(shared, run)
        else:
            self._watch.follow(request, shared)
        return shared, _spent_budget(taken.refused) if taken.refused else ""

    def _take_over(self, request: CheckRequest, shared: SharedRun) -> None:
        """Replace a process that died: measure here, or wait for a process that was quicker."""
        assert self._claims is not None  # noqa: S101 - the caller checked it
        assert self._watch is not None  # noqa: S101 - see above
        uses = self._uses(request.target, "")[1:]  # the client's budget was already used
        taken = self._claims.try_claim(request.key, again=False, limiter=self._limiter, uses=uses)
        if taken.claim:
            self._measure_soon(request, shared, taken.claim, is_taken_over=True)
        elif taken.other is not None and taken.other.has_ended:
            adopt(shared, taken.other)
        elif taken.refused is not None:
            shared.finish(None, _spent_budget(taken.refused))
        else:
            self._watch.follow(request, shared)

    def _uses(self, target: Target, client: str) -> tuple[LimitUse, ...]:
        domain = "" if target.address is not None else registered_domain(target.host)
        subscriber = _subscriber_of(client)
        return (
            LimitUse(self._per_client, ("client", client or "unknown")),
            *([LimitUse(self._per_subscriber, ("network", subscriber))] if subscriber else []),
            LimitUse(_TARGET_BUDGET, ("target", target.host)),
            *([LimitUse(self._per_place, ("domain", domain))] if domain else []),
            LimitUse(self._in_all, ("all",)),
        )

    def _may_dial(self, address: Address) -> bool:
        place = ip_network((address, _ONE_PLACE[address.version]), strict=False)
        return self._dialled.hit(self._per_place, "address", str(place))

    def _measure_soon(
        self, request: CheckRequest, shared: SharedRun, claim: str, *, is_taken_over: bool = False
    ) -> SharedRun:
        self._by_target[shared.key] = shared
        forget_ended(self._by_target)
        if claim and self._watch is not None:
            hand_over = None if is_taken_over else self._hand_over
            if hand_over is not None and hand_over(request, claim):
                # If no worker begins before the lease expires, it is measured here after all.
                self._watch.follow(request, shared)
                return shared
            self._watch.hold(claim)
        try:
            self._pool.submit(self._measure, shared, request, claim)
        except RuntimeError as error:
            # The system has no thread left, or the process ends. Nobody must wait for this run.
            log.warning("a diagnosis could not be begun", host=request.target.host, why=str(error))
            self._end(shared, claim, None, f"could not be begun: {error}"[:200])
        return shared

    def _measure(self, shared: SharedRun, request: CheckRequest, claim: str) -> None:
        if shared.ended.is_set():
            return  # ended when it couldn't be handed to the pool, which has it queued nevertheless
        try:
            options = replace(self._options, letter=request.letter)
            run = diagnose(request.target, kind=request.kind, options=options)
            for observation in run:
                shared.add(observation)
            report, why_failed = run.report, ""
        except Exception as error:
            # The outermost level of a worker thread: any exception is our failure and ends the run.
            log.exception("check failed on our side", host=request.target.host)
            report, why_failed = None, f"{type(error).__name__}: {error}"[:200]
        self._end(shared, claim, report, why_failed)

    def _end(self, shared: SharedRun, claim: str, report: Report | None, why_failed: str) -> None:
        self.verdicts[report.verdict if report is not None else "failed"] += 1
        # Before calling the readers: one of them may request a new run at once.
        if claim:
            self._end_claim(claim, report, why_failed)
        shared.finish(report, why_failed)

    def _end_claim(self, claim: str, report: Report | None, why_failed: str) -> None:
        if self._claims is None or self._watch is None:
            return
        self._watch.drop(claim)
        try:
            self._claims.finish(claim, report, why_failed)
        except StorageError:
            # Other processes measure themselves once the lease has expired.
            log.warning("a diagnosis could not be shared")
        except Exception:
            log.exception("a diagnosis could not be shared")


def _subscriber_of(client: str) -> str:
    """Return the IPv6 network that one subscriber may have; "" for IPv4, or if unknown."""
    try:
        network = ip_network(client)
    except ValueError:
        return ""
    is_narrow = network.version == _IPV6 and network.prefixlen >= _SUBSCRIBER_PREFIX
    return str(network.supernet(new_prefix=_SUBSCRIBER_PREFIX)) if is_narrow else ""


def _is_over(shared: SharedRun, *, again: bool) -> bool:
    return shared.ended.is_set() and (again or not shared.is_fresh())


def _reusable(last: SharedRun | None) -> SharedRun | None:
    """Return an old result to use again, unless it failed."""
    return None if last is None or last.why_failed else last


def _spent_budget(refused: LimitUse) -> str:
    kind = {
        "client": "this client",
        "network": "this network",
        "target": "this target",
        "domain": "this domain",
        "all": "everybody together",
    }
    return f"budget of {kind[refused.name[0]]} is spent"


def forget_ended(table: dict[Key, SharedRun]) -> None:
    """Limit a table of runs: ended ones are removed, oldest first."""
    if len(table) <= KEPT_RUNS:
        return
    stale = [key for key, shared in list(table.items()) if shared.ended.is_set()]
    for key in stale[: len(table) - KEPT_RUNS]:
        table.pop(key, None)
