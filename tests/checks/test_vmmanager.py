"""VMmanager: servers that are switched off, of the customer who signed in, and nobody else's."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from intake.accounts.panel_link import PanelVisit
from intake.checks.vmmanager import VmManager

TOKEN = "a-permanent-token-of-the-tests"
MACHINES = [
    {"id": 1, "name": "off", "state": "stopped", "ip4": [{"id": 5, "ip": "192.0.2.1"}], "ip6": []},
    {"id": 2, "name": "on", "state": "active", "ip4": [{"id": 6, "ip": "192.0.2.2"}]},
    {"id": 3, "state": "stopped", "ip4": [], "ip6": [{"ip": "2001:db8::3"}]},
    {"id": 4, "state": "creating", "ip4": None},
    "no machine",
]


def visit(*addresses: str, **more: Any) -> PanelVisit:
    services = [{"addresses": [address], **more} for address in addresses]
    return PanelVisit.model_validate({"sub": "4711", "services": services})


def serve(server: HTTPServer, answer: object = None, status: int = 200) -> list[Request]:
    asked: list[Request] = []

    def handle(request: Request) -> Response:
        asked.append(request)
        if request.headers.get("x-xsrf-token") != TOKEN:
            error = {"error": {"code": 1001, "msg": "Unauthorized"}}
            return Response(json.dumps(error), 401)
        whole = {"last_notify": 1, "list": MACHINES} if answer is None else answer
        return Response(whole if isinstance(whole, str) else json.dumps(whole), status)

    server.expect_request("/vm/v3/host", method="GET").respond_with_handler(handle)
    return asked


def test_servers_that_are_off_are_known_and_asked_once_a_minute(httpserver: HTTPServer) -> None:
    asked = serve(httpserver)
    platform = VmManager(httpserver.url_for("/"), TOKEN)
    for _ in range(3):
        known = platform.complete(visit("192.0.2.1", "192.0.2.2", "2001:db8::3", "192.0.2.9"))
    assert [service.console for service in known.services or ()] == ["off", None, "off", None]
    assert known.console("192.0.2.1") == "off"
    assert known.console("192.0.2.2") is None  # it runs, and may hang
    assert len(asked) == 1


def test_the_panels_own_word_counts_and_nobody_is_asked(httpserver: HTTPServer) -> None:
    asked = serve(httpserver)
    platform = VmManager(httpserver.url_for("/"), TOKEN)
    said = visit("192.0.2.1", console="works")
    assert platform.complete(said) == said
    assert platform.complete(PanelVisit(sub="4711")) == PanelVisit(sub="4711")
    assert asked == []


@pytest.mark.parametrize(
    ("answer", "status", "token"),
    [
        ({"list": None}, 200, TOKEN),
        ("<html>", 200, TOKEN),
        ("[" * 50_000, 200, TOKEN),
        ({"error": {"code": 500}}, 503, TOKEN),
        (None, 200, "another"),
    ],
    ids=["no-list", "html", "deep", "503", "wrong-token"],
)
def test_no_answer_means_that_the_customer_is_asked(
    httpserver: HTTPServer, answer: object, status: int, token: str
) -> None:
    serve(httpserver, answer, status)
    assert VmManager(httpserver.url_for("/"), token).complete(visit("192.0.2.1")) == visit(
        "192.0.2.1"
    )


def test_silence_costs_the_limit_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        platform = VmManager(url, TOKEN, limit_s=0.2)
        assert platform.complete(visit("192.0.2.1")) == visit("192.0.2.1")
        silent.settimeout(10)
        silent.accept()[0].close()
        assert platform.complete(visit("192.0.2.1")) == visit("192.0.2.1")  # from memory


def test_a_console_that_no_checklist_knows_is_none() -> None:
    assert visit("192.0.2.1", console="blue screen").console("192.0.2.1") is None
