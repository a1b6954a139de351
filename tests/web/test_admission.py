"""Beyond what one process serves: a number in line, the start and a person for everybody."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from intake import bootstrap
from intake.bootstrap import Services
from intake.rate_limits import SharedLimiter
from intake.web.brand import Brand
from intake.web.crowd.admission import COOKIE, Admission
from intake.web.crowd.waiting_line import ACTIVE_S, WaitingLine
from intake.web.customers.customer_page import CustomerPage
from intake.web.customers.plain_forms import PlainForms
from intake.web.limits.gate import Gate, client_of
from intake.web.limits.origins import Origins
from intake.web.limits.uploads import UploadGate
from intake.web.pages import Pages

ORIGIN = {"Origin": "http://localhost"}
PLACES = 3
CASE = "/?case=a-draft-of-a-customer&lang={}"


class World:
    """One process with few places, and its clock."""

    def __init__(self, product: Services) -> None:
        self.now = 1_000.0
        pages = Pages("AcmeHost", "en")
        plain = PlainForms(pages, "en", SharedLimiter(None, "plain"))
        self.page = CustomerPage(product, pages, plain, Brand(product.settings))
        self.restart()
        routes = [
            Route("/", self.page.answer),
            Route("/inbox", self._inbox),
            *plain.routes(),
            WebSocketRoute("/_stcore/stream", _socket),
        ]
        gate = Middleware(
            Gate,
            not_found=pages.not_found,
            origins=Origins(None),
            uploads=UploadGate(lambda *_: False, lambda: 0),
            files=(),
            sockets=100,
            sockets_per_client=100,
            admission=self.page.admission,
        )
        self.app = Starlette(routes=routes, middleware=[gate])

    def restart(self) -> None:
        self.line = WaitingLine(PLACES, clock=lambda: self.now)
        self.page.admission.line = self.line

    def fill(self) -> None:
        for number in range(PLACES):
            self.line.connect(f"inside-{number}", f"10.0.0.{number}")

    def visitor(self, number: int = 1) -> TestClient:
        return TestClient(
            self.app,
            base_url="http://localhost",
            client=(f"192.0.2.{number}", 5),
            follow_redirects=False,
        )

    async def _inbox(self, request: Request) -> Response:
        return self.page.admission.admit_staff(request, PlainTextResponse("staff"))


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.receive_bytes()
            await socket.send_bytes(b"drawn")
    except WebSocketDisconnect:
        pass


@pytest.fixture
def world(product: Services, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(bootstrap, "_services", product)
    return World(product)


def opens(visitor: TestClient) -> bool:
    try:
        with visitor.websocket_connect("ws://localhost/_stcore/stream", headers=ORIGIN):
            return True
    except WebSocketDisconnect:
        return False


def test_the_start_and_a_person_are_there_for_everybody(world: World) -> None:
    visitor = world.visitor()
    assert "<script" in visitor.get("/?lang=en").text
    world.fill()
    for language, words in (("en", "Many people are writing"), ("ru", "Сейчас пишут сразу многие")):
        page = world.visitor(2).get(f"/?lang={language}")
        assert page.status_code == 200
        assert words in page.text
        assert "<script" not in page.text
        assert 'action="/begin"' in page.text
        assert f'href="/person?lang={language}"' in page.text
    begun = world.visitor(2).post("/begin", data={"checklist": "site-down", "lang": "en"})
    assert begun.status_code == 303
    assert "You&#39;re number" in world.visitor(2).get(begun.headers["location"]).text
    assert world.visitor(2).get("/person?lang=en").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("You&#39;re number 2 in line", "about 3 minutes", "Write to support now")),
        ("ru", ("Ваш номер в очереди: 2", "около 3 минут", "Написать в поддержку сейчас")),
    ],
)
def test_who_waits_reads_the_number_and_goes_on_by_itself(
    world: World, language: str, words: tuple[str, ...]
) -> None:
    world.fill()
    world.visitor(1).get(CASE.format("en"))
    visitor = world.visitor(2)
    page = visitor.get(CASE.format(language))
    assert all(text in page.text for text in words)
    assert 'href="/person?case=a-draft-of-a-customer&amp;lang=' in page.text
    again = re.search(r'http-equiv="refresh" content="(\d+);url=([^"]+)"', page.text)
    assert again
    assert page.headers["retry-after"] == again[1]
    assert "<script" not in page.text
    assert not opens(visitor)
    world.now += ACTIVE_S + 1
    gone_on = visitor.get(again[2].replace("&amp;", "&"))
    if gone_on.status_code == 303:  # the address is clean again
        gone_on = visitor.get(gone_on.headers["location"])
    assert "<script" in gone_on.text
    assert opens(visitor)


def test_without_cookies_the_waiting_page_keeps_the_number_itself(world: World) -> None:
    """As in a frame on the host's own page."""
    world.fill()
    address = CASE.format("en")
    for _ in range(3):
        world.visitor(2).get(CASE.format("en"))  # strangers come meanwhile
        page = world.visitor(1).get(address)
        again = re.search(r";url=([^\"]+)", page.text)
        assert again
        address = again[1].replace("&amp;", "&")
    assert "You&#39;re number 2 in line" in page.text
    world.now += ACTIVE_S + 1
    assert "<script" in world.visitor(1).get(address).text
    assert opens(world.visitor(1))


def test_who_was_let_in_stays_so_over_a_restart(world: World) -> None:
    visitor = world.visitor()
    visitor.get(CASE.format("en"))
    assert opens(visitor)
    world.restart()
    world.fill()
    assert opens(visitor)
    assert "<script" in visitor.get(CASE.format("en")).text
    forger = world.visitor(2)
    name, until, _ = visitor.cookies[COOKIE].split(".")
    for cookie in (
        f"{name[:-1]}x.{until}.{'A' * 24}",
        f"{name[:-2]}xx",
        "x" * 3000,
        "a.b.c.d",
        '"',
    ):
        forger.cookies.clear()
        forger.cookies.set(COOKIE, cookie)
        assert not opens(forger)
        assert "You&#39;re number" in forger.get(CASE.format("en")).text


def test_staff_wait_in_no_line_and_fill_no_place(world: World) -> None:
    world.fill()
    staff = world.visitor()
    assert not opens(staff)
    staff.get("/inbox")
    assert opens(staff)
    assert world.line.active_count == PLACES


def test_a_page_that_asks_by_itself_fills_no_place(world: World) -> None:
    """Who reads the last screen for an hour is in nobody's way; a click counts."""
    visitor = world.visitor()
    visitor.get(CASE.format("en"))
    tick, click = BackMsg(), BackMsg()
    tick.rerun_script.is_auto_rerun = True
    click.rerun_script.query_string = "case=x"
    with visitor.websocket_connect("ws://localhost/_stcore/stream", headers=ORIGIN) as socket:
        for message, is_active in ((tick, 0), (click, 1)):
            world.now += ACTIVE_S + 1
            socket.send_bytes(message.SerializeToString())
            socket.receive_bytes()
            assert world.line.active_count == is_active


def test_an_admission_with_another_key_trusts_no_cookie(world: World) -> None:
    other = Admission(WaitingLine(1), b"another", client_of=client_of)
    visitor = world.visitor()
    visitor.get("/")
    assert other._read(visitor.cookies[COOKIE])[1] is False
