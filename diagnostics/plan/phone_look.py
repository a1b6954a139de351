"""One more look, as a phone that comes from a search: intruders send those visitors elsewhere."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address

from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run

PHONE = "phone"
_QUICK_S = 2.0  # a slow page is not asked for once more: it would take as long again
_ANSWER_S = 4.0


def look_as_phone(run: Run, page: HttpObservation | None) -> None:
    """Ask for a page that works once more in a phone's words; nothing is followed."""
    if page is None or page.status != HTTPStatus.OK or page.failure or page.address is None:
        return
    is_quick = (page.first_byte_s or 0) + (page.body_s or 0) < _QUICK_S
    if run.target.kind == "domain" and is_quick and run.once(PHONE):
        address = ip_address(page.address)
        request = PageRequest(address, page.url, f"{PHONE}@{address}", PHONE, as_phone=True)
        run.spawn_background(get, run, request, until=run.deadline.within(_ANSWER_S))
