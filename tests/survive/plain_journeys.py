"""The plain way from the start to a ticket's number, once for each call that may fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from starlette.testclient import TestClient
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from intake.bootstrap import Services
from intake.tickets import TicketFilter
from tests.survive.nth_call import FaultMoment, NthCall, failing_database
from tests.survive.outcome import Outcome
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
        return [row.reference for row in services.tickets.list(chosen=chosen)]

    return find
