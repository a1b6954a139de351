"""The host's own look: what is set is served, what can't be read is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from intake.settings.appearance import AppearanceSettings, contrast
from intake.web.brand import Brand, button_on_dark, lightened
from intake.web.limits.headers import SecurityHeaders
from intake.web.sub_path import SubPath

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><script>x()</script></svg>'


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.svg"
    path.write_text(SVG, encoding="utf-8")
    return path


def client_of(brand: Brand) -> TestClient:
    return TestClient(Starlette(routes=brand.routes()))


def test_without_settings_nothing_changes() -> None:
    brand = Brand(AppearanceSettings())
    assert (brand.style, brand.icon) == ("", "/assets/icon.svg")
    assert client_of(brand).get("/brand/logo").status_code == 404


def test_a_logo_is_as_wide_as_it_is_and_its_scripts_never_run(logo: Path) -> None:
    client = client_of(Brand(AppearanceSettings(logo=logo, favicon=logo)))
    assert "width: 6.00rem; height: 2.0rem" in client.get("/brand/style.css").text
    answer = client.get("/brand/logo")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert client.get("/brand/icon").text == SVG


@pytest.mark.parametrize("colour", ["#0a2540", "#b3261e", "#1a5fd0", "#00695c", "#000000"])
def test_words_stay_readable_in_the_hosts_colour(colour: str) -> None:
    taken = AppearanceSettings(accent_color=colour).accent_color
    assert taken == colour
    assert contrast(lightened(colour, 7.0), "#12181f") >= 7.0
    button = button_on_dark(colour)
    assert contrast(button, "#ffffff") >= 4.5
    assert contrast(button, "#12181f") >= 3.0


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"accent_color": "#ffcc00"}, "contrast of 1.5:1"),
        ({"accent_color": "blue"}, "write a colour like #1a5fd0"),
        ({"links": "Terms"}, "is not label=address"),
        ({"links": "Run=javascript:alert(1)"}, "is not label=address"),
        ({"frame_ancestors": "https://panel.example.com/path"}, "is no origin"),
        ({"frame_ancestors": "https://a.example; script-src *"}, "is no origin"),
        ({"frame_ancestors": "*"}, "is no origin"),
        ({"logo": "/nothing/here.svg"}, "there is no file"),
    ],
)
def test_what_cant_be_shown_is_refused_with_what_to_write(
    setting: dict[str, str], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        AppearanceSettings(**setting)  # type: ignore[arg-type]


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


def site(root: str = "", *origins: str) -> TestClient:
    paths = ("/", "/inbox", "/studio", "/staff", "/t/x")
    app = SubPath(Starlette(routes=[Route(path, page) for path in paths]), root)
    return TestClient(
        SecurityHeaders(app, frame_ancestors=origins, root=root), follow_redirects=False
    )


def test_named_origins_may_frame_customers_pages_and_nobody_frames_staffs() -> None:
    client = site("/help", "https://panel.example.com")
    for path in ("/help/", "/help/t/x"):
        headers = client.get(path).headers
        allowed = "frame-ancestors 'self' https://panel.example.com"
        assert allowed in headers["content-security-policy"]
        assert "x-frame-options" not in headers
    for path in ("/help/inbox", "/help/studio", "/help/staff"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


def test_by_default_no_page_is_framed() -> None:
    headers = site().get("/").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


def test_a_path_of_a_site_leads_here_whether_the_proxy_takes_it_away_or_not() -> None:
    client = site("/help")
    assert client.get("/help/t/x").text == client.get("/t/x").text == "/t/x"
    moved = client.get("/help?lang=ru")
    assert (moved.status_code, moved.headers["location"]) == (308, "/help/?lang=ru")
    assert client.get("/helpful").status_code == 404
