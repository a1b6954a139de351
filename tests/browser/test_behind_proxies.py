"""Two replicas on PostgreSQL behind the real nginx and HAProxy: whatever ends, the case goes on."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, World, make_product
from tests.browser.product import Product, free_port
from tests.browser.test_main_job import SITE_ANSWERS, SITE_RECORD, assert_complete, send, ticket_of
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(1200)]
DEPLOY = Path(__file__).parents[2] / "deploy"
WAYS_ON = '[data-testid="stMain"] button:not([disabled])'


class Proxy:
    """A proxy that runs the file of deploy/, without its TLS."""

    def __init__(self, name: str, folder: Path, ports: tuple[int, int]) -> None:
        self.port, self._folder = free_port(), folder
        self._command = getattr(self, f"_{name}")(ports)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        pause = threading.Event()
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            pause.wait(0.05)
        pytest.fail("the proxy didn't begin to listen")

    def stop(self) -> None:
        """At once: every socket is dropped."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _nginx(self, ports: tuple[int, int]) -> list[str]:
        text = (DEPLOY / "nginx" / "intake-two-processes.conf").read_text()
        for before, port in zip(("8501", "8502"), ports, strict=True):
            text = text.replace(f"127.0.0.1:{before}", f"127.0.0.1:{port}")
        text = re.sub(r"listen 443.*", f"listen 127.0.0.1:{self.port};", text)
        text = re.sub(r"(?m)^ *(listen \[|ssl_).*\n", "", text).replace(
            "/var/log/nginx", str(self._folder)
        )
        text = text.replace("proxy_set_header Host $host;", "proxy_set_header Host $http_host;")
        places = "".join(
            f"{kind}_temp_path {self._folder}/{kind}; "
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = self._folder / "nginx.conf"
        whole.write_text(
            f"daemon off; master_process off; pid {self._folder}/pid;"
            f" error_log {self._folder}/error.log; events {{}} http {{ {places} {text} }}"
        )
        return [_program("nginx"), "-e", str(self._folder / "error.log"), "-c", str(whole)]

    def _haproxy(self, ports: tuple[int, int]) -> list[str]:
        text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text()
        for before, port in zip(("8501", "8502"), ports, strict=True):
            text = text.replace(f"127.0.0.1:{before}", f"127.0.0.1:{port}")
        text = re.sub(r"bind :443.*", f"bind 127.0.0.1:{self.port}", text)
        text = text.replace("X-Forwarded-Proto https", "X-Forwarded-Proto http")
        text = text.replace("log stdout format raw local0", "")
        whole = self._folder / "haproxy.cfg"
        whole.write_text(text)
        return [_program("haproxy"), "-db", "-f", str(whole)]


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"no {name} here")
    return found


@pytest.fixture(scope="module")
def replicas(
    world: World, postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Product]]:
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE replicas")
    data = tmp_path_factory.mktemp("replicas") / "data"
    made = [make_product(world, None, data) for _ in range(2)]
    for product in made:
        product.settings |= {
            "INTAKE_DATABASE_URL": postgresql_server.replace("/postgres?", "/replicas?"),
            "INTAKE_TRUSTED_PROXIES": "127.0.0.1",
        }
    yield made
    for product in made:
        product.kill()


@pytest.fixture(params=["nginx", "haproxy"])
def proxy(
    request: pytest.FixtureRequest, replicas: list[Product], tmp_path: Path
) -> Iterator[Proxy]:
    first, second = replicas
    proxy = Proxy(request.param, tmp_path, (first.port, second.port))
    for product in replicas:
        product.stop()
        product.settings["INTAKE_PUBLIC_URL"] = proxy.url
        product.start()
    proxy.start()
    yield proxy
    proxy.stop()


class Sockets:
    """The page's sockets: how many it has opened so far."""

    def __init__(self, page: Page) -> None:
        self.count, self._page = 0, page
        page.on("websocket", self._opened)

    def _opened(self, _socket: object) -> None:
        self.count += 1

    def wait_for_another(self, than: int) -> None:
        """The page has noticed the loss, is connected again and has ways on."""
        while self.count <= than:
            self._page.wait_for_event("websocket")
        expect(self._page.locator('body > [data-testid="stDialog"]')).to_have_count(0)
        expect(self._page.locator(WAYS_ON).first).to_be_visible()


def _replica_of(page: Page, replicas: list[Product]) -> Product:
    route = next(
        cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "intake_route"
    )
    return replicas["ab".index(route)]


def test_a_case_goes_on_whatever_ends(
    proxy: Proxy, replicas: list[Product], world: World, open_page: OpenPage
) -> None:
    page = open_page("en")
    sockets = Sockets(page)
    customer = Customer(page, "en", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(proxy.url)
    screen = customer.choose("site-down")
    screen = customer.answer_current(screen)

    served = _replica_of(page, replicas)
    opened = sockets.count
    served.kill()  # a power cut, in the middle of a step
    sockets.wait_for_another(opened)
    assert customer.screen() == screen
    screen = customer.answer_current(screen)
    served.start()

    for product in replicas:  # an upgrade that rolls through both
        opened = sockets.count
        was_here = _is_connected(product)
        product.stop()
        if was_here:
            sockets.wait_for_another(opened)
        product.start()
        assert customer.screen() == screen
        screen = customer.answer_current(screen)

    opened = sockets.count
    proxy.stop()  # every socket of everybody
    proxy.start()
    sockets.wait_for_another(opened)
    assert customer.screen() == screen
    customer.walk("review")
    reference = send(customer)
    ticket = ticket_of(replicas[0], reference)
    assert_complete(ticket, SITE_RECORD)
    answers = {item["id"]: item["answer"] for item in ticket["items"]}  # type: ignore[attr-defined]
    assert answers["changed-details"] == SITE_ANSWERS["changed-details"]
    listed = replicas[1].command("tickets", "list", "--json")
    assert listed.stdout.count(reference) == 1, listed.stdout
    assert requests.get(f"{proxy.url}/metrics", timeout=60).status_code == 404


def _is_connected(product: Product) -> bool:
    """Whether a browser's socket ends at this replica now."""
    assert product.process is not None
    connections = psutil.Process(product.process.pid).net_connections(kind="tcp")
    return any(
        one.status == psutil.CONN_ESTABLISHED and one.laddr.port == product.port
        for one in connections
    )
