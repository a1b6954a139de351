"""If a page never comes, ask whether the web server itself still answers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.plan.pages import request_by_address
from diagnostics.plan.run import Run
from diagnostics.probes.front import probe_front


def ask_front(
    run: Run,
    address: Address,
    page: HttpObservation,
    others: Sequence[Future[HttpObservation | None]],
) -> None:
    """
    Send a request that only the web server itself can answer, if no request by http was answered.

    With https, the handshake already shows that it works. `others` are the requests by address.
    """
    if page.failure is not Failure.HTTP_SILENT or not page.url.startswith("http://"):
        return
    answers = [other for other in run.wait(others) if other is not None and other.first_bytes]
    if answers or run.is_over or not run.once(f"front-{page.port}@{address}"):
        return
    request = request_by_address(address, "http", page.port)
    run.emit(
        probe_front(
            address,
            request.url,
            observation_id=f"http-front@{address}",
            user_agent=run.options.user_agent,
            deadline=run.deadline,
        )
    )
