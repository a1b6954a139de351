"""The plain way from the start to a ticket's number, once for each call that may fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import time_machine
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from intake import bootstrap
from intake.bootstrap import Services, build_services
from intake.database import utc_now
from intake.operations.retention.policy import retention_policy
from intake.operations.retention.sweep import sweep
from intake.settings import Settings
from intake.tickets import TicketFilter
from intake.web.app import build_app
from tests.survive.nth_call import FaultMoment, NthCall, failing_database
from tests.survive.outcome import Outcome, joined
from tests.survive.plain_customer import Told, write_to_a_person

_CUSTOMERS = count(1)


def browser(application: ASGIApp) -> TestClient:
    """A customer of their own network, who gets an error's page and not its exception."""
    number = next(_CUSTOMERS)
    return TestClient(
        application,
        base_url="http://localhost",
        client=(f"198.51.{number // 250}.{number % 250 + 1}", 50000),
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def fail_each_call(
    services: Services,
    application: ASGIApp,
    moment: FaultMoment,
    calls: Iterable[int] | None = None,
) -> Outcome:
    """Walk with the n-th call failing, for each of `calls`, or until a walk has no more of them."""
    outcome = Outcome()
    for number in calls if calls is not None else count(1):
        call = NthCall(number)
        words = f"The shop shows 502 on every page, word{moment}{number}x"
        # The log's coloured traceback costs more than the walk.
        with capture_logs(), failing_database(services.engine, call, moment):
            told = write_to_a_person(browser(application), "ru" if number % 2 else "en", words)
        outcome.cases += 1
        outcome.judge(f"{moment} call {number}", told, _find_tickets(services))
        if calls is None and call.count < number:
            return outcome
    return outcome


def _find_tickets(services: Services) -> Callable[[Told], list[str]]:
    def find(told: Told) -> list[str]:
        chosen = TicketFilter(query=told.words.rpartition(" ")[2])
        return [row.reference for row in services.tickets.list(ticket_filter=chosen)]

    return find


@contextmanager
def served(data: Path, url: str) -> Iterator[tuple[Services, ASGIApp]]:
    """The application in this process, on a database; a process serves only one."""
    settings = Settings(
        data=data,
        database_url=url,  # type: ignore[arg-type]
        staff_token="a-token-for-tests-that-is-long-enough",  # type: ignore[arg-type]
        resolvers=("127.0.0.254:5",),
    )
    services = build_services(settings)
    services.checklists.reload()
    before, bootstrap._services = bootstrap._services, services
    try:
        with TestClient(build_app(services), base_url="http://localhost") as client:
            yield services, client.app
    finally:
        bootstrap._services = before
        services.engine.dispose()


class _JumpingClient:
    """A customer during whose requests the machine's clock is put forward or back."""

    def __init__(self, client: TestClient, jump: Callable[[], None], at: int) -> None:
        self._client, self._jump, self._left = client, jump, at

    def get(self, url: str, /) -> Any:
        self._pass_time()
        return self._client.get(url)

    def post(self, url: str, /, *, data: Mapping[str, str]) -> Any:
        self._pass_time()
        return self._client.post(url, data=data)

    def _pass_time(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._jump()


def clock_jumps(
    services: Services, application: ASGIApp, moments: Iterable[int] = (1, 2, 3)
) -> Outcome:
    """
    The clock jumps by a day, forward or back, before the n-th request, and is put right afterwards.

    Each time what is old is deleted, as it is every hour, and in the end the ticket is handed over
    at once, whenever it was sent.
    """
    outcome, policy = Outcome(), retention_policy(services.settings)
    for days in (1, -1):
        for moment in moments:
            words = f"The shop shows 502 on every page, wordclock{days + 1}x{moment}x"
            with ExitStack() as stack, capture_logs():

                def jump(days: int = days, stack: ExitStack = stack) -> None:
                    at = datetime.now(UTC) + timedelta(days=days)
                    stack.enter_context(time_machine.travel(at, tick=True))

                client = _JumpingClient(browser(application), jump, moment)
                told = write_to_a_person(client, "ru" if moment % 2 else "en", words)
                sweep(services.engine, policy, utc_now)
            sweep(services.engine, policy, utc_now)
            case = f"{days:+} day before request {moment}"
            outcome.cases += 1
            outcome.judge(case, told, _find_tickets(services))
            due = _next_due(services, told.number)
            if due is not None and due > utc_now() + timedelta(minutes=1):
                outcome.odd.append(f"{case}: handed over only at {due}")
    return outcome


def _next_due(services: Services, reference: str) -> datetime | None:
    rows = services.outbox.rows(reference)
    return max((row.next_attempt_at for row in rows), default=None)


def fail_each_call_on(data: Path, url: str) -> Outcome:
    """`fail_each_call`, for every call, of an application of its own."""
    with served(data, url) as (services, application):
        return joined(
            fail_each_call(services, application, "before"),
            fail_each_call(services, application, "after"),
        )


def clock_jumps_on(data: Path, url: str) -> Outcome:
    """`clock_jumps` of an application of its own."""
    with served(data, url) as (services, application):
        return clock_jumps(services, application)
