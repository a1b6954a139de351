"""Request a page as a phone that comes from a search engine: intruders redirect such visitors."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address

from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run

PHONE = "phone"
_QUICK_S = 2.0  # a slower page isn't requested again, because it would take as long again
_ANSWER_S = 4.0


def look_as_phone(run: Run, page: HttpObservation | None) -> None:
    """Request a working page once more with a phone's headers; redirects aren't followed."""
    if page is None or page.status != HTTPStatus.OK or page.failure or page.address is None:
        return
    is_quick = (page.first_byte_s or 0) + (page.body_s or 0) < _QUICK_S
    if run.target.kind == "domain" and is_quick and run.once(PHONE):
        address = ip_address(page.address)
        request = PageRequest(address, page.url, f"{PHONE}@{address}", PHONE, as_phone=True)
        run.spawn_background(get, run, request, until=run.deadline.within(_ANSWER_S))
