"""The name that staff sign with: given at the door or later, kept in the signed cookie."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from intake.ui.staff_cookie import COOKIE, name_in, signed
from tests.web.conftest import STAFF_TOKEN

NAMES = ["Ольга Петрова", "Bo O'Neil", "a" * 80, "", 'x";=,\\ y']


@pytest.mark.parametrize("name", NAMES)
def test_the_cookie_keeps_the_name(client: TestClient, name: str) -> None:
    client.post("/staff", data={"token": STAFF_TOKEN, "name": name})
    assert name_in(client.cookies[COOKIE], STAFF_TOKEN) == name
    client.post("/staff/name", data={"name": "Somebody Else"})
    assert name_in(client.cookies[COOKIE], STAFF_TOKEN) == "Somebody Else"
    assert 'value="Somebody Else"' in client.get("/staff/name").text


def test_a_second_sign_in_by_the_link_keeps_the_name(client: TestClient) -> None:
    client.post("/staff", data={"token": STAFF_TOKEN, "name": "Bo"})
    client.get("/staff", params={"token": STAFF_TOKEN})
    assert name_in(client.cookies[COOKIE], STAFF_TOKEN) == "Bo"


def test_a_name_is_one_short_line(client: TestClient) -> None:
    client.post(
        "/staff", data={"token": STAFF_TOKEN, "name": f" Bo\r\nSet-Cookie: a=b {'x' * 999}"}
    )
    name = name_in(client.cookies[COOKIE], STAFF_TOKEN)
    assert name is not None
    assert name.startswith("Bo Set-Cookie")
    assert len(name) <= 80
    assert "a" not in client.cookies


def test_a_stranger_gets_no_name(client: TestClient) -> None:
    answer = client.post("/staff/name", data={"name": "Mallory"})
    assert answer.status_code == 401
    assert COOKIE not in client.cookies
    assert client.get("/staff/name").status_code == 401


@pytest.mark.parametrize("cookie", ["", "staff", "staff-Qm8.x.y"])
def test_a_forged_cookie_has_no_name(cookie: str) -> None:
    assert name_in(cookie, STAFF_TOKEN) is None


def test_a_cookie_of_another_token_has_no_name() -> None:
    assert name_in(signed("another" * 9, "Bo"), STAFF_TOKEN) is None
