"""Fixtures: a real Chromium, the product in its own process, and a world with a broken site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser.late_site import late_page
from tests.browser.product import Product
from tests.daemons.bind import NAMED, BindServer
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NGINX, NginxSite
from tests.fakes.smtp import FakeSmtp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
OpenPage = Callable[..., Page]

# Tests wait for events; this only limits the wait for one that never comes.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)

needs_low_ports = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: port 80 on loopback")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Return a function that opens the page of a new visitor, by width and language."""
    contexts: list[BrowserContext] = []

    def make(language: str = "en", size: dict[str, int] = PHONE, **more: object) -> Page:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale={"en": "en-GB", "ru": "ru-RU"}[language],
            timezone_id="Europe/Moscow",
            **more,  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class World:
    """The sites that customers complain about: names in a real BIND, pages on a real nginx."""

    resolver: str
    broken_site: str  # its upstream is dead: 502
    healthy_site: str
    dead_server: str  # an address where nothing listens


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    if os.geteuid() != 0:
        pytest.skip("needs root: port 80 on loopback")
    for program in (NGINX, NAMED):
        if not Path(program).exists():
            pytest.skip(f"{program} is not installed")
    dead = free_address()
    upstream = f"location / {{ proxy_pass http://{dead}:9; }}"
    page = "<html><head><title>Shop</title></head><body><h1>Shop</h1><p>Open.</p></body></html>"
    with (
        NginxSite(upstream) as broken,
        NginxSite(pages={"index.html": page}) as healthy,
        BindServer(
            {"example": f"shop IN A {broken.address}\nfine IN A {healthy.address}\n"}
        ) as names,
    ):
        yield World(names.resolver, "shop.example", "fine.example", dead)


def make_product(world: World, published: Path | None, data: Path) -> Product:
    return Product(
        data,
        {
            "INTAKE_NAME": "AcmeHost support",
            "INTAKE_ALLOW_NETWORKS": "127.0.0.0/8",
            "INTAKE_RESOLVERS": world.resolver,
            "INTAKE_ANSWER_WITHIN_MINUTES": "40",
            "INTAKE_CHECKS_PER_CLIENT": "1000",
        },
        published=published,
    )


@pytest.fixture(scope="session")
def shared_product(
    world: World, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    product = make_product(world, published, tmp_path_factory.mktemp("shared") / "data")
    yield product
    product.kill()


@pytest.fixture
def product(shared_product: Product) -> Product:
    """
    Return the shared product, with the data of other tests: starting one takes seconds.

    A test may kill and restart it, and finds its own drafts and tickets by their keys.
    """
    if shared_product.process is None or shared_product.process.poll() is not None:
        shared_product.start()
    return shared_product


@pytest.fixture
def own_product(world: World, published: Path, tmp_path: Path) -> Iterator[Product]:
    """Start a product of its own for a test of all the stored data."""
    product = make_product(world, published, tmp_path / "data")
    product.start()
    yield product
    product.kill()


@pytest.fixture
def late_site(world: World) -> Iterator[str]:
    """Start a slow site; yield its address."""
    del world  # requested because it skips the test without port 80
    with late_page() as address:
        yield address


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    server.up()
    yield server
    server.down()
