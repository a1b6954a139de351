"""What holds for every test: how long one takes depends on the machine, so it fails none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.databases"]

settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a product that has started once; see `tests.published`."""
    from tests.published import published_database  # noqa: PLC0415 - few tests need the product

    own = tmp_path_factory.getbasetemp()
    return published_database(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
