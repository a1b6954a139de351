"""/readyz and /metrics: who may ask, and what they get."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from intake.bootstrap import Services
from intake.operations import readiness
from intake.settings import Settings, SettingsError, load_settings
from intake.web.programs.operators import OperatorRoutes

METRICS_TOKEN = "a-token-for-metrics-0123"
Watcher = Callable[..., TestClient]


@pytest.fixture
def watcher(product: Services, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """A program that asks, from an address, of a service with other settings."""
    monkeypatch.setattr(readiness, "resolver_answers", lambda _resolvers: True)

    async def not_found(request: Request) -> Response:
        del request
        return PlainTextResponse("nothing here", 404)

    def make(address: str = "127.0.0.1", **settings: str) -> TestClient:
        changed = product.settings.model_copy(update=settings)
        # Frozen, and shared with the whole session: only these routes see another.
        services = Services(**{**vars(product), "settings": changed})
        app = Starlette(routes=list(OperatorRoutes(services, not_found).routes()))
        return TestClient(app, client=(address, 40_000))

    return make


def test_readiness_has_a_word_for_each_check(watcher: Watcher) -> None:
    answer = watcher().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == dict.fromkeys(readiness.CHECKS, "ok")
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_not_ready_is_named_and_can_be_left_out(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "resolver_answers", lambda _resolvers: False)
    program = watcher()
    answer = program.get("/readyz")
    assert (answer.status_code, answer.json()["resolver"]) == (503, "silent")
    answer = program.get("/readyz?of=database,disk,checklists")
    assert answer.status_code == 200
    assert list(answer.json()) == ["database", "disk", "checklists"]
    assert program.get("/readyz?of=secrets").status_code == 400


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.9"])
def test_metrics_are_off_at_first(watcher: Watcher, address: str) -> None:
    assert watcher(address).get("/metrics").status_code == 404


def test_metrics_for_this_machine_alone(watcher: Watcher) -> None:
    answer = watcher("127.0.0.1", metrics="loopback").get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    # Whatever it is: tickets of other tests on this product may still wait for their desk.
    assert re.search(r"^intake_outbox_age_seconds [\d.e+-]+$", answer.text, re.MULTILINE)
    assert watcher("192.0.2.9", metrics="loopback").get("/metrics").status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_stranger_behind_a_proxy_on_this_machine_is_no_program_of_it(
    watcher: Watcher, header: str
) -> None:
    """A proxy that nobody named in INTAKE_TRUSTED_PROXIES makes all of them loopback."""
    asked = watcher("127.0.0.1", metrics="loopback").get("/metrics", headers={header: "x"})
    assert asked.status_code == 404


def test_metrics_by_token_from_anywhere(watcher: Watcher) -> None:
    program = watcher(
        "192.0.2.9",
        metrics="token",
        metrics_token=Settings(
            metrics_token=METRICS_TOKEN  # type: ignore[arg-type]
        ).metrics_token,
    )
    assert program.get("/metrics").status_code == 401
    right = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    assert program.get("/metrics", headers=right).status_code == 200
    for _ in range(10):
        program.get("/metrics", headers={"Authorization": "Bearer wrong"})
    assert program.get("/metrics", headers=right).status_code == 429


def test_metrics_by_token_need_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTAKE_METRICS", "token")
    with pytest.raises(SettingsError, match="INTAKE_METRICS_TOKEN"):
        load_settings()


def test_every_answer_has_a_number_of_ours(client: TestClient) -> None:
    first = client.get("/healthz", headers={"X-Request-Id": "theirs\u00e9".encode("latin-1")})  # type: ignore[arg-type]
    second = client.get("/no-such-page")
    numbers = {first.headers["x-request-id"], second.headers["x-request-id"]}
    assert len(numbers) == 2
    assert all(len(number) == 12 for number in numbers)
