"""The whole application, in this process, without a browser."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from intake.bootstrap import Services, build_services
from intake.settings import Settings
from intake.web.app import build_app
from tests.published import copy_published

PANEL_SECRET = "a-secret-of-the-panel-that-is-long-enough"
STAFF_TOKEN = "a-token-for-tests-that-is-long-enough"


@pytest.fixture(scope="session")
def product(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    data = tmp_path_factory.mktemp("product") / "data"
    copy_published(published, data)
    settings = Settings(
        data=data,
        staff_token=STAFF_TOKEN,  # type: ignore[arg-type]
        panel_keys=f"panel={PANEL_SECRET}",  # type: ignore[arg-type]
        name="AcmeHost",
    )
    return build_services(settings)


@pytest.fixture(scope="session")
def application(product: Services) -> Iterator[TestClient]:
    """Started once: a process can hold only one of Streamlit's runtimes."""
    with TestClient(build_app(product), base_url="http://localhost") as client:
        yield client


@pytest.fixture(autouse=True)
def _database_is_read_in_threads() -> Iterator[None]:
    """In the event loop one slow read would stop every visitor."""
    stalled: list[str] = []

    def note(*arguments: object) -> None:
        if threading.current_thread() is threading.main_thread():
            return  # the test itself; a loop of Playwright's runs here once a browser was driven
        with suppress(RuntimeError):  # no loop runs in this thread: as it should be
            asyncio.get_running_loop()
            stalled.append(f"{arguments[2]}\n{''.join(traceback.format_stack(limit=40))}")

    event.listen(Engine, "before_cursor_execute", note)
    yield
    event.remove(Engine, "before_cursor_execute", note)
    assert stalled == []


@pytest.fixture
def client(application: TestClient) -> TestClient:
    """A visitor of their own: own cookies, own address."""
    address = (f"192.0.2.{next(_NUMBERS) % 250}", 50000)
    return TestClient(
        application.app, base_url="http://localhost", client=address, follow_redirects=False
    )


_NUMBERS = count(1)
