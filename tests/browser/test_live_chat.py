"""Each vendor's widget in a real Chromium: loaded, told the case, opened; under our own policy."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from intake.chats.chat import ChatAccount, ChatPlan
from intake.chats.vendors import CHATS
from intake.web.app import ASSETS
from intake.web.limits.headers import policy_with
from intake.web.pages import Pages
from tests.browser.conftest import OpenPage
from tests.chats.test_vendors import CASE, HOSTILE
from tests.fakes.chat_widget import widget_script

pytestmark = pytest.mark.browser
OURS, VENDOR = "https://help.example", "https://chat.example"
IDS = {"tawk": "property/widget", "livetex": "12345"}
# The last call is the one that opens it.
OPENED = {
    "chatwoot": ["toggle", "open"],
    "jivosite": ["open"],
    "livetex": ["showActiveWindow"],
    "talk-me": ["openSupport"],
    "tawk": ["maximize"],
}


def open_chat(page: Page, plan: ChatPlan, allowed: str) -> list[str]:
    """Our page with this plan, as the route answers it; returns what the vendor is asked for."""
    body = Pages("AcmeHost", "en").live_chat("en", plan=json.dumps(asdict(plan)), title="Vendor")
    policy = policy_with({"script-src": (allowed,)})

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(OURS)
        if path == "/chat":
            headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
            route.fulfill(body=bytes(body.body), headers=headers)
        elif path.startswith("/assets/") and (ASSETS / path.split("/")[-1]).is_file():
            route.fulfill(path=ASSETS / path.split("/")[-1])
        else:
            route.fulfill(status=404)

    asked: list[str] = []

    def answer_as_vendor(route: Route) -> None:
        asked.append(route.request.url.removeprefix(VENDOR))
        script = widget_script(asked[-1])
        route.fulfill(
            status=200 if script else 404, body=script or "", content_type="text/javascript"
        )

    page.route(f"{OURS}/**", answer)
    page.route(f"{VENDOR}/**", answer_as_vendor)
    page.goto(f"{OURS}/chat")
    return asked


@pytest.mark.parametrize("vendor", sorted(OPENED))
def test_the_widget_is_told_the_case_and_opened(vendor: str, open_page: OpenPage) -> None:
    account = ChatAccount(IDS.get(vendor, "abc123"), VENDOR)
    plan = CHATS[vendor](account).plan(CASE)
    assert isinstance(plan, ChatPlan)
    page = open_page("en")
    dialogs: list[Any] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))  # type: ignore[call-overload]
    open_chat(page, plan, VENDOR)
    root = page.locator("html")
    expect(root).to_have_attribute("data-called", as_json(OPENED[vendor]))
    told = repr(json.loads(root.get_attribute("data-calls") or ""))
    assert HOSTILE in told
    assert CASE.link in told
    assert not dialogs
    expect(page.locator("#chat-failed")).to_be_hidden()
    expect(page.locator("#chat-opening")).to_be_hidden()


def test_what_the_policy_forbids_is_not_loaded_and_the_way_on_is_shown(
    open_page: OpenPage,
) -> None:
    plan = CHATS["jivosite"](ChatAccount("abc123", VENDOR)).plan(CASE)
    assert isinstance(plan, ChatPlan)
    page = open_page("en")
    asked = open_chat(page, plan, "https://other.example")
    expect(page.locator("#chat-failed")).to_be_visible()
    expect(page.get_by_role("link", name="Leave a message")).to_be_visible()
    assert asked == []


def as_json(value: list[str]) -> str:
    return json.dumps(value, separators=(",", ":"))
