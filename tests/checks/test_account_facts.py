"""The webhook about accounts: what a link leaves out, within two seconds, once a minute."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks.webhooks import Webhook
from werkzeug import Request, Response

from intake.accounts.panel_link import PanelVisit
from intake.checks.account_facts import AccountHook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VISIT = PanelVisit(sub="4711", balance=5)


def serve(server: HTTPServer, answer: Any) -> list[dict[str, Any]]:
    """The webhook; returns what it was asked, each request proven to be ours."""
    asked: list[dict[str, Any]] = []

    def handle(request: Request) -> Response:
        asked.append(Webhook(SECRET).verify(request.get_data(), dict(request.headers.items())))
        return Response(answer if isinstance(answer, str) else json.dumps(answer))

    server.expect_request("/account", method="POST").respond_with_handler(handle)
    return asked


def test_what_the_link_leaves_out_is_asked_once_a_minute(httpserver: HTTPServer) -> None:
    services = [{"hosts": ["shop.example"], "suspended": True}]
    asked = serve(httpserver, {"balance": -9, "notices": [], "services": services})
    hook = AccountHook(httpserver.url_for("/account"), SECRET)
    for _ in range(3):
        visit = hook.complete(VISIT)
    assert asked == [{"type": "account.facts", "account": "4711"}]
    assert visit.balance == 5  # the link's word counts
    assert visit.notices == ()
    assert visit.sites == ("shop.example",)
    assert visit.is_suspended("shop.example") is True


def test_a_link_that_says_all_asks_nobody(httpserver: HTTPServer) -> None:
    asked = serve(httpserver, {})
    whole = VISIT.model_copy(
        update={"suspended": False, "notices": (), "services": (), "unpaid": False}
    )
    assert AccountHook(httpserver.url_for("/account"), SECRET).complete(whole) == whole
    assert asked == []


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "<html>", '{"balance": "much"}', "x" * 100_000, "[" * 50_000]
)
def test_an_answer_that_makes_no_sense_is_none(httpserver: HTTPServer, answer: str) -> None:
    serve(httpserver, answer)
    assert AccountHook(httpserver.url_for("/account"), SECRET).complete(VISIT) == VISIT


def test_silence_costs_the_limit_and_no_more_for_a_minute() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        hook = AccountHook(url, SECRET, limit_s=0.2)
        assert hook.complete(VISIT) == VISIT
        silent.settimeout(10)
        silent.accept()[0].close()
        assert hook.complete(VISIT) == VISIT  # from memory: nobody connects again
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
