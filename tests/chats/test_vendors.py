"""What each vendor's widget is told: the case, and nothing that anybody could misuse."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from intake.chats.chat import ChatAccount, ChatCase, ChatPlan
from intake.chats.sealed_case import SealedCases
from intake.chats.vendors import CHATS
from intake.settings import Settings

HOSTILE = "Анна </script><script>alert(1)</script>"
CASE = ChatCase(
    id="d1",
    language="ru",
    name=HOSTILE,
    email="anna@shop.example",
    phone="+7 900 000-00-00",
    reference="H4X-7PM-2KB",
    cause="The site answers 502",
    about="shop.example: 502",
    link="https://help.example.com/staff/tickets/H4X-7PM-2KB",
)
SECRET = "the-vendors-own-key"


def plan_of(vendor: str, case: ChatCase = CASE, secret: str | None = None) -> ChatPlan:
    plan = CHATS[vendor](ChatAccount("abc123", "https://chat.example", secret)).plan(case)
    assert isinstance(plan, ChatPlan)
    return plan


@pytest.mark.parametrize("vendor", sorted(set(CHATS) - {"mibew"}))
def test_the_case_goes_along_as_data(vendor: str) -> None:
    plan = plan_of(vendor)
    assert plan.script.startswith("https://chat.example/")
    told = repr([call.arguments for call in plan.calls])
    for fact in (HOSTILE, CASE.email, CASE.reference, CASE.cause, CASE.link):
        assert fact in told, (vendor, fact)
    assert HOSTILE not in plan.script
    assert all(HOSTILE not in call.function for call in plan.calls)


@pytest.mark.parametrize("vendor", sorted(set(CHATS) - {"mibew"}))
def test_what_is_not_known_is_not_told(vendor: str) -> None:
    told = repr([call.arguments for call in plan_of(vendor, ChatCase("", "en")).calls])
    assert "None" not in told
    assert "''" not in told


def test_mibew_is_an_address_of_its_own() -> None:
    chat = CHATS["mibew"](ChatAccount("", "https://chat.example/mibew"))
    address = urlsplit(str(chat.plan(CASE)))
    assert (address.netloc, address.path) == ("chat.example", "/mibew/chat")
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (query["name"], query["email"], query["url"]) == (HOSTILE, CASE.email, CASE.link)
    assert CASE.reference in query["info"]
    assert query["locale"] == "ru"


def test_only_an_address_that_the_panel_proved_is_signed() -> None:
    """Else whoever types somebody's address would be shown that person's conversations."""
    typed = repr(plan_of("tawk", secret=SECRET).calls)
    proven = repr(plan_of("tawk", replace(CASE, email_is_proven=True), SECRET).calls)
    signed = hmac.new(SECRET.encode(), CASE.email.encode(), hashlib.sha256).hexdigest()
    assert "'hash'" not in typed
    assert "'said-email'" in typed
    assert signed in proven

    [set_user, attributes, _] = plan_of("chatwoot", secret=SECRET).calls
    identifier, user = set_user.arguments
    assert identifier == "intake-d1"  # never the address
    assert isinstance(user, dict)
    assert "email" not in user
    assert CASE.email in repr(attributes.arguments)
    assert (
        user["identifier_hash"]
        == hmac.new(SECRET.encode(), b"intake-d1", hashlib.sha256).hexdigest()
    )
    trusted = plan_of("chatwoot", replace(CASE, email_is_proven=True), SECRET).calls[0]
    assert CASE.email in repr(trusted.arguments)


def test_the_address_of_a_chat_page_opens_nothing_else() -> None:
    cases, others = SealedCases(b"a" * 32), SealedCases(b"b" * 32)
    sealed = cases.seal("draft-id")
    assert cases.draft_id(sealed) == "draft-id"
    assert others.draft_id(sealed) is None
    for guess in ("", "draft-id", sealed[:-1], sealed + "x", sealed[::-1], "x" * 300):
        assert cases.draft_id(guess) is None


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"chat": "jivosite"}, "CHAT_ID"),
        ({"chat": "jivosite", "chat_id": "x"}, "CHAT_ORIGINS"),
        ({"chat": "chatwoot", "chat_id": "x"}, "CHAT_URL"),
        ({"chat": "mibew"}, "CHAT_URL"),
        ({"chat": "jivosite", "chat_id": 'x"><script>'}, "chat_id"),
        ({"chat_origins": "https://a.example; script-src *"}, "is no origin"),
        ({"chat_origins": "*"}, "is no origin"),
        ({"chat_origins": "http://a.example"}, "is no origin"),
    ],
)
def test_a_chat_that_can_not_be_stops_the_start(
    more: dict[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=told):
        Settings.model_validate({"data": tmp_path, **more})
