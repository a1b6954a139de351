"""A small checklist around the steps that a test is about, and a customer to answer it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from intake.journey import Checklist, Draft, Environment
from tests.journey.customer import NOW, SITE, TICKET, Customer
from tests.sketches import load_sketch


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def checklist() -> Callable[..., Checklist]:
    def make(steps: str, *, ticket: str = TICKET, site: bool = True) -> Checklist:
        begun = SITE if site else ""
        return load_sketch(f"checklist: small\ntitle: Small\nsteps:\n{begun}{steps}{ticket}")

    return make


@pytest.fixture
def customer(checklist: Callable[..., Checklist]) -> Callable[..., Customer]:
    def make(
        steps: str | Checklist, *, language: str = "en", browser: str | None = None
    ) -> Customer:
        environment = Environment(browser=browser, timezone="Europe/Moscow")
        made = steps if isinstance(steps, Checklist) else checklist(steps)
        draft = Draft.model_validate({"language": language, "environment": environment})
        return Customer(made, draft)

    return make
