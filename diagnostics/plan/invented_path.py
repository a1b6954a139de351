"""A second look at a page that reads like a stock page: does an invented path say the same?"""

from __future__ import annotations

from ipaddress import ip_address

from diagnostics.late_imports import importing
from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import get, invented_page
from diagnostics.plan.run import Run


def ask_invented_path(run: Run, page: HttpObservation | None) -> None:
    """
    Ask once for an invented path of the same name, where only words tell what a page is.

    Parking, suspension, maintenance and database errors answer every path alike; a site, however
    its start page reads, says that there is no such page. Elsewhere the packets would tell nothing.
    """
    # Loaded by now, for the rules are read while the first packets are under way.
    with importing:
        from diagnostics.rules.pages.invented_path import is_in_doubt  # noqa: PLC0415
    if page is None or page.address is None or not is_in_doubt(page, run.options.extra_pages):
        return
    if run.once("invented"):
        get(run, invented_page(page, ip_address(page.address)))
