"""The name that staff sign with who came by the printed link: given at the door, or later."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from intake.accounts.rights import StaffRole
from intake.bootstrap import Services
from intake.ui.staff_cookie import COOKIE
from tests.staff import sign_in_as
from tests.web.conftest import STAFF_TOKEN

NAMES = ["Ольга Петрова", "Bo O'Neil", "a" * 80, "", 'x";=,\\ y']


def name_of(product: Services, client: TestClient) -> str | None:
    account = product.sessions.account(client.cookies.get(COOKIE) or "")
    return account.name if account else None


@pytest.mark.parametrize("name", NAMES)
def test_the_session_keeps_the_name(product: Services, client: TestClient, name: str) -> None:
    client.post("/staff", data={"token": STAFF_TOKEN, "name": name})
    assert name_of(product, client) == name
    client.post("/staff/name", data={"name": "Somebody Else"})
    assert name_of(product, client) == "Somebody Else"
    assert 'value="Somebody Else"' in client.get("/staff/name").text


def test_a_second_sign_in_by_the_link_keeps_the_name(product: Services, client: TestClient) -> None:
    client.post("/staff", data={"token": STAFF_TOKEN, "name": "Bo"})
    client.post("/staff", data={"token": STAFF_TOKEN})
    assert name_of(product, client) == "Bo"


def test_a_name_is_one_short_line(product: Services, client: TestClient) -> None:
    client.post(
        "/staff", data={"token": STAFF_TOKEN, "name": f" Bo\r\nSet-Cookie: a=b {'x' * 999}"}
    )
    name = name_of(product, client)
    assert name is not None
    assert name.startswith("Bo Set-Cookie")
    assert len(name) <= 80
    assert "a" not in client.cookies


def test_an_account_has_its_own_name(product: Services, client: TestClient) -> None:
    client.cookies.set(COOKIE, sign_in_as(product, StaffRole.AGENT))
    assert client.get("/staff/name").headers["location"] == "/inbox"
    client.post("/staff/name", data={"name": "Mallory"})
    assert name_of(product, client) == "Olga Petrova"


def test_a_stranger_gets_no_name(client: TestClient) -> None:
    answer = client.post("/staff/name", data={"name": "Mallory"})
    assert answer.status_code == 401
    assert COOKIE not in client.cookies
    assert client.get("/staff/name").status_code == 401


def test_the_sign_in_page_leads_on_who_is_signed_in(product: Services, client: TestClient) -> None:
    client.cookies.set(COOKIE, sign_in_as(product, StaffRole.AGENT))
    assert client.get("/staff?lang=ru").headers["location"] == "/inbox?lang=ru"
    assert client.get("/staff").headers["location"] == "/inbox"
    client.cookies.set(COOKIE, "no-session-of-ours")
    assert "<form" in client.get("/staff").text


def test_who_tells_his_name_is_back_at_his_ticket(client: TestClient) -> None:
    client.post("/staff", data={"token": STAFF_TOKEN})
    page = client.get("/staff/name", params={"next": "/inbox?ticket=H4X-7PM-2KP"})
    assert 'name="next" value="/inbox?ticket=H4X-7PM-2KP"' in page.text
    fields = {"name": "Bo", "next": "/inbox?ticket=H4X-7PM-2KP"}
    assert client.post("/staff/name", data=fields).headers["location"] == fields["next"]
    foreign = {"name": "Bo", "next": "https://other.example/inbox"}
    assert client.post("/staff/name", data=foreign).headers["location"] == "/inbox"
