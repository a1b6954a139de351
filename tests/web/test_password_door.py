"""Doors of staff by HTTP: a password, a limit of guesses, a provider and the way back."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Condition
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from intake.accounts.oidc import OidcError, SignInRequest
from intake.accounts.rights import StaffRole
from intake.accounts.sessions import OIDC, SessionPolicy, SessionStore, SignIn
from intake.bootstrap import Services
from intake.ui.staff_cookie import COOKIE
from intake.web.pages import Pages
from intake.web.sign_in.staff import Accounts, StaffDoor
from intake.web.sign_in.staff_oidc import OidcRoutes

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def olga(product: Services) -> str:
    login = "olga.by-password"
    product.users.add(login, "Olga Petrova", ["reader"], PASSWORD)
    return login


def enter(client: TestClient, login: str, password: str) -> int:
    return client.post("/staff", data={"login": login, "password": password}).status_code


def test_a_password_opens_the_inbox(client: TestClient, product: Services, olga: str) -> None:
    assert enter(client, olga.upper(), PASSWORD) == 303
    account = product.sessions.account(client.cookies[COOKIE])
    assert account is not None
    assert (account.login, account.name) == (olga, "Olga Petrova")
    assert account.roles == {StaffRole.READER}
    assert client.post("/staff/leave").status_code == 303
    assert product.sessions.account(client.cookies.get(COOKIE) or "") is None


@pytest.mark.parametrize("password", ["", "correct", PASSWORD.upper(), "x" * 10_000, "\0"])
def test_another_password_opens_nothing(client: TestClient, olga: str, password: str) -> None:
    assert enter(client, olga, password) == 403
    assert COOKIE not in client.cookies


def test_nobodys_login_is_answered_alike(client: TestClient, olga: str) -> None:
    answers = {
        client.post("/staff", data={"login": login, "password": "guess"}).text
        for login in (olga, "nobody")
    }
    assert len(answers) == 1


def test_guesses_from_many_places_end(
    application: TestClient, olga: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty an hour at one login; whoever has the right password isn't counted."""
    monkeypatch.setattr("intake.accounts.passwords.Passwords.fits", lambda *_: False)
    answers = []
    for number in range(22):
        place = TestClient(
            application.app, base_url="http://localhost", client=(f"198.51.100.{number}", 1)
        )
        answers.append(enter(place, "somebody", "guess"))
    assert answers == [403] * 20 + [429] * 2
    del olga


def test_guesses_at_the_same_moment_are_counted_one_by_one(
    application: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No guess is judged before it is counted: of thirty at once ten never reach the hash."""
    decided = Condition()
    judged: list[object] = []
    answers: list[object] = []

    def fits(*_: object) -> bool:
        with decided:
            judged.append(1)
            decided.notify_all()
            assert decided.wait_for(lambda: len(judged) + len(answers) >= 30, 60)
        return False

    def guess(number: int) -> None:
        place = TestClient(
            application.app, base_url="http://localhost", client=(f"198.51.100.{number}", 1)
        )
        status = enter(place, "at.once", "guess")
        with decided:
            answers.append(status)
            decided.notify_all()

    monkeypatch.setattr("intake.accounts.passwords.Passwords.fits", fits)
    with ThreadPoolExecutor(30) as pool:
        list(pool.map(guess, range(30)))
    assert (len(judged), answers.count(429)) == (20, 10)


def test_the_right_password_takes_its_try_back(application: TestClient, olga: str) -> None:
    for number in range(25):
        place = TestClient(
            application.app,
            base_url="http://localhost",
            client=(f"198.51.100.{number}", 1),
            follow_redirects=False,
        )
        assert enter(place, olga, PASSWORD) == 303


@dataclass
class ScriptedProvider:
    """Sends the browser away, and says who came back."""

    person: SignIn | None
    asked: list[str] = field(default_factory=list)

    def begin(self) -> SignInRequest:
        return SignInRequest("https://id.example/auth?state=s1", "s1", "n1", "v1")

    def finish(self, code: str, *, nonce: str, code_verifier: str) -> SignIn:
        self.asked.append(f"{code} {nonce} {code_verifier}")
        if self.person is None:
            raise OidcError("the code is spent")
        return self.person


def through(product: Services, *groups: str, person: bool = True) -> tuple[TestClient, object]:
    """A door with a provider, and what it keeps of sessions."""
    policy = SessionPolicy(group_roles={"support": frozenset({StaffRole.AGENT})})
    sessions = SessionStore(product.engine, policy)
    pages = Pages("AcmeHost", "en")
    accounts = Accounts(sessions, product.users, product.audit)
    door = StaffDoor("t" * 30, accounts, pages, "en", has_provider=True)
    who = SignIn(OIDC, "olga@acme.example (1)", "Olga Petrova", groups) if person else None
    provider = ScriptedProvider(who)
    routes: list[Route] = OidcRoutes(provider, door, pages, policy, key=b"k" * 32).routes()  # type: ignore[arg-type]
    client = TestClient(Starlette(routes=routes), "http://localhost", follow_redirects=False)
    return client, sessions


def test_the_way_through_the_provider_ends_in_the_inbox(product: Services) -> None:
    client, sessions = through(product, "support")
    away = client.get("/staff/oidc")
    assert away.status_code == 303
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    back = client.get(f"/staff/oidc/back?code=c1&state={state}")
    assert (back.status_code, back.headers["location"]) == (303, "/inbox")
    account = sessions.account(client.cookies[COOKIE])  # type: ignore[attr-defined]
    assert account.roles == {StaffRole.AGENT}
    again = client.get(f"/staff/oidc/back?code=c1&state={state}")
    assert again.status_code == 403  # what was begun is ended once


@pytest.mark.parametrize(
    ("query", "status"),
    [("code=c1&state=other", 403), ("code=c1", 403), ("error=access_denied&state=s1", 403)],
)
def test_a_way_back_that_was_not_begun_here_is_refused(
    product: Services, query: str, status: int
) -> None:
    client, _ = through(product, "support")
    assert client.get(f"/staff/oidc/back?{query}").status_code == status  # without a beginning
    client.get("/staff/oidc")
    assert client.get(f"/staff/oidc/back?{query}").status_code == status
    assert COOKIE not in client.cookies


def test_who_has_no_role_here_stays_outside(product: Services) -> None:
    client, _ = through(product, "accounting")
    client.get("/staff/oidc")
    assert client.get("/staff/oidc/back?code=c1&state=s1").status_code == 403
    assert COOKIE not in client.cookies


def test_a_provider_that_cannot_be_believed_is_said_in_words(product: Services) -> None:
    client, _ = through(product, person=False)
    client.get("/staff/oidc")
    answer = client.get("/staff/oidc/back?code=c1&state=s1")
    assert answer.status_code == 502
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "place", ["/studio", "/inbox?ticket=H4X-7PM-2KP&q=a%20b", "/staff/password"]
)
def test_a_sign_in_leads_to_the_page_that_was_asked_for(
    client: TestClient, olga: str, place: str
) -> None:
    """A ticket's mail links there; a wrong password first doesn't lose it."""
    form = re.search(r'name="next" value="([^"]*)"', client.get(place).text)
    assert form is not None
    kept = html.unescape(form[1])
    assert kept == place
    wrong = client.post("/staff", data={"login": olga, "password": "guess", "next": kept})
    assert form[0] in wrong.text
    right = client.post("/staff", data={"login": olga, "password": PASSWORD, "next": kept})
    assert (right.status_code, right.headers["location"]) == (303, place)


@pytest.mark.parametrize(
    "place",
    [
        "",
        "/",
        "/t/key",
        "//evil.example/inbox",
        "https://evil.example/inbox",
        "/inbox/../t/key",
        "\\evil.example",
        "/staff/leave",
        "http://[",
        "/staff/tickets/x/files/y",
        f"/inbox?{'q' * 2_000}",
    ],
)
def test_a_sign_in_leads_nowhere_else(client: TestClient, olga: str, place: str) -> None:
    answer = client.post("/staff", data={"login": olga, "password": PASSWORD, "next": place})
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")


def test_the_page_is_known_on_the_way_back_from_the_provider(product: Services) -> None:
    client, _ = through(product, "support")
    client.get("/staff/oidc?next=/staff/tickets/H4X-7PM-2KP")
    back = client.get("/staff/oidc/back?code=c1&state=s1")
    assert back.headers["location"] == "/staff/tickets/H4X-7PM-2KP"
