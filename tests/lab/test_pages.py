"""Every page of the collection, asked for by the HTTP probe and judged; no root needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from diagnostics.net.deadline import Deadline
from diagnostics.probes.http import probe_http
from diagnostics.rules import Evidence
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.targets import parse_target
from tests.fakes.hostile_http import HostileServer
from tests.lab.cases_pages import answer, host_of
from tests.lab.model import HEALTHY
from tests.lab.pages import PAGES


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer(answer, (80,)) as server:
        yield server


@pytest.mark.parametrize(
    "number", range(len(PAGES)), ids=[f"{one.family}: {one.name}" for one in PAGES]
)
def test_each_page_is_named_rightly(server: HostileServer, number: int) -> None:
    """A stock page gets its code, and a healthy one like it gets none."""
    url = f"http://{host_of(number)}/"
    page = probe_http(
        ip_address(server.address),
        url,
        observation_id="http-1",
        user_agent="test",
        deadline=Deadline.after(10),
    )
    target, _ = parse_target(url)
    code = code_of_page(page, Evidence(target, "site", (page,)))
    assert (code or HEALTHY) == PAGES[number].expected


def test_no_page_is_there_twice() -> None:
    names = Counter((page.family, page.name) for page in PAGES)
    assert max(names.values()) == 1, names.most_common(3)


def test_silence_is_tested_as_hard_as_sound() -> None:
    assert sum(page.expected == HEALTHY for page in PAGES) >= len(PAGES) / 6
