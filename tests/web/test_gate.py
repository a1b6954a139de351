"""Only known addresses answer, each with our headers; what only staff may see asks who is there."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from intake.web.limits.gate import static_folder

STAFF_TOKEN = "a-token-for-tests-that-is-long-enough"
EVERYWHERE = [
    "/",
    "/inbox",
    "/studio",
    "/staff",
    "/healthz",
    "/readyz",
    "/metrics",
    "/robots.txt",
    "/favicon.ico",
    "/assets/intake.js",
    "/_stcore/health",
    "/_stcore/host-config",
    "/no-such-page",
    "/t/nobody",
    "/staff/tickets/H4X-7PM-2KP",
    "/staff/checklists/site-down.yaml",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/no-such-page",
        "/inbox/deeper",
        "/studio/deeper",
        "/static/none.js",
        "/index.html",
        "/.streamlit/config.toml",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/script-health-check",
        "/media/0123456789abcdef.png",
        "/component/x/index.html",
        "/assets/../app.py",
        "/assets/none.css",
        "/oauth2callback",
        "/t/nobody",
        "/t/nobody.json",
        "/t/nobody/files/1",
        "/t/a/b/c",
        "/staff/tickets/a/b/c",
        "/workers/none",
        "/desks/none/at-all",
        "/pictures/a/b",
    ],
)
def test_what_is_nobodys_is_404_in_both_languages(client: TestClient, path: str) -> None:
    english = client.get(path, headers={"Accept-Language": "en"})
    russian = client.get(path, headers={"Accept-Language": "ru"})
    assert english.status_code == russian.status_code == 404
    if "There is no such page" in english.text:  # an asset's own 404 has no words
        assert "Такой страницы нет" in russian.text


def test_the_page_is_ours(client: TestClient) -> None:
    page = client.get("/", headers={"Accept-Language": "ru-RU,ru"})
    assert page.status_code == 200
    assert '<html lang="ru">' in page.text
    assert "<title>AcmeHost</title>" in page.text
    assert "/assets/intake.js" in page.text
    assert "prerenderReady" not in page.text
    assert "openapi.json" not in page.text
    assert "Streamlit" not in re.sub(r'(src|href)="[^"]*"', "", page.text)


def test_the_frontends_files_are_served(client: TestClient) -> None:
    script = next((static_folder() / "static" / "js").glob("index.*.js"))
    assert client.get(f"/static/js/{script.name}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/inbox",
        "/studio",
        "/staff/tickets/H4X-7PM-2KP",
        "/staff/tickets/x.json",
        "/staff/checklists/site-down.yaml",
    ],
)
def test_staff_pages_ask_for_a_sign_in(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert "For support staff" in answer.text


def test_the_token_signs_in_and_leaves_nothing_behind(client: TestClient) -> None:
    answer = client.post("/staff", data={"token": STAFF_TOKEN})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/inbox"
    cookie = answer.headers["set-cookie"]
    assert STAFF_TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/inbox").status_code == 200
    client.post("/staff/leave")
    assert client.get("/inbox").status_code == 401


def test_a_link_with_the_token_in_its_query_signs_nobody_in(client: TestClient) -> None:
    """Bots that look at links, and pages that lead here, only ask: the token leaves the address."""
    answer = client.get("/staff", params={"token": STAFF_TOKEN})
    assert answer.headers["location"] == f"/staff#token={STAFF_TOKEN}"
    assert "set-cookie" not in answer.headers
    assert client.get("/inbox").status_code == 401


def test_a_sign_out_ends_the_session_for_whoever_kept_its_cookie(client: TestClient) -> None:
    client.post("/staff", data={"token": STAFF_TOKEN})
    kept = client.cookies["intake_staff"]
    client.post("/staff/leave")
    assert client.get("/inbox", headers={"Cookie": f"intake_staff={kept}"}).status_code == 401


def test_a_wrong_token_is_refused_and_guessing_is_slowed(client: TestClient) -> None:
    answers = [client.post("/staff", data={"token": f"guess-{n}"}) for n in range(12)]
    assert answers[0].status_code == 403
    assert answers[-1].status_code == 429
    assert all("set-cookie" not in answer.headers for answer in answers)


@pytest.mark.parametrize("cookie", ["staff", "staff.x.y", "", "a" * 5000, "staff.AAAA.BBBB"])
def test_a_forged_cookie_opens_nothing(client: TestClient, cookie: str) -> None:
    answer = client.get("/inbox", headers={"Cookie": f"intake_staff={cookie}"})
    assert answer.status_code == 401


def test_a_large_body_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/staff", data={"token": "x" * 100_000})
    assert answer.status_code == 413


def test_a_foreign_page_gets_no_socket(client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/_stcore/stream", headers={"Origin": "https://evil.example"}),
    ):
        pass


def test_a_text_message_ends_the_socket_and_raises_nothing(client: TestClient) -> None:
    """Streamlit's server reads the bytes of each message; a text has none."""
    with client.websocket_connect("/_stcore/stream") as socket:
        socket.send_text("hello")
        # The application's end of the socket returns: an error in it would be raised here.
