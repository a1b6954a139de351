"""The services that pages use, on a database of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import streamlit

from intake import bootstrap
from intake.bootstrap import Services, build_services
from intake.settings import Settings
from tests.published import copy_published


@dataclass
class Browser:
    """What a visitor's browser tells: Streamlit's test of an app has no request to read."""

    locale: str = "en-GB"
    timezone: str = "Europe/Moscow"
    ip_address: str = "192.0.2.1"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def browser_context(monkeypatch: pytest.MonkeyPatch) -> Browser:
    browser = Browser()
    monkeypatch.setattr(streamlit, "context", browser)
    return browser


@pytest.fixture(scope="session")
def built_services(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Built once, and each test begins its own draft."""
    data = tmp_path_factory.mktemp("pages") / "data"
    copy_published(published, data)
    return build_services(
        Settings(
            data=data,
            name="AcmeHost",
            staff_token="a-token-for-tests-that-is-long-enough",  # type: ignore[arg-type]
            resolvers=("127.0.0.254:5",),
        )
    )


@pytest.fixture
def services(
    built_services: Services, browser_context: Browser, monkeypatch: pytest.MonkeyPatch
) -> Services:
    """What the pages use during one test."""
    del browser_context  # every page reads it
    monkeypatch.setattr(bootstrap, "_services", built_services)
    return built_services
