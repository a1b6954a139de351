"""
Every page of the collection, served by one server that chooses by the requested name.

Hundreds of pages take hundreds of diagnoses, so the lab runs them in parallel.
"""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_network

from diagnostics import Options
from tests.daemons.bind import BindServer
from tests.fakes.hostile_http import HostileServer, request_of
from tests.lab.built_world import BuiltWorld
from tests.lab.model import Case, own_network
from tests.lab.pages import PAGES

ZONE = "pages.example"
ADDRESS = "127.93.0.1"
_FOR_EVERY_PATH = {
    *("http.suspended_page", "http.parked_page", "http.maintenance_page"),
    *("http.app_database_error", "http.blocked_by_protection"),
}
_OTHER = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found"


def host_of(number: int) -> str:
    return f"page-{number}.{ZONE}"


def answer_to(request: bytes) -> bytes:
    """Return the start page of the requested name, or of all paths if a page is a whole site."""
    host = request.lower().partition(b"\r\nhost:")[2].split(b"\r\n")[0].strip().decode()
    name, _, zone = host.partition(".")
    if zone != ZONE:
        return _OTHER
    page = PAGES[int(name.removeprefix("page-"))]
    is_there = request.startswith(b"GET / ") or page.expected in _FOR_EVERY_PATH
    return page.answer(host) if is_there else _OTHER


def answer(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(answer_to(request_of(connection)))


class PagesWorld(BuiltWorld):
    """The server of all pages."""

    at_once = 12

    def __init__(self) -> None:
        super().__init__()
        self.options = Options()

    def _build(self) -> None:
        self._stack.enter_context(own_network())
        self._stack.enter_context(HostileServer(answer, (80,), ADDRESS))
        bind = self._stack.enter_context(BindServer({ZONE: f"* IN A {ADDRESS}"}))
        self.options = Options(
            allow_networks=(ip_network("127.93.0.0/24"),), resolvers=(bind.resolver,)
        )


CASES: tuple[Case, ...] = tuple(
    Case(
        f"{page.family}: {page.name}",
        f"http://{host_of(number)}/",
        page.expected,
        "pages",
        is_fast=False,
    )
    for number, page in enumerate(PAGES)
)
