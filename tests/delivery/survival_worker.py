"""The worker of the survival test: one process, its clock fast, until nothing waits or it dies."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from intake.database import open_database
from intake.delivery import Courier, Desk, EmailDesk
from tests.delivery.desk_cases import CASES
from tests.tickets.example import NOW

SPEED = 300.0
# A desk that stalls costs the worker this long; its stalls are longer.
TIMEOUT_S = 0.5


class Address:
    """What a desk case needs of a fake."""

    def __init__(self, url: str) -> None:
        self.url = url


def desks(urls: Mapping[str, str], smtp_url: str) -> list[Desk]:
    found: list[Desk] = []
    for case in CASES:
        if case.kind in urls:
            desk = case.desk(Address(urls[case.kind]), timeout_s=TIMEOUT_S)  # type: ignore[arg-type]
            desk._name = case.kind  # type: ignore[attr-defined]
            # Its search is ten minutes behind: the desk is told to wait a little longer.
            desk._capabilities = replace(  # type: ignore[attr-defined]
                desk.capabilities, search_lag_s=660.0
            )
            found.append(desk)
    mail = EmailDesk(
        smtp_url,
        to="desk@hoster.example",
        sender="intake@hoster.example",
        name="smtp",
        timeout_s=TIMEOUT_S,
    )
    return [*found, mail]


def main(folder: str, smtp_url: str, began: str, *urls: str) -> None:
    def clock() -> datetime:
        return NOW + timedelta(seconds=(time.monotonic() - float(began)) * SPEED)

    engine = open_database(f"sqlite:///{Path(folder)}/intake.sqlite3")
    addresses = dict(url.split("=", 1) for url in urls)
    # Near the short end of the jitter: waiting proves nothing, and each desk fails as often.
    courier = Courier(
        engine, desks(addresses, smtp_url), clock=clock, pick=lambda _low, high: high / 9
    )
    while courier.next_due() is not None:
        list(courier.run())
        time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
