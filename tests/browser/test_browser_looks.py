"""What a real Chromium asks, and what follows: its network log is the witness."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from diagnostics import Failure
from tests.browser.conftest import OpenPage
from tests.web.look_world import LookWorld, Site, new_database, served

pytestmark = pytest.mark.browser
SHOP = b'<html><body><h1>Shop</h1><p>Open.</p><script src="/shop.js"></script></body></html>'
SCRIPT = b"// A line of the script.\n" * 4_000


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """A place that nobody is to ask."""
    site = Site("127.0.0.2")
    yield site
    site.stop()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return new_database(tmp_path)


def look(page: Page, world: LookWorld, outcome: str) -> set[str]:
    """Let the page look as the customer's browser; gives whom it asked."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    with served(world.app) as address:
        page.goto(f"{address}/look/{world.look('127.0.0.1')}", wait_until="commit")
        words = page.locator("body").get_attribute(f"data-{outcome}") or "?"
        expect(page.locator("#state")).to_have_text(words)
        asked.discard(urlsplit(address).netloc)
    return asked


def failures(world: LookWorld) -> dict[str, Failure | None]:
    return {o.asked: o.failure for o in world.report.observations if o.probe == "vantage"}


def test_a_site_that_answers_is_reached_and_nobody_else_is_asked(
    site: Site, engine: Engine, open_page: OpenPage
) -> None:
    site.status = 403  # whatever it answers, it answers
    world = LookWorld(engine, site.url)
    assert look(open_page(), world, "reached") == {urlsplit(site.url).netloc}
    assert failures(world) == {"own": None, "site": None}


def test_a_redirect_to_another_host_is_an_answer_and_is_not_followed(
    site: Site, elsewhere: Site, engine: Engine, open_page: OpenPage
) -> None:
    world = LookWorld(engine, site.url)
    site.status, site.headers = 302, {"Location": elsewhere.url}
    look(open_page(), world, "reached")
    assert failures(world)["site"] is None
    assert elsewhere.asked == []


def test_an_answer_that_stops_after_its_beginning_is_told_from_one_that_comes(
    site: Site, engine: Engine, open_page: OpenPage
) -> None:
    site.set_page(SHOP)
    site.files["/shop.js"] = SCRIPT
    cut, whole = (LookWorld(engine, site.url, limit_ms=3_000) for _ in range(2))
    look(open_page(), whole, "reached")
    assert (failures(whole)["part"], whole.codes) == (None, ["ok.reachable"])
    site.cut_bytes = 16_000
    look(open_page(), cut, "reached")
    assert failures(cut)["part"] is Failure.FETCH_STALLED
    assert cut.codes == ["client.answer_cut", "ok.reachable"]


def test_a_closed_port_and_a_silent_one_are_told_apart(
    site: Site, engine: Engine, open_page: OpenPage
) -> None:
    worlds = [LookWorld(engine, site.url, limit_ms=2_000) for _ in range(2)]
    host, port = site.server_address[:2]
    site.stop()
    look(open_page(), worlds[0], "fails")
    assert failures(worlds[0])["site"] is Failure.FETCH_FAILED
    # A listener that takes no connection any more is as silent as a firewall that drops.
    with socket.socket() as mute, socket.socket() as first:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind((host, port))
        mute.listen(0)
        first.connect((host, port))
        look(open_page(), worlds[1], "fails")
    assert failures(worlds[1])["site"] is Failure.FETCH_TIMED_OUT
    assert worlds[1].codes[0] == "client.not_reached"


def test_a_site_that_lets_no_foreign_page_read_it_is_not_called_unreachable(
    site: Site, engine: Engine, open_page: OpenPage
) -> None:
    site.headers = {"Cross-Origin-Resource-Policy": "same-origin"}
    world = LookWorld(engine, site.url)
    look(open_page(), world, "fails")
    assert failures(world)["site"] is Failure.FETCH_FAILED
    assert world.codes == ["ok.reachable"]


def test_a_friend_presses_one_button_and_asks_the_site_and_us_alone(
    site: Site, engine: Engine, open_page: OpenPage
) -> None:
    world = LookWorld(engine, site.url)
    token, page = world.friend(), open_page("ru")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    with served(world.app) as address:
        page.goto(f"{address}/friend/{token}")
        before = len(site.asked)
        expect(page.get_by_role("button")).to_have_text("Проверить")
        assert len(site.asked) == before, "a page that is only opened asks nobody"
        page.get_by_role("button").click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("#state")).to_have_text("Ваш браузер получает ответ.")
        asked.discard(urlsplit(address).netloc)
    assert asked == {urlsplit(site.url).netloc}
    assert [(row["viewer"], row["reached"]) for row in world.report.seen_from()] == [
        ("friend-1", True)
    ]


def test_a_script_in_the_frame_can_reach_nobody_else(
    site: Site, elsewhere: Site, engine: Engine, open_page: OpenPage
) -> None:
    """Even one that somebody slipped in: the policy stops it before a packet leaves."""
    world = LookWorld(engine, site.url)
    page = open_page()
    with served(world.app) as address:
        page.goto(f"{address}/look/{world.look('127.0.0.1')}", wait_until="commit")
        assert page.evaluate("self.origin") == "null"
        word = page.evaluate(
            "url => fetch(url, {mode: 'no-cors'}).then(() => 'sent', () => 'stopped')",
            elsewhere.url,
        )
    assert word == "stopped"
    assert elsewhere.asked == []
