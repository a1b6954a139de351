"""The attacks that once worked, against the product as an operator runs it."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.browser.product import Product

FORGED = "http://evil.example"


@pytest.fixture(scope="module")
def server(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data: Path = tmp_path_factory.mktemp("attacked") / "data"
    product = Product(data, published=published)
    product.start()
    yield product
    product.kill()


def ask(
    server: Product, method: str, path: str, body: bytes | None = None, **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": f"localhost:{server.port}", **named})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def handshake(server: Product, **headers: str) -> int:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "streamlit",
    }
    return ask(server, "GET", "/_stcore/stream", **upgrade, **headers).status  # type: ignore[arg-type]


@pytest.mark.parametrize(("kilobytes", "status"), [(60, 431), (24, 401), (8, 401)])
def test_a_cookie_of_backslashes_costs_nothing(
    server: Product, kilobytes: int, status: int
) -> None:
    """CVE-2024-7592: 60 KB stopped everything for 27 seconds, 8 KB for half a second."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    cookie = 'a="' + "\\" * (kilobytes * 1024) + '"; intake_staff="' + "\\" * 3000 + '"'
    before = process.cpu_times().user
    for _ in range(5):
        assert ask(server, "GET", "/inbox", Cookie=cookie).status == status
    assert process.cpu_times().user - before < 2.0


def test_a_file_that_no_page_asked_for_is_refused(server: Product) -> None:
    """60 of 10 MB were held for one client that had only the start page open."""
    for _ in range(5):
        answer = ask(server, "PUT", "/_stcore/upload_file/abc/def", b"x" * 1000)
        assert answer.status == 403


@pytest.mark.parametrize(
    "origin",
    [FORGED, "http://localhost:3000", "http://127.0.0.1", "null", "file://", "http://[", "x" * 300],
)
def test_a_foreign_page_gets_no_socket_and_asks_nobody(server: Product, origin: str) -> None:
    """Streamlit asked a public service for its own address meanwhile, up to 20 seconds."""
    assert handshake(server, Origin=origin) == 403


def test_our_own_page_gets_a_socket(server: Product) -> None:
    assert handshake(server, Origin=f"http://localhost:{server.port}") == 101


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/", "/healthz"])
def test_a_foreign_page_reads_nothing(server: Product, path: str) -> None:
    assert ask(server, "GET", path, Origin=FORGED).status == 403


def test_a_foreign_form_signs_nobody_in(server: Product) -> None:
    hidden = {"Origin": "null", "Sec_Fetch_Site": "cross-site"}
    assert ask(server, "POST", "/staff", b"token=x", **hidden).status == 403
    own = {"Origin": "null", "Sec_Fetch_Site": "same-origin"}
    assert ask(server, "POST", "/staff", b"token=x", **own).status == 403  # a wrong token
    assert ask(server, "GET", "/staff", **own).status == 200  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/health/deeper",
        "/_stcore/host-configuration",
        "/_stcore/stream/x",
        "/_stcore/upload_file/",
        "/_stcore/upload_file/a",
        "/_stcore/upload_file/a/b/c",
    ],
)
def test_unknown_paths_of_the_frontend_are_404(server: Product, path: str) -> None:
    assert ask(server, "GET", path).status == 404


def test_nobody_on_this_machine_is_a_proxy_unless_named(server: Product) -> None:
    """Each guess came from another address, as it said itself."""
    statuses = {
        ask(server, "POST", "/staff", b"token=guess", X_Forwarded_For=f"203.0.113.{n}").status
        for n in range(12)
    }
    assert 429 in statuses


def test_who_hangs_up_in_the_midst_of_a_form_fills_no_log(server: Product) -> None:
    """Two tracebacks each were 9 KB of log for 150 bytes, and told of failures that were none."""
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as held:
            held.sendall(
                f"POST /begin HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
                "Content-Length: 50\r\n\r\na".encode()
            )
    assert ask(server, "GET", "/no-such-page-for-the-log").status == 404
    assert not [line for line in server.output if "Traceback" in line]
