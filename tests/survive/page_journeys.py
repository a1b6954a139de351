"""The wizard from the start to a ticket's number, once for each call that may fail."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from structlog.testing import capture_logs

from intake.bootstrap import Services
from intake.tickets import TicketFilter
from tests.survive.nth_call import FaultMoment, NthCall, failing_database
from tests.survive.outcome import Outcome
from tests.survive.plain_customer import NEVER, Told
from tests.ui.app import PageTest

_MOST_CLICKS = 4
_OUR_FAULT = ("redraw", "try-again")


class Customer:
    """Clicks what the page offers where something failed, until it is done."""

    def __init__(self, told: Told, language: str) -> None:
        self.told = told
        self.page = PageTest(lang=language)
        self._go_on()

    def click(self, key: str) -> None:
        self.page.click(key)
        self._go_on()

    def type_in(self, kind: str, key: str, value: str) -> None:
        getattr(self.page.app, kind)(key=key).set_value(value)

    def send(self) -> None:
        """Until the number is there; the button stays where the ticket was not stored."""
        for _ in range(_MOST_CLICKS):
            if "send" not in self.page.keys:
                break
            self.click("send")
        title = self.page.title
        self.told.number = title.rpartition(" ")[2] if "send" not in self.page.keys else ""

    def _go_on(self) -> None:
        for _ in range(_MOST_CLICKS):
            self._judge()
            offered = next((key for key in _OUR_FAULT if key in self.page.keys), None)
            if offered is None:
                return
            self.told.failures += 1
            self.page.click(offered)
        self.told.odd.append("the fault never passes")

    def _judge(self) -> None:
        if self.page.app.exception:
            self.told.odd.append(f"shows an exception: {self.page.app.exception[0].message}")
        if found := NEVER.search(self.page.text):
            self.told.odd.append(f"says {found[0]!r}")


def fail_each_call(
    services: Services, moment: FaultMoment, calls: Iterable[int] | None = None
) -> Outcome:
    """Walk with the n-th call failing, for each of `calls`, or until a walk has no more of them."""
    outcome = Outcome()
    for number in calls if calls is not None else count(1):
        call, word = NthCall(number), f"wordpage{moment}{number}x"
        told = Told(f"Mail comes back with 550 since this morning, {word}")
        with capture_logs(), failing_database(services.engine, call, moment):
            _walk(told, "ru" if number % 2 else "en")
        outcome.cases += 1
        chosen = TicketFilter(query=word)
        tickets = [row.reference for row in services.tickets.list(ticket_filter=chosen)]
        outcome.judge(f"{moment} call {number}", told, lambda _, found=tickets: found)
        if calls is None and call.count < number:
            break
    return outcome


def _walk(told: Told, language: str) -> None:
    customer = Customer(told, language)
    customer.click("begin-something-else")
    told.case = customer.page.address.get("case", "")
    customer.type_in("text_area", "answer-what", told.words)
    customer.click("next-what")
    customer.type_in("text_input", "exact-since", "14:20")
    customer.click("next-target")
    customer.type_in("text_input", "answer-email", "anna@mail.example")
    customer.send()
