"""
Ask for each real page over the wire, judge it, and print false alarms and hits with their names.

`python -m tests.pages [--verbose]`. It ends with 1 where a working page is accused, or fewer stock
pages are named than `HITS_WANTED`; without the collection it says so and ends with 0.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from diagnostics.net.deadline import Deadline
from diagnostics.probes.http import probe_http
from diagnostics.rules import Evidence
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.targets import parse_target
from tests.fakes.hostile_http import HostileServer, request_of
from tests.pages.collection import RealPage, folder, read_pages

HITS_WANTED = 70 / 74


@dataclass(frozen=True)
class Judged:
    """What one page was found to be; None where nothing is wrong with it."""

    page: RealPage
    code: str | None

    @property
    def is_right(self) -> bool:
        return self.code in self.page.expected if self.page.expected else self.code is None


def judge(pages: list[RealPage]) -> Iterator[Judged]:
    """Serve the pages one after another and judge what the probe saw of each."""
    served: list[RealPage] = []

    def answer(connection: socket.socket, _: threading.Event) -> None:
        request_of(connection)
        connection.sendall(served[-1].answer())

    with HostileServer(answer, (80,)) as server:
        for page in pages:
            served.append(page)
            url = f"http://{page.host}/"
            seen = probe_http(
                ip_address(server.address),
                url,
                observation_id="http-1",
                user_agent="test",
                deadline=Deadline.after(10),
            )
            target, _ = parse_target(url)
            yield Judged(page, code_of_page(seen, Evidence(target, "site", (seen,))))


def main() -> int:
    """Print the figures."""
    try:
        pages = read_pages()
    except FileNotFoundError:
        print(f"skipped: no collection of real pages in {folder()} (see INTAKE_REAL_PAGES)")
        return 0
    judged = list(judge(pages))
    working = [row for row in judged if not row.page.expected]
    stock = [row for row in judged if row.page.expected]
    alarms = [row for row in working if not row.is_right]
    hits = [row for row in stock if row.is_right]
    for row in alarms:
        print(f"false alarm  {row.page.file.name}  {row.code}  {row.page.description}")
    for row in stock:
        if not row.is_right or "--verbose" in sys.argv:
            sign = "hit" if row.is_right else "missed"
            wanted = " or ".join(row.page.expected)
            print(f"{sign:12} {row.page.file.name}  {row.code}, {wanted}: {row.page.description}")
    print(f"{len(alarms)} false alarms of {len(working)} working pages")
    print(f"{len(hits)} of {len(stock)} stock pages named")
    return int(bool(alarms) or len(hits) < HITS_WANTED * len(stock))


if __name__ == "__main__":
    sys.exit(main())
