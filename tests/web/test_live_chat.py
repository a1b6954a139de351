"""The page of the live chat: who gets there, what it may load, and when nobody is there."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake.bootstrap import Services
from intake.journey.working_hours import WorkingHours
from intake.wiring.chats import build_chat
from intake.wizard import live_chat

ORIGINS = "https://code.jivosite.com,https://*.jivosite.com"
HOSTILE = 'Анна </script><script>alert("1")</script>'
Chat = Callable[..., Services]


@pytest.fixture
def with_chat(product: Services, monkeypatch: pytest.MonkeyPatch) -> Chat:
    def use(**more: Any) -> Services:
        settings = type(product.settings).model_validate(
            {
                **product.settings.model_dump(),
                "chat": "jivosite",
                "chat_id": "abc123",
                "chat_origins": ORIGINS,
                **more,
            }
        )
        services = replace(product, settings=settings, chat=build_chat(settings, b"k" * 32))
        monkeypatch.setattr(bootstrap, "_services", services)
        return services

    monkeypatch.setattr(bootstrap, "_services", product)
    return use


def sent_ticket(client: TestClient, words: str = "Всё упало") -> Any:
    form = {"lang": "ru", "contact": "anna@shop.example", "words": words}
    return client.post("/person", data=form, follow_redirects=True)


def chat_address(page: Any) -> str:
    start = page.text.index('href="/chat/') + len('href="')
    return html.unescape(page.text[start : page.text.index('"', start)])


def plan_of(page: Any) -> Any:
    start = page.text.index('data-plan="') + len('data-plan="')
    return json.loads(html.unescape(page.text[start : page.text.index('"', start)]))


@pytest.mark.usefixtures("with_chat")
def test_without_a_chat_there_is_nothing(client: TestClient) -> None:
    assert client.get("/chat").status_code == 404
    assert client.get("/chat/x").status_code == 404
    assert "/chat" not in client.get("/person").text


def test_a_sent_ticket_goes_along(client: TestClient, with_chat: Chat) -> None:
    services = with_chat()
    sent = sent_ticket(client)
    page = client.get(chat_address(sent))
    plan = plan_of(page)
    assert plan["script"] == "https://code.jivosite.com/widget/abc123"
    told = json.dumps(plan["calls"], ensure_ascii=False)
    reference = next(iter(services.tickets.list(limit=1))).reference
    assert "anna@shop.example" in told
    assert f"{services.settings.base_url}/staff/tickets/{reference}" in told
    assert reference in page.text
    assert "Ваше обращение" in page.text


def test_the_customers_key_is_not_in_the_address(client: TestClient, with_chat: Chat) -> None:
    """A vendor's script reads the address of the page that it runs in."""
    with_chat()
    sent = sent_ticket(client)
    key = str(sent.url).split("case=")[1].partition("&")[0]
    assert key not in chat_address(sent)
    sealed = chat_address(sent).split("/")[2].partition("?")[0]
    for path in (f"/t/{sealed}", f"/person?case={sealed}"):
        assert "anna@shop.example" not in client.get(path).text


def test_only_this_page_loads_from_the_named_origins(client: TestClient, with_chat: Chat) -> None:
    with_chat()
    person = client.get("/person")
    assert "jivosite" not in person.text
    assert "jivosite" not in person.headers["Content-Security-Policy"]
    page = client.get("/chat")
    policy = dict(
        part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["script-src"] == "'self' https://code.jivosite.com https://*.jivosite.com"
    assert "wss://*.jivosite.com" in policy["connect-src"]
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert page.headers["Referrer-Policy"] == "strict-origin"


def test_hostile_words_stay_words(
    client: TestClient, with_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = with_chat()
    sent = sent_ticket(client, HOSTILE)
    real = live_chat.chat_case

    def named(*given: Any) -> Any:
        return replace(real(*given), name=HOSTILE)

    monkeypatch.setattr(live_chat, "chat_case", named)
    page = client.get(chat_address(sent))
    assert "<script>alert" not in page.text
    contact = plan_of(page)["calls"][0]["arguments"][0]
    assert contact["name"] == HOSTILE
    assert services.chat is not None


def test_outside_its_hours_the_ticket_goes_the_usual_way(
    client: TestClient, with_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No way into the chat is offered; who kept its address is told, and nothing is loaded."""
    with_chat()
    sent = sent_ticket(client)
    address = chat_address(sent)
    monkeypatch.setattr(WorkingHours, "is_open", lambda *_, **__: False)
    monkeypatch.setattr(live_chat, "is_open", lambda _: False)
    assert "/chat" not in client.get(str(sent.url)).text
    page = client.get(address)
    assert "data-plan" not in page.text
    assert "Сейчас в чате никого нет" in page.text
    assert "jivosite" not in page.headers["Content-Security-Policy"]


def test_mibew_is_left_for(client: TestClient, with_chat: Chat) -> None:
    with_chat(chat="mibew", chat_url="https://chat.example/mibew")
    answer = client.get("/chat?lang=en")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("https://chat.example/mibew/chat?locale=en")
