"""One more look, as a phone that comes from a search: intruders send those visitors elsewhere."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address

from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run

PHONE = "phone"


def look_as_phone(run: Run, page: HttpObservation | None) -> None:
    """Ask for a page that works once more in a phone's words; nothing is followed."""
    if page is None or page.status != HTTPStatus.OK or page.failure or page.address is None:
        return
    if run.target.kind == "domain" and run.once(PHONE):
        address = ip_address(page.address)
        request = PageRequest(address, page.url, f"{PHONE}@{address}", PHONE, as_phone=True)
        run.spawn_background(get, run, request)
