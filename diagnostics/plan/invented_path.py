"""Request an invented path if a page looks like a stock page."""

from __future__ import annotations

from ipaddress import ip_address

from diagnostics.late_imports import importing
from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import get, invented_page
from diagnostics.plan.run import Run


def ask_invented_path(run: Run, page: HttpObservation | None) -> None:
    """
    Request an invented path of the same name once, if only words make the page a stock page.

    Parked, suspended and broken sites answer every path alike, while a working site answers "not
    found". For other pages the request would tell nothing.
    """
    # Already loaded: the rules are imported while the first packets are on their way.
    with importing:
        from diagnostics.rules.pages.invented_path import is_in_doubt  # noqa: PLC0415
    if page is None or page.address is None or not is_in_doubt(page, run.options.extra_pages):
        return
    if run.once("invented"):
        get(run, invented_page(page, ip_address(page.address)))
