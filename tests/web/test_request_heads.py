"""What is left of a request's head, and whose pages may send one."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from intake.web.limits.gate import Gate
from intake.web.limits.origins import Origins
from intake.web.limits.request_heads import head_bytes, without_foreign_cookies
from intake.web.limits.uploads import UploadGate


def cookies(value: bytes) -> bytes | None:
    kept = dict(without_foreign_cookies([(b"host", b"x"), (b"cookie", value)]))
    assert kept[b"host"] == b"x"
    return kept.get(b"cookie")


def test_our_own_cookies_pass() -> None:
    ours = b"_streamlit_xsrf=2|abc|def; intake_staff=staff.x.y"
    assert cookies(ours) == ours
    assert cookies(b"_ga=1.2; intake_staff=staff.x.y; theme=dark") == b"intake_staff=staff.x.y"
    assert cookies(b"_ga=1") is None


@pytest.mark.parametrize(
    "value",
    [
        b'intake_staff="' + b"\\" * 20_000 + b'"',
        b'intake_staff="a\\"',
        b"intake_staff=" + b"a" * 5_000,
        b"x_intake_staff=a",
        b";" * 10_000,
    ],
)
def test_what_a_cookie_of_ours_never_is_goes(value: bytes) -> None:
    assert cookies(value) is None


def test_a_head_is_measured_with_its_separators() -> None:
    assert head_bytes([(b"host", b"x.example"), (b"a", b"b")]) == len(
        b"host: x.example\r\na: b\r\n"
    )


PUBLIC = "https://help.example.com"


@pytest.mark.parametrize(
    ("origin", "host", "is_ours"),
    [
        ("http://shop.example", "shop.example:80", True),  # nginx: Host $host:$server_port
        ("https://shop.example", "shop.example:443", True),
        ("http://shop.example:80", "shop.example", True),
        ("https://shop.example", "shop.example:80", False),
        (None, "help.example.com", True),  # no page: a program, or a link that was typed
        (PUBLIC, "help.example.com", True),
        (PUBLIC, "intake:8501", True),  # a proxy that calls us by another name
        ("https://HELP.example.com", "intake:8501", True),
        ("http://localhost:8501", "localhost:8501", True),  # without the proxy, for the operator
        ("http://localhost:3000", "localhost:8501", False),
        ("http://localhost:8501", "help.example.com", False),
        ("http://help.example.com", "intake:8501", False),
        ("https://help.example.com:444", "help.example.com", False),
        ("https://evil.example", "help.example.com", False),
        ("https://help.example.com.evil.example", "help.example.com", False),
        ("https://x@help.example.com", "help.example.com", False),
        ("file:///", "", False),
        ("null", "help.example.com", False),
        ("", "", False),
    ],
)
def test_a_socket_is_for_our_own_pages(origin: str | None, host: str, is_ours: bool) -> None:  # noqa: FBT001
    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    assert Origins(PUBLIC).allows(Headers(headers), is_socket=True) is is_ours


@pytest.mark.parametrize(
    ("site", "is_ours"),
    [
        (None, True),
        ("same-origin", True),
        ("none", True),
        ("cross-site", False),
        ("same-site", False),
    ],
)
def test_a_form_without_an_address_is_judged_by_its_site(site: str | None, is_ours: bool) -> None:  # noqa: FBT001
    """Our own forms say so: their page's address is a secret (Referrer-Policy)."""
    headers = {"host": "help.example.com", "origin": "null"}
    if site is not None:
        headers["sec-fetch-site"] = site
    assert Origins(PUBLIC).allows(Headers(headers), is_socket=False) is is_ours


async def set_cookie(request: Request) -> Response:
    response = PlainTextResponse("")
    response.set_cookie("a", "b", secure=request.url.scheme == "https")
    return response


@pytest.mark.parametrize(
    ("public", "host", "is_secure"),
    [
        (PUBLIC, "help.example.com", True),  # by a proxy that isn't named as trusted
        (PUBLIC, "HELP.example.com:443", True),
        (PUBLIC, "localhost:8501", False),  # the operator without the proxy: no TLS there
        (PUBLIC, "intake:8501", False),
        (PUBLIC, "help.example.com:8501", False),
        ("http://help.example.com", "help.example.com", False),
        (None, "help.example.com", False),
    ],
)
def test_cookies_of_a_public_https_address_are_secure(
    public: str | None,
    host: str,
    is_secure: bool,  # noqa: FBT001
) -> None:
    """Where no proxy was trusted, the staff's cookie went over plain HTTP as well."""
    gate = Middleware(
        Gate,
        not_found=PlainTextResponse("", 404),
        origins=Origins(public),
        uploads=UploadGate(lambda *_: False, lambda: 0),
        files=(),
        sockets=1,
        sockets_per_client=1,
    )
    app = Starlette(routes=[Route("/", set_cookie)], middleware=[gate])
    cookie = TestClient(app).get("/", headers={"Host": host}).headers["set-cookie"]
    assert ("Secure" in cookie) is is_secure
