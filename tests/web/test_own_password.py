"""One's own password: who knows the old one sets another, and is signed out elsewhere."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from intake.accounts.sessions import OIDC, USER, SignIn
from intake.bootstrap import Services
from intake.ui.staff_cookie import COOKIE
from tests.staff import sign_in_by_link

OLD, NEW = "correct horse battery staple", "another long enough phrase"


def signed_in(client: TestClient, product: Services, login: str) -> TestClient:
    if product.users.find(login) is None:
        product.users.add(login, "Olga Petrova", ["agent"], OLD)
    client.cookies.set(COOKIE, product.sessions.begin(SignIn(USER, login, "Olga Petrova")))
    return client


def change(client: TestClient, old: str, new: str, again: str | None = None) -> int:
    data = {"old": old, "new": new, "again": new if again is None else again}
    return client.post("/staff/password", data=data).status_code


def test_the_password_is_changed_and_other_sessions_end(
    client: TestClient, product: Services
) -> None:
    signed_in(client, product, "olga.own")
    elsewhere = product.sessions.begin(SignIn(USER, "olga.own", "Olga Petrova"))
    page = client.get("/staff/password?lang=ru").text
    assert "Новый пароль" in page
    before = client.cookies[COOKIE]
    assert change(client, OLD, NEW) == 303
    assert product.users.verify("olga.own", OLD) is None
    assert product.users.verify("olga.own", NEW) is not None
    assert product.sessions.account(elsewhere) is None
    assert product.sessions.account(before) is None
    cookies = [cookie.value for cookie in client.cookies.jar if cookie.name == COOKIE]
    assert any(product.sessions.account(value or "") is not None for value in cookies)
    rows = product.audit.rows(about="olga.own", action="user.password")
    assert [(row.login, row.name) for row in rows] == [("olga.own", "Olga Petrova")]
    assert NEW not in str(rows)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("guess", NEW, NEW), "current password is wrong"),
        ((OLD, NEW, "otherwise typed"), "two new passwords differ"),
        ((OLD, OLD, OLD), "have already"),
        ((OLD, "short", "short"), "12 characters"),
        ((OLD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"), "too few different"),
        ((OLD, "olga.refused-2026", "olga.refused-2026"), "your login"),
        ((OLD, "", ""), "12 characters"),
    ],
)
def test_what_is_refused_changes_nothing(
    client: TestClient, product: Services, typed: tuple[str, str, str], said: str
) -> None:
    signed_in(client, product, "olga.refused")
    data = dict(zip(("old", "new", "again"), typed, strict=True))
    answer = client.post("/staff/password?lang=en", data=data)
    assert answer.status_code == 403
    assert said in answer.text
    assert product.users.verify("olga.refused", OLD) is not None
    assert product.audit.rows(about="olga.refused") == ()
    assert product.sessions.account(client.cookies[COOKIE]) is not None


def test_guesses_from_an_open_browser_end(client: TestClient, product: Services) -> None:
    signed_in(client, product, "olga.guessed")
    for _ in range(10):
        change(client, "guess", NEW)
    assert change(client, OLD, NEW) == 403  # the right one too
    assert product.users.verify("olga.guessed", OLD) is not None


def test_who_has_no_password_here_changes_none(client: TestClient, product: Services) -> None:
    assert client.get("/staff/password").status_code == 401
    assert change(client, OLD, NEW) == 401
    for cookie in (
        sign_in_by_link(product, "Olga Petrova"),
        product.sessions.begin(SignIn(OIDC, "olga@acme.example (x)", "Olga", ("support",))),
    ):
        client.cookies.clear()
        client.cookies.set(COOKIE, cookie)
        assert client.get("/staff/password").status_code in {303, 401}
        assert change(client, "", NEW) in {303, 401}
