"""A product for all of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.bootstrap import Services, build_services
from intake.settings import Settings
from tests.published import copy_published

STAFF_TOKEN = "a-token-for-tests-that-is-long-enough"


@pytest.fixture(scope="session")
def services(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    data = tmp_path_factory.mktemp("operated") / "data"
    copy_published(published, data)
    return build_services(Settings(data=data, staff_token=STAFF_TOKEN))  # type: ignore[arg-type]
