"""The wizard within a panel's page of another origin, below a path, begun by the panel's link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer

from tests.browser.conftest import OpenPage, World, make_product, needs_low_ports
from tests.browser.product import Product

pytestmark = [pytest.mark.browser, needs_low_ports]

SNIPPET = re.compile(r"```html\n(.*?)```", re.DOTALL)
PAGE = Path(__file__).parents[2] / "docs" / "embedding.md"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z"/></svg>'


@pytest.fixture
def embedded(
    world: World, published: Path, tmp_path: Path, httpserver: HTTPServer
) -> Iterator[Product]:
    """The product below /help, framed by the page of `httpserver`."""
    product = make_product(world, published, tmp_path / "data")
    logo = tmp_path / "logo.svg"
    logo.write_text(LOGO, encoding="utf-8")
    product.settings |= {
        "INTAKE_PUBLIC_URL": f"{product.url}/help",
        "INTAKE_FRAME_ANCESTORS": httpserver.url_for("").rstrip("/"),
        "INTAKE_LOGO": str(logo),
        "INTAKE_ACCENT_COLOR": "#00695c",
        "INTAKE_LINKS": "Terms|Условия=https://acme.example/terms",
        "INTAKE_PRIVACY": "We keep this for 90 days.|Храним 90 дней.",
    }
    product.start()
    yield product
    product.kill()


def test_a_panels_page_shows_the_wizard_with_what_it_knows(
    embedded: Product, open_page: OpenPage, httpserver: HTTPServer
) -> None:
    """The snippet of docs/embedding.md, as it stands there."""
    [snippet] = SNIPPET.findall(PAGE.read_text(encoding="utf-8"))
    framed = snippet.replace("https://panel.example.com/help", f"{embedded.url}/help")
    httpserver.expect_request("/panel").respond_with_data(framed, content_type="text/html")
    page = open_page("ru")
    page.goto(httpserver.url_for("/panel"))
    frame = page.frame_locator("iframe")
    expect(frame.locator(".st-key-proposed")).to_contain_text("shop.example")
    expect(frame.locator(".st-key-host")).to_contain_text("Храним 90 дней.")
    expect(frame.locator(".st-key-host-links a")).to_have_text("Условия")
    header = frame.locator('[class*="st-key-screen-landing"] p').first
    drawn = header.evaluate("p => getComputedStyle(p, '::before').backgroundImage")
    assert drawn.endswith('/help/brand/logo")')
    frame.locator(".st-key-begin-proposed button").click()
    expect(frame.locator(".st-key-answer-site input")).to_have_value("shop.example")
    frame.locator(".st-key-next-site button").click()
    expect(frame.locator('[class*="st-key-screen-step-site"]')).to_have_count(0)

    staff = open_page("ru")
    staff.goto(embedded.staff_link)
    expect(staff).to_have_url(re.compile(r"/help/inbox"))
    expect(staff.locator("h2").first).to_be_visible()
